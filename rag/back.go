package rag

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

// What points back at the conversation rather than asks anything new.
var (
	// asksWhatWasAsked wants to hear the question before, asksAgain its answer.
	asksWhatWasAsked = regexp.MustCompile(`^(?:我)?(?:上一?个|上次的?|刚才的?|刚刚的?|前一?个)问题(?:是|问的?是?)(?:什么|啥)$|(?i)^what (?:was|is) (?:my|the) (?:previous|last) question$`)
	asksAgain        = regexp.MustCompile(`^(?:请)?(?:再|重新)?(?:回答|说|答|看|回到)?(?:一下|一遍|一次)?(?:我的?)?(?:上一?个|上次的?|刚才的?|刚刚的?|前一?个)问题(?:呢|再(?:说|回答|答)(?:一下|一遍|一次))?$|(?i)^(?:(?:answer )?(?:the|my) )?(?:previous|last) question(?: again)?$`)
	// asksToGoOn wants what comes next in the source.
	asksToGoOn = regexp.MustCompile(`^(?:请)?(?:你)?(?:继续|接着)(?:说|讲|念|往下)?(?:下去)?(?:吧)?$|^往下(?:说|讲)?$|^(?:然后|接下来|后来|还有)呢$|(?i)^(?:go on|continue|and then|more)$`)
	// asksAboutIt wants what the article in talk is about.
	asksAboutIt = regexp.MustCompile(`^(?:请)?(?:你)?(?:帮我)?(?:总结|概括|归纳|概述)(?:一下|下)?(?:(?:这|那|该|上)(?:一)?(?:篇|份))?(?:文章|报道|文档|材料)?的?(?:主要)?(?:内容|要点)?$|^(?:这|那|该|上)(?:一)?(?:篇|份)(?:文章|报道|文档|材料)?(?:主要|都|具体|大概)?(?:讲|说|写|介绍|谈)(?:述)?(?:了|的是|的)?(?:些)?(?:什么|啥|哪些内容)(?:内容|事)?$|(?i)^(?:summari[sz]e (?:it|this|that|the article)|what is (?:this|that|the) (?:article|document) about)$`)
)

// maxGoOn is how many sentences are read on.
const maxGoOn = 3

// back deals with what points back at the conversation. It may put an earlier
// question in q's place, for the usual way; done tells that it has answered.
func (r *run) back(ctx context.Context, q *Question) (done bool, err error) {
	text := zhtext.Simplified(strings.TrimRight(zhtext.Clean(q.Text), "？?。.!！~～ "))
	again, what := asksAgain.MatchString(text), asksWhatWasAsked.MatchString(text)
	goOn, about := asksToGoOn.MatchString(text), asksAboutIt.MatchString(text)
	if !again && !what && !goOn && !about {
		return false, nil
	}
	language := zhtext.MainLanguage(text)
	last := len(q.History) - 1
	for last >= 0 && strings.TrimSpace(q.History[last].Question) == "" {
		last--
	}
	if last < 0 {
		if about {
			return false, nil // perhaps it names something
		}
		return true, r.sayTalk(language, message(language, nothingBefore))
	}
	if what {
		return true, r.sayTalk(language, message(language, previousQuestion, q.History[last].Question))
	}
	if again {
		q.Text, q.History = q.History[last].Question, q.History[:last]
		return false, nil
	}
	library, ok := r.chain.Index.(Library)
	if !ok {
		return false, nil
	}
	a, paragraph, sentence, err := lastQuoted(ctx, library, q.History)
	if err != nil || a == nil {
		return false, err
	}
	if about {
		return true, r.summarise(ctx, text, a)
	}
	return true, r.readOn(ctx, text, a, paragraph, sentence)
}

// sayTalk answers without the material.
func (r *run) sayTalk(language, text string) error {
	r.analysis.Language = language
	r.answer.Mode, r.answer.Text = ModeTalk, text
	return r.say(text)
}

var quoteMarkers = regexp.MustCompile(`\[\d+\]`)

// minQuoted is the shortest text, in runes, that tells where it was quoted from.
const minQuoted = 8

// lastQuoted finds the sentence of an article that an answer quoted last, nil
// where no answer quoted any. The paragraph counts from 1, the sentence is the
// text that was found.
func lastQuoted(ctx context.Context, library Library, history []Turn) (a *article.Article, paragraph int, sentence string, err error) {
	articles, err := library.Articles(ctx)
	if err != nil {
		return nil, 0, "", fmt.Errorf("read articles: %w", err)
	}
	for t := len(history) - 1; t >= 0; t-- {
		said := quoteMarkers.Split(history[t].Answer, -1)
		for n := len(said) - 1; n >= 0; n-- {
			text := strings.Trim(said[n], " \n；;。.，,")
			if len([]rune(text)) < minQuoted {
				continue
			}
			for _, a := range articles {
				for p, have := range a.Paragraphs {
					if strings.Contains(have.Text, text) {
						return a, p + 1, text, nil
					}
				}
			}
		}
	}
	return nil, 0, "", nil
}

// readOn quotes the sentences that follow one in its article.
func (r *run) readOn(ctx context.Context, asked string, a *article.Article, paragraph int, after string) error {
	r.analysis.Question, r.analysis.Language = asked, zhtext.MainLanguage(asked)
	hit := Hit{Rank: 1, Article: a}
	for n, p := range a.Paragraphs[paragraph-1 : min(len(a.Paragraphs), paragraph-1+2*maxGoOn)] {
		hit.Passage.Spans = append(hit.Passage.Spans, article.Span{Paragraph: paragraph + n, End: len([]rune(p.Text)), Text: p.Text})
	}
	r.evidence = NewEvidence([]Hit{hit})
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
