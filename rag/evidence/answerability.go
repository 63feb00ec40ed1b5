package evidence

import (
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Thresholds of what counts as found, and as enough to answer.
const (
	// minAnswerable is the least weighted share of the question's words that
	// one sentence with its surroundings must hold.
	MinAnswerable = 0.75
	// minAnswerableEnglish is the same for an English question, which reaches
	// Chinese sources through few translated words.
	MinAnswerableEnglish = 0.55
	// minAnswerableModel is the same ahead of a language model, which also
	// understands words that the sources put differently.
	MinAnswerableModel = 0.7
	// foundCover is the cover from which on a word counts as found.
	FoundCover = 0.25
)

// answerable is the greatest weighted share of the question's words, or of those
// of one part of it, that are found in or around one sentence about the years.
// Vague words count little.
func Answerable(ev *Evidence, a question.Analysis, years []int) float64 {
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
func (p *Paragraph) Answers(part question.Part, i int) bool {
	return p.Found(part.Scope, i) >= MinAnswerable
}

// Found is the weighted share of the words that are found in or around sentence
// i at all. Vague words count little.
func (p *Paragraph) Found(words []question.Word, i int) float64 {
	sum, total := 0.0, 0.0
	for k, cover := range p.Cover(words, i) {
		total += words[k].Need
		if cover >= FoundCover {
			sum += words[k].Need
		}
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

// Own is the weighted share of the words that stand in sentence i itself, or in the
// headings, the title and the lead-in over it; the sentence before it and the paragraph's own heading count half.
func (p *Paragraph) Own(words []question.Word, i int) float64 {
	sum, total := 0.0, 0.0
	for _, w := range words {
		total += w.Weight
		if w.Number != nil {
			if p.coverNumber(*w.Number, i) == inSentence {
				sum += w.Weight
			}
			continue
		}
		own := max(question.Match(w, p.Sentences[i].Folded), question.Match(w, p.section)*inHeading, question.Match(w, p.LeadIn(i))*inHeading, question.Match(w, p.Title)*inTitle)
		if i > 0 {
			own = max(own, question.Match(w, p.Sentences[i-1].Folded)/2, question.Match(w, zhtext.CompactString(p.Heading))/2)
		}
		sum += w.Weight * own
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
