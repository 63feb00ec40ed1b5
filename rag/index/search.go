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
	"zhiwen/rag/index/ingest"
	"zhiwen/rag/zhtext"
)

var (
	_ rag.Index   = (*Store)(nil)
	_ rag.Library = (*Store)(nil)
	_ rag.Named   = (*Store)(nil)
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
	if s.derived == nil {
		return nil, nil
	}
	index := s.derived.keyword
	terms := zhtext.Terms(firstRunes(question, maxQuestion), index.stamp.LongestHan)
	hits, err := s.hits(ctx, k, index.stamp.Passages, func(k int) ([]scored, error) { return index.search(ctx, terms, k) })
	for i := range hits {
		hits[i].KeywordRank = hits[i].Rank
	}
	return hits, err
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
	if err := ingest.CheckVector(vector, s.embedder.Dimension); err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	if s.derived == nil {
		return nil, nil
	}
	query := ingest.Unit(vector)
	for _, seg := range s.derived.vectors.segments {
		if err := ingest.CheckVector(query, seg.dimension); err != nil { // re-indexed meanwhile
			return nil, fmt.Errorf("vector search: %w", err)
		}
	}
	hits, err := s.hits(ctx, k, s.derived.vectors.count, func(k int) ([]scored, error) {
		var vectors map[string][]float32
		err := s.snapshot(ctx, func(q querier) error {
			st, err := readStore(ctx, q)
			if err != nil {
				return err
			}
			same := version{st.generation, st.contents} == s.derived.stamp.version()
			found, damaged, err := readVectors(ctx, q, s.derived.vectors.candidates(query, k), same)
			if err != nil {
				return err
			}
			for id, wrong := range damaged {
				s.damaged(id, wrong)
			}
			vectors = found
			return nil
		})
		if err != nil {
			return nil, s.explain("read vectors", err)
		}
		return rankExactly(ctx, vectors, query, k)
	})
	for i := range hits {
		hits[i].VectorRank, hits[i].Similarity = hits[i].Rank, hits[i].Score
	}
	return hits, err
}

// hits turns what one side finds into hits. Passages of articles that have gone
// since or are damaged are left out, and the next best ones move up; search may
// leave some out as well. There are no more than all.
func (s *Store) hits(ctx context.Context, k, all int, search func(k int) ([]scored, error)) ([]rag.Hit, error) {
	if k <= 0 {
		return nil, nil
	}
	for n := min(k, all); ; n = min(2*n, all) {
		found, err := search(n)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(found))
		for i, f := range found {
			ids[i] = articleOf(f.id)
		}
		entries, err := s.load(ctx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]rag.Hit, 0, len(found))
		for i, f := range found {
			e := entries[ids[i]]
			if e == nil || len(out) == k {
				continue
			}
			if p, ok := e.passage(f.id); ok {
				out = append(out, rag.Hit{Rank: len(out) + 1, Score: f.score, Passage: p, Article: e.article})
			}
		}
		if len(out) == k || n >= all {
			return out, nil
		}
		if len(found) == len(out) && len(found) < n {
			return out, nil // no others match
		}
	}
}

// Frequencies tells in how many passages each term occurs as a word, and how
// many passages there are.
func (s *Store) Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	df = make([]int, len(terms))
	if s.derived == nil {
		return df, 0, ctx.Err()
	}
	for i, t := range terms {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if df[i], err = s.derived.keyword.frequency(ctx, t); err != nil {
			return nil, 0, err
		}
	}
	return df, s.derived.stamp.Passages, nil
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
// store does not hold it, ErrDamaged when it is not what was ingested.
func (s *Store) Article(ctx context.Context, id string) (*article.Article, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	entries, err := s.load(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if e := entries[id]; e != nil {
		return e.article, nil
	}
	if wrong := s.state.wrong(id); wrong != "" {
		return nil, DamagedArticle(id, wrong)
	}
	return nil, NoArticle(id)
}

// Articles returns all articles in the order of their IDs, shared: do not
// change them. Damaged ones are left out and named by Health.
func (s *Store) Articles(ctx context.Context) ([]*article.Article, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := s.held.ids()
	entries, err := s.load(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*article.Article, 0, len(ids))
	for _, id := range ids {
		if e := entries[id]; e != nil {
			out = append(out, e.article)
		}
	}
	return out, ctx.Err()
}

// Named returns the IDs of the articles with exactly this title or address, sorted.
func (s *Store) Named(ctx context.Context, name string) ([]string, error) {
	if name == "" {
		return nil, ctx.Err() // what many have for an address
	}
	var ids []string
	err := s.snapshot(ctx, func(q querier) error {
		return each(ctx, q, func(scan func(...any) error) error {
			ids = append(ids, "")
			return scan(&ids[len(ids)-1])
		}, "SELECT id FROM articles WHERE title = ? OR url = ? ORDER BY id", name, name)
	})
	return ids, s.explain("look an article up", err)
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
	Health     Health
}

// Status reads the store's present state from the database.
func (s *Store) Status(ctx context.Context) (Status, error) {
	st := Status{Dir: s.opts.Dir, ReadOnly: s.readOnly}
	err := s.snapshot(ctx, func(q querier) error {
		row, err := readStore(ctx, q)
		if err != nil {
			return err
		}
		st.Generation, st.Embedder = row.generation, row.embedder
		st.Articles, st.Passages = int(row.articles), int(row.passages)
		if row.lastIngest != "" {
			if st.LastIngest, err = time.Parse(time.RFC3339, row.lastIngest); err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
		}
		return q.QueryRowContext(ctx, "SELECT count(*) FROM articles INDEXED BY articles_waiting WHERE digest = ''").Scan(&st.Waiting)
	})
	if err != nil {
		return Status{}, s.explain("read status", err)
	}
	st.Health = s.Health()
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
