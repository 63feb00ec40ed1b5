package grounding

import (
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// answersKind tells whether a claim that is no more than a figure is of the kind
// that was asked for: 30亿元 is no answer to how many projects there are.
func (v *Verifier) answersKind(text string) bool {
	claim := parse(text)
	if len(claim.figures) == 0 || len(v.analysis.Parts) == 0 {
		return true
	}
	for _, t := range claim.tokens {
		if t.key[0] != 'q' {
			return true // it says more
		}
	}
	for _, part := range v.analysis.Parts {
		if part.Kind != question.KindQuantity || part.Class == zhtext.ClassAny {
			return true
		}
		for _, f := range claim.figures {
			if class := zhtext.UnitClass(f.Unit); class == zhtext.ClassAny || class == part.Class {
				return true
			}
		}
	}
	return false
}
