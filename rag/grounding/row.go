package grounding

import (
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// rows are runes of which one tells from another what the same word follows:
// 最低气温 and 最高气温, 北部 and 南部. No rune is of two rows.
var rows = []string{"东南西北", "高低", "上下", "男女", "早晚", "新旧老", "内外", "大小"}

var (
	// rowRunes are those by which a label is told from another.
	rowRunes = slices.Concat(rows, []string{"前后", "左右"})
	// bindingRows are those of which one member is bound to what is said of it.
	bindingRows = slices.Concat(rows, []string{"甲乙丙丁", "出承", "原被", "买卖", "春夏秋冬", "单双"})
)

// rowOf is the row that a rune is of, "" if none.
func rowOf(r rune, rows []string) string {
	for _, row := range rows {
		if strings.ContainsRune(row, r) {
			return row
		}
	}
	return ""
}

// rowMargin is by how much another of a row must have the better claim to what is said.
const rowMargin = 0.6

// rowGuard: what the source says of the south is not said of the north. A word of a
// row (南部, 承租方) is bound like a figure: where the source has another of its row,
// what the claim says must stand closer to the claim's.
func rowGuard(claim *statement, src *source) string {
	said, text := string(claim.runes), string(src.wide.runes)
	for i := 0; i+1 < len(claim.runes); i++ {
		r, next := claim.runes[i], claim.runes[i+1]
		row := rowOf(r, bindingRows)
		if row == "" || !isContentRune(next) {
			continue
		}
		var rivals []zhtext.Range
		for _, o := range row {
			if word := string([]rune{o, next}); o != r && !strings.Contains(said, word) {
				rivals = append(rivals, places(text, word)...)
			}
		}
		word := string([]rune{r, next})
		if src.wide.givenTo(claim, zhtext.Range{Start: i, End: i + 2}, places(text, word), rivals, rowMargin) {
			return word
		}
	}
	return ""
}
