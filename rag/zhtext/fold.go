package zhtext

import (
	"strings"
	"unicode"
)

// Fold maps text to the form in which it is compared: half-width, lower case,
// simplified characters,
// one kind of each quotation mark, dash and blank. Every rune becomes exactly
// one rune, so offsets stay.
func Fold(s string) string { return string(foldRunes(s)) }

func foldRunes(s string) []rune {
	runes := []rune(s)
	for i, r := range runes {
		runes[i] = foldRune(r)
	}
	return runes
}

// fold returns a folded copy.
func fold(runes []rune) []rune {
	f := make([]rune, len(runes))
	for i, r := range runes {
		f[i] = foldRune(r)
	}
	return f
}

func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		if r == '\t' || r == '\r' {
			return ' '
		}
		return r
	case 0x4e00 <= r && r <= 0x9fff: // the bulk of Chinese text
		return simplifiedHan()[r-0x4e00]
	case 0xff01 <= r && r <= 0xff5e: // full-width ASCII
		return foldRune(r - 0xfee0)
	}
	switch r {
	case '“', '”', '„', '‟', '「', '」', '『', '』', '〝', '〞', '＂', '«', '»', '﹁', '﹂', '﹃', '﹄':
		return '"'
	case '‘', '’', '‚', '‛', '′':
		return '\''
	case '—', '–', '―', '‐', '‑', '‒', '−', '─', '﹣', '﹘':
		return '-'
	case '〜', '～', '∼', '˜':
		return '~'
	case '·', '•', '‧', '・', '･', '∙', '●':
		return '·'
	case '、', '﹑', '､':
		return '、'
	case '。', '｡':
		return '。'
	case '﹐', '︐':
		return ','
	case '﹔':
		return ';'
	case '﹕', '︰', '∶':
		return ':'
	case '﹗':
		return '!'
	case '﹖':
		return '?'
	case '﹪':
		return '%'
	case '﹙', '〔', '【', '〖', '［', '︵':
		return '('
	case '﹚', '〕', '】', '〗', '］', '︶':
		return ')'
	case '〈', '《', '︿', '︽':
		return '<'
	case '〉', '》', '﹀', '︾':
		return '>'
	case '￥', '¥':
		return '¥'
	case '\u00a0', '\u3000', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006',
		'\u2007', '\u2008', '\u2009', '\u200a', '\u202f', '\u205f', '\u1680':
		return ' '
	case '\u2028', '\u2029', '\u0085':
		return '\n'
	}
	return unicode.ToLower(r)
}

// Compact is the text for containment tests: folded, without blanks and
// thousands separators. offsets[i] is where text[i] stands in s, in runes.
func Compact(s string) (text []rune, offsets []int) {
	folded := foldRunes(s)
	text = make([]rune, 0, len(folded))
	offsets = make([]int, 0, len(folded))
	for i, r := range folded {
		if unicode.IsSpace(r) || isInvisible(r) || isThousandsSeparator(folded, i) {
			continue
		}
		text = append(text, r)
		offsets = append(offsets, i)
	}
	return text, offsets
}

// isThousandsSeparator tells whether the comma at i stands between digits with
// exactly three of them behind it, as in 1,000 but not in 5,6.
func isThousandsSeparator(folded []rune, i int) bool {
	if folded[i] != ',' || i == 0 || i+3 >= len(folded) || !IsDigit(folded[i-1]) {
		return false
	}
	for k := 1; k <= 3; k++ {
		if !IsDigit(folded[i+k]) {
			return false
		}
	}
	if i+4 < len(folded) && IsDigit(folded[i+4]) {
		return false
	}
	first := i // one to three digits stand ahead of the first separator
	for first > 0 && IsDigit(folded[first-1]) {
		first--
	}
	return i-first <= 3
}

// Clean makes untrusted text safe to store and to show on a terminal: it drops
// control bytes except line feed and tab, zero-width and other invisible
// characters, and overrides of the writing direction. Invalid bytes become
// U+FFFD.
func Clean(s string) string {
	clean := true
	for _, r := range s {
		if r == unicode.ReplacementChar || isUnsafe(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isUnsafe(r) {
			return -1
		}
		return r
	}, s)
}

func isUnsafe(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return r < 0x20 || 0x7f <= r && r < 0xa0 || r > 0xa0 && isInvisible(r)
}

// isInvisible covers what takes no room and so can hide or reorder text:
// format characters (zero-width, bidi controls, tags, soft hyphen), fillers
// and variation selectors.
func isInvisible(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case 0x4e00 <= r && r <= 0x9fff:
		return false
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5:
		return true
	case 0xfe00 <= r && r <= 0xfe0f, 0xe0100 <= r && r <= 0xe01ef:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// Language is "zh" for text that holds Han characters, else "en".
func Language(s string) string {
	for _, r := range s {
		if IsHan(r) {
			return "zh"
		}
	}
	return "en"
}

// IsHan tells whether r is a Han character. 〇 and 々 count, punctuation does not.
func IsHan(r rune) bool {
	switch {
	case r < 0x2e80:
		return false
	case 0x4e00 <= r && r <= 0x9fff:
		return true
	}
	return unicode.Is(unicode.Han, r)
}

func IsDigit(r rune) bool { return '0' <= r && r <= '9' }

// isLatin is meant for folded runes, but knows the letters beyond ASCII too.
func isLatin(r rune) bool {
	return 'a' <= r && r <= 'z' || r >= 0xc0 && r < 0x2e80 && unicode.IsLetter(r)
}
