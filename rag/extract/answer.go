package extract

import (
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/question"
)

// notedCandidates is how many sentences a trace shows.
const notedCandidates = 6

// answerByReading answers in three steps: a short answer where it is sure enough,
// else quotes, else a refusal.
func answerByReading(req rag.Request, part question.Part, emit func(rag.Claim) error) (rag.Draft, error) {
	ranked := judge(req, part)
	draft := rag.Draft{Candidates: notes(req.Question, ranked, part)}
	limits := calibrated()
	if len(ranked) == 0 || chance(ranked[0].odds) < limits.RefuseBelow {
		draft.Refused = true
		return draft, nil
	}
	chosen := []candidate{ranked[0].candidate}
	short, ok := ranked[0].shorten(req.Question, part)
	if ok && chance(short.odds) >= limits.ShortAbove && part.Kind != question.KindList && !part.Many {
		chosen[0].short = &span{short.Start, short.End}
		if err := emit(chosen[0].shortClaim()); err != nil {
			return draft, err
		}
	} else {
		ok = false
	}
	// Another article that gives another value for the same thing is quoted as well.
	for _, c := range ranked[1:min(len(ranked), notedCandidates)] {
		if ok && ranked[0].short != nil && contradicts(req.Question, ranked[0].candidate, c.candidate) {
			if err := emit(c.shortClaim()); err != nil {
				return draft, err
			}
			chosen, draft.Conflict = append(chosen, c.candidate), true
			break
		}
	}
	for _, c := range ranked[1:] {
		if len(chosen) == maxSentences || chance(c.odds) < limits.CompanionAbove {
			break
		}
		if ok && c.paragraph.Article.ID == chosen[0].paragraph.Article.ID {
			continue // the short answer's own sentence is enough
		}
		if !sameText(chosen, c.candidate) {
			chosen = append(chosen, c.candidate)
		}
	}
	for _, c := range chosen {
		if err := emit(c.claim()); err != nil {
			return draft, err
		}
	}
	return draft, nil
}

// notes describe the best sentences for a trace.
func notes(asked string, ranked []judged, part question.Part) []rag.CandidateNote {
	var out []rag.CandidateNote
	for _, j := range ranked[:min(len(ranked), notedCandidates)] {
		n := rag.CandidateNote{
			ArticleID: j.paragraph.Article.ID, Paragraph: j.paragraph.Number,
			Sentence: j.text(), Chance: chance(j.odds), Features: j.features,
		}
		if s, ok := j.shorten(asked, part); ok {
			n.Short = strings.TrimSpace(string(j.paragraph.Text[s.Start:s.End]))
			n.ShortChance, n.ShortFeatures = chance(s.odds), s.features
		}
		out = append(out, n)
	}
	return out
}
