package grounding

import (
	"regexp"
	"strings"
)

// causeGuard: two facts side by side are no cause and effect, unless they stand in
// one sentence.
func causeGuard(claim *statement, src *source) string {
	if other := src.otherCause(claim); other != "" {
		return other
	}
	words := find("cause", string(claim.runes))
	if len(words) == 0 || has("reason", string(src.runes)) || has("reason", src.before) || src.inOneSentence(claim) {
		return ""
	}
	return words[0].word
}

// because is a cause ahead of what it brings about; 因此 and 因而 stand behind it.
var because = regexp.MustCompile(`(?:由于|因为?)(\p{Han}{2,10})`)

// causeIn is the first cause that a text gives, "" if none.
func causeIn(text string) string {
	for _, m := range because.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[1], "此") && !strings.HasPrefix(m[1], "而") {
			return m[1]
		}
	}
	return ""
}

// sharedRunes is how many different Han of words a text has: 盐分太高 and 盐度过高 share two.
func sharedRunes(words, text string) int {
	seen := map[rune]bool{}
	for _, r := range words {
		if strings.ContainsRune(text, r) && !strings.ContainsRune(particles, r) {
			seen[r] = true
		}
	}
	return len(seen)
}

// otherCause is the cause of a claim where the sentence that it restates gives another one
// and has nothing of the claim's.
func (src *source) otherCause(claim *statement) string {
	for _, c := range claim.clauses {
		mine := causeIn(c.text)
		if mine == "" || has("denial-behind", c.text) {
			continue
		}
		i, share := src.aligned(c)
		if k := claim.clauseAt(c.End + 1); share < plannedShare && k >= 0 {
			i, share = src.aligned(claim.clauses[k])
		}
		if share < plannedShare {
			continue
		}
		if in := src.sentenceOf(i); causeIn(in) != "" && !sharesPair(mine, in) && sharedRunes(mine, in) < 2 {
			return mine
		}
	}
	return ""
}

// inOneSentence tells whether one sentence of the source holds something of each
// clause of a claim.
func (src *source) inOneSentence(claim *statement) bool {
	sentence := ""
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		if i < 0 || share < looselyAligned {
			return false
		}
		if in := src.sentenceOf(i); sentence == "" {
			sentence = in
		} else if in != sentence {
			return false
		}
	}
	return len(claim.clauses) > 1
}
