package index

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

var (
	_ rag.Index   = (*Store)(nil)
	_ rag.Library = (*Store)(nil)
)

// maxQuestion is how many runes of a question are searched for words, since
// its stretches are many times as many. Nobody asks at greater length.
const maxQuestion = 1000

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// Keyword returns the k passages that the question's words rank best (BM25).
// Words are found in the question without a dictionary: each stretch of it
// that the index holds as a word counts.
func (s *Store) Keyword(ctx context.Context, question string, k int) ([]rag.Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	if s.keyword == nil {
		return nil, nil
	}
	found, err := s.keyword.search(ctx, zhtext.Terms(firstRunes(question, maxQuestion), s.keyword.stamp.LongestHan), k)
	if err != nil {
		return nil, err
	}
	hits := s.hits(found)
	for i := range hits {
		hits[i].KeywordRank = hits[i].Rank
	}
	return hits, nil
}

// Vector returns the k passages whose vectors are most similar (cosine). A
// vector that cannot be compared with the store's gives ErrVector.
func (s *Store) Vector(ctx context.Context, vector []float32, k int) ([]rag.Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	if err := checkVector(vector, s.embedder.Dimension); err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	if s.vectors == nil {
		if err := s.loadVectors(ctx); err != nil {
			return nil, err
		}
	}
	found, err := s.vectors.search(ctx, vector, k)
	if err != nil {
		return nil, err
	}
	hits := s.hits(found)
	for i := range hits {
		hits[i].VectorRank, hits[i].Similarity = hits[i].Rank, hits[i].Score
	}
	return hits, nil
}

// loadVectors fills the vector side. It is called with the lock held for
// reading, and returns with it held for reading.
func (s *Store) loadVectors(ctx context.Context) error {
	s.mu.RUnlock()
	defer s.mu.RLock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vectors != nil {
		return nil
	}
	v, err := newVectorIndex()
	if err != nil {
		return err
	}
	// Passages committed after the last refresh have vectors here already; the
	// refresh that brings them in replaces them.
	err = each(ctx, s.db, func(scan func(...any) error) error {
		var id string
		var blob []byte
		if err := scan(&id, &blob); err != nil {
			return err
		}
		if _, held := s.held.passages[id]; !held {
			return nil
		}
		vector, err := decodeVector(blob)
		if err != nil {
			return fmt.Errorf("passage %s: %w", id, err)
		}
		return v.add(ctx, id, vector)
	}, "SELECT id, vector FROM passages WHERE vector IS NOT NULL")
	if err != nil {
		return s.explain("load vectors", err)
	}
	s.vectors = v
	return nil
}

// hits turns what was found into hits. What is not held (any more) is left out.
func (s *Store) hits(found []scored) []rag.Hit {
	out := make([]rag.Hit, 0, len(found))
	for _, f := range found {
		p, ok := s.held.passages[f.id]
		if !ok {
			continue
		}
		out = append(out, rag.Hit{
			Rank: len(out) + 1, Score: f.score,
			Passage: p.entry.passages[p.i], Article: p.entry.article,
		})
	}
	return out
}

// Frequencies tells in how many passages each term occurs as a word, and how
// many passages there are.
func (s *Store) Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	df = make([]int, len(terms))
	if s.keyword == nil {
		return df, 0, ctx.Err()
	}
	for i, t := range terms {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if df[i], err = s.keyword.frequency(ctx, t); err != nil {
			return nil, 0, err
		}
	}
	return df, s.keyword.stamp.Passages, nil
}

// Catalog describes the whole collection.
func (s *Store) Catalog(ctx context.Context) (rag.Catalog, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.held.catalog
	c.Titles = slices.Clone(c.Titles)
	c.Years = make(map[int]int, len(s.held.catalog.Years))
	for y, n := range s.held.catalog.Years {
		c.Years[y] = n
	}
	return c, ctx.Err()
}

// Article returns an article, shared: do not change it. ErrNoArticle when the
// store does not hold it.
func (s *Store) Article(ctx context.Context, id string) (*article.Article, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.held.articles[id]
	if e == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoArticle, id)
	}
	return e.article, nil
}

// Articles returns all articles in the order of their IDs, shared: do not
// change them.
func (s *Store) Articles(ctx context.Context) ([]*article.Article, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]*article.Article, 0, len(s.held.articles))
	for _, e := range s.held.articles {
		out = append(out, e.article)
	}
	slices.SortFunc(out, func(a, b *article.Article) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out, ctx.Err()
}

// Status is what a user wants to know about a store.
type Status struct {
	Dir                string
	Articles, Passages int
	// Waiting counts articles that wait for a re-index to embed them anew.
	Waiting    int
	Embedder   EmbedderInfo // zero: no vectors yet
	Bytes      int64        // of the whole folder
	LastIngest time.Time    // zero: never
	Generation int64
	ReadOnly   bool
}

// Status reads the store's present state from the database.
func (s *Store) Status(ctx context.Context) (Status, error) {
	st := Status{Dir: s.opts.Dir, ReadOnly: s.readOnly}
	var last string
	err := s.db.QueryRowContext(ctx, `SELECT generation, provider, model, dimension, fingerprint, last_ingest,
			(SELECT count(*) FROM articles), (SELECT count(*) FROM passages),
			(SELECT count(*) FROM articles WHERE digest = '') FROM store`).
		Scan(&st.Generation, &st.Embedder.Provider, &st.Embedder.Model, &st.Embedder.Dimension,
			&st.Embedder.Fingerprint, &last, &st.Articles, &st.Passages, &st.Waiting)
	if err != nil {
		return Status{}, s.explain("read status", err)
	}
	if last != "" {
		if st.LastIngest, err = time.Parse(time.RFC3339, last); err != nil {
			return Status{}, fmt.Errorf("read status: %w: %w", ErrDamaged, err)
		}
	}
	// A writer may remove files while they are counted.
	_ = filepath.WalkDir(s.opts.Dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			st.Bytes += info.Size()
		}
		return nil
	})
	return st, nil
}
