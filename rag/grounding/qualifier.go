package grounding

import (
	"regexp"
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

// qualifiedWords are words with what makes another thing of them ahead: 未满 and 满, 毫秒 and 秒,
// 副主任 and 主任.
var qualifiedWords = []*regexp.Regexp{regexp.MustCompile(`未(满)`), regexp.MustCompile(`不(满)`), regexp.MustCompile(`毫(\p{Han})`), regexp.MustCompile(`副(\p{Han}.?)`)}

// partQualifierGuard: the same of two clauses that restate each other. Where the source's
// has a word only behind a qualifier, the claim's must not have it without.
func partQualifierGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		if share < alignedShare || hasDenial(c.text) {
			continue
		}
		other := src.clauses[i].text
		for _, q := range qualifiedWords {
			m := q.FindStringSubmatch(other)
			if m == nil || strings.Count(other, m[1]) != strings.Count(other, m[0]) {
				continue
			}
			if strings.Contains(c.text, m[1]) && !strings.Contains(c.text, m[0]) {
				return m[0]
			}
		}
	}
	return ""
}
