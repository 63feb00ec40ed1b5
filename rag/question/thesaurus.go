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
		words := strings.Fields(strings.TrimLeft(line, "~-"))
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
				if other != w {
					g.words = append(g.words, other)
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

// Synonyms are the thesaurus's other words for a folded word.
func Synonyms(word string) []string {
	if g := synonyms()[word]; g != nil {
		return g.words
	}
	return nil
}
