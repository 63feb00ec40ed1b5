package zhtext

import "strings"

// relativeWord is a word for a point in time that depends on today.
type relativeWord struct {
	text   []rune
	unit   byte // 'y', 'm' or 'd'
	offset int
	before string // runes that, standing before it, make it a part of another word
	after  string // the same behind it
}

// relativeWords are keyed by their first rune; longer words come first.
var relativeWords = func() map[rune][]relativeWord {
	m := make(map[rune][]relativeWord)
	for _, w := range []relativeWord{
		{[]rune("大前年"), 'y', -3, "", ""},
		{[]rune("去年度"), 'y', -1, "过", ""},
		{[]rune("去年"), 'y', -1, "过", ""},
		{[]rune("今年度"), 'y', 0, "至迄如当", ""},
		{[]rune("今年"), 'y', 0, "迄如当", "均"},
		{[]rune("本年度"), 'y', 0, "", ""},
		{[]rune("上年度"), 'y', -1, "以", ""},
		{[]rune("明年"), 'y', 1, "表证说文声阐申", ""},
		{[]rune("前年"), 'y', -2, "以之目从年大三史提", ""},
		{[]rune("后年"), 'y', 2, "此之以今其往", "均"},
		{[]rune("上个月"), 'm', -1, "以", ""},
		{[]rune("上月"), 'm', -1, "以晚早网马", ""},
		{[]rune("这个月"), 'm', 0, "", ""},
		{[]rune("本月"), 'm', 0, "", ""},
		{[]rune("下个月"), 'm', 1, "以", ""},
		{[]rune("下月"), 'm', 1, "以之月", ""},
		{[]rune("大前天"), 'd', -3, "", ""},
		{[]rune("前天"), 'd', -2, "以之目大", ""},
		{[]rune("昨天"), 'd', -1, "", ""}, {[]rune("昨日"), 'd', -1, "", ""}, {[]rune("昨晚"), 'd', -1, "", ""},
		{[]rune("今天"), 'd', 0, "", ""}, {[]rune("今日"), 'd', 0, "", ""}, {[]rune("今晚"), 'd', 0, "", ""}, {[]rune("今晨"), 'd', 0, "", ""}, {[]rune("今早"), 'd', 0, "", ""},
		{[]rune("明天"), 'd', 1, "表证说声", ""}, {[]rune("明日"), 'd', 1, "表证说声", "之"},
		{[]rune("后天"), 'd', 2, "先此之以", "性"},
		{[]rune("the year before last"), 'y', -2, "", ""},
		{[]rune("last year"), 'y', -1, "", ""}, {[]rune("this year"), 'y', 0, "", ""}, {[]rune("next year"), 'y', 1, "", ""},
		{[]rune("last month"), 'm', -1, "", ""}, {[]rune("this month"), 'm', 0, "", ""}, {[]rune("next month"), 'm', 1, "", ""},
		{[]rune("yesterday"), 'd', -1, "", ""}, {[]rune("today"), 'd', 0, "", ""}, {[]rune("tomorrow"), 'd', 1, "", ""},
	} {
		m[w.text[0]] = append(m[w.text[0]], w)
	}
	return m
}()

// relativeDate reads a relative word at i.
func relativeDate(f []rune, i int) (d Date, ok bool) {
	switch f[i] { // spares the lookup for nearly every rune
	case '大', '去', '今', '本', '上', '明', '前', '后', '这', '下', '昨', 't', 'l', 'n', 'y':
	default:
		return d, false
	}
	for _, w := range relativeWords[f[i]] {
		if !hasRunes(f, i, w.text) {
			continue
		}
		end := i + len(w.text)
		prev, next := at(f, i-1), at(f, end)
		if prev != 0 && strings.ContainsRune(w.before, prev) || next != 0 && strings.ContainsRune(w.after, next) ||
			isLatin(w.text[0]) && (isWordRune(prev) || isWordRune(next)) {
			continue
		}
		d = Date{Range: Range{i, end}, Relative: true, word: len(w.text), unit: w.unit}
		switch w.unit {
		case 'y':
			d.YearOffset = w.offset
			if !isLatin(w.text[0]) {
				d.End = yearTail(f, end)
			}
		case 'm':
			d.MonthOffset = w.offset
		case 'd':
			d.DayOffset = w.offset
		}
		return d, true
	}
	return d, false
}

var englishMonths = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// englishMonthFirst reads "August 23, 2021", "August 2021" or "August" at i.
func englishMonthFirst(f []rune, i, end int) (d Date, ok bool) {
	word := string(f[i:end])
	month, ok := englishMonths[word]
	if !ok {
		return d, false
	}
	d = Date{Range: Range{i, end}, Month: month}
	if at(f, end) == '.' {
		end++
	}
	k := skipBlank(f, end)
	if year, e, ok := fourDigitYear(f, k); ok && IsDigit(f[k]) && !isWordRune(at(f, e)) {
		d.Year, d.End = year, e
		return d, true
	}
	if day, e, ok := wholeNumber(f, k, 2); ok && 1 <= day && day <= 31 {
		if s, ok := ordinalSuffix(f, e); ok {
			e = s
		}
		if !isWordRune(at(f, e)) {
			d.Day, d.End = day, e
			if at(f, e) == ',' {
				e++
			}
			e = skipBlank(f, e)
			if year, y, ok := fourDigitYear(f, e); ok && IsDigit(f[e]) && !isWordRune(at(f, y)) {
				d.Year, d.End = year, y
			}
			return d, true
		}
	}
	// Without a number, only what is nothing but a month.
	return d, len(word) > 3 && word != "march" && word != "may" && word != "sept"
}

// englishDayFirst reads "23 August 2021" at i.
func englishDayFirst(f []rune, i int) (d Date, ok bool) {
	day, k, ok := wholeNumber(f, i, 2)
	if !ok || day < 1 || day > 31 {
		return d, false
	}
	if e, ok := ordinalSuffix(f, k); ok {
		k = e
	}
	if at(f, k) != ' ' {
		return d, false
	}
	if k++; hasAt(f, k, "of ") {
		k += 3
	}
	end := wordEnd(f, k)
	month, ok := englishMonths[string(f[k:end])]
	if !ok {
		return d, false
	}
	d = Date{Range: Range{i, end}, Month: month, Day: day}
	if at(f, end) == '.' || at(f, end) == ',' {
		end++
	}
	k = skipBlank(f, end)
	if year, e, ok := fourDigitYear(f, k); ok && IsDigit(f[k]) && !isWordRune(at(f, e)) {
		d.Year, d.End = year, e
	}
	return d, true
}
