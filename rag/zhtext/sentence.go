package zhtext

// Range is a half-open range of runes.
type Range struct{ Start, End int }

// Sentences cuts text at the ends of its sentences, in runes. The ranges touch:
// concatenated they are the text. Closing quotes and brackets stay with the
// sentence they close, white space with the sentence before it. An end inside
// quotation marks ends the sentence too when the quotation ends with it.
func Sentences(text string) []Range {
	runes := []rune(text)
	var out []Range
	start := 0
	for i := 0; i < len(runes); {
		if !endsSentence(runes, i) {
			i++
			continue
		}
		end := i + 1
		for end < len(runes) && (isTerminator(runes[end]) || isCloser(runes[end])) {
			end++
		}
		for end < len(runes) && isSpace(runes[end]) {
			end++
		}
		out = append(out, Range{start, end})
		start, i = end, end
	}
	if start < len(runes) {
		out = append(out, Range{start, len(runes)})
	}
	return out
}

func isTerminator(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '!', '?', '…', '\n':
		return true
	}
	return false
}

func isCloser(r rune) bool {
	switch r {
	case '”', '’', '」', '』', '）', ')', '】', '》', '"', ']':
		return true
	}
	return false
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u3000' || r == '\u00a0'
}

// endsSentence tells whether the rune at i ends a sentence. A Latin full stop
// or semicolon does so only ahead of white space or the end, so that 4.0 and
// example.org stay whole; a single ellipsis within a list goes on.
func endsSentence(runes []rune, i int) bool {
	switch r := runes[i]; r {
	case '.', ';':
		return i+1 == len(runes) || isSpace(runes[i+1]) || isCloser(runes[i+1]) && (i+2 == len(runes) || isSpace(runes[i+2]))
	default:
		return isTerminator(r)
	}
}
