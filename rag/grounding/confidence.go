package grounding

// How much of its words a claim must share with the window that it rests on, by
// what the reader says of the two. Fitted by scripts/calibrate on claims of
// documents kept apart from training.
const (
	readerWeight   = 1.0
	coverageWeight = 2.0
	confidenceBias = -1.5
	// minCoverageAlone is the least coverage where there is no reader.
	minCoverageAlone = 0.6
)

// confidence is above 0 where the claim may be shown.
func (s *support) confidence() float64 {
	return readerWeight*s.score + coverageWeight*s.coverage + confidenceBias
}
