package index

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"time"
	"unicode/utf8"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Refresh picks up what another process has committed, and tells whether there
// was anything. Searches go on meanwhile.
func (s *Store) Refresh(ctx context.Context) (bool, error) {
	changed, err := s.refresh(ctx, false)
	return changed, s.explain("refresh store", err)
}

// delta is what a refresh found: the articles that changed and went.
type delta struct {
	since   int64 // the generation before
	held    held
	changed []*entry
	vectors map[string][]float32 // of the changed articles, when loaded before
	gone    []string             // passage IDs
}

// refresh brings what the process holds to the database's present generation.
// locked says that the caller holds the write lock.
func (s *Store) refresh(ctx context.Context, locked bool) (bool, error) {
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	s.mu.RLock()
	before, keyword, withVectors := s.held, s.keyword, s.vectors != nil
	s.mu.RUnlock()

	var d *delta
	var info EmbedderInfo
	err := s.snapshot(ctx, func(q querier) (err error) {
		if info, _, err = readEmbedder(ctx, q); err != nil {
			return err
		}
		d, err = loadDelta(ctx, q, before, withVectors)
		return err
	})
	if err != nil {
		return false, err
	}
	now := before
	if d != nil {
		now = d.held
	}
	next, err := s.nextKeyword(ctx, now, d, keyword, locked)
	if err != nil {
		return false, err
	}
	if d == nil && next == keyword {
		return false, nil
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		if next != nil && next != keyword {
			next.close()
		}
		return false, errClosed
	}
	s.embedder = info
	if d != nil {
		s.held = d.held
		if s.vectors != nil {
			if err := s.applyVectors(ctx, d); err != nil {
				s.vectors = nil // loaded anew by the next search
				s.log.Warn("vectors are loaded anew", "error", err)
			}
		}
	}
	if next != keyword {
		if keyword != nil {
			if err := keyword.close(); err != nil {
				s.log.Warn("an outdated keyword index did not close", "error", err)
			}
		}
		s.keyword = next
	}
	return true, nil
}

func (s *Store) applyVectors(ctx context.Context, d *delta) error {
	if err := s.vectors.remove(ctx, d.gone...); err != nil {
		return err
	}
	for id, v := range d.vectors {
		if err := s.vectors.add(ctx, id, v); err != nil {
			return err
		}
	}
	return nil
}

// loadDelta reads what changed since before; nil when nothing did.
func loadDelta(ctx context.Context, q querier, before held, withVectors bool) (*delta, error) {
	var generation int64
	if err := q.QueryRowContext(ctx, "SELECT generation FROM store").Scan(&generation); err != nil {
		return nil, err
	}
	if generation == before.generation {
		return nil, nil
	}
	d := &delta{
		since: before.generation,
		held: held{
			generation: generation,
			articles:   map[string]*entry{},
			passages:   map[string]place{},
		},
		vectors: map[string][]float32{},
	}
	err := each(ctx, q, func(scan func(...any) error) error {
		var id string
		var gen int64
		if err := scan(&id, &gen); err != nil {
			return err
		}
		if e := before.articles[id]; e != nil && e.generation == gen {
			d.held.articles[id] = e
		} else {
			d.held.articles[id] = nil // loaded below
		}
		return nil
	}, "SELECT id, generation FROM articles")
	if err != nil {
		return nil, err
	}
	if err := loadChanged(ctx, q, d, before.generation, withVectors); err != nil {
		return nil, err
	}
	for id, e := range before.articles {
		if d.held.articles[id] == e {
			continue
		}
		for _, p := range e.passages {
			d.gone = append(d.gone, p.ID)
		}
	}
	for id, e := range d.held.articles {
		if e == nil {
			return nil, fmt.Errorf("%w: article %s carries a generation that is too old", ErrDamaged, id)
		}
		for i, p := range e.passages {
			d.held.passages[p.ID] = place{e, i}
		}
		d.held.bodyWords += int64(e.words)
		d.held.titleWords += int64(e.titleWords * len(e.passages))
	}
	d.held.catalog = catalog(d.held)
	return d, nil
}

// loadChanged loads the articles that are newer than a generation.
func loadChanged(ctx context.Context, q querier, d *delta, since int64, withVectors bool) error {
	err := each(ctx, q, func(scan func(...any) error) error {
		e, err := scanArticle(scan)
		if err != nil {
			return err
		}
		d.held.articles[e.article.ID] = e
		d.changed = append(d.changed, e)
		return nil
	}, "SELECT "+articleColumns+" FROM articles WHERE generation > ?", since)
	if err != nil {
		return err
	}
	var at cursor
	return each(ctx, q, func(scan func(...any) error) error {
		var articleID, id, spans string
		var words int
		var vector []byte
		if err := scan(&articleID, &id, &spans, &words, &vector); err != nil {
			return err
		}
		e := d.held.articles[articleID]
		e.words += words
		p, err := decodePassage(&at, e.article, id, spans)
		if err != nil {
			return err
		}
		e.passages = append(e.passages, p)
		if vector == nil {
			return nil
		}
		d.vectors[id], err = decodeVector(vector)
		return err
	}, `SELECT p.article_id, p.id, p.spans, p.word_count, CASE WHEN ? THEN p.vector END
		FROM passages p JOIN articles a ON a.id = p.article_id
		WHERE a.generation > ? ORDER BY p.article_id, p.number`, withVectors, since)
}

const articleColumns = "id, title, published, author, source, url, path, paragraphs, title_word_count, generation"

func scanArticle(scan func(...any) error) (*entry, error) {
	a := &article.Article{}
	e := &entry{article: a}
	var published, paragraphs string
	if err := scan(&a.ID, &a.Title, &published, &a.Author, &a.Source, &a.URL, &a.Path, &paragraphs, &e.titleWords, &e.generation); err != nil {
		return nil, err
	}
	if published != "" {
		t, err := time.Parse(time.DateOnly, published)
		if err != nil {
			return nil, fmt.Errorf("%w: article %s: %w", ErrDamaged, a.ID, err)
		}
		a.Published = t
	}
	if err := json.Unmarshal([]byte(paragraphs), &a.Paragraphs); err != nil {
		return nil, fmt.Errorf("%w: article %s: %w", ErrDamaged, a.ID, err)
	}
	return e, nil
}

// encodeSpans keeps where the spans are; their text is the article's.
func encodeSpans(spans []article.Span) (string, error) {
	out := make([][3]int, len(spans))
	for i, sp := range spans {
		out[i] = [3]int{sp.Paragraph, sp.Start, sp.End}
	}
	b, err := json.Marshal(out)
	return string(b), err
}

// cursor finds runes in the paragraphs of an article. It remembers where it was
// last, so that reading a long paragraph piece after piece takes one pass.
type cursor struct {
	article   *article.Article
	paragraph int
	rune      int // how many runes stand ahead of
	byte      int // this offset
}

// slice returns the runes from start to end of a paragraph, counted from 1. It
// tells whether there are such.
func (c *cursor) slice(a *article.Article, paragraph, start, end int) (string, bool) {
	text, ok := a.Paragraph(paragraph)
	if !ok || start < 0 || start > end {
		return "", false
	}
	if c.article != a || c.paragraph != paragraph || c.rune > start {
		*c = cursor{article: a, paragraph: paragraph}
	}
	if !c.forward(text, start) {
		return "", false
	}
	from := c.byte
	if !c.forward(text, end) {
		return "", false
	}
	return string([]rune(text[from:c.byte])), true
}

// forward goes on to a rune of the paragraph's text, or says that it is too short.
func (c *cursor) forward(text string, to int) bool {
	for ; c.rune < to; c.rune++ {
		if c.byte == len(text) {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[c.byte:])
		c.byte += size
	}
	return true
}

func decodePassage(c *cursor, a *article.Article, id, spans string) (article.Passage, error) {
	p := article.Passage{ID: id, ArticleID: a.ID}
	var at [][3]int
	if err := json.Unmarshal([]byte(spans), &at); err != nil {
		return p, fmt.Errorf("%w: passage %s: %w", ErrDamaged, id, err)
	}
	for _, x := range at {
		text, ok := c.slice(a, x[0], x[1], x[2])
		if !ok {
			return p, fmt.Errorf("%w: passage %s: no runes %d to %d in paragraph %d", ErrDamaged, id, x[1], x[2], x[0])
		}
		p.Spans = append(p.Spans, article.Span{Paragraph: x[0], Start: x[1], End: x[2], Text: text})
	}
	return p, nil
}

// nextKeyword returns the keyword index to use with what is held now, which
// may be the one in use.
func (s *Store) nextKeyword(ctx context.Context, now held, d *delta, inUse *keywordIndex, locked bool) (*keywordIndex, error) {
	if len(now.passages) == 0 {
		return nil, nil
	}
	if inUse != nil && inUse.stamp.Generation == now.generation {
		return inUse, nil
	}
	next, err := openKeyword(s.opts.Dir, now.generation)
	if err == nil {
		return next, nil
	}
	if !s.readOnly {
		unlock, ok := func() {}, locked
		if !locked {
			unlock, ok = s.tryLock()
		}
		if ok {
			defer unlock()
			s.log.Info("the keyword index is brought up to date", "generation", now.generation, "because", err)
			return s.publish(ctx, d, inUse)
		}
	}
	if s.beingWritten() {
		// The writer will publish its own; until then the newest finished one
		// serves. Hits that are no longer held are left out.
		for _, n := range keywordGenerations(s.opts.Dir) {
			if inUse != nil && inUse.stamp.Generation == n {
				return inUse, nil
			}
			if next, err := openKeyword(s.opts.Dir, n); err == nil {
				return next, nil
			}
		}
	}
	s.log.Info("the keyword index is built in memory", "generation", now.generation, "because", err)
	var k *keywordIndex
	err = s.snapshot(ctx, func(q querier) (err error) {
		k, err = keywordInMemory(now.generation, documents(ctx, q, -1))
		return err
	})
	return k, err
}

// publish makes the keyword folder of the database's present generation and
// opens it. d is what separates the index in use from that generation; when it
// does not apply or is large everything is built from the database. The caller
// holds the write lock, so the generation stays.
func (s *Store) publish(ctx context.Context, d *delta, inUse *keywordIndex) (*keywordIndex, error) {
	var generation int64
	err := s.snapshot(ctx, func(q querier) error {
		if err := q.QueryRowContext(ctx, "SELECT generation FROM store").Scan(&generation); err != nil {
			return err
		}
		if d != nil && inUse != nil && d.since == inUse.stamp.Generation && d.held.generation == generation && d.small() {
			st := stamp{
				Format: keywordFormat, Generation: generation, Passages: len(d.held.passages),
				BodyWords: d.held.bodyWords, TitleWords: d.held.titleWords, LongestHan: inUse.stamp.LongestHan,
			}
			err := updateKeyword(s.opts.Dir, d.since, st, d.gone, documents(ctx, q, d.since))
			if err == nil {
				return nil
			}
			s.log.Info("the keyword index is built from the database", "generation", generation, "because", err)
		}
		return buildKeyword(s.opts.Dir, generation, documents(ctx, q, -1))
	})
	if err != nil {
		return nil, err
	}
	if err := sweepKeyword(s.opts.Dir, generation); err != nil {
		s.log.Warn("outdated keyword indexes were not removed", "error", err)
	}
	return openKeyword(s.opts.Dir, generation)
}

// small tells whether a change is so small that changing the keyword index
// beats building it.
func (d *delta) small() bool {
	changes := len(d.gone)
	for _, e := range d.changed {
		changes += len(e.passages)
	}
	return 4*changes < len(d.held.passages)
}

func catalog(h held) rag.Catalog {
	c := rag.Catalog{Articles: len(h.articles), Passages: len(h.passages), Years: map[int]int{}}
	all := make([]*article.Article, 0, len(h.articles))
	for _, e := range h.articles {
		all = append(all, e.article)
		day := e.article.Published
		if day.IsZero() {
			c.Years[0]++
			continue
		}
		c.Years[day.Year()]++
		if c.First.IsZero() || day.Before(c.First) {
			c.First = day
		}
		if day.After(c.Last) {
			c.Last = day
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if !all[i].Published.Equal(all[j].Published) {
			return all[i].Published.After(all[j].Published)
		}
		return all[i].ID < all[j].ID
	})
	for _, a := range all[:min(20, len(all))] {
		c.Titles = append(c.Titles, a.Title)
	}
	return c
}
