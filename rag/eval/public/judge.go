package public

import (
	"regexp"
	"strings"
	"unicode"

	"zhiwen/rag/zhtext"
)

var marker = regexp.MustCompile(`\[\d{1,4}\]`)

// fold is the form in which answers are compared: half-width, lower case,
// without citation marks, blanks, thousands separators and punctuation. Between
// two digits or Latin letters a gap stays one, so that "32, 20" is not 3220, and
// so does a decimal point.
func fold(s string) string {
	runes, _ := zhtext.Compact(strings.Join(strings.Fields(gapped(marker.ReplaceAllString(s, ""))), " "))
	var b strings.Builder
	gap := false
	var last rune
	for i, r := range runes {
		decimal := r == '.' && i > 0 && i+1 < len(runes) && isDigit(runes[i-1]) && isDigit(runes[i+1])
		if !decimal && !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '%' {
			gap = true
			continue
		}
		if gap && isASCIIWord(last) && isASCIIWord(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last, gap = r, false
	}
	return b.String()
}

// gapped puts a mark that Compact keeps in the place of a blank between two
// Latin words or numbers.
func gapped(s string) string {
	runes := []rune(s)
	for i := 1; i+1 < len(runes); i++ {
		if unicode.IsSpace(runes[i]) && isASCIIWord(runes[i-1]) && isASCIIWord(runes[i+1]) {
			runes[i] = '|'
		}
	}
	return string(runes)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
func isASCIIWord(r rune) bool {
	return r < unicode.MaxASCII && (isDigit(r) || unicode.IsLetter(r))
}

// holds tells whether a text holds an answer: word for word after folding, at
// the borders of numbers and Latin words, or as the same quantity.
func holds(text, answer string) bool {
	return holdsFolded(fold(text), fold(answer)) || sameQuantity(text, answer)
}

func holdsFolded(text, answer string) bool {
	for from := 0; answer != ""; {
		i := strings.Index(text[from:], answer)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(answer)
		if !(start > 0 && joined(text[start-1], text[start])) && !(end < len(text) && joined(text[end-1], text[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

// joined tells whether two neighbouring bytes belong to one number or word.
func joined(a, b byte) bool {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	number := func(c byte) bool { return digit(c) || c == '.' }
	letter := func(c byte) bool { return 'a' <= c && c <= 'z' }
	return digit(a) && number(b) || number(a) && digit(b) || letter(a) && letter(b)
}

// sameQuantity tells whether an answer that is a quantity and nothing else
// stands in the text in another spelling (三十人, 30人).
func sameQuantity(text, answer string) bool {
	quantities := zhtext.Quantities(answer)
	if len(quantities) != 1 {
		return false
	}
	q := quantities[0]
	if q.Unit == "" || q.Start != 0 || q.End != len([]rune(answer)) {
		return false
	}
	for _, other := range zhtext.Quantities(text) {
		if q.Same(other) {
			return true
		}
	}
	return false
}

func holdsAny(text string, answers []string) bool {
	for _, a := range answers {
		if holds(text, a) {
			return true
		}
	}
	return false
}

// shortRight tells whether a short answer is right: the same as an answer, the
// same quantity, one holding the other at no less than half of its length, or,
// for answers of [longAnswer] runes and more with the same numbers, an F1 of at
// least one half over the longest common piece. Shorter ones are names and
// figures, in which one other character makes another answer.
func shortRight(short string, answers []string) bool {
	s := fold(short)
	for _, a := range answers {
		g := fold(a)
		ls, lg := len([]rune(s)), len([]rune(g))
		if ls == 0 || lg == 0 {
			continue
		}
		half := 2*min(ls, lg) >= max(ls, lg)
		switch {
		case s == g, half && (holdsFolded(s, g) || holdsFolded(g, s)), sameQuantity(short, a) && half:
			return true
		case lg >= longAnswer && digits(s) == digits(g) && f1(s, g) >= 0.5:
			return true
		}
	}
	return false
}

// longAnswer is from how many runes on an answer is a description.
const longAnswer = 8

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, s)
}

// f1 is the harmonic mean of precision and recall, in runes of the longest
// common piece.
func f1(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	best, row := 0, make([]int, len(y)+1)
	for i := range x {
		for j := len(y) - 1; j >= 0; j-- {
			row[j+1] = 0
			if x[i] == y[j] {
				row[j+1] = row[j] + 1
				best = max(best, row[j+1])
			}
		}
	}
	return 2 * float64(best) / float64(len(x)+len(y))
}

// maxFactRunes is how long the shortest answer of a fact question may be.
const maxFactRunes = 12

// asksFact tells whether a question asks for a fact, by its answers: the
// shortest is a name, a figure, a date, not a clause.
func asksFact(answers []string) bool {
	for _, a := range answers {
		if n := len([]rune(fold(a))); n > 0 && n <= maxFactRunes && !strings.ContainsAny(a, "，。；,;") {
			return true
		}
	}
	return false
}
