package grounding

import "cmp"

// How much of its words a claim must share with the window that it rests on, by
// what the reader says of the two. The weight of coverage and the bias were swept over
// the public grounding cases, which are therefore seen (scripts/calibrate-grounding: within
// one case of the best pairs); inventionWeight and longerWeight are set by hand.
const (
	readerWeight   = 1.0
	coverageWeight = 6.0
	confidenceBias = -1.4
	// inventionWeight is what each rune costs of a run that nothing in the source has.
	inventionWeight = 0.5
	// longerWeight is what a further sentence of the quotation costs against another window.
	longerWeight = 0.75
	// minHeld is the least share of a claim's words that its window holds: below it
	// the reader has nothing to compare.
	minHeld = 0.3
	// minCoverageAlone is the least coverage, title included, where there is no reader.
	minCoverageAlone = 0.7
)

// confidence is above 0 where the claim may be shown.
func (s *support) confidence() float64 {
	if s.coverage < minHeld {
		return -1
	}
	made := 0
	for _, run := range s.invented {
		made += len([]rune(run))
	}
	return readerWeight*s.score + coverageWeight*s.coverage + confidenceBias - inventionWeight*float64(made)
}

// clearer orders windows: those that may be shown first, and of them the shortest,
// as a sentence more has to bring something.
func clearer(a, b *support) int {
	order := func(s *support) (shown, clarity float64) {
		c := s.confidence()
		if c >= 0 {
			shown = 1
		}
		return shown, c - longerWeight*float64(s.last-s.first)
	}
	shownA, clarityA := order(a)
	shownB, clarityB := order(b)
	return cmp.Or(cmp.Compare(shownB, shownA), cmp.Compare(clarityB, clarityA))
}
