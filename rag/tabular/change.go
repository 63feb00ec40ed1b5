package tabular

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// eras are words in the names of two columns, the earlier one first. Of those that may
// mean places too (前排, 后排) something must stand ahead: 调整前, 期初.
var eras = []struct {
	before, after string
	behind        bool
}{
	{"上半年", "下半年", false}, {"上", "本", false}, {"上", "这", false}, {"去", "今", false}, {"昨", "今", false},
	{"原", "现", false}, {"前", "后", true}, {"初", "末", true},
}

const (
	rise = `涨价?|变贵|贵了|增加|增长|增多|上升|升高|提高|变高|变多`
	fall = `跌|[降减]价|便宜了|变便宜|减少|下降|下调|降低|变低|变少`
)

var (
	rising, falling = regexp.MustCompile(rise), regexp.MustCompile(fall)
	// byHowMuch asks for the difference: 涨了多少.
	byHowMuch = regexp.MustCompile(`(?:` + rise + `|` + fall + `)(?:价?了)?(?:多少|几)(\p{Han}*)`)
	someOf    = regexp.MustCompile(`哪些|哪几`)
	against   = regexp.MustCompile(`比|较`)
	priced    = regexp.MustCompile(`涨|跌|[降减]价|贵|便宜`)
	price     = regexp.MustCompile(`价|费|租|金额`)
	// relative is a change that is no difference.
	relative = regexp.MustCompile(`百分|%|倍|几成|幅|率`)
	// tellsChange is a column that gives the change itself.
	tellsChange = regexp.MustCompile(`涨|跌|降|升|增|减|变化|变动|差`)
)

// change is what a question says of a figure that was another one before.
type change struct {
	up   bool
	word string // 贵了, 涨价; "" where no change is meant
}

// changeIn finds the change that a question speaks of, none where it says both ways or
// asks for a ratio.
func changeIn(text string) change {
	up, down := rising.FindString(text), falling.FindString(text)
	if relative.MatchString(text) || (up == "") == (down == "") {
		return change{}
	}
	return change{up != "", up + down}
}

// opposite is how a change is shown that went the other way.
func (c change) opposite() string {
	if other, _ := question.Contrary(strings.Trim(c.word, "变了"), false); other != "" {
		return other
	}
	if c.up {
		return "减少"
	}
	return "增加"
}

// era is a pair of columns that tell the same of an earlier and a later time.
type era struct {
	earlier, later int
	mark           string // what names the earlier time: 上周, 2023年
	shared         string // what both are: 价, 产量
}

// compared are the two columns of figures of an earlier and a later time (上周价 and 本周价,
// 2023年产量 and 2024年产量) that the question compares. There are none where it may mean
// others, where a column gives the change itself, or where it speaks of what happened in
// the earlier time (去年涨了多少).
func (t Table) compared(q Query, rows []Row) (era, bool) {
	var found []era
	for i, a := range t.Names {
		if tellsChange.MatchString(a) {
			return era{}, false
		}
		for j, b := range t.Names {
			e, ok := eraOf(cutBracket(a), cutBracket(b))
			if e.earlier, e.later = i, j; ok && q.speaksOf(e, a) && comparable(rows, i, j) {
				found = append(found, e)
			}
		}
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(e era) bool { return e.shared == "" || !strings.Contains(q.text, e.shared) })
	}
	if len(found) != 1 || t.another(q, found[0]) || strings.Contains(q.text, found[0].mark) != against.MatchString(q.text) {
		return era{}, false
	}
	return found[0], true
}

// speaksOf tells whether what changed is what two columns tell: a price where it became
// dear, else what the question names.
func (q Query) speaksOf(e era, name string) bool {
	if priced.MatchString(q.change.word) {
		return price.MatchString(name)
	}
	return e.shared != "" && strings.Contains(q.text, e.shared)
}

// another tells whether the question names a column of figures besides the two.
func (t Table) another(q Query, e era) bool {
	for j, name := range t.Names {
		part := q.part(name)
		if j != e.earlier && j != e.later && j != t.Key && part != "" && !strings.Contains(t.Names[e.earlier]+t.Names[e.later], part) {
			if _, figures := values(t.items(), j); figures {
				return true
			}
		}
	}
	return false
}

// eraOf tells whether a column's name is another's with a word for a later time in it.
func eraOf(a, b string) (era, bool) {
	for _, e := range eras {
		head, tail, found := strings.Cut(a, e.before)
		if found && head+e.after+tail == b && (head != "" || !e.behind) {
			shared := strings.TrimLeft(tail, "一周月年日天季期度次届的")
			return era{mark: strings.TrimSuffix(a, shared), shared: shared}, true
		}
	}
	first, second := zhtext.Years(a), zhtext.Years(b)
	if len(first) != 1 || len(second) != 1 || first[0] >= second[0] {
		return era{}, false
	}
	year := strconv.Itoa(first[0])
	head, tail, found := strings.Cut(a, year)
	return era{mark: year, shared: head + strings.TrimLeft(tail, "年度的")}, found && head+strconv.Itoa(second[0])+tail == b
}

// comparable tells whether two columns hold figures of one unit in each of the rows.
func comparable(rows []Row, i, j int) bool {
	a, ok := values(rows, i)
	b, fine := values(rows, j)
	return ok && fine && len(a) == len(rows) && len(b) == len(rows) && !a[0].date && a[0].unit == b[0].unit
}

// changed computes by how much a row's later figure is more, or less, than the earlier.
func (t Table) changed(q Query, row Row) (out Answer, columns []int, ok bool) {
	e, ok := t.compared(q, []Row{row})
	if !ok {
		return out, nil, false
	}
	if m := byHowMuch.FindStringSubmatch(q.text); m != nil && m[1] != "钱" && !strings.Contains(row.Cells[e.later], m[1]) {
		return out, nil, false // 下降了几名
	}
	before, _ := valueOf(row.Cells[e.earlier])
	after, _ := valueOf(row.Cells[e.later])
	by := after.number - before.number
	text, calculation := subtracted(row.Cells[e.later], row.Cells[e.earlier], by, row.Cells[e.later], after)
	out = Answer{Text: text, Calculation: calculation, Rows: []Row{row}, From: []Row{row}}
	if by != 0 && by > 0 != q.change.up {
		out.Text = q.change.opposite() + text
	}
	return out, []int{e.earlier, e.later}, true
}

// changing are the rows whose figure has changed as the question says.
func (t Table) changing(q Query, rows []Row) (changed []Row, columns []int) {
	e, ok := t.compared(q, rows)
	if !ok {
		return nil, nil
	}
	for _, r := range rows {
		before, _ := valueOf(r.Cells[e.earlier])
		after, _ := valueOf(r.Cells[e.later])
		if before.number != after.number && after.number > before.number == q.change.up {
			changed = append(changed, r)
		}
	}
	return changed, []int{e.earlier, e.later}
}
