package grounding

import (
	"fmt"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Thresholds of the verifier.
const (
	// minCoverage is the least share of a claim's words that its span and what
	// surrounds it must hold.
	minCoverage = 0.6
	// minSpanCoverage is the least share that the quoted span alone must hold.
	minSpanCoverage = 0.4
	// maxSpanSentences is the most sentences that one quote joins.
	maxSpanSentences = 3
)

// support is a place in the evidence that holds a claim.
type support struct {
	paragraph *evidence.Paragraph
	first     int // sentence
	last      int // sentence, inclusive
	coverage  float64
	cited     bool
	derived   []derivation
}

// Verifier checks claims against evidence. It is deterministic: no model.
type Verifier struct {
	Evidence *evidence.Evidence
	Analysis question.Analysis
}

// Verify looks for the span that supports the claim: first in the paragraphs
// that the generator named, then in the others that were retrieved. Every
// quantity, date, quotation and Latin name of the claim must stand in the
// span's paragraph, the edition must not contradict the question, and the
// claim's words must be covered.
func (v Verifier) Verify(c Claim) (Verdict, *evidence.Paragraph) {
	claim := parseClaim(c.Text)
	claim.short = c.Short
	verdict := Verdict{Claim: c.Text, Marked: len(c.Cites) > 0}
	if claim.empty() {
		verdict.Why = "says nothing that could be checked"
		return verdict, nil
	}
	var best *support
	bestWhy, bestWhyCoverage := "", -1.0
	// What a cited paragraph supports needs no other, so the others come second.
	for _, cited := range []bool{true, false} {
		for _, p := range v.Evidence.Paragraphs {
			if cites(c, p) != cited {
				continue
			}
			s, why := v.supports(claim, c, p)
			if s == nil {
				coverage := claim.coverage(p.Folded)
				if cited {
					coverage++
				}
				if coverage > bestWhyCoverage {
					bestWhy, bestWhyCoverage = why, coverage
				}
				continue
			}
			if best == nil || s.better(best) {
				best = s
			}
		}
		if best != nil {
			break
		}
	}
	if best == nil {
		verdict.Why = bestWhy
		return verdict, nil
	}
	p := best.paragraph
	first, last := p.Sentences[best.first], p.Sentences[best.last]
	verdict.Supported = true
	verdict.Repaired = len(c.Cites) > 0 && !best.cited
	verdict.Coverage = best.coverage
	verdict.ArticleID, verdict.Paragraph = p.Article.ID, p.Number
	verdict.Start, verdict.End = p.Offset+first.Start, p.Offset+last.End
	verdict.Quote = string(p.Text[first.Start:last.End])
	verdict.Calculation = explainDerivations(best.derived)
	if claim.language != "en" && len(best.derived) == 0 {
		if shown := restoreHedges(c.Text, p, zhtext.Range{Start: first.Start, End: last.End}); shown != c.Text {
			verdict.Shown = shown
		}
	}
	return verdict, p
}

// better prefers better coverage, then the shorter span.
func (s *support) better(o *support) bool {
	a := s.coverage - 0.02*float64(s.last-s.first)
	b := o.coverage - 0.02*float64(o.last-o.first)
	return a > b+0.02
}

func cites(c Claim, p *evidence.Paragraph) bool {
	for _, s := range c.Cites {
		if s.Article.ID == p.Article.ID && s.Span.Paragraph == p.Number {
			return true
		}
	}
	return false
}

// supports tells where in p the claim is held, or why it is not.
func (v Verifier) supports(claim *parsedClaim, c Claim, p *evidence.Paragraph) (*support, string) {
	derived, missing := claim.missingFigure(p)
	if missing != "" {
		return nil, fmt.Sprintf("%q does not stand in the source", missing)
	}
	if quote := claim.missingQuote(p); quote != "" {
		return nil, fmt.Sprintf("the quotation %q does not stand in the source", quote)
	}
	if name := claim.missingLatin(p, v.Analysis); name != "" {
		return nil, fmt.Sprintf("%q does not stand in the source", name)
	}
	cited := cites(c, p)
	if claim.language == "en" && zhtext.Language(string(p.Text)) == "zh" {
		return claim.supportsAcross(p, v.Analysis, cited, derived)
	}
	var best *support
	why := "the source does not say it"
	for first := range p.Sentences {
		for last := first; last < min(first+maxSpanSentences, len(p.Sentences)); last++ {
			s, reason := v.window(claim, p, first, last, derived)
			if s == nil {
				if reason != "" {
					why = reason
				}
				continue
			}
			s.cited, s.derived = cited, derived
			if best == nil || s.better(best) {
				best = s
			}
		}
	}
	if best == nil {
		return nil, why
	}
	return best, ""
}

// window tells whether the sentences first to last of p hold the claim.
func (v Verifier) window(claim *parsedClaim, p *evidence.Paragraph, first, last int, derived []derivation) (*support, string) {
	fit := 0.0
	for i := first; i <= last; i++ {
		fit = max(fit, p.EditionFit(i, v.Analysis.Years))
	}
	if fit == 0 {
		return nil, "the source is about another year"
	}
	span := zhtext.Range{Start: p.Sentences[first].Start, End: p.Sentences[last].End}
	if !claim.figuresIn(p, span) {
		return nil, ""
	}
	var text strings.Builder
	for i := first; i <= last; i++ {
		text.WriteString(p.Sentences[i].Folded)
	}
	own := claim.coverage(text.String())
	if own < minSpanCoverage {
		return nil, ""
	}
	around := claim.coverage(text.String() + "\x00" + p.Folded + "\x00" + p.Title + "\x00" + p.Lead + "\x00" + zhtext.CompactString(v.Analysis.Question))
	coverage := (own + around) / 2
	if coverage < minCoverage {
		return nil, "the source does not say it"
	}
	near := p.Heading + "\x00" + p.Title
	if made := claim.invented(text.String(), near+"\x00"+neighbours(p, first, last)); made != "" {
		return nil, fmt.Sprintf("the source says nothing like %q", made)
	}
	if made := v.novel(claim, p, first, last, len(derived) > 0); made != "" {
		return nil, fmt.Sprintf("the source says nothing like %q", made)
	}
	if why := v.misplaced(claim, p, first, last); why != "" && !claim.short {
		return nil, why
	}
	if claim.sums && len(derived) == 0 && !claim.totalsIn(p, span) {
		return nil, "the source gives no such total"
	}
	if claim.negated != v.saysNo(claim, p, first, last) {
		return nil, "the source says the opposite"
	}
	return &support{paragraph: p, first: first, last: last, coverage: coverage}, ""
}

// misplaced says why a claim whose words and figures all stand in the sentences
// first to last still is not what they say; "" if it is.
func (v Verifier) misplaced(claim *parsedClaim, p *evidence.Paragraph, first, last int) string {
	if figure := v.misbound(claim, p, first, last); figure != "" {
		return fmt.Sprintf("the source says %q of something else", figure)
	}
	if v.ascribed(claim, p, first, last) {
		return "the source tells it of somebody else"
	}
	if word := v.offTopic(claim, p, first, last); word != "" {
		return fmt.Sprintf("the source says nothing of %q", word)
	}
	return ""
}

// neighbours is the text of the sentences right before and after the span: what
// a claim about the span may take its subject from.
func neighbours(p *evidence.Paragraph, first, last int) string {
	var b strings.Builder
	for _, i := range []int{first - 2, first - 1, last + 1} {
		if i >= 0 && i < len(p.Sentences) {
			b.WriteString(p.Sentences[i].Folded)
			b.WriteByte(0)
		}
	}
	return b.String()
}

// saysNo tells whether the sentence that covers most of the claim is negated. A
// claim that stands in the source word for word is taken as it is.
func (v Verifier) saysNo(claim *parsedClaim, p *evidence.Paragraph, first, last int) bool {
	best, no := -1.0, false
	for i := first; i <= last; i++ {
		text := p.Sentences[i].Folded
		if strings.Contains(text, string(claim.compact)) {
			return claim.negated
		}
		if c := claim.coverage(text); c > best {
			best, no = c, negated(text)
		}
	}
	return no
}
