package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// A sentence often sets a figure beside that of the year before (2023年同期为287万标箱,
// 上年同期为5.94亿元): each figure belongs to the year that stands ahead of it.
var (
	yearMark   = regexp.MustCompile(`(?:(\d{4})\s*年度?|去年度?|上一?年度?)(同期)?`)
	asksBefore = regexp.MustCompile(`去年|上一?年|同期`)
	yearTopic  = regexp.MustCompile(`^\s*(?:截[至止]|[到至在]|其中|而)?$`)
	comparedTo = regexp.MustCompile(`(?:比|较|与|同|和|于)\s*$`)
	changed    = regexp.MustCompile(`[增减升降涨跌多少高低长缩]|下滑|回落|提前|相比|翻|扩大|持平`)
)

// yearOf is the year that a figure belongs to.
type yearOf struct {
	year   int  // 0: not known
	direct bool // it stands in the figure's own clause, else at the head of one before
	before bool // it is a year before: 上年, 去年, 2023年同期
	aside  bool // the rest is compared with it: 上年, 2023年同期; not 去年 by itself
}

// yearOfFigure finds the year that stands ahead of figure k, with no other figure
// between them. What something grew by since a year is not of that year.
func yearOfFigure(p *evidence.Paragraph, i, k int, all []sibling) yearOf {
	sentence, figure := p.Sentences[i].Range, all[k].Range
	own := true
	list := clauses(p.Text, zhtext.Range{Start: sentence.Start, End: figure.Start})
	slices.Reverse(list)
	if len(list) > 0 && list[0].End < figure.Start {
		own = false // the clause begins with the figure
	}
	for _, clause := range list {
		text := string(p.Text[clause.Start:clause.End])
		marks := yearMark.FindAllStringSubmatchIndex(text, -1)
		for n := len(marks) - 1; n >= 0; n-- {
			m := marks[n]
			at := zhtext.Range{Start: clause.Start + len([]rune(text[:m[0]])), End: clause.Start + len([]rune(text[:m[1]]))}
			taken := slices.ContainsFunc(all, func(s sibling) bool {
				return s.Range != figure && s.Start >= at.End && s.End <= figure.Start && isFigure(s)
			})
			compared := comparedTo.MatchString(text[:m[0]])
			if own && (taken || compared && changed.MatchString(text[m[1]:])) || !own && (compared || !yearTopic.MatchString(text[:m[0]])) {
				continue
			}
			out := yearOf{direct: own, before: m[2] < 0 || m[4] >= 0}
			out.aside = m[4] >= 0 || m[2] < 0 && strings.HasPrefix(text[m[0]:], "上")
			if m[2] >= 0 {
				out.year, _ = strconv.Atoi(text[m[2]:m[3]])
			} else if base := yearAhead(p, i, at.Start); base > 0 {
				out.year = base - 1
			}
			return out
		}
		own = false
	}
	return yearOf{}
}

// yearAhead is the last year that a sentence says ahead of a place, 0 if none.
func yearAhead(p *evidence.Paragraph, i, place int) int {
	for _, m := range slices.Backward(yearMark.FindAllStringSubmatch(string(p.Text[p.Sentences[i].Start:place]), -1)) {
		if year, err := strconv.Atoi(m[1]); err == nil {
			return year
		}
	}
	return 0
}

// isFigure tells a figure from a date and a name.
func isFigure(s sibling) bool {
	return !isName(s) && !isDate(s)
}

// markYears puts out the figures of another year than the one that is asked for.
func markYears(asked string, p *evidence.Paragraph, i int, all []sibling) {
	years, before := zhtext.Years(asked), asksBefore.MatchString(asked)
	meantBy := func(y yearOf) bool { // 2022 is one of 2021年到2023年
		return len(years) > 0 && years[0] <= y.year && y.year <= years[len(years)-1]
	}
	of := make([]yearOf, len(all))
	held, meant, plain := map[string]bool{}, map[string]bool{}, map[string]bool{} // by kind
	for k, s := range all {
		if !isFigure(s) {
			continue
		}
		of[k] = yearOfFigure(p, i, k, all)
		held[s.Kind] = held[s.Kind] || meantBy(of[k])
		meant[s.Kind] = meant[s.Kind] || of[k].before
		plain[s.Kind] = plain[s.Kind] || !of[k].aside
	}
	for k, s := range all {
		y := of[k]
		switch {
		case !isFigure(s):
		case len(years) > 0 && y.year > 0 && !meantBy(y):
			all[k].Old = s.Old || y.direct || held[s.Kind]
		case len(years) > 0 && y.year == 0:
			all[k].Old = s.Old || held[s.Kind] || y.aside && !before && plain[s.Kind]
		case len(years) == 0 && before:
			all[k].Old = s.Old || meant[s.Kind] && !y.before
		case len(years) == 0:
			all[k].Old = s.Old || y.aside && plain[s.Kind]
		}
	}
}

// asksOnlyOfYear tells whether a part names nothing but a year: 2017年发生了什么. What is said of
// that year then holds all of the question.
func asksOnlyOfYear(years []int, part question.Part) bool {
	return len(years) > 0 && !slices.ContainsFunc(part.Words, func(w question.Word) bool { return w.Text != "发生" && !slices.Contains(w.Alternatives, "发生") })
}
