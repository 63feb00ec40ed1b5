package grounding

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed calibration.json
var calibrationFile []byte

// calibration is how what is known of a claim that no guard objects to, and of the window
// that it rests on, adds up to log odds that it may be shown: fitted by
// scripts/calibrate-grounding on texts written for it, on the public grounding cases and
// on those in rag/eval/public/testdata, which are therefore seen.
type calibration struct {
	Bias     float64 `json:"bias"`
	Score    float64 `json:"score"`    // of the checker
	Coverage float64 `json:"coverage"` // the share of the claim's words that the window holds
}

var calibrated = sync.OnceValue(func() calibration {
	var c calibration
	if err := json.Unmarshal(calibrationFile, &c); err != nil {
		panic("grounding: calibration.json: " + err.Error()) // part of the program
	}
	return c
})

const (
	// longerWeight is what a further sentence of the quotation costs against another window.
	longerWeight = 1.0
	// minCoverageAlone is the least coverage, title included, where there is no reader.
	minCoverageAlone = 0.7
)

// confidence is above 0 where the claim may be shown.
func (s *support) confidence() float64 {
	w := calibrated()
	return w.Bias + w.Score*s.score + w.Coverage*s.coverage
}

// made is how many runes of the claim are its own making.
func (s *support) made() int {
	n := 0
	for _, run := range s.invented {
		n += len([]rune(run))
	}
	return n
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
