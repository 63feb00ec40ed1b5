package rag

import (
	"zhiwen/rag/evidence"
)

// NewEvidence gathers the paragraphs that the hits touch.
func NewEvidence(hits []Hit) *evidence.Evidence {
	found := make([]evidence.Passage, len(hits))
	for i, h := range hits {
		found[i] = evidence.Passage{Article: h.Article, Spans: h.Passage.Spans}
	}
	return evidence.New(found)
}
