package question

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed thesaurus.txt
var thesaurusText string

// group is what the thesaurus knows of a word.
type group struct {
	words []string // words of the same meaning
	same  []string // those of them that can stand in its place
	// vague marks words whose absence from a source says little: verbs, which
	// writers vary, and nouns such as 情况.
	vague bool
}

// synonyms maps each word of the thesaurus to what is known of it.
var synonyms = sync.OnceValue(func() map[string]*group {
	out := map[string]*group{}
	for line := range strings.Lines(thesaurusText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		vague := strings.HasPrefix(line, "~") || strings.HasPrefix(line, "-")
		words := strings.Fields(strings.TrimLeft(line, "~-="))
		for _, w := range words {
			g := out[w]
			if g == nil {
				g = &group{vague: vague}
				out[w] = g
			}
			g.vague = g.vague || vague
			if strings.HasPrefix(line, "-") {
				continue
			}
			for _, other := range words {
				if other == w {
					continue
				}
				g.words = append(g.words, other)
				if strings.HasPrefix(line, "=") {
					g.same = append(g.same, other)
				}
			}
		}
	}
	return out
})

// IsVague tells whether the thesaurus lists a word as vague: a verb, mostly.
func IsVague(word string) bool {
	g := synonyms()[word]
	return g != nil && g.vague
}

// Same are the thesaurus's words that can stand in the place of a folded word: 出租方 for
// 房东.
func Same(word string) []string {
	if g := synonyms()[word]; g != nil {
		return g.same
	}
	return nil
}
