package rag

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

var (
	// asksForList are requests for the list of documents.
	asksForList = regexp.MustCompile(`^(?:现在|目前|[你您我]们?|手[上头]|库里|知识库里?|资料库里?|这里|这边|一共|总共|都|里面|能查|可以查|收录了?)*(?:有|收录了?|包含|包括)(?:些?什么|哪些|多少篇?|几篇|啥)(?:文章|资料|文档|材料|文件|内容)$|^(?:列出|列一下|显示|看看|给我)?(?:所有|全部)?(?:文章|文档|资料|材料)(?:列表|清单|目录|标题)?(?:有哪些|有什么|是什么)?$|(?i)^(?:what|which|list(?: all)?(?: the)?) (?:articles|documents)(?: do you have| are there| exist)?$`)
	// asksForContent are requests for what a document says, with its title.
	asksForContent = regexp.MustCompile(`《([^《》]+)》(?:这?(?:篇|份)?(?:文章|文档|报道|材料)?)?(?:主要|具体|大概|都|里面?)*(?:讲|说|写|介绍|谈|内容|是|有)(?:述|到|的)*(?:了|是|些|过)?(?:些)?(?:什么|啥|哪些(?:内容)?|关于什么的?)(?:内容|事)?$|^(?:总结|概括|概述|介绍|简述|归纳)(?:一下|下)?(?:文章|文档)?《([^《》]+)》(?:的?(?:主要)?(?:内容|要点|大意))?$|^《([^《》]+)》的?(?:主要)?(?:内容|要点|大意|摘要|概要)(?:是什么)?$`)
)

// ofYear is what a request for a list says of the year that it wants.
var ofYear = regexp.MustCompile(`(?:19|20)\d\d年(?:发布|发表|刊登)?的?`)

const (
	// maxListed is how many titles are listed, maxSummarised how many sentences
	// stand for a document.
	maxListed, maxSummarised = 50, 4
)

// documents answers requests for the list of documents or for what one of them
// says; done tells whether q was such a request.
func (r *run) documents(ctx context.Context, q Question) (done bool, err error) {
	text := zhtext.Simplified(strings.TrimRight(zhtext.Clean(q.Text), "？?。.! ！"))
	list, year := text, 0
	if years := zhtext.Years(text); len(years) == 1 {
		list, year = ofYear.ReplaceAllString(text, ""), years[0]
	}
	if asksForList.MatchString(list) {
		return true, r.listDocuments(ctx, text, year)
	}
	library, ok := r.chain.Index.(Library)
	m := asksForContent.FindStringSubmatch(text)
	if !ok || m == nil {
		return false, nil
	}
	title := zhtext.CompactString(m[1] + m[2] + m[3])
	articles, err := library.Articles(ctx)
	if err != nil {
		return false, fmt.Errorf("read articles: %w", err)
	}
	for _, a := range articles {
		if have := zhtext.CompactString(a.Title); have == title || len([]rune(title)) >= minTitleRunes && strings.Contains(have, title) {
			return true, r.summarise(ctx, q.Text, a)
		}
	}
	return false, nil
}

// minTitleRunes is the shortest part of a title that stands for it.
const minTitleRunes = 4

// listDocuments lists the documents, the newest first, of one year where year is not 0.
func (r *run) listDocuments(ctx context.Context, text string, year int) error {
	language := zhtext.MainLanguage(text)
	r.analysis.Language = language
	var err error
	if r.catalog, err = r.chain.Index.Catalog(ctx); err != nil {
		return fmt.Errorf("read catalog: %w", err)
	}
	if r.catalog.Articles == 0 {
		return r.refuse(ReasonEmptyStore)
	}
	titles, total := r.catalog.Titles, r.catalog.Articles
	if library, ok := r.chain.Index.(Library); ok && (year > 0 || total > len(titles) && total <= maxListed) {
		articles, err := library.Articles(ctx)
		if err != nil {
			return fmt.Errorf("read articles: %w", err)
		}
		articles = slices.Clone(articles)
		if year > 0 {
			articles = slices.DeleteFunc(articles, func(a *article.Article) bool { return a.Published.Year() != year })
		}
		slices.SortStableFunc(articles, func(a, b *article.Article) int { return b.Published.Compare(a.Published) })
		total, titles = len(articles), nil
		for _, a := range articles[:min(total, maxListed)] {
			titles = append(titles, a.Title)
		}
		if total == 0 {
			r.analysis.Years = []int{year}
			return r.refuse(ReasonEdition)
		}
	}
	var b strings.Builder
	b.WriteString(message(language, listHead, total))
	for i, t := range titles {
		fmt.Fprintf(&b, "\n%d. %s", i+1, t)
	}
	if more := total - len(titles); more > 0 {
		b.WriteString("\n" + message(language, listMore, more))
	}
	r.answer.Mode, r.answer.Question, r.answer.Text = ModeTalk, text, b.String()
	return r.say(r.answer.Text)
}

// summarise quotes the sentences that open a document and its sections: what news,
// rules and encyclopaedias put first is what they are about.
func (r *run) summarise(ctx context.Context, asked string, a *article.Article) error {
	quoted, err := r.quoteOpenings(asked, a, 2*maxSummarised, nil)
	if err != nil {
		return err
	}
	return r.quoted(ctx, quoted)
}

// quoteOpenings quotes what opens the first so many paragraphs of an article and has not
// been said before, and tells how many sentences that were.
func (r *run) quoteOpenings(asked string, a *article.Article, paragraphs int, before []Turn) (quoted int, err error) {
	r.answering(asked, zhtext.MainLanguage(asked))
	r.evidence = NewEvidence([]Hit{wholeHit(a, 1, min(len(a.Paragraphs), paragraphs))})
	for _, p := range r.evidence.Paragraphs {
		opening := openingSentence(p)
		if opening < 0 || quoted == maxSummarised || saidBefore(before, a, p, opening) {
			continue
		}
		if err := r.quote(a, p, opening); err != nil {
			return quoted, err
		}
		quoted++
	}
	return quoted, nil
}

// answering notes which question is answered, in which language, where none is looked up.
func (r *run) answering(question, language string) {
	r.answer.Question = question
	r.analysis.Question, r.analysis.Language = question, language
}

// quote shows a sentence of a paragraph with its source.
func (r *run) quote(a *article.Article, p *evidence.Paragraph, n int) error {
	s := p.Sentences[n]
	return r.quoteStretch(a, p, s.Start, s.End)
}

// quoteStretch shows a stretch of a paragraph, in runes of its Text, with its source.
func (r *run) quoteStretch(a *article.Article, p *evidence.Paragraph, start, end int) error {
	text := string(p.Text[start:end])
	claim := Claim{Text: text, Cites: []Source{{Article: a, Span: article.Span{Paragraph: p.Number, Start: p.Offset + start, End: p.Offset + end, Text: text}}}}
	verdict := asItStands(a, p.Number, p.Offset+start, text, "verbatim")
	verdict.Marked = true
	r.trace.Claims = append(r.trace.Claims, verdict)
	err := r.show(r.compose.add(claim, verdict, p, r.analysis.Language))
	if cause, ok := stopped(err); ok {
		return cause
	}
	return err
}

// asItStands is the verdict on words of an article that begin at rune start of a
// paragraph.
func asItStands(a *article.Article, paragraph, start int, text, decided string) Verdict {
	return Verdict{Claim: text, Supported: true, Decided: decided, Coverage: 1, ArticleID: a.ID,
		Paragraph: paragraph, Start: start, End: start + len([]rune(text)), Quote: text}
}

// quoted ends an answer of so many quotes.
func (r *run) quoted(ctx context.Context, n int) error {
	if n == 0 {
		return r.refuse(ReasonNotCovered)
	}
	r.answer.Mode, r.answer.Answerer = ModeQuotes, r.chain.Extractive.Name()
	r.answer.Text, r.answer.Citations = r.compose.text.String(), r.compose.citations
	return ctx.Err()
}

// openingSentence is the first sentence of a paragraph that is more than a heading.
func openingSentence(p *evidence.Paragraph) int {
	for i, s := range p.Sentences {
		if s.Text != p.Heading && !zhtext.AddressesMachine(s.Text) {
			return i
		}
	}
	return -1
}
