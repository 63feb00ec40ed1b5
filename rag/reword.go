package rag

import (
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// inTheirWords puts a question into the words of what was found: where no passage has a
// word of it but one has another of the same meaning, that takes its place (房东 becomes
// 出租方). The reader knows what stands in front of it better than what people call it.
func inTheirWords(asked string, words []question.Word, hits []Hit) string {
	texts := make([]string, len(hits))
	for i, h := range hits {
		texts[i] = zhtext.CompactString(headed(h) + "\n" + joined(h))
	}
	for _, w := range words {
		if w.Number != nil || w.Vague || len([]rune(w.Text)) < 2 || !strings.Contains(asked, w.Text) {
			continue
		}
		if other := theirWord(w, texts); other != "" {
			asked = strings.ReplaceAll(asked, w.Text, other)
		}
	}
	return asked
}

// theirWord is the word of the same meaning that the best text with any has, "" where a
// text has the word itself or none has another.
func theirWord(w question.Word, texts []string) string {
	for _, text := range texts {
		if question.HoldsWord(text, w.Text) {
			return ""
		}
	}
	for _, text := range texts {
		for _, other := range question.Same(w.Text) {
			if len([]rune(other)) > 1 && question.HoldsWord(text, other) {
				return other
			}
		}
	}
	return ""
}
