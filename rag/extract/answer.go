package extract

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/question"
)

// notedCandidates is how many sentences a trace shows.
const notedCandidates = 6

// answerByReading answers in three steps: a short answer where it is sure enough,
// else quotes, else a refusal. Each part of a question is answered by itself.
func (g Generator) answerByReading(ctx context.Context, req rag.Request, emit func(rag.Claim) error) (draft rag.Draft, err error) {
	var shorts, quotes, missed []candidate
	for _, part := range req.Analysis.Parts {
		if err := ctx.Err(); err != nil {
			return rag.Draft{}, err
		}
		ranked, err := judge(ctx, req, part, g.Thorough)
		if err != nil {
			return draft, err
		}
		below := refuseBelow(req.Question, ranked)
		refused := len(ranked) == 0 || chance(ranked[0].answeredOdds()) < below
		if err := shortenAll(ctx, req, part, g.maySay(req, part, ranked, refused)); err != nil {
			return draft, err
		}
		draft.Candidates = append(draft.Candidates, notes(ranked, below)...)
		if refused {
			draft.Incomplete = draft.Incomplete || len(ranked) == 0
			if len(ranked) > 0 {
				missed = append(missed, ranked[0].candidate)
			}
			continue
		}
		short, rivals := shortAnswers(req, part, ranked)
		for _, c := range short {
			shorts = appendShort(shorts, c)
		}
		draft.Conflict = draft.Conflict || rivals
		if len(short) == 0 {
			if short = listQuoted(part, ranked[0]); len(short) == 0 {
				short = quoted(ranked)
			}
			draft.Conflict = draft.Conflict || disagree(req.Question, short)
		}
		quotes = appendNew(quotes, short)
	}
	if len(quotes) == 0 {
		draft.Refused, draft.Incomplete = true, false
		return draft, nil
	}
	// What comes nearest may be quoted for another part: then it is not missing.
	draft.Incomplete = draft.Incomplete || slices.ContainsFunc(missed, func(c candidate) bool { return !sameText(quotes, c) })
	for _, c := range shorts {
		if err := emit(c.shortClaim()); err != nil {
			return draft, err
		}
	}
	for _, c := range quotes {
		if err := emit(c.claim()); err != nil {
			return draft, err
		}
	}
	return draft, nil
}

// next is the coming one of a series: what is said of this one does not answer.
var (
	next     = regexp.MustCompile(`下一?(?:届|期|次|轮|季|批|回|场)`)
	tellNext = regexp.MustCompile(next.String() + `|明年|来年`)
)

// refuseBelow is the chance of being answered at all below which a question is refused. It
// is higher where nothing that was found speaks of a name in the question, or of the coming
// one of a series.
func refuseBelow(asked string, ranked []judged) float64 {
	noted := ranked[:min(len(ranked), notedCandidates)]
	named := func(j judged) bool { return j.features[featureStrange] < 1 }
	told := func(j judged) bool { return tellNext.MatchString(string(j.paragraph.Text)) }
	c := calibrated()
	if slices.ContainsFunc(noted, named) && (!next.MatchString(asked) || slices.ContainsFunc(noted, told)) {
		return c.RefuseBelow
	}
	return chance(logit(c.RefuseBelow) + c.SurerWhereAbsent)
}

// maySay are the sentences whose short answer may be shown.
func (g Generator) maySay(req rag.Request, part question.Part, ranked []judged, refused bool) (out []*judged) {
	if !g.Thorough && (refused || asksForSeveral(part)) {
		return nil
	}
	for i := range ranked[:min(len(ranked), shortSentences)] {
		if i == 0 || g.Thorough || len(req.Analysis.Years) == 0 && ranked[i].otherEdition(ranked[0]) {
			out = append(out, &ranked[i])
		}
	}
	return out
}

func asksForSeveral(part question.Part) bool { return part.Kind == question.KindList || part.Many }

// otherEdition tells whether a sentence is of another article and another year.
func (j judged) otherEdition(than judged) bool {
	year := j.paragraph.Year(j.sentence)
	return year != 0 && year != than.paragraph.Year(than.sentence) && j.paragraph.Article.ID != than.paragraph.Article.ID
}

// shortAnswers is the short answer where it is sure enough, and that of another
// article that gives another value for the same thing.
func shortAnswers(req rag.Request, part question.Part, ranked []judged) (out []candidate, rivals bool) {
	best := ranked[0]
	if asksForSeveral(part) || best.answer == nil || !sureEnough(*best.answer) || best.features[featureContrary] > 0 {
		return nil, false
	}
	c := best.answered()
	out = append(out, c)
	for _, other := range ranked[1:min(len(ranked), notedCandidates)] {
		if best.short != nil && contradicts(req.Question, best.candidate, other.candidate) {
			return append(out, other.candidate), true
		}
	}
	if len(req.Analysis.Years) > 0 {
		return out, false
	}
	// Where no year is asked for, another edition's answer is given as well.
	for _, other := range ranked[1:min(len(ranked), shortSentences)] {
		if !other.otherEdition(best) || other.answer == nil || !sureEnough(*other.answer) {
			continue
		}
		if o := other.answered(); !sameAnswer(o.key, c.key) {
			return append(out, o), false
		}
	}
	return out, false
}

// answered is the candidate with its best short answer.
func (j judged) answered() candidate {
	c := j.candidate
	c.short, c.key = &span{j.answer.Start, j.answer.End}, string(c.paragraph.Text[j.answer.Start:j.answer.End])
	return c
}

// sureEnough tells whether a short answer's chance to be right is enough to be shown.
// One of another kind than was asked for is not shown whatever its chance: a figure
// for who, a colour for how much.
func sureEnough(s shortAnswer) bool {
	return s.features[featureType] >= 0 && chance(s.odds) >= calibrated().ShortAbove
}

// quoted are the best sentences, as many as it takes until one of them answers
// surely enough, in the order in which they stand where they follow each other.
func quoted(ranked []judged) []candidate {
	out := []candidate{ranked[0].candidate}
	missed := 1 - chance(ranked[0].odds)
	for _, c := range ranked[1:] {
		if len(out) == maxSentences || 1-missed >= calibrated().HeldAbove || chance(c.odds) < calibrated().QuoteShare*chance(ranked[0].odds) {
			break
		}
		if c.features[featureContrary] == 0 && !sameText(out, c.candidate) { // what speaks of another one does not add to it
			out = append(out, c.candidate)
			missed *= 1 - chance(c.odds)
		}
	}
	for i := range out { // what stands in one paragraph is read in its order
		for k := range out[:i] {
			if out[k].paragraph == out[i].paragraph && out[k].sentence > out[i].sentence {
				out[k], out[i] = out[i], out[k]
			}
		}
	}
	return out
}

// maxItems is how many items of a list are quoted.
const maxItems = 20

// listQuoted are all items of the list that the best sentence is an item of, or leads in to,
// where several things are asked for: three of nine duties are not what the duties are. There
// are none where it is no list.
func listQuoted(part question.Part, best judged) (out []candidate) {
	p, lead := best.paragraph, best.paragraph.LeadIn(best.sentence)
	if s := p.Sentences[best.sentence]; s.LeadsIn() {
		lead = s.Folded
	}
	if !asksForSeveral(part) || lead == "" {
		return nil
	}
	for i := range p.Sentences {
		if p.LeadIn(i) == lead && !p.IsHeading(i) && len(out) < maxItems {
			out = append(out, candidate{paragraph: p, sentence: i})
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// notes describe the best sentences for a trace, with the chance that the best one needs.
func notes(ranked []judged, below float64) []rag.CandidateNote {
	var out []rag.CandidateNote
	for _, j := range ranked[:min(len(ranked), notedCandidates)] {
		n := rag.CandidateNote{
			ArticleID: j.paragraph.Article.ID, Paragraph: j.paragraph.Number,
			Sentence: j.text(),
			Chance:   chance(j.odds), Answered: chance(j.answeredOdds()), RefuseBelow: below, Features: j.features,
		}
		n.Weighed, n.CountedMost = weighed(calibrated().Answered, j)
		if s := j.answer; s != nil {
			n.Short = strings.TrimSpace(string(j.paragraph.Text[s.Start:s.End]))
			n.ShortChance, n.ShortFeatures, n.ShortFrom = chance(s.odds), s.features, calibrated().ShortAbove
		}
		out = append(out, n)
	}
	return out
}
