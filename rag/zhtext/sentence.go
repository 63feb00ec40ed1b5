package zhtext

import (
	"strings"
	"unicode"
)

// Range is a half-open range of runes.
type Range struct{ Start, End int }

// Overlaps tells whether two ranges have a rune in common.
func (r Range) Overlaps(o Range) bool { return r.Start < o.End && o.Start < r.End }

// Covers tells whether a range holds all of another.
func (r Range) Covers(o Range) bool { return r.Start <= o.Start && o.End <= r.End }

// Sentences cuts text at the ends of its sentences, in runes. The ranges touch:
// concatenated they are the text. Closing quotes and brackets stay with the
// sentence they close, white space with the sentence before it (at the very
// beginning, with the first one). An end inside quotation marks ends the
// sentence too when the quotation ends with it, unless the sentence goes on
// with a comma or 的. Old print sets ．for 。: it ends a sentence behind a
// Chinese character. Line breaks and full-width semicolons are ends; the full
// stops of numbers, abbreviations and addresses are none.
func Sentences(text string) []Range {
	runes := []rune(text)
	var out []Range
	start, i := 0, 0
	for i < len(runes) && isSpace(runes[i]) {
		i++
	}
	quotes := 0 // straight quotation marks since start: an odd one closes
	for i < len(runes) {
		if runes[i] == '"' {
			quotes++
		}
		if !endsSentence(runes, start, i) {
			i++
			continue
		}
		end := i + 1
		for end < len(runes) && (isTerminator(runes[end]) && !isBreak(runes[end]) || isCloser(runes[end], quotes)) {
			if runes[end] == '"' {
				quotes++
			}
			end++
		}
		if !isBreak(runes[i]) && goesOn(runes, i, end) {
			i = end
			continue
		}
		for end < len(runes) && isSpace(runes[end]) {
			end++
		}
		out = append(out, Range{start, end})
		start, i, quotes = end, end, 0
	}
	if start < len(runes) {
		out = append(out, Range{start, len(runes)})
	}
	return out
}

func isTerminator(r rune) bool {
	switch r {
	case '。', '｡', '！', '？', '；', '!', '?', '…', '⋯', '‼', '⁇', '⁈', '⁉', '︒', '︔', '︕', '︖', '﹒', '﹔', '﹖', '﹗', '\n', '\u2028', '\u2029':
		return true
	}
	return false
}

func isBreak(r rune) bool { return r == '\n' || r == '\u2028' || r == '\u2029' }

func isCloser(r rune, quotes int) bool {
	switch r {
	case '”', '’', '」', '』', '）', ')', '】', '》', '〉', '〕', '］', ']', '﹂', '﹄':
		return true
	case '"':
		return quotes%2 == 1
	}
	return false
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u3000' || r == '\u00a0' || r == '\u2028' || r == '\u2029'
}

// endsSentence tells whether the rune at i ends the sentence that began at start.
func endsSentence(runes []rune, start, i int) bool {
	next := at(runes, i+1)
	switch runes[i] {
	case '.', '．', ';':
		if runes[i] == '．' && i > start && stopsHere(runes, start, i) {
			return true
		}
		// Only ahead of white space or the end: 4.0 and example.org stay whole.
		k := i + 1
		for k < len(runes) && isCloser(runes[k], 1) {
			k++
		}
		if k < len(runes) && !isSpace(runes[k]) {
			return false
		}
		return runes[i] == ';' || !isAbbreviation(runes, start, i)
	case '!', '?':
		// Not inside an address: example.org/?q=1
		return !(next < 0x80 && (isWordRune(next) || next == '=' || next == '&' || next == '/'))
	default:
		return isTerminator(runes[i])
	}
}

// stopsHere tells whether a wide full stop at i is one of Chinese print: behind a
// Chinese character or what closes behind one, not ahead of a figure or Latin
// letter, and not behind the number of a list (一．).
func stopsHere(runes []rune, start, i int) bool {
	last := runes[i-1]
	if next := at(runes, i+1); !IsHan(last) && !isCloser(last, 1) || IsDigit(next) || isLatinLetter(next) {
		return false
	}
	for start < i && isSpace(runes[start]) {
		start++
	}
	if i-start > 3 {
		return true
	}
	for _, r := range runes[start:i] {
		if !strings.ContainsRune("一二三四五六七八九十", r) {
			return true
		}
	}
	return false
}

// goesOn tells whether a sentence goes on behind its terminators and closing
// marks between i and end: “好！”的声音, 《你好！》一书, 甲、乙……，等.
func goesOn(runes []rune, i, end int) bool {
	switch next := at(runes, end); next {
	case '，', '、', '：', ',', '的', '》', '〉':
		return true
	default:
		if last := runes[end-1]; end-i > 1 && (last == '》' || last == '〉') {
			return next != 0 && !isSpace(next)
		}
	}
	return false
}

var abbreviations = set("mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "vs", "inc", "ltd", "co", "corp", "jr", "sr", "e.g", "i.e", "etc", "u.s", "u.k", "u.n", "fig", "vol", "pp", "gov", "gen", "sen", "rep", "approx", "est", "dept",
	"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "a.m", "p.m", "ph.d")

// isAbbreviation tells whether the full stop at i belongs to an abbreviation
// or a list number at the beginning of the sentence, so that no sentence ends.
func isAbbreviation(runes []rune, start, i int) bool {
	k := i
	for k > start && i-k < 8 && (isLatinLetter(runes[k-1]) || runes[k-1] == '.') {
		k--
	}
	if i-k == 1 && unicode.IsUpper(runes[k]) {
		return true // an initial
	}
	if k < i && abbreviations[Fold(string(runes[k:i]))] {
		next := i + 1
		for next < len(runes) && isSpace(runes[next]) {
			next++
		}
		return next < len(runes) && runes[i+1] == ' '
	}
	if k < i && at(runes, i+1) == ' ' && isListLetter(runes[k:i]) {
		for k > start && isSpace(runes[k-1]) {
			k--
		}
		return k == start
	}
	d := i
	for d > start && i-d < 3 && IsDigit(runes[d-1]) {
		d--
	}
	if d == i {
		return false
	}
	if at(runes, i+1) != ' ' {
		return false
	}
	first := d
	for d > start && isSpace(runes[d-1]) {
		d--
	}
	return d == start || d < first && IsHan(at(runes, i+2)) // "… 2. 项目" in a list
}

// isListLetter tells whether letters can be the number of an item: a letter, or a few
// of those that the Romans counted with.
func isListLetter(letters []rune) bool {
	for _, r := range letters {
		if !strings.ContainsRune("ivxIVX", r) && len(letters) > 1 {
			return false
		}
	}
	return isLatinLetter(letters[0])
}

func isLatinLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
