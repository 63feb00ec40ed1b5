package grounding

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// roleGuard: A did it to B is not B did it to A. Where claim and source have the
// same word between two things, the things must not have changed places, unless
// one of them turns the sentence round (被, 由).
func roleGuard(claim *statement, src *source) string {
	text := string(src.runes)
	for _, c := range claim.clauses {
		if strings.Contains(text, c.text) {
			continue
		}
		shared := sharedStretches(c, text)
		for v := 1; v+1 < len(shared); v++ {
			before, verb, after := shared[v-1], shared[v], shared[v+1]
			if !reversed(text, before, verb, after) {
				continue
			}
			if turned(c.text) != turned(clauseHolding(src, verb)) {
				continue
			}
			return c.text
		}
	}
	return ""
}

func turned(text string) bool { return strings.ContainsAny(text, "被由遭受让为获") }

// clauseHolding is the source's clause that holds a word.
func clauseHolding(src *source, word string) string {
	for _, c := range src.clauses {
		if strings.Contains(c.text, word) {
			return c.text
		}
	}
	return ""
}

// sharedStretches are the longest stretches of two Han or more of a clause that
// the text holds too, in the clause's order.
func sharedStretches(c clause, text string) []string {
	runes := []rune(c.text)
	var out []string
	for i := 0; i < len(runes); {
		n := 0
		for k := i + 2; k <= len(runes) && strings.Contains(text, string(runes[i:k])); k++ {
			n = k - i
		}
		if n == 0 || !zhtext.IsHan(runes[i]) {
			i++
			continue
		}
		out = append(out, string(runes[i:i+n]))
		i += n
	}
	return out
}

// reversed tells whether a text has the three only the other way round, within
// one sentence: after, verb, before.
func reversed(text, before, verb, after string) bool {
	found := false
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。！？!?\n；;", r) }) {
		v, b, a := strings.Index(sentence, verb), strings.Index(sentence, before), strings.Index(sentence, after)
		if v < 0 || a < 0 || b < 0 {
			continue
		}
		if b < v && v < a {
			return false
		}
		if a < v && v < b {
			found = true
		}
	}
	return found
}

// exchanged returns a name of the claim that has changed places with another of its
// kind: where the claim tells something of each of two, in clauses of their own, and the
// source gives to each what the claim says of the other.
func (src *source) exchanged(claim *statement, names, others []place) string {
	for i, a := range names {
		for _, b := range names[i+1:] {
			if a.kind != b.kind || a.isOf(b) || claim.together(a, b) {
				continue
			}
			ofA, ofB := placesOf(a, others), placesOf(b, others)
			if len(ofA) == 0 || len(ofB) == 0 {
				continue
			}
			saidA, saidB := claim.saidOf(a, names), claim.saidOf(b, names)
			straight := src.wide.nearest(saidA, ofA, ofB) + src.wide.nearest(saidB, ofB, ofA)
			crossed := src.wide.nearest(saidA, ofB, ofA) + src.wide.nearest(saidB, ofA, ofB)
			if crossed > straight+nameMargin && crossed > bindingRatio*straight {
				return a.text
			}
		}
	}
	return ""
}

// together tells whether one of the clauses of two names holds both.
func (s *statement) together(a, b place) bool {
	return strings.Contains(s.clauses[s.clauseAt(a.Start)].text, b.text) || strings.Contains(s.clauses[s.clauseAt(b.Start)].text, a.text)
}

// isOf tells whether one of two names is a part of the other.
func (p place) isOf(o place) bool {
	return strings.Contains(o.text, p.text) || strings.Contains(p.text, o.text)
}

// placesOf are where a name stands among others.
func placesOf(name place, others []place) []zhtext.Range {
	var out []zhtext.Range
	for _, o := range others {
		if o.isOf(name) {
			out = append(out, o.Range)
		}
	}
	return out
}

// saidOf is what the clause of a name says beside names.
func (s *statement) saidOf(name place, names []place) []weighted {
	var out []weighted
next:
	for _, t := range s.clauses[s.clauseAt(name.Start)].tokens {
		for _, n := range names {
			if n.Overlaps(t.Range) {
				continue next
			}
		}
		out = append(out, weighted{t.key, t.weight})
	}
	return out
}

// nearest is how close words stand to the nearest of some places.
func (s *statement) nearest(words []weighted, places, rivals []zhtext.Range) float64 {
	best := 0.0
	for _, p := range places {
		best = max(best, s.affinity(words, p, rivals))
	}
	return best
}
