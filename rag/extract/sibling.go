package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// sibling is a figure, date or name that could be the answer. share is the log of
// its share of the chances of all that could be.
type sibling struct {
	grounding.Sibling // in runes of the paragraph
	odds, share       float64
}

// siblings rates the figures, dates and names of a sentence: by what the sentence calls them and by where the reader sees the answer.
func siblings(asked string, p *evidence.Paragraph, i int) []sibling {
	s := p.Sentences[i]
	var names []reading.Name
	for _, n := range p.Names {
		if n.Start < s.Start || n.End > s.End {
			continue
		}
		n.Start, n.End = n.Start-s.Start, n.End-s.Start
		if k := len(names) - 1; k >= 0 && names[k].End == n.Start && names[k].Kind == n.Kind && n.Kind == reading.Place {
			names[k].End = n.End // 新界青衣岛 is one place
			continue
		}
		names = append(names, n)
	}
	found := grounding.Siblings(asked, s.Text, names)
	out := make([]sibling, len(found))
	for k, f := range found {
		f.Start, f.End = f.Start+s.Start, f.End+s.Start
		out[k] = sibling{Sibling: f, odds: siblingOdds(f, scoreAt(p.Findings, f.Range))}
	}
	if asksForOld(asked) {
		wantOld(out)
	}
	markMoved(asked, p, out, s.Range)
	markYears(asked, p, i, out)
	markParts(asked, p, out, s.Range)
	markLabels(asked, p, out, s.Range)
	markMembers(asked, p, out, s.Range)
	markContrasts(asked, p, out, s.Range)
	return wholePeriods(asked, p, out, s.Range)
}

// wantOld turns round what is out of date, kind by kind: of 由17:00调整为17:30 the first
// was it before.
func wantOld(all []sibling) {
	old := map[string]bool{}
	for _, s := range all {
		old[s.Kind] = old[s.Kind] || s.Old
	}
	for i := range all {
		all[i].Old = old[all[i].Kind] && !all[i].Old
	}
}

func siblingOdds(s grounding.Sibling, score float64) float64 {
	w := calibrated().Sibling
	return w[featureAhead]*s.Ahead + w[featureBehind]*s.Behind + w[featureScore]*clip(score, unread, 0)
}

// asksForOld tells whether a question is about what was before.
func asksForOld(question string) bool {
	return zhtext.ContainsAny(question, []string{"原来", "原先", "以前", "之前", "过去", "当初", "起初", "最初", "曾"})
}

// answers tells whether a figure or date is of the kind that is asked for.
func (s sibling) answers(part question.Part, p *evidence.Paragraph) bool {
	switch part.Kind {
	case question.KindDate:
		unit := map[string]string{"年": "year", "月": "month", "日": "day"}[part.Unit]
		return strings.HasPrefix(s.Kind, "date") && strings.Contains(s.Kind, unit) || namesYear(s.Kind) && unit != "month" && unit != "day"
	case question.KindPerson:
		return s.Kind == "person"
	case question.KindPlace:
		return s.Kind == "place"
	case question.KindQuantity:
		for _, q := range p.Quantities() {
			if s.Covers(q.Range) { // or an end of a period
				return q.Ordinal == part.Ordinal && classFit(part, q) > 0
			}
		}
	}
	return false
}

// likeliest is the best of those that may be the answer.
func likeliest(eligible []sibling) []sibling {
	if len(eligible) == 0 {
		return nil
	}
	return []sibling{slices.MaxFunc(eligible, func(a, b sibling) int { return cmp.Compare(a.share, b.share) })}
}

// eligible are the figures and dates of which one may be the answer: of the kind
// that is asked for, in the very unit of the question if there are any, and none
// that another has taken the place of.
func eligible(all []sibling, part question.Part, p *evidence.Paragraph) []sibling {
	var out, exact []sibling
	for _, s := range all {
		if s.Old || !s.answers(part, p) {
			continue
		}
		out = append(out, s)
		if part.Kind == question.KindQuantity && part.Unit != "" && s.Kind == part.Unit {
			exact = append(exact, s)
		}
	}
	if dates := slices.DeleteFunc(slices.Clone(out), func(s sibling) bool { return namesYear(s.Kind) }); part.Kind == question.KindDate && len(dates) > 0 {
		out = dates // 3年 is a duration where the sentence gives a date
	}
	if len(exact) > 0 {
		out = exact
	}
	total := 0.0
	for _, s := range out {
		total += math.Exp(s.odds)
	}
	for i := range out {
		out[i].share = max(out[i].odds-math.Log(total), unread)
	}
	return out
}

// passedOver tells whether a stretch is no answer because of what is in it: several
// figures where one is asked for, one that is out of date, or another than the
// likeliest.
func passedOver(all, likely []sibling, part question.Part, p *evidence.Paragraph, at zhtext.Range) bool {
	held := map[string]int{}
	for _, s := range all {
		if !s.Overlaps(at) {
			continue
		}
		held[s.Kind]++
		other := len(likely) > 0 && s.Range != likely[0].Range && (s.answers(part, p) || part.Kind == question.KindQuantity && !isName(s))
		if s.Old || other {
			return true
		}
		if part.Kind == question.KindQuantity && held[s.Kind] > 1 {
			return true
		}
	}
	return false
}

func isName(s sibling) bool {
	return s.Kind == "person" || s.Kind == "place" || s.Kind == "organisation" || s.Kind == "name"
}

// shareOf is the log of the share of what a stretch holds among its kind, 0 where
// it holds none that is asked for.
func shareOf(eligible []sibling, at zhtext.Range) float64 {
	for _, s := range eligible {
		if s.Overlaps(at) {
			return s.share
		}
	}
	return 0
}

func isDate(s sibling) bool { return strings.HasPrefix(s.Kind, "date") || s.Kind == "时刻" }
