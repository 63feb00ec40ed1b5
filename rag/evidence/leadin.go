package evidence

import (
	"regexp"
	"strings"
)

// LeadIn is the sentence that ends in a colon and has sentence i among what it leads to,
// compact: 会员大会行使下列职权： ahead of （二）选举理事. It is "" where there is none.
func (p *Paragraph) LeadIn(i int) string { return p.leadIns[i] }

// LeadsIn tells whether a sentence ends in a colon.
func (s Sentence) LeadsIn() bool {
	return strings.HasSuffix(s.Text, "：") || strings.HasSuffix(s.Text, ":")
}

// leadIns are the sentences that lead in to the one that is read next, outermost first.
type leadIns []leadIn

type leadIn struct {
	text  string // compact
	style string // how its items are numbered: "（一）", "1."; "" before the first of them
	items bool   // the first of them was read
}

// numbering is how a line begins that is an item of a numbered list.
var numbering = regexp.MustCompile(`^[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.．、]`)

// style is the numbering of a line with its number taken for any, "" where there is none.
func style(line string) string {
	mark := strings.NewReplacer("（", "(", "）", ")").Replace(numbering.FindString(line))
	for of, any := range numerals {
		mark = of.ReplaceAllString(mark, any)
	}
	return mark
}

var numerals = map[*regexp.Regexp]string{
	regexp.MustCompile(`\d+`): "1", regexp.MustCompile(`[一二三四五六七八九十]+`): "一", regexp.MustCompile(`[a-zA-Z]`): "a",
}

// over is what leads in to a sentence, which is then known itself; begins says that it begins
// a line. A line that is not numbered as the items before ends their list.
func (l *leadIns) over(s Sentence, begins bool) string {
	for begins && len(*l) > 0 {
		top := &(*l)[len(*l)-1]
		now := style(s.Text)
		if !top.items {
			top.items, top.style = true, now
		}
		if top.style == now {
			break
		}
		*l = (*l)[:len(*l)-1]
	}
	text := ""
	if len(*l) > 0 {
		text = (*l)[len(*l)-1].text
	}
	if s.LeadsIn() {
		*l = append(*l, leadIn{text: s.Folded})
	}
	return text
}
