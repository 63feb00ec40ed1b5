package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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

// Add puts articles into the store and replaces those whose ID it holds, those
// that are damaged among them. Articles that did not change cost next to
// nothing, and passages whose text did not change are not embedded again.
// Articles are committed in groups; one that Progress has been told of is
// there to stay. When Add returns without an error all of them can be found;
// killed at any moment it leaves a store that opens, knows what is missing, and
// is completed by the next Add.
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
	if err = s.takeLoss(ctx); err == nil {
		err = f()
	}
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
		if err := s.begin(ctx, jobs); err != nil {
			return err
		}
		err := s.carryOut(ctx, jobs, o, report, func() { done++; tell() })
		if err != nil {
			return err
		}
	}
	err = s.update(ctx, func(_ *sql.Tx, st *storeRow) error {
		st.lastIngest = time.Now().UTC().Format(time.RFC3339)
		return nil
	})
	return err
}

// plan finds out which articles have to be written: those that are new or
// changed, and those that wait in the store for a new embedder.
func (s *Store) plan(ctx context.Context, articles []article.Article, o AddOptions, report *AddReport) (jobs []*job, total int, err error) {
	digests, err := s.digests(ctx, articles)
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
	waiting, err := column(ctx, s.db, "SELECT id FROM articles INDEXED BY articles_waiting WHERE digest = '' ORDER BY id")
	if err != nil {
		return nil, 0, err
	}
	waiting = slices.DeleteFunc(waiting, func(id string) bool { _, given := paths[id]; return given })
	err = eachArticle(ctx, s.db, waiting, false, func(id string, r articleRows, wrong error) error {
		if wrong != nil {
			s.damaged(id, wrong)
			return nil
		}
		e, err := r.entry()
		if err != nil {
			s.damaged(id, err)
			return nil
		}
		digests[id] = ""
		total++
		return consider(e.article)
	})
	return jobs, total, err
}

// digests returns those of the articles that the store holds as they were
// written, by ID. A damaged article, or one without its vectors, has an empty
// one.
func (s *Store) digests(ctx context.Context, articles []article.Article) (map[string]string, error) {
	ids := make([]string, 0, len(articles))
	for i := range articles {
		ids = append(ids, articles[i].ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make(map[string]string, len(ids))
	for part := range slices.Chunk(ids, maxParameters) {
		var held []string
		err := each(ctx, s.db, func(scan func(...any) error) error {
			var id, digest string
			err := scan(&id, &digest)
			out[id] = digest
			held = append(held, id)
			return err
		}, "SELECT id, digest FROM articles WHERE id IN ("+placeholders(len(part))+")", anys(part)...)
		if err != nil { // a damaged page; which article is on it, the next lines tell
			held = part
		}
		err = eachArticle(ctx, s.db, held, true, func(id string, r articleRows, wrong error) error {
			for i := range r.passages {
				if v, err := r.passages[i].decode(); err != nil || v == nil {
					wrong = errors.New("vectors are missing")
				}
			}
			if wrong != nil && !errors.Is(wrong, errNotThere) {
				out[id] = ""
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func newJob(a *article.Article, split article.SplitOptions) (*job, error) {
	j := &job{article: a, passages: article.Split(*a, split)}
	j.texts = article.EmbeddingTexts(a, j.passages)
	for i := range j.passages {
		key := sha256.Sum256([]byte(j.texts[i]))
		j.keys = append(j.keys, hex.EncodeToString(key[:16]))
	}
	var err error
	if j.digest, err = digestOf(a, j.passages, j.keys); err != nil {
		return nil, fmt.Errorf("article %s: %w", a.ID, err)
	}
	return j, nil
}

// wordsVersion changes when texts are cut into other words than before, so that
// the next ingest writes them anew. 2: traditional characters count as simplified.
const wordsVersion = 2

// digestOf tells an article and the way it was cut from any other. keys stand
// for what is embedded of its passages.
func digestOf(a *article.Article, passages []article.Passage, keys []string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, wordsVersion)
	if err := json.NewEncoder(sum).Encode(a); err != nil {
		return "", err
	}
	for i, p := range passages {
		spans, err := encodeSpans(p.Spans)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, p.ID, spans, keys[i])
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// begin writes down which articles are to come. It checks under the lock that
// the store still is this embedder's, and makes it so when it is nobody's.
func (s *Store) begin(ctx context.Context, jobs []*job) error {
	if s.opts.Embedder == nil {
		return ErrNoEmbedder
	}
	return s.update(ctx, func(tx *sql.Tx, st *storeRow) error {
		have, want := st.embedder, s.opts.EmbedderInfo
		if want != (EmbedderInfo{}) && have != want {
			if st.articles > 0 && have != (EmbedderInfo{}) && !have.same(want) {
				return fmt.Errorf("%w: %s filled %s meanwhile", ErrOtherEmbedder, have, s.opts.Dir)
			}
			if want.Dimension == 0 && have.same(want) {
				want.Dimension = have.Dimension
			}
			st.embedder = want
		}
		insert, err := tx.PrepareContext(ctx, "INSERT OR IGNORE INTO pending (id) VALUES (?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, j := range jobs {
			if _, err := insert.ExecContext(ctx, j.article.ID); err != nil {
				return err
			}
		}
		return nil
	})
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
			if err := s.writeJobs(ctx, batch, segment); err != nil {
				return err
			}
			for _, j := range batch {
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
			var p passageRow
			if err := scan(&p.id, &p.textKey, &p.vector, &p.vectorChecksum); err != nil {
				return err
			}
			if v, err := p.decode(); err == nil && v != nil {
				known[p.textKey] = p.vector
			}
			return nil
		}, "SELECT id, "+vectorColumns+" FROM passages WHERE vector IS NOT NULL AND text_key IN ("+placeholders(len(part))+")", part...)
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// dimension returns the length of the store's vectors; the first one sets it.
func (s *Store) dimension(ctx context.Context, first int) (int, error) {
	st, err := readStore(ctx, s.db)
	if err != nil || st.embedder.Dimension != 0 {
		return st.embedder.Dimension, err
	}
	return first, s.update(ctx, func(_ *sql.Tx, st *storeRow) error {
		st.embedder.Dimension = first
		return nil
	})
}
