package grounding

import (
	"strings"
	"unicode"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// longestWord is the longest word of the thesaurus and of glue that is looked
// for in a claim, in runes.
const longestWord = 6

// novel returns the first stretch of a Chinese claim that neither the span nor
// the texts around it hold and that is more than glue; "" if none. Averages over
// a sentence would let one foreign name ride on ten true words.
func (v Verifier) novel(claim *parsedClaim, p *evidence.Paragraph, first, last int, derived bool) string {
	if claim.language == "en" {
		return v.novelName(claim, p)
	}
	pool := v.pool(p, first, last)
	covered := claim.coveredBy(pool)
	cover := func(word string) {
		w := []rune(word)
		for i := 0; i+len(w) <= len(claim.compact); i++ {
			if string(claim.compact[i:i+len(w)]) == word {
				for k := range w {
					covered[i+k] = true
				}
			}
		}
	}
	for _, q := range claim.quantities {
		cover(zhtext.CompactString(q.Text)) // figures are compared by value
	}
	for _, d := range claim.dates {
		cover(zhtext.CompactString(d.Text))
	}
	if derived {
		for _, w := range deriveWords {
			cover(w)
		}
	}
	for _, w := range v.Analysis.Words { // what was asked may be said where it is found
		if w.Number == nil && strings.Contains(string(claim.compact), w.Text) && v.found(w, p, first, last) {
			cover(w.Text)
		}
	}
	for i := range claim.compact {
		for n := 1; n <= longestWord && i+n <= len(claim.compact); n++ {
			if word := string(claim.compact[i : i+n]); zhtext.IsGlue(word) || n > 1 && restates(word, pool) {
				for k := i; k < i+n; k++ {
					covered[k] = true
				}
			}
		}
	}
	for start := 0; start < len(claim.compact); start++ {
		end := start
		for end < len(claim.compact) && claim.content[end] && !covered[end] && zhtext.IsHan(claim.compact[end]) {
			end++
		}
		if end > start {
			return string(claim.compact[start:end])
		}
	}
	return ""
}

// pool is where a claim's words may come from: the span and what stands right
// around it.
func (v Verifier) pool(p *evidence.Paragraph, first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		b.WriteString(p.Sentences[i].Folded)
		b.WriteByte(0)
	}
	if p.Heading != "" {
		b.WriteString(zhtext.CompactString(p.Heading))
		b.WriteByte(0)
	}
	return b.String() + p.Title + "\x00" + neighbours(p, first, last)
}

// found tells whether a word of the question stands in or around the sentences.
func (v Verifier) found(w question.Word, p *evidence.Paragraph, first, last int) bool {
	for i := first; i <= last; i++ {
		if p.Cover([]question.Word{w}, i)[0] >= evidence.FoundCover {
			return true
		}
	}
	return false
}

// restates tells whether the thesaurus has a word as vague or as another word
// for one that the text holds.
func restates(word, text string) bool {
	return question.IsVague(word) || zhtext.ContainsAny(text, question.Synonyms(word))
}

// coveredBy marks the runes that stand in the text as part of a pair.
func (c *parsedClaim) coveredBy(text string) []bool {
	covered := make([]bool, len(c.compact))
	for i := 0; i+2 <= len(c.compact); i++ {
		if strings.Contains(text, string(c.compact[i:i+2])) {
			covered[i], covered[i+1] = true, true
		}
	}
	return covered
}

// novelName returns a name of an English claim that its English source does not
// hold: a capitalised word that starts no sentence.
func (v Verifier) novelName(claim *parsedClaim, p *evidence.Paragraph) string {
	asked := zhtext.Fold(v.Analysis.Question)
	start := true
	for _, w := range strings.Fields(claim.text) {
		name := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		capital := name != "" && unicode.IsUpper([]rune(name)[0])
		folded := zhtext.Fold(name)
		if capital && !start && len(name) > 2 && !zhtext.IsStopWord(folded) && len(zhtext.Dates(name)) == 0 &&
			!question.HoldsWord(p.Folded, folded) && !question.HoldsWord(p.Title, folded) && !question.HoldsWord(p.Lead, folded) && !question.HoldsWord(asked, folded) {
			return name
		}
		start = strings.HasSuffix(w, ".") || strings.HasSuffix(w, ":")
	}
	return ""
}
