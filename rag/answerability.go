package rag

import (
	"zhiwen/rag/evidence"
)

// The gate keeps questions from the generators that the material cannot
// answer: too few of the question's words stand anywhere around the best
// sentence, or only sentences about other years hold them.

// gate returns why the question cannot be answered, ReasonNone if it may be. A
// language model is asked sooner.
func (r *run) gate(model bool) Reason {
	least := r.threshold()
	if model {
		least = evidence.MinAnswerableModel
		if r.analysis.Language == "en" {
			least = 0 // words of another language are not in the sources
		}
	}
	r.trace.AnswerableFrom = least
	r.trace.Answerable = evidence.Answerable(r.evidence, r.analysis, r.analysis.Years)
	if r.trace.Answerable >= least && r.trace.Answerable > 0 || least == 0 && len(r.analysis.Years) == 0 {
		return ReasonNone
	}
	return r.missingReason()
}

func (r *run) threshold() float64 {
	if r.analysis.Language == "en" {
		return evidence.MinAnswerableEnglish
	}
	return evidence.MinAnswerable
}

// missingReason tells a question about an edition that is not covered from one
// that nothing covers. Where what was found of those years holds half of what it
// takes, they are covered: it is something else that the material does not say.
func (r *run) missingReason() Reason {
	if len(r.analysis.Years) > 0 && evidence.Answerable(r.evidence, r.analysis, nil) >= r.threshold() &&
		evidence.Answerable(r.evidence, r.analysis, r.analysis.Years) < r.threshold()/2 {
		return ReasonEdition
	}
	return ReasonNotCovered
}
