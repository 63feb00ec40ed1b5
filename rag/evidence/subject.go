package evidence

import (
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Item is the part of a paragraph that a figure belongs to: its clause, with the
// clauses ahead of it from which it takes its subject.
type Item struct {
	zhtext.Range        // of all its clauses, in runes of the paragraph
	Subject      string // what the Item opens with, ahead of its figures
}

// Item is the Item of quantity k of the paragraph, the zero Item when it stands
// in no sentence.
func (p *Paragraph) Item(k int) Item {
	if p.items == nil {
		quantities := p.Quantities()
		p.items = make([]Item, len(quantities))
		for n, q := range quantities {
			for _, s := range p.Sentences {
				if s.Start <= q.Start && q.End <= s.End {
					p.items[n] = p.cutItem(q.Range, s.Range)
				}
			}
		}
	}
	return p.items[k]
}

// cutItem is the Item of a figure in the sentence s.
func (p *Paragraph) cutItem(figure, s zhtext.Range) Item {
	it := Item{Range: p.Clause(figure, s, itemEnds)}
	ahead := zhtext.Range{Start: it.Start, End: figure.Start}
	for {
		it.Subject = p.subjectIn(ahead)
		if it.Subject != "" || it.Start <= s.Start {
			break
		}
		before := p.Clause(zhtext.Range{Start: it.Start - 1, End: it.Start - 1}, s, itemEnds)
		if before.Start >= it.Start {
			break
		}
		it.Start, ahead = before.Start, before
	}
	if it.Subject == "" {
		it.Subject = p.subjectIn(it.Range)
	}
	return it
}

// What separates clauses, and the items of a list besides.
const (
	ClauseSeparators = "，,；;。：:！!？?\n"
	itemEnds         = ClauseSeparators + "、"
)

// clause is the part of sentence s between separators that holds the range.
func (p *Paragraph) Clause(at, s zhtext.Range, ends string) zhtext.Range {
	for at.Start > s.Start && !strings.ContainsRune(ends, p.Text[at.Start-1]) {
		at.Start--
	}
	for at.End < s.End && !strings.ContainsRune(ends, p.Text[at.End]) {
		at.End++
	}
	return at
}

// subjectIn is what a stretch of the paragraph opens with besides figures, what
// they measure and glue, "" when there is nothing.
func (p *Paragraph) subjectIn(r zhtext.Range) string {
	runes := append([]rune(nil), p.Text[r.Start:r.End]...)
	for _, q := range p.Quantities() {
		if q.Ordinal {
			continue // 2号线 is a name
		}
		for i := max(q.Start, r.Start); i < min(q.End, r.End); i++ {
			runes[i-r.Start] = ' '
		}
	}
	text := zhtext.Fold(string(runes))
	return opening(question.WithoutMeasures(text))
}

// linkers are runes between what a figure is of and the figure.
const linkers = "有共达计为是约超近占含的了"

// opening is the first stretch of a text without blanks and linkers, "" if none:
// 央企 of 央企有…项目. What follows it is often common to all things of a list.
func opening(text string) string {
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return !zhtext.IsTermRune(r) || strings.ContainsRune(linkers, r) }) {
		if len([]rune(run)) >= 2 && !zhtext.IsGlue(run) && !zhtext.IsStopWord(run) {
			return run
		}
	}
	return ""
}
