package rag

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// retrieved is what both sides of retrieval found.
type retrieved struct {
	hits, keyword, vector []Hit
	problems              []string
	embed, total          float64 // milliseconds
}

// look is what was found for a question, and what the question means beside it.
type look struct {
	question string
	found    retrieved
	evidence *evidence.Evidence
	analysis question.Analysis
}

// look retrieves for a question that stands alone and analyses it, once.
func (r *run) look(ctx context.Context, text string) (*look, error) {
	if r.looked != nil && r.looked.question == text {
		return r.looked, nil
	}
	c := r.chain
	l := &look{question: text}
	var err error
	if l.found, err = r.retrieve(ctx, text, c.topK()); err != nil {
		return nil, err
	}
	l.evidence = NewEvidence(l.found.hits)
	if l.analysis, err = question.Analyze(ctx, c.Index, text, l.evidence); err != nil {
		return nil, err
	}
	r.looked = l
	return l, nil
}

// retrieve ranks the passages that are looked into.
func (r *run) retrieve(ctx context.Context, text string, k int) (retrieved, error) {
	if r.within == nil {
		return r.chain.retrieve(ctx, text, k)
	}
	found, err := r.chain.retrieve(ctx, text, max(k, withinDepth))
	if err != nil {
		return found, err
	}
	found.hits = within(found.hits, r.within, text)
	found.hits = found.hits[:min(len(found.hits), k)]
	return found, nil
}

// withinDepth is how far down the ranking of all passages those of one article are
// looked for; the others of the article follow behind them.
const withinDepth = 200

// within are the passages of an article: those that were found, in their order, and then
// the others, by how much of the question stands in them.
func within(hits []Hit, a *article.Article, text string) []Hit {
	var out []Hit
	found := map[string]bool{}
	for _, h := range hits {
		if h.Article.ID == a.ID {
			out, found[h.Passage.ID] = append(out, h), true
		}
	}
	terms := zhtext.Terms(text, 4)
	var others []Hit
	held := map[string]int{} // by passage
	for _, p := range article.Split(*a, article.SplitOptions{}) {
		if found[p.ID] {
			continue
		}
		others = append(others, Hit{Article: a, Passage: p})
		folded := zhtext.Fold(p.Text())
		for _, t := range terms {
			if strings.Contains(folded, t) {
				held[p.ID] += len(t)
			}
		}
	}
	slices.SortStableFunc(others, func(x, y Hit) int { return held[y.Passage.ID] - held[x.Passage.ID] })
	out = append(out, others...)
	for i := range out {
		out[i].Rank = i + 1
	}
	return out
}

// retrieve ranks passages by keyword and by vector side by side and fuses the
// rankings. One side may fail: the other's ranking is used alone and the
// problem is told. Only when both fail is it an error.
func (c *Chain) retrieve(ctx context.Context, text string, k int) (r retrieved, err error) {
	ctx, end := c.stage(ctx, "retrieve")
	defer func() { end(err) }()
	started := time.Now()
	depth, timeout := c.Depth, c.SideTimeout
	if depth <= 0 {
		depth = max(DefaultDepth, k)
	}
	if timeout <= 0 {
		timeout = DefaultSideTimeout
	}
	query := question.Translated(text)
	var wait sync.WaitGroup
	var keywordErr, vectorErr error
	wait.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		r.keyword, keywordErr = c.Index.Keyword(ctx, query, depth)
	})
	wait.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		r.vector, r.embed, vectorErr = c.searchVector(ctx, query, depth)
	})
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return r, err
	}
	if keywordErr != nil && vectorErr != nil {
		return r, fmt.Errorf("search: %w", errors.Join(keywordErr, vectorErr))
	}
	for side, err := range map[string]error{"keyword": keywordErr, "vector": vectorErr} {
		if err != nil {
			c.log().WarnContext(ctx, "one side of the search failed", "side", side, "error", err)
			r.problems = append(r.problems, side+" search failed: "+err.Error())
		}
	}
	r.hits = Fuse(query, r.keyword, r.vector, zhtext.Years(text), k)
	r.total = milliseconds(started)
	return r, nil
}

func (c *Chain) searchVector(ctx context.Context, question string, depth int) ([]Hit, float64, error) {
	if c.Embedder == nil {
		return nil, 0, nil
	}
	started := time.Now()
	_, embedded := c.stage(ctx, "embed")
	vector, err := c.Embedder.EmbedQuery(ctx, question)
	embedded(err)
	embed := milliseconds(started)
	if err != nil {
		return nil, embed, fmt.Errorf("embed question: %w", err)
	}
	hits, err := c.Index.Vector(ctx, vector, depth)
	return hits, embed, err
}

// fitsYears tells whether a passage is about one of the years: by its text,
// else by its article's title or date.
func fitsYears(h Hit, years []int) bool {
	if zhtext.Intersect(zhtext.Years(h.Passage.Text()), years) || zhtext.Intersect(zhtext.Years(h.Article.Title), years) {
		return true
	}
	return !h.Article.Published.IsZero() && zhtext.Intersect([]int{h.Article.Published.Year()}, years)
}

// maxWholePassages is the size of a collection above which nobody asks whether
// it fits into a prompt: some 200,000 tokens.
const maxWholePassages = 1500

// everything is every article as one hit, nil when that is not wanted.
func (c *Chain) everything(ctx context.Context, catalog Catalog) ([]Hit, error) {
	library, ok := c.Index.(Library)
	if !ok || !c.WholeCorpus || catalog.Passages > maxWholePassages {
		return nil, nil
	}
	articles, err := library.Articles(ctx)
	if err != nil {
		return nil, fmt.Errorf("read all articles: %w", err)
	}
	hits := make([]Hit, len(articles))
	for i, a := range articles {
		hits[i] = Hit{Rank: i + 1, Article: a, Passage: article.Passage{ID: a.ID, ArticleID: a.ID}}
		for n, p := range a.Paragraphs {
			hits[i].Passage.Spans = append(hits[i].Passage.Spans, article.Span{Paragraph: n + 1, End: len([]rune(p.Text)), Text: p.Text})
		}
	}
	return hits, nil
}
