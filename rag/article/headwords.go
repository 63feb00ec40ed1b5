package article

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

//go:embed headings.txt
var headingWords string

// headClasses are the classes of words of headings.txt, by name.
var headClasses = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(headingWords) {
		if name, words, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			out[name] = append(out[name], strings.Fields(words)...)
		}
	}
	return out
})

// withoutCompounds takes out of a text the words in which no predicate stands.
var withoutCompounds = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, w := range headClasses()["compound"] {
		pairs = append(pairs, w, " ")
	}
	return strings.NewReplacer(pairs...)
})

const (
	maxBareHead = 16 // runes of a heading that ends with a full stop
	maxBareWord = 6  // runes of one that ends with no noun of headings
)

// isBareName tells whether a text without its number and its stop only names
// something: it is short, states no figure and holds no predicate.
func isBareName(text string) bool {
	if n := utf8.RuneCountInString(text); n < 2 || n > maxBareHead || hasFigure(text) {
		return false
	}
	for _, q := range zhtext.Quantities(text) {
		if q.Unit != "" {
			return false
		}
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !strings.ContainsRune("、·“”‘’《》（）()/／ 　-—", r) {
			return false
		}
	}
	rest := withoutCompounds().Replace(zhtext.Simplified(text))
	for _, w := range headClasses()["predicate"] {
		if strings.Contains(rest, w) {
			return false
		}
	}
	return strings.ContainsFunc(text, zhtext.IsHan)
}

// endsAsHeading tells whether a text ends with what headings end with.
func endsAsHeading(text string) bool { return endsWith(text, "noun") }

// endsAsColumn tells whether a text ends with what the headers of columns end with.
func endsAsColumn(text string) bool {
	name, _ := cutUnit(text)
	return endsWith(name, "column") || endsWith(name, "noun")
}

// endsWith tells whether a text ends with a word of a class.
func endsWith(text, class string) bool {
	text = zhtext.Simplified(strings.TrimRight(text, "”》）) 　"))
	for n, words := 0, headEnds()[class]; n < maxHeadWord && text != ""; n++ {
		at := len(text)
		for range n + 1 {
			_, size := utf8.DecodeLastRuneInString(text[:at])
			at -= size
		}
		if words[text[at:]] {
			return true
		}
		if at == 0 {
			return false
		}
	}
	return false
}

// maxHeadWord is the longest word of headings.txt that a text may end with, in runes.
const maxHeadWord = 6

// headEnds are the words of the classes as sets.
var headEnds = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for class, words := range headClasses() {
		out[class] = map[string]bool{}
		for _, w := range words {
			out[class][w] = true
		}
	}
	return out
})
