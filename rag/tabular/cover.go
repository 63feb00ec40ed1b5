package tabular

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// covers tells whether all that the question says besides its operation stands in
// the table's headings, in each of the rows or in a cell that chose them.
func (t Table) covers(q Query, words []question.Word, rows []Row, column int, named []string) bool {
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
	said := q.accounted(named, t.Names, column)
	for _, w := range words {
		text := zhtext.CompactString(w.Text)
		at := strings.Index(q.text, text)
		if at < 0 || open(said[at:at+len(text)], text) < 2 || column >= 0 && strings.ContainsAny(t.Names[column], text) {
			continue
		}
		if n := zhtext.Quantities(text); len(n) == 1 && n[0].Value == float64(len(rows)) {
			continue // 三款
		}
		if !everywhere(func(s string) bool { return question.Match(w, s) >= 0.5 }) {
			return false
		}
	}
	return true
}

// accounted marks the bytes of the question that tell the operation, the column or
// a cell.
func (q Query) accounted(named, names []string, column int) []bool {
	out := make([]bool, len(q.text))
	mark := func(start, end int) {
		for i := start; i < end; i++ {
			out[i] = true
		}
	}
	for _, pattern := range []*regexp.Regexp{superlative, conjunction, average, together, howMany, howMuch, which, denial, holding} {
		for _, at := range pattern.FindAllStringIndex(q.text, -1) {
			mark(at[0], at[1])
		}
	}
	parts := append([]string{q.Word}, named...)
	if column >= 0 {
		parts = append(parts, zhtext.CompactString(cutBracket(names[column])))
	}
	for _, part := range parts {
		if at := strings.Index(q.text, part); at >= 0 {
			mark(at, at+len(part))
		}
	}
	return out
}

// open counts the runes of a text that are not accounted for.
func open(said []bool, text string) int {
	n := 0
	for i := range text {
		if !said[i] {
			n++
		}
	}
	return n
}
