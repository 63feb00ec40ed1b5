package ingest

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"zhiwen/rag/article"
)

// EncodeSpans keeps where the spans are, as JSON: [paragraph, start, end] each,
// in runes; their text is the article's.
func EncodeSpans(spans []article.Span) (string, error) {
	out := make([][3]int, len(spans))
	for i, sp := range spans {
		out[i] = [3]int{sp.Paragraph, sp.Start, sp.End}
	}
	b, err := json.Marshal(out)
	return string(b), err
}

// Cursor finds runes in the paragraphs of an article. It remembers where it was
// last, so that reading a long paragraph piece after piece takes one pass. Its
// zero value is ready.
type Cursor struct {
	article   *article.Article
	paragraph int
	rune      int // how many runes stand ahead of
	byte      int // this offset
}

// slice returns the runes from start to end of a paragraph, counted from 1. It
// tells whether there are such.
func (c *Cursor) slice(a *article.Article, paragraph, start, end int) (string, bool) {
	text, ok := a.Paragraph(paragraph)
	if !ok || start < 0 || start > end {
		return "", false
	}
	if c.article != a || c.paragraph != paragraph || c.rune > start {
		*c = Cursor{article: a, paragraph: paragraph}
	}
	if !c.forward(text, start) {
		return "", false
	}
	from := c.byte
	if !c.forward(text, end) {
		return "", false
	}
	return string([]rune(text[from:c.byte])), true
}

// forward goes on to a rune of the paragraph's text, or says that it is too short.
func (c *Cursor) forward(text string, to int) bool {
	for ; c.rune < to; c.rune++ {
		if c.byte == len(text) {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[c.byte:])
		c.byte += size
	}
	return true
}

// Passage makes the passage of an article whose spans EncodeSpans wrote. What
// does not stand in the article is an error.
func (c *Cursor) Passage(a *article.Article, id, spans string) (article.Passage, error) {
	p := article.Passage{ID: id, ArticleID: a.ID}
	var at [][3]int
	if err := json.Unmarshal([]byte(spans), &at); err != nil {
		return p, fmt.Errorf("passage %s: %w", id, err)
	}
	for _, x := range at {
		text, ok := c.slice(a, x[0], x[1], x[2])
		if !ok {
			return p, fmt.Errorf("passage %s: no runes %d to %d in paragraph %d", id, x[1], x[2], x[0])
		}
		p.Spans = append(p.Spans, article.Span{Paragraph: x[0], Start: x[1], End: x[2], Text: text})
	}
	return p, nil
}
