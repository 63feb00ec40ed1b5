package public

import (
	"context"
	"slices"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
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

// Cut is an index in which the sentences of some articles that hold an answer are
// blank: what is left speaks of the same things and does not answer.
type Cut struct {
	rag.Index
	Articles map[string]bool // by ID
	Answers  []string
}

// Keyword implements [rag.Index].
func (c Cut) Keyword(ctx context.Context, question string, k int) ([]rag.Hit, error) {
	hits, err := c.Index.Keyword(ctx, question, k)
	return c.blanked(hits), err
}

// Vector implements [rag.Index].
func (c Cut) Vector(ctx context.Context, vector []float32, k int) ([]rag.Hit, error) {
	hits, err := c.Index.Vector(ctx, vector, k)
	return c.blanked(hits), err
}

func (c Cut) blanked(hits []rag.Hit) []rag.Hit {
	out := slices.Clone(hits)
	for i, h := range out {
		if !c.Articles[h.Passage.ArticleID] {
			continue
		}
		a := *h.Article
		a.Paragraphs = slices.Clone(a.Paragraphs)
		for n := range a.Paragraphs {
			a.Paragraphs[n].Text = c.blank(a.Paragraphs[n].Text)
		}
		out[i].Article = &a
		out[i].Passage.Spans = slices.Clone(h.Passage.Spans)
		for k, s := range out[i].Passage.Spans {
			out[i].Passage.Spans[k].Text = string([]rune(a.Paragraphs[s.Paragraph-1].Text)[s.Start:s.End])
		}
	}
	return out
}

// blank puts blanks in the place of the sentences that hold an answer, so that
// offsets stay.
func (c Cut) blank(text string) string {
	runes := []rune(text)
	for _, s := range zhtext.Sentences(text) {
		if !holdsAny(string(runes[s.Start:s.End]), c.Answers) {
			continue
		}
		for i := s.Start; i < s.End; i++ {
			runes[i] = ' '
		}
	}
	return string(runes)
}
