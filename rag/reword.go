package rag

import (
	"slices"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// inTheirWords puts a question into the words of what was found: where no passage has a
// word of it but one has another of the same meaning, that takes its place (房东 becomes
// 出租方). The reader knows what stands in front of it better than what people call it.
func inTheirWords(asked string, words []question.Word, hits []Hit) string {
	var texts []string
	for _, w := range words {
		others := question.Same(w.Text)
		if len(others) == 0 || w.Vague || len([]rune(w.Text)) < 2 || !strings.Contains(asked, w.Text) {
			continue
		}
		if texts == nil { // most questions have no such word
			for _, h := range hits {
				texts = append(texts, zhtext.CompactString(headed(h)+"\n"+joined(h)))
			}
		}
		if other := theirWord(w.Text, others, texts); other != "" {
			asked = strings.ReplaceAll(asked, w.Text, other)
		}
	}
	return asked
}

// theirWord is the one of other words that the best text with any has, "" where a text
// has the word itself or none has another.
func theirWord(word string, others, texts []string) string {
	if slices.ContainsFunc(texts, func(text string) bool { return question.HoldsWord(text, word) }) {
		return ""
	}
	for _, text := range texts {
		for _, other := range others {
			if len([]rune(other)) > 1 && question.HoldsWord(text, other) {
				return other
			}
		}
	}
	return ""
}
