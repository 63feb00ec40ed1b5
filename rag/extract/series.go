package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

var seriesLink = regexp.MustCompile(`^\s*(?:、|和|与|及|以及|或)\s*$`)

// wholeSeries takes in the other times, days and names that stand beside one as its
// equals: of 18:20和20:00两班 neither is the answer alone. Where a sentence deals them
// out (分别) each has its own, and where the question says one it asks for another.
func wholeSeries(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	if strings.Contains(string(p.Text[sentence.Start:sentence.End]), "分别") {
		return at
	}
	kinds := make([][]zhtext.Range, 2+int(reading.OtherName)+1) // days, times, and each kind of name
	kinds[0], kinds[1] = moments(p)
	for _, n := range p.Names {
		kinds[2+int(n.Kind)] = append(kinds[2+int(n.Kind)], zhtext.Range{Start: n.Start, End: n.End})
	}
	for _, items := range kinds {
		slices.SortFunc(items, func(a, b zhtext.Range) int { return cmp.Compare(a.Start, b.Start) })
		i := slices.Index(items, at)
		if i < 0 {
			continue
		}
		linked := func(a, b zhtext.Range) bool {
			return a.End <= b.Start && a.Start >= sentence.Start && b.End <= sentence.End && seriesLink.MatchString(string(p.Text[a.End:b.Start]))
		}
		first, last := i, i
		for first > 0 && linked(items[first-1], items[first]) {
			first--
		}
		for last+1 < len(items) && linked(items[last], items[last+1]) {
			last++
		}
		for k := first; k <= last; k++ {
			if k != i && strings.Contains(asked, string(p.Text[items[k].Start:items[k].End])) {
				return at
			}
		}
		return zhtext.Range{Start: items[first].Start, End: items[last].End}
	}
	return at
}
