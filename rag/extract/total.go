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

// ofTotal is 1 where sentence i counts a part of what another sentence of the paragraph
// gives the total of (共有92个, and 32个 of one kind), and holds no word of the question
// that the other does not: who asks how many and names no part wants them all.
func ofTotal(part question.Part, p *evidence.Paragraph, held [][]bool, i int) float64 {
	if part.Kind != question.KindQuantity {
		return 0
	}
	most := map[string]float64{} // of sentence i, by unit
	for _, q := range p.Quantities() {
		if within(q.Range, p.Sentences[i].Range) && classFit(part, q) > 0 && !q.Ordinal {
			most[q.Unit] = max(most[q.Unit], q.Value)
		}
	}
	for _, q := range p.Quantities() {
		value, counted := most[q.Unit]
		if !counted || q.Ordinal || q.Value <= value || within(q.Range, p.Sentences[i].Range) || !isTotal(p.Text, q) {
			continue
		}
		k := slices.IndexFunc(p.Sentences, func(s evidence.Sentence) bool { return within(q.Range, s.Range) })
		if k >= 0 && holdsAll(held[k], held[i]) {
			return 1
		}
	}
	return 0
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

func within(inner, outer zhtext.Range) bool {
	return outer.Start <= inner.Start && inner.End <= outer.End
}
