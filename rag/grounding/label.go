package grounding

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// A document often says the same of several things one below the other, each under its
// own name: 标准版：…, 尊享版：…; a row for each size; a section for each dish. What
// stands under one name is not said of another.

// longestLabel is how many runes such a name has at most.
const longestLabel = 12

// lineLabel is what a line begins with, and of the row of a table the first cell.
var lineLabel = regexp.MustCompile(`^[\s\d.、)）①-⑩·•*-]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[、.．)）]\s*)?([^：:，。；;,、\s]{2,12})[：:]\s*(?:([^：:，。；;,]{2,12})，[^：:，。；;]{1,12}[：:])?`)

// labelOf is the name that a line begins with, folded and without marks; "" if none.
func labelOf(line string) string {
	if !strings.ContainsAny(line, "：:") {
		return "" // most lines, and each of an article is looked at
	}
	m := lineLabel.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	name := m[1]
	if m[2] != "" { // the first cell names the row, its header all rows
		name = m[2]
	}
	return plainLabel(name)
}

// plainLabel is a name, or a text that may hold one, folded and without marks.
func plainLabel(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, zhtext.Fold(name))
}

// labelIndex are the names in articles, each article read once.
type labelIndex map[*article.Article][]string

// of are the names in an article.
func (x labelIndex) of(a *article.Article) []string {
	if _, have := x[a]; !have {
		x[a] = labelsOf(a)
	}
	return x[a]
}

// labelsOf are the names of an article's lines and sections.
func labelsOf(a *article.Article) (out []string) {
	seen := map[string]bool{}
	add := func(name string) {
		if n := utf8.RuneCountInString(name); n >= 2 && n <= longestLabel && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	for _, p := range a.Paragraphs {
		for heading := range strings.SplitSeq(p.Section, article.SectionMark) {
			add(plainLabel(heading))
		}
		for line := range strings.SplitSeq(p.Text, "\n") {
			add(labelOf(line))
		}
	}
	return out
}

// labelsOver are the names that sentences of a paragraph stand under: of their lines and
// of the sections.
func labelsOver(p *evidence.Paragraph, first, last int) (out []string) {
	if p.Number >= 1 && p.Number <= len(p.Article.Paragraphs) {
		for heading := range strings.SplitSeq(p.Article.Paragraphs[p.Number-1].Section, article.SectionMark) {
			out = append(out, plainLabel(heading))
		}
	}
	start := p.Sentences[first].Start
	for start > 0 && p.Text[start-1] != '\n' {
		start--
	}
	for line := range strings.SplitSeq(string(p.Text[start:p.Sentences[last].End]), "\n") {
		out = append(out, labelOf(line))
	}
	return out
}

// labelGuard: what stands under one name is not said of another of the kind.
func labelGuard(claim *statement, src *source) string {
	return rivalName(plainLabel(string(claim.runes)), plainLabel(string(src.runes)), src.under, src.labels)
}

// rivalName is the name that is spoken of, where a text stands under another one of the
// kind that is not; "" if there is none. Most texts stand under no name that is not spoken
// of, and the labels of the article are not asked for.
func rivalName(said, text string, under []string, labels func() []string) string {
	for _, own := range under {
		if own == "" || strings.Contains(said, own) {
			continue
		}
		for _, other := range labels() {
			if strings.Contains(said, other) && !strings.Contains(text, other) && akin(own, other) && !holdsAny(under, other) {
				return other
			}
		}
	}
	return ""
}

func holdsAny(names []string, part string) bool {
	for _, n := range names {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}

// akin tells whether two names are of one kind: they begin or end alike.
func akin(a, b string) bool {
	x, y := []rune(a), []rune(b)
	return a != b && (x[0] == y[0] || x[len(x)-1] == y[len(y)-1])
}
