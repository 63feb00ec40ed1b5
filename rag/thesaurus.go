package rag

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed thesaurus.txt
var thesaurusText string

// group is what a word may stand for.
type group struct {
	words []string
	light bool
}

// synonyms maps each word of the thesaurus to the words of all its groups.
var synonyms = sync.OnceValue(func() map[string]*group {
	out := map[string]*group{}
	for line := range strings.Lines(thesaurusText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		light := strings.HasPrefix(line, "~")
		words := strings.Fields(strings.TrimPrefix(line, "~"))
		for _, w := range words {
			g := out[w]
			if g == nil {
				g = &group{light: light}
				out[w] = g
			}
			g.light = g.light && light
			for _, other := range words {
				if other != w {
					g.words = append(g.words, other)
				}
			}
		}
	}
	return out
})
