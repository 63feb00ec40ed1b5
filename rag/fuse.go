package rag

import (
	"sort"
	"strings"

	"zhiwen/rag/zhtext"
)

// keywordShare is what the keyword side's score counts for beside the vector side's.
// Swept from .3 to .7 over 1,233 questions of documents for calibration: from .4 to
// .6 hit@1 is .938 to .940 of them, against .875 for reciprocal rank fusion.
const keywordShare = 0.5

// Of the pairs of characters of a question, the share that one of the best keyword
// hits must hold for that side to count in full. Where hardly a word of the question
// stands in any passage, the best of the weak matches would outweigh all meaning.
// Swept from .3 to 1 over 1,500 questions of everyday documents: from .4 to 1 the
// passage is among the first six for .842 to .846 of them, against .835 without.
const (
	enoughWords = 0.6
	wordHits    = 3 // the best hits that are looked at
)

// yearBoost lifts passages of the edition that the question asks about; it never
// drops the others.
const yearBoost = 0.05

// Fuse merges two rankings of passages for a question by their scores and keeps the
// best k: BM25 as a share of its best, less where its hits hold little of the
// question, and cosine similarity. A side that does not rank a passage counts as it
// counts its last one. Ties stand in the order of the passages' IDs. Passages that fit
// the years get a boost.
func Fuse(question string, keyword, vector []Hit, years []int, k int) []Hit {
	merged := map[string]*Hit{}
	get := func(h Hit) *Hit {
		m := merged[h.Passage.ID]
		if m == nil {
			h.Score, h.KeywordRank, h.VectorRank, h.Similarity = 0, 0, 0, 0
			m = &h
			merged[h.Passage.ID] = m
		}
		return m
	}
	best, leastKeyword, leastVector := bounds(keyword, vector)
	worth := keywordShare * min(1, held(question, keyword)/enoughWords)
	words := map[string]float64{}
	for i, h := range keyword {
		get(h).KeywordRank = i + 1
		words[h.Passage.ID] = h.Score
	}
	for i, h := range vector {
		m := get(h)
		m.VectorRank, m.Similarity = i+1, h.Score
	}
	for id, m := range merged {
		found, ranked := words[id]
		if !ranked {
			found = leastKeyword
		}
		similarity := m.Similarity
		if m.VectorRank == 0 {
			similarity = leastVector
		}
		m.Score = worth*found/best + (1-keywordShare)*similarity
	}
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

// held is the share of a question's pairs of characters that one of the best hits holds
// in its text or title; 1 for a question without any.
func held(question string, hits []Hit) float64 {
	asked := []rune(zhtext.CompactString(question))
	if len(asked) < 2 {
		return 1
	}
	most := 0
	for _, h := range hits[:min(len(hits), wordHits)] {
		text := zhtext.CompactString(h.Passage.Text() + h.Article.Title)
		n := 0
		for i := range len(asked) - 1 {
			if strings.Contains(text, string(asked[i:i+2])) {
				n++
			}
		}
		most = max(most, n)
	}
	return float64(most) / float64(len(asked)-1)
}

// bounds are the best score of the keyword side, and the last of either; 1 and 0
// where a side found nothing.
func bounds(keyword, vector []Hit) (best, leastKeyword, leastVector float64) {
	best = 1
	if n := len(keyword); n > 0 {
		best, leastKeyword = keyword[0].Score, keyword[n-1].Score
	}
	if n := len(vector); n > 0 {
		leastVector = vector[n-1].Score
	}
	if best <= 0 {
		best = 1
	}
	return best, leastKeyword, leastVector
}
