package zhtext

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed simplified.txt
var simplifiedTable string

// simplifiedHan is the simplified form of each character from U+4E00 to U+9FFF.
var simplifiedHan = sync.OnceValue(func() *[0x9fff - 0x4e00 + 1]rune {
	var out [0x9fff - 0x4e00 + 1]rune
	for i := range out {
		out[i] = 0x4e00 + rune(i)
	}
	for line := range strings.Lines(simplifiedTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pair := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(pair); i += 2 {
			if at := pair[i] - 0x4e00; at >= 0 && int(at) < len(out) {
				out[at] = pair[i+1]
			}
		}
	}
	return &out
})

// Simplified writes traditional characters in their simplified form, rune for
// rune, so that offsets stay. A character with several simplified readings gets
// the most common one.
func Simplified(s string) string {
	table := simplifiedHan()
	return strings.Map(func(r rune) rune {
		if r >= 0x4e00 && r <= 0x9fff {
			return table[r-0x4e00]
		}
		return r
	}, s)
}
