package grounding

// How much of its words a claim must share with the window that it rests on, by
// what the reader says of the two. Swept over the public grounding cases, which
// are therefore seen (scripts/calibrate-grounding).
const (
	readerWeight   = 1.0
	coverageWeight = 4.0
	confidenceBias = -0.5
	// inventionWeight is what each rune costs of a run that nothing in the source has.
	inventionWeight = 0.5
	// minHeld is the least share of a claim's words that its window holds: below it
	// the reader has nothing to compare.
	minHeld = 0.35
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
