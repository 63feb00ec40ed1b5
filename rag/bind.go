package rag

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"zhiwen/rag/zhtext"
)

// Lists put like things side by side: 央企有10个，占18%；民企有69个，占66%. That a
// claim's words and figures all stand in such a passage says nothing yet: each
// figure has to be the one of the thing that the claim names.

// item is the part of a paragraph that a figure belongs to: its clause, with the
// clauses ahead of it from which it takes its subject.
type item struct {
	zhtext.Range        // of all its clauses, in runes of the paragraph
	subject      string // what the item opens with, ahead of its figures
}

// itemOf is the item of quantity k of the paragraph, the zero item when it stands
// in no sentence.
func (p *EvidenceParagraph) itemOf(k int) item {
	if p.items == nil {
		quantities := p.Quantities()
		p.items = make([]item, len(quantities))
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

// cutItem is the item of a figure in the sentence s.
func (p *EvidenceParagraph) cutItem(figure, s zhtext.Range) item {
	it := item{Range: p.clause(figure, s, itemEnds)}
	ahead := zhtext.Range{Start: it.Start, End: figure.Start}
	for {
		it.subject = p.subjectIn(ahead)
		if it.subject != "" || it.Start <= s.Start {
			break
		}
		before := p.clause(zhtext.Range{Start: it.Start - 1, End: it.Start - 1}, s, itemEnds)
		if before.Start >= it.Start {
			break
		}
		it.Start, ahead = before.Start, before
	}
	if it.subject == "" {
		it.subject = p.subjectIn(it.Range)
	}
	return it
}

// What separates clauses, and the items of a list besides.
const (
	clauseSeparators = "，,；;。：:！!？?\n"
	itemEnds         = clauseSeparators + "、"
)

// clause is the part of sentence s between separators that holds the range.
func (p *EvidenceParagraph) clause(at, s zhtext.Range, ends string) zhtext.Range {
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
func (p *EvidenceParagraph) subjectIn(r zhtext.Range) string {
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
	return opening(withoutMeasures(text))
}

// measures are the words that say what a figure measures, not of what (金额,
// 占比), longest first: those that tell the class of a quantity, and their synonyms.
var measures = sync.OnceValue(func() []string {
	seen := map[string]bool{}
	for _, class := range classWords {
		for _, w := range class.words {
			seen[w] = true
			if g := synonyms()[w]; g != nil {
				for _, other := range g.words {
					seen[other] = true
				}
			}
		}
	}
	var out []string
	for w := range seen {
		if runes := []rune(w); len(runes) > 1 && zhtext.IsHan(runes[0]) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return out
})

func withoutMeasures(text string) string {
	for _, w := range measures() {
		text = strings.ReplaceAll(text, w, " ")
	}
	return text
}

// linkers are runes between what a figure is of and the figure.
const linkers = "有共达计为是约超近占含的了"

// opening is the first stretch of a text without blanks and linkers, "" if none:
// 央企 of 央企有…项目. What follows it is often common to all things of a list.
func opening(text string) string {
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return !isWordRune(r) || strings.ContainsRune(linkers, r) }) {
		if len([]rune(run)) >= 2 && !glue[run] && !zhtext.IsStopWord(run) {
			return run
		}
	}
	return ""
}

// misbound returns a figure of the claim that the source gives to something
// else; "" if none.
func (v Verifier) misbound(claim *parsedClaim, p *EvidenceParagraph, first, last int) string {
	if text := string(claim.compact); p.says(text, first, last) || strings.Contains(p.compact, text) && !claim.bare() {
		return ""
	}
	for _, q := range claim.quantities {
		clauses, computed := claim.clausesUpTo(q)
		if computed {
			continue // a total or a difference belongs to none of the things listed
		}
		clauses = append(clauses, compactString(v.Analysis.Question)) // which may hold the subject
		places, bound := 0, false
		for k, have := range p.Quantities() {
			if have.Start >= p.Sentences[first].Start && have.End <= p.Sentences[last].End && q.Same(have) {
				places++
				bound = bound || p.binds(k, clauses)
			}
		}
		if places > 0 && !bound {
			return q.Text
		}
	}
	return ""
}

// clausesUpTo are the claim's clauses without their figures, from that of the
// figure back to the first, and whether the figure's own says that it is
// computed (合计128.5亿元).
func (c *parsedClaim) clausesUpTo(figure zhtext.Quantity) (clauses []string, computed bool) {
	runes := []rune(c.text)
	for _, q := range c.quantities {
		for i := q.Start; i < q.End && !q.Ordinal; i++ {
			runes[i] = ' '
		}
	}
	end := figure.End
	for end < len(runes) && !strings.ContainsRune(clauseEnds+"、", runes[end]) {
		end++
	}
	for end > 0 {
		start := end
		for start > 0 && !strings.ContainsRune(clauseEnds+"、", runes[start-1]) {
			start--
		}
		clause := compactString(string(runes[start:end]))
		if len(clauses) == 0 && containsAny(clause, sumWords) {
			return nil, true
		}
		clauses = append(clauses, withoutMeasures(clause))
		end = start - 1
	}
	return clauses, false
}

// binds tells whether quantity k may be the one that a claim with these clauses
// means. The clause closest to the claim's figure that names either the source's
// subject of this quantity or that of a rival, another one of the same unit,
// decides; where none does, nothing speaks against it.
func (p *EvidenceParagraph) binds(k int, clauses []string) bool {
	own, quantities := p.itemOf(k), p.Quantities()
	var b strings.Builder
	others := slices.Clone(p.Text) // all but the rivals
	for n, q := range quantities {
		it := p.itemOf(n)
		if q.Unit != quantities[k].Unit || q.Ordinal != quantities[k].Ordinal || q.Same(quantities[k]) ||
			it.Start < own.End && own.Start < it.End {
			continue
		}
		b.WriteString(it.subject + "\x00")
		clear(others[it.Start:it.End])
	}
	rivals := b.String()
	if rivals == "" {
		return true
	}
	beside := compactString(string(others)) + "\x00" + p.title + "\x00" + compactString(p.Heading)
	for _, clause := range clauses {
		if holdsPair(own.subject, func(pair string) bool { return strings.Contains(clause, pair) && !strings.Contains(rivals, pair) }) {
			return true
		}
		if holdsPair(clause, func(pair string) bool { return strings.Contains(rivals, pair) && !strings.Contains(beside, pair) }) {
			return false
		}
	}
	return true
}

// holdsPair tells whether two neighbouring runes of a text, Han or a digit and a
// Han, that are more than glue fulfil the condition.
func holdsPair(text string, is func(pair string) bool) bool {
	runes := []rune(text)
	for k := 0; k+2 <= len(runes); k++ {
		pair := string(runes[k : k+2])
		if (zhtext.IsHan(runes[k]) || isDigit(runes[k])) && zhtext.IsHan(runes[k+1]) && !glue[pair] && !zhtext.IsStopWord(pair) && is(pair) {
			return true
		}
	}
	return false
}

// ascribed tells whether what somebody is asked to be or to have done is told of
// somebody else in the source: its clause has a subject, or its office a holder,
// and the claim does not name them.
func (v Verifier) ascribed(claim *parsedClaim, p *EvidenceParagraph, first, last int) bool {
	text := string(claim.compact)
	if !v.asksPerson() || p.says(text, first, last) {
		return false
	}
	question := compactString(v.Analysis.Question)
	for _, w := range v.Analysis.Words {
		if !v.deed(w) {
			continue
		}
		told, fits := false, false
		for i := first; i <= last; i++ {
			s := p.Sentences[i].Range
			for at := s.Start; at < s.End; at++ {
				clause := p.clause(zhtext.Range{Start: at, End: at}, s, clauseSeparators)
				at = max(at, clause.End)
				folded := compactString(string(p.Text[clause.Start:clause.End]))
				if Match(w, folded) < 0.5 {
					continue
				}
				told = true
				fits = fits || fitsClause(w, folded, text, question)
			}
		}
		if told && !fits {
			return true
		}
	}
	return false
}

// fitsClause tells whether a clause that holds the word may be about whom the
// claim names: it names them too, or nobody.
func fitsClause(w Word, clause, claim, question string) bool {
	if IsOffice(w.Text) {
		_, holder, _ := strings.Cut(clause, w.Text)
		if name := []rune(holder); len(name) >= 2 && !glue[string(name[:2])] && zhtext.IsHan(name[0]) {
			return strings.Contains(claim, string(name[:2]))
		}
		return true // 现任公司董事长: the name stands elsewhere
	}
	others, named := 0, false
	runes := []rune(clause)
	for k := 0; k+2 <= len(runes); k++ {
		pair := string(runes[k : k+2])
		switch {
		case glue[pair] || strings.Contains(question, pair):
		case strings.Contains(claim, pair):
			named = true
		default:
			others++
		}
	}
	return named || others < 2
}
