package grounding

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// substitutionGuard: where claim and source say the same but for one name or
// word, and the claim's word stands elsewhere in the source, the claim has taken
// one thing for another.
func substitutionGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		if strings.Contains(string(src.runes), c.text) || strings.ContainsRune(c.text, '、') {
			continue // word for word, or a list, whose items are for the binding
		}
		if o, ok := src.partner(claim, c); ok {
			if x := substituted([]rune(c.text), []rune(o.text), src); x != "" {
				return x
			}
		}
	}
	return ""
}

const (
	// minSubstitute and maxSubstitute bound the length of what is exchanged.
	minSubstitute, maxSubstitute = 2, 12
	// minFlank is how many runes on both sides together must be the same.
	minFlank = 3
)

// substituted aligns two clauses and returns a stretch of the claim that stands
// where the source has something else, and that the source has elsewhere.
func substituted(claim, source []rune, src *source) string {
	pairs := commonRunes(claim, source)
	ci, si := 0, 0
	for n := 0; n <= len(pairs); n++ {
		ce, se := len(claim), len(source)
		if n < len(pairs) {
			ce, se = pairs[n][0], pairs[n][1]
		}
		x, y := string(claim[ci:ce]), string(source[si:se])
		if ce-ci >= minSubstitute && ce-ci <= maxSubstitute && se-si >= minSubstitute && se-si <= maxSubstitute &&
			flank(pairs, n) >= minFlank && allContent(claim[ci:ce]) && allContent(source[si:se]) &&
			!strings.Contains(string(claim), y) && !strings.Contains(string(source), x) && !sharesRune(x, y) &&
			(strings.Contains(string(src.runes), x) || strings.Contains(src.around, x)) {
			return x
		}
		if ce-ci == 1 && se-si == 1 && exchangedRune(claim, source, ci, si, flank(pairs, n), src) {
			return x
		}
		if n < len(pairs) {
			ci, si = ce+1, se+1
		}
	}
	return ""
}

// flank counts the runes that are the same in both texts in a row on either
// side of gap n.
func flank(pairs [][2]int, n int) int {
	count := 0
	for i := n - 1; i >= 0; i-- {
		count++
		if i > 0 && (pairs[i-1][0] != pairs[i][0]-1 || pairs[i-1][1] != pairs[i][1]-1) {
			break
		}
	}
	for i := n; i < len(pairs); i++ {
		count++
		if i+1 < len(pairs) && (pairs[i+1][0] != pairs[i][0]+1 || pairs[i+1][1] != pairs[i][1]+1) {
			break
		}
	}
	return count
}

// commonRunes is the longest common subsequence of two texts as pairs of places.
func commonRunes(a, b []rune) [][2]int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i++
			j++
		case table[i+1][j] >= table[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

func allContent(runes []rune) bool {
	for _, r := range runes {
		if !zhtext.IsHan(r) && !isLatinOrDigit(r) && r != '·' || zhtext.IsStopWord(string(r)) {
			return false
		}
	}
	return !isDigitRun(runes) // figures are for other guards
}

func isDigitRun(runes []rune) bool {
	for _, r := range runes {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

func sharesRune(a, b string) bool { return strings.ContainsAny(a, b) }

// exchangedRune tells whether a rune stands where the source has another one, and
// makes another thing of the word: 南门 for 北门, 出租方 for 承租方.
func exchangedRune(claim, source []rune, ci, si, flank int, src *source) bool {
	x, y := claim[ci], source[si]
	if flank < minFlank-1 || !isContentRune(x) || !isContentRune(y) {
		return false
	}
	text := string(src.wide.runes)
	for _, beside := range []int{1, -1} { // the rune behind it, the one ahead
		c, s := ci+beside, si+beside
		if c < 0 || s < 0 || c >= len(claim) || s >= len(source) || claim[c] != source[s] || !isContentRune(claim[c]) {
			continue
		}
		mine, theirs := string(claim[min(ci, c):max(ci, c)+1]), string(source[min(si, s):max(si, s)+1])
		if strings.Contains(string(claim), theirs) || strings.Contains(string(source), mine) {
			continue
		}
		if strings.ContainsRune(rowOf(x, rowRunes), y) || beside > 0 && flank >= minFlank && strings.Contains(text, mine) { // 提升 is 提高
			return true
		}
	}
	return false
}

// functionRunes hold words together or say how much; another one makes no other thing.
const functionRunes = particles + "由和须应需可能会已按每各给让使则才再很太更最不未无没一二三四五六七八九十百千万个名位只仅约近超满多少来去起里时候什么怎样如何"

func isContentRune(r rune) bool { return zhtext.IsHan(r) && !strings.ContainsRune(functionRunes, r) }
