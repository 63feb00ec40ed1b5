package extract

import (
	"regexp"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// stretchAsked makes of a stretch what the question asks for: without a stray rune
// ahead, of a period or a move the side that is asked for, of a list the whole.
func stretchAsked(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
	if at = askedCell(asked, p, at, sentence); at.End <= at.Start {
		return at
	}
	at = askedSide(asked, p, withoutStray(p, at), sentence)
	return wholeChoice(asked, p, wholeList(asked, p, askedEnd(asked, p, at, sentence), sentence), sentence)
}

// widen makes of what the rules cut out what the question asks for, nothing where it is
// one item of a list.
func (c *candidate) widen(asked string) {
	if c.short == nil {
		return
	}
	p := c.paragraph
	at := zhtext.Range{Start: c.short.start, End: c.short.end}
	switch whole := stretchAsked(asked, p, at, p.Sentences[c.sentence].Range); {
	case whole == at:
	case whole.End <= whole.Start || whole.End-whole.Start > maxShortRunes:
		c.short = nil
	default:
		c.short = &span{whole.Start, whole.End}
	}
}

// apart are words that set figures of a sentence apart from each other.
var apart = regexp.MustCompile(`\d{4}年|上一?年|去年|其中|[由从原曾]|[费金价款税薪]`)

// setAside are the figures of a sentence that are not the answer whatever stands around
// them, none if all are. Where a reader has looked, it has a say first.
func setAside(asked string, part question.Part, p *evidence.Paragraph, i int) []zhtext.Range {
	if p.Read || !apart.MatchString(p.Sentences[i].Text) {
		return nil
	}
	var out []zhtext.Range
	left := false
	for _, s := range siblings(asked, p, i) {
		switch {
		case !s.answers(part, p):
		case s.Old:
			out = append(out, s.Range)
		default:
			left = true
		}
	}
	if !left {
		return nil
	}
	return out
}

// withoutStray leaves out a rune ahead of a figure or a day that belongs to what stands
// before: 后 in 结清费用后7个工作日.
func withoutStray(p *evidence.Paragraph, at zhtext.Range) zhtext.Range {
	if at.End-at.Start < 3 || !strings.ContainsRune("后的为是达有了于在由自从被将则须可按", p.Text[at.Start]) {
		return at
	}
	for _, q := range p.Quantities() {
		if q.Start == at.Start+1 {
			if p.Text[at.Start] == '后' && zhtext.UnitClass(q.Unit) != zhtext.ClassDuration {
				return at // 后三名
			}
			at.Start++
			return at
		}
	}
	for _, d := range p.Dates() {
		if d.Start == at.Start+1 {
			at.Start++
			return at
		}
	}
	return at
}

// decides tells whether a stretch may answer a question for yes or no: it says yes or no by
// itself, or it denies, allows or demands something and nothing of the question stands only
// behind it. 免费 does not answer 要预约吗 where 无需预约 follows.
func decides(text string, later float64) bool {
	return yesOrNo.MatchString(text) || later == 0 && polar.MatchString(text)
}

var (
	yesOrNo = regexp.MustCompile(`^(?:不?(?:可以|能|会|是|行|需要?|必|用|要)|否|无需|无须|没?有)$`)
	polar   = regexp.MustCompile(`[不无免未没勿可能须应得禁允准必需要是有否]`)
)
