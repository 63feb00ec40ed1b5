package zhtext

import "slices"

type hedge struct {
	text   []rune
	approx Approx
	not    string // the runes that, standing before a prefix or behind a suffix, make it another word
}

// prefixes are keyed by their last rune, longest first.
var prefixes = hedges(false,
	hedge{[]rune("超过"), Over, ""}, hedge{[]rune("超出"), Over, ""}, hedge{[]rune("超"), Over, "赶反高出班"},
	hedge{[]rune("逾"), Over, ""}, hedge{[]rune("突破"), Over, ""}, hedge{[]rune("至少"), Over, ""}, hedge{[]rune("最少"), Over, ""},
	hedge{[]rune("不亚于"), Over, ""},
	hedge{[]rune("不下"), Over, "居高"}, hedge{[]rune("不止"), Over, ""}, hedge{[]rune("大于"), Over, ""}, hedge{[]rune("高于"), Over, ""},
	hedge{[]rune("多于"), Over, ""}, hedge{[]rune("≥"), Over, ""}, hedge{[]rune("≧"), Over, ""},
	hedge{[]rune("近"), Under, "附靠最临邻就走亲相贴逼接将几远"}, hedge{[]rune("接近"), Under, ""}, hedge{[]rune("将近"), Under, ""}, hedge{[]rune("几近"), Under, ""},
	hedge{[]rune("不到"), Under, "得看找想见达用感买听说收遇"}, hedge{[]rune("不足"), Under, "能力动活后资金源"}, hedge{[]rune("未满"), Under, ""}, hedge{[]rune("不满"), Under, ""},
	hedge{[]rune("低于"), Under, ""}, hedge{[]rune("少于"), Under, ""}, hedge{[]rune("小于"), Under, ""},
	hedge{[]rune("至多"), Under, ""}, hedge{[]rune("最多"), Under, ""},
	hedge{[]rune("≤"), Under, ""}, hedge{[]rune("≦"), Under, ""},
	hedge{[]rune("约"), About, "签合条节预公特相邀契履违制缔失爽赴盟婚誓简集守毁解大"}, hedge{[]rune("大约"), About, ""}, hedge{[]rune("约为"), About, ""}, hedge{[]rune("约有"), About, ""}, hedge{[]rune("约占"), About, ""},
	hedge{[]rune("约合"), About, ""}, hedge{[]rune("约达"), About, ""}, hedge{[]rune("大概"), About, ""}, hedge{[]rune("大致"), About, ""}, hedge{[]rune("差不多"), About, ""},
	hedge{[]rune("≈"), About, ""}, hedge{[]rune("~"), About, ""},
	hedge{[]rune("more than"), Over, ""}, hedge{[]rune("over"), Over, ""}, hedge{[]rune("at least"), Over, ""}, hedge{[]rune("exceeding"), Over, ""},
	hedge{[]rune("exceeded"), Over, ""}, hedge{[]rune("exceeds"), Over, ""}, hedge{[]rune("exceed"), Over, ""}, hedge{[]rune("surpassing"), Over, ""}, hedge{[]rune("surpassed"), Over, ""},
	hedge{[]rune("no fewer than"), Over, ""}, hedge{[]rune("not less than"), Over, ""}, hedge{[]rune("no less than"), Over, ""}, hedge{[]rune("above"), Over, ""},
	hedge{[]rune("nearly"), Under, ""}, hedge{[]rune("almost"), Under, ""}, hedge{[]rune("less than"), Under, ""}, hedge{[]rune("fewer than"), Under, ""},
	hedge{[]rune("no more than"), Under, ""}, hedge{[]rune("not more than"), Under, ""}, hedge{[]rune("at most"), Under, ""}, hedge{[]rune("up to"), Under, ""}, hedge{[]rune("below"), Under, ""}, hedge{[]rune("under"), Under, ""},
	hedge{[]rune("about"), About, ""}, hedge{[]rune("around"), About, ""}, hedge{[]rune("approximately"), About, ""}, hedge{[]rune("roughly"), About, ""}, hedge{[]rune("some"), About, ""}, hedge{[]rune("circa"), About, ""},
)

// barePrefixes hedge a multiplier without a digit only: 上千, 过百.
var barePrefixes = hedges(false,
	hedge{[]rune("上"), Over, "以晚早马网线"}, hedge{[]rune("过"), Over, "不通经透越胜"}, hedge{[]rune("成"), Over, ""},
)

// suffixes are keyed by their first rune, longest first. What follows a suffix
// must not make it another word: 以上 is none ahead of 海合作组织.
var suffixes = hedges(true,
	hedge{[]rune("以上"), Over, "海述"}, hedge{[]rune("及以上"), Over, "海"}, hedge{[]rune("或以上"), Over, "海"}, hedge{[]rune("(含)以上"), Over, ""}, hedge{[]rune("之上"), Over, ""}, hedge{[]rune("有余"), Over, ""}, hedge{[]rune("开外"), Over, ""},
	hedge{[]rune("以下"), Under, "简几列"}, hedge{[]rune("及以下"), Under, ""}, hedge{[]rune("以内"), Under, ""}, hedge{[]rune("之内"), Under, ""}, hedge{[]rune("不到"), Under, ""},
	hedge{[]rune("左右"), About, "两岸手"}, hedge{[]rune("上下"), About, ""},
	hedge{[]rune("or more"), Over, ""}, hedge{[]rune("and above"), Over, ""}, hedge{[]rune("or so"), About, ""}, hedge{[]rune("or less"), Under, ""},
)

// hedges builds the lookup table. byFirst keys by the first rune, else by the last.
func hedges(byFirst bool, list ...hedge) map[rune][]hedge {
	m := make(map[rune][]hedge)
	for _, h := range list {
		key := h.text[len(h.text)-1]
		if byFirst {
			key = h.text[0]
		}
		m[key] = append(m[key], h)
	}
	for _, l := range m {
		slices.SortStableFunc(l, func(a, b hedge) int { return len(b.text) - len(a.text) })
	}
	return m
}

// prefixAt finds a hedge from table that ends at i, with at most one blank between.
func prefixAt(f []rune, i int, table map[rune][]hedge) (start int, approx Approx, ok bool) {
	if at(f, i-1) == ' ' || at(f, i-1) == '\n' {
		i--
	}
	for _, h := range table[at(f, i-1)] {
		start = i - len(h.text)
		if !hasBefore(f, i, h.text) || isLatin(h.text[0]) && isLatin(at(f, start-1)) {
			continue
		}
		if prev := at(f, start-1); prev != 0 && slices.Contains([]rune(h.not), prev) {
			continue
		}
		if n := denialAt(f, start); n > 0 && slices.Contains(deniable, string(h.text)) {
			return start - n, h.approx.turned(), true
		}
		return start, h.approx, true
	}
	return i, Exact, false
}

// denials turn a bound round: 不得超过三年 and 不超过三年 are three years at most.
var denials = denialRunes("不得", "不能", "不可", "不应", "不宜", "不许", "不准", "不会", "不允许", "不应当", "不应该", "不可以", "不能够", "不再",
	"未", "未曾", "从未", "没有", "没", "不", "禁止", "严禁")

func denialRunes(texts ...string) (out [][]rune) {
	for _, t := range texts {
		out = append(out, []rune(t))
	}
	slices.SortFunc(out, func(a, b []rune) int { return len(b) - len(a) })
	return out
}

// denialAt is how many runes of a denial of a bound end at i. 淹没 is none, nor is what a
// question offers with its opposite: 能不能超过三年, 有没有超过三年.
func denialAt(f []rune, i int) int {
	for _, d := range denials {
		if !hasBefore(f, i, d) {
			continue
		}
		before := at(f, i-len(d)-1)
		if len(d) > 1 && d[0] == '不' && before == d[1] || d[0] == '没' && (before == '有' || hasAny(before, "淹沉埋吞湮隐出")) {
			return 0
		}
		return len(d)
	}
	return 0
}

// deniable are the bounds that a denial turns round; 没有近三年记录 denies no bound.
var deniable = []string{"超过", "超出", "超", "突破", "逾", "低于", "少于", "高于", "多于", "大于", "小于"}

// turned is the other side of a bound.
func (a Approx) turned() Approx {
	switch a {
	case Over:
		return Under
	case Under:
		return Over
	}
	return a
}

// suffixAt finds a hedge that begins at i, with at most one blank between.
func suffixAt(f []rune, i int) (end int, approx Approx, ok bool) {
	k := skipBlank(f, i)
	for _, h := range suffixes[at(f, k)] {
		end = k + len(h.text)
		if !hasRunes(f, k, h.text) || isLatin(h.text[0]) && isLatin(at(f, end)) {
			continue
		}
		next := at(f, end)
		if next != 0 && slices.Contains([]rune(h.not), next) ||
			h.approx == Over && next == '合' && (at(f, end+1) == '组' || at(f, end+1) == '峰') {
			continue
		}
		return end, h.approx, true
	}
	return i, Exact, false
}

// currencies are the signs and codes in front of an amount.
var currencies = []struct {
	text []rune
	unit string
}{
	{[]rune("人民币"), "元"}, {[]rune("rmb"), "元"}, {[]rune("cny"), "元"}, {[]rune("¥"), "元"},
	{[]rune("us$"), "美元"}, {[]rune("usd"), "美元"}, {[]rune("hk$"), "港元"}, {[]rune("$"), "美元"},
	{[]rune("€"), "欧元"}, {[]rune("£"), "英镑"},
}

// currencyAt finds a currency that ends at i, with at most one blank between.
func currencyAt(f []rune, i int) (start int, unit string, ok bool) {
	if at(f, i-1) == ' ' {
		i--
	}
	if r := at(f, i-1); r != '币' && r != 'b' && r != 'y' && r != 'd' && r != '¥' && r != '$' && r != '€' && r != '£' {
		return i, "", false
	}
	for _, c := range currencies {
		start = i - len(c.text)
		if hasBefore(f, i, c.text) && !(isLatin(c.text[0]) && isLatin(at(f, start-1))) {
			return start, c.unit, true
		}
	}
	return i, "", false
}

func isCurrencyBefore(f []rune, i int) bool {
	_, _, ok := currencyAt(f, i)
	return ok
}

// hedgesAround widens r by the hedges that touch it and returns what they say;
// inner is what the numeral itself says.
func (p *quantityParser) hedgesAround(r *Range, inner Approx) Approx {
	approx := inner
	if end, a, ok := suffixAt(p.f, r.End); ok && end <= p.limit() {
		r.End, approx = end, a
	}
	if start, a, ok := prefixAt(p.f, r.Start, prefixes); ok && start >= p.floor {
		r.Start = start
		if approx == Exact || approx == About && inner == About {
			approx = a
		}
	}
	return approx
}
