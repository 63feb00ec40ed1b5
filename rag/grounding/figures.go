package grounding

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// missingFigure returns the first figure of a claim that neither the window nor
// its title holds and that cannot be recomputed, "" if none.
func (v *Verifier) missingFigure(claim *statement, w *window) ([]derivation, string) {
	var missing []zhtext.Quantity
	for _, f := range claim.figures {
		if !w.holds(f) && !claim.lists(f) && !w.smallChange(f) && !w.numbers(claim, f) && !claim.perOne(f) {
			missing = append(missing, f.Quantity)
		}
	}
	if len(missing) == 0 {
		return nil, ""
	}
	derived, ok := derive(claim, missing, w)
	if !ok {
		return nil, missing[0].Text
	}
	return derived, ""
}

func (w *window) holds(f figure) bool {
	same := func(g figure) bool { return sameFigure(f.Quantity, g.Quantity) }
	if slices.ContainsFunc(w.source.figures, same) || slices.ContainsFunc(w.figures, same) {
		return true
	}
	switch {
	case f.Ordinal && f.Unit == "号": // of the month
		return f.Value == f.Max && standsAlone(string(w.source.runes), strconv.Itoa(int(f.Value)), "日")
	case f.Ordinal:
		return f.Value == 1 && strings.ContainsAny(w.source.text, "首头") || // 第一次 is 首次
			(f.Unit == "" || f.Unit == "名") && f.Value <= float64(len(ranks)) && zhtext.ContainsAny(string(w.source.runes), ranks[int(f.Value)-1])
	case f.Unit == "%" && f.Value == 50 && f.Value == f.Max:
		return zhtext.ContainsAny(string(w.source.runes), halves)
	case w.shortYear(f):
		return true
	}
	if w.countsEach(f) {
		return true
	}
	if number := version.FindString(zhtext.Fold(f.Text)); number != "" && (f.Unit == "" || f.Unit == "版" || f.Unit == "版本") {
		return standsAlone(string(w.source.runes), number, "")
	}
	return false
}

// ranks are what the first, the second and the third place are called, halves what 50 % are.
var (
	ranks  = [][]string{{"冠军", "夺冠", "榜首", "居首", "金牌", "头名"}, {"亚军", "银牌"}, {"季军", "铜牌"}}
	halves = []string{"一半", "半数"}
)

// shortYear tells whether a figure is a year without its century that the window names in
// full, and counts no years: 24年的比赛, where it says 2024年.
func (w *window) shortYear(f figure) bool {
	digits := strings.TrimSuffix(f.Text, "年")
	if f.Unit != "年" || f.Ordinal || len(digits) != 2 || digits[0] < '0' || digits[0] > '9' {
		return false
	}
	if slices.ContainsFunc(w.source.wide.figures, func(g figure) bool { return g.Unit == "年" }) {
		return false
	}
	return slices.Contains(zhtext.Years(w.source.text+"\n"+w.source.title), zhtext.CenturyOf(int(f.Value)))
}

// version is the number of an edition of a program: 4.2 of 4.2.0, 4.3版.
var version = regexp.MustCompile(`^\d+(?:\.\d+)+`)

// standsAlone tells whether a text holds a number that no digit goes on from, with a unit.
func standsAlone(text, number, unit string) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' || r == '.' }
	for from := 0; ; {
		at := strings.Index(text[from:], number+unit)
		if at < 0 {
			return false
		}
		at += from
		from = at + 1
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(number):])
		if !digit(before) && (after < '0' || after > '9') {
			return true
		}
	}
}

// numbers tells whether a figure says where and not how many, and the source numbers the
// same place: 上到五层, where it says 第五层.
func (w *window) numbers(claim *statement, f figure) bool {
	if f.Ordinal || f.Start == 0 || !strings.ContainsRune("到至在上去往", claim.runes[f.Start-1]) {
		return false
	}
	f.Ordinal = true
	return slices.ContainsFunc(w.source.figures, func(g figure) bool { return f.Quantity.Same(g.Quantity) })
}

// lists tells whether the claim itself names as many things as the figure says, right
// ahead of it: 甲和乙两个型号.
func (s *statement) lists(f figure) bool {
	if f.Ordinal || f.Value != f.Max || f.Value < 2 {
		return false
	}
	at := s.clauseAt(f.Start)
	if at < 0 {
		return false
	}
	items := 1
	for _, r := range s.runes[s.clauses[at].Start:f.Start] {
		if strings.ContainsRune("、和与及", r) {
			items++
		}
	}
	return items > 1 && float64(items) == f.Value
}

// perOne tells whether a figure is the one that another is counted by: 五毛钱一斤.
func (s *statement) perOne(f figure) bool {
	return f.Value == 1 && f.Max == 1 && slices.ContainsFunc(s.figures, func(g figure) bool {
		between := ""
		if g.End <= f.Start {
			between = string(s.runes[g.End:f.Start])
		}
		return g.End <= f.Start && g.Start != f.Start && (between == "" || between == "钱" || between == "/" || between == "每")
	})
}

// smallChange tells whether a figure is a 一 or 两 of the language's own (最后一节, 两份)
// that nothing in the source could contradict: the source counts none of them.
func (w *window) smallChange(f figure) bool {
	first := strings.TrimSpace(f.Text)
	if f.Ordinal || f.Value > 2 || f.Value != f.Max || f.Approx != zhtext.Exact || !strings.HasPrefix(first, "一") && !strings.HasPrefix(first, "两") || zhtext.IsMeasure(f.Unit) {
		return false
	}
	if f.Value == 2 && w.countsOne(f.Unit) {
		return false
	}
	return !slices.ContainsFunc(w.source.wide.figures, func(g figure) bool { return comparable(f.Quantity, g.Quantity) })
}

// countsEach tells whether a figure is the one of what the window counts by, 一小时 of 每小时, and
// nothing of its kind stands there with another value.
func (w *window) countsEach(f figure) bool {
	rival := func(g figure) bool { return comparable(f.Quantity, g.Quantity) && !sameFigure(f.Quantity, g.Quantity) }
	return f.Value == 1 && f.Max == 1 && f.Approx == zhtext.Exact && f.Unit != "" &&
		zhtext.ContainsAny(string(w.source.runes), []string{"每" + f.Unit, "每个" + f.Unit, "/" + f.Unit}) &&
		!slices.ContainsFunc(w.source.wide.figures, rival)
}

// countsOne tells whether the window speaks of one of what a unit counts: 免费带一名. How
// often something is done may be put otherwise (每半年一次), and 第一年 counts nothing.
func (w *window) countsOne(unit string) bool {
	if unit == "" || unit == "次" || zhtext.UnitClass(unit) != zhtext.ClassCount {
		return false
	}
	text := string(w.source.runes)
	return strings.Count(text, "一"+unit) > strings.Count(text, "第一"+unit)
}

// missingDate returns the first date of a claim that does not stand in the
// window. A year may come from what stands around it, a whole date from the
// paragraph where the window has none of its kind.
func (v *Verifier) missingDate(claim *statement, w *window) string {
	p := w.paragraph
	for _, d := range claim.dates {
		if d.Relative { // this year and today: the time frame's guard looks at them
			sameMonth := func(o zhtext.Date) bool { return o.Month == d.Month && (d.Day == 0 || o.Day == d.Day) }
			if d.Month != 0 && !slices.ContainsFunc(w.source.dates, sameMonth) && !slices.ContainsFunc(p.Dates(), sameMonth) {
				return d.Text
			}
			continue
		}
		if slices.ContainsFunc(w.source.dates, d.Agrees) {
			continue
		}
		if d.Month == 0 {
			if slices.Contains(p.TitleYears, d.Year) || slices.Contains(p.Years, d.Year) {
				continue
			}
			return d.Text
		}
		full := func(o zhtext.Date) bool { return o.Month != 0 }
		if !slices.ContainsFunc(w.source.dates, full) && (slices.ContainsFunc(p.Dates(), d.Agrees) || slices.ContainsFunc(w.lead(), d.Agrees)) {
			continue
		}
		partly := slices.ContainsFunc(w.source.dates, func(o zhtext.Date) bool {
			return o.Month == d.Month && (d.Day == 0 || o.Day == d.Day) && (o.Year == 0 || d.Year == 0 || o.Year == d.Year)
		})
		if partly && (d.Year == 0 || slices.Contains(p.TitleYears, d.Year) || slices.Contains(p.Years, d.Year)) {
			continue
		}
		if day := p.Article.Published; !day.IsZero() && (d.Year == 0 || d.Year == day.Year()) && d.Month == int(day.Month()) && len(w.source.dates) == 0 &&
			(d.Day == 0 || d.Day == day.Day()) {
			continue
		}
		return d.Text
	}
	for _, year := range zhtext.Years(claim.text) {
		if !slices.Contains(p.TitleYears, year) && !slices.Contains(p.Years, year) {
			return strconv.Itoa(year)
		}
	}
	return ""
}

// lead are the dates of the article's first paragraph, where news say when it was.
func (w *window) lead() []zhtext.Date {
	text, _ := w.paragraph.Article.Paragraph(1)
	return zhtext.Dates(string([]rune(text)[:min(len([]rune(text)), maxLead)]))
}

// maxLead is how many runes of the first paragraph are looked at.
const maxLead = 400

// missingWord returns a quotation or a name in Latin letters that the source
// does not hold.
func (v *Verifier) missingWord(claim *statement, w *window) string {
	near := zhtext.Simplified(w.paragraph.Folded + "\x00" + w.paragraph.Title + "\x00" + zhtext.CompactString(v.analysis.Question))
	runes := []rune(claim.text)
	for _, pair := range [][2]rune{{'“', '”'}, {'《', '》'}, {'「', '」'}, {'"', '"'}} {
		for _, q := range quotesIn(runes, pair[0], pair[1]) {
			if !strings.Contains(near, q) {
				return q
			}
		}
	}
	latin := zhtext.LatinWords(string(claim.runes))
	if claim.english { // names only: other words may be put otherwise
		latin = nil
		for _, name := range capitalised(claim.text) {
			latin = append(latin, strings.Fields(strings.ToLower(name))...)
		}
	}
	for _, word := range latin {
		if !strings.Contains(near, word) {
			return word
		}
	}
	return ""
}

// quotesIn are the quotations in a text, compact.
func quotesIn(runes []rune, opening, closing rune) []string {
	var out []string
	for i := 0; i < len(runes); i++ {
		if runes[i] != opening {
			continue
		}
		end := slices.Index(runes[i+1:], closing)
		if end < 0 {
			break
		}
		q := strings.TrimFunc(zhtext.CompactString(string(runes[i+1:i+1+end])), unicode.IsPunct)
		if len([]rune(q)) >= 2 {
			out = append(out, q)
		}
		i += end + 1
	}
	return out
}
