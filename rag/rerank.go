package rag

import (
	"math"
	"slices"
	"sort"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// rerank puts first the hits whose sentences, with what stands around
// them, hold most of the question's words. Retrieval ranks passages; a reader
// with room for few of them wants those that hold the answer.
func rerank(hits []Hit, ev *evidence.Evidence, a question.Analysis) []Hit {
	held := shareHeld(hits, ev, a)
	score := func(h Hit) float64 { return held[h.Passage.ID] + 0.1/math.Sqrt(float64(h.Rank)) }
	out := append([]Hit(nil), hits...)
	sort.SliceStable(out, func(i, j int) bool { return score(out[i]) > score(out[j]) })
	return out
}

// shareHeld is how much of the question's words the best sentence of each passage holds with
// what stands around it, 0 to 1, by the passages' IDs.
func shareHeld(hits []Hit, ev *evidence.Evidence, a question.Analysis) map[string]float64 {
	out := map[string]float64{}
	for _, h := range hits {
		for _, p := range ev.Paragraphs {
			if p.Article.ID == h.Article.ID && slices.ContainsFunc(h.Passage.Spans, func(s article.Span) bool { return s.Paragraph == p.Number }) {
				out[h.Passage.ID] = max(out[h.Passage.ID], cover(p, a))
			}
		}
	}
	return out
}

// cover is the same of a paragraph.
func cover(p *evidence.Paragraph, a question.Analysis) float64 {
	most := 0.0
	for i := range p.Sentences {
		if fit := p.EditionFit(i, a.Years); fit > 0 {
			for _, part := range a.Parts {
				most = max(most, fit*evidence.Share(part.Words, p.Cover(part.Words, i)))
			}
		}
	}
	return most
}
