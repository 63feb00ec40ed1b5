package grounding

import (
	"slices"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// restoreHedges gives the figures of a claim the hedges that the source has and
// the claim has dropped: 1500名 becomes 1500余名 where the sentences say so. A
// figure that stands there plainly as well is left alone.
func restoreHedges(claim string, p *evidence.Paragraph, span zhtext.Range) string {
	runes := []rune(claim)
	for _, q := range slices.Backward(zhtext.Quantities(claim)) {
		if q.Approx != zhtext.Exact || q.Ordinal {
			continue
		}
		hedged := ""
		for _, have := range p.Quantities() {
			if have.Start < span.Start || have.End > span.End || !q.Same(have) {
				continue
			}
			if have.Approx == zhtext.Exact {
				hedged = ""
				break
			}
			if have.Unit == q.Unit && hedged == "" {
				hedged = have.Text
			}
		}
		if hedged != "" {
			runes = slices.Replace(runes, q.Start, q.End, []rune(hedged)...)
		}
	}
	return string(runes)
}
