package grounding

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// speakerGuard: who is said to have said it, said it.
func speakerGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		words := find("speech", c.text)
		if len(words) == 0 {
			continue
		}
		name := speaker(c.text[:words[0].start])
		if len([]rune(name)) < 2 || len([]rune(name)) > 14 {
			continue
		}
		text := string(src.runes)
		if has("anybody", name) && has("speech", text+src.before) {
			continue
		}
		if sharesPair(name, text) {
			if others := find("speech", text); len(others) > 0 && nearestSpeaker(text, others, name) {
				continue
			}
			if len(find("speech", text)) == 0 {
				continue
			}
		}
		// Nobody speaks in the window: who spoke last ahead of it goes on.
		if len(find("speech", text)) == 0 {
			ahead := find("speech", src.before)
			if len(ahead) == 0 || sharesPair(name, lastStretch(src.before, ahead[len(ahead)-1].start)) {
				continue
			}
			return name
		}
		if pronoun(text) && sharesPair(name, src.before) {
			continue
		}
		return name
	}
	return ""
}

// speaker is the name at the end of what stands ahead of a word of speech.
func speaker(ahead string) string {
	runes := []rune(ahead)
	for i := len(runes) - 1; i >= 0; i-- {
		if !zhtext.IsHan(runes[i]) && runes[i] != '·' && !isLatinOrDigit(runes[i]) {
			return string(runes[i+1:])
		}
	}
	return ahead
}

// lastStretch is the sentence of a text that ends at byte end.
func lastStretch(text string, end int) string {
	start := strings.LastIndexAny(text[:end], "。！？!?\n")
	return text[start+1 : end]
}

// nearestSpeaker tells whether the name stands right ahead of one of the words
// of speech, in its sentence.
func nearestSpeaker(text string, words []found, name string) bool {
	for _, w := range words {
		if sharesPair(name, lastStretch(text, w.start)) {
			return true
		}
	}
	return false
}

func pronoun(text string) bool {
	return strings.ContainsAny(string([]rune(text)[:min(20, len([]rune(text)))]), "他她")
}

// sharesPair tells whether two neighbouring runes of a name stand in a text.
func sharesPair(name, text string) bool {
	runes := []rune(name)
	for i := 0; i+2 <= len(runes); i++ {
		if strings.Contains(text, string(runes[i:i+2])) {
			return true
		}
	}
	return false
}
