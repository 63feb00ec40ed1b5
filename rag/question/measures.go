package question

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"zhiwen/rag/zhtext"
)

// measureWords are the words that say what a figure measures, not of what (金额,
// 占比), longest first: those that tell the class of a quantity, and their synonyms.
var measureWords = sync.OnceValue(func() []string {
	seen := map[string]bool{}
	for _, class := range classWords {
		for _, w := range class.words {
			seen[w] = true
			if g := synonyms()[w]; g != nil {
				for _, other := range g.words {
					seen[other] = true
				}
			}
		}
	}
	var out []string
	for w := range seen {
		if runes := []rune(w); len(runes) > 1 && zhtext.IsHan(runes[0]) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return out
})

// WithoutMeasures blanks the words that say what a figure measures out of a text.
func WithoutMeasures(text string) string {
	for _, w := range measureWords() {
		text = strings.ReplaceAll(text, w, " ")
	}
	return text
}
