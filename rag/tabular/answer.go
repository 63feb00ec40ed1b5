package tabular

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Answer is what a table says to a question.
type Answer struct {
	Text        string
	Calculation string // how it was computed, "" where it is a cell as it stands
	Rows        []Row  // the rows that show it
	From        []Row  // the rows that it was computed from
}

const (
	// MaxShown is how many figures a calculation lists, and how many rows an answer cites.
	MaxShown = 6
	maxKeys  = 12 // names that are listed
)

// dimension is what a word of comparison measures where the question names no column.
type dimension struct {
	words []string
	class zhtext.Class
	name  *regexp.Regexp
}

var dimensions = []dimension{
	{[]string{"贵", "便宜"}, zhtext.ClassMoney, regexp.MustCompile(`价|费|金额|租`)},
	{[]string{"重", "轻"}, zhtext.ClassMass, regexp.MustCompile(`重`)},
	{[]string{"远", "近"}, zhtext.ClassLength, regexp.MustCompile(`距|里程|远`)},
	{[]string{"早", "晚"}, zhtext.ClassTime, regexp.MustCompile(`时间|日期|年份|时刻`)},
	{[]string{"年轻", "年长"}, zhtext.ClassAny, regexp.MustCompile(`年龄|岁`)},
	{[]string{"深", "浅"}, zhtext.ClassLength, regexp.MustCompile(`深`)},
	{[]string{"厚", "薄"}, zhtext.ClassLength, regexp.MustCompile(`厚`)},
	{[]string{"宽", "窄"}, zhtext.ClassLength, regexp.MustCompile(`宽`)},
	{[]string{"长", "短"}, zhtext.ClassLength, regexp.MustCompile(`长|时长|期`)},
	{[]string{"大", "小"}, zhtext.ClassArea, regexp.MustCompile(`面积|大小|容量|尺寸`)},
}

// Answer computes what the question wants, false where the table cannot say or may
// not be what the question is about: each of its words must stand in the table's
// headings, or in every row that counts.
func (t Table) Answer(q Query, words []question.Word) (Answer, bool) {
	rows, named := t.chosen(q)
	if len(rows) == 0 || !t.meant(q, named) {
		return Answer{}, false
	}
	q.told = t.untitled(q.text)
	filtered := len(named) > 0
	var out Answer
	var ok bool
	var columns []int
	switch q.Operation {
	case Extreme, Total, Mean, Difference:
		if q.Operation == Difference && len(rows) == 1 && t.byName(q, rows) {
			out, columns, ok = t.changed(q, rows[0])
			break
		}
		column := t.column(q, rows)
		if column < 0 || q.change.word != "" && q.change.word != q.Word && !tellsChange.MatchString(t.Names[column]) {
			return out, false // 涨得最多 is not what has the greatest figure
		}
		columns = []int{column}
		out, ok = t.compute(q, rows, column, filtered)
	case Count, List:
		out, columns, ok = t.count(q, rows, filtered)
	}
	if !ok || !t.covers(q, words, rows, columns, named) {
		return Answer{}, false
	}
	return out, true
}

// chosen are the rows that the question speaks of: those with a cell that it names,
// all of them where it names none; and the cells named, compact.
func (t Table) chosen(q Query) (rows []Row, cells []string) {
	rows = t.items()
	for j := range t.Names {
		var named []Row
		var texts []string
		for _, r := range rows {
			if text := zhtext.CompactString(r.Cells[j]); utf8.RuneCountInString(text) > 1 && q.names(text) {
				named, texts = append(named, r), append(texts, text)
			}
		}
		if len(named) > 0 && (len(named) < len(rows) || j == t.Key) {
			rows, cells = named, append(cells, texts...)
		}
	}
	return rows, cells
}

// names tells whether the question holds a cell's text, not just inside a longer
// figure.
func (q Query) names(text string) bool {
	for at := 0; ; {
		i := strings.Index(q.text[at:], text)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(text)
		if !(digitAt(q.text, start-1) && digitAt(text, 0)) && !(digitAt(q.text, end) && digitAt(text, len(text)-1)) {
			return true
		}
		at = end
	}
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// column is the column of figures that the question means, -1 where none or more
// than one may be meant.
func (t Table) column(q Query, rows []Row) int {
	figures := map[int][]value{}
	for j := range t.Names {
		if v, ok := values(rows, j); ok {
			figures[j] = v
		}
	}
	best, score, even := -1, 1, false
	asked, word := t.asked(q, rows, -1)
	for j, name := range t.Names {
		if figures[j] == nil && (j == t.Key || j == asked && word != "") {
			continue // it names the rows
		}
		switch s := q.says(name); {
		case s > score:
			best, score, even = j, s, false
		case s == score && s > 1:
			even = true
		}
	}
	if best >= 0 {
		if even || figures[best] == nil {
			return -1
		}
		return best
	}
	for _, d := range dimensions {
		if !slices.Contains(d.words, q.Word) {
			continue
		}
		var fit []int
		for j, v := range figures {
			if d.class != zhtext.ClassAny && v[0].class == d.class || d.class == zhtext.ClassTime && v[0].date || d.name.MatchString(t.Names[j]) && (!v[0].date || d.class == zhtext.ClassTime) {
				fit = append(fit, j)
			}
		}
		slices.Sort(fit)
		if len(fit) == 1 || len(fit) > 1 && q.Operation == Extreme && !q.Value && t.agree(q, rows, figures, fit) {
			return fit[0]
		}
		return -1
	}
	if howDear.MatchString(q.text) { // a price for each is no sum
		maps.DeleteFunc(figures, func(j int, v []value) bool {
			return v[0].class != zhtext.ClassMoney || q.Operation == Total && each.MatchString(t.Names[j])
		})
	}
	if len(figures) == 1 {
		for j := range figures {
			return j
		}
	}
	return -1
}

// each is a figure that counts for one piece of several.
var each = regexp.MustCompile(`单|均|每`)

// agree tells whether several columns name the same rows as largest or smallest.
func (t Table) agree(q Query, rows []Row, figures map[int][]value, columns []int) bool {
	first := ""
	for n, j := range columns {
		if len(figures[j]) != len(rows) {
			return false // a row without a figure
		}
		found := t.extreme(q, rows, figures[j], j).Text
		if n == 0 {
			first = found
		} else if found != first {
			return false
		}
	}
	return true
}

// values are a column's figures, one for each row that has one; false where a cell
// is something else or their units differ.
func values(rows []Row, column int) ([]value, bool) {
	var out []value
	for _, r := range rows {
		if blank(r.Cells[column]) {
			continue
		}
		v, ok := valueOf(r.Cells[column])
		if !ok || len(out) > 0 && (v.unit != out[0].unit || v.date != out[0].date) {
			return nil, false
		}
		out = append(out, v)
	}
	return out, len(out) > 0
}

// conjunction stands between the rows that are compared.
var conjunction = regexp.MustCompile(`和|与|跟|还是|以及|相比|比起来`)

var dashes = regexp.MustCompile(`^(?:[-—–/]*|暂?无|不详|未知|n/?a)$`)

func blank(text string) bool { return dashes.MatchString(strings.ToLower(strings.TrimSpace(text))) }

// compute takes the largest, the sum and so on of a column.
func (t Table) compute(q Query, rows []Row, column int, filtered bool) (Answer, bool) {
	var have []Row
	for _, r := range rows {
		if !blank(r.Cells[column]) {
			have = append(have, r)
		}
	}
	figures, _ := values(have, column)
	switch q.Operation {
	case Extreme:
		if len(have) < 2 {
			return Answer{}, false
		}
		out := t.extreme(q, have, figures, column)
		return out, out.Text != ""
	case Difference:
		if len(have) != 2 || !filtered || figures[0].date {
			return Answer{}, false
		}
		return t.difference(q, have, figures, column)
	}
	if figures[0].date || figures[0].class == zhtext.ClassPercent || figures[0].class == zhtext.ClassTime {
		return Answer{}, false
	}
	if q.Operation == Total && !filtered {
		if sums := slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return !t.named(r, grand) }); len(sums) == 1 && !blank(sums[0].Cells[column]) {
			return Answer{Text: sums[0].Cells[column], Rows: sums, From: sums}, true
		}
	}
	if len(have) < 2 {
		return Answer{}, false
	}
	sum := 0.0
	for _, v := range figures {
		sum += v.number
	}
	calculation := strings.Join(cells(have, column), " + ")
	if len(have) > MaxShown {
		calculation = fmt.Sprintf("%d 行的%s相加", len(have), t.Names[column])
	}
	if q.Operation == Mean {
		text := written(sum/float64(len(have)), have[0].Cells[column], figures[0])
		return Answer{Text: text, Calculation: fmt.Sprintf("(%s) ÷ %d", calculation, len(have)), From: have}, true
	}
	return Answer{Text: written(sum, have[0].Cells[column], figures[0]), Calculation: calculation, From: have}, true
}

func (t Table) extreme(q Query, rows []Row, figures []value, column int) Answer {
	_, less := question.Contrary(q.Word, figures[0].time())
	best := slices.MaxFunc(figures, func(a, b value) int {
		if less {
			a, b = b, a
		}
		return cmp.Compare(a.number, b.number)
	}).number
	var out Answer
	var keys []string
	asked, _ := t.asked(q, rows, column)
	for i, v := range figures {
		if v.number == best {
			out.Rows = append(out.Rows, rows[i])
			if key := rows[i].Cells[asked]; !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	out.From = out.Rows
	if !slices.Contains(keys, "") && (asked == t.Key || t.mostInAll(q, rows, figures, asked, keys)) { // else who it is is not told
		out.Text = strings.Join(keys, "、")
	}
	if q.Value || column == t.Key {
		out.Text = out.Rows[0].Cells[column]
	}
	among := fmt.Sprintf("%d 行", len(rows))
	if len(rows) <= MaxShown {
		among = strings.Join(cells(rows, column), "、")
	}
	end := "最大"
	switch {
	case figures[0].date && less:
		end = "最早"
	case figures[0].date:
		end = "最晚"
	case less:
		end = "最小"
	}
	out.Calculation = among + "中" + end
	return out
}

func (t Table) difference(q Query, rows []Row, figures []value, column int) (Answer, bool) {
	first, second := 0, 1
	if strings.Index(q.text, zhtext.CompactString(t.name(rows[0]))) > strings.Index(q.text, zhtext.CompactString(t.name(rows[1]))) {
		first, second = 1, 0
	}
	a, b := rows[first].Cells[column], rows[second].Cells[column]
	by := figures[first].number - figures[second].number
	text, calculation := subtracted(a, b, by, rows[0].Cells[column], figures[0])
	if other, less := question.Contrary(q.Word, figures[0].time()); by < 0 != less && other != "" {
		text = other + text // it is the other way round
	}
	return Answer{Text: text, Calculation: calculation, Rows: []Row{rows[first], rows[second]}, From: rows}, true
}

// subtracted is by how much two cells differ, where the first is more by as much, and
// how it was computed; written as a cell like them is.
func subtracted(a, b string, by float64, like string, v value) (text, calculation string) {
	if by < 0 {
		a, b = b, a
	}
	text = written(math.Abs(by), like, v)
	return text, fmt.Sprintf("%s − %s = %s", a, b, text)
}

// count counts the rows that say yes, or no where the question denies, in a column
// that does nothing else, those whose figure has changed as it says, or the rows that
// its words chose.
func (t Table) count(q Query, rows []Row, filtered bool) (out Answer, columns []int, ok bool) {
	score := 1
	for j := range t.Names {
		if s := q.says(t.Names[j]); s > score && answersYesOrNo(rows, j) {
			columns, score = []int{j}, s
		}
	}
	var counted []Row
	switch {
	case columns != nil:
		denied := q.denies(t.Names[columns[0]])
		for _, r := range rows {
			if held, ok := verdict(r.Cells[columns[0]]); ok && held != denied {
				counted = append(counted, r)
			}
		}
	case q.change.word != "":
		counted, columns = t.changing(q, rows)
	case filtered && !t.byName(q, rows):
		counted = rows
	}
	if len(counted) == 0 {
		return Answer{}, nil, false
	}
	asked, word := t.asked(q, rows, -1)
	var keys []string
	for _, r := range counted {
		if key := r.Cells[asked]; word == "" || !slices.Contains(keys, key) { // one firm may have several rows
			keys = append(keys, key)
		}
	}
	if slices.Contains(keys, "") {
		return Answer{}, nil, false
	}
	calculation := strings.Join(keys, "、")
	if len(keys) > maxKeys {
		calculation = fmt.Sprintf("共 %d 行，其中 %d 行", len(t.items()), len(keys))
	}
	if q.Operation == List {
		return Answer{Text: strings.Join(keys, "、"), From: counted}, columns, len(keys) <= maxKeys && columns != nil
	}
	unit := []rune(howMany.FindString(q.text))
	return Answer{Text: strconv.Itoa(len(keys)) + string(unit[len(unit)-1:]), Calculation: calculation, From: counted}, columns, true
}

// byName tells whether the question names each of the rows itself: how many it asks
// for is a figure in them then, not how many they are.
func (t Table) byName(q Query, rows []Row) bool {
	return !slices.ContainsFunc(rows, func(r Row) bool { return !q.names(zhtext.CompactString(t.name(r))) })
}

var denial = regexp.MustCompile(`没有|没|不(?:支持|能|可|带|含|是|需)|无|未`)

// denies tells whether the question denies something, other than by what is a part of a
// column's name (无线充电).
func (q Query) denies(name string) bool {
	part := q.part(name)
	start := strings.Index(q.text, part)
	return slices.ContainsFunc(denial.FindAllStringIndex(q.text, -1), func(at []int) bool {
		return at[0] < start || at[0] >= start+len(part)
	})
}

func answersYesOrNo(rows []Row, column int) bool {
	n := 0
	for _, r := range rows {
		if _, ok := verdict(r.Cells[column]); ok {
			n++
		} else if r.Cells[column] != "" {
			return false
		}
	}
	return n > 0
}

func cells(rows []Row, column int) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Cells[column]
	}
	return out
}

// written writes a number as the cell is written that it was computed from, with
// its multiplier and its unit: the sum of 92亿元 and 57.5亿元 is 149.5亿元.
func written(number float64, cell string, v value) string {
	if ahead, n, unit, ok := zhtext.CutNumber(cell); ok && ahead == "" && n != 0 && v.number != 0 {
		return zhtext.PlainNumber(number*n/v.number, resultDigits) + unit
	}
	return zhtext.PlainNumber(number, resultDigits) + v.unit
}

// resultDigits is how many digits behind the point a result keeps.
const resultDigits = 2
