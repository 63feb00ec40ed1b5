package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

// ErrNoArticle says that the collection has no such article.
var ErrNoArticle = rag.ErrNoArticle

// Library is the collection behind the answers.
type Library = rag.Library

// ArticleNote says what an article is, without its text.
type ArticleNote struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Published  string `json:"published"` // 2006-01-02, "" when unknown
	Author     string `json:"author"`
	Source     string `json:"source"` // the medium that published it first
	URL        string `json:"url"`
	Path       string `json:"path"`
	Paragraphs int    `json:"paragraphs"` // how many there are
	Link       string `json:"link,omitempty" jsonschema:"address of the article on this server"`
}

// ArticleList is a part of the collection.
type ArticleList struct {
	Total    int           `json:"total" jsonschema:"how many articles fit the filter"`
	Offset   int           `json:"offset"`
	Articles []ArticleNote `json:"articles"`
}

// Article is an article with its text.
type Article struct {
	ArticleNote
	Text []Paragraph `json:"text"`
}

// Paragraph is a paragraph with the number that citations name it by.
type Paragraph struct {
	Number int    `json:"number" jsonschema:"from 1, as citations count"`
	Text   string `json:"text"`
}

// Filter chooses articles. Its zero value takes all of them.
type Filter struct {
	Year   int    // of publication; 0: any
	Source string // part of the source's name
	Text   string // words separated by blanks, each in title, author or text
	Offset int    // how many to leave out at the beginning
	Limit  int    // how many to list at most; 0: all
}

// List returns the articles that fit the filter, the newest first.
func List(ctx context.Context, lib Library, f Filter) (ArticleList, error) {
	all, err := lib.Articles(ctx)
	if err != nil {
		return ArticleList{}, err
	}
	fit := make([]*article.Article, 0, len(all))
	words := strings.Fields(zhtext.Fold(f.Text))
	source := zhtext.Fold(strings.TrimSpace(f.Source))
	for i, a := range all {
		if i%256 == 0 && ctx.Err() != nil {
			return ArticleList{}, ctx.Err()
		}
		if (f.Year == 0 || a.Published.Year() == f.Year && !a.Published.IsZero()) &&
			strings.Contains(zhtext.Fold(a.Source), source) && holdsAll(a, words) {
			fit = append(fit, a)
		}
	}
	slices.SortStableFunc(fit, func(a, b *article.Article) int { return b.Published.Compare(a.Published) })
	list := ArticleList{Total: len(fit), Offset: f.Offset, Articles: []ArticleNote{}}
	fit = fit[min(max(f.Offset, 0), len(fit)):]
	if f.Limit > 0 {
		fit = fit[:min(f.Limit, len(fit))]
	}
	for _, a := range fit {
		list.Articles = append(list.Articles, NoteArticle(a))
	}
	return list, nil
}

// holdsAll tells whether each of the folded words stands in the article.
func holdsAll(a *article.Article, words []string) bool {
	for _, w := range words {
		if !strings.Contains(zhtext.Fold(a.Title), w) && !strings.Contains(zhtext.Fold(a.Author), w) &&
			!slices.ContainsFunc(a.Paragraphs, func(p article.Paragraph) bool { return strings.Contains(zhtext.Fold(p.Text), w) }) {
			return false
		}
	}
	return true
}

// NoteArticle describes an article.
func NoteArticle(a *article.Article) ArticleNote {
	n := ArticleNote{
		ID: a.ID, Title: a.Title, Author: a.Author, Source: a.Source, URL: a.URL, Path: a.Path,
		Paragraphs: len(a.Paragraphs),
	}
	if !a.Published.IsZero() {
		n.Published = a.Published.Format(time.DateOnly)
	}
	return n
}

// ParseReference reads "ID" or "ID#p3". The paragraph is 0 when none is named.
func ParseReference(text string) (id string, paragraph int, err error) {
	text = strings.TrimSpace(text)
	id, place, found := strings.Cut(text, "#")
	if id = strings.TrimSpace(id); id == "" {
		return "", 0, Unusable("no article is named; write its ID, and #p3 behind it for its paragraph 3")
	}
	if !found {
		return id, 0, nil
	}
	number, isParagraph := strings.CutPrefix(place, "p")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 1:
		return "", 0, Unusable("%q does not name a paragraph; write it like %s#p3", text, id)
	case !isParagraph:
		return "", 0, Unusable("%q is a passage of a search; a paragraph is written like %s#p%d", text, id, n)
	}
	return id, n, nil
}

// Show returns an article, or with paragraph above 0 only that one and as many
// as around on either side of it. The id may also be the title or the
// address, if only one article has it. Errors wrap [ErrNoArticle], [rag.ErrDamaged] or [ErrBadRequest].
func Show(ctx context.Context, lib Library, id string, paragraph, around int) (Article, error) {
	a, err := find(ctx, lib, id)
	if err != nil {
		return Article{}, err
	}
	first, last := 1, len(a.Paragraphs)
	if paragraph != 0 {
		if _, ok := a.Paragraph(paragraph); !ok {
			return Article{}, InBoth(Unusable("%s has paragraphs 1 to %d, and not %d", a.ID, len(a.Paragraphs), paragraph),
				fmt.Sprintf("%s 有第 1 至 %d 段，没有第 %d 段。", a.ID, len(a.Paragraphs), paragraph))
		}
		first, last = max(first, paragraph-around), min(last, paragraph+around)
	}
	doc := Article{ArticleNote: NoteArticle(a), Text: []Paragraph{}}
	for n := first; n <= last; n++ {
		doc.Text = append(doc.Text, Paragraph{Number: n, Text: a.Paragraphs[n-1].Text})
	}
	return doc, nil
}

func find(ctx context.Context, lib Library, id string) (*article.Article, error) {
	a, err := lib.Article(ctx, id)
	if !errors.Is(err, ErrNoArticle) {
		return a, err
	}
	title := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(id), "《"), "》")
	all, lerr := called(ctx, lib, title)
	if lerr != nil {
		return nil, lerr
	}
	var found []*article.Article
	for _, a := range all {
		if title != "" && (a.Title == title || a.URL == title) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return nil, err
	case 1:
		return found[0], nil
	}
	ids := make([]string, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	return nil, InBoth(Unusable("%d articles have this title or address; name one of %s", len(found), strings.Join(ids, ", ")),
		fmt.Sprintf("有 %d 篇文章是这个标题或网址，请指明其中之一：%s。", len(found), strings.Join(ids, "、")))
}

// called are the articles among which those with a title or an address are: no others
// where the library can look them up, else all.
func called(ctx context.Context, lib Library, name string) (out []*article.Article, err error) {
	named, ok := lib.(rag.Named)
	if !ok {
		return lib.Articles(ctx)
	}
	ids, err := named.Named(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		switch a, err := lib.Article(ctx, id); {
		case err == nil:
			out = append(out, a)
		case !errors.Is(err, ErrNoArticle) && !errors.Is(err, rag.ErrDamaged):
			return nil, err
		}
	}
	return out, nil
}
