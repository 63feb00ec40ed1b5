package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cellLine is a line in a cell of a table.
type cellLine struct {
	text string
	bold bool
}

// headSentences tells whether one of the lines is set in bold as a heading over a
// sentence: the cell is then a part of a page, and no value.
func headSentences(lines []cellLine) bool {
	for i := 1; i < len(lines); i++ {
		head, below := lines[i-1], lines[i]
		if head.bold && !below.bold && !endsSentence(head.text) && utf8.RuneCountInString(head.text) <= maxHeader && endsSentence(below.text) {
			return true
		}
	}
	return false
}

// namesColumns tells whether a row in front of others may name the columns.
func namesColumns(rows [][]cell) bool {
	return slices.ContainsFunc(rows, func(row []cell) bool { return len(row) > 1 && soleCell(row) == "" })
}

var boldStyle = regexp.MustCompile(`font-weight\s*:\s*(?:bold|[6-9]00)`)

// boldLines are the lines of a cell, as its elements break them.
func boldLines(cell *html.Node) []cellLine {
	var out []cellLine
	var text strings.Builder
	plain := false // some of the line is not bold
	end := func() {
		if s := oneLine(text.String()); s != "" {
			out = append(out, cellLine{s, !plain})
		}
		text.Reset()
		plain = false
	}
	var walk func(n *html.Node, bold bool)
	walk = func(n *html.Node, bold bool) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
			plain = plain || !bold && hasWords(n.Data)
			return
		}
		if neverText(n.DataAtom) {
			return
		}
		broken := n.DataAtom == atom.Br || isBlockTag(n.DataAtom)
		if broken {
			end()
		}
		bold = bold || n.DataAtom == atom.B || n.DataAtom == atom.Strong || boldStyle.MatchString(attr(n, "style"))
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, bold)
		}
		if broken {
			end()
		}
	}
	walk(cell, false)
	end()
	return out
}

// arranges tells whether a table of Word only arranges what stands in its cells, as the
// columns of a leaflet or a frame around some paragraphs.
func (r *wordReader) arranges(t *element) bool {
	frame, long, first := true, false, true
	found := false
	t.allOf(func(row *element) bool {
		if row.name != "tr" {
			return true
		}
		var cells []*element
		row.allOf(func(tc *element) bool {
			if tc.name == "tc" {
				cells = append(cells, tc)
			}
			return tc.name != "tc"
		})
		frame = frame && len(cells) == 1
		filled := 0
		for _, tc := range cells {
			lines, heading := r.cellLines(tc)
			long = long || len(lines) > 1
			found = found || heading || first && headSentences(lines)
			if len(lines) > 0 {
				filled++
			}
		}
		first = first && filled < 2
		return false
	})
	return found || frame && long
}

// cellLines are the paragraphs of a cell, and whether one that has the style of a heading
// stands over another.
func (r *wordReader) cellLines(tc *element) (lines []cellLine, heading bool) {
	quiet := *r // what is hidden is told of when the paragraphs are read
	quiet.opts.Omitted = nil
	headed := false
	tc.allOf(func(e *element) bool {
		if e.name != "p" {
			return e.name != "tbl" && e.name != "del" && e.name != "moveFrom"
		}
		text := oneLine(quiet.runs(e))
		if text == "" {
			return false
		}
		_, styled := r.headingLevel(e.child("pPr"))
		heading = heading || headed && !styled
		headed = headed || styled
		lines = append(lines, cellLine{text, isBold(e)})
		return false
	})
	return lines, heading
}
