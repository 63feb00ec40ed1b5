package eval

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var (
	thousands = regexp.MustCompile(`(\d),(\d{3})`)
	marker    = regexp.MustCompile(`\[(\d{1,4})\]`)
	// number takes a decimal number; thousands separators are gone by then.
	number = regexp.MustCompile(`\d+(?:\.\d+)?`)
)

// fold makes spellings comparable: width (NFKC), letter case, thousands
// separators, blanks and the shapes of quotation marks do not count.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	for {
		t := thousands.ReplaceAllString(s, "$1$2")
		if t == s {
			break
		}
		s = t
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '「', '」', '『', '』', '"':
			return '"'
		case '‘', '’', '\'':
			return '\''
		case '—', '–', '-', '−':
			return '-'
		}
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// foldKeepingWords is fold for text in which the gap between two numbers or
// Latin words matters: "32 20" must not read as 3220.
func foldKeepingWords(s string) string {
	var b strings.Builder
	for _, field := range strings.FieldsFunc(s, unicode.IsSpace) {
		f := fold(field)
		if f == "" {
			continue
		}
		if b.Len() > 0 {
			last, _ := lastRune(b.String())
			first := []rune(f)[0]
			if isASCIIWord(last) && isASCIIWord(first) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(f)
	}
	return b.String()
}

func lastRune(s string) (rune, bool) {
	r := []rune(s)
	if len(r) == 0 {
		return 0, false
	}
	return r[len(r)-1], true
}

func isASCIIWord(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// holds tells whether text holds the spelling, both folded by
// foldKeepingWords. A spelling that begins or ends with a digit must not be a
// part of a longer number: 92 does not stand in 1920 or 92.5.
func holds(text, spelling string) bool {
	if spelling == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], spelling)
		if i < 0 {
			return false
		}
		i += from
		if wholeNumber(text, i, i+len(spelling)) {
			return true
		}
		from = i + 1
	}
}

func wholeNumber(text string, start, end int) bool {
	if isDigit(text[start]) && start > 0 {
		if isDigit(text[start-1]) || text[start-1] == '.' && start > 1 && isDigit(text[start-2]) {
			return false
		}
	}
	if isDigit(text[end-1]) && end < len(text) {
		if isDigit(text[end]) || text[end] == '.' && end+1 < len(text) && isDigit(text[end+1]) {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
