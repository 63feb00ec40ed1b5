package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// A period has two ends (自2025年5月1日起至2027年4月30日止), and a question that asks for
// one of them is not answered by the other.
var (
	asksUntil  = regexp.MustCompile(`到(?:哪|什么时候|何时|几[点时号日月]|多[久晚])|截[止至]|为止|结束|到期|期满|届满|终止|[关闭]馆|关门|打烊|下班|最[晚迟]|去世|逝世|[病牺]逝|牺牲|死于|卒于|解散|废[除止]|停[业刊办运]|倒闭|卸任|退位|竣工|完工|闭幕`)
	asksSince  = regexp.MustCompile(`[从自](?:哪|什么时候|何时|几[点时号日月])|开始|起始|[起生]效|开[馆门]|上班|最早|出生|生于|诞生|成立|创[办立建]|建立|即位|登基|[上就]任|[开动]工|开幕`)
	periodLink = regexp.MustCompile(`^(?:起|开始)?[，,]?\s*(?:至|到|[-—–－~～]+)\s*$`)
	sinceLink  = regexp.MustCompile(`^(?:起|开始)[，,、]?\s*$`)
	untilMark  = regexp.MustCompile(`^\s*(?:止|截止|结束)`)
)

// moments are where a paragraph's dates and times of the day stand.
func moments(p *evidence.Paragraph) (days, times []zhtext.Range) {
	for _, d := range p.Dates() {
		days = append(days, d.Range)
	}
	for _, q := range p.Quantities() {
		if zhtext.UnitClass(q.Unit) == zhtext.ClassTime {
			times = append(times, q.Range)
		}
	}
	return days, times
}

// askedEnd is the end of a period that the question asks for, where at is the other
// one, and the whole period where it asks for neither: 12月21日 is half of 12月21日至22日.
// The years of a life in brackets stay apart.
func askedEnd(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	until, since := asksUntil.MatchString(asked), asksSince.MatchString(asked)
	days, times := moments(p)
	points := append(days, times...)
	slices.SortFunc(points, func(a, b zhtext.Range) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		if from.End > to.Start || from.Start < sentence.Start || to.End > sentence.End {
			continue
		}
		between, behind := string(p.Text[from.End:to.Start]), string(p.Text[to.End:sentence.End])
		if !periodLink.MatchString(between) && !(sinceLink.MatchString(between) && untilMark.MatchString(behind)) {
			continue
		}
		overlaps := func(r zhtext.Range) bool { return r.Start < at.End && at.Start < r.End }
		if overlaps(from) == overlaps(to) {
			continue
		}
		named := func(r zhtext.Range) bool { return strings.Contains(asked, string(p.Text[r.Start:r.End])) }
		switch {
		case until && !since:
			return to
		case since && !until:
			return from
		case at != from && at != to || named(from) || named(to) || !until && bracketed(p.Text, from.Start, to.End):
			return at
		}
		return zhtext.Range{Start: from.Start, End: to.End}
	}
	return at
}

// bracketed tells whether a stretch is all that a pair of brackets holds.
func bracketed(text []rune, start, end int) bool {
	return start > 0 && end < len(text) && brackets[text[start-1]] == text[end]
}
