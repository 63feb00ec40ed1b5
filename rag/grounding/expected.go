package grounding

import (
	"fmt"
	"slices"

	"zhiwen/rag/evidence"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// expected is the answer that was read out of the sources themselves.
type expected struct {
	*statement
	kind  reading.NameKind
	named bool // the answer is a name of the kind
}

// Expect tells the verifier which short answer the sources give by themselves. A
// claim that answers the question with another figure, day or name of the kind in its
// place is then not shown, whatever words it shares with them.
func (v *Verifier) Expect(answer string, in *evidence.Paragraph) {
	e := expected{statement: parse(answer)}
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

// minAsked is how much of the question a claim must hold to be its answer.
const minAsked = 0.4

func otherwise(what string) string {
	return fmt.Sprintf("the source answers the question with something else than %q", what)
}
