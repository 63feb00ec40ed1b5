package zhtext

// finish reads what stands around a numeral — a range, its unit, currency and
// hedges — and emits the quantity if it is one. It returns the next position
// to look at.
func (p *quantityParser) finish(n numeral, i int) int {
	f := p.f
	if q, ok := p.signedRange(n); ok {
		p.emit(q)
		return q.End
	}
	q := Quantity{Number: Range{n.start, n.end}, Value: n.value, Max: n.max, Approx: n.approx}
	first := n
	last := n
	if second, ok := p.rangeEnd(n); ok {
		last = second
		if second.multiplier > 1 && n.multiplier == 1 && n.value < second.value/second.multiplier {
			q.Value *= second.multiplier // 3至5万家
		}
		q.Max, q.Number.End = second.max, second.end
		if q.Max <= q.Value {
			last, q.Max, q.Number.End = n, n.max, n.end
		} else {
			first.single = false
		}
	}
	scaled := p.englishScale(&q, &last)
	q.Start, q.End = first.start, last.end

	if k := q.Start - 1; at(f, k) == '第' || at(f, k) == ' ' && at(f, k-1) == '第' {
		return p.ordinal(q, last)
	}
	u, hasUnit := p.unitBehind(last)
	if hasUnit && u.name == "大" && last.chinese && (last.value > 10 || last.value < 2) {
		hasUnit = false // 二十大 names a congress
	}
	if last.chinese && !scaled && !p.isCount(first, last, u, hasUnit) {
		return max(n.end, i+1)
	}
	if hasUnit {
		q.End, q.Unit = u.end, u.name
		p.hedgedUnit(&q, u)
		if at(f, q.End) == '半' && q.Value == q.Max && (u.kind == duration || q.Unit == "成" || q.Unit == "倍") && !hasAny(at(f, q.End+1), "数导径球岛壁决") {
			q.End++ // 两年半
			q.Value, q.Max = q.Value+0.5, q.Max+0.5
		}
		switch q.Unit {
		case "成":
			q.Value, q.Max, q.Unit = q.Value*10, q.Max*10, "%"
		case "号":
			q.Ordinal = true
		case "季度": // 二季度 is the second, 前三季度 are three
			q.Ordinal = q.Value <= 4 && q.Value == q.Max && !hasAny(at(f, q.Start-1), "前后续近个") && at(f, q.Number.End) != '个'
		}
	}
	if at(f, q.End) == '+' && !hasUnit && !isWordRune(at(f, q.End+1)) {
		q.End++
		q.Approx = Over
		if u, ok := unitAt(f, q.End, false); ok {
			q.End, q.Unit = u.end, u.name
		}
	}
	if start, unit, ok := currencyAt(f, q.Start); ok && (q.Unit == "" || q.Unit == unit) && start >= p.floor {
		q.Start, q.Unit = start, unit
	} else if start, below := p.sign(q.Start); below && hasSign(q.Unit) {
		if f[start] == '-' {
			q.Number.Start = start
		}
		q.Start, q.Value, q.Max = start, -q.Max, -q.Value
	}
	q.Approx = p.hedgesAround(&q.Range, q.Approx)
	if n.bare {
		if start, a, ok := prefixAt(f, q.Start, barePrefixes); ok && start >= p.floor && q.Start == n.start {
			q.Start, q.Approx = start, a
		}
	}
	p.emit(q)
	return q.End
}

// hasSign tells whether figures of a unit may be below zero.
func hasSign(unit string) bool {
	return unit == "%" || unit == "℃" || unit == "度" || unit == "百分点" || unit == "‰"
}

// sign looks for a minus or 零下 right ahead of a number, and tells where it begins.
func (p *quantityParser) sign(start int) (int, bool) {
	switch f := p.f; {
	case at(f, start-1) == '-' && !isWordRune(at(f, start-2)) && at(f, start-2) != '-' && start-1 >= p.floor:
		return start - 1, true
	case hasBefore(f, start, []rune("零下")) && start-2 >= p.floor:
		return start - 2, true
	}
	return start, false
}

// signedRange reads a range of which an end is below zero: -5～0℃, 零下7度到零下1度, 4～-1℃.
func (p *quantityParser) signedRange(n numeral) (Quantity, bool) {
	f := p.f
	start, below := p.sign(n.start)
	k := n.end
	if u, ok := p.unitBehind(n); ok {
		k = u.end
	}
	if n.chinese || !hasAny(at(f, k), "~至到-") {
		return Quantity{}, false
	}
	k++
	belowToo := false
	switch {
	case at(f, k) == '-':
		k, belowToo = k+1, true
	case hasAt(f, k, "零下"):
		k, belowToo = k+2, true
	}
	if !below && !belowToo || !IsDigit(at(f, k)) || k >= p.limit() {
		return Quantity{}, false
	}
	second := asciiNumeral(f, k)
	u, ok := p.unitBehind(second)
	if !ok || !hasSign(u.name) {
		return Quantity{}, false
	}
	low, high := n.value, second.value
	if below {
		low = -low
	}
	if belowToo {
		high = -high
	}
	return Quantity{
		Range: Range{start, u.end}, Number: Range{start, second.end}, Unit: u.name,
		Value: min(low, high), Max: max(low, high),
	}, true
}

// ordinal reads the rest of 第三次. 第 marks an ordinal whatever follows it.
func (p *quantityParser) ordinal(q Quantity, n numeral) int {
	for q.Start--; p.f[q.Start] != '第'; {
		q.Start--
	}
	if q.Start < p.floor {
		return q.End
	}
	q.Ordinal = true
	if u, ok := unitAt(p.f, n.end, false); ok && u.end <= p.limit() {
		q.End, q.Unit = u.end, u.name
	}
	p.emit(q)
	return q.End
}

// unitBehind finds the unit of a numeral, Chinese or English.
func (p *quantityParser) unitBehind(n numeral) (unit, bool) {
	u, ok := unitAt(p.f, n.end, n.chinese)
	if !ok && !n.chinese {
		u, ok = englishUnit(p.f, n.end)
	}
	return u, ok && u.end <= p.limit()
}

// hedgedUnit reads the 多 and 余 that stand behind a unit: 3年多, 一个多月.
func (p *quantityParser) hedgedUnit(q *Quantity, u unit) {
	f := p.f
	if r := at(f, q.End); r != '多' && r != '余' {
		return
	}
	if u.name == "个" {
		if v, ok := unitAt(f, q.End+1, false); ok && (hasAt(f, q.End+1, "月") || v.kind == duration) {
			q.End, q.Unit, q.Approx = v.end, v.name, Over
		} else if hasAt(f, q.End+1, "月") {
			q.End, q.Unit, q.Approx = q.End+2, "个月", Over
		}
		return
	}
	next := at(f, q.End+1)
	if (u.kind == duration || u.kind == measure || u.kind == money) && (!IsHan(next) || hasAny(next, "来时的间后前以就才了内里")) {
		q.End++
		q.Approx = Over
	}
}

func hasAny(r rune, set string) bool {
	for _, s := range set {
		if r == s {
			return true
		}
	}
	return false
}

// isCount tells whether a number in Chinese numerals counts something rather
// than being a part of a word.
func (p *quantityParser) isCount(first, last numeral, u unit, hasUnit bool) bool {
	f := p.f
	_, _, hedged := prefixAt(f, first.start, prefixes)
	if first.bare && !hedged {
		_, _, hedged = prefixAt(f, first.start, barePrefixes)
	}
	_, _, hedgedBehind := suffixAt(f, max(last.end, u.end))
	switch {
	case first.vague:
		return hasUnit || first.compound || hedged
	case first.bare && !hedged:
		// 千万家, 百亿元, 亿元以上; but 百家, 千万不要, 亿元
		hard := hasUnit && (u.kind == money || u.kind == measure)
		return hard && hedgedBehind || hasUnit && first.multiplier >= 1e4 && last.end-first.start > 1
	case first.bare:
		return hasUnit || first.value >= 100
	case first.single && first.value == 1 && at(f, first.start) == '一':
		if !hasUnit {
			return false
		}
		if hedged || hedgedBehind || u.kind == measure || u.kind == money {
			return true
		}
		return hasAny(at(f, first.start-1), "仅") || hasBefore(f, first.start, []rune("只有")) || hasBefore(f, first.start, []rune("共有")) ||
			hasBefore(f, first.start, []rune("为期")) || hasBefore(f, first.start, []rune("历时")) || hasAt(f, u.end, "多月") || u.name == "季度" || u.name == "小时" || u.name == "番"
	case hasUnit:
		return true
	}
	return first.compound && first.end-first.start > 1 && !IsHan(at(f, last.end)) || first.compound && hedged || first.compound && first.multiplier >= 1e4 && !isUnlucky(f, first)
}

// isUnlucky catches 万 and 亿 in words: 一万 is a number, 万一 is none, and
// 八万里 has its unit.
func isUnlucky(f []rune, n numeral) bool {
	return at(f, n.end) == '一' || n.bare
}

// rangeEnd reads the second number of a range: 至5家, -20%, ～8个, 、6个.
func (p *quantityParser) rangeEnd(n numeral) (numeral, bool) {
	f := p.f
	k := n.end
	u, hadUnit := p.unitBehind(n)
	if hadUnit {
		k = u.end
	}
	fromTo := false // 从3个至5个 is a change, 3个至5个 a range
	for b := n.start - 1; b >= n.start-3; b-- {
		if r := at(f, b); r == '从' || r == '由' || r == '自' {
			fromTo = true
		}
	}
	switch at(f, k) {
	case '-', '~':
		if at(f, k+1) == '-' || at(f, k+1) == '~' {
			k++
		}
	case '至', '到':
		if fromTo {
			return n, false
		}
	case '、':
		if hadUnit || n.multiplier > 1 && !n.chinese {
			return n, false
		}
	case ' ':
		if !hasAt(f, k, " to ") || fromTo || hadUnit {
			return n, false
		}
		k += len(" to ") - 1
	default:
		return n, false
	}
	enumerated := at(f, k) == '、'
	k++
	if k >= p.limit() {
		return n, false
	}
	var second numeral
	switch {
	case IsDigit(at(f, k)) && !n.chinese:
		second = asciiNumeral(f, k)
	case isChineseDigit(at(f, k)) && n.chinese && !n.vague:
		var ok bool
		if second, ok = chineseNumeral(f, k); !ok {
			return n, false
		}
	default:
		return n, false
	}
	if isLatin(at(f, second.end)) {
		if _, ok := englishUnit(f, second.end); !ok {
			return n, false
		}
	}
	v, hasUnit := p.unitBehind(second)
	switch {
	case enumerated: // 五、六个; a list of other numbers is none
		return second, hasUnit && n.value < 10 && second.value == n.value+1 && at(f, n.start-1) != '、'
	case hadUnit:
		return second, hasUnit && u.name == v.name
	case n.chinese:
		return second, hasUnit
	}
	return second, second.value > n.value || second.multiplier > n.multiplier
}
