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
// what the claim says must stand closer to the claim's. So is what tells two things of a
// kind apart by the runes ahead of the same word: 四年级, 五年级; 红肉组, 白肉组.
func rowGuard(claim *statement, src *source) string {
	text := string(src.wide.runes)
	for i := 0; i+1 < len(claim.runes); i++ {
		clause := claim.clauseAt(i)
		if clause < 0 {
			continue
		}
		said := claim.clauses[clause].text
		r, next := claim.runes[i], claim.runes[i+1]
		if row := rowOf(r, bindingRows); row != "" && isContentRune(next) {
			var rivals []zhtext.Range
			for _, o := range row {
				if word := string([]rune{o, next}); o != r && !strings.Contains(string(claim.runes), word) {
					rivals = append(rivals, places(text, word)...)
				}
			}
			word := string([]rune{r, next})
			if src.wide.givenTo(claim, zhtext.Range{Start: i, End: i + 2}, places(text, word), rivals, rowMargin) {
				return word
			}
		}
		for size := longestQualifier; size >= 1; size-- {
			at, ok := claim.qualified(i, size, src.wide)
			if !ok {
				continue
			}
			word := claim.runes[at.Start:at.End]
			own, rivals := src.wide.begun(word, 0), slices.DeleteFunc(src.wide.begun(word, size), func(r zhtext.Range) bool {
				return strings.Contains(said, string(src.wide.runes[r.Start:r.End]))
			})
			if src.wide.tellsOfOther(claim.toldOf(clause, at), own, rivals) {
				return string(word)
			}
			break
		}
	}
	return ""
}

const (
	// longestQualifier is how many runes that tell two things apart are looked at,
	// leastShared and mostShared how many the two have in common behind them.
	longestQualifier        = 2
	leastShared, mostShared = 2, 4
)

// qualified is the longest stretch of a statement from i on that begins with a qualifier
// of a size and that another one has too.
func (s *statement) qualified(i, size int, in *statement) (at zhtext.Range, ok bool) {
	if !s.begins(i) {
		return at, false
	}
	for shared := mostShared; shared >= leastShared; shared-- {
		end := i + size + shared
		if end <= len(s.runes) && isName(s.runes[i:end]) && len(in.begun(s.runes[i:end], 0)) > 0 {
			return zhtext.Range{Start: i, End: end}, true
		}
	}
	return at, false
}

// isName tells whether a stretch can name a thing: all Han, and none that joins words.
func isName(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool { return !zhtext.IsHan(r) || strings.ContainsRune(joiners, r) })
}

// joiners are runes that join words and begin none that is told apart from another.
const joiners = "的了在是和与及或由被把给从对向到为等就都也还不没有将每各该此其这那"

// begins tells whether a word can begin at a rune: ahead of it the clause begins, or a
// rune that joins it to what was said.
func (s *statement) begins(i int) bool {
	return i == 0 || !zhtext.IsTermRune(s.runes[i-1]) || strings.ContainsRune(joiners, s.runes[i-1])
}

// begun are the places where a statement has a word, or with other another one that goes
// on as the word does behind as many runes.
func (s *statement) begun(word []rune, other int) (out []zhtext.Range) {
	for i := 0; i+len(word) <= len(s.runes); i++ {
		here := s.runes[i : i+len(word)]
		if slices.Equal(here[other:], word[other:]) && (other == 0 || here[0] != word[0]) && isName(here) && s.begins(i) {
			out = append(out, zhtext.Range{Start: i, End: i + len(word)})
		}
	}
	return out
}

// toldOf is what a clause says beside the word at a place.
func (s *statement) toldOf(clause int, at zhtext.Range) (out []weighted) {
	for _, t := range s.clauses[clause].tokens {
		if !at.Overlaps(t.Range) {
			out = append(out, weighted{t.key, t.weight})
		}
	}
	return out
}

// tellsOfOther tells whether what is told stands closer to rivals of a thing than to
// the thing itself.
func (s *statement) tellsOfOther(told []weighted, own, rivals []zhtext.Range) bool {
	if len(own) == 0 || len(rivals) == 0 {
		return false
	}
	all := append(slices.Clone(rivals), own...)
	mine, theirs := s.nearest(told, own, all), s.nearest(told, rivals, all)
	return theirs > mine+rowMargin && theirs > bindingRatio*mine
}
