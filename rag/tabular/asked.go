package tabular

import (
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// asked is the column whose cell names the row that is asked for: the one that the word
// behind 哪 is the name of, or that all of its cells hold (哪家公司); else the key.
func (t Table) asked(q Query, rows []Row, compared int) int {
	if q.noun == "" {
		return t.Key
	}
	fit := func(match func(j int) bool) (out []int) {
		for j := range t.Names {
			if j != compared && match(j) {
				out = append(out, j)
			}
		}
		return out
	}
	for _, match := range []func(j int) bool{
		func(j int) bool { return strings.HasPrefix(q.noun, zhtext.CompactString(cutBracket(t.Names[j]))) },
		func(j int) bool { // 公司 of 供应商：…有限公司
			return !slices.ContainsFunc(rows, func(r Row) bool { return !holdsNoun(r.Cells[j], q.noun) })
		},
	} {
		if found := fit(match); len(found) == 1 {
			return found[0]
		}
	}
	return t.Key
}

// holdsNoun tells whether a cell holds the two runes that a noun begins with.
func holdsNoun(cell, noun string) bool {
	runes := []rune(noun)
	return len(runes) > 1 && strings.Contains(cell, string(runes[:2]))
}
