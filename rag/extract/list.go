package extract

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

var (
	asksThings = regexp.MustCompile(`(?:有|是|为|供|含|括|设|带|交|备|卖|做|产|种|养|用|要|些|几)?(?:什么|哪些|哪几|啥)`)
	noThings   = regexp.MustCompile(`(?:什么|啥)(?:时候|时间|地方|人|原因|名字|意思)|为(?:什么|啥)|第[一二三四五六七八九十]|最`)
	lastLink   = regexp.MustCompile(`^.*(?:以及|和|与|及|或)`)
)

// wholeList takes in the rest of a list joined with 、 of which a stretch holds an item,
// where the question asks what (办理须带什么): one item is not the answer. It is empty
// where the ends of the list do not show.
func wholeList(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	if at.End <= at.Start || !asksThings.MatchString(asked) || noThings.MatchString(asked) || !inList(p.Text, at, sentence) {
		return at
	}
	left, right := at.Start, at.End
	if isLink(p.Text, at.Start-1) {
		if left = listStart(asked, p, at.Start, sentence); left < 0 {
			return zhtext.Range{Start: at.Start, End: at.Start}
		}
	}
	if isLink(p.Text, at.End) {
		right = listEnd(p.Text, at.End, sentence)
	}
	items := strings.Split(string(p.Text[left:right]), "、")
	longest := 0
	for _, item := range items[:len(items)-1] {
		longest = max(longest, len([]rune(item)))
	}
	last := lastLink.ReplaceAllString(items[len(items)-1], "")
	if len([]rune(last)) > 2*longest+2 { // more than an item stands there
		return zhtext.Range{Start: at.Start, End: at.Start}
	}
	return zhtext.Range{Start: left, End: right}
}

// wholeChoice takes in the other side of what 或者 joins a stretch to, where the reader sees
// the whole; it is empty where it does not: 监事会 alone is not who may call a meeting that
// 三分之一以上董事或者监事会 may call.
func wholeChoice(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	if at.End <= at.Start || isFact(p, at) || strings.Contains(asked, "还是") { // 9月或降息
		return at
	}
	ahead, behind := choiceEnds.FindString(string(p.Text[sentence.Start:at.Start])), choiceBegins.FindString(string(p.Text[at.End:max(at.End, sentence.End)]))
	if ahead == "" && behind == "" {
		return at
	}
	from, to := at.Start, at.End // reaches into what stands on the other side
	if ahead != "" {
		from -= len([]rune(ahead)) + 1
	}
	if behind != "" {
		to += len([]rune(behind))
	}
	for _, f := range p.Findings { // best first
		if sentence.Covers(f.Range) && f.Start <= from && f.End >= to {
			return f.Range
		}
	}
	return zhtext.Range{Start: at.Start, End: at.Start}
}

var (
	choiceEnds   = regexp.MustCompile(`或者?$`)
	choiceBegins = regexp.MustCompile(`^或(?:者\p{Han}|[^许者称叫名以])`) // with a rune of the other side
)

// inList tells whether a 、 stands right beside a stretch.
func inList(text []rune, at, sentence zhtext.Range) bool {
	return at.Start > sentence.Start && isLink(text, at.Start-1) || at.End < sentence.End && isLink(text, at.End)
}

// isLink tells whether a 、 joins items there: the one behind the number of a paragraph
// does not.
func isLink(text []rune, i int) bool {
	if i <= 0 || i >= len(text) || text[i] != '、' {
		return false
	}
	start := i
	for start > 0 && strings.ContainsRune("0123456789一二三四五六七八九十", text[start-1]) {
		start--
	}
	return start == i || start > 0 && !isEdge(text[start-1]) && text[start-1] != '\n'
}

// listEnd is where the item behind the last 、 ends.
func listEnd(text []rune, from int, sentence zhtext.Range) int {
	end := from
	for end < sentence.End && (!isEdge(text[end]) || text[end] == '、') && !strings.ContainsRune("（()）等", text[end]) {
		end++
	}
	last := end
	for last > from && text[last-1] != '、' {
		last--
	}
	// What counts the items is no item: 五项材料.
	for _, q := range zhtext.Quantities(string(text[last:end])) {
		if q.Start > 0 {
			return last + q.Start
		}
	}
	return end
}

// listStart is where the first item begins of a list that has an item at the place: where
// the reader sees one begin, or behind what the question says ahead of 什么; -1 where
// nothing tells.
func listStart(asked string, p *evidence.Paragraph, at int, sentence zhtext.Range) int {
	head := at
	for head > sentence.Start && (!isEdge(p.Text[head-1]) || isLink(p.Text, head-1)) {
		head--
	}
	first := head
	for first < at && p.Text[first] != '、' {
		first++
	}
	for _, f := range p.Findings { // best first
		if f.Start >= head && f.Start < first && f.End >= first {
			return f.Start
		}
	}
	before := []rune(asked[:asksThings.FindStringIndex(asked)[0]])
	verb := asksThings.FindString(asked)
	before = append(before, []rune(strings.NewReplacer("什么", "", "哪些", "", "哪几", "", "啥", "").Replace(verb))...)
	item := string(p.Text[head:first])
	for n := min(3, len(before)); n > 1; n-- {
		if ahead, _, found := strings.Cut(item, string(before[len(before)-n:])); found {
			start := head + len([]rune(ahead)) + n
			for start < first && slices.Contains([]rune("了着有的为是：:“"), p.Text[start]) {
				start++
			}
			if start < first {
				return start
			}
		}
	}
	return -1
}
