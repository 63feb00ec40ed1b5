package grounding

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// What a figure is counted by stands ahead of it (每小时1.1元) or behind (100元一天,
// 8元/公里).
const counterWords = `小时|分钟|工作日|季度|课时|平方米|平米|公里|公斤|千克|度电|人次|个月|天|日|月|年|次|人|位|张|晚|夜|斤|吨|度|周|节|套|件|份|桌|间|辆|台|票|场|瓶|杯|碗|只|条|本|袋|盒|桶|户|层|站`

var (
	perAhead  = regexp.MustCompile(`每(?:一|1)?个?(` + counterWords + `)`)
	perBehind = regexp.MustCompile(`^(?:钱)?(?:/|每|一|1)个?(` + counterWords + `)`)
	counterOf = map[string]string{"日": "天", "晚": "夜", "个月": "月", "度电": "度", "平米": "平方米", "千克": "公斤", "位": "人", "人次": "人"}
)

// countedBy is by what a figure of a statement is counted, none where it does not say.
func (s *statement) countedBy(f zhtext.Range) (out []string) {
	i := s.clauseAt(f.Start)
	if i < 0 {
		return nil
	}
	add := func(unit string) {
		if other := counterOf[unit]; other != "" {
			unit = other
		}
		out = append(out, unit)
	}
	start := s.clauses[i].Start
	for _, g := range s.figures { // what counts another figure does not count this one
		if g.Start >= start && g.End <= f.Start && !strings.HasSuffix(string(s.runes[start:g.Start]), "每") {
			start = g.End
		}
	}
	for _, m := range perAhead.FindAllStringSubmatch(string(s.runes[start:f.Start]), -1) {
		add(m[1])
	}
	if m := perBehind.FindStringSubmatch(string(s.runes[f.End:])); m != nil {
		add(m[1])
	}
	return out
}

// rateGuard: so much an hour is not so much a day. Where the source counts a figure
// wherever it has it, the claim must not count it by something else.
func rateGuard(claim *statement, src *source) string {
	for _, f := range claim.figures {
		mine := claim.countedBy(f.Range)
		if len(mine) == 0 {
			continue
		}
		counted, same := 0, false
		all := 0
		for _, g := range src.figures {
			if !sameFigure(f.Quantity, g.Quantity) {
				continue
			}
			all++
			if theirs := src.countedBy(g.Range); len(theirs) > 0 {
				counted++
				same = same || slices.ContainsFunc(theirs, func(t string) bool { return slices.Contains(mine, t) })
			}
		}
		if counted > 0 && counted == all && !same {
			return f.Text
		}
	}
	return ""
}
