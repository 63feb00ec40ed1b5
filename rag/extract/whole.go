package extract

import (
	"slices"
	"strings"
	"unicode"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// brackets are pairs that an answer holds both of or neither.
var brackets = map[rune]rune{'“': '”', '《': '》', '「': '」', '『': '』', '（': '）', '(': ')', '【': '】', '‘': '’'}

// wholeAnswer widens a stretch of a sentence so that it cuts no figure, date,
// name, number or Latin word in two, and trims what belongs to neither end.
func wholeAnswer(p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	widen := func(r zhtext.Range) {
		if r.Overlaps(at) && sentence.Covers(r) {
			at.Start, at.End = min(at.Start, r.Start), max(at.End, r.End)
		}
	}
	for _, q := range p.Quantities() {
		widen(q.Range)
	}
	for _, d := range p.Dates() {
		widen(d.Range)
	}
	for _, n := range p.Names {
		widen(zhtext.Range{Start: n.Start, End: n.End})
	}
	for at.Start > sentence.Start && joinsRunes(p.Text, at.Start) {
		at.Start--
	}
	for at.End < sentence.End && joinsRunes(p.Text, at.End) {
		at.End++
	}
	if !overlapsFact(p, at) { // 三个月 of a promise in quotation marks stands for itself
		at = wholeQuotation(p.Text, at, sentence)
	}
	at = withoutMarks(p.Text, balanced(p.Text, at, sentence), sentence)
	for at.Start < at.End && isEdge(p.Text[at.Start]) {
		at.Start++
	}
	for at.Start < at.End && isEdge(p.Text[at.End-1]) {
		at.End--
	}
	return at
}

// isEdge tells whether a rune belongs to neither end of an answer.
func isEdge(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("，,。；;、：:！!？?…", r)
}

// overlapsFact tells whether a stretch has a figure or a day in it.
func overlapsFact(p *evidence.Paragraph, at zhtext.Range) bool {
	return slices.ContainsFunc(p.Quantities(), func(q zhtext.Quantity) bool { return at.Overlaps(q.Range) }) ||
		slices.ContainsFunc(p.Dates(), func(d zhtext.Date) bool { return at.Overlaps(d.Range) })
}

// isFact tells whether a stretch is a figure or a day and nothing else.
func isFact(p *evidence.Paragraph, at zhtext.Range) bool {
	return slices.ContainsFunc(p.Quantities(), func(q zhtext.Quantity) bool { return q.Covers(at) }) ||
		slices.ContainsFunc(p.Dates(), func(d zhtext.Date) bool { return d.Covers(at) })
}

// withinClauses cuts a stretch that runs over a comma and ends in the middle of the next clause
// back to the comma where a figure or a day is asked for, to nothing otherwise: of
// 累计达到五次的，取消当季演出资格 no answer is 五次的，取消当季.
func withinClauses(p *evidence.Paragraph, at, sentence zhtext.Range, part question.Part) zhtext.Range {
	for _, c := range clauses(p.Text, sentence) {
		if c.Start <= at.Start || at.End <= c.Start || at.End >= c.End || joinsRunes(p.Text, c.Start) || inQuotation(p.Text, c.Start, sentence) {
			continue
		}
		if part.Kind == question.KindQuantity || part.Kind == question.KindDate {
			return zhtext.Range{Start: at.Start, End: c.Start - 1}
		}
		return zhtext.Range{Start: at.Start, End: at.Start}
	}
	return at
}

// inQuotation tells whether a place lies between quotation marks or brackets.
func inQuotation(text []rune, i int, sentence zhtext.Range) bool {
	for opening, closing := range brackets {
		if open, closed := countMarks(text[sentence.Start:i], opening, closing); open > closed {
			return true
		}
	}
	return false
}

// countMarks counts the two marks of a pair.
func countMarks(text []rune, opening, closing rune) (open, closed int) {
	for _, r := range text {
		switch r {
		case opening:
			open++
		case closing:
			closed++
		}
	}
	return open, closed
}

// saysOnlyWhichDay tells whether a stretch is nothing but such a date.
func saysOnlyWhichDay(p *evidence.Paragraph, at zhtext.Range) bool {
	return slices.ContainsFunc(p.Dates(), func(d zhtext.Date) bool { return d.SaysOnlyWhich() && d.Covers(at) })
}

// wholeQuotation takes in the rest of a title or slogan of which a stretch is the
// beginning or the end: “智能化：为经济赋能，为生活添彩”. What is said in sentences
// is no title.
func wholeQuotation(text []rune, at, sentence zhtext.Range) zhtext.Range {
	for _, q := range quotations(text, sentence) {
		inside := zhtext.Range{Start: q.Start + 1, End: q.End - 1}
		if inside.End-inside.Start > maxShortRunes || isEdge(text[inside.End-1]) || strings.ContainsAny(string(text[inside.Start:inside.End]), "。！？!?") {
			continue
		}
		begins, ends := at.Start == inside.Start || at.Start == q.Start, at.End == inside.End || at.End == q.End
		if begins && at.End < inside.End || ends && at.Start > inside.Start {
			return inside
		}
	}
	return at
}

// withoutMarks leaves out what of a stretch is the mark of a note, [2], at its ends.
func withoutMarks(text []rune, at, sentence zhtext.Range) zhtext.Range {
	for start := sentence.Start; start < sentence.End; start++ {
		end := start + 1
		for end < sentence.End && unicode.IsDigit(text[end]) {
			end++
		}
		if text[start] != '[' || end == start+1 || end == sentence.End || text[end] != ']' {
			continue
		}
		end++
		if start >= at.End || end <= at.Start {
			continue
		}
		if start <= at.Start {
			at.Start = min(end, at.End)
		}
		if end >= at.End {
			at.End = max(start, at.Start)
		}
	}
	return at
}

// joinsRunes tells whether a cut ahead of rune i would go through a number, a
// telephone number, a time or a Latin word.
func joinsRunes(text []rune, i int) bool {
	word := func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	link := func(r rune) bool { return strings.ContainsRune("-–.,:：/@_%+", r) }
	a, b := text[i-1], text[i]
	switch {
	case word(a) && word(b):
		return true
	case word(a) && link(b):
		return i+1 < len(text) && word(text[i+1]) && unicode.IsDigit(text[i+1]) == unicode.IsDigit(a)
	case link(a) && word(b):
		return i >= 2 && word(text[i-2]) && unicode.IsDigit(text[i-2]) == unicode.IsDigit(b)
	}
	return false
}

// balanced takes in the other bracket of a pair, or leaves a lone one out.
func balanced(text []rune, at, sentence zhtext.Range) zhtext.Range {
	for opening, closing := range brackets {
		open, closed := countMarks(text[at.Start:at.End], opening, closing)
		switch {
		case open > closed && at.End < sentence.End && text[at.End] == closing:
			at.End++
		case closed > open && at.Start > sentence.Start && text[at.Start-1] == opening:
			at.Start--
		case open > closed && text[at.Start] == opening:
			at.Start++
		case closed > open && text[at.End-1] == closing:
			at.End--
		}
	}
	return at
}
