package article

import (
	"strings"
	"unicode"
)

var (
	superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻", "–", "⁻")
	subscripts   = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "+", "₊", "-", "₋", "−", "₋", "–", "₋")
)

// raised writes a text that stands raised behind the character before: an exponent
// (10⁶, m³) stays one, and digits behind a word are the mark of a note.
func raised(before rune, text string) string {
	text = strings.TrimSpace(text)
	switch {
	case !isScript(text):
		return text
	case before < unicode.MaxASCII && (unicode.IsLetter(before) || unicode.IsDigit(before) || before == ')'), before == '×', before == '㎡':
		return superscripts.Replace(text)
	case strings.ContainsAny(text, "+-−–"):
		return text
	}
	return "[" + text + "]"
}

// lowered writes a text that stands lowered: H₂O.
func lowered(text string) string {
	if text = strings.TrimSpace(text); isScript(text) {
		return subscripts.Replace(text)
	}
	return text
}

// isScript tells whether a text is a few digits, with a sign or without.
func isScript(text string) bool {
	digits := strings.TrimLeft(text, "+-−–")
	return digits != "" && len(text) < 8 && strings.Trim(digits, "0123456789") == ""
}
