package rag

import (
	"context"
	"fmt"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// talks is what is said to messages that ask nothing of the material.
var talks = map[string]map[question.Talk]string{
	"zh": {
		question.TalkHello:    "你好！请直接写出你想知道的事。",
		question.TalkThanks:   "不客气。",
		question.TalkFine:     "好的，还有什么想知道的可以接着问。",
		question.TalkBye:      "再见。",
		question.TalkIdentity: "我是知问，根据资料回答问题：每句话都与原文核对过，并注明出处；资料中没有的，我会直说。",
		question.TalkHelp:     "直接写出问题就行，例如“某事是什么时候”“有多少”“谁负责”。也可以问“有哪些文章”，或者“《标题》讲了什么”。每句回答都注明出处；资料中没有的，我会直说。",
	},
	"en": {
		question.TalkHello:    "Hello! Just write what you want to know.",
		question.TalkThanks:   "You are welcome.",
		question.TalkFine:     "Fine. Ask on whenever you like.",
		question.TalkBye:      "Goodbye.",
		question.TalkIdentity: "I am zhiwen. I answer from the articles I was given: every sentence is checked against its source, which is named; what is not in them, I say so.",
		question.TalkHelp:     "Just ask, for example when something happened, how many, or who is in charge. You can also ask which articles there are, or what “Title” is about. Every sentence of an answer names its source; what is not in the material, I say so.",
	},
}

// talk answers a message that asks nothing of the material.
func (r *run) talk(ctx context.Context, kind question.Talk, text string) error {
	language := zhtext.MainLanguage(text)
	if kind == question.TalkNone { // nothing but signs
		r.analysis.Language = language
		var err error
		if r.catalog, err = r.chain.Index.Catalog(ctx); err != nil {
			return fmt.Errorf("read catalog: %w", err)
		}
		return r.refuse(ReasonNoQuestion)
	}
	r.answer.Mode = ModeTalk
	r.answer.Text = talks[language][kind]
	if kind == question.TalkHelp || kind == question.TalkIdentity {
		catalog, err := r.chain.Index.Catalog(ctx)
		if err != nil {
			return fmt.Errorf("read catalog: %w", err)
		}
		r.answer.Text += covers(language, catalog)
	}
	return r.say(r.answer.Text)
}

// say hands a sentence without sources to the caller.
func (r *run) say(text string) error {
	if r.opts.OnSentence == nil {
		return nil
	}
	return r.opts.OnSentence(Sentence{Text: text})
}

// covers says how many articles there are and names some.
func covers(language string, c Catalog) string {
	if c.Articles == 0 {
		return ""
	}
	titles := c.Titles[:min(len(c.Titles), maxTitles)]
	if language == "en" {
		return fmt.Sprintf(" There are %d articles, among them “%s”.", c.Articles, strings.Join(titles, "”, “"))
	}
	return fmt.Sprintf("现有 %d 篇文章，例如《%s》。", c.Articles, strings.Join(titles, "》《"))
}
