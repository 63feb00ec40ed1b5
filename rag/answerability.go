package rag

import (
	"slices"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
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
// that nothing covers.
func (r *run) missingReason() Reason {
	if len(r.analysis.Years) > 0 && evidence.Answerable(r.evidence, r.analysis, nil) >= r.threshold() &&
		evidence.Answerable(r.evidence, r.analysis, r.analysis.Years) < r.threshold() && !r.coversEdition() {
		return ReasonEdition
	}
	return ReasonNotCovered
}

// coversEdition tells whether an article that was found is of a year that is asked about
// and speaks of half of what is asked for: then it is something else that is missing.
func (r *run) coversEdition() bool {
	return slices.ContainsFunc(r.evidence.Paragraphs, func(p *evidence.Paragraph) bool {
		if !zhtext.Intersect(p.TitleYears, r.analysis.Years) {
			return false
		}
		for i := range p.Sentences {
			if p.Found(r.analysis.Words, i) >= r.threshold()/2 {
				return true
			}
		}
		return false
	})
}
