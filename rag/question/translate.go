package question

import (
	"zhiwen/rag/zhtext"
)

// Translated puts the Chinese words that the thesaurus has for those of an
// English question behind it, so that both sides can find Chinese sources.
func Translated(question string) string {
	if zhtext.MainLanguage(question) != "en" {
		return question
	}
	out := question
	for _, w := range zhtext.LatinWords(zhtext.Fold(question)) {
		g := synonyms()[w]
		if g == nil {
			continue
		}
		for _, alt := range g.words {
			if zhtext.IsHan([]rune(alt)[0]) {
				out += " " + alt
				break
			}
		}
	}
	return out
}
