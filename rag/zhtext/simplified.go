package zhtext

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed simplified.txt
var simplifiedTable string

// simplifiedRunes maps traditional characters to simplified ones.
var simplifiedRunes = sync.OnceValue(func() map[rune]rune {
	out := make(map[rune]rune, 4096)
	for line := range strings.Lines(simplifiedTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pair := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(pair); i += 2 {
			out[pair[i]] = pair[i+1]
		}
	}
	return out
})

// Simplified writes traditional characters in their simplified form, rune for
// rune, so that offsets stay. A character with several simplified readings gets
// the most common one.
func Simplified(s string) string {
	table := simplifiedRunes()
	return strings.Map(func(r rune) rune {
		if to, ok := table[r]; ok {
			return to
		}
		return r
	}, s)
}
