package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/sync/errgroup"

	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

// embedGroup is about how many passages are embedded at once. Articles are
// embedded together until there are that many, since most have only a few.
const embedGroup = 64

// AddOptions of Store.Add.
type AddOptions struct {
	// Progress is called from one goroutine as articles are done, unchanged
	// ones included. Nil: nobody is told.
	Progress func(done, total int)
	// Embedded is called, from one goroutine, as passages of the articles that
	// have to be written get their vectors. It moves on inside a large article
	// too. Nil: nobody is told.
	Embedded func(done, total int)
	// Split says how articles are cut. Zero: article's defaults.
	Split article.SplitOptions
}

// AddReport says what Store.Add did. After an error it says what was done
// before it, which stays.
type AddReport struct {
	Added, Changed, Unchanged int // articles
	Passages                  int // of the added and changed articles
	Embedded                  int // of these, how many cost an embedding
	// Skipped names articles that were left out because one before them has
	// the same ID.
	Skipped []Duplicate
}

// Duplicate is an article left out, and the paths of the two.
type Duplicate struct{ ID, Kept, Left string }

// job is an article that has to be written.
type job struct {
	article  *article.Article
	passages []article.Passage
	keys     []string // digests of what stands for each passage's meaning
	texts    []string // what is embedded of each passage
	vectors  [][]byte // encoded, filled before writing
	digest   string
	isNew    bool
}

// Add puts articles into the store, one transaction each, and replaces those
// whose ID it holds. Articles that did not change cost next to nothing, and
// passages whose text did not change are not embedded again. When Add returns
// without an error all of them can be found; killed at any moment it leaves a
// store that opens, and the next Add completes it.
func (s *Store) Add(ctx context.Context, articles []article.Article, o AddOptions) (AddReport, error) {
	var report AddReport
	err := s.write(ctx, func() error { return s.add(ctx, articles, o, &report) })
	return report, s.explain("add articles", err)
}

// write runs f under the write lock and then brings the derived indexes to
// what f committed, also when f failed half-way or was cancelled.
func (s *Store) write(ctx context.Context, f func() error) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	err = f()
	if _, rerr := s.refresh(context.WithoutCancel(ctx), true); err == nil {
		err = rerr
	}
	return err
}

func (s *Store) add(ctx context.Context, articles []article.Article, o AddOptions, report *AddReport) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	jobs, total, err := s.plan(ctx, articles, o, report)
	if err != nil {
		return err
	}
	done := report.Unchanged
	tell := func() {
		if o.Progress != nil {
			o.Progress(done, total)
		}
	}
	tell()
	if len(jobs) > 0 {
		if err := s.takeEmbedder(ctx); err != nil {
			return err
		}
		err := s.carryOut(ctx, jobs, o, report, func() { done++; tell() })
		if err != nil {
			return err
		}
	}
	_, err = s.db.ExecContext(ctx, "UPDATE store SET last_ingest = ?", time.Now().UTC().Format(time.RFC3339))
	return err
}

// plan finds out which articles have to be written: those that are new or
// changed, and those that wait in the store for a new embedder.
func (s *Store) plan(ctx context.Context, articles []article.Article, o AddOptions, report *AddReport) (jobs []*job, total int, err error) {
	digests := map[string]string{}
	err = each(ctx, s.db, func(scan func(...any) error) error {
		var id, digest string
		err := scan(&id, &digest)
		digests[id] = digest
		return err
	}, "SELECT id, digest FROM articles")
	if err != nil {
		return nil, 0, err
	}
	paths := map[string]string{}
	consider := func(a *article.Article) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		j, err := newJob(a, o.Split)
		if err != nil {
			return err
		}
		have, held := digests[a.ID]
		if held && have == j.digest {
			report.Unchanged++
			return nil
		}
		j.isNew = !held
		jobs = append(jobs, j)
		return nil
	}
	for i := range articles {
		a := &articles[i]
		if a.ID == "" || len(a.Paragraphs) == 0 {
			return nil, 0, fmt.Errorf("article %q (%s) has no ID or no paragraphs", a.Title, a.Path)
		}
		if kept, ok := paths[a.ID]; ok {
			report.Skipped = append(report.Skipped, Duplicate{ID: a.ID, Kept: kept, Left: a.Path})
			continue
		}
		paths[a.ID] = a.Path
		if err := consider(a); err != nil {
			return nil, 0, err
		}
	}
	total = len(paths)
	var waiting []*article.Article
	err = each(ctx, s.db, func(scan func(...any) error) error {
		e, err := scanArticle(scan)
		if err == nil {
			waiting = append(waiting, e.article)
		}
		return err
	}, "SELECT "+articleColumns+" FROM articles WHERE digest = '' ORDER BY id")
	if err != nil {
		return nil, 0, err
	}
	for _, a := range waiting {
		if _, given := paths[a.ID]; given {
			continue
		}
		total++
		if err := consider(a); err != nil {
			return nil, 0, err
		}
	}
	return jobs, total, nil
}

func newJob(a *article.Article, split article.SplitOptions) (*job, error) {
	j := &job{article: a, passages: article.Split(*a, split)}
	sum := sha256.New()
	enc := json.NewEncoder(sum) // writes to a digest do not fail
	if err := enc.Encode(a); err != nil {
		return nil, fmt.Errorf("article %s: %w", a.ID, err)
	}
	j.texts = article.EmbeddingTexts(a, j.passages)
	for i, p := range j.passages {
		key := sha256.Sum256([]byte(j.texts[i]))
		j.keys = append(j.keys, hex.EncodeToString(key[:16]))
		spans, err := encodeSpans(p.Spans)
		if err != nil {
			return nil, fmt.Errorf("article %s: %w", a.ID, err)
		}
		fmt.Fprintln(sum, p.ID, spans, j.keys[len(j.keys)-1])
	}
	j.digest = hex.EncodeToString(sum.Sum(nil))
	return j, nil
}

// takeEmbedder checks under the lock that the store still is this embedder's,
// and makes it so when it is nobody's.
func (s *Store) takeEmbedder(ctx context.Context) error {
	if s.opts.Embedder == nil {
		return ErrNoEmbedder
	}
	have, articles, err := readEmbedder(ctx, s.db)
	if err != nil {
		return err
	}
	want := s.opts.EmbedderInfo
	if want == (EmbedderInfo{}) || have == want {
		return nil
	}
	if articles > 0 && have != (EmbedderInfo{}) && !have.same(want) {
		return fmt.Errorf("%w: %s filled %s meanwhile", ErrOtherEmbedder, have, s.opts.Dir)
	}
	if want.Dimension == 0 && have.same(want) {
		want.Dimension = have.Dimension
	}
	_, err = s.db.ExecContext(ctx, "UPDATE store SET provider = ?, model = ?, dimension = ?, fingerprint = ?",
		want.Provider, want.Model, want.Dimension, want.Fingerprint)
	return err
}

// carryOut embeds and writes the jobs: while one group of articles is cut into
// words and written, the next is being embedded.
func (s *Store) carryOut(ctx context.Context, jobs []*job, o AddOptions, report *AddReport, written func()) error {
	made, all := 0, 0 // passages
	for _, j := range jobs {
		all += len(j.passages)
	}
	tell := func(n int) {
		if made += n; o.Embedded != nil {
			o.Embedded(min(made, all), all)
		}
	}
	segment := s.opts.Segment
	if segment == nil {
		segmenter := zhtext.NewSegmenter()
		segment = segmenter.Words
		go segmenter.Words("词") // loads the dictionary while the first group is embedded
	}
	group, ctx := errgroup.WithContext(ctx)
	ready := make(chan []*job)
	embedded := 0
	group.Go(func() error {
		defer close(ready)
		for len(jobs) > 0 {
			n, passages := 0, 0
			for n < len(jobs) && (n == 0 || passages+len(jobs[n].passages) <= embedGroup) {
				passages += len(jobs[n].passages)
				n++
			}
			count, err := s.embed(ctx, jobs[:n], tell)
			if err != nil {
				return err
			}
			embedded += count
			select {
			case ready <- jobs[:n]:
			case <-ctx.Done():
				return ctx.Err()
			}
			jobs = jobs[n:]
		}
		return nil
	})
	group.Go(func() error {
		for batch := range ready {
			for _, j := range batch {
				if err := s.writeJob(ctx, j, segment); err != nil {
					return fmt.Errorf("article %s: %w", j.article.ID, err)
				}
				if j.isNew {
					report.Added++
				} else {
					report.Changed++
				}
				report.Passages += len(j.passages)
				*j = job{} // its texts and vectors are not needed any more
				written()
			}
		}
		return nil
	})
	err := group.Wait()
	report.Embedded = embedded
	return err
}

// embed fills in the jobs' vectors: what the store holds for the same text,
// the embedder's for the rest. It returns how many texts were embedded, and tells
// of passages as they are done.
func (s *Store) embed(ctx context.Context, jobs []*job, tell func(passages int)) (int, error) {
	known, err := s.knownVectors(ctx, jobs)
	if err != nil {
		return 0, err
	}
	var keys, texts []string
	for _, j := range jobs {
		for i, key := range j.keys {
			if _, ok := known[key]; !ok {
				known[key] = nil
				keys, texts = append(keys, key), append(texts, j.texts[i])
			}
		}
	}
	passages := 0
	for _, j := range jobs {
		passages += len(j.keys)
	}
	tell(passages - len(texts))
	for at := 0; at < len(texts); at += embedGroup {
		end := min(at+embedGroup, len(texts))
		// Some embedders write into the slice that they are given.
		vectors, err := s.opts.Embedder.EmbedDocuments(ctx, slices.Clone(texts[at:end]))
		if err != nil {
			return 0, fmt.Errorf("embed passages: %w", err)
		}
		if len(vectors) != end-at {
			return 0, fmt.Errorf("embed passages: %d vectors for %d texts", len(vectors), end-at)
		}
		dimension, err := s.dimension(ctx, len(vectors[0]))
		if err != nil {
			return 0, err
		}
		for i, v := range vectors {
			if err := checkVector(v, dimension); err != nil {
				return 0, fmt.Errorf("embed passages: text %d of %d: %w", at+i+1, len(texts), err)
			}
			known[keys[at+i]] = encodeVector(unit(v))
		}
		tell(end - at)
	}
	for _, j := range jobs {
		for _, key := range j.keys {
			j.vectors = append(j.vectors, known[key])
		}
	}
	return len(texts), nil
}

// knownVectors looks up vectors of the same texts.
func (s *Store) knownVectors(ctx context.Context, jobs []*job) (map[string][]byte, error) {
	var keys []any
	for _, j := range jobs {
		for _, k := range j.keys {
			keys = append(keys, k)
		}
	}
	known := map[string][]byte{}
	for part := range slices.Chunk(keys, 500) { // SQLite limits the parameters of a query
		err := each(ctx, s.db, func(scan func(...any) error) error {
			var key string
			var vector []byte
			err := scan(&key, &vector)
			known[key] = vector
			return err
		}, "SELECT text_key, vector FROM passages WHERE vector IS NOT NULL AND text_key IN ("+placeholders(len(part))+")", part...)
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// dimension returns the length of the store's vectors; the first one sets it.
func (s *Store) dimension(ctx context.Context, first int) (int, error) {
	_, err := s.db.ExecContext(ctx, "UPDATE store SET dimension = ? WHERE dimension = 0", first)
	if err != nil {
		return 0, err
	}
	info, _, err := readEmbedder(ctx, s.db)
	return info.Dimension, err
}

func (s *Store) writeJob(ctx context.Context, j *job, segment func(string) []string) error {
	words := make([][]string, len(j.passages))
	for i, p := range j.passages {
		words[i] = indexWords(segment(article.SearchText(j.article, p)))
	}
	a := j.article
	paragraphs, err := json.Marshal(a.Paragraphs)
	if err != nil {
		return err
	}
	published := ""
	if !a.Published.IsZero() {
		published = a.Published.Format(time.DateOnly)
	}
	titleWords := indexWords(segment(a.Title))
	return s.commit(ctx, func(tx *sql.Tx, generation int64) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM articles WHERE id = ?", a.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO articles
			(id, title, published, author, source, url, path, paragraphs, title_words, title_word_count, digest, generation)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.Title, published, a.Author, a.Source, a.URL, a.Path, string(paragraphs),
			strings.Join(titleWords, " "), len(titleWords), j.digest, generation)
		if err != nil {
			return err
		}
		for i, p := range j.passages {
			spans, err := encodeSpans(p.Spans)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO passages
				(article_id, number, id, spans, words, word_count, text_key, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				a.ID, i+1, p.ID, spans, strings.Join(words[i], " "), len(words[i]), j.keys[i], j.vectors[i])
			if err != nil {
				return fmt.Errorf("passage %s: %w", p.ID, err)
			}
		}
		return nil
	})
}

// commit runs f in a transaction of a new generation.
func (s *Store) commit(ctx context.Context, f func(tx *sql.Tx, generation int64) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var generation int64
	err = tx.QueryRowContext(ctx, "UPDATE store SET generation = generation + 1 RETURNING generation").Scan(&generation)
	if err != nil {
		return err
	}
	if err := f(tx, generation); err != nil {
		return err
	}
	return tx.Commit()
}

// indexWords keeps what has a letter or digit in it. No word holds a blank.
func indexWords(words []string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		for _, f := range strings.Fields(w) {
			if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
				out = append(out, f)
			}
		}
	}
	return out
}
