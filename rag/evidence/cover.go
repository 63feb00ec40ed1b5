package evidence

import (
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Places where a word of the question may be found, as seen from a sentence,
// and what a word found there counts for (InLater: behind it).
const (
	inSentence = 1.0
	inHeading  = 0.9
	inPrevious = 0.7
	inTitle    = 0.7
	inEarlier  = 0.5
	InLater    = 0.3
	inLead     = 0.3
)

// Cover tells how well each word is found in or around sentence i, from 0 to 1.
func (p *Paragraph) Cover(words []question.Word, i int) []float64 {
	out := make([]float64, len(words))
	for k, w := range words {
		out[k] = p.cover(w, i)
	}
	return out
}

func (p *Paragraph) cover(w question.Word, i int) float64 {
	if w.Number != nil {
		return p.coverNumber(*w.Number, i)
	}
	best := question.Match(w, p.Sentences[i].Folded) * inSentence
	try := func(compact string, weight float64) {
		if best < weight && compact != "" {
			best = max(best, question.Match(w, compact)*weight)
		}
	}
	if p.Heading != "" && i > 0 {
		try(p.Sentences[0].Folded, inHeading)
	}
	try(p.section, inHeading)
	try(p.LeadIn(i), inHeading)
	try(p.Title, inTitle)
	if runes := []rune(w.Text); best == 0 && len(runes) == 2 && !w.Known && zhtext.IsHan(runes[0]) && !zhtext.IsStopWord(string(runes[1])) && question.HoldsAbbreviation(runes, p.Title) {
		best = inTitle * 0.8
	}
	parallel := false
	for j := i - 1; j >= 0; j-- {
		// Items between semicolons run side by side: what one says is not said
		// of the next.
		parallel = parallel || strings.HasSuffix(p.Sentences[j].Text, "；")
		weight := inEarlier
		switch {
		case parallel:
			weight = InLater
		case j == i-1:
			weight = inPrevious
		}
		try(p.Sentences[j].Folded, weight)
	}
	for j := i + 1; j < len(p.Sentences); j++ {
		try(p.Sentences[j].Folded, InLater)
	}
	try(p.Lead, inLead)
	return best
}

// coverNumber tells how well a figure is found in or around sentence i, by value.
func (p *Paragraph) coverNumber(n zhtext.Quantity, i int) float64 {
	best := 0.0
	for _, q := range p.Quantities() {
		if !q.Same(n) || n.Unit == "" && q.Unit != "" && n.Value < 1000 {
			continue
		}
		if p.Sentences[i].Covers(q.Range) {
			return inSentence
		}
		best = InLater
	}
	return best
}

// Share is the weighted share of the words that is covered.
func Share(words []question.Word, cover []float64) float64 {
	var sum, total float64
	for i, w := range words {
		sum += w.Weight * cover[i]
		total += w.Weight
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
