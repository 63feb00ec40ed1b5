package article

import (
	"fmt"
	"unicode/utf8"
)

// maxArticle is how long an article gets, in runes, about that of a long novel. A
// longer document is held in parts: an article is embedded, written and read as a
// whole, and one of a hundred MB would take gigabytes of memory for that and a
// second for each question that hits it.
const maxArticle = 1_000_000

// inParts cuts an article that is too long, where a heading or else a sentence ends.
// A table is never cut, as what its rows say together would be lost: rows stand
// below one heading and end no sentence.
func inParts(a Article, most int) []Article {
	var out []Article
	start, size := 0, 0             // of the part that is open
	heading, sentence := -1, -1     // where it may end
	atHeading, atSentence := -1, -1 // how long it is there
	cut := func(end, length int) {
		out = append(out, part(a, len(out)+1, a.Paragraphs[start:end]))
		start, size = end, size-length
		heading, sentence = -1, -1
	}
	for i, p := range a.Paragraphs {
		if i > start && 2*size > most {
			if p.Section != a.Paragraphs[i-1].Section {
				heading, atHeading = i, size
			} else if endsSentence(a.Paragraphs[i-1].Text) {
				sentence, atSentence = i, size
			}
		}
		size += utf8.RuneCountInString(p.Text)
		switch {
		case size <= most:
		case heading > 0:
			cut(heading, atHeading)
		case sentence > 0:
			cut(sentence, atSentence)
		}
	}
	if len(out) == 0 {
		return []Article{a}
	}
	return append(out, part(a, len(out)+1, a.Paragraphs[start:]))
}

func part(a Article, number int, paragraphs []Paragraph) Article {
	a.Title = fmt.Sprintf("%s（第 %d 部分）", a.Title, number)
	a.Paragraphs = paragraphs
	return a
}
