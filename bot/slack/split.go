package slack

import (
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// split cuts text into pieces of at most limit runes, at sentence ends. Only a
// single sentence that is longer than the limit is cut inside, at a comma when
// there is one. Markers ("[1]") stay with the sentence before them.
// Concatenated, the pieces are the text.
func split(text string, limit int) []string {
	if utf8.RuneCountInString(text) <= limit {
		if text == "" {
			return nil
		}
		return []string{text}
	}
	var pieces []string
	var b strings.Builder
	n := 0
	flush := func() {
		if n > 0 {
			pieces = append(pieces, b.String())
			b.Reset()
			n = 0
		}
	}
	for _, s := range sentences(text) {
		r := []rune(s)
		if n+len(r) > limit {
			flush()
		}
		for len(r) > limit {
			cut := limit
			for i := limit - 1; i > limit/2; i-- {
				if strings.ContainsRune("，、：,: ", r[i]) {
					cut = i + 1
					break
				}
			}
			pieces = append(pieces, string(r[:cut]))
			r = r[cut:]
		}
		b.WriteString(string(r))
		n += len(r)
	}
	flush()
	return pieces
}

// sentences cuts text at sentence ends, each with the markers that follow it.
func sentences(text string) []string {
	runes := []rune(text)
	var out []string
	for _, r := range zhtext.Sentences(text) {
		s := string(runes[r.Start:r.End])
		if len(out) > 0 {
			if m := leadingMarkers(s); m > 0 {
				out[len(out)-1] += s[:m]
				if s = s[m:]; s == "" {
					continue
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// leadingMarkers returns the length in bytes of the markers that s begins with.
func leadingMarkers(s string) int {
	n := 0
	for {
		rest := strings.TrimLeft(s[n:], " ")
		if !strings.HasPrefix(rest, "[") {
			return n
		}
		digits := strings.TrimLeft(rest[1:], "0123456789")
		if len(digits) == len(rest)-1 || !strings.HasPrefix(digits, "]") {
			return n
		}
		n = len(s) - len(digits) + 1
		for n < len(s) && (s[n] == '\n' || s[n] == ' ') {
			n++
		}
	}
}
