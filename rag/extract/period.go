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
	asksUntil  = regexp.MustCompile(`到(?:哪|什么时候|何时|几[点时号日月]|多[久晚])|截[止至]|为止|结束|到期|期满|届满|终止|[关闭]馆|关门|打烊|下班|最[晚迟]|去世|逝世|[病牺]逝|牺牲|死于|卒于|解散|废[除止]|停[业刊办运]|倒闭|几点钟?[关闭]|卸任|退位|竣工|完工|闭幕`)
	asksSince  = regexp.MustCompile(`[从自](?:哪|什么时候|何时|几[点时号日月])|开始|起始|[起生]效|开[馆门]|上班|最早|出生|生于|诞生|成立|创[办立建]|建立|即位|登基|[上就]任|[开动]工|开幕|几点钟?开`)
	periodLink = regexp.MustCompile(`^(?:起|开始)?[，,]?\s*(?:(?:持续|延续|一直)?(?:至|到)|[-—–－~～]+)\s*$`)
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

// period is a stretch between two days or two times: 12月21日至22日.
type period struct{ from, to, whole zhtext.Range }

// Words of a month's third and of a part of the day, which stand beside a date or time.
var (
	monthPart = regexp.MustCompile(`^(?:[上中下]旬|[初底末])`)
	dayPart   = regexp.MustCompile(`(?:上午|下午|中午|早上|晚上|凌晨|夜间|次日|翌日|当日|早|晚)$`)
	dayTime   = regexp.MustCompile(`^\s*(?:[（(][^（()）]{1,4}[)）])?\s*(?:上午|下午|中午|早上|晚上|凌晨|夜间|早|晚)?\s*$`)
)

// periods are those of a sentence.
func periods(p *evidence.Paragraph, sentence zhtext.Range) []period {
	days, times := moments(p)
	for i, d := range days {
		if p.Text[d.End-1] == '月' {
			days[i].End += len([]rune(monthPart.FindString(string(p.Text[d.End:max(d.End, sentence.End)]))))
		}
	}
	points := append(slices.Clone(days), times...)
	slices.SortFunc(points, func(a, b zhtext.Range) int { return cmp.Compare(a.Start, b.Start) })
	points = slices.DeleteFunc(points, func(r zhtext.Range) bool { return r.Start < sentence.Start || r.End > sentence.End })
	var out []period
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		if from.End > to.Start {
			continue
		}
		between, behind := string(p.Text[from.End:to.Start]), string(p.Text[to.End:sentence.End])
		part := dayPart.FindString(between)
		link := strings.TrimSuffix(between, part)
		if !periodLink.MatchString(link) && !(sinceLink.MatchString(between) && untilMark.MatchString(behind)) {
			continue
		}
		whole := zhtext.Range{Start: from.Start, End: to.End}
		if slices.Contains(times, from) && slices.Contains(days, to) { // 5月3日9:00至5月5日17:00
			if i > 1 && slices.Contains(days, points[i-2]) && points[i-2].End <= from.Start && dayTime.MatchString(string(p.Text[points[i-2].End:from.Start])) {
				whole.Start = points[i-2].Start
			}
			if i+1 < len(points) && slices.Contains(times, points[i+1]) && to.End <= points[i+1].Start && dayTime.MatchString(string(p.Text[to.End:points[i+1].Start])) {
				whole.End = points[i+1].End
			}
		} else if part != "" {
			whole.Start -= len([]rune(dayPart.FindString(string(p.Text[sentence.Start:whole.Start]))))
		}
		if strings.HasPrefix(between, "起") && strings.HasPrefix(behind, "止") {
			whole.End++
		}
		out = append(out, period{from, to, whole})
	}
	return out
}

// isPeriod tells whether a stretch is a period from end to end.
func isPeriod(p *evidence.Paragraph, at zhtext.Range) bool {
	return slices.ContainsFunc(periods(p, zhtext.Range{End: len(p.Text)}), func(d period) bool { return d.whole == at })
}

// ends tells whether a question asks for one end of a period.
func ends(asked string) (since, until bool) {
	since, until = asksSince.MatchString(asked), asksUntil.MatchString(asked)
	return since && !until, until && !since
}

// answersWhole tells whether neither end of a period answers alone. What the question
// says itself it does not ask for, and the years of a life in brackets stay apart.
func (d period) answersWhole(asked string, p *evidence.Paragraph) bool {
	named := func(r zhtext.Range) bool { return strings.Contains(asked, string(p.Text[r.Start:r.End])) }
	return !named(d.from) && !named(d.to) && (asksUntil.MatchString(asked) || !bracketed(p.Text, d.whole.Start, d.whole.End))
}

// askedEnd is the end of a period that the question asks for, where at is the other one
// or both, and the whole period where it asks for neither: 12月21日 is half of 12月21日至22日.
func askedEnd(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	since, until := ends(asked)
	for _, d := range periods(p, sentence) {
		from, to := at.Overlaps(d.from), at.Overlaps(d.to)
		within := at.Start+periodEdge >= d.whole.Start && at.End <= d.whole.End+periodEdge
		switch {
		case !from && !to:
		case until && (!to || from && within):
			return d.to
		case since && (!from || to && within):
			return d.from
		case !since && !until && within && d.answersWhole(asked, p):
			return d.whole
		}
	}
	return at
}

// periodEdge is how many runes more than a period may stand at an end of it: 于12月21日.
const periodEdge = 2

// wholePeriods makes one of the two ends of a period among the figures and dates of a
// sentence; where one of them is asked for, the other one is out.
func wholePeriods(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) []sibling {
	since, until := ends(asked)
	for _, d := range periods(p, sentence) {
		first := slices.IndexFunc(all, func(s sibling) bool { return s.Overlaps(d.from) })
		last := slices.IndexFunc(all, func(s sibling) bool { return s.Overlaps(d.to) })
		switch {
		case first < 0 || last < 0 || first == last:
		case since:
			all[last].Old = true
		case until:
			all[first].Old = true
		case d.answersWhole(asked, p):
			all[first].Range, all[first].Behind = d.whole, all[last].Behind
			all[first].odds = max(all[first].odds, all[last].odds)
			all = slices.DeleteFunc(all, func(s sibling) bool { return s.Range != d.whole && s.Overlaps(d.whole) })
		}
	}
	return all
}

// bracketed tells whether a stretch is all that a pair of brackets holds.
func bracketed(text []rune, start, end int) bool {
	return start > 0 && end < len(text) && brackets[text[start-1]] == text[end]
}
