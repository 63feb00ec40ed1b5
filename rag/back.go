package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// maxGoOn is how many sentences are read on.
const maxGoOn = 3

// back deals with what points back at the conversation; [question.PointsBack] tells what
// that wants. It may put an earlier question in q's place, or what is left of it without
// its reference to an article or its objection, for the usual way; done tells that it has
// answered.
func (r *run) back(ctx context.Context, q *Question) (done bool, err error) {
	wish := question.PointsBack(q.Text)
	if wish.Wish == question.WishNone {
		return false, nil
	}
	language := zhtext.MainLanguage(q.Text)
	history := asking(q.History)
	last := len(history) - 1
	switch {
	case wish.Wish == question.WishInstead:
		if last >= 0 {
			q.Text = wish.Rest
		}
		return false, nil
	case last < 0 && needsBefore[wish.Wish]:
		return true, r.sayTalk(language, message(language, nothingBefore))
	case last < 0:
		return false, nil // perhaps it names something
	case wish.Wish == question.WishPrevious:
		return true, r.sayTalk(language, message(language, previousQuestion, cmp.Or(history[last].Asked, history[last].Question)))
	case wish.Wish == question.WishRepeat: // as it came about, or a follow-up would be read anew
		q.Text, q.History = cmp.Or(history[last].Asked, history[last].Question), history[:last]
		return r.back(ctx, q)
	case wish.Wish == question.WishAgain:
		for last > 0 && question.PointsBack(history[last].Question).Wish == question.WishGoOn {
			last-- // it asked nothing itself
		}
		q.Text, q.History = history[last].Question, history[:last]
		return r.back(ctx, q) // which may have pointed back itself
	}
	library, ok := r.chain.Index.(Library)
	if !ok {
		return false, nil
	}
	ofLast := wish.Wish == question.WishObject || wish.Wish == question.WishExample
	read := history
	if ofLast { // an objection to a refusal is none to the answer before that
		read = history[last:]
	}
	said, err := lastCited(ctx, library, read)
	if err != nil {
		return false, err
	}
	if ofLast {
		if lastAsked(history) == "" {
			return true, r.sayTalk(language, message(language, nothingBefore))
		}
		if wish.Wish == question.WishObject {
			return true, r.object(ctx, said, wish.Anew, language, history)
		}
		return true, r.exemplify(ctx, said, language, history)
	}
	if len(said.places) == 0 {
		if needsBefore[wish.Wish] && wish.Wish != question.WishGoOn {
			return true, r.sayTalk(language, message(language, nothingQuoted))
		}
		return false, nil
	}
	return r.grant(ctx, q, wish, said, history)
}

// needsBefore are the wishes that mean nothing where nothing was asked before.
var needsBefore = map[question.Wish]bool{
	question.WishDetail: true, question.WishProof: true, question.WishReword: true, question.WishTranslate: true,
	question.WishObject: true, question.WishExample: true,
	question.WishPrevious: true, question.WishAgain: true, question.WishRepeat: true, question.WishGoOn: true,
}

// asking leaves out the turns in which nothing was asked: thanks, and the question what
// was asked.
func asking(history []Turn) []Turn {
	return slices.DeleteFunc(withoutTalk(history), func(t Turn) bool {
		return len(t.Question) <= maxLeaning && question.PointsBack(t.Question).Wish == question.WishPrevious
	})
}

// sayTalk answers without the material; it is no turn that anything can follow up.
func (r *run) sayTalk(language, text string) error {
	r.analysis.Language = language
	r.answer.Mode, r.answer.Text, r.answer.Question = ModeTalk, text, ""
	return r.say(text)
}

// readOn quotes the sentences that follow one in its article.
func (r *run) readOn(ctx context.Context, asked string, a *article.Article, paragraph int, after string) error {
	r.analysis.Question, r.analysis.Language = asked, zhtext.MainLanguage(asked)
	r.evidence = NewEvidence([]Hit{wholeHit(a, paragraph, min(len(a.Paragraphs), paragraph-1+2*maxGoOn))})
	quoted := 0
	passed := false
	for _, p := range r.evidence.Paragraphs {
		for i, s := range p.Sentences {
			switch {
			case !passed:
				passed = strings.Contains(s.Text, after) || strings.HasSuffix(after, strings.TrimRight(s.Text, "；;。.，,"))
			case quoted == maxGoOn || s.Text == p.Heading || zhtext.AddressesMachine(s.Text):
			default:
				if err := r.quote(a, p, i); err != nil {
					return err
				}
				quoted++
			}
		}
	}
	if quoted == 0 {
		return r.sayTalk(r.analysis.Language, message(r.analysis.Language, atTheEnd, a.Title))
	}
	r.answer.Question = asked
	return r.quoted(ctx, quoted)
}
