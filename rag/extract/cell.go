package extract

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// rowCell is a cell of a table's row: what its column is called, and its value, in runes of the
// paragraph.
type rowCell struct {
	label string // folded
	value zhtext.Range
}

// cellsIn are the cells of a sentence that is a row of two cells or more.
func cellsIn(p *evidence.Paragraph, sentence zhtext.Range) []rowCell {
	text := string(p.Text[sentence.Start:sentence.End])
	runes := func(at int) int { return sentence.Start + len([]rune(text[:at])) }
	var out []rowCell
	for _, m := range cell.FindAllStringSubmatchIndex(text, -1) {
		if hour.MatchString(text[m[2]:m[3]]) && minute.MatchString(text[m[4]:m[5]]) { // 高年级16:10放学
			return nil
		}
		out = append(out, rowCell{
			label: zhtext.Fold(strings.TrimSpace(text[m[2]:m[3]])),
			value: zhtext.Range{Start: runes(m[4]), End: runes(m[5])},
		})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// A time of the day is cut in two where a colon makes a cell.
var (
	hour   = regexp.MustCompile(`(?:^|\P{Latin})\d{1,2}$`)
	minute = regexp.MustCompile(`^\d{2}(?:\D|$)`)
)

// maxCell is how many runes a cell may have that is an answer as a whole.
const maxCell = 16

// askedCell makes of a stretch of a row what its cell says, without the name of the column and
// with the unit, nothing where the question names another column: of 最大噪音，P4：64 dB，P5：58 dB
// the first is not P5's.
func askedCell(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	cells := cellsIn(p, sentence)
	k := slices.IndexFunc(cells, func(c rowCell) bool { return at.Overlaps(c.value) })
	if k < 0 {
		return at
	}
	c := cells[k]
	if asked = zhtext.Fold(asked); namesOther(asked, p, cells, k) {
		return zhtext.Range{Start: at.Start, End: at.Start}
	}
	if at.Start < c.value.Start && at.End <= c.value.End {
		at.Start = c.value.Start
	}
	if at.Start == c.value.Start && c.value.End-c.value.Start <= maxCell && overlapsFact(p, at) {
		at.End = max(at.End, c.value.End)
	}
	return at
}

// namesOther tells whether a question names the column of another cell than k: by what tells it
// from that of k in Latin letters and digits, or as the only column of the row.
func namesOther(asked string, p *evidence.Paragraph, cells []rowCell, k int) bool {
	named := codes(asked)
	tells := func(label, from []string) bool { // by a code that only the label has and the question says
		return slices.ContainsFunc(label, func(c string) bool { return !slices.Contains(from, c) && slices.Contains(named, c) })
	}
	own := codes(cells[k].label)
	var columns []int
	for i, c := range cells {
		if other := codes(c.label); len(own) > 0 && tells(other, own) && !tells(own, other) {
			return true
		}
		// The question may say which row it means by the value as well: 设备输液泵多少钱.
		if len([]rune(c.label)) > 1 && strings.Contains(asked, c.label) && !strings.Contains(asked, zhtext.Fold(string(p.Text[c.value.Start:c.value.End]))) {
			columns = append(columns, i)
		}
	}
	return len(columns) == 1 && columns[0] != k
}

// code is a model, a size or a name in Latin letters and digits.
var code = regexp.MustCompile(`[a-z0-9]+(?:[-.][a-z0-9]+)*`)

// codes are those of a folded text.
func codes(text string) []string { return code.FindAllString(text, -1) }
