package zhtext

// numeral is a number as it is written, before its unit is known. Positions
// count runes of the folded text.
type numeral struct {
	start, end int
	value, max float64
	digits     int  // length of a plain run of ASCII digits, 0 for anything else
	chinese    bool // written in Chinese numerals
	single     bool // one Chinese digit (一, 两, 八)
	bare       bool // a multiplier that no digit stands before (百, 千万)
	compound   bool // has a multiplier of ten thousand or more (三万, 千万, 20亿)
	multiplier float64
	zeroPoint  bool   // ends in ".0": a version, unless a unit follows
	approx     Approx // from 多, 余, 几 within the numeral
	vague      bool   // 数十, 几百
}

func chineseDigit(r rune) (int, bool) {
	switch r {
	case '零', '〇', '○', '◯':
		return 0, true
	case '一':
		return 1, true
	case '二', '两':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	}
	return 0, false
}

func multiplierOf(r rune) float64 {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1e3
	case '万':
		return 1e4
	case '亿':
		return 1e8
	}
	return 0
}

func isChineseNumeral(r rune) bool {
	if _, ok := chineseDigit(r); ok {
		return true
	}
	return multiplierOf(r) > 0
}

// at returns the rune at i, 0 outside of the text.
func at(f []rune, i int) rune {
	if i < 0 || i >= len(f) {
		return 0
	}
	return f[i]
}

func hasAt(f []rune, i int, word string) bool {
	for _, r := range word {
		if i < 0 || i >= len(f) || f[i] != r {
			return false
		}
		i++
	}
	return true
}

// hasBefore tells whether word ends right before i.
func hasBefore(f []rune, i int, word []rune) bool {
	return i >= len(word) && hasRunes(f, i-len(word), word)
}

func hasRunes(f []rune, i int, word []rune) bool {
	if i < 0 || i+len(word) > len(f) {
		return false
	}
	for k, r := range word {
		if f[i+k] != r {
			return false
		}
	}
	return true
}

// skipBlank steps over at most one blank or line break: text taken from
// printed pages has them between a number and its unit.
func skipBlank(f []rune, i int) int {
	if r := at(f, i); r == ' ' || r == '\n' {
		return i + 1
	}
	return i
}

// wholeNumber reads up to max ASCII digits at i.
func wholeNumber(f []rune, i, max int) (value, end int, ok bool) {
	end = i
	for end < len(f) && IsDigit(f[end]) {
		if end-i == max {
			return 0, i, false
		}
		value = value*10 + int(f[end]-'0')
		end++
	}
	return value, end, end > i
}

// smallNumber reads a number up to 99 in ASCII digits or Chinese numerals.
func smallNumber(f []rune, i int) (value, end int, ok bool) {
	if IsDigit(at(f, i)) {
		return wholeNumber(f, i, 2)
	}
	tens, end := 0, i
	if d, ok := chineseDigit(at(f, end)); ok {
		value, end = d, end+1
		if at(f, end) != '十' {
			return value, end, !isChineseNumeral(at(f, end))
		}
		tens = d
	}
	if at(f, end) != '十' {
		return 0, i, false
	}
	if end == i {
		tens = 1
	}
	value, end = tens*10, end+1
	if d, ok := chineseDigit(at(f, end)); ok {
		value, end = value+d, end+1
	}
	return value, end, !isChineseNumeral(at(f, end))
}

// fourDigitYear reads 2021 or 二○二一 at i.
func fourDigitYear(f []rune, i int) (year, end int, ok bool) {
	if IsDigit(at(f, i)) {
		year, end, ok = wholeNumber(f, i, 4)
		return year, end, ok && end-i == 4 && 1800 <= year && year <= 2199
	}
	for end = i; end < i+4; end++ {
		d, ok := chineseDigit(at(f, end))
		if r := at(f, end); r == 'o' && end > i { // a letter typed for the circle
			d, ok = 0, true
		}
		if !ok || at(f, end) == '两' {
			return 0, i, false
		}
		year = year*10 + d
	}
	return year, end, 1800 <= year && year <= 2199 && !isChineseNumeral(at(f, end))
}

// asciiNumeral reads a number in ASCII digits at i, with the Chinese
// multipliers behind them.
func asciiNumeral(f []rune, i int) numeral {
	n := asciiTerm(f, i)
	// 1亿2000万: what follows a large multiplier must itself be multiplied and
	// smaller, or it is another number.
	for n.multiplier >= 1e4 && n.approx == Exact && IsDigit(at(f, n.end)) {
		rest := asciiTerm(f, n.end)
		if rest.multiplier == 1 || rest.value >= n.multiplier {
			break
		}
		n.value += rest.value
		n.max, n.end, n.approx, n.multiplier = n.value, rest.end, rest.approx, rest.multiplier
	}
	return n
}

// asciiTerm reads digits, thousands separators, a decimal part and multipliers.
func asciiTerm(f []rune, i int) numeral {
	n := numeral{start: i, multiplier: 1}
	k := i
	plain := true
	for k < len(f) && (IsDigit(f[k]) || isThousandsSeparator(f, k)) {
		if f[k] == ',' {
			plain = false
		} else {
			n.value = n.value*10 + float64(f[k]-'0')
		}
		k++
	}
	if plain {
		n.digits = k - i
	}
	if at(f, k) == '.' && IsDigit(at(f, k+1)) {
		n.digits = 0
		fraction, scale := 0.0, 1.0
		for k++; k < len(f) && IsDigit(f[k]); k++ {
			fraction, scale = fraction*10+float64(f[k]-'0'), scale*10
		}
		n.zeroPoint = fraction == 0
		n.value += fraction / scale
	}
	n.end = k
	n.readMultipliers(f)
	n.max = n.value
	return n
}

// readMultipliers reads 十百千万亿 behind ASCII digits, along with 多, 余 and 几
// before, between or behind them.
func (n *numeral) readMultipliers(f []rune) {
	for {
		k := skipBlank(f, n.end)
		r := at(f, k)
		if m := multiplierOf(r); m > 0 && !startsLongerUnit(f, k) {
			if n.multiplier > 1 && m < 1e4 || n.digits > 0 && r == '十' {
				return
			}
			n.value *= m
			n.multiplier *= m
			n.compound = n.compound || m >= 1e4
			n.digits, n.zeroPoint = 0, false
			n.end = k + 1
			continue
		}
		if hasAny(r, "余多") && k > n.end && hedgesInside(f, k) {
			n.end = k // 1000 余项
		}
		if n.approx != Exact || !hedgesInside(f, n.end) {
			return
		}
		n.approx = Over
		n.digits = 0
		n.end++
	}
}

// hedgesInside tells whether the rune at i is a 多, 余, 几 or 来 that hedges the
// number before it: 60多家, 20余万, 十几个, 三百来人.
func hedgesInside(f []rune, i int) bool {
	next := at(f, skipBlank(f, i+1))
	switch at(f, i) {
	case '余':
		return next != '额' && next != '下'
	case '多':
		return next != '元' || at(f, i+2) != '化'
	case '几', '来':
		if multiplierOf(next) >= 1e4 {
			return true
		}
		_, ok := unitAt(f, i+1, false)
		return ok
	}
	return false
}

// startsLongerUnit tells whether the multiplier at i belongs to a unit (千瓦, 百分点).
func startsLongerUnit(f []rune, i int) bool {
	u, ok := unitAt(f, i, false)
	return ok && u.end > i+1
}

// chineseNumeral reads a number in Chinese numerals at i. ok is false when
// what stands there is not one number (十四五, 五十百千).
func chineseNumeral(f []rune, i int) (n numeral, ok bool) {
	n = numeral{start: i, chinese: true, multiplier: 1}
	var total, section float64
	cur, second := -1.0, -1.0 // the digit at hand, and the second of a pair (三五)
	digits := 0               // digits in a row without multiplier
	lastMul := 0.0
	zero := false
	k := i
	for ; k < len(f); k++ {
		if d, isD := chineseDigit(f[k]); isD {
			switch {
			case d == 0 && f[k] == '零' && lastMul > 0 && cur < 0:
				zero = true
			case cur < 0:
				cur, digits = float64(d), 1
			case digits == 1 && second < 0 && float64(d) > cur && lastMul == 0 && !isChineseDigit(at(f, k+1)):
				second = float64(d) // 三五(个), 七八(十)
			case digits == 1 && second < 0 && float64(d) == cur+1 && lastMul == 10:
				second = float64(d) // 十七八(岁)
			default:
				return n.skip(f, k), false
			}
			continue
		}
		if f[k] == '点' && cur >= 0 && second < 0 && isChineseDigit(at(f, k+1)) {
			scale := 0.1
			for k++; isChineseDigit(at(f, k)); k++ {
				d, _ := chineseDigit(f[k])
				cur += float64(d) * scale
				scale /= 10
			}
			k--
			continue
		}
		m := multiplierOf(f[k])
		if m == 0 || startsLongerUnit(f, k) {
			break
		}
		switch {
		case m >= 1e4:
			part := section + max(cur, 0)
			if part == 0 && total == 0 {
				if k > i {
					return n.skip(f, k), false
				}
				n.bare, part = true, 1
			}
			if second >= 0 {
				n.max = (section + second) * m
			}
			if part == 0 {
				total *= m // 万亿
			} else {
				if m == 1e8 {
					part, total = part+total, 0
				}
				total += part * m
			}
			section, n.compound = 0, true
		default:
			if cur < 0 {
				if k > i && (m != 10 || lastMul < 100) {
					return n.skip(f, k), false
				}
				n.bare = k == i && m != 10
				cur = 1
			}
			if lastMul > 0 && lastMul < 1e4 && m >= lastMul {
				return n.skip(f, k), false
			}
			if second >= 0 {
				n.max = section + second*m
			}
			section += cur * m
		}
		cur, second, digits, zero = -1, -1, 0, false
		n.multiplier, lastMul = m, m
	}
	n.end = k
	n.value = total + section + max(cur, 0)
	if cur > 0 && lastMul >= 100 && !zero { // 两万三 is 23000, 一百二 is 120
		n.value = total + section + cur*lastMul/10
	}
	switch {
	case second >= 0 && lastMul == 10:
		n.max = total + section + second
	case second >= 0:
		n.max = second
	case n.max < n.value:
		n.max = n.value
	}
	n.single = k-i == 1 && lastMul == 0
	if hedgesInside(f, n.end) && (lastMul > 0 || at(f, n.end) != '来') && at(f, n.end) != 0 {
		if n.single && at(f, n.end) != '余' { // 一多, 两多 are no numbers
			return n, true
		}
		n.end++
		n.approx, n.bare = Over, false
		for m := multiplierOf(at(f, n.end)); m >= 1e4 && !startsLongerUnit(f, n.end); m = multiplierOf(at(f, n.end)) {
			n.value, n.max, n.compound, n.multiplier = n.value*m, n.max*m, true, m
			n.end++
		}
	}
	return n, true
}

func isChineseDigit(r rune) bool {
	_, ok := chineseDigit(r)
	return ok
}

// skip moves the end behind the whole run of Chinese numerals around k.
func (n numeral) skip(f []rune, k int) numeral {
	for k < len(f) && isChineseNumeral(f[k]) {
		k++
	}
	n.end = k
	return n
}

// vagueNumeral reads 数十, 几百万 and the like at i: at least one of the
// multiplier, less than ten of it.
func vagueNumeral(f []rune, i int) (n numeral, ok bool) {
	if r := at(f, i); r != '数' && r != '几' {
		return n, false
	}
	m, k := 1.0, i+1
	for ; multiplierOf(at(f, k)) > 0 && !startsLongerUnit(f, k); k++ {
		m *= multiplierOf(f[k])
	}
	if m == 1 {
		return n, false
	}
	switch at(f, i-1) { // 总数, 次数: a noun goes before the number
	case '总', '次', '系', '指', '人', '户', '件', '个', '函', '参', '分', '位', '基', '量', '无', '倍', '岁':
		return n, false
	}
	return numeral{start: i, end: k, value: m, max: 10 * m, chinese: true, vague: true,
		compound: m >= 1e4, multiplier: m, approx: About}, true
}
