package extract

import (
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// totalRunes is how far ahead of a figure the word stands that makes it a total.
const totalRunes = 6

// partsOfTotals is 1 for each sentence of a paragraph that counts a part of what another
// one gives the total of (共有92个, and 32个 of one kind), and holds no word of the question
// that the other does not: who asks how many and names no part wants them all.
func partsOfTotals(part question.Part, p *evidence.Paragraph, held [][]bool) []float64 {
	out := make([]float64, len(p.Sentences))
	if part.Kind != question.KindQuantity {
		return out
	}
	type counted struct {
		sentence int
		unit     string
	}
	most, totals := map[counted]float64{}, map[counted]float64{} // the greatest figure of each
	for _, q := range p.Quantities() {
		i := slices.IndexFunc(p.Sentences, func(s evidence.Sentence) bool { return s.Covers(q.Range) })
		if i < 0 || q.Ordinal {
			continue
		}
		c := counted{i, q.Unit}
		if classFit(part, q) > 0 {
			most[c] = max(most[c], q.Value)
		}
		if isTotal(p.Text, q) {
			totals[c] = max(totals[c], q.Value)
		}
	}
	for c, value := range most {
		for t, total := range totals {
			if t.unit == c.unit && t.sentence != c.sentence && total > value && holdsAll(held[t.sentence], held[c.sentence]) {
				out[c.sentence] = 1
			}
		}
	}
	return out
}

// holdsAll tells whether a sentence holds each word that another does.
func holdsAll(it, other []bool) bool {
	for n := range other {
		if other[n] && !it[n] {
			return false
		}
	}
	return true
}

// isTotal tells whether a figure is said to be that of all.
func isTotal(text []rune, q zhtext.Quantity) bool {
	ahead := string(text[max(0, q.Start-totalRunes):q.Start])
	return strings.ContainsAny(ahead, "共总") || strings.Contains(ahead, "合计")
}
