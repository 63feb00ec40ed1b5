package extract

import (
	"sort"

	"zhiwen/rag"
	"zhiwen/rag/question"
)

// Candidate is a sentence as it was rated for one part of a question.
type Candidate struct {
	Sentence string
	Short    string // the short answer cut out of it, "" if none
	// Score is the product of the factors plus Rank, what the paragraph's rank
	// in retrieval adds.
	Score   float64
	Factors []Factor
	Rank    float64
}

// Candidates returns the n sentences rated best for a part of the question, best
// first, those included that are too weak to be shown.
func Candidates(req rag.Request, part question.Part, n int) []Candidate {
	all := rate(req, part)
	out := make([]Candidate, 0, n)
	for _, c := range all[:min(n, len(all))] {
		shown := Candidate{Sentence: c.text(), Score: c.score, Factors: c.factors, Rank: c.rank}
		if c.short != nil {
			shown.Short = c.shortClaim().Text
		}
		out = append(out, shown)
	}
	return out
}

// rate rates all sentences of the evidence for a part of the question, best first.
func rate(req rag.Request, part question.Part) []candidate {
	var all []candidate
	for _, p := range req.Evidence.Paragraphs {
		for i := range p.Sentences {
			if len(req.Analysis.Parts) > 1 && req.Language != "en" && !p.Answers(part, i) {
				continue // the other part's answer is none for this one
			}
			if c, ok := score(req, part, p, i); ok {
				all = append(all, c)
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	return all
}
