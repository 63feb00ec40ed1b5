package zhtext

var englishScales = map[string]float64{
	"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "mn": 1e6,
}

// One is left out: it is a pronoun far more often than a count.
var englishNumbers = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90,
}

var englishOnes = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}

var englishOrdinals = map[string]float64{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
	"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}

// determiners stand before an ordinal that counts ("the third", not "at first").
var determiners = set("the", "its", "their", "our", "his", "her", "this", "that", "a", "for")

// wordEnd returns the end of the run of letters at i.
func wordEnd(f []rune, i int) int {
	for i < len(f) && isLatin(f[i]) {
		i++
	}
	return i
}

// wordBefore returns the Latin word that ends at i or one blank before it.
func wordBefore(f []rune, i int) string {
	if at(f, i-1) == ' ' {
		i--
	}
	k := i
	for k > 0 && isLatin(f[k-1]) {
		k--
	}
	return string(f[k:i])
}

// latin reads a number in English words at i, or skips the name there.
func (p *quantityParser) latin(i int) int {
	f := p.f
	end := wordEnd(f, i)
	next := at(f, end)
	if IsDigit(next) || next == '.' && IsDigit(at(f, end+1)) {
		if isCurrencyBefore(f, end) {
			return end
		}
		return skipName(f, i)
	}
	if end-i < 3 || end-i > 8 || isWordRune(at(f, i-1)) {
		return max(end, skipHyphenated(f, end))
	}
	word := string(f[i:end])
	if v, ok := englishOrdinals[word]; ok && determiners[wordBefore(f, i)] && next != '-' {
		p.emit(Quantity{Range: Range{i, end}, Number: Range{i, end}, Value: v, Max: v, Ordinal: true})
		return end
	}
	v, ok := englishNumbers[word]
	if !ok {
		return max(end, skipHyphenated(f, end))
	}
	if next == '-' && v >= 20 {
		e := wordEnd(f, end+1)
		if ones, ok := englishOnes[string(f[end+1:e])]; ok {
			v, end = v+ones, e
		}
	}
	return p.finish(numeral{start: i, end: end, value: v, max: v, multiplier: 1}, i)
}

// skipHyphenated steps over "-19" behind a word: covid-19, gpt-4.
func skipHyphenated(f []rune, i int) int {
	if at(f, i) == '-' && IsDigit(at(f, i+1)) {
		return skipName(f, i)
	}
	return i
}

// englishScale applies "million" and the like behind a numeral.
func (p *quantityParser) englishScale(q *Quantity, n *numeral) bool {
	f := p.f
	if n.chinese {
		return false
	}
	scaled := false
	for {
		k := n.end
		if r := at(f, k); r == ' ' || r == '-' || r == '\n' {
			k++
		}
		end := wordEnd(f, k)
		if end == k || end-k > 8 || end > p.limit() {
			return scaled
		}
		m, ok := englishScales[string(f[k:end])]
		if !ok {
			return scaled
		}
		q.Value, q.Max = q.Value*m, q.Max*m
		n.end, q.Number.End, n.zeroPoint, scaled = end, end, false, true
	}
}

// shortScale applies k, m, bn that are glued to an amount: $3.5bn.
func (p *quantityParser) shortScale(n *numeral) bool {
	f := p.f
	end := wordEnd(f, n.end)
	m := 0.0
	switch word := string(f[n.end:end]); {
	case word == "bn" || word == "mn":
		m = englishScales[word]
	case !isCurrencyBefore(f, n.start):
	case word == "k":
		m = 1e3
	case word == "m":
		m = 1e6
	case word == "b":
		m = 1e9
	case word == "tn" || word == "t":
		m = 1e12
	}
	if m == 0 || IsDigit(at(f, end)) {
		return false
	}
	n.value, n.max, n.multiplier, n.end, n.digits, n.zeroPoint = n.value*m, n.max*m, m, end, 0, false
	return true
}
