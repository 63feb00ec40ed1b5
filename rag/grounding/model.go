package grounding

import (
	"regexp"
	"slices"
	"strings"
)

// model is the name of a product or an edition that has a number in it: XB-210, HK-12, K7.
var model = regexp.MustCompile(`[a-z]{1,6}[-_ ]?\d{1,5}[a-z]{0,4}`)

// modelGuard: what is said of one model is not said of another. Where the clause that a
// claim's clause restates names other models only, and the claim's stands elsewhere.
func modelGuard(claim *statement, src *source) string {
	text := string(src.wide.runes)
	for _, c := range claim.clauses {
		mine := model.FindAllString(c.text, -1)
		if len(mine) != 1 || !strings.Contains(text, mine[0]) {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(c.tokens), func(t token) bool { return strings.Contains(mine[0], t.key) })
		i, share := src.aligned(clause{tokens: rest})
		if i < 0 || share < alignedShare {
			continue
		}
		theirs := model.FindAllString(src.clauses[i].text, -1)
		if len(theirs) > 0 && !slices.ContainsFunc(theirs, func(o string) bool { return strings.HasPrefix(o, mine[0]) || strings.HasPrefix(mine[0], o) }) {
			return mine[0]
		}
	}
	return ""
}
