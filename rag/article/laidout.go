package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// tabStop is how far apart tabulators are, in cells.
const tabStop = 8

const (
	minLaidOut    = 3  // lines of a table, with its headers
	maxLaidCell   = 40 // runes of a cell
	maxLaidColumn = 30
	maxLaidHeads  = 4 // lines in columns that may be the headers
)

var (
	// gap sets columns apart.
	gap = regexp.MustCompile(`[ \x{3000}]*\t[ \t\x{3000}]*|[ \x{3000}]{2,}`)
	// columnRuler draws several columns.
	columnRuler = regexp.MustCompile(`^[-=─━]{2,}(?:\s{2,}[-=─━]{2,})+$`)
	// ruler is a line that only draws the columns: ----  ----
	ruler = regexp.MustCompile(`^[-=─━—_+| \t]*[-=─━—_]{3,}[-=─━—_+| \t]*$`)
)

// laidCell is a text in a column, from a cell of the line to another.
type laidCell struct {
	text     string
	from, to int
}

// laidCells are the texts of a line that blanks set apart, nil for a line that has
// but one, or that is no row: it says too much.
func laidCells(l textLine) []laidCell {
	if !hasGap(l.text) {
		return nil
	}
	gaps := gap.FindAllStringIndex(l.text, maxLaidColumn)
	if len(gaps) == 0 || len(gaps) == maxLaidColumn {
		return nil
	}
	gaps = append(gaps, []int{len(l.text), len(l.text)})
	var out []laidCell
	at, width, done := 0, l.indent, 0
	advance := func(to int) {
		for _, r := range l.text[done:to] {
			if r == '\t' {
				width += tabStop - width%tabStop
			} else {
				width += cells(string(r))
			}
		}
		done = to
	}
	for _, g := range gaps {
		text := l.text[at:g[0]]
		if utf8.RuneCountInString(text) > maxLaidCell || strings.ContainsAny(text, "。！？；") {
			return nil
		}
		advance(at)
		from := width
		advance(g[0])
		out = append(out, laidCell{oneLine(text), from, width})
		at = g[1]
	}
	return out
}

// laidOut is a table that blanks lay out: lines from one to another.
type laidOut struct {
	grid
	from, to int
	lines    []int // of the rows
	form     bool  // the rows are fields and their values
	// even says that all rows have the same number of cells, several or between tabulators:
	// these reach as far as somebody saw it, and blanks are as wide as the letters were.
	even bool
}

// laidOutTables finds the tables that blanks lay out among lines: a line of headers and
// at least two rows below it, each in the same columns. Headers stand in one of the first
// lines that are set in columns.
func laidOutTables(lines []textLine) []laidOut {
	var out []laidOut
	tried := 0 // of the lines in columns that follow each other
	for i := 0; i < len(lines); i++ {
		if lines[i].blank || !hasGap(lines[i].text) {
			tried = 0
		}
		if i+minLaidOut > len(lines) || !hasGap(lines[i].text) || tried == maxLaidHeads {
			continue
		}
		tried++
		if t, ok := laidOutAt(lines, i); ok {
			out = append(out, t)
			i, tried = t.to-1, 0
		}
	}
	return out
}

func hasGap(line string) bool {
	return strings.Contains(line, "  ") || strings.Contains(line, "\t") || strings.Contains(line, "\u3000")
}

// laidOutAt reads the table whose headers stand in a line.
func laidOutAt(lines []textLine, at int) (laidOut, bool) {
	t := laidOut{from: at, to: at + 1}
	heads := laidCells(lines[at])
	if len(heads) < 2 {
		return t, false
	}
	for _, h := range heads {
		if labelled.MatchString(h.text) || endsLeadIn(h.text) || endsSentence(h.text) || startsWithFigure(h.text) {
			return t, false
		}
	}
	rows := [][]laidCell{heads}
	t.lines = []int{at}
	tabs := strings.Count(lines[at].text, "\t")
	t.even = tabs > 0 || len(heads) > 2
	single := tabs == len(heads)-1 // a tabulator is a column
	for i := at + 1; i < len(lines); i++ {
		l := lines[i]
		if l.blank && (len(rows) > 1 || i > at+1 && !ruler.MatchString(lines[i-1].text)) {
			break
		}
		if ruler.MatchString(l.text) {
			t.to = i + 1
			continue
		}
		row := laidCells(l)
		if n := strings.Count(l.text, "\t"); row != nil && single && n <= tabs {
			row = tabbedCells(l.text, heads)
		}
		if row == nil && len(rows) > 1 && isGroup(l.text) && i+1 < len(lines) && !lines[i+1].blank && len(laidCells(lines[i+1])) == len(heads) {
			row = []laidCell{{text: oneLine(l.text), from: heads[0].from, to: heads[len(heads)-1].to}}
		}
		if len(row) == 0 {
			break
		}
		if slices.EqualFunc(row, heads, func(a, b laidCell) bool { return a.text == b.text }) {
			t.to = i + 1 // once more at the head of a page
			continue
		}
		t.even = t.even && len(row) == len(heads) && (len(heads) > 2 || strings.Contains(l.text, "\t"))
		rows = append(rows, row)
		t.lines = append(t.lines, i)
		t.to = i + 1
	}
	if !t.align(rows) {
		return t, false
	}
	if at > 0 && !lines[at].blank && t.headers == 1 && t.nameAlike(laidCells(lines[at-1])) {
		t.from = at - 1
	}
	return t, true
}

// nameAlike puts the names of several columns each, which stand in the line above the
// headers, ahead of the headers that come again below each of them.
func (t *laidOut) nameAlike(above []laidCell) bool {
	heads := t.rows[0]
	seen := map[string]int{}
	for _, h := range heads {
		seen[h.text]++
	}
	if named := func(h cell) bool { return h.text != "" && seen[h.text] == len(above) }; len(above) > 1 && slices.ContainsFunc(heads, named) {
		count := map[string]int{}
		for x, h := range heads {
			if named(h) {
				heads[x].text = above[count[h.text]].text + h.text
				count[h.text]++
			}
		}
		return true
	}
	return false
}

// tabbedCells are the texts of a line between its tabulators, each in the place of the
// header of its column.
func tabbedCells(line string, heads []laidCell) []laidCell {
	var out []laidCell
	for x, text := range strings.Split(line, "\t") {
		if text = oneLine(text); text != "" {
			out = append(out, laidCell{text, heads[x].from, heads[x].to})
		}
	}
	return out
}

// isGroup tells whether a line may name the rows below it.
func isGroup(line string) bool {
	return isHeadingText(line) && utf8.RuneCountInString(line) <= maxHeader/2 && !labelled.MatchString(line)
}

// align puts the texts of rows into the columns of the first one and tells whether they
// are a table.
func (t *laidOut) align(rows [][]laidCell) bool {
	heads := rows[0]
	if len(rows) < minLaidOut {
		return false
	}
	if beside := slices.IndexFunc(rows[1:], func(r []laidCell) bool { return len(r) > len(heads) }) >= 0; beside {
		// The column of the rows' names has no header.
		for _, row := range rows[1:] {
			if len(row) > len(heads)+1 || len(row) > 1 && row[0].to > heads[0].from {
				return false
			}
		}
		heads = append([]laidCell{{from: 0, to: max(1, heads[0].from-2)}}, heads...)
	}
	aligned := 0
	for i, row := range rows {
		out := make([]cell, len(heads))
		if i == 0 {
			row = heads
		}
		if len(row) == 1 && row[0].to == heads[len(heads)-1].to && row[0].from == heads[0].from {
			for x := range out {
				out[x] = cell{text: row[0].text, left: x > 0}
			}
			aligned++
		} else if len(row) == len(heads) {
			for x, c := range row {
				out[x].text = c.text
			}
			if t.even || inColumns(row, heads) {
				aligned++
			}
		} else {
			last := -1
			for _, c := range row {
				x := columnAt(heads, c)
				if x <= last {
					return false
				}
				out[x].text, last = c.text, x
			}
			aligned++
		}
		t.rows = append(t.rows, out)
	}
	t.headers = -1
	return aligned*5 >= len(rows)*4 && t.isTable()
}

// inColumns tells whether each text of a row stands where that of the header does.
func inColumns(row, heads []laidCell) bool {
	for x, c := range row {
		if columnAt(heads, c) != x {
			return false
		}
	}
	return true
}

// columnAt is the column in which most of a text stands, or else the nearest.
func columnAt(heads []laidCell, c laidCell) int {
	best, most := 0, -1<<30
	for x, h := range heads {
		if n := min(h.to, c.to) - max(h.from, c.from); n > most {
			best, most = x, n
		}
	}
	return best
}

// isTable tells whether rows that stand in columns say by their words that they are a
// table: their headers are those of tables, or a column has figures below a word. Lines
// of a poem and lists of names stand in columns too.
func (t *laidOut) isTable() bool {
	known, heads := 0, t.rows[0]
	for _, c := range heads {
		if c.text == "" || endsAsColumn(c.text) {
			known++
		}
	}
	if known > 1 && known == len(heads) {
		t.headers = 1
		return true
	}
	if t.form = t.isForm() || t.namesValues(); t.form {
		return true
	}
	for x, c := range heads {
		if c.text == "" || hasFigure(c.text) && !yearNumber.MatchString(c.text) {
			continue
		}
		is := hasFigure
		if len(heads) == 2 {
			is = startsWithFigure
		}
		if with, without := tally(t.rows[1:], x, is); with > without && with > 1 {
			t.headers = 1
		}
	}
	if known > 1 && known*2 >= len(heads) {
		t.headers = 1
	}
	return t.headers == 1
}

// namesValues tells whether every other column says what the next one is: it holds what
// columns are called in other tables.
func (t *laidOut) namesValues() bool {
	if len(t.rows[0])%2 != 0 {
		return false
	}
	for x := 0; x < len(t.rows[0]); x += 2 {
		if named, other := tally(t.rows, x, endsAsColumn); named <= other {
			return false
		}
		if named, other := tally(t.rows, x+1, endsAsColumn); named >= other {
			return false
		}
	}
	return true
}

// blocks gives each row as a text that knows its headers, or its fields.
func (t *laidOut) blocks() []block {
	if !t.form {
		return t.grid.blocks()
	}
	var out []block
	for _, row := range t.rows {
		if text := pairsText(row); text != "" {
			out = append(out, block{text: text, kind: blockRow})
		}
	}
	return out
}
