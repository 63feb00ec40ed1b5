package grounding

import (
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Lists put like things side by side: 央企有10个，占18%；民企有69个，占66%. That a
// claim's words and figures all stand in such a passage says nothing yet: each
// figure has to be the one of the thing that the claim names.

// misbound returns a figure of the claim that the source gives to something
// else; "" if none.
func (v Verifier) misbound(claim *parsedClaim, p *evidence.Paragraph, first, last int) string {
	if text := string(claim.compact); verbatim(p, text, first, last) || strings.Contains(p.Folded, text) && !claim.bare() {
		return ""
	}
	for _, q := range claim.quantities {
		clauses, computed := claim.clausesUpTo(q)
		if computed {
			continue // a total or a difference belongs to none of the things listed
		}
		clauses = append(clauses, zhtext.CompactString(v.Analysis.Question)) // which may hold the subject
		places, bound := 0, false
		for k, have := range p.Quantities() {
			if have.Start >= p.Sentences[first].Start && have.End <= p.Sentences[last].End && q.Same(have) {
				places++
				bound = bound || binds(p, k, clauses)
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
		clause := zhtext.CompactString(string(runes[start:end]))
		if len(clauses) == 0 && zhtext.ContainsAny(clause, sumWords) {
			return nil, true
		}
		clauses = append(clauses, question.WithoutMeasures(clause))
		end = start - 1
	}
	return clauses, false
}

// binds tells whether quantity k may be the one that a claim with these clauses
// means. The clause closest to the claim's figure that names either the source's
// subject of this quantity or that of a rival, another one of the same unit,
// decides; where none does, nothing speaks against it.
func binds(p *evidence.Paragraph, k int, clauses []string) bool {
	own, quantities := p.Item(k), p.Quantities()
	var b strings.Builder
	others := slices.Clone(p.Text) // all but the rivals
	for n, q := range quantities {
		it := p.Item(n)
		if q.Unit != quantities[k].Unit || q.Ordinal != quantities[k].Ordinal || q.Same(quantities[k]) ||
			it.Start < own.End && own.Start < it.End {
			continue
		}
		b.WriteString(it.Subject + "\x00")
		clear(others[it.Start:it.End])
	}
	rivals := b.String()
	if rivals == "" {
		return true
	}
	beside := zhtext.CompactString(string(others)) + "\x00" + p.Title + "\x00" + zhtext.CompactString(p.Heading)
	for _, clause := range clauses {
		if holdsPair(own.Subject, func(pair string) bool { return strings.Contains(clause, pair) && !strings.Contains(rivals, pair) }) {
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
		if (zhtext.IsHan(runes[k]) || zhtext.IsDigit(runes[k])) && zhtext.IsHan(runes[k+1]) && !zhtext.IsGlue(pair) && !zhtext.IsStopWord(pair) && is(pair) {
			return true
		}
	}
	return false
}

// ascribed tells whether what somebody is asked to be or to have done is told of
// somebody else in the source: its clause has a subject, or its office a holder,
// and the claim does not name them.
func (v Verifier) ascribed(claim *parsedClaim, p *evidence.Paragraph, first, last int) bool {
	text := string(claim.compact)
	if !v.asksPerson() || verbatim(p, text, first, last) {
		return false
	}
	asked := zhtext.CompactString(v.Analysis.Question)
	for _, w := range v.Analysis.Words {
		if !v.deed(w) {
			continue
		}
		told, fits := false, false
		for i := first; i <= last; i++ {
			s := p.Sentences[i].Range
			for at := s.Start; at < s.End; at++ {
				clause := p.Clause(zhtext.Range{Start: at, End: at}, s, evidence.ClauseSeparators)
				at = max(at, clause.End)
				folded := zhtext.CompactString(string(p.Text[clause.Start:clause.End]))
				if question.Match(w, folded) < 0.5 {
					continue
				}
				told = true
				fits = fits || fitsClause(w, folded, text, asked)
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
func fitsClause(w question.Word, clause, claim, asked string) bool {
	if IsOffice(w.Text) {
		_, holder, _ := strings.Cut(clause, w.Text)
		if name := []rune(holder); len(name) >= 2 && !zhtext.IsGlue(string(name[:2])) && zhtext.IsHan(name[0]) {
			return strings.Contains(claim, string(name[:2]))
		}
		return true // 现任公司董事长: the name stands elsewhere
	}
	others, named := 0, false
	runes := []rune(clause)
	for k := 0; k+2 <= len(runes); k++ {
		pair := string(runes[k : k+2])
		switch {
		case zhtext.IsGlue(pair) || strings.Contains(asked, pair):
		case strings.Contains(claim, pair):
			named = true
		default:
			others++
		}
	}
	return named || others < 2
}
