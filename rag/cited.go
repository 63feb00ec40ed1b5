package rag

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/article"
)

// cited is an earlier answer with the places that it quoted.
type cited struct {
	turn   Turn
	places []citedPlace // in the order of their markers
}

// citedPlace is a place of an answer in an article that is still there.
type citedPlace struct {
	Place
	article *article.Article
}

// text is the paragraph that the place is in.
func (p citedPlace) text() []rune { return []rune(p.article.Paragraphs[p.Paragraph-1].Text) }

// quote is what stands at the place.
func (p citedPlace) quote() string { return string(p.text()[p.Start:p.End]) }

// lastCited is the last answer that quoted anything, with nothing in it where none did.
// All articles are read only for an answer of which no more than the text is known.
func lastCited(ctx context.Context, library Library, history []Turn) (cited, error) {
	var all []*article.Article
	for _, t := range slices.Backward(history) {
		places, err := heldPlaces(ctx, library, t.Cites)
		if err != nil {
			return cited{}, err
		}
		if len(t.Cites) == 0 && quoteMarkers.MatchString(t.Answer) {
			if all == nil {
				if all, err = library.Articles(ctx); err != nil {
					return cited{}, fmt.Errorf("read articles: %w", err)
				}
			}
			places = quotedPlaces(all, t.Answer)
		}
		if len(places) > 0 {
			return cited{t, places}, nil
		}
	}
	return cited{}, nil
}

// heldPlaces are the places whose articles still have them.
func heldPlaces(ctx context.Context, library Library, places []Place) (out []citedPlace, err error) {
	read := map[string]*article.Article{}
	for _, p := range places {
		a, seen := read[p.ArticleID]
		if !seen {
			if a, err = library.Article(ctx, p.ArticleID); errors.Is(err, ErrNoArticle) || errors.Is(err, ErrDamaged) {
				a = nil // gone since, or as good as
			} else if err != nil {
				return nil, fmt.Errorf("read a cited article: %w", err)
			}
			read[p.ArticleID] = a
		}
		if a == nil || p.Paragraph < 1 || p.Paragraph > len(a.Paragraphs) {
			continue
		}
		if held := (citedPlace{p, a}); p.Start >= 0 && p.Start < p.End && p.End <= len(held.text()) {
			out = append(out, held)
		}
	}
	return out, nil
}

// quoteMarkers end what an answer quotes.
var quoteMarkers = regexp.MustCompile(`(?:\[\d+\])+`)

// minQuoted is the shortest text, in runes, that tells where it was quoted from.
const minQuoted = 8

// quotedPlaces finds the quotes of an answer of which only the text is known.
func quotedPlaces(articles []*article.Article, answer string) (out []citedPlace) {
	done := 0
	for _, at := range quoteMarkers.FindAllStringIndex(answer, -1) {
		text := strings.Trim(answer[done:at[0]], " \n；;。.，,")
		first, _, _ := strings.Cut(answer[at[0]+1:at[1]], "]")
		done = at[1]
		marker, err := strconv.Atoi(first)
		if err != nil || len([]rune(text)) < minQuoted || slices.ContainsFunc(out, func(p citedPlace) bool { return p.Marker == marker }) {
			continue
		}
		if place, ok := find(articles, text); ok {
			place.Marker = marker
			out = append(out, place)
		}
	}
	slices.SortStableFunc(out, func(a, b citedPlace) int { return a.Marker - b.Marker })
	return out
}

// find is where a text stands first.
func find(articles []*article.Article, text string) (citedPlace, bool) {
	for _, a := range articles {
		for n, p := range a.Paragraphs {
			if before, _, found := strings.Cut(p.Text, text); found {
				start := len([]rune(before))
				return citedPlace{Place{ArticleID: a.ID, Paragraph: n + 1, Start: start, End: start + len([]rune(text))}, a}, true
			}
		}
	}
	return citedPlace{}, false
}
