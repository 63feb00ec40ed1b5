package extract

import (
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// stretchAsked makes of a stretch what the question asks for: without a stray rune
// ahead, of a period or a move the side that is asked for, of a list the whole.
func stretchAsked(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	at = askedSide(asked, p, withoutStray(p, at), sentence)
	return wholeList(asked, p, askedEnd(asked, p, at, sentence), sentence)
}

// withoutStray leaves out a rune ahead of a figure or a day that belongs to what stands
// before: 后 in 结清费用后7个工作日.
func withoutStray(p *evidence.Paragraph, at zhtext.Range) zhtext.Range {
	if at.End-at.Start < 3 || !strings.ContainsRune("后的为是达有了于在由自从被将则须可按", p.Text[at.Start]) {
		return at
	}
	for _, q := range p.Quantities() {
		if q.Start == at.Start+1 {
			at.Start++
			return at
		}
	}
	for _, d := range p.Dates() {
		if d.Start == at.Start+1 {
			at.Start++
			return at
		}
	}
	return at
}

// isPeriod tells whether a stretch is a period from end to end.
func isPeriod(p *evidence.Paragraph, at zhtext.Range) bool {
	for _, d := range periods(p, zhtext.Range{End: len(p.Text)}) {
		if d.whole == at {
			return true
		}
	}
	return false
}
