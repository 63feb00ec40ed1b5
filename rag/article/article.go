package article

import (
	"strings"
	"time"
)

// Article is one piece of writing, cleaned of everything its page carried
// besides it. One raw document may hold several.
type Article struct {
	// ID is stable across runs: the one the source gave, or a digest of the
	// document's path and the article's title.
	ID string
	// Title is never empty: where the source has none it is the first sentence, or
	// who speaks in a conversation.
	Title string
	// Published is the day of publication (UTC midnight), zero when unknown.
	Published time.Time
	Author    string
	// Source names the medium that first published the article.
	Source string
	URL    string
	// Path is the file or the address that the article was read from.
	Path string
	// Paragraphs are numbered from 1: paragraph n is Paragraphs[n-1].
	Paragraphs []Paragraph
}

// Paragraph is the unit of citation. A small heading that stands over a
// paragraph is its first line, followed by "\n". A row of a table is a paragraph
// too: each cell behind the words of its header.
type Paragraph struct {
	Text string
	// Section is the path of headings that the paragraph stands below, the
	// outermost first, joined by SectionMark; "" where the source has none. It
	// is searched with the paragraph but is no part of what may be quoted.
	Section string `json:",omitempty"`
	// Page is where the paragraph begins in a source that has pages, counted
	// from 1; 0 otherwise.
	Page int `json:",omitempty"`
}

// SectionMark joins the headings of a Section.
const SectionMark = " › "

// Paragraph returns the text of paragraph n, counted from 1, and whether
// there is one.
func (a *Article) Paragraph(n int) (string, bool) {
	if n < 1 || n > len(a.Paragraphs) {
		return "", false
	}
	return a.Paragraphs[n-1].Text, true
}

// Span is a part of one paragraph, in runes: Start is inclusive, End exclusive.
type Span struct {
	Paragraph  int // counted from 1
	Start, End int
	Text       string // the verbatim text between Start and End
}

// Passage is the unit of retrieval: a piece of a long paragraph, or several
// short neighbouring paragraphs. Its spans keep what belongs to which
// paragraph, so that a citation never covers more than one.
type Passage struct {
	ID        string // Article's ID, "#" and the passage's number from 1
	ArticleID string
	Spans     []Span
}

// Text is what a reader sees of the passage: its spans, a line each.
func (p Passage) Text() string {
	parts := make([]string, len(p.Spans))
	for i, s := range p.Spans {
		parts[i] = s.Text
	}
	return strings.Join(parts, "\n")
}
