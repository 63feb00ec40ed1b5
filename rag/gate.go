package rag

// The gate keeps questions from the generators that the material cannot
// answer: too few of the question's words stand anywhere around the best
// sentence, or only sentences about other years hold them.
const (
	// minAnswerable is the least weighted share of the question's words that
	// one sentence with its surroundings must hold.
	minAnswerable = 0.75
	// minAnswerableEnglish is the same for an English question, which reaches
	// Chinese sources through few translated words.
	minAnswerableEnglish = 0.55
	// minAnswerableModel is the same ahead of a language model, which also
	// understands words that the sources put differently.
	minAnswerableModel = 0.7
	// foundCover is the cover from which on a word counts as found.
	foundCover = 0.25
)

// gate returns why the question cannot be answered, ReasonNone if it may be.
func (r *run) gate(generator string) Reason {
	least := r.threshold()
	if r.chain.Fallback != nil && generator != r.chain.Fallback.Name() {
		least = minAnswerableModel
		if r.analysis.Language == "en" {
			least = 0 // words of another language are not in the sources
		}
	}
	r.trace.Answerable = answerable(r.evidence, r.analysis, r.analysis.Years)
	if r.trace.Answerable >= least && r.trace.Answerable > 0 || least == 0 && len(r.analysis.Years) == 0 {
		return ReasonNone
	}
	return r.missingReason()
}

func (r *run) threshold() float64 {
	if r.analysis.Language == "en" {
		return minAnswerableEnglish
	}
	return minAnswerable
}

// missingReason tells a question about an edition that is not covered from one
// that nothing covers.
func (r *run) missingReason() Reason {
	if len(r.analysis.Years) > 0 && answerable(r.evidence, r.analysis, nil) >= r.threshold() &&
		answerable(r.evidence, r.analysis, r.analysis.Years) < r.threshold() {
		return ReasonEdition
	}
	return ReasonNotCovered
}

// answerable is the greatest weighted share of the question's words, or of those
// of one part of it, that are found in or around one sentence about the years.
// Vague words count little.
func answerable(ev *Evidence, a Analysis, years []int) float64 {
	best := 0.0
	for _, p := range ev.Paragraphs {
		for i := range p.Sentences {
			if fit := p.EditionFit(i, years); fit > 0 && p.OrdinalFit(i, a.Ordinals) {
				found := p.Found(a.Words, i)
				if len(a.Parts) > 1 {
					for _, part := range a.Parts {
						found = max(found, p.Found(part.Scope, i))
					}
				}
				best = max(best, found*min(1, fit+0.3))
			}
		}
	}
	return best
}

// Answers tells whether sentence i of the paragraph holds enough of the words of
// one part of a question to answer it.
func (p *EvidenceParagraph) Answers(part Part, i int) bool {
	return p.Found(part.Scope, i) >= minAnswerable
}

// Found is the weighted share of the words that are found in or around sentence
// i at all. Vague words count little.
func (p *EvidenceParagraph) Found(words []Word, i int) float64 {
	sum, total := 0.0, 0.0
	for k, cover := range p.Cover(words, i) {
		total += words[k].Need
		if cover >= foundCover {
			sum += words[k].Need
		}
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

// Own is the weighted share of the words that stand in sentence i itself; the
// sentence before it and the paragraph's heading count half.
func (p *EvidenceParagraph) Own(words []Word, i int) float64 {
	sum, total := 0.0, 0.0
	for _, w := range words {
		total += w.Weight
		if w.Number != nil {
			if p.coverNumber(*w.Number, i) == inSentence {
				sum += w.Weight
			}
			continue
		}
		own := Match(w, p.Sentences[i].compact)
		if i > 0 {
			own = max(own, Match(w, p.Sentences[i-1].compact)/2, Match(w, compactString(p.Heading))/2)
		}
		sum += w.Weight * own
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
