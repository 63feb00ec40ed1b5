package rag

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// Lists put like things side by side: 央企有10个，占18%；民企有69个，占66%. That a
// claim's words and figures all stand in such a passage says nothing yet: each
// figure has to be the one of the thing that the claim names.

// item is the part of a paragraph that a figure belongs to: its clause, with the
// clauses ahead of it from which it takes its subject.
type item struct {
	zhtext.Range        // of all its clauses, in runes of the paragraph
	text         string // folded
	subject      string // what stands ahead of the figure that heads the item
}

// itemOf is the item of a figure in sentence s of the paragraph.
func (p *EvidenceParagraph) itemOf(figure zhtext.Range, s zhtext.Range) item {
	it := item{Range: p.clause(figure, s)}
	ahead := zhtext.Range{Start: it.Start, End: figure.Start}
	for {
		it.subject = p.subjectIn(ahead)
		if it.subject != "" || it.Start <= s.Start {
			break
		}
		before := p.clause(zhtext.Range{Start: it.Start - 1, End: it.Start - 1}, s)
		if before.Start >= it.Start {
			break
		}
		it.Start, ahead = before.Start, before
	}
	if it.subject == "" {
		it.subject = p.subjectIn(it.Range)
	}
	it.text = compactString(string(p.Text[it.Start:it.End]))
	return it
}

// clause is the part of sentence s between separators that holds the range.
func (p *EvidenceParagraph) clause(at, s zhtext.Range) zhtext.Range {
	const ends = "，,；;。：:！!？?\n"
	for at.Start > s.Start && !strings.ContainsRune(ends, p.Text[at.Start-1]) {
		at.Start--
	}
	for at.End < s.End && !strings.ContainsRune(ends, p.Text[at.End]) {
		at.End++
	}
	return at
}

// subjectIn is what a stretch of the paragraph says besides figures and glue, ""
// when that is next to nothing.
func (p *EvidenceParagraph) subjectIn(r zhtext.Range) string {
	runes := append([]rune(nil), p.Text[r.Start:r.End]...)
	for _, q := range p.Quantities() {
		for i := max(q.Start, r.Start); i < min(q.End, r.End); i++ {
			runes[i-r.Start] = ' '
		}
	}
	var out []rune
	for _, r := range zhtext.Fold(string(runes)) {
		if isWordRune(r) && !glue[string(r)] && !zhtext.IsStopWord(string(r)) {
			out = append(out, r)
		}
	}
	if len(out) < 2 {
		return ""
	}
	return string(out)
}

// misbound returns a figure of the claim that the source gives to something
// else; "" if none. That is so where a word of the claim stands only beside
// other figures of the same unit, and the claim has nothing of what tells the
// figure's own subject from theirs.
func (v Verifier) misbound(claim *parsedClaim, p *EvidenceParagraph, first, last int) string {
	whole := string(claim.compact)
	if strings.Contains(p.compact, whole) && !claim.bare() {
		return ""
	}
	if claim.bare() {
		whole = compactString(v.Analysis.Question) + whole
	}
	for _, q := range claim.quantities {
		text, computed := claim.beside(q)
		switch {
		case computed:
			continue // a total or a difference belongs to none of them
		case text == "":
			text = whole
		}
		places, bound := 0, false
		for i := first; i <= last && !bound; i++ {
			s := p.Sentences[i].Range
			for _, have := range p.Quantities() {
				if have.Start < s.Start || have.End > s.End || !q.Same(have) {
					continue
				}
				places++
				bound = bound || p.binds(have, i, text)
			}
		}
		if places > 0 && !bound {
			return q.Text
		}
	}
	return ""
}

// beside is what the claim says right beside a figure, "" when that names
// nothing, and whether it says that the figure is computed (合计128.5亿元).
func (c *parsedClaim) beside(q zhtext.Quantity) (text string, computed bool) {
	runes := []rune(c.text)
	start, end := q.Start, q.End
	for start > 0 && !strings.ContainsRune(clauseEnds+"、", runes[start-1]) {
		start--
	}
	for end < len(runes) && !strings.ContainsRune(clauseEnds+"、", runes[end]) {
		end++
	}
	clause := compactString(string(runes[start:q.Start]) + string(runes[q.End:end]))
	n := 0
	for _, r := range clause {
		if isWordRune(r) && !glue[string(r)] && !zhtext.IsStopWord(string(r)) {
			n++
		}
	}
	if n < 2 {
		return "", clause != "" && containsAny(clause, sumWords)
	}
	return clause, false
}

// binds tells whether a figure in sentence i may be the one that a claim with
// this text means.
func (p *EvidenceParagraph) binds(figure zhtext.Quantity, i int, claim string) bool {
	own := p.itemOf(figure.Range, p.Sentences[i].Range)
	beside := []rune(p.outsideRivals(figure, own)) // all that is no rival's
	var rivals strings.Builder
	for k := range p.Sentences {
		for _, it := range p.rivalItems(figure, own, k) {
			rivals.WriteString(it.text + "\x00")
		}
	}
	if rivals.Len() == 0 {
		return true
	}
	theirs := false
	runes := []rune(claim)
	for k := 0; k+2 <= len(runes) && !theirs; k++ {
		pair := string(runes[k : k+2])
		theirs = zhtext.IsHan(runes[k]) && zhtext.IsHan(runes[k+1]) && !glue[pair] && !zhtext.IsStopWord(pair) &&
			strings.Contains(rivals.String(), pair) && !strings.Contains(string(beside), pair)
	}
	if !theirs {
		return true
	}
	// What tells the figure's own subject from those of the others: one such
	// word in the claim will do.
	subject := []rune(own.subject)
	for k := 0; k+2 <= len(subject); k++ {
		if pair := string(subject[k : k+2]); strings.Contains(claim, pair) && !strings.Contains(rivals.String(), pair) {
			return true
		}
	}
	return false
}

// rivalItems are the items of the other figures of the same unit in sentence k.
func (p *EvidenceParagraph) rivalItems(figure zhtext.Quantity, own item, k int) []item {
	var out []item
	s := p.Sentences[k].Range
	for _, q := range p.Quantities() {
		if q.Start < s.Start || q.End > s.End || q.Unit != figure.Unit || q.Ordinal != figure.Ordinal || q.Same(figure) {
			continue
		}
		it := p.itemOf(q.Range, s)
		if it.Start < own.End && own.Start < it.End {
			continue // the same item
		}
		out = append(out, it)
	}
	return out
}

// outsideRivals is the paragraph without its rival items, with what stands
// around it.
func (p *EvidenceParagraph) outsideRivals(figure zhtext.Quantity, own item) string {
	runes := append([]rune(nil), p.Text...)
	for k := range p.Sentences {
		for _, it := range p.rivalItems(figure, own, k) {
			for i := it.Start; i < it.End; i++ {
				runes[i] = 0
			}
		}
	}
	return compactString(string(runes)) + "\x00" + p.title + "\x00" + compactString(p.Heading)
}

// ascribed tells whether what somebody is said to have done is told of somebody
// else in the source: the clause of the deed has a subject, and the claim does
// not name it.
func (v Verifier) ascribed(claim *parsedClaim, p *EvidenceParagraph, first, last int) bool {
	text := string(claim.compact)
	if !v.asksPerson() || p.says(text, first, last) {
		return false
	}
	question := compactString(v.Analysis.Question)
	words := v.repeated(text)
	if len(words) == 0 { // it says what the question says
		words = v.Analysis.Words
	}
	for _, w := range words {
		if w.Number != nil || w.Vague {
			continue
		}
		told, fits := false, false
		for i := first; i <= last; i++ {
			s := p.Sentences[i].Range
			for at := s.Start; at < s.End; at++ {
				clause := p.clause(zhtext.Range{Start: at, End: at}, s)
				at = max(at, clause.End)
				folded := compactString(string(p.Text[clause.Start:clause.End]))
				if Match(w, folded) < 0.5 {
					continue
				}
				told = true
				others, named := 0, false
				runes := []rune(p.subjectIn(clause))
				for k := 0; k+2 <= len(runes); k++ {
					pair := string(runes[k : k+2])
					switch {
					case strings.Contains(question, pair):
					case strings.Contains(text, pair):
						named = true
					default:
						others++
					}
				}
				fits = fits || named || others < 2
			}
		}
		if told && !fits {
			return true
		}
	}
	return false
}
