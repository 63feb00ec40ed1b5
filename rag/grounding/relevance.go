package grounding

import (
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// offTopic says what of the question the claim takes for granted and the source
// does not hold in or around the sentences first to last; "" if nothing. The
// verifier lets a claim put things its own way, but what was asked about has to
// be in the source: "敏华的总部在江津区" does not follow from a plant there. A claim
// without any word of the question ("92个", a mere name) says what the question
// says. A question for quantities alone is answered by quantities of its kind.
func (v Verifier) offTopic(claim *parsedClaim, p *evidence.Paragraph, first, last int) string {
	if !v.answersKind(claim) {
		return "a figure of the kind that was asked for"
	}
	text := string(claim.compact)
	if verbatim(p, text, first, last) {
		return ""
	}
	repeated := v.repeated(text)
	if len(repeated) == 0 {
		return v.unasked(p, first, last)
	}
	for _, w := range repeated {
		if !v.found(w, p, first, last) || v.elsewhere(w, p, first, last) {
			return w.Text
		}
	}
	return ""
}

// elsewhere tells whether what somebody is said to be or to have done stands
// only in a title or with somebody else.
func (v Verifier) elsewhere(w question.Word, p *evidence.Paragraph, first, last int) bool {
	if !v.asksPerson() {
		return false
	}
	if v.deed(w) && !mentions(p, w, first, last) {
		return true
	}
	another := false
	for i := first; i <= last; i++ {
		if strings.Contains(p.Sentences[i].Folded, w.Text) {
			if !HeldByAnother(p.Sentences[i].Text, w.Text) {
				return false
			}
			another = true
		}
	}
	return another
}

// repeated are the words of the question that a text holds.
func (v Verifier) repeated(text string) []question.Word {
	var out []question.Word
	for _, w := range v.Analysis.Words {
		if !w.Vague && w.Number == nil && strings.Contains(text, w.Text) {
			out = append(out, w)
		}
	}
	return out
}

// verbatim tells whether the text is one or more whole sentences of those named.
func verbatim(p *evidence.Paragraph, text string, first, last int) bool {
	var whole strings.Builder
	for i := first; i <= last; i++ {
		if text == p.Sentences[i].Folded {
			return true
		}
		whole.WriteString(p.Sentences[i].Folded)
	}
	return text == whole.String()
}

// unasked says which word of the question the source lacks, of a claim that
// answers without repeating any.
func (v Verifier) unasked(p *evidence.Paragraph, first, last int) string {
	least := evidence.MinAnswerable
	if v.Analysis.Language == "en" {
		least = evidence.MinAnswerableEnglish
	}
	best := 0.0
	for i := first; i <= last; i++ {
		best = max(best, p.Found(v.Analysis.Words, i))
	}
	for _, w := range v.Analysis.Words {
		if w.Number != nil || w.Vague {
			continue
		}
		if best < least && !v.found(w, p, first, last) || v.elsewhere(w, p, first, last) {
			return w.Text
		}
	}
	return ""
}

func (v Verifier) asksPerson() bool {
	for _, part := range v.Analysis.Parts {
		if part.Kind == question.KindPerson {
			return true
		}
	}
	return false
}

// deed tells whether a word of a question for a person is what somebody is asked
// to be or to have done.
func (v Verifier) deed(w question.Word) bool {
	for _, part := range v.Analysis.Parts {
		if part.Kind == question.KindPerson && len(part.Focus) > 0 && part.Focus[0].Text == w.Text {
			return true
		}
	}
	return false
}

// mentions tells whether a word stands in the sentences first to last or the heading,
// and not with somebody else. A title names several people and what they did:
// who did what is for the sentence to say.
func mentions(p *evidence.Paragraph, w question.Word, first, last int) bool {
	for i := first; i <= last; i++ {
		if question.Match(w, p.Sentences[i].Folded) >= 0.5 && !HeldByAnother(p.Sentences[i].Text, w.Text) {
			return true
		}
	}
	return p.Heading != "" && question.Match(w, zhtext.CompactString(p.Heading)) >= 0.5
}

// bare tells whether a claim is a figure or a date without a word of its own:
// "92个". It then says what the question says.
func (c *parsedClaim) bare() bool {
	if len(c.quantities)+len(c.dates) == 0 {
		return false
	}
	n := 0
	for i, is := range c.content {
		if is && !zhtext.IsDigit(c.compact[i]) {
			n++
		}
	}
	for _, q := range c.quantities {
		n -= wordRunes(q.Text)
	}
	for _, d := range c.dates {
		n -= wordRunes(d.Text)
	}
	return n < 2
}

// wordRunes counts the letters and Han in a text.
func wordRunes(text string) int {
	n := 0
	for _, r := range text {
		if zhtext.IsTermRune(r) && !zhtext.IsDigit(r) {
			n++
		}
	}
	return n
}

// countsPeople are the measure words of people.
var countsPeople = map[string]bool{"人": true, "名": true, "位": true, "人次": true, "口": true}

// answersKind tells whether a claim can answer a question that asks for nothing
// but quantities: one of its own has to be of an asked kind.
func (v Verifier) answersKind(claim *parsedClaim) bool {
	for _, part := range v.Analysis.Parts {
		if part.Kind != question.KindQuantity {
			return true
		}
		for _, q := range claim.quantities {
			class := zhtext.UnitClass(q.Unit)
			switch {
			case part.Unit != "" && class == zhtext.ClassCount && part.Class == zhtext.ClassCount:
				if countsPeople[part.Unit] == countsPeople[q.Unit] {
					return true
				}
			case part.Class == zhtext.ClassAny, class == zhtext.ClassAny, part.Class == class:
				return true
			}
		}
	}
	return len(v.Analysis.Parts) == 0
}
