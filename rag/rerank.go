package rag

import (
	"math"
	"sort"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// rerank puts first the hits whose sentences, with what stands around
// them, hold most of the question's words. Retrieval ranks passages; a reader
// with room for few of them wants those that hold the answer.
func rerank(hits []Hit, ev *evidence.Evidence, a question.Analysis) []Hit {
	best := map[string]map[int]float64{} // article, paragraph
	for _, p := range ev.Paragraphs {
		score := 0.0
		for i := range p.Sentences {
			if fit := p.EditionFit(i, a.Years); fit > 0 {
				for _, part := range a.Parts {
					score = max(score, fit*evidence.Share(part.Words, p.Cover(part.Words, i)))
				}
			}
		}
		if best[p.Article.ID] == nil {
			best[p.Article.ID] = map[int]float64{}
		}
		best[p.Article.ID][p.Number] = score
	}
	score := func(h Hit) float64 {
		most := 0.0
		for _, s := range h.Passage.Spans {
			most = max(most, best[h.Article.ID][s.Paragraph])
		}
		return most + 0.1/math.Sqrt(float64(h.Rank))
	}
	out := append([]Hit(nil), hits...)
	sort.SliceStable(out, func(i, j int) bool { return score(out[i]) > score(out[j]) })
	return out
}
