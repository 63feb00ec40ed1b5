package tabular

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/article"
)

// Table is a run of rows that name their cells alike.
type Table struct {
	Article *article.Article
	Section string // what it stands below: the path of headings, and those right above it
	Names   []string
	// Key is the column that names the rows: the first that does not number them.
	Key    int
	Rows   []Row
	family *family
}

// family are an article's tables with the same columns: groups of one table, or the same
// figures of several years.
type family struct{ tables []Table }

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
			if t := assemble(a, rows); len(t.Names) > 1 {
				out = append(out, t)
			}
		}
		rows = nil
	}
	for i, p := range a.Paragraphs {
		row, ok := parseRow(p, i+1)
		if !ok {
			flush(i + 1)
			continue
		}
		if len(rows) > 0 && !rows[0].goesOn(row) {
			flush(i + 1)
		}
		rows = append(rows, row)
	}
	flush(len(a.Paragraphs) + 1)
	var families []*family
	for i := range out {
		at := slices.IndexFunc(families, func(f *family) bool { return alike(f.tables[0].Names, out[i].Names) })
		if at < 0 {
			at = len(families)
			families = append(families, &family{})
		}
		families[at].tables = append(families[at].tables, out[i])
		out[i].family = families[at]
	}
	return out
}

// torn tells whether what stands right above the rows or right below them, paragraph
// next, is a row of theirs that could not be read, or that names its cells otherwise
// since its first is blank.
func torn(a *article.Article, rows []stored, next int) bool {
	return rows[0].start == 0 && partOf(a, rows, rows[0].number-1) || partOf(a, rows, next)
}

// partOf tells whether a paragraph beside the rows looks like one of them.
func partOf(a *article.Article, rows []stored, number int) bool {
	text, ok := a.Paragraph(number)
	if !ok {
		return false
	}
	row, ok := parseRow(a.Paragraphs[number-1], number)
	if ok && (row.section != rows[0].section || number > rows[0].number && row.start > 0) {
		return false // a row of another table
	}
	named := 0
	for _, name := range rows[0].names {
		if strings.Contains(text, name+"：") {
			named++
		}
	}
	return named > 1 || len(row.names) == 1 && place(rows[0].names, row.names[0]) >= 0 && !remark.MatchString(row.names[0])
}

// remark opens a line about the whole table.
var remark = regexp.MustCompile(`注|说明`)

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
// comma or a full stop inside a cell does not end it. All cells but one may be blank: the
// row is the name of a group (品名：盆栽), or has no figures yet.
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
		case ok && slices.Contains(out.names, name):
			return out, false // whose cell it is cannot be told
		case ok && name != "" && strings.TrimSpace(value) != "" && utf8.RuneCountInString(name) <= maxName && !strings.ContainsAny(name, "。！？"):
			out.names = append(out.names, name)
			out.cells = append(out.cells, strings.TrimSpace(value))
		case len(out.cells) > 0:
			out.cells[len(out.cells)-1] += "，" + piece
		default:
			return out, false
		}
	}
	return out, len(out.cells) > 0
}

// goesOn tells whether a row that stands next is of the same table. That sums up the
// rows may stand behind a blank cell.
func (s stored) goesOn(next stored) bool {
	return next.section == s.section && next.start == 0 &&
		(alike(s.names, next.names) || totals.MatchString(next.cells[0]) && within(next.names, s.names) && len(next.names) < len(s.names))
}

// alike tells whether two rows name their cells as rows of one table do: the same
// first column, and every other name of the shorter one in the longer one's.
func alike(a, b []string) bool {
	return sameName(a[0], b[0]) && within(a, b)
}

// within tells whether every name of the shorter row is one of the longer one's.
func within(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(n string) bool { return place(b, n) < 0 })
}

// place is where a name stands among a table's, -1 if it does not.
func place(names []string, name string) int {
	if i := slices.Index(names, name); i >= 0 {
		return i
	}
	return slices.IndexFunc(names, func(n string) bool { return sameName(n, name) })
}

// sameName tells whether two names are of one column: a figure takes the unit out of
// 单价（元） and 单价/元, a word (面议) leaves it there.
func sameName(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, ok := strings.CutPrefix(b, a)
	return ok && (rest == "" || strings.ContainsAny(rest[:1], "(/") || strings.HasPrefix(rest, "（"))
}

func assemble(a *article.Article, rows []stored) Table {
	heads := string([]rune(a.Paragraphs[rows[0].number-1].Text)[:rows[0].start])
	t := Table{Article: a, Section: rows[0].section + "\n" + heads}
	for _, r := range rows { // the fullest row has the table's order
		if len(r.names) > len(t.Names) {
			t.Names = r.names
		}
	}
	for _, r := range rows {
		row := Row{Paragraph: r.number, Start: r.start, Text: r.text, Cells: make([]string, len(t.Names))}
		for i, name := range r.names {
			row.Cells[place(t.Names, name)] = r.cells[i]
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

// totals are the rows that sum up the others, or some of them (一店小计), or that are a
// part of another one (其中：进口).
var (
	totals = regexp.MustCompile(`(?i)^(?:\p{Han}{0,6}(?:合\s*计|总\s*计|小\s*计|共\s*计)|总和|总数|平均值?|均值|total|sum|average|其中.*)$`)
	// grand is the one that sums up all of them.
	grand = regexp.MustCompile(`(?i)^(?:合\s*计|总\s*计|共\s*计|总和|总数|total|sum)$`)
)

// items are the rows that are no totals.
func (t Table) items() []Row {
	return slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return t.named(r, totals) })
}

// named tells whether a row's name, or its first cell that is not blank, is as given.
func (t Table) named(r Row, name *regexp.Regexp) bool {
	first := slices.IndexFunc(r.Cells, func(c string) bool { return c != "" })
	return name.MatchString(r.Cells[first]) || name.MatchString(t.name(r))
}
