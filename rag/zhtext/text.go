package zhtext

import (
	"strings"
)

// CompactString is the form that texts are compared in: folded, without blanks
// but for those between Latin words.
func CompactString(s string) string {
	runes, offsets := Compact(s)
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && offsets[i]-offsets[i-1] > 1 && isASCIIWord(runes[i-1]) && isASCIIWord(r) && !(IsDigit(runes[i-1]) && IsDigit(r)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isASCIIWord(r rune) bool { return r >= 'a' && r <= 'z' || IsDigit(r) }

// IsTermRune tells whether a folded rune belongs to words or figures.
func IsTermRune(r rune) bool {
	return IsHan(r) || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
}

// LatinWords are the words in Latin letters of a folded text, stop words left out.
func LatinWords(folded string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(w) >= 2 && !IsStopWord(w) {
			out = append(out, w)
		}
	}
	return out
}

// ContainsAny tells whether a text holds any of the words.
func ContainsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// MainLanguage is "en" for a question in English, Chinese names in it or not, else "zh".
func MainLanguage(question string) string {
	han, latin := 0, 0
	for _, r := range question {
		switch {
		case IsHan(r):
			han++
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			latin++
		}
	}
	if latin > 3*han {
		return "en"
	}
	return "zh"
}
