package rag

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// grant does what a message wants that points back at an answer. done is false where
// q is left to be answered in the usual way, within an article.
func (r *run) grant(ctx context.Context, q *Question, wish question.Backward, said cited, history []Turn) (done bool, err error) {
	language := zhtext.MainLanguage(q.Text)
	main := said.places[0].article
	switch wish.Wish {
	case question.WishWithin:
		q.Text, r.within = wish.Rest, main
		return false, nil
	case question.WishAbout:
		return true, r.summarise(ctx, q.Text, main)
	case question.WishElse:
		return true, r.whatElse(ctx, q.Text, main, history)
	case question.WishDay, question.WishAuthor, question.WishTitle, question.WishSource:
		return true, r.sayTalk(language, aboutArticle(language, wish.Wish, main))
	case question.WishGoOn:
		place := said.places[len(said.places)-1]
		return true, r.readOn(ctx, q.Text, place.article, place.Paragraph, place.quote())
	case question.WishProof:
		r.answering(said.turn.Question, language)
		return true, r.quoteAround(ctx, said.places)
	case question.WishTranslate:
		if wish.Language == "" { // the other one
			wish.Language = map[string]string{"zh": "en", "en": "zh"}[zhtext.MainLanguage(said.turn.Answer)]
		}
		if wish.Language != "en" && wish.Language != "zh" {
			return true, r.sayTalk(language, message(language, uncheckedLanguage, wish.Language))
		}
		return true, r.sayAgain(ctx, q, said, wish.Language, r.quoteAgain)
	case question.WishReword:
		return true, r.sayAgain(ctx, q, said, zhtext.MainLanguage(said.turn.Answer), r.quoteAgain)
	}
	return r.moreOf(ctx, q, wish, said, language)
}

// aboutArticle says what is known of an article beside its text.
func aboutArticle(language string, wish question.Wish, a *article.Article) string {
	said, key := "", articleDay
	switch wish {
	case question.WishDay:
		said = day(a.Published)
	case question.WishAuthor:
		said, key = a.Author, articleAuthor
	case question.WishSource:
		said, key = strings.TrimSpace(a.Source+" "+cmp.Or(a.URL, path.Base(a.Path))), articleSource
	case question.WishTitle:
		return message(language, articleTitle, a.Title)
	}
	if said == "" {
		return message(language, articleUnknown, a.Title)
	}
	return message(language, key, a.Title, said)
}

// maxElse is how many paragraphs are gone through for what else an article says.
const maxElse = 60

// whatElse quotes what an article says besides what has been quoted of it.
func (r *run) whatElse(ctx context.Context, asked string, a *article.Article, history []Turn) error {
	quoted, err := r.quoteOpenings(asked, a, maxElse, history)
	if err != nil {
		return err
	}
	if quoted == 0 {
		return r.sayTalk(r.analysis.Language, message(r.analysis.Language, nothingElse, a.Title))
	}
	return r.quoted(ctx, quoted)
}

// saidBefore tells whether an answer quoted of a sentence.
func saidBefore(history []Turn, a *article.Article, p *evidence.Paragraph, n int) bool {
	s := p.Sentences[n]
	at := zhtext.Range{Start: p.Offset + s.Start, End: p.Offset + s.End}
	return slices.ContainsFunc(history, func(t Turn) bool {
		return strings.Contains(t.Answer, strings.TrimRight(s.Text, "；;。.，,")) || slices.ContainsFunc(t.Cites, func(c Place) bool {
			return c.ArticleID == a.ID && c.Paragraph == p.Number && at.Overlaps(zhtext.Range{Start: c.Start, End: c.End})
		})
	})
}

// wholeHit is a stretch of an article's paragraphs, counted from 1, as a hit.
func wholeHit(a *article.Article, first, last int) Hit {
	hit := Hit{Rank: 1, Article: a, Passage: article.Passage{ID: fmt.Sprintf("%s#%d", a.ID, first), ArticleID: a.ID}}
	for n := first; n <= last; n++ {
		text := a.Paragraphs[n-1].Text
		hit.Passage.Spans = append(hit.Passage.Spans, article.Span{Paragraph: n, End: len([]rune(text)), Text: text})
	}
	return hit
}

// moreOf answers a wish for more of one quote, or of all of them: with the paragraphs
// that they stand in.
func (r *run) moreOf(ctx context.Context, q *Question, wish question.Backward, said cited, language string) (done bool, err error) {
	places := said.places
	if wish.Quote != 0 {
		n := slices.IndexFunc(places, func(p citedPlace) bool { return p.Marker == wish.Quote })
		if wish.Quote < 0 {
			n = len(places) - 1
		}
		if n < 0 {
			if own := ownArticle(places, wish.Named); own != nil { // 第五条 of rules, and not of the answer
				r.answering(q.Text, language)
				return true, r.quoteAround(ctx, own)
			}
			return true, r.sayTalk(language, message(language, noSuchQuote, len(places), wish.Quote))
		}
		places = places[n : n+1]
	}
	if r.chain.Model != nil {
		said.places = places
		return true, r.sayAgain(ctx, q, said, zhtext.MainLanguage(said.turn.Answer), r.quoteAround)
	}
	r.answering(said.turn.Question, language)
	return true, r.quoteAround(ctx, places)
}

// ownArticle is the paragraph of the cited rules that has that number itself, nil for none.
func ownArticle(places []citedPlace, number string) []citedPlace {
	for _, p := range places {
		for n, one := range p.article.Paragraphs {
			if strings.HasPrefix(strings.TrimSpace(one.Text), "第"+number+"条") {
				return []citedPlace{{Place{ArticleID: p.article.ID, Paragraph: n + 1, End: min(len([]rune(one.Text)), maxAround)}, p.article}}
			}
		}
	}
	return nil
}

// maxAround is how many runes of a paragraph are quoted at once; enoughAround is how
// many more than the quote itself it must have, or its neighbours are quoted as well.
const (
	maxAround    = 400
	enoughAround = 20
)

// quoteAround quotes the paragraphs around places.
func (r *run) quoteAround(ctx context.Context, places []citedPlace) error {
	type at struct {
		article   *article.Article
		paragraph int
	}
	quoted := 0
	done := map[at]bool{}
	var hits []Hit
	for _, p := range places[:min(len(places), maxSummarised)] {
		first, last := p.Paragraph, p.Paragraph
		if p.Marker > 0 && len(p.text())-(p.End-p.Start) < enoughAround {
			first, last = max(1, first-1), min(len(p.article.Paragraphs), last+1)
		}
		hit := wholeHit(p.article, first, last)
		hit.Rank = len(hits) + 1
		hits = append(hits, hit)
		for _, paragraph := range NewEvidence([]Hit{hit}).Paragraphs {
			key := at{p.article, paragraph.Number}
			if done[key] {
				continue
			}
			done[key] = true
			start, end := 0, len(paragraph.Text)
			if paragraph.Number == p.Paragraph {
				start, end = around(paragraph, p.Start-paragraph.Offset, p.End-paragraph.Offset)
			} else if end > maxAround {
				continue // too long to be a mere neighbour
			}
			if err := r.quoteStretch(p.article, paragraph, start, end); err != nil {
				return err
			}
			quoted++
		}
	}
	r.evidence = NewEvidence(hits)
	return r.quoted(ctx, quoted)
}

// around is the stretch of whole sentences around one that is not too long.
func around(p *evidence.Paragraph, start, end int) (int, int) {
	if len(p.Text) <= maxAround || len(p.Sentences) == 0 {
		return 0, len(p.Text)
	}
	first, last := 0, len(p.Sentences)-1
	for i, s := range p.Sentences {
		if s.End <= start {
			first = i + 1
		}
		if s.Start < end {
			last = i
		}
	}
	first = min(first, last)
	for grown := true; grown; {
		grown = false
		if last+1 < len(p.Sentences) && p.Sentences[last+1].End-p.Sentences[first].Start <= maxAround {
			last, grown = last+1, true
		}
		if first > 0 && p.Sentences[last].End-p.Sentences[first-1].Start <= maxAround {
			first, grown = first-1, true
		}
	}
	return p.Sentences[first].Start, p.Sentences[last].End
}

// sayAgain lets a language model word an answer anew, in a language, over the passages
// that it cited. What it says is checked as always; without a model, and where nothing
// it says stands up, quotes takes its place.
func (r *run) sayAgain(ctx context.Context, q *Question, said cited, language string, quotes func(context.Context, []citedPlace) error) error {
	c := r.chain
	r.answer.Question = said.turn.Question
	hits := make([]Hit, 0, len(said.places))
	for _, p := range said.places {
		hit := wholeHit(p.article, p.Paragraph, p.Paragraph)
		if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Passage.ID == hit.Passage.ID }) {
			hit.Rank = len(hits) + 1
			hits = append(hits, hit)
		}
	}
	r.evidence = NewEvidence(hits)
	var err error
	if r.analysis, err = question.Analyze(ctx, c.Index, said.turn.Question, r.evidence); err != nil {
		return err
	}
	r.analysis.Language = language
	asked := zhtext.MainLanguage(q.Text)
	if c.Model == nil {
		r.notice(message(asked, noticeNoModel))
		return quotes(ctx, said.places)
	}
	draft, err := r.draft(ctx, c.Model, Request{
		Question: message(language, sayItAgain, q.Text, quoteMarkers.ReplaceAllString(said.turn.Answer, "")), Language: language, Hits: hits,
		History: q.History, Now: q.Now, Analysis: r.analysis, Evidence: r.evidence, Reader: c.Reader, Alike: c.Alike,
	}, r.tell(language))
	if cause, ok := stopped(err); ok {
		return cause
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.trace.Problems = append(r.trace.Problems, err.Error())
		r.notice(r.explainFailure(err))
	}
	if r.compose.sentences == 0 {
		if err == nil {
			r.notice(message(asked, noticeNoWording))
		}
		return quotes(ctx, said.places)
	}
	if r.dropped() > 0 {
		r.notice(message(asked, noticeDropped))
	}
	if draft.Truncated {
		r.notice(message(asked, noticeTruncated))
	}
	r.finish()
	return nil
}

// quoteAgain shows quotes as they were.
func (r *run) quoteAgain(ctx context.Context, places []citedPlace) error {
	for _, p := range places {
		paragraph := NewEvidence([]Hit{wholeHit(p.article, p.Paragraph, p.Paragraph)}).Paragraphs[0]
		if err := r.quoteStretch(p.article, paragraph, p.Start-paragraph.Offset, p.End-paragraph.Offset); err != nil {
			return err
		}
	}
	return r.quoted(ctx, len(places))
}
