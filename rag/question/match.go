package question

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// Match tells how well a compact text holds a word: 1 as it stands, less as a
// synonym, an abbreviation or in part, 0 not at all.
func Match(w Word, compact string) float64 {
	if HoldsWord(compact, w.Text) {
		return 1
	}
	for _, alt := range w.Alternatives {
		if HoldsWord(compact, alt) {
			return 0.9
		}
	}
	runes := []rune(w.Text)
	if runes[0] >= 'a' && runes[0] <= 'z' {
		return 0.9 * inflected(compact, w.Text)
	}
	if len(runes) < 3 || !zhtext.IsHan(runes[0]) {
		return 0
	}
	if len(runes) <= 5 && HoldsAbbreviation(runes, compact) {
		return 0.85
	}
	if len(runes) == 3 {
		return 0 // two of three runes make another name: 渝北区 and 江北区
	}
	held := 0
	for i := 0; i+2 <= len(runes); i++ {
		if strings.Contains(compact, string(runes[i:i+2])) {
			held++
		}
	}
	if held == 0 {
		return 0
	}
	return 0.6 * float64(held) / float64(len(runes)-1)
}

// holdsWord tells whether the text holds the word. A word that starts or ends in
// a digit or a Latin letter must not go on there: 8号线 is not in 18号线.
func HoldsWord(text, word string) bool {
	for from := 0; word != ""; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(word)
		if !(start > 0 && sameRun(text[start-1], word[0])) && !(end < len(text) && sameRun(word[len(word)-1], text[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

// sameRun tells whether two neighbouring bytes belong to one number or one
// Latin word.
func sameRun(a, b byte) bool {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' }
	return digit(a) && digit(b) || letter(a) && letter(b)
}

// inflected is 1 when a Latin word of the text differs from the given one only
// in its ending: draw and drawing, visitor and visitors.
func inflected(compact, word string) float64 {
	stem := stemOf(word)
	if len(stem) < 3 {
		return 0
	}
	for _, w := range strings.FieldsFunc(compact, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if stemOf(w) == stem {
			return 1
		}
	}
	return 0
}

func stemOf(word string) string {
	for _, ending := range []string{"ings", "ing", "ies", "ed", "es", "s", "e", "y"} {
		if stem, ok := strings.CutSuffix(word, ending); ok && len(stem) >= 3 {
			return stem
		}
	}
	return word
}

// abbreviationStretch is how many runes of the full name one rune of its
// abbreviation stands for at most: 智博会 for 智能产业博览会.
const abbreviationStretch = 4

// holdsAbbreviation tells whether the runes occur in order close together, the
// way a Chinese abbreviation takes runes out of a full name.
func HoldsAbbreviation(abbreviation []rune, compact string) bool {
	text := []rune(compact)
	for start, r := range text {
		if r != abbreviation[0] {
			continue
		}
		at, k := start, 1
		for j := start + 1; j < len(text) && k < len(abbreviation) && j-at <= abbreviationStretch && zhtext.IsHan(text[j]); j++ {
			if text[j] == abbreviation[k] {
				at = j
				k++
			}
		}
		if k == len(abbreviation) {
			return true
		}
	}
	return false
}
