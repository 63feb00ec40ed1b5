package grounding

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// rowMargin is by how much another of a row must have the better claim to what is said.
const rowMargin = 0.6

// rowGuard: what the source says of the south is not said of the north. A word of a
// row (南部, 承租方) is bound like a figure: where the source has another of its row,
// what the claim says must stand closer to the claim's.
func rowGuard(claim *statement, src *source) string {
	for i, r := range claim.runes {
		if i+1 >= len(claim.runes) || !zhtext.IsHan(claim.runes[i+1]) || strings.ContainsRune(functionRunes, claim.runes[i+1]) {
			continue
		}
		next := claim.runes[i+1]
		for _, set := range bindingRows {
			if !strings.ContainsRune(set, r) {
				continue
			}
			own := src.wide.places(string([]rune{r, next}))
			var rivals []zhtext.Range
			for _, o := range set {
				if word := string([]rune{o, next}); o != r && !strings.Contains(string(claim.runes), word) {
					rivals = append(rivals, src.wide.places(word)...)
				}
			}
			if src.wide.givenTo(claim, zhtext.Range{Start: i, End: i + 2}, own, rivals, rowMargin) {
				return string([]rune{r, next})
			}
		}
	}
	return ""
}

// bindingRows are the rows of which one member is bound to what is said of it.
var bindingRows = []string{"东南西北", "高低", "上下", "男女", "大小", "内外", "早晚", "新旧老", "甲乙丙丁", "出承", "原被", "买卖", "春夏秋冬", "单双"}

// places are where a word stands in a statement.
func (s *statement) places(word string) []zhtext.Range {
	var out []zhtext.Range
	w := []rune(word)
	for i := 0; i+len(w) <= len(s.runes); i++ {
		if string(s.runes[i:i+len(w)]) == word {
			out = append(out, zhtext.Range{Start: i, End: i + len(w)})
		}
	}
	return out
}
