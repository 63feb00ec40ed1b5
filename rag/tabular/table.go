package tabular

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/article"
)

// Table is a run of rows that name their cells alike.
type Table struct {
	Article *article.Article
	Section string
	Names   []string
	// Key is the column that names the rows: the first that does not number them.
	Key  int
	Rows []Row
}

// Row is one stored row. Cells are in the order of the table's names, "" where the row
// leaves one blank.
type Row struct {
	Paragraph int // counted from 1
	Start     int // of Text in the paragraph, in runes: headings may stand above it
	Text      string
	Cells     []string
}

// maxName is the longest name of a column, in runes.
const maxName = 40

// Tables are an article's tables of at least two rows. One of which a row cannot be
// read is left out: a sum without it would be wrong.
func Tables(a *article.Article) []Table {
	var out []Table
	var rows []stored
	flush := func(next int) {
		if len(rows) > 1 && !torn(a, rows, next) {
			out = append(out, assemble(a, rows))
		}
		rows = nil
	}
	for i, p := range a.Paragraphs {
		row, ok := parseRow(p, i+1)
		if !ok {
			flush(i + 1)
			continue
		}
		if len(rows) > 0 && (row.section != rows[0].section || !alike(rows[0].names, row.names)) {
			flush(i + 1)
		}
		rows = append(rows, row)
	}
	flush(len(a.Paragraphs) + 1)
	return out
}

// torn tells whether what stands right above the rows or right below them, paragraph
// next, is a row of theirs that could not be read.
func torn(a *article.Article, rows []stored, next int) bool {
	for _, number := range []int{rows[0].number - 1, next} {
		text, ok := a.Paragraph(number)
		if !ok {
			continue
		}
		if _, ok := parseRow(a.Paragraphs[number-1], number); ok {
			continue // a row of another table
		}
		named := 0
		for _, name := range rows[0].names {
			if strings.Contains(text, name+"：") {
				named++
			}
		}
		if named > 1 {
			return true
		}
	}
	return false
}

// stored is a row as its paragraph tells it.
type stored struct {
	section string
	names   []string
	cells   []string
	number  int
	start   int
	text    string
}

// parseRow reads 品名：雪梨，单价：12元, and headings in lines of their own above it. A
// comma or a full stop inside a cell does not end it.
func parseRow(p article.Paragraph, number int) (stored, bool) {
	out := stored{section: p.Section, number: number, text: p.Text}
	if at := strings.LastIndex(p.Text, "\n"); at >= 0 {
		if strings.Contains(p.Text[:at], "：") {
			return out, false // more than headings
		}
		out.start, out.text = utf8.RuneCountInString(p.Text[:at+1]), p.Text[at+1:]
	}
	for piece := range strings.SplitSeq(out.text, "，") {
		name, value, ok := strings.Cut(piece, "：")
		switch {
		case ok && name != "" && strings.TrimSpace(value) != "" && utf8.RuneCountInString(name) <= maxName && !strings.ContainsAny(name, "。！？"):
			out.names = append(out.names, name)
			out.cells = append(out.cells, strings.TrimSpace(value))
		case len(out.cells) > 0:
			out.cells[len(out.cells)-1] += "，" + piece
		default:
			return out, false
		}
	}
	return out, len(out.cells) > 1
}

// alike tells whether two rows name their cells as rows of one table do: the same
// first column, and every other name of the shorter one in the longer one's.
func alike(a, b []string) bool {
	if a[0] != b[0] {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	known := map[string]bool{}
	for _, n := range b {
		known[n] = true
	}
	for _, n := range a {
		if !known[n] {
			return false
		}
	}
	return true
}

func assemble(a *article.Article, rows []stored) Table {
	t := Table{Article: a, Section: rows[0].section}
	for _, r := range rows { // the fullest row has the table's order
		if len(r.names) > len(t.Names) {
			t.Names = r.names
		}
	}
	for _, r := range rows {
		row := Row{Paragraph: r.number, Start: r.start, Text: r.text, Cells: make([]string, len(t.Names))}
		for i, name := range r.names {
			for j, column := range t.Names {
				if name == column {
					row.Cells[j] = r.cells[i]
				}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Names) > 2 && (numbering.MatchString(t.Names[0]) || t.counts(0)) {
		t.Key = 1
	}
	return t
}

var numbering = regexp.MustCompile(`(?i)^(?:序号?|编号|行号|排名|名次|no\.?|#|№)$`)

// counts tells whether a column counts the rows: 1, 2, 3 …
func (t Table) counts(column int) bool {
	for i, r := range t.Rows {
		if v := r.Cells[column]; v != strconv.Itoa(i+1) && !totals.MatchString(v) {
			return false
		}
	}
	return true
}

// name is what names a row.
func (t Table) name(r Row) string { return r.Cells[t.Key] }

// totals are the rows that sum up the others.
var totals = regexp.MustCompile(`(?i)^(?:合\s*计|总\s*计|小\s*计|共\s*计|总和|总数|平均值?|均值|total|sum|average)$`)

// items are the rows that are no totals.
func (t Table) items() []Row {
	var out []Row
	for _, r := range t.Rows {
		if !t.total(r) {
			out = append(out, r)
		}
	}
	return out
}

// total tells whether a row sums up the others.
func (t Table) total(r Row) bool {
	return totals.MatchString(r.Cells[0]) || totals.MatchString(t.name(r))
}
