package article

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// Sizes of passages, in runes. A model reads 256 tokens at most, about 300
// Chinese characters; neighbours are joined up to a smaller size so that what
// is found stays on one subject.
const (
	DefaultMaxRunes  = 300
	DefaultJoinRunes = 200
)

// SplitOptions change the size of passages. The zero value takes the defaults.
type SplitOptions struct {
	// MaxRunes is the most that one piece of a long paragraph holds; zero
	// means DefaultMaxRunes.
	MaxRunes int
	// JoinRunes is up to which size short neighbouring paragraphs share a
	// passage; zero means DefaultJoinRunes, a negative number joins none.
	JoinRunes int
}

// Split cuts an article into passages. A paragraph of at most MaxRunes is one
// span; a longer one is cut at the ends of sentences into pieces of about the
// same size, a sentence that is too long itself at its commas, else anywhere.
// Short neighbours share a passage as separate spans. The spans of a paragraph,
// in order, are the paragraph.
func Split(a Article, opts SplitOptions) []Passage {
	most, join := opts.MaxRunes, opts.JoinRunes
	if most <= 0 {
		most = DefaultMaxRunes
	}
	if join == 0 {
		join = DefaultJoinRunes
	}
	join = min(join, most)
	var out []Passage
	size := 0 // of the open passage, 0 when none is open
	for i, p := range a.Paragraphs {
		runes := []rune(p.Text)
		if len(runes) == 0 {
			continue
		}
		// A heading opens a subject: it begins a passage unless the one before
		// is still very short.
		headed := strings.Contains(p.Text, "\n") || i > 0 && p.Section != a.Paragraphs[i-1].Section
		rest := p.Text
		for _, r := range cutParagraph(runes, most) {
			n := r.End - r.Start
			span := Span{Paragraph: i + 1, Start: r.Start, End: r.End}
			span.Text, rest = cutRunes(rest, n) // no copy: that would be the whole text a second time
			whole := n == len(runes)
			if whole && size > 0 && size+n <= join && !(headed && size >= join/2) {
				last := &out[len(out)-1]
				last.Spans = append(last.Spans, span)
				size += n
				continue
			}
			out = append(out, Passage{ID: a.ID + "#" + strconv.Itoa(len(out)+1), ArticleID: a.ID, Spans: []Span{span}})
			size = 0
			if whole {
				size = n
			}
		}
	}
	return out
}

// cutRunes cuts a text after n runes.
func cutRunes(s string, n int) (head, rest string) {
	at := 0
	for range n {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at], s[at:]
}

// cutParagraph returns the ranges of a paragraph's pieces. They touch.
func cutParagraph(runes []rune, most int) []zhtext.Range {
	if len(runes) <= most {
		return []zhtext.Range{{Start: 0, End: len(runes)}}
	}
	pieces := (len(runes) + most - 1) / most
	target := (len(runes) + pieces - 1) / pieces
	var out []zhtext.Range
	start, end := 0, 0
	for _, s := range zhtext.Sentences(string(runes)) {
		for _, r := range cutSentence(runes, s, most) {
			n := r.End - start
			// Stop at the target when going on would miss it by more.
			if end > start && (n > most || n > target && n-target > target-(end-start)) {
				out = append(out, zhtext.Range{Start: start, End: end})
				start = end
			}
			end = r.End
		}
	}
	if start < len(runes) {
		out = append(out, zhtext.Range{Start: start, End: len(runes)})
	}
	return out
}

// cutSentence divides a sentence that is longer than a passage.
func cutSentence(runes []rune, s zhtext.Range, most int) []zhtext.Range {
	var out []zhtext.Range
	for s.End-s.Start > most {
		cut := s.Start + most
		for i := cut - 1; i > s.Start+most/3; i-- {
			if isClauseEnd(runes, i) {
				cut = i + 1
				break
			}
		}
		out = append(out, zhtext.Range{Start: s.Start, End: cut})
		s.Start = cut
	}
	return append(out, s)
}

// isClauseEnd tells whether the rune at i is a comma and not part of a number.
func isClauseEnd(runes []rune, i int) bool {
	if !isComma(runes[i]) {
		return false
	}
	return runes[i] >= 0x80 || i+1 >= len(runes) || !isDigit(runes[i+1])
}

// maxContextTitle is how much of a title enters an embedding, in runes: a
// headline that lists who attended would crowd out the passage.
const maxContextTitle = 60

// EmbeddingText is what a passage's vector is made of: the article's title, its
// date and, where neither names it, the year that it is about, a line each,
// then the headings that the passage stands below and the passage. The context does not enter the passage itself.
func EmbeddingText(a *Article, p Passage) string { return EmbeddingTexts(a)(p) }

// EmbeddingTexts makes [EmbeddingText] of an article's passages. It looks for the
// article's year once, which takes reading all of it.
func EmbeddingTexts(a *Article) func(Passage) string {
	head := embeddingHead(a)
	return func(p Passage) string { return head + SearchText(a, p) }
}

func embeddingHead(a *Article) string {
	title := a.Title
	if utf8.RuneCountInString(title) > maxContextTitle {
		runes := []rune(title)
		cut := maxContextTitle
		for i := cut; i > cut/3; i-- {
			if runes[i] == ' ' || isComma(runes[i]) {
				cut = i
				break
			}
		}
		title = string(runes[:cut])
	}
	head := title
	if !a.Published.IsZero() {
		head += fmt.Sprintf(" %d年%d月%d日", a.Published.Year(), a.Published.Month(), a.Published.Day())
	} else if y := Year(a); y > 0 && !strings.Contains(title, strconv.Itoa(y)) {
		head += fmt.Sprintf(" %d年", y)
	}
	return head + "\n"
}
