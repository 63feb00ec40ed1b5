package zhtext

// minguoBegins is the year before the first of the calendar that counts from the
// founding of the Republic (民國), in use in Taiwan.
const minguoBegins = 1911

// minguoDate reads 中華民國113年5月3日, 民國一一三年 and 民国三十八年 at i, as a date of
// the common calendar.
func minguoDate(f []rune, i int) (d Date, ok bool) {
	k := i
	if hasAt(f, i, "中华民国") {
		k += 4
	} else if hasAt(f, i, "民国") {
		k += 2
	} else {
		return d, false
	}
	year, end, ok := minguoYear(f, skipBlank(f, k))
	if !ok || year < 1 || year > 288 { // up to 2199, as years in four figures
		return d, false
	}
	y := skipBlank(f, end)
	if at(f, y) != '年' || at(f, y+1) == '代' {
		return d, false
	}
	d = Date{Range: Range{i, yearTail(f, y+1)}, Year: minguoBegins + year}
	d.continueChinese(f)
	return d, true
}

// minguoYear reads the number of a year: in figures, as Chinese figures (一一三), as a
// Chinese number (三十八), or 元 for the first.
func minguoYear(f []rune, i int) (year, end int, ok bool) {
	if IsDigit(at(f, i)) {
		return wholeNumber(f, i, 3)
	}
	if at(f, i) == '元' {
		return 1, i + 1, true
	}
	for end = i; end < i+3; end++ {
		d, ok := chineseDigit(at(f, end))
		if !ok {
			break
		}
		year = year*10 + d
	}
	if end > i && !isChineseNumeral(at(f, end)) {
		return year, end, true
	}
	n, ok := chineseNumeral(f, i)
	return int(n.value), n.end, ok && !n.vague && n.value < 1000
}
