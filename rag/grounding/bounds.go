package grounding

import (
	"regexp"
	"strings"
)

// boundReach is how far ahead of a figure its bound may stand: 最多能借5册.
const boundReach = 8

// latestAhead is the latest day, counted from the end: 最晚要提前3天.
var latestAhead = regexp.MustCompile(`最[晚迟].{0,3}提前`)

// bound tells whether a figure is the most (1) or the least (-1) that is asked
// for, or neither.
func (s *statement) bound(f figure) int {
	start := s.back(f.Start, max(0, f.Start-boundReach), statementSeparators+"、")
	for _, g := range s.figures {
		if g.Start < f.Start && g.End > start {
			start = min(g.End, f.Start)
		}
	}
	end := min(len(s.runes), f.End+2)
	text := string(s.runes[start:end])
	most, least := has("most", text), has("least", text)
	switch {
	case latestAhead.MatchString(text):
		return -1 // three days or more
	case most && !least:
		return 1
	case least && !most:
		return -1
	}
	return 0
}

// boundGuard: at most is not at least.
func boundGuard(claim *statement, src *source) string {
	for _, f := range claim.figures {
		mine := claim.bound(f)
		if mine == 0 || f.Ordinal {
			continue
		}
		against := false
		for _, g := range src.figures {
			if !sameFigure(f.Quantity, g.Quantity) {
				continue
			}
			if theirs := src.bound(g); theirs != -mine {
				against = false
				break
			}
			against = true
		}
		if against {
			return f.Text
		}
	}
	return ""
}

// boundsAlike tells whether a word of the claim bounds a figure that the source bounds
// on the same side.
func (src *source) boundsAlike(claim *statement, word int) bool {
	for _, f := range claim.figures {
		side := claim.bound(f)
		if side == 0 || f.Start < word || f.Start-word > boundReach {
			continue
		}
		for _, g := range src.figures {
			if sameFigure(f.Quantity, g.Quantity) && src.bound(g) == side {
				return true
			}
		}
	}
	return false
}

// stepGuard: first A, then B is not first B, then A.
func stepGuard(claim *statement, src *source) string {
	steps := claim.steps()
	for k := 1; k < len(steps); k++ {
		i, share := src.wide.aligned(steps[k-1])
		j, other := src.wide.aligned(steps[k])
		if i < 0 || j < 0 || j >= i || share < alignedShare || other < alignedShare {
			continue
		}
		earlier, later := src.wide.clauses[j].text, src.wide.clauses[i].text
		if strings.HasSuffix(earlier, "前") || strings.Contains(earlier, "之前") || strings.Contains(later, "先") {
			continue // B之前，先A: told the other way round
		}
		return steps[k-1].text
	}
	return ""
}

// steps are the parts of a claim that it puts in an order, in that order; none
// where it names no first.
func (s *statement) steps() []clause {
	var out []clause
	for _, c := range s.clauses {
		for _, p := range s.cutSteps(c) {
			switch {
			case has("first", p.text):
				out = []clause{p}
			case len(out) > 0 && has("then", p.text):
				out = append(out, p)
			}
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// cutSteps cuts a clause ahead of the words that begin a further step.
func (s *statement) cutSteps(c clause) []clause {
	starts := []int{c.Start}
	for _, f := range find("then", c.text) {
		if at := c.Start + len([]rune(c.text[:f.start])); at > c.Start {
			starts = append(starts, at)
		}
	}
	var out []clause
	for i, from := range starts {
		to := c.End
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		out = append(out, s.part(from, to))
	}
	return out
}

// comparison is one thing held against another: 甲比乙快.
type comparison struct {
	left, right clause // each without what both have
	up          bool   // the left one has more of it
}

// comparisons are those of a statement that tell which has more. Read wide, what is
// compared may stand in an earlier clause of the sentence.
func (s *statement) comparisons(wide bool) []comparison {
	var out []comparison
	text := string(s.runes)
	for _, f := range find("compare", text) {
		at := len([]rune(text[:f.start]))
		end := at + len([]rune(f.word))
		i := s.clauseAt(at)
		if i < 0 {
			continue
		}
		from, to := s.clauses[i].Start, s.clauses[i].End
		if wide {
			from = s.back(from, 0, sentenceStops)
		}
		tail := string(s.runes[at:to])
		more := has("more", tail)
		if more == has("less", tail) {
			continue
		}
		left, right := s.part(from, at), s.part(end, to)
		out = append(out, comparison{left.without(right), right.without(left), more})
	}
	return out
}

// comparisonGuard: A is faster than B is not B is faster than A.
func comparisonGuard(claim *statement, src *source) string {
	for _, c := range claim.comparisons(false) {
		for _, o := range src.comparisons(true) {
			straight := min(alike(c.left, o.left), alike(c.right, o.right))
			crossed := min(alike(c.left, o.right), alike(c.right, o.left))
			if c.up != o.up {
				straight, crossed = crossed, straight
			}
			if crossed >= looselyAligned && straight == 0 {
				return c.left.text
			}
		}
	}
	return ""
}

// without is a clause without what another has as well, and without figures.
func (c clause) without(other clause) clause {
	have := other.keys()
	out := clause{Range: c.Range, text: c.text}
	for _, t := range c.tokens {
		if !have[t.key] && t.key[0] != 'q' {
			out.tokens = append(out.tokens, t)
		}
	}
	return out
}

// demandGuard: what somebody asks for has not been awarded.
func demandGuard(claim *statement, src *source) string {
	said := string(claim.runes)
	if has("demand", said) || has("negation", said) {
		return ""
	}
	for _, c := range claim.clauses {
		if !has("award", c.text) {
			continue
		}
		i, share := src.aligned(c)
		if i < 0 || share < looselyAligned*2 {
			continue
		}
		if in := src.sentenceOf(i); has("demand", in) && !has("award", in) {
			return c.text
		}
	}
	return ""
}
