package extract

import (
	"regexp"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// A field is a line that gives a name and a value: 服务热线：400 123, 审判员 尤佳, and each
// cell of a table's row, whose first cell names the row: 项目：额定功率，小号：330瓦.
var (
	cell      = regexp.MustCompile(`(?:^|[，；;,])\s*([^：:，。；;,\n]{1,16})[：:]\s*([^：:，。；;,\n]+)`)
	signature = regexp.MustCompile(`^\s*(\p{Han}{2,8})[ 　]+(\S{1,20}(?: \S{1,12})?)\s*$`)
)

// labels are the names of the fields in a sentence, compact.
func labels(sentence string) (out []string) {
	for i, m := range cell.FindAllStringSubmatch(sentence, -1) {
		out = append(out, zhtext.CompactString(m[1]))
		if i == 0 { // a row is named by what stands in its first cell
			out = append(out, zhtext.CompactString(m[2]))
		}
	}
	if m := signature.FindStringSubmatch(sentence); m != nil {
		out = append(out, zhtext.CompactString(m[1]))
	}
	return out
}

// labelled is the share of the question's words that name fields of a sentence, without
// those that stand in the title and name the whole.
func labelled(part question.Part, p *evidence.Paragraph, i int) float64 {
	named, total := 0.0, 0.0
	fields := labels(p.Sentences[i].Text)
	for _, w := range part.Words {
		if w.Number != nil || strings.Contains(p.Title, w.Text) {
			continue
		}
		total += w.Need
		best := 0.0
		for _, label := range fields {
			best = max(best, names(label, w))
		}
		named += w.Need * best
	}
	if total == 0 {
		return 0
	}
	return named / total
}

// names tells how well a field is called by a word, 0 to 1: one of the two may say more
// than the other.
func names(label string, w question.Word) float64 {
	size, n := float64(len([]rune(label))), float64(len([]rune(w.Text)))
	if n < 2 || size < 2 {
		return 0
	}
	if strings.Contains(w.Text, label) {
		return size / n
	}
	return question.Match(w, label) * min(1, (n+2)/size)
}
