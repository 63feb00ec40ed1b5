package tabular

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// meant tells whether the question is about this table rather than one of the article's
// others with the same columns: it says two runes in a row of what only this one stands
// below, or names rows that only this one has.
func (t Table) meant(q Query, named []string) bool {
	if len(t.family.tables) == 1 {
		return true
	}
	above := func(o Table) string { return zhtext.CompactString(o.Section) }
	other := func(holds func(o Table) bool) bool {
		return slices.ContainsFunc(t.family.tables, func(o Table) bool { return o.Rows[0].Paragraph != t.Rows[0].Paragraph && holds(o) })
	}
	runes := []rune(above(t))
	for i := range len(runes) - 1 {
		pair := string(runes[i : i+2])
		if strings.Contains(q.text, pair) && !other(func(o Table) bool { return strings.Contains(above(o), pair) }) {
			return true
		}
	}
	return len(named) > 0 && !other(func(o Table) bool {
		_, its := o.chosen(q)
		return len(its) > 0
	})
}

// untitled leaves out of a question what names the article: the 图书 of 芦塘小学图书角
// is no column. A column's name at the end of it, or that it only begins, may be meant.
func (t Table) untitled(text string) string {
	title, runes := zhtext.CompactString(t.Article.Title), []rune(text)
	shared := ""
	for i := range runes {
		for j := i + minTitle; j <= len(runes) && strings.Contains(title, string(runes[i:j])); j++ {
			if j-i > utf8.RuneCountInString(shared) {
				shared = string(runes[i:j])
			}
		}
	}
	if shared == "" {
		return text
	}
	start := strings.Index(text, shared)
	end := start + len(shared)
	for _, name := range t.Names {
		name = zhtext.CompactString(cutBracket(name))
		if at := strings.LastIndex(text[:min(len(text), end+len(name))], name); at >= start && at+len(name) >= end {
			end = min(end, at)
		}
	}
	return text[:start] + "|" + text[end:]
}

// minTitle is how many runes of a title name the article.
const minTitle = 4

// covers tells whether all that the question says besides its operation stands in
// the table's headings, in each of the rows or in a cell that chose them.
func (t Table) covers(q Query, words []question.Word, rows []Row, columns []int, named []string) bool {
	head := zhtext.CompactString(t.Article.Title + "\n" + t.Section + "\n" + strings.Join(t.Names, "\n"))
	if !t.Article.Published.IsZero() {
		head += strconv.Itoa(t.Article.Published.Year())
	}
	folded := make([]string, len(rows))
	for i, r := range rows {
		folded[i] = zhtext.CompactString(r.Text)
	}
	everywhere := func(held func(compact string) bool) bool {
		return held(head) || !slices.ContainsFunc(folded, func(s string) bool { return !held(s) })
	}
	for _, year := range zhtext.Years(q.text) {
		if !everywhere(func(s string) bool { return strings.Contains(s, strconv.Itoa(year)) }) {
			return false
		}
	}
	compared := -1
	if q.Operation == Extreme {
		compared = columns[0]
	}
	for _, j := range columns {
		named = append(named, zhtext.CompactString(cutBracket(t.Names[j])))
	}
	_, asked := t.asked(q, rows, compared)
	said := q.accounted(append(named, asked, q.Word, q.change.word), len(rows))
	for _, w := range words {
		text := zhtext.CompactString(w.Text)
		at := strings.Index(q.text, text)
		if at < 0 {
			continue
		}
		left := open(said[at:at+len(text)], text)
		missing := func(part string) bool {
			return !everywhere(func(s string) bool { return strings.Contains(s, part) })
		}
		if slices.ContainsFunc(left, missing) && !everywhere(func(s string) bool { return question.Match(w, s) >= 0.5 }) {
			return false
		}
	}
	return true
}

// filler says nothing by itself.
var filler = regexp.MustCompile(`[的了呢这那比]`)

// accounted marks the bytes of the question that tell the operation, or are one of the
// parts, or only how many rows there are (三个包).
func (q Query) accounted(parts []string, rows int) []bool {
	out := make([]bool, len(q.text))
	mark := func(start, end int) {
		for i := start; i < end; i++ {
			out[i] = true
		}
	}
	runes := []rune(q.text)
	for _, n := range zhtext.Quantities(q.text) {
		if n.Value == float64(rows) && n.Max == n.Value && !n.Ordinal {
			mark(len(string(runes[:n.Start])), len(string(runes[:n.End])))
		}
	}
	for _, pattern := range []*regexp.Regexp{superlative, conjunction, average, together, howMany, howMuch, which, denial, holding, filler} {
		for _, at := range pattern.FindAllStringIndex(q.text, -1) {
			mark(at[0], at[1])
		}
	}
	for _, part := range parts {
		if at := strings.Index(q.text, part); at >= 0 {
			mark(at, at+len(part))
		}
	}
	return out
}

// open are the parts of a text, of two runes or more, that are not accounted for.
func open(said []bool, text string) []string {
	var out []string
	part := ""
	for i, r := range text + "\x00" {
		if i < len(text) && !said[i] {
			part += string(r)
			continue
		}
		if utf8.RuneCountInString(part) > 1 {
			out = append(out, part)
		}
		part = ""
	}
	return out
}
