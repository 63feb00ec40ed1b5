package rag

import (
	"cmp"
	"context"
	"slices"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

const (
	// maxOthers is how many paragraphs beside an answer are shown to somebody who objects
	// to it, maxExamples how many examples.
	maxOthers, maxExamples = 2, 3
	// othersFrom is the share of the question's words from which on a sentence that holds
	// them is shown as near to it.
	othersFrom = 0.4
	// maxWhole is how many runes a paragraph may have to be shown whole.
	maxWhole = 200
)

// wantsOf is what a turn of the conversation wanted that points back.
func wantsOf(t Turn) question.Backward { return question.PointsBack(cmp.Or(t.Asked, t.Question)) }

// maxLeaning is how many bytes a message may have that asks nothing itself.
const maxLeaning = 120

// leans tells whether a turn asked nothing itself, as far as is known: 不对, 继续.
func leans(t Turn) bool {
	if len(t.Question) > maxLeaning {
		return false
	}
	switch question.PointsBack(t.Question).Wish {
	case question.WishNone, question.WishWithin, question.WishInstead, question.WishAbout, question.WishElse,
		question.WishDay, question.WishAuthor, question.WishTitle, question.WishSource:
		return false
	}
	return true
}

// lastAsked is the last question of the conversation that asked something itself, "" for
// none.
func lastAsked(history []Turn) string {
	for _, t := range slices.Backward(history) {
		if !leans(t) {
			return t.Question
		}
	}
	return ""
}

// object answers an objection in which nothing is asked: with what the last answer rests
// on, and where that was shown for an objection before, rests on nothing, or more is asked
// for, with what else the material says that comes near to the question.
func (r *run) object(ctx context.Context, said cited, anew bool, language string, history []Turn) error {
	r.answer.Objected = true
	last := history[len(history)-1]
	if len(said.places) > 0 && !anew && wantsOf(last).Wish != question.WishObject {
		r.answering(lastAsked(history), language)
		r.notice(message(language, noticeObjected))
		return r.quoteAround(ctx, said.places)
	}
	asked := lastAsked(history)
	if len(said.places) == 0 { // a list of documents is what there is
		if done, err := r.documents(ctx, Question{Text: asked}); done || err != nil {
			return err
		}
	}
	if _, err := r.near(ctx, asked, language); err != nil {
		return err
	}
	others := r.others(history)
	switch {
	case len(others) == 0 && len(said.places) == 0:
		return r.sayTalk(language, message(language, noneNear))
	case len(others) == 0:
		return r.sayTalk(language, message(language, noneOther))
	}
	for _, o := range others {
		if err := r.quoteStretch(o.paragraph.Article, o.paragraph, o.start, o.end); err != nil {
			return err
		}
	}
	r.notice(message(language, noticeOther))
	return r.quoted(ctx, len(others))
}

// other is a stretch of a paragraph that no answer has shown, with the share of the
// question's words that it holds.
type other struct {
	paragraph  *evidence.Paragraph
	start, end int
	share      float64
}

// others are what comes nearest to a question and no answer has shown.
func (r *run) others(history []Turn) (out []other) {
	for _, p := range r.evidence.Paragraphs {
		if o := r.unsaid(p, history); o.share >= othersFrom {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b other) int { return cmp.Compare(b.share, a.share) })
	return out[:min(len(out), maxOthers)]
}

// near looks for what comes near to a question, to be shown in a language.
func (r *run) near(ctx context.Context, asked, language string) (*evidence.Evidence, error) {
	found, err := r.look(ctx, asked)
	if err != nil {
		return nil, err
	}
	r.evidence, r.analysis = found.evidence, found.analysis
	r.answering(asked, language)
	return found.evidence, nil
}

// unsaid is the stretch of a paragraph that comes nearest to the question and that no
// answer has shown: all of it if it is short and none of it was shown, or else a sentence.
func (r *run) unsaid(p *evidence.Paragraph, history []Turn) other {
	nearest, shown := other{paragraph: p}, false
	for i, s := range p.Sentences {
		if saidBefore(history, p.Article, p, i) {
			shown = true
		} else if share := p.Own(r.analysis.Words, i); share > nearest.share && s.Text != p.Heading && !zhtext.AddressesMachine(s.Text) {
			nearest = other{p, s.Start, s.End, share}
		}
	}
	if !shown && len(p.Text) <= maxWhole && !zhtext.AddressesMachine(string(p.Text)) {
		nearest.start, nearest.end = 0, len(p.Text)
	}
	return nearest
}

// exemplify quotes sentences that say that they give an example: those beside what the
// last answer cited, and those that come near to what was asked.
func (r *run) exemplify(ctx context.Context, said cited, language string, history []Turn) error {
	asked := lastAsked(history)
	found, err := r.near(ctx, asked, language)
	if err != nil {
		return err
	}
	var beside []Hit
	for _, p := range said.places {
		beside = append(beside, wholeHit(p.article, p.Paragraph, min(len(p.article.Paragraphs), p.Paragraph+1)))
	}
	of := NewEvidence(beside)
	var fresh, shown []func() error
	take := func(p *evidence.Paragraph, near float64) {
		for i, s := range p.Sentences {
			if !question.Exemplifies(s.Text) || zhtext.AddressesMachine(s.Text) || near > 0 && p.Found(r.analysis.Words, i) < near {
				continue
			}
			quote := func() error { return r.quote(p.Article, p, i) }
			if saidBefore(history, p.Article, p, i) {
				shown = append(shown, quote)
			} else {
				fresh = append(fresh, quote)
			}
		}
	}
	for _, p := range of.Paragraphs {
		take(p, 0)
	}
	for _, p := range found.Paragraphs {
		if !holdsParagraph(of, p.Article, p.Number) {
			take(p, evidence.MinAnswerable)
		}
	}
	if len(fresh) == 0 {
		fresh = shown // rather again than to say that there is none
	}
	if len(fresh) == 0 {
		return r.sayTalk(language, message(language, noExample))
	}
	for _, quote := range fresh[:min(len(fresh), maxExamples)] {
		if err := quote(); err != nil {
			return err
		}
	}
	return r.quoted(ctx, len(fresh))
}

// holdsParagraph tells whether a paragraph is among the evidence.
func holdsParagraph(e *evidence.Evidence, a *article.Article, number int) bool {
	return slices.ContainsFunc(e.Paragraphs, func(p *evidence.Paragraph) bool { return p.Article.ID == a.ID && p.Number == number })
}
