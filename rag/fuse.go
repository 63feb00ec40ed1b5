package rag

import (
	"sort"
)

// rrfK is the constant of reciprocal rank fusion: Cormack, Clarke and Büttcher,
// "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
// Methods" (SIGIR 2009), who use 60. With 60 the ranks of a collection of a
// hundred passages are too flat: one side's first place loses to two tenth
// places.
const rrfK = 20

// vectorShare weighs the vector side against the keyword side: questions name
// what they ask about, and there words find more than likeness does.
const vectorShare = 0.85

// yearBoost lifts passages of the edition that the question asks about, as if
// both sides had ranked them a little higher; it never drops the others.
const yearBoost = 0.15

// Fuse merges two rankings of passages by reciprocal rank fusion and keeps the
// best k. Ties stand in the order of the passages' IDs. Passages that fit the
// years get a boost.
func Fuse(keyword, vector []Hit, years []int, k int) []Hit {
	merged := map[string]*Hit{}
	add := func(hits []Hit, isKeyword bool) {
		for i, h := range hits {
			score := h.Score
			m := merged[h.Passage.ID]
			if m == nil {
				h.Score, h.KeywordRank, h.VectorRank, h.Similarity = 0, 0, 0, 0
				m = &h
				merged[h.Passage.ID] = m
			}
			share := 1 / float64(rrfK+i+1)
			if isKeyword {
				m.Score += share
				m.KeywordRank = i + 1
			} else {
				m.Score += vectorShare * share
				m.VectorRank, m.Similarity = i+1, score
			}
		}
	}
	add(keyword, true)
	add(vector, false)
	out := make([]Hit, 0, len(merged))
	for _, h := range merged {
		if len(years) > 0 && fitsYears(*h, years) {
			h.Score *= 1 + yearBoost
		}
		out = append(out, *h)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Score != out[j].Score {
			return out[i].Score > out[j].Score
		}
		return out[i].Passage.ID < out[j].Passage.ID
	})
	if len(out) > k {
		out = out[:k]
	}
	for i := range out {
		out[i].Rank = i + 1
	}
	return out
}
