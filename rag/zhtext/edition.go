package zhtext

import (
	"slices"
	"unicode"
)

// Edition is one issue of something that recurs: 2021智博会, 第四届, 2025LPL.
type Edition struct {
	Range       // the year or ordinal, with 年 or 届
	Year    int // 0 when not said
	Ordinal int // 第四届 is 4, 0 when not said
	// Name is what it is an edition of, where the text goes on with a name
	// that ends like one (…会, …论坛, …赛), verbatim; otherwise "".
	Name string
}

// Editions finds the years and ordinals that name an edition or a period:
// 2021智博会, 2021年智博会, 二○二一中国国际…, 21年智博会, 第四届, 2025LPL. A year
// that only dates something (2021年8月, 2021年投资…) is left to [Dates].
func Editions(s string) []Edition {
	runes := []rune(s)
	f := fold(runes)
	dates := scanDates(f)
	return editions(runes, f, dates, scanYears(runes, f, dates))
}

func editions(runes, f []rune, dates []Date, years []Edition) []Edition {
	out := slices.Clone(years)
	for _, d := range dates {
		if d.Year == 0 || d.Month != 0 || d.Relative || at(f, d.End-1) != '年' {
			continue
		}
		if name := eventName(runes, f, d.End); name != "" || startsOrdinal(f, d.End) {
			out = append(out, Edition{Range: d.Range, Year: d.Year, Name: name})
		}
	}
	out = append(out, scanOrdinals(runes, f)...)
	slices.SortFunc(out, func(a, b Edition) int { return a.Start - b.Start })
	return mergeOrdinals(f, out)
}

// Years lists the distinct years that a text mentions in its dates and
// editions, ascending. Relative dates need [ResolveRelative] first.
func Years(s string) []int {
	runes := []rune(s)
	f := fold(runes)
	dates := scanDates(f)
	return distinctYears(dates, scanYears(runes, f, dates))
}

func distinctYears(dates []Date, years []Edition) []int {
	var out []int
	for _, d := range dates {
		if d.Year != 0 {
			out = append(out, d.Year)
		}
	}
	for _, e := range years {
		out = append(out, e.Year)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// scanYears finds the years that no 年 marks as a date: 2021智博会, 二○二一中国,
// 2025LPL, "in 2021", and two-digit ones ahead of an event's name (21年智博会).
func scanYears(runes, f []rune, dates []Date) []Edition {
	var out []Edition
	for i := 0; i < len(f); {
		for len(dates) > 0 && dates[0].End <= i {
			dates = dates[1:]
		}
		if len(dates) > 0 && dates[0].Start <= i {
			i = dates[0].End
			continue
		}
		r := f[i]
		if !IsDigit(r) && !isChineseDigit(r) {
			i++
			continue
		}
		prev := at(f, i-1)
		follows := len(out) > 0 && out[len(out)-1].End == i-1 && prev != '.' // 2021-2025
		if isWordRune(prev) || !follows && (prev == '.' || prev == '-' || prev == '/') && isWordRune(at(f, i-2)) || isChineseNumeral(prev) {
			i++
			continue
		}
		if year, end, ok := fourDigitYear(f, i); ok && 1900 <= year && year <= 2100 {
			if isYear(runes, f, i, end) {
				out = append(out, Edition{Range: Range{i, end}, Year: year, Name: eventName(runes, f, end)})
			}
			i = end
			continue
		}
		if n, end, ok := wholeNumber(f, i, 2); ok && end == i+2 && at(f, end) == '年' {
			name := eventName(runes, f, end+1)
			if name != "" && !hasAny(at(f, end+1), "来内后前间里以的期历连") && !hasAny(prev, "第近约每超满达共这") {
				out = append(out, Edition{Range: Range{i, end + 1}, Year: CenturyOf(n), Name: name})
				i = end + 1
				continue
			}
		}
		i++
	}
	return out
}

// isYear tells whether the four-digit number between i and end is a year by
// what stands around it, although no 年 follows.
func isYear(runes, f []rune, i, end int) bool {
	chinese := !IsDigit(f[i])
	next := at(f, end)
	if next == '-' && IsDigit(at(f, end+1)) { // 2021-2025 and 2021-22, but not 2021-0034
		_, e, ok := fourDigitYear(f, end+1)
		if _, short, two := wholeNumber(f, end+1, 2); !(ok && !IsDigit(at(f, e))) && !(two && short == end+3) {
			return false
		}
	}
	if IsDigit(next) || next == '%' || next == '‰' || next == '+' || next == '.' && IsDigit(at(f, end+1)) || next == ',' && IsDigit(at(f, end+1)) ||
		multiplierOf(next) > 0 && !startsLongerUnit(f, end) || next == ':' && IsDigit(at(f, end+1)) || next == '°' || next == '℃' {
		return false
	}
	if _, _, ok := prefixAt(f, i, prefixes); ok && !chinese && !hasAny(at(f, i-1), "近~") {
		return isYearNoun(next)
	}
	if at(f, i-1) == '第' || isCurrencyBefore(f, i) || hasAny(at(f, i-1), "共计达") {
		return false
	}
	k := skipBlank(f, end)
	if after := at(f, k); after == '年' {
		return false // a date, or an era (1990年代)
	}
	if isYearNoun(at(f, k)) {
		return true
	}
	if hedgesInside(f, end) || hasAt(f, k, "余") {
		return false
	}
	if _, ok := unitAt(f, end, chinese); ok {
		return false
	}
	if chinese {
		return IsHan(next) || next == 0 || next == ' '
	}
	if !isLatin(at(f, k)) || k == end { // 2025LPL
		return !isBareCount(f, i, end)
	}
	if _, ok := englishUnit(f, end); ok {
		return false
	}
	if unicode.IsUpper(runes[k]) || yearPrepositions[wordBefore(f, i)] {
		return true
	}
	e := wordEnd(f, k)
	if _, ok := englishScales[string(f[k:e])]; ok {
		return false
	}
	return f[e-1] != 's' || e-k < 4 // "2000 delegates" counts, "2021 edition" does not
}

// isYearNoun knows the nouns that a year number goes with directly.
func isYearNoun(r rune) bool { return hasAny(r, "届级版款赛") }

// isBareCount tells whether a round number ahead of punctuation is more likely
// a count (投资2000，) than a year.
func isBareCount(f []rune, i, end int) bool {
	next := at(f, skipBlank(f, end))
	return !IsHan(next) && !isLatin(next) && f[end-1] == '0' && f[end-2] == '0' && IsHan(at(f, i-1))
}

var yearPrepositions = set("in", "since", "by", "from", "until", "during", "of", "early", "late", "mid", "year", "fy", "for", "to", "the", "and", "between", "after", "before")

// scanOrdinals finds 第四届, 第4届 and 首届.
func scanOrdinals(runes, f []rune) []Edition {
	var out []Edition
	for i := range f {
		switch {
		case f[i] == '首' && at(f, i+1) == '届':
			out = append(out, Edition{Range: Range{i, i + 2}, Ordinal: 1, Name: eventName(runes, f, i+2)})
		case startsOrdinal(f, i) && f[i] == '第':
			n, end, _ := smallNumber(f, skipBlank(f, i+1))
			end = skipBlank(f, end) + 1
			out = append(out, Edition{Range: Range{i, end}, Ordinal: n, Name: eventName(runes, f, end)})
		}
	}
	return out
}

// startsOrdinal tells whether 第N届 or 首届 stands at i.
func startsOrdinal(f []rune, i int) bool {
	if at(f, i) == '首' {
		return at(f, i+1) == '届'
	}
	if at(f, i) != '第' {
		return false
	}
	_, end, ok := smallNumber(f, skipBlank(f, i+1))
	return ok && at(f, skipBlank(f, end)) == '届'
}

// mergeOrdinals joins a year with the ordinal right behind it (2018年首届).
func mergeOrdinals(f []rune, list []Edition) []Edition {
	var out []Edition
	for _, e := range list {
		if n := len(out); n > 0 && e.Year == 0 && out[n-1].Ordinal == 0 && skipBlank(f, out[n-1].End) == e.Start {
			out[n-1].End, out[n-1].Ordinal = e.End, e.Ordinal
			if e.Name != "" {
				out[n-1].Name = e.Name
			}
			continue
		}
		out = append(out, e)
	}
	return out
}

const longestName = 24 // runes; 中国—上海合作组织数字经济产业论坛 has 17

// eventName reads the name of an event at i, verbatim, up to the rune that
// ends such a name, or a Latin name that is glued on (LPL). Years that are
// listed before the name share it: 2021年和2025年智博会.
func eventName(runes, f []rune, i int) string {
	for range 8 {
		if !hasAny(at(f, i), "和与及、") {
			break
		}
		_, end, ok := fourDigitYear(f, i+1)
		if !ok {
			return ""
		}
		if i = end; at(f, i) == '年' {
			i++
		}
	}
	start := skipBlank(f, i)
	if at(f, start) == '"' || at(f, start) == '<' {
		start++
	}
	if start > i && isLatin(at(f, start)) {
		return englishEventName(runes, f, start)
	}
	for end := start; end < len(f) && end-start < longestName && (IsHan(f[end]) || isWordRune(f[end]) || f[end] == '-'); end++ {
		if f[end] == '年' && IsDigit(f[end-1]) {
			return ""
		}
		if k := end + 1; endsEvent(f, start, end) {
			for endsEvent(f, start, k) { // 联赛 goes on to 赛季
				k++
			}
			return string(runes[start:k])
		}
	}
	if start == i && isLatin(at(f, i)) {
		return string(runes[i:wordEnd(f, i)])
	}
	return ""
}

var englishEvents = set("expo", "exposition", "conference", "forum", "summit", "fair", "games", "olympics", "cup", "championship", "championships", "league", "congress", "festival", "exhibition", "convention", "symposium", "awards", "open", "edition", "season")

// englishEventName reads capitalised words up to one that names an event.
func englishEventName(runes, f []rune, i int) string {
	start := i
	for range 8 {
		end := wordEnd(f, i)
		if end == i {
			return ""
		}
		if englishEvents[string(f[i:end])] {
			return string(runes[start:end])
		}
		if !unicode.IsUpper(runes[i]) && end-i > 3 || at(f, end) != ' ' {
			return ""
		}
		i = end + 1
	}
	return ""
}

// endsEvent tells whether the rune at i ends the name of an event.
func endsEvent(f []rune, start, i int) bool {
	prev := rune(0)
	if i > start {
		prev = at(f, i-1)
	}
	switch at(f, i) {
	case '会':
		return hasAny(prev, "博览展峰年大运奥动谈论讨布易洽商届") && at(f, i+1) != '议' || prev != 0 && at(f, i+1) == '议' && hasAny(prev, "大年届")
	case '坛':
		return prev == '论'
	case '展':
		return hasAny(prev, "车会画双影览书航艺科")
	case '节':
		return hasAny(prev, "影化术乐视书物费啤技")
	case '赛':
		return hasAny(prev, "大联战开标比决杯春秋季")
	case '杯':
		return hasAny(prev, "界洲国")
	case '季':
		return prev == '赛'
	case '奥':
		return hasAny(prev, "冬残")
	}
	return false
}
