package grounding

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// qualifierGuard: the vice chairman is not the chairman, and a semi-final is no
// final. A word that the source has only behind such a part must have it in the
// claim too.
func qualifierGuard(claim *statement, src *source) string {
	text, said := string(src.runes), string(claim.runes)
	for _, q := range closedClasses()["qualifier"].words {
		for from := 0; ; {
			at := strings.Index(text[from:], q)
			if at < 0 {
				break
			}
			at += from + len(q)
			from = at
			word := []rune(text[at:])
			if len(word) < 2 || !zhtext.IsHan(word[0]) || !zhtext.IsHan(word[1]) {
				continue
			}
			w := string(word[:2])
			if strings.Count(text, w) == strings.Count(text, q+w) && strings.Contains(said, w) && !strings.Contains(said, q+w) && strings.Count(src.before, w) == strings.Count(src.before, q+w) {
				return w
			}
		}
	}
	return ""
}

// aheadOf are what makes another thing of the word behind it within a clause: 未满 and 满,
// 毫秒 and 秒.
var aheadOf = []string{"未满", "不满", "毫", "副"}

// partQualifierGuard: the same of two clauses that restate each other. Where the source's
// has a word only behind a qualifier, the claim's must not have it without.
func partQualifierGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		if i < 0 || share < alignedShare {
			continue
		}
		other := src.clauses[i].text
		for _, q := range aheadOf {
			word, bare := q, ""
			if r := []rune(q); len(r) > 1 {
				bare = string(r[1:]) // 满 of 未满
			} else if at := strings.Index(other, q); at >= 0 {
				behind := []rune(other[at+len(q):])
				if len(behind) == 0 || !zhtext.IsHan(behind[0]) {
					continue
				}
				n := 1
				if q == "副" && len(behind) > 1 {
					n = 2
				}
				bare = string(behind[:n])
				word = q + bare
			}
			if bare == "" || strings.Count(other, word) == 0 || strings.Count(other, bare) != strings.Count(other, word) {
				continue
			}
			if strings.Contains(c.text, bare) && !strings.Contains(c.text, word) && !denies(c.text) {
				return word
			}
		}
	}
	return ""
}
