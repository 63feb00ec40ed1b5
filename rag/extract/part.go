package extract

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// partOf is a question for a part of a whole: 公共收益里停车费有多少 asks for what is said
// behind 其中.
var partOf = regexp.MustCompile(`[^里中内，。]{2}(?:里面?|当中|之中|其中|中|之内)[的，,有是]*([^，,的有是多占为]{2,8})`)

// markParts puts out the figures of the whole where a part of it is asked for.
func markParts(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	m := partOf.FindStringSubmatch(asked)
	if m == nil {
		return
	}
	ahead, behind, found := strings.Cut(string(p.Text[sentence.Start:sentence.End]), "其中")
	part := []rune(m[1])
	head := string(part[:min(len(part), 3)])
	if !found || strings.Contains(ahead, head) || !strings.Contains(behind, head) {
		return
	}
	at := sentence.Start + len([]rune(ahead))
	later := map[string]bool{}
	for _, s := range all {
		later[s.Kind] = later[s.Kind] || s.Start > at
	}
	for i, s := range all {
		if isFigure(s) && s.End <= at && later[s.Kind] {
			all[i].Old = true
		}
	}
}

// paid is what money is paid for or as, with what it is called.
var paid = regexp.MustCompile(`\p{Han}[费金价款税薪]|工资|薪水|房租`)

// markLabels puts out the sums that are called something else than what the question
// asks for, where a later clause speaks of that: 月租金2800元，押金为一个月租金.
func markLabels(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	nouns := paid.FindAllString(asked, -1)
	if len(nouns) != 1 {
		return
	}
	list := clauses(p.Text, sentence)
	for n, clause := range list {
		if n+1 == len(list) || strings.Contains(string(p.Text[sentence.Start:clause.End]), nouns[0]) ||
			!strings.Contains(string(p.Text[clause.End:sentence.End]), nouns[0]) {
			continue
		}
		for i, s := range all {
			if s.Start < clause.Start || s.End > clause.End || !isFigure(s) {
				continue
			}
			label := strings.TrimRight(string(p.Text[clause.Start:s.Start]), "为是共约达每人月 ")
			if called := paid.FindAllString(label, -1); len(called) > 0 && strings.HasSuffix(label, called[len(called)-1]) {
				all[i].Old = true
			}
		}
	}
}

// member is one of several that are told apart by a number or a letter: 二等, 3号楼, B级.
var member = regexp.MustCompile(`([0-9]{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[甲乙丙丁])([等级期号类档包组楼层班线路段区排厅栋幢])`)

// markMembers puts out the figures that a sentence gives for the other members of a
// series of which the question names one: of 一等每年1万元，二等每年6000元 the first where
// 二等 is asked for.
func markMembers(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	named := member.FindAllStringSubmatch(asked, -1)
	if len(named) != 1 {
		return
	}
	type place struct {
		zhtext.Range
		wanted bool
	}
	text := string(p.Text[sentence.Start:sentence.End])
	var places []place
	for _, at := range member.FindAllStringSubmatchIndex(text, -1) {
		if text[at[4]:at[5]] != named[0][2] {
			continue
		}
		start := sentence.Start + len([]rune(text[:at[0]]))
		end := start + len([]rune(text[at[0]:at[1]]))
		places = append(places, place{zhtext.Range{Start: start, End: end}, strings.EqualFold(text[at[2]:at[3]], named[0][1])})
	}
	// ahead tells whether the member ahead of a figure is the wanted one.
	ahead := func(s sibling) (wanted, found bool) {
		for _, m := range slices.Backward(places) {
			if m.Start < s.End && isFigure(s) {
				return m.wanted, m.End <= s.Start
			}
		}
		return false, false
	}
	if !slices.ContainsFunc(all, func(s sibling) bool { wanted, found := ahead(s); return wanted && found }) {
		return
	}
	for i, s := range all {
		if wanted, found := ahead(s); found && !wanted {
			all[i].Old = true
		}
	}
}
