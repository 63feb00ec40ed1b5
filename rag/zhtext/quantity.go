package zhtext

import "math"

// Approx tells how a number is hedged.
type Approx int

const (
	Exact Approx = iota
	Over         // 超, 逾, 余, 多, 以上, 突破, more than
	Under        // 近, 不到, 不足, 以下, nearly
	About        // 约, 左右, 大约, about
)

// Quantity is a number in a text with its unit.
type Quantity struct {
	// Range covers the number, its unit and the hedging words that touch it.
	Range
	// Number is the bare numeral with its multipliers (2524亿).
	Number Range
	// Value is in base units: 2524亿元 is 2.524e11. Percentages keep their
	// number (40% is 40, 四成 too), fractions are themselves (三分之一 is 1/3).
	Value float64
	// Max equals Value unless the text gives a range (3至5家, 数十家).
	Max float64
	// Unit is canonical (人民币 is 元, 百分之 is %), "" when there is none.
	// Clock times (20:18) have the unit "时刻" and count minutes.
	Unit   string
	Approx Approx
	// Ordinal marks 第三次, 第2届, third.
	Ordinal bool
	Text    string // the runes of Range
}

// Same tells whether two quantities say the same: equal values with compatible
// units. A hedge may be dropped, but over must not become under.
func (q Quantity) Same(o Quantity) bool {
	if q.Ordinal != o.Ordinal || !sameUnit(q.Unit, o.Unit) {
		return false
	}
	if q.Approx == Over && o.Approx == Under || q.Approx == Under && o.Approx == Over {
		return false
	}
	return sameValue(q.Value, o.Value) && sameValue(q.Max, o.Max)
}

func sameValue(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

// Quantities finds the numbers that count or measure something, in order and
// without overlaps: 92个, 2524亿元, 十余家, 百分之四十, 3至5名, 252.4 billion yuan.
//
// Names with digits (5G, COVID-19, 4.0), dates, years and editions are not
// quantities. A number in Chinese numerals needs a measure word or a multiplier
// of 万 or 亿; 一个, 一家 and the like are articles rather than counts and are
// left out unless something stresses or hedges them (仅一家, 约一年).
func Quantities(s string) []Quantity {
	runes := []rune(s)
	f := fold(runes)
	dates := scanDates(f)
	return quantities(runes, f, dates, scanYears(runes, f, dates))
}

func quantities(runes, f []rune, dates []Date, years []Edition) []Quantity {
	p := quantityParser{runes: runes, f: f, taken: yearRanges(dates, years)}
	for i := 0; i < len(f); {
		i = p.step(i)
	}
	return p.out
}

type quantityParser struct {
	runes, f []rune
	taken    []Range // dates and edition years, ascending
	floor    int     // the end of the last quantity
	out      []Quantity
}

// step looks at position i and returns the next one to look at.
func (p *quantityParser) step(i int) int {
	f := p.f
	for len(p.taken) > 0 && p.taken[0].End <= i {
		p.taken = p.taken[1:]
	}
	if len(p.taken) > 0 && p.taken[0].Start <= i {
		return p.taken[0].End
	}
	switch r := f[i]; {
	case IsDigit(r):
		return p.ascii(i)
	case isLatin(r):
		return p.latin(i)
	case r == '数' || r == '几':
		if n, ok := vagueNumeral(f, i); ok {
			return p.finish(n, i)
		}
	case r == '首' && at(f, i+1) == '届':
		p.emit(Quantity{Range: Range{i, i + 2}, Number: Range{i, i + 1}, Value: 1, Max: 1, Unit: "届", Ordinal: true})
		return i + 2
	case r >= 0x25cb && isChineseNumeral(r):
		return p.chinese(i)
	}
	return i + 1
}

// emit keeps a quantity unless it runs into a date: in 22/23日 the days win over
// the fraction.
func (p *quantityParser) emit(q Quantity) {
	if q.End > p.limit() {
		return
	}
	if n := len(p.out); n > 0 {
		if whole, ok := joinTimes(p.f, p.out[n-1], q); ok {
			q, p.out = whole, p.out[:n-1]
		}
	}
	q.Text = string(p.runes[q.Start:q.End])
	p.floor = q.End
	p.out = append(p.out, q)
}

// smallerTimes tells into which smaller unit, and how many of it, a unit of
// time runs on: 2小时15分, 36分27秒, 1年零3个月, 9时30分.
var smallerTimes = map[string]struct {
	units  []string
	name   string // of the whole
	factor float64
}{
	"年":  {[]string{"个月"}, "个月", 12},
	"天":  {[]string{"小时"}, "小时", 24},
	"小时": {[]string{"分钟", "分"}, "分钟", 60},
	"分钟": {[]string{"秒"}, "秒", 60},
	"分":  {[]string{"秒"}, "秒", 60},
	"时":  {[]string{"分"}, "时刻", 60},
	"点":  {[]string{"分"}, "时刻", 60},
}

// joinTimes makes one quantity of two that stand side by side and are read as
// one, in the smaller unit.
func joinTimes(f []rune, a, b Quantity) (Quantity, bool) {
	between := f[a.End:max(a.End, b.Start)]
	smaller, ok := smallerTimes[a.Unit]
	if !ok || len(between) > 1 || len(between) == 1 && between[0] != '零' && between[0] != ' ' ||
		a.Value != a.Max || b.Value != b.Max || a.Ordinal || b.Ordinal || b.Value >= smaller.factor {
		return b, false
	}
	for _, unit := range smaller.units {
		if b.Unit != unit {
			continue
		}
		b.Start, b.Number.Start = a.Start, a.Number.Start
		b.Value += a.Value * smaller.factor
		b.Max, b.Unit = b.Value, smaller.name
		if b.Approx == Exact {
			b.Approx = a.Approx
		}
		return b, true
	}
	return b, false
}

// limit is where a quantity that starts at i has to end at the latest.
func (p *quantityParser) limit() int {
	if len(p.taken) > 0 {
		return p.taken[0].Start
	}
	return len(p.f)
}

// ascii reads a quantity in ASCII digits at i.
func (p *quantityParser) ascii(i int) int {
	f := p.f
	if isNamePart(f, i) {
		return skipName(f, i)
	}
	if end, minutes, ok := clockTime(f, i); ok {
		return p.clock(i, end, minutes)
	}
	if end, number, ok := phoneNumber(f, i); ok {
		p.emit(Quantity{Range: Range{i, end}, Number: Range{i, end}, Value: number, Max: number})
		return end
	}
	n := asciiNumeral(f, i)
	next := at(f, n.end)
	if n.end-i > 24 { // no figure, and its value would overflow
		return max(n.end, skipName(f, i))
	}
	if at(f, n.end-1) == '.' || next == '.' && IsDigit(at(f, n.end+1)) || n.digits > 1 && f[i] == '0' {
		return skipName(f, i) // 3.1.2, 023
	}
	if next == '后' && n.digits == 2 && (f[i+1] == '0' || f[i+1] == '5') && !IsDigit(at(f, n.end+1)) {
		return n.end // 90后
	}
	if next == '/' && n.digits > 0 && n.digits <= 2 && IsDigit(at(f, n.end+1)) {
		d := asciiNumeral(f, n.end+1)
		if d.digits > 0 && d.digits <= 2 && n.value < d.value && at(f, d.end) != '/' {
			n.value, n.end, n.digits = n.value/d.value, d.end, 0
			n.max = n.value
			return p.finish(n, i)
		}
	}
	if isLatin(next) {
		if end, ok := ordinalSuffix(f, n.end); ok && n.digits > 0 {
			p.emit(Quantity{Range: Range{i, end}, Number: Range{i, n.end}, Value: n.value, Max: n.max, Ordinal: true})
			return end
		}
		if _, ok := englishUnit(f, n.end); !ok && !p.shortScale(&n) {
			return skipName(f, i) // 5g, 4k, 3d
		}
	}
	if n.zeroPoint || n.digits > 0 {
		k := skipBlank(f, n.end)
		if n.zeroPoint && (hasAt(f, k, "版") || hasAt(f, k, "时代") || hasAt(f, k, "阶段")) {
			return n.end // 4.0版
		}
	}
	if n.zeroPoint {
		if _, ok := p.unitBehind(n); !ok {
			return n.end
		}
	}
	return p.finish(n, i)
}

// isNamePart tells whether the digit at i belongs to a name that began before:
// covid-19, v2, a股, c919, 歼-20.
func isNamePart(f []rune, i int) bool {
	switch prev := at(f, i-1); {
	case isLatin(prev), prev == '_', prev == '#':
		return !isCurrencyBefore(f, i)
	case prev == '双': // 双11
		return true
	case prev == '.' || prev == '/' || prev == '@' || prev == '&' || prev == '+':
		return isLatin(at(f, i-2)) && !hasBefore(f, i, []rune("no."))
	case prev == '-':
		if isLatin(at(f, i-2)) {
			return true
		}
		if IsHan(at(f, i-2)) && !isChineseNumeral(at(f, i-2)) {
			n := asciiNumeral(f, i)
			u, ok := unitAt(f, n.end, false)
			return n.multiplier == 1 && !(ok && u.kind == measure) && !rangesOn(f, n.end)
		}
	}
	return false
}

// rangesOn tells whether a number goes on to another one: -5～0℃. Behind a hyphen only
// one with a unit counts, 歼-10-2 is a name.
func rangesOn(f []rune, k int) bool {
	if !hasAny(at(f, k), "~至到-") {
		return false
	}
	below := at(f, k+1) == '-' || hasAt(f, k+1, "零下")
	if at(f, k) != '-' || below {
		return below || IsDigit(at(f, k+1))
	}
	if !IsDigit(at(f, k+1)) {
		return false
	}
	u, ok := unitAt(f, asciiNumeral(f, k+1).end, false)
	return ok && hasSign(u.name)
}

// skipName returns the end of the run of letters and digits at i, with the
// dots and hyphens inside it.
func skipName(f []rune, i int) int {
	for i < len(f) && (isWordRune(f[i]) || (f[i] == '.' || f[i] == '-' || f[i] == '_' || f[i] == '/') && isWordRune(at(f, i+1))) {
		i++
	}
	return i
}

func ordinalSuffix(f []rune, i int) (end int, ok bool) {
	for _, s := range [...]string{"st", "nd", "rd", "th"} {
		if hasAt(f, i, s) && !isWordRune(at(f, i+2)) {
			return i + 2, true
		}
	}
	return i, false
}

// chinese reads a quantity in Chinese numerals at i.
func (p *quantityParser) chinese(i int) int {
	f := p.f
	if isChineseNumeral(at(f, i-1)) && p.floor < i {
		return i + 1
	}
	if end, ok := idiomAt(f, i); ok {
		return end
	}
	if end, minutes, ok := spokenTime(f, i); ok {
		return p.clock(i, end, minutes)
	}
	if q, ok := fractionAt(f, i); ok {
		q.Approx = p.hedgesAround(&q.Range, Exact)
		p.emit(q)
		return q.End
	}
	n, ok := chineseNumeral(f, i)
	if !ok || n.end-i > 24 {
		return max(n.end, i+1)
	}
	return p.finish(n, i)
}

// fractionAt reads 百分之四十, 千分之五 and 三分之一 at i.
func fractionAt(f []rune, i int) (Quantity, bool) {
	d, k, ok := smallNumber(f, i)
	switch at(f, i) {
	case '百', '千', '万':
		d, k, ok = int(multiplierOf(f[i])), i+1, true
	}
	if !ok || d < 2 || !hasAt(f, k, "分之") {
		return Quantity{}, false
	}
	k += len([]rune("分之"))
	var n numeral
	if IsDigit(at(f, k)) {
		n = asciiNumeral(f, k)
	} else if n, ok = chineseNumeral(f, k); !ok || n.end == k {
		return Quantity{}, false
	}
	q := Quantity{Range: Range{i, n.end}, Number: Range{i, n.end}, Value: n.value / float64(d), Approx: n.approx}
	if d == 100 {
		q.Value, q.Unit = n.value, "%"
	}
	q.Max = q.Value
	return q, true
}

// idioms are set phrases whose numerals count nothing, or whose measure word
// is none.
var idioms = runeTable("三位一体", "三心二意", "四面八方", "五湖四海", "千家万户", "一年一度", "三天两头", "一次性", "两面性",
	"百年大计", "千方百计", "一系列", "一部分", "两手抓", "七上八下", "一五一十", "千言万语", "万众一心", "一种", "千分表", "万里行", "万里路",
	"一家人", "一家之言", "百家争鸣", "万国", "一代人", "十年如一日", "八项规定精神", "一次函数", "二次元", "三次元", "二次曲线", "二人转", "二手", "三级跳", "五花八门", "千篇一律", "一天天", "一步步", "一个个", "一条条", "一项项", "一件件", "一次次", "一级", "千上万")

func idiomAt(f []rune, i int) (end int, ok bool) {
	for _, w := range idioms[f[i]] {
		if hasRunes(f, i, w) {
			return i + len(w), true
		}
	}
	return i, false
}

// runeTable keys words by their first rune.
func runeTable(words ...string) map[rune][][]rune {
	m := make(map[rune][][]rune)
	for _, w := range words {
		r := []rune(w)
		m[r[0]] = append(m[r[0]], r)
	}
	return m
}
