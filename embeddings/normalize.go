package embeddings

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalizer is BERT's text cleaning, as the BertNormalizer of the Hugging Face
// tokenizers library does it.
type normalizer struct {
	cleanText    bool // drop control characters, make every blank a space
	chineseChars bool // stand every Han character alone
	stripAccents bool
	lowercase    bool
}

// apply returns the cleaned text.
func (n normalizer) apply(text string) string {
	out := make([]byte, 0, len(text)+len(text)/2)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if n.cleanText {
			switch {
			case r == 0 || r == utf8.RuneError || isControl(r):
				continue
			case unicode.IsSpace(r):
				r = ' '
			}
		}
		if n.chineseChars && isHan(r) {
			out = append(out, ' ')
			out = utf8.AppendRune(out, r)
			out = append(out, ' ')
			continue
		}
		if n.lowercase && !n.stripAccents {
			out = appendLower(out, r)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	if !n.stripAccents {
		return string(out)
	}
	// Lower-casing comes after the accents, as in the original.
	in := out
	if !norm.NFD.IsNormal(in) {
		in = norm.NFD.Bytes(in)
	}
	out = make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		r, size := utf8.DecodeRune(in[i:])
		switch {
		case unicode.Is(unicode.Mn, r):
		case n.lowercase:
			out = appendLower(out, r)
		default:
			out = append(out, in[i:i+size]...)
		}
		i += size
	}
	return string(out)
}

// appendLower appends the lower case of r. The dotted capital İ is the one
// character whose lower case is two characters long.
func appendLower(out []byte, r rune) []byte {
	if r == 'İ' {
		return append(out, "i̇"...)
	}
	return utf8.AppendRune(out, unicode.ToLower(r))
}

// isControl covers the Unicode categories Cc, Cf, Co and Cs, but not unassigned
// code points (Cn), which unicode.C includes.
func isControl(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// isPunctuation treats all of ASCII's symbols as punctuation, as BERT does.
func isPunctuation(r rune) bool {
	if r < 0x80 {
		return r >= '!' && r <= '/' || r >= ':' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
	}
	return unicode.IsPunct(r)
}

// isHan covers the blocks that BERT calls Chinese; the gaps are the original's.
func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF ||
		r >= 0x3400 && r <= 0x4DBF ||
		r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2B73F ||
		r >= 0x2B740 && r <= 0x2B81F ||
		r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x2F800 && r <= 0x2FA1F
}
