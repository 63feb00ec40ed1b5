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

// totalsOf is for each sentence of a paragraph the one that gives the total of what it counts
// a part of (共有92个, and 32个 of one kind), where it holds no word of the question that the
// other does not: who asks how many and names no part wants them all. It is -1 for all others.
func totalsOf(part question.Part, p *evidence.Paragraph, held [][]bool) []int {
	out := slices.Repeat([]int{-1}, len(p.Sentences))
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
				if so := out[c.sentence]; so < 0 || t.sentence < so { // the first, whatever order a map has
					out[c.sentence] = t.sentence
				}
			}
		}
	}
	return out
}

// placesIn is placeIn of each sentence of a paragraph. Where the reader points at a part of a
// total, it points at the total as well.
func placesIn(p *evidence.Paragraph, totals []int) []float64 {
	out := make([]float64, len(p.Sentences))
	for i := range out {
		out[i] = placeIn(p, i)
	}
	own := slices.Clone(out)
	for i, t := range totals {
		if t >= 0 {
			out[t] = max(out[t], own[i])
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
