package public

import (
	"context"

	"zhiwen/rag"
)

// Without is an index in which some articles are hidden from both sides of the
// search, as if they had never been read. Word frequencies stay those of the
// whole collection, which one article hardly changes.
type Without struct {
	rag.Index
	Hidden map[string]bool // by article ID
}

// perArticle is how many passages an article has at most in a ranking, by a
// generous guess: so many more hits are asked for.
const perArticle = 10

// Keyword implements [rag.Index].
func (w Without) Keyword(ctx context.Context, question string, k int) ([]rag.Hit, error) {
	hits, err := w.Index.Keyword(ctx, question, k+perArticle*len(w.Hidden))
	return w.visible(hits, k), err
}

// Vector implements [rag.Index].
func (w Without) Vector(ctx context.Context, vector []float32, k int) ([]rag.Hit, error) {
	hits, err := w.Index.Vector(ctx, vector, k+perArticle*len(w.Hidden))
	return w.visible(hits, k), err
}

func (w Without) visible(hits []rag.Hit, k int) []rag.Hit {
	out := make([]rag.Hit, 0, min(k, len(hits)))
	for _, h := range hits {
		if w.Hidden[h.Passage.ArticleID] {
			continue
		}
		if len(out) == k {
			break
		}
		h.Rank = len(out) + 1
		out = append(out, h)
	}
	return out
}
