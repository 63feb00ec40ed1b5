package zhtext

import (
	"strconv"
	"strings"
	"time"
)

// Date is a point in time as far as the text says it.
type Date struct {
	Range
	// Year, Month and Day are 0 when the text does not say them.
	Year, Month, Day int
	// Relative marks dates that need a today (去年, 昨天): the offsets count
	// from it, and Year, Month, Day hold only what is said outright (今年6月).
	Relative                           bool
	YearOffset, MonthOffset, DayOffset int
	Text                               string // the runes of Range

	word int // length in runes of the relative word, which Range starts with
	unit byte
}

// Dates finds the dates in a text, in order and without overlaps: 2021年8月23日,
// 8月23日, 23日, 2021-08-23, 二○二一年八月, 民國113年5月, 今年6月, 昨天, August 23,
// 2021. The second day of a pair takes over month and year (8月23日至25日). Durations
// (3天, 20年) and plan periods (十四五) are not dates.
func Dates(s string) []Date {
	runes := []rune(s)
	dates := scanDates(fold(runes))
	withText(runes, dates)
	return dates
}

func withText(runes []rune, dates []Date) {
	for i, d := range dates {
		dates[i].Text = string(runes[d.Start:d.End])
	}
}

// ResolveDate fills in what a relative date says, seen from now. Other dates
// stay as they are.
func (d Date) ResolveDate(now time.Time) Date {
	if !d.Relative {
		return d
	}
	year, month := now.Year()+d.YearOffset, now.Month()+time.Month(d.MonthOffset)
	switch d.unit {
	case 'd':
		t := now.AddDate(0, 0, d.DayOffset)
		d.Year, d.Month, d.Day = t.Year(), int(t.Month()), t.Day()
	case 'm':
		t := time.Date(year, month, 1, 0, 0, 0, 0, now.Location())
		d.Year, d.Month = t.Year(), int(t.Month())
	default:
		d.Year = year
	}
	d.Relative, d.YearOffset, d.MonthOffset, d.DayOffset = false, 0, 0, 0
	return d
}

// SaysOnlyWhich tells whether a date is a day or year as seen from the day of writing, which says
// nothing without its sentence: 昨日, 去年.
func (d Date) SaysOnlyWhich() bool { return d.Relative && d.Month == 0 }

// Agrees tells whether two absolute dates can be the same: what both of them
// say is equal, and both say the month or both say the year.
func (d Date) Agrees(o Date) bool {
	if d.Relative || o.Relative {
		return d.Relative == o.Relative && d.unit == o.unit && d.YearOffset == o.YearOffset &&
			d.MonthOffset == o.MonthOffset && d.DayOffset == o.DayOffset && fieldsAgree(d, o)
	}
	if d.Year == 0 && d.Month == 0 || o.Year == 0 && o.Month == 0 { // only a day
		return d.Day == o.Day && d.Day != 0
	}
	return fieldsAgree(d, o) && (d.Year != 0 && o.Year != 0 || d.Month != 0 && o.Month != 0)
}

func fieldsAgree(d, o Date) bool {
	agree := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	return agree(d.Year, o.Year) && agree(d.Month, o.Month) && agree(d.Day, o.Day)
}

func scanDates(f []rune) []Date {
	var out []Date
	for i := 0; i < len(f); {
		d, end := dateAt(f, i, out)
		if d.End > i {
			out = append(out, d)
		}
		i = max(end, i+1)
	}
	return out
}

// dateAt reads a date at i. end is where the search goes on.
func dateAt(f []rune, i int, before []Date) (d Date, end int) {
	r := f[i]
	switch {
	case IsDigit(r):
		// What comes behind 9: or 9. belongs to a clock time or a decimal.
		if prev := at(f, i-1); isWordRune(prev) || (prev == '.' || prev == ':') && IsDigit(at(f, i-2)) || prev == '-' && isLatin(at(f, i-2)) {
			return d, skipDigits(f, i)
		}
		if d, ok := separatedDate(f, i); ok {
			return d, d.End
		}
		if d, ok := englishDayFirst(f, i); ok {
			return d, d.End
		}
		if d, ok := chineseDate(f, i, before); ok {
			return d, d.End
		}
		return d, skipDigits(f, i)
	case r >= 0x25cb && isChineseNumeral(r):
		if at(f, i-1) == '第' || isChineseNumeral(at(f, i-1)) {
			return d, i + 1
		}
		if d, ok := chineseDate(f, i, before); ok {
			return d, d.End
		}
		return d, i + 1
	case isLatin(r):
		end = wordEnd(f, i)
		if isWordRune(at(f, i-1)) {
			return d, end
		}
		if d, ok := englishMonthFirst(f, i, end); ok {
			return d, d.End
		}
	case r == '中' || r == '民':
		if d, ok := minguoDate(f, i); ok {
			return d, d.End
		}
		end = i + 1
	default:
		end = i + 1
	}
	if d, ok := relativeDate(f, i); ok {
		d.continueChinese(f)
		return d, d.End
	}
	return d, end
}

// skipDigits steps over a number with its separators.
func skipDigits(f []rune, i int) int {
	for i < len(f) && (IsDigit(f[i]) || isThousandsSeparator(f, i) || f[i] == '.' && IsDigit(at(f, i+1))) {
		i++
	}
	return i
}

// separatedDate reads 2021-08-23, 2021/8/23, 2021.8.23 and 2021-08 at i.
func separatedDate(f []rune, i int) (d Date, ok bool) {
	year, k, ok := fourDigitYear(f, i)
	if !ok {
		return d, false
	}
	sep := at(f, k)
	if sep != '-' && sep != '/' && sep != '.' {
		return d, false
	}
	month, m, ok := wholeNumber(f, k+1, 2)
	if !ok || month < 1 || month > 12 {
		return d, false
	}
	d = Date{Range: Range{i, m}, Year: year, Month: month}
	if at(f, m) == sep && IsDigit(at(f, m+1)) {
		day, e, ok := wholeNumber(f, m+1, 2)
		if !ok || day < 1 || day > 31 || IsDigit(at(f, e)) {
			return d, false
		}
		d.Day, d.End = day, e
		return d, true
	}
	// 2021.8 is a number, and 2021/8 may be a fraction.
	next := at(f, m)
	return d, sep == '-' && m-k == 3 && !isWordRune(next) && next != '年' && next != sep
}

// chineseDate reads a date with 年, 月 or 日 at i.
func chineseDate(f []rune, i int, before []Date) (d Date, ok bool) {
	d.Start, d.End = i, i
	if year, k, ok := fourDigitYear(f, i); ok {
		if y := skipBlank(f, k); at(f, y) == '年' && at(f, y+1) != '代' {
			d.Year, d.End = year, yearTail(f, y+1)
			d.continueChinese(f)
			return d, true
		}
		if yearRangeGoesOn(f, k) {
			return Date{Range: Range{i, k}, Year: year}, true
		}
		return d, false
	}
	n, k, ok := smallNumber(f, i)
	if !ok {
		return d, false
	}
	if IsDigit(f[i]) && k-i == 2 && at(f, k) == '年' { // 21年8月
		short := Date{Range: Range{i, k + 1}, Year: CenturyOf(n)}
		if short.continueChinese(f); short.Month != 0 {
			return short, true
		}
		return d, false
	}
	y := skipBlank(f, k)
	switch {
	case hasAny(at(f, k), "至到-~、") && n >= 1 && n <= 12 && at(f, i-1) != '第': // 1-6月
		if m, e, ok := smallNumber(f, k+1); ok && m <= 12 && at(f, e) == '月' && isMonth(f, k+1, e, m) {
			return Date{Range: Range{i, k}, Month: n}, true
		}
	case at(f, y) == '月' && isMonth(f, i, y, n):
		d.continueChinese(f)
		return d, d.Month != 0
	case at(f, y) == '日' || at(f, y) == '号':
		if !isDayAlone(f, i, y, n) {
			return d, false
		}
		d.Day, d.End = n, y+1
		if len(before) > 0 {
			b := before[len(before)-1]
			if b.Day != 0 && i-b.End == 1 && hasAny(f[i-1], "至到-~、和") {
				d.Year, d.Month = b.Year, b.Month
			}
		}
		return d, true
	}
	return d, false
}

// yearTail takes in 年底, 年初 and the like.
func yearTail(f []rune, i int) int {
	switch at(f, i) {
	case '底', '末':
		return i + 1
	case '初', '度':
		if next := at(f, i+1); next != '中' && next != '步' && next != '级' && next != '心' && next != '始' && next != '假' && next != '过' {
			return i + 1
		}
	}
	return i
}

// CenturyOf is the year that two digits stand for.
func CenturyOf(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// yearRangeGoesOn tells whether a year at the end k goes on to another one
// with 年: 2021至2025年, 2021、2022年.
func yearRangeGoesOn(f []rune, k int) bool {
	for range 8 { // longer lists of years do not occur, but hostile text does
		if !hasAny(at(f, k), "至到-~、和") {
			return false
		}
		if k++; at(f, k) == '-' || at(f, k) == '~' { // —— between two years
			k++
		}
		_, end, ok := fourDigitYear(f, k)
		if !ok {
			return false
		}
		if at(f, skipBlank(f, end)) == '年' {
			return true
		}
		k = end
	}
	return false
}

// continueChinese reads month and day behind what the date has already.
func (d *Date) continueChinese(f []rune) {
	if d.Month == 0 && d.Day == 0 && d.unit != 'm' && d.unit != 'd' {
		k := d.End
		if d.Year != 0 || d.Relative {
			k = skipBlank(f, k)
		}
		n, m, ok := smallNumber(f, k)
		if !ok {
			return
		}
		if m = skipBlank(f, m); at(f, m) != '月' || !isMonth(f, k, m, n) {
			return
		}
		d.Month, d.End = n, m+1
		if at(f, d.End) == '份' {
			d.End++
			return
		}
	}
	if d.Month == 0 && d.unit != 'm' || d.Day != 0 {
		return
	}
	k := skipBlank(f, d.End)
	n, e, ok := smallNumber(f, k)
	if !ok || n < 1 || n > 31 {
		return
	}
	switch y := skipBlank(f, e); at(f, y) {
	case '日':
		if next := at(f, y+1); next == '元' {
			return
		}
		d.Day, d.End = n, y+1
	case '号':
		d.Day, d.End = n, y+1
	case '-', '~', '至', '到', '、', '和': // 8月23-25日
		if _, z, ok := smallNumber(f, y+1); ok && (at(f, z) == '日' || at(f, z) == '号') {
			d.Day, d.End = n, e
		}
	}
}

// isMonth tells whether the number between i and the 月 at m is a month's.
func isMonth(f []rune, i, m, n int) bool {
	if n < 1 || n > 12 {
		return false
	}
	switch next := at(f, m+1); next {
	case '球', '亮', '饼', '嫂', '薪', '活', '租', '供', '均':
		return false
	case '年':
		return false
	}
	return at(f, i-1) != '个' && at(f, i-1) != '第'
}

// isDayAlone tells whether a number and the 日 or 号 at y name a day without a
// month, and are neither a duration (为期3日) nor a numbered thing (2号线).
func isDayAlone(f []rune, i, y, n int) bool {
	if n < 1 || n > 31 || f[i] == '一' && y == i+1 {
		return false
	}
	prev, next := at(f, i-1), at(f, y+1)
	if f[y] == '号' {
		return next == 0 || hasAny(next, "上下晚早中凌开至到前后起，。,、；;！!？?()和-~ \n")
	}
	return !hasAny(next, "元本韩语系均报内新喀后") && !hasAny(prev, "第共每近约超期时逾")
}

// yearRanges merges what dates and years take up, so that no quantity is read
// from it. Both are ascending.
func yearRanges(dates []Date, years []Edition) []Range {
	var out []Range
	for len(dates) > 0 || len(years) > 0 {
		if len(years) == 0 || len(dates) > 0 && dates[0].Start <= years[0].Start {
			out = append(out, dates[0].Range)
			dates = dates[1:]
		} else {
			out = append(out, years[0].Range)
			years = years[1:]
		}
	}
	return out
}

// ResolveRelative rewrites the relative dates of a question (去年, 上个月,
// 三年前, last year) into absolute ones (2025年), seen from now. A next year that
// something lasts to (留到明年) is that of any year, and stays, and so does 去年同期: it
// is seen from the time that the text is about.
func ResolveRelative(s string, now time.Time) string {
	runes, f := []rune(s), foldRunes(s)
	var b strings.Builder
	last := 0
	replace := func(start, end int, text string) {
		b.WriteString(string(runes[last:start]))
		b.WriteString(text)
		last = end
	}
	for i := 0; i < len(f); {
		if start, end, ago, ok := yearsAgo(f, i); ok && start >= last {
			text := strconv.Itoa(now.Year() - ago)
			if IsHan(f[end-1]) {
				text += "年"
			}
			replace(start, end, text)
			i = end
			continue
		}
		d, ok := relativeDate(f, i)
		if !ok || i < last || d.YearOffset > 0 && i > 0 && (f[i-1] == '到' || f[i-1] == '至') ||
			d.YearOffset == -1 && hasAt(f, i+d.word, "同期") {
			i++
			continue
		}
		at := d.ResolveDate(now)
		replace(i, i+d.word, absolute(at, d.unit, isLatin(f[i])))
		i += d.word
	}
	b.WriteString(string(runes[last:]))
	return b.String()
}

// absolute writes a resolved date as its language does.
func absolute(d Date, unit byte, english bool) string {
	year := strconv.Itoa(d.Year)
	switch {
	case unit == 'y' && english:
		return year
	case unit == 'y':
		return year + "年"
	case unit == 'm' && english:
		return time.Month(d.Month).String() + " " + year
	case unit == 'm':
		return year + "年" + strconv.Itoa(d.Month) + "月"
	case english:
		return time.Month(d.Month).String() + " " + strconv.Itoa(d.Day) + ", " + year
	}
	return year + "年" + strconv.Itoa(d.Month) + "月" + strconv.Itoa(d.Day) + "日"
}

// yearsAgo reads 三年前 and "two years ago" at i.
func yearsAgo(f []rune, i int) (start, end, years int, ok bool) {
	r := f[i]
	if isLatin(r) && !isWordRune(at(f, i-1)) {
		e := wordEnd(f, i)
		if v, ok := englishNumbers[string(f[i:e])]; ok && hasAt(f, e, " years ago") {
			return i, e + len(" years ago"), int(v), true
		}
		return i, i, 0, false
	}
	if !IsDigit(r) && !isChineseDigit(r) && r != '十' || isWordRune(at(f, i-1)) || isChineseNumeral(at(f, i-1)) || at(f, i-1) == '第' || at(f, i-1) == '近' {
		return i, i, 0, false
	}
	n, e, ok := smallNumber(f, i)
	switch {
	case !ok:
	case hasAt(f, e, " years ago"):
		return i, e + len(" years ago"), n, true
	case hasAt(f, e, "年前") && at(f, e+2) != '后':
		return i, e + 2, n, true
	}
	return i, i, 0, false
}
