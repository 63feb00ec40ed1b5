package rag

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// What points back at the conversation rather than asks anything new.
var (
	// asksWhatWasAsked wants to hear the question before, asksAgain its answer.
	asksWhatWasAsked = regexp.MustCompile(`^(?:我)?(?:上一?个|上次的?|刚才的?|刚刚的?|前一?个)问题(?:是|问的?是?)(?:什么|啥)$|(?i)^what (?:was|is) (?:my|the) (?:previous|last) question$`)
	asksAgain        = regexp.MustCompile(`^(?:请)?(?:再|重新)?(?:回答|说|答|看|回到)?(?:一下|一遍|一次)?(?:我的?)?(?:上一?个|上次的?|刚才的?|刚刚的?|前一?个)(?:问题|回答|答案)(?:呢|再(?:说|回答|答)(?:一下|一遍|一次))?$|(?i)^(?:(?:answer )?(?:the|my) )?(?:previous|last) question(?: again)?$`)
	// asksToGoOn wants what comes next in the source.
	asksToGoOn = regexp.MustCompile(`^(?:请)?(?:你)?(?:继续|接着)(?:说|讲|念|往下)?(?:下去)?(?:吧)?$|^往下(?:说|讲)?$|^(?:然后|接下来|后来|还有)呢$|(?i)^(?:go on|continue|and then|more)$`)
	// asksAboutIt wants what the article in talk is about.
	asksAboutIt = regexp.MustCompile(`^(?:请)?(?:你)?(?:帮我)?(?:总结|概括|归纳|概述)(?:一下|下)?(?:(?:这|那|该|上)(?:一)?(?:篇|份))?(?:文章|报道|文档|材料)?的?(?:主要)?(?:内容|要点)?$|(?i)^(?:summari[sz]e (?:it|this|that|the article)|what is (?:this|that|the) (?:article|document) about)$`)
)

// maxGoOn is how many sentences are read on.
const maxGoOn = 3

// back deals with what points back at the conversation. It may put an earlier
// question in q's place, or what is left of it without its reference to an article, for
// the usual way; done tells that it has answered.
func (r *run) back(ctx context.Context, q *Question) (done bool, err error) {
	text := bare(q.Text)
	again, what := asksAgain.MatchString(text), asksWhatWasAsked.MatchString(text)
	wish := question.PointsBack(q.Text)
	goOn := asksToGoOn.MatchString(text)
	if wish.Wish == question.WishNone && asksAboutIt.MatchString(text) {
		wish.Wish = question.WishAbout
	}
	if !again && !what && !goOn && wish.Wish == question.WishNone {
		return false, nil
	}
	language := zhtext.MainLanguage(text)
	history := asking(q.History)
	last := len(history) - 1
	ofAnswer := slices.Contains([]question.Wish{question.WishDetail, question.WishProof, question.WishReword, question.WishTranslate}, wish.Wish)
	if last < 0 {
		if ofAnswer || wish.Wish == question.WishNone {
			return true, r.sayTalk(language, message(language, nothingBefore))
		}
		return false, nil // perhaps it names something
	}
	if what {
		return true, r.sayTalk(language, message(language, previousQuestion, cmp.Or(history[last].Asked, history[last].Question)))
	}
	if again {
		for last > 0 && asksToGoOn.MatchString(history[last].Question) {
			last-- // it asked nothing itself
		}
		q.Text, q.History = history[last].Question, history[:last]
		return r.back(ctx, q) // which may have pointed back itself
	}
	library, ok := r.chain.Index.(Library)
	if !ok {
		return false, nil
	}
	said, err := lastCited(ctx, library, history)
	if err != nil {
		return false, err
	}
	if len(said.places) == 0 {
		if ofAnswer {
			return true, r.sayTalk(language, message(language, nothingQuoted))
		}
		return false, nil
	}
	if goOn {
		place := said.places[len(said.places)-1]
		return true, r.readOn(ctx, text, place.article, place.Paragraph, place.quote())
	}
	return r.grant(ctx, q, wish, said, history)
}

// asking leaves out the turns in which nothing was asked: thanks, and the question what
// was asked.
func asking(history []Turn) []Turn {
	return slices.DeleteFunc(withoutTalk(history), func(t Turn) bool {
		return asksWhatWasAsked.MatchString(bare(t.Question))
	})
}

// bare is a message as the patterns that point back know it.
func bare(message string) string {
	return zhtext.Simplified(strings.TrimRight(zhtext.Clean(message), "？?。.!！~～ "))
}

// sayTalk answers without the material.
func (r *run) sayTalk(language, text string) error {
	r.analysis.Language = language
	r.answer.Mode, r.answer.Text = ModeTalk, text
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
