package bot

import "unicode"

// Language is the language to answer in.
type Language string

const (
	Chinese Language = "zh"
	English Language = "en"
)

// LanguageOf tells the language of a question: Chinese when it has a Chinese
// character, English when it has only Latin letters, fallback when neither.
func LanguageOf(text string, fallback Language) Language {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return Chinese
		}
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	if latin {
		return English
	}
	if fallback == "" {
		return Chinese
	}
	return fallback
}
