package rag

import (
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Limits of what is read ahead of a passage.
const (
	openingParagraphs = 6    // of an article, in which names are introduced
	openingRunes      = 2000 // of these
	introducedRunes   = 48   // of a sentence, around the word
	introductions     = 2    // sentences
)

// introducer finds what articles say of words that a passage lacks: a contract names its
// parties once, and its clauses never again. Read without that, a clause does not answer
// a question that names a party.
type introducer struct {
	words []question.Word
	known map[string][]introduction // by article
}

// introduction is a sentence that may introduce a name.
type introduction struct{ text, compact string }

func newIntroducer(words []question.Word) *introducer {
	in := &introducer{known: map[string][]introduction{}}
	for _, w := range words {
		if w.Number == nil && !w.Vague && w.Rare && len([]rune(w.Text)) > 1 {
			in.words = append(in.words, w)
		}
	}
	return in
}

// introduce returns the sentences at the article's beginning that hold most of the
// question's words which stand neither in the passage nor over it, a line each; "" where
// none is missing, or none found.
func (in *introducer) introduce(h Hit) string {
	missing := lacking(in.words, zhtext.CompactString(headed(h)+"\n"+joined(h)))
	var lines []string
	for len(missing) > 0 && len(lines) < introductions {
		var best introduction
		most := 0.0
		for _, s := range in.opening(h.Article) {
			if sum := weightHeld(missing, s.compact); sum > most {
				best, most = s, sum
			}
		}
		if most == 0 {
			break
		}
		lines = append(lines, shortened(best.text, missing))
		missing = lacking(missing, best.compact)
	}
	return strings.Join(lines, "\n")
}

// lacking are the words of which a compact text holds nothing.
func lacking(words []question.Word, compact string) []question.Word {
	var out []question.Word
	for _, w := range words {
		if question.Match(w, compact) == 0 {
			out = append(out, w)
		}
	}
	return out
}

// weightHeld is the weight of the words that a compact text holds.
func weightHeld(words []question.Word, compact string) float64 {
	sum := 0.0
	for _, w := range words {
		sum += w.Weight * question.Match(w, compact)
	}
	return sum
}

// opening are the sentences of an article's first paragraphs.
func (in *introducer) opening(a *article.Article) []introduction {
	if out, ok := in.known[a.ID]; ok {
		return out
	}
	var out []introduction
	left := openingRunes
	for _, p := range a.Paragraphs[:min(len(a.Paragraphs), openingParagraphs)] {
		runes := []rune(p.Text)
		runes = runes[:min(len(runes), left)]
		left -= len(runes)
		for _, r := range zhtext.Sentences(string(runes)) {
			text := string(runes[r.Start:r.End])
			out = append(out, introduction{text, zhtext.CompactString(text)})
		}
	}
	in.known[a.ID] = out
	return out
}

// shortened is a sentence, or of a long one the part around the first of the words.
func shortened(sentence string, words []question.Word) string {
	runes := []rune(strings.TrimSpace(sentence))
	if len(runes) <= introducedRunes {
		return string(runes)
	}
	at, folded := len(runes), zhtext.Fold(string(runes))
	for _, w := range words {
		if i := strings.Index(folded, w.Text); i >= 0 {
			at = min(at, len([]rune(folded[:i])))
		}
	}
	start := max(0, min(at-introducedRunes/3, len(runes)-introducedRunes))
	return string(runes[start : start+introducedRunes])
}
