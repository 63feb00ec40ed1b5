package grounding

import (
	"fmt"
	"slices"
	"time"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// expected is the answer that was read out of the sources themselves.
type expected struct {
	*statement
	kind  reading.NameKind
	named bool // the answer is a name of the kind
	// paragraph and sentence are where it stands.
	paragraph *evidence.Paragraph
	sentence  int
	around    []zhtext.Date // of that sentence
}

// Expect tells the verifier which short answer the sources give by themselves. A
// claim that answers the question with another figure, day or name of the kind in its
// place is then not shown, whatever words it shares with them.
func (v *Verifier) Expect(answer string, in *evidence.Paragraph) {
	e := expected{statement: parse(answer), paragraph: in, sentence: -1}
	most := -1.0
	for i, s := range in.Sentences {
		if own := in.Own(v.analysis.Words, i); own > most && HoldsName(s.Folded, zhtext.CompactString(answer)) {
			most, e.sentence, e.around = own, i, zhtext.Dates(s.Text)
		}
	}
	for _, n := range in.Names {
		if n.Start < n.End && n.End <= len(in.Text) && HoldsName(string(e.runes), zhtext.Fold(string(in.Text[n.Start:n.End]))) {
			e.kind, e.named = n.Kind, true
		}
	}
	v.expected = append(v.expected, e)
}

// answersOtherwise returns what a claim puts in the place of the expected answer, ""
// if nothing.
func (v *Verifier) answersOtherwise(claim *statement, names []place) string {
	if len(v.expected) == 0 || claim.english {
		return ""
	}
	if asked := parse(v.analysis.Question); asked.coverage(claim) < minAsked {
		return "" // it speaks of something else
	}
	other := ""
	for _, e := range v.expected {
		switch {
		case HoldsName(string(claim.runes), zhtext.CompactString(e.text)):
			return ""
		case v.elsewhere(e, claim):
		case len(e.figures) == 1 && len(e.dates) == 0:
			for _, f := range claim.figures {
				if sameFigure(f.Quantity, e.figures[0].Quantity) {
					return ""
				}
				if f.class == e.figures[0].class {
					other = f.Text
				}
			}
		case len(e.dates) == 1:
			for _, d := range claim.dates {
				if d.Agrees(e.dates[0]) {
					return ""
				}
				if dateKind(d) == dateKind(e.dates[0]) {
					other = d.Text
				}
			}
		case e.named:
			if i := slices.IndexFunc(names, func(n place) bool { return n.kind == e.kind && !HoldsName(v.analysis.Question, n.text) }); i >= 0 {
				other = names[i].text
			}
		}
	}
	return other
}

// elsewhere tells whether a claim speaks of something else that is asked for than the expected
// answer's sentence does: it names a word of the question that is not there, or another time.
func (v *Verifier) elsewhere(e expected, claim *statement) bool {
	if e.sentence < 0 {
		return false
	}
	said, p := zhtext.CompactString(claim.text), e.paragraph
	for _, w := range v.analysis.Words {
		words := []question.Word{w}
		if w.Number == nil && !w.Vague && question.Match(w, said) >= evidence.FoundCover && p.Own(words, e.sentence) == 0 &&
			question.Match(w, p.Lead) == 0 && p.Cover(words, e.sentence)[0] <= evidence.InLater {
			return true
		}
	}
	return len(e.dates) == 0 && slices.ContainsFunc(claim.dates, func(d zhtext.Date) bool {
		d = resolved(d, p.Article.Published)
		return len(e.around) > 0 && !slices.ContainsFunc(e.around, func(o zhtext.Date) bool { return !otherTime(d, resolved(o, p.Article.Published)) })
	})
}

// resolved is a date with the year that 今年 or 去年 means in an article, where its day is known.
func resolved(d zhtext.Date, published time.Time) zhtext.Date {
	if d.Relative && d.Year == 0 && !published.IsZero() {
		d.Year = published.Year() + d.YearOffset
	}
	return d
}

// otherTime tells whether two dates differ in a year or month that both state.
func otherTime(a, b zhtext.Date) bool {
	return a.Year > 0 && b.Year > 0 && a.Year != b.Year || a.Month > 0 && b.Month > 0 && a.Month != b.Month
}

// minAsked is how much of the question a claim must hold to be its answer.
const minAsked = 0.4

func otherwise(what string) string {
	return fmt.Sprintf("the source answers the question with something else than %q", what)
}
