package article

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/rag/zhtext"
)

// Limits of tables. What is larger is read cell by cell.
const (
	maxColumns  = 500
	maxCells    = 300_000
	maxHeader   = 40  // runes of a header
	maxCell     = 400 // runes of a cell; longer ones are text set in a table
	headerDepth = 4   // rows of headers
)

// grid is a table with its merged cells filled in.
type grid struct {
	caption string
	rows    [][]cell
	// headers is how many rows at the top name the columns, -1 when the source
	// does not say.
	headers int
	page    int
}

type cell struct {
	text string
	// merged says that the cell repeats its neighbour on the left or above.
	left, above bool
	header      bool
	// inner are the tables that stand in the cell. They are written below its row.
	inner []grid
}

// blocks gives each row as a text that knows its headers, so that it can be
// found and understood without the rest of the table. It uses the rows up.
func (g grid) blocks() []block {
	g.trim()
	g.liftHeading()
	var out []block
	caption := oneLine(g.caption)
	if caption != "" {
		out = append(out, block{text: caption, kind: blockNote, page: g.page})
	}
	if len(g.rows) == 0 {
		return out
	}
	if g.isForm() {
		for _, row := range g.rows {
			out = append(out, block{text: pairsText(row), kind: blockRow, page: g.page, under: caption})
			out = append(out, g.inner(row, nil, caption)...)
		}
		return out
	}
	names, from := g.names()
	group := ""
	written := 0
	for i, row := range g.rows[from:] {
		g.rows[from+i] = nil // a large table is not held twice
		if only := soleCell(row); only != "" && len(row) > 1 && !holdsTables(row) && row[0].text != "" && len(g.rows)-from > 1 && utf8.RuneCountInString(only) <= maxHeader {
			group = only // a row across the table names what stands below
			out = append(out, block{text: only, kind: blockRow, page: g.page, under: caption})
			continue
		}
		text := rowText(row, names)
		if len(row) == 1 && len(names) > 1 && isNote(row[0].text) {
			text = oneLine(row[0].text)
		}
		under := joinSections(caption, group)
		if text != "" {
			out = append(out, block{text: text, kind: blockRow, page: g.page, under: under})
			written++
		}
		out = append(out, g.inner(row, names, under)...)
	}
	if written == 0 && from > 0 { // nothing but headers
		for _, row := range g.rows[:from] {
			if text := rowText(row, nil); text != "" {
				out = append(out, block{text: text, kind: blockRow, page: g.page, under: caption})
			}
		}
	}
	return out
}

// inner writes the tables in a row's cells, each below what names the row and the
// column that it stands in.
func (g grid) inner(row []cell, names []string, under string) []block {
	var out []block
	for x, c := range row {
		for _, inner := range c.inner {
			path := []string{under}
			if first := oneLine(row[0].text); x > 0 && utf8.RuneCountInString(first) <= maxHeader {
				path = append(path, first)
			}
			if x < len(names) {
				path = append(path, names[x])
			}
			if text := oneLine(c.text); endsLeadIn(text) && utf8.RuneCountInString(text) <= maxHeader {
				path = append(path, strings.TrimRight(text, "：:"))
			}
			around := joinSections(path...)
			inner.page = g.page
			for _, b := range inner.blocks() {
				b.under = joinSections(around, b.under)
				out = append(out, b)
			}
		}
	}
	return out
}

func holdsTables(row []cell) bool {
	return slices.ContainsFunc(row, func(c cell) bool { return len(c.inner) > 0 })
}

// trim drops empty rows and columns at the right. Merged cells that the source
// leaves empty repeat their neighbours.
func (g *grid) trim() {
	rows := g.rows[:0]
	headers := g.headers
	for i, row := range g.rows {
		for x := range row {
			switch c := &row[x]; {
			case c.text != "":
			case c.left && x > 0:
				c.text = row[x-1].text
			case c.above && len(rows) > 0 && x < len(rows[len(rows)-1]):
				c.text = rows[len(rows)-1][x].text
			}
		}
		end := len(row)
		for end > 0 && strings.TrimSpace(row[end-1].text) == "" && len(row[end-1].inner) == 0 {
			end--
		}
		if end == 0 {
			if i < g.headers {
				headers--
			}
			continue
		}
		rows = append(rows, row[:end])
	}
	g.rows, g.headers = rows, headers
}

// soleCell is the text of a row that holds but one.
func soleCell(row []cell) string {
	only := ""
	for _, c := range row {
		text := oneLine(c.text)
		if text == "" || c.left {
			continue
		}
		if only != "" {
			return ""
		}
		only = text
	}
	return only
}

// rowText writes 品名：雪梨，单价：12元. A cell without a header stands alone. The
// first cell of a row that the source marks as a header names the row.
func rowText(row []cell, names []string) string {
	var b strings.Builder
	for i, c := range row {
		text := oneLine(c.text)
		if text == "" || c.left {
			continue
		}
		name, unit := "", ""
		ownLabel := labelled.MatchString(text) && !startsWithFigure(text)
		if i < len(names) && !spansRest(row, i) && !ownLabel {
			name, unit = cutUnit(names[i])
		}
		if unit != "" && isBareFigure(text) {
			text += unit
		} else if name != "" {
			name = names[i]
		}
		if b.Len() > 0 {
			b.WriteString("，")
		}
		if name != "" && name != text {
			b.WriteString(strings.TrimRight(name, "：: "))
			b.WriteString("：")
		} else if len(names) == 0 && i == 0 && len(row) == 2 && row[1].text != "" && !row[1].left && !endsLeadIn(text) && !endsSentence(text) && utf8.RuneCountInString(text) <= maxHeader {
			b.WriteString(text + "：" + oneLine(row[1].text))
			return b.String()
		}
		b.WriteString(text)
	}
	return b.String()
}

// spansRest tells whether a cell fills more than two columns, up to the last: it says
// something of the whole row, not of the column that it begins in.
func spansRest(row []cell, i int) bool {
	if i == 0 || i+3 > len(row) {
		return false
	}
	return !slices.ContainsFunc(row[i+1:], func(c cell) bool { return !c.left })
}

// cutUnit cuts the unit off a header such as 单价（元）, if it is one.
func cutUnit(name string) (string, string) {
	for _, pair := range [][2]string{{"（", "）"}, {"(", ")"}, {"/", ""}} {
		head, rest, ok := strings.Cut(name, pair[0])
		if !ok || head == "" || !strings.HasSuffix(rest, pair[1]) {
			continue
		}
		unit := strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(rest, pair[1]), "单位："))
		if unit == "" || utf8.RuneCountInString(unit) > 6 {
			continue
		}
		if q := zhtext.Quantities("5" + unit); len(q) == 1 && q[0].Unit != "" && q[0].End == 1+utf8.RuneCountInString(unit) {
			return strings.TrimSpace(head), unit
		}
	}
	return name, ""
}

// isBareFigure tells whether a cell is a number without a unit.
func isBareFigure(text string) bool {
	text = strings.NewReplacer(",", "", "，", "", " ", "").Replace(zhtext.Fold(text))
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && text != "" && !strings.ContainsAny(text, "xXpPnN")
}

// table reads an HTML table of data and tells whether it was one.
func (e *extractor) table(n *html.Node) bool {
	g, ok := e.grid(n)
	if !ok {
		e.arranges[n] = true
		return false
	}
	e.flush()
	e.blocks = append(e.blocks, g.blocks()...)
	return true
}

// grid reads a table of data. One that only arranges a page is none, and neither is
// one that holds others and names no column.
func (e *extractor) grid(n *html.Node) (grid, bool) {
	g := grid{headers: -1}
	spans := map[[2]int]cell{}
	cells, prose := 0, false
	headRows := 0
	headed := sync.OnceValue(func() bool { return isHeaded(n) })
	var rows func(n *html.Node, head bool)
	rows = func(parent *html.Node, head bool) {
		for c := parent.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || e.gone(c) {
				continue
			}
			switch c.DataAtom {
			case atom.Caption:
				g.caption = e.cellText(c)
			case atom.Thead:
				rows(c, true)
			case atom.Tbody, atom.Tfoot:
				rows(c, false)
			case atom.Tr:
				y := len(g.rows)
				named := namesColumns(g.rows)
				var row []cell
				put := func() {
					for {
						c, ok := spans[[2]int{y, len(row)}]
						if !ok || len(row) >= maxColumns {
							return
						}
						row = append(row, c)
					}
				}
				for d := c.FirstChild; d != nil; d = d.NextSibling {
					if d.Type != html.ElementNode || d.DataAtom != atom.Td && d.DataAtom != atom.Th || e.gone(d) {
						continue
					}
					put()
					inner, ok := e.innerTables(d, headed)
					if !ok || !named && headSentences(boldLines(d)) && !headed() {
						prose = true
						return
					}
					text := e.cellText(d)
					prose = prose || utf8.RuneCountInString(text) > maxCell
					across, down := span(d, "colspan"), span(d, "rowspan")
					x := len(row)
					for dx := range across {
						for dy := range down {
							if dx+dy == 0 || x+dx >= maxColumns {
								continue
							}
							if cells++; cells > maxCells {
								prose = true
								return
							}
							spans[[2]int{y + dy, x + dx}] = cell{text: text, left: dx > 0, above: dy > 0, header: d.DataAtom == atom.Th || isHeadingAlone(d)}
						}
					}
					if len(row) < maxColumns {
						row = append(row, cell{text: text, header: d.DataAtom == atom.Th || isHeadingAlone(d), inner: inner})
					}
					cells++
					put()
				}
				put()
				if head {
					headRows++
				}
				g.rows = append(g.rows, row)
			}
			if prose {
				return
			}
		}
	}
	if role := attr(n, "role"); role == "presentation" || role == "none" {
		return grid{}, false
	}
	rows(n, false)
	width := 0
	for _, r := range g.rows {
		width = max(width, len(r))
	}
	if prose || width < 2 || len(g.rows) < 2 && headRows == 0 && g.caption == "" {
		return grid{}, false
	}
	if headRows > 0 {
		g.headers = headRows
	}
	return g, true
}

// innerTables reads the tables in a cell of a table, if that names its columns. ok is
// false for a cell that is no cell of data.
func (e *extractor) innerTables(cell *html.Node, headed func() bool) (inner []grid, ok bool) {
	if isProse(cell) {
		return nil, false
	}
	ok = true
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil && ok; c = c.NextSibling {
			if c.Type != html.ElementNode || c.DataAtom != atom.Table {
				walk(c)
				continue
			}
			if e.gone(c) {
				continue
			}
			if ok = headed(); !ok {
				return
			}
			var g grid
			if g, ok = e.grid(c); ok {
				inner = append(inner, g)
			}
		}
	}
	walk(cell)
	return inner, ok
}

// isHeaded tells whether a table names its columns or rows: those that only arrange a
// page do not.
func isHeaded(table *html.Node) bool {
	for n := range table.Descendants() {
		if n.DataAtom != atom.Th && n.DataAtom != atom.Thead {
			continue
		}
		for n = n.Parent; n.DataAtom != atom.Table; n = n.Parent {
		}
		if n == table {
			return true
		}
	}
	return false
}

// cellText is what a reader sees of a cell, in one line.
func (e *extractor) cellText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node, dim bool)
	walk = func(n *html.Node, dim bool) {
		broken := n.Type == html.ElementNode && (n.DataAtom == atom.Br || isBlockTag(n.DataAtom))
		switch n.Type {
		case html.TextNode:
			if dim {
				e.opts.omit(OmitHidden, n.Data)
				return
			}
			b.WriteString(n.Data)
			return
		case html.ElementNode:
			if neverText(n.DataAtom) || e.gone(n) || n.DataAtom == atom.Rt || n.DataAtom == atom.Rp {
				return
			}
			if text := script(n, b.String()); text != "" && (n.DataAtom == atom.Sup || n.DataAtom == atom.Sub) {
				b.WriteString(text)
				return
			}
			_, dim = e.sight.sees(n, dim)
		}
		if broken {
			b.WriteByte(' ')
		}
		if n.DataAtom == atom.Li {
			b.WriteString(e.markOf(n))
		}
		if n.DataAtom == atom.Table {
			return // see innerTables
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, dim)
		}
		if broken {
			b.WriteByte(' ')
		}
	}
	walk(n, false)
	return oneLine(strings.ReplaceAll(b.String(), "\u00a0", " "))
}

func span(n *html.Node, name string) int {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, name)))
	if err != nil || v < 1 {
		return 1
	}
	return min(v, 1000)
}

// maxTerm is the longest term that is put ahead of its description, in runes.
const maxTerm = 20

// inPair tells whether a term and the description behind it, which is one text, are
// a field and its value.
func (e *extractor) inPair(term *html.Node) bool {
	quiet := *e // what is hidden is told of when the elements are walked
	quiet.opts.Omitted = nil
	name := quiet.cellText(term)
	if name == "" || utf8.RuneCountInString(name) > maxTerm || endsSentence(name) || isComma([]rune(name)[len([]rune(name))-1]) {
		return false
	}
	described := term.NextSibling
	for described != nil && described.Type != html.ElementNode {
		described = described.NextSibling
	}
	if described == nil || described.DataAtom != atom.Dd || quiet.cellText(described) == "" {
		return false
	}
	for c := range described.Descendants() {
		if isBlockTag(c.DataAtom) {
			return false
		}
	}
	return true
}
