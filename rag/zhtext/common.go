package zhtext

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed words.txt
var wordTable string

// commonWords holds the last characters of common words, by what stands ahead of them.
var commonWords = sync.OnceValue(func() map[string]string {
	out := make(map[string]string, strings.Count(wordTable, "\n"))
	for line := range strings.Lines(wordTable) {
		if ahead, last, ok := strings.Cut(strings.TrimSpace(line), " "); ok && ahead != "#" {
			out[ahead] = last
		}
	}
	return out
})

// IsCommonWord tells whether a folded text is a word of two or three characters that is common
// in the language at large, whether or not the collection holds it. It needs no segmenter.
func IsCommonWord(t string) bool {
	last, size := utf8.DecodeLastRuneInString(t)
	return size < len(t) && strings.ContainsRune(commonWords()[t[:len(t)-size]], last)
}
