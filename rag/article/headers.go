package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// names are the columns' headers, and where the rows below begin.
func (g grid) names() ([]string, int) {
	depth := g.headers
	if depth < 0 {
		depth = g.guessHeaders()
	}
	depth = min(depth, len(g.rows), headerDepth)
	if depth <= 0 {
		return nil, 0
	}
	var names []string
	for _, row := range g.rows[:depth] {
		for i, c := range row {
			for len(names) <= i {
				names = append(names, "")
			}
			text := oneLine(c.text)
			if text == "" || c.above || utf8.RuneCountInString(text) > maxHeader || depth > 1 && soleCell(row) != "" {
				continue
			}
			names[i] = joinWrapped(names[i], text)
		}
	}
	return names, depth
}

// guessHeaders takes the first row for headers when it differs from the rows
// below as headers do: words without figures, each once, over cells some of
// which are figures or, in a longer table, words of another kind.
func (g grid) guessHeaders() int {
	if len(g.rows) < 2 {
		return 0
	}
	all := true
	for _, c := range g.rows[0] {
		all = all && c.header
	}
	if all {
		n := 1
		for n < len(g.rows)-1 && n < headerDepth {
			for _, c := range g.rows[n] {
				if !c.header {
					return n
				}
			}
			n++
		}
		return n
	}
	first := g.rows[0]
	if soleCell(first) != "" && len(g.rows) > 2 || len(first) > 1 && first[0].header && !first[1].header {
		return 0
	}
	seen := map[string]bool{}
	filled := 0
	for i, c := range first {
		text := oneLine(c.text)
		if text == "" {
			continue
		}
		// Two tables side by side name their columns alike.
		beside := len(first)%2 == 0 && i >= len(first)/2 && oneLine(first[i-len(first)/2].text) == text
		if seen[text] && !c.left && !beside || utf8.RuneCountInString(text) > 24 || startsWithFigure(text) || endsSentence(text) || strings.ContainsAny(text, "。") {
			return 0
		}
		seen[text] = true
		filled++
	}
	width := 0
	for _, row := range g.rows[1:] {
		width = max(width, len(row))
	}
	if filled < 2 || filled < width-1 {
		return 0
	}
	if filled == 2 && len(first) == 2 && !figuresBelow(g.rows, 1) {
		return 0 // two columns of words: names and what they are
	}
	return g.headerRows()
}

// headerRows counts the rows of headers from the first on: below one that spans
// columns, or beside one that spans rows, stands another.
func (g grid) headerRows() int {
	n := 1
	for ; n < headerDepth && n < len(g.rows)-1; n++ {
		spans := slices.ContainsFunc(g.rows[n-1], func(c cell) bool { return c.left }) || slices.ContainsFunc(g.rows[n], func(c cell) bool { return c.above })
		figures := slices.ContainsFunc(g.rows[n], func(c cell) bool { return !c.above && startsWithFigure(c.text) })
		if !spans || figures || soleCell(g.rows[n]) != "" {
			break
		}
	}
	return n
}

// liftHeading takes a first row that spans the table for its caption, if a row of headers
// follows and figures stand below one of these.
func (g *grid) liftHeading() {
	if g.headers >= 0 || g.caption != "" || len(g.rows) < 4 || len(g.rows[0]) < 2 || !g.rows[0][1].left {
		return
	}
	title, rest := soleCell(g.rows[0]), grid{headers: -1, rows: g.rows[1:]}
	if title == "" || holdsTables(g.rows[0]) || rest.isForm() {
		return
	}
	depth := rest.guessHeaders()
	if depth == 0 {
		return
	}
	for x := range rest.rows[0] {
		if figures, words := tally(rest.rows[depth:], x, hasFigure); figures > words {
			g.caption, g.rows = title, rest.rows
			return
		}
	}
}

func startsWithFigure(s string) bool {
	r, _ := utf8.DecodeRuneInString(zhtext.Fold(s))
	return isDigit(r) && !yearNumber.MatchString(s)
}

// figuresBelow tells whether most cells of a column below the first row are
// figures.
func figuresBelow(rows [][]cell, column int) bool {
	figures, words := tally(rows[1:], column, startsWithFigure)
	return figures > words
}

// isForm tells whether a table is a form: fields beside each other in a row, each
// with its value. Its labels are short, without figures and each another. The source
// marks them, or the values below each other are now figures and now words, as those
// of a column are not.
func (g grid) isForm() bool {
	if len(g.rows) < 2 || g.headers > 0 || len(g.rows[0]) < 4 || len(g.rows[0])%2 != 0 {
		return false
	}
	seen := map[string]bool{}
	marked := true
	for _, row := range g.rows {
		for x := 0; x < len(row); x += 2 {
			text := oneLine(row[x].text)
			if row[x].left {
				continue
			}
			if text == "" || seen[text] || row[x].above || utf8.RuneCountInString(text) > maxLabel || hasFigure(text) {
				return false
			}
			seen[text] = true
			marked = marked && row[x].header && (x+1 == len(row) || !row[x+1].header)
		}
	}
	if marked {
		return true
	}
	mixed, sure := 0, slices.ContainsFunc(g.rows, func(row []cell) bool { return len(row) > 2 && row[2].left }) // a long value
	for x := 1; x < len(g.rows[0]); x += 2 {
		rows := g.rows[1:]
		if text := g.rows[0][x].text; hasFigure(text) && !yearNumber.MatchString(text) { // no header does
			rows, sure = g.rows, true
		}
		if figures, words := tally(rows, x, hasFigure); figures > 0 && words > 0 {
			mixed++
		}
	}
	return mixed == len(g.rows[0])/2 || sure && mixed > 0
}

func hasFigure(s string) bool { return strings.ContainsFunc(zhtext.Fold(s), isDigit) }

// tally counts the filled cells of a column that are of a kind, and the others.
func tally(rows [][]cell, column int, is func(string) bool) (kind, other int) {
	for _, row := range rows {
		switch {
		case column >= len(row) || row[column].text == "":
		case is(row[column].text):
			kind++
		default:
			other++
		}
	}
	return kind, other
}

// maxLabel is the longest label of a form's field, in runes.
const maxLabel = 8

// pairsText writes 姓名：李娜，职务：会计.
func pairsText(row []cell) string {
	var parts []string
	for x := 0; x < len(row); x += 2 {
		label, value := oneLine(row[x].text), ""
		if x+1 < len(row) {
			value = oneLine(row[x+1].text)
		}
		switch {
		case row[x].left || label == "":
		case value == "":
			parts = append(parts, label)
		default:
			parts = append(parts, strings.TrimRight(label, "：: ")+"："+value)
		}
	}
	return strings.Join(parts, "，")
}

var noteMark = regexp.MustCompile(`^[（(*※]?(?:注|附注|备注|说明|资料来源|数据来源|来源|制表|填表|审核|复核|单位)(?:人|日期)?\s*\d*\s*[：:、．.]`)

// isNote tells whether a row of a single cell is a note below the table, and no entry
// of its first column.
func isNote(text string) bool {
	text = oneLine(text)
	return noteMark.MatchString(text) || endsSentence(text) || utf8.RuneCountInString(text) > maxHeader
}
