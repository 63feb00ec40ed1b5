package extract

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// What moved or was changed has a side where it was and one where it is now:
// 由门诊楼三楼迁至医技楼二楼.
var (
	moveVerb  = regexp.MustCompile(`(?:搬迁|迁移|搬|迁|移|调整|变更|更改|改|转)(?:至|到|往|入|为|在)`)
	moveFrom  = []*regexp.Regexp{regexp.MustCompile(`[由从]`), regexp.MustCompile(`[自原]`)}
	asksWhere = regexp.MustCompile(`(?:[搬迁移改转]|调整|变更)[^，。？?]{0,4}?[到至往为成去在了][^，。？?]{0,3}?(?:哪|何|什么|啥|几|多少|谁)`)
	asksFrom  = regexp.MustCompile(`从(?:哪|什么|啥|何|几|多少|谁)|由(?:哪里|哪儿|何处|什么地方)|原来|原先|以前|之前|[搬迁移改调]整?前|原址|旧址|老地址|原[在为是由]`)
)

// maxSide is how many runes it takes at most to say where something was.
const maxSide = 20

// move is a change from one thing to another, in runes of the paragraph.
type move struct{ from, to zhtext.Range }

// movesIn are those of a sentence that name both sides.
func movesIn(p *evidence.Paragraph, sentence zhtext.Range) []move {
	var out []move
	for _, clause := range clauses(p.Text, sentence) {
		text := string(p.Text[clause.Start:clause.End])
		verb := moveVerb.FindStringIndex(text)
		if verb == nil {
			continue
		}
		var from [][]int
		for _, word := range moveFrom { // 自3月1日起由甲地: 自 says when
			if from = append(from, word.FindAllStringIndex(text[:verb[0]], -1)...); len(from) > 0 {
				break
			}
		}
		if len(from) == 0 {
			continue
		}
		rune := func(at int) int { return clause.Start + len([]rune(text[:at])) }
		m := move{zhtext.Range{Start: rune(from[len(from)-1][1]), End: rune(verb[0])}, zhtext.Range{Start: rune(verb[1]), End: clause.End}}
		if n := m.from.End - m.from.Start; n >= 2 && n <= maxSide && m.to.End-m.to.Start >= 2 {
			out = append(out, m)
		}
	}
	return out
}

// A change of a value has two sides as well, of which a question may want both: 从多少提高到多少.
var (
	changeVerb = regexp.MustCompile(`(?:搬迁|迁移|搬|迁|移|调整|变更|更改|更换|改|换|转|变|提高|提升|上调|下调|降低|下降|降|增加|增|减少|减|上涨|涨|升|缩短|延长|扩大|缩小)(?:至|到|往|入|为|成|在)?`)
	asksBoth   = regexp.MustCompile(`[从由](?:什么|哪|多少|几|啥|谁)[^，。？?]{0,6}` + changeVerb.String() + `[^，。？?]{0,2}(?:什么|哪|多少|几|啥|谁)`)
)

// bothSides is the whole change where a question asks what became what and a stretch lies in it:
// 由浅色改为深色.
func bothSides(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) (zhtext.Range, bool) {
	if !asksBoth.MatchString(asked) {
		return at, false
	}
	for _, clause := range clauses(p.Text, sentence) {
		text := string(p.Text[clause.Start:clause.End])
		from := strings.IndexAny(text, "由从")
		if from < 0 || !clause.Overlaps(at) {
			continue
		}
		verbs := changeVerb.FindAllStringIndex(text[from:], -1)
		start := clause.Start + len([]rune(text[:from]))
		if len(verbs) == 0 || clause.End-start > 2*maxSide || verbs[len(verbs)-1][1] == len(text)-from {
			continue
		}
		return zhtext.Range{Start: start, End: clause.End}, true
	}
	return at, false
}

// clauses are the stretches between the commas of a sentence.
func clauses(text []rune, sentence zhtext.Range) []zhtext.Range {
	var out []zhtext.Range
	start := sentence.Start
	for i := sentence.Start; i <= sentence.End; i++ {
		if i < sentence.End && !strings.ContainsRune("，,；;。！!？?\n", text[i]) {
			continue
		}
		if i > start {
			out = append(out, zhtext.Range{Start: start, End: i})
		}
		start = i + 1
	}
	return out
}

// sides is what of a move the question asks for and what not; ok is false where it asks
// for both, or neither for a side nor where something is.
func (m move) sides(asked string) (wanted, other zhtext.Range, ok bool) {
	to, from := asksWhere.MatchString(asked), asksFrom.MatchString(asked)
	if from && !to {
		return m.from, m.to, true
	}
	return m.to, m.from, to != from || !to && asksPlace(asked)
}

// askedSide is the side of a move that the question asks for, where a stretch lies in
// the other one or over both.
func askedSide(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	person := func(n reading.Name) bool {
		return n.Kind == reading.Person && at.Overlaps(zhtext.Range{Start: n.Start, End: n.End})
	}
	for _, m := range movesIn(p, sentence) {
		wanted, other, ok := m.sides(asked)
		if !ok || !at.Overlaps(other) || at.Start < m.from.Start-moveEdge || overlapsFact(p, at) && !asksPlace(asked) || slices.ContainsFunc(p.Names, person) {
			continue
		}
		if strings.Contains(asked, string(p.Text[other.Start:other.End])) && at != other {
			continue
		}
		return wanted
	}
	return at
}

// moveEdge is how far ahead of where something was a stretch over both sides may begin.
const moveEdge = 2

// asksPlace tells whether a question may be answered by where something is.
func asksPlace(asked string) bool {
	return zhtext.ContainsAny(asked, []string{"哪里", "哪儿", "在哪", "何处", "地方", "地址"})
}

// markMoved puts out the figures, dates and names of the side that is not asked for.
func markMoved(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	for _, m := range movesIn(p, sentence) {
		wanted, other, ok := m.sides(asked)
		if !ok {
			continue
		}
		for i := range all {
			switch {
			case all[i].Overlaps(other):
				all[i].Old = true
			case all[i].Overlaps(wanted):
				all[i].Old = false
			}
		}
	}
}
