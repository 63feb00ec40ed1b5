package grounding

import (
	"strconv"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// parsedClaim is a claim taken apart into what can be checked.
type parsedClaim struct {
	text       string // as it was written
	short      bool   // cut out of a sentence, which is a claim of its own
	language   string
	compact    []rune
	content    []bool // runes of compact that are content
	quantities []zhtext.Quantity
	dates      []zhtext.Date
	editions   []int
	quotes     []string // compact
	latin      []string // folded names and words in Latin letters
	negated    bool
	derives    bool // says that a figure is computed (合计, 相差)
	sums       bool // says that a figure is a total (一共)
	totals     []zhtext.Quantity
}

func parseClaim(text string) *parsedClaim {
	c := &parsedClaim{text: text, language: zhtext.Language(text)}
	c.compact = []rune(zhtext.CompactString(text))
	c.content = contentRunes(c.compact)
	c.quantities = zhtext.Quantities(text)
	c.dates = zhtext.Dates(text)
	c.editions = zhtext.EditionYears(text)
	runes := []rune(text)
	for _, pair := range [][2]rune{{'“', '”'}, {'《', '》'}, {'「', '」'}, {'"', '"'}} {
		c.quotes = append(c.quotes, quotesIn(runes, pair[0], pair[1])...)
	}
	c.latin = zhtext.LatinWords(zhtext.Fold(text))
	c.negated = negated(string(c.compact))
	c.derives = zhtext.ContainsAny(string(c.compact), deriveWords)
	if c.sums = zhtext.ContainsAny(string(c.compact), sumWords); c.sums {
		c.totals = totalsOf(runes, c.quantities)
	}
	return c
}

func (c *parsedClaim) empty() bool {
	for _, is := range c.content {
		if is {
			return false
		}
	}
	return len(c.quantities) == 0 && len(c.dates) == 0
}

// contentRunes marks the letters, digits and Han that are no stop words.
func contentRunes(text []rune) []bool {
	out := make([]bool, len(text))
	for i, r := range text {
		out[i] = zhtext.IsTermRune(r) && !(zhtext.IsHan(r) && zhtext.IsStopWord(string(r)))
	}
	for i := 0; i+2 <= len(text); i++ {
		if zhtext.IsHan(text[i]) && zhtext.IsStopWord(string(text[i:i+2])) {
			out[i], out[i+1] = false, false
		}
	}
	return out
}

// coverage is the share of the claim's content runes that stand in the text as
// part of a run of two or more runes, or are figures there by value.
func (c *parsedClaim) coverage(compact string) float64 {
	covered := make([]bool, len(c.compact))
	for i := 0; i+2 <= len(c.compact); i++ {
		if strings.Contains(compact, string(c.compact[i:i+2])) {
			covered[i], covered[i+1] = true, true
		}
	}
	n, held := 0, 0
	for i, is := range c.content {
		if !is || c.compact[i] >= '0' && c.compact[i] <= '9' {
			continue // figures are checked by value
		}
		n++
		if covered[i] {
			held++
		}
	}
	if n == 0 {
		return 1
	}
	return float64(held) / float64(n)
}

// invented returns a stretch of the claim that the texts do not hold: a clause of
// which next to nothing is covered, or a long run of runes in a row. Averages
// over a sentence would let a true figure carry a false clause.
func (c *parsedClaim) invented(span, around string) string {
	covered := make([]bool, len(c.compact))
	for i := 0; i+2 <= len(c.compact); i++ {
		if pair := string(c.compact[i : i+2]); strings.Contains(span, pair) || strings.Contains(around, pair) {
			covered[i], covered[i+1] = true, true
		}
	}
	start := 0
	for end := 0; end <= len(c.compact); end++ {
		if end < len(c.compact) && !strings.ContainsRune("，,；;、：:。.！!？?", c.compact[end]) {
			continue
		}
		if c.clauseInvented(start, end, covered) {
			return string(c.compact[start:end])
		}
		start = end + 1
	}
	return ""
}

const (
	// minClauseCoverage is the least share of a clause's content that its
	// sources must hold.
	minClauseCoverage = 0.3
	// longestInvention is how many content runes in a row may be the writer's own.
	longestInvention = 5
)

func (c *parsedClaim) clauseInvented(start, end int, covered []bool) bool {
	content, held, run := 0, 0, 0
	for i := start; i < end; i++ {
		switch {
		case !c.content[i] || zhtext.IsDigit(c.compact[i]):
			continue
		case covered[i]:
			held++
			run = 0
		default:
			run++
		}
		content++
		if run > longestInvention {
			return true
		}
	}
	return content >= 3 && float64(held) < minClauseCoverage*float64(content)
}

// totalsIn tells whether each figure that the claim calls a total is one in the
// span: a word for a total stands in the figure's own clause there. The figure
// of a part does not become a total by standing beside one. What the span holds
// word for word is taken as it is.
func (c *parsedClaim) totalsIn(p *evidence.Paragraph, span zhtext.Range) bool {
	if strings.Contains(zhtext.CompactString(string(p.Text[span.Start:span.End])), string(c.compact)) {
		return true
	}
	for _, q := range c.totals {
		found := false
		for _, have := range p.Quantities() {
			inside := have.Start >= span.Start && have.End <= span.End
			if inside && (q.Same(have) || c.language == "en" && sameAcross(q, have)) && zhtext.ContainsAny(clauseAround(p.Text, have.Range), totalWords) {
				found = true
				break
			}
		}
		if !found && !c.addsUp(q) {
			return false
		}
	}
	return true
}

// addsUp tells whether the claim itself states what makes q.
func (c *parsedClaim) addsUp(q zhtext.Quantity) bool {
	var others []zhtext.Quantity
	for _, o := range c.quantities {
		if o.Range != q.Range {
			others = append(others, o)
		}
	}
	_, ok := recompute(q, others)
	return ok
}

// totalsOf returns the quantities that a text calls totals: those in a clause
// with a word for a sum, all where no such clause has any.
func totalsOf(text []rune, quantities []zhtext.Quantity) []zhtext.Quantity {
	var out []zhtext.Quantity
	for _, q := range quantities {
		if zhtext.ContainsAny(clauseAround(text, q.Range), sumWords) {
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		return quantities
	}
	return out
}

// clauseAround is the folded text between the commas and stops around a range.
func clauseAround(text []rune, at zhtext.Range) string {
	start, end := at.Start, at.End
	for start > 0 && !strings.ContainsRune(clauseEnds, text[start-1]) {
		start--
	}
	for end < len(text) && !strings.ContainsRune(clauseEnds, text[end]) {
		end++
	}
	return zhtext.CompactString(string(text[start:end]))
}

const clauseEnds = "，,；;。！!？?\n"

// figuresIn tells whether every quantity and full date of the claim that the
// paragraph holds stands within the span.
func (c *parsedClaim) figuresIn(p *evidence.Paragraph, span zhtext.Range) bool {
	for _, q := range c.quantities {
		inside, outside := false, false
		for _, have := range p.Quantities() {
			if !q.Same(have) {
				continue
			}
			if have.Start >= span.Start && have.End <= span.End {
				inside = true
			} else {
				outside = true
			}
		}
		if !inside && outside {
			return false
		}
	}
	for _, d := range c.dates {
		inside, outside := false, false
		for _, have := range p.Dates() {
			if !d.Agrees(have) || d.Month == 0 {
				continue
			}
			if have.Start >= span.Start && have.End <= span.End {
				inside = true
			} else {
				outside = true
			}
		}
		if !inside && outside {
			return false
		}
	}
	return true
}

// missingFigure returns the first quantity, date or edition of the claim that
// neither the paragraph nor its article's title and date hold, "" if none. A
// figure that the claim derives from others in it is recomputed instead.
func (c *parsedClaim) missingFigure(p *evidence.Paragraph) ([]derivation, string) {
	var missing []zhtext.Quantity
	for _, q := range c.quantities {
		if !c.hasQuantity(p, q) {
			missing = append(missing, q)
		}
	}
	for _, d := range c.dates {
		if !hasDate(p, d) {
			return nil, d.Text
		}
	}
	for _, year := range c.editions {
		if !zhtext.Intersect([]int{year}, p.TitleYears) && !zhtext.Intersect([]int{year}, p.Years) {
			return nil, strconv.Itoa(year)
		}
	}
	if len(missing) == 0 {
		return nil, ""
	}
	derived, ok := derive(c, missing)
	if !ok {
		return nil, missing[0].Text
	}
	return derived, ""
}

func (c *parsedClaim) hasQuantity(p *evidence.Paragraph, q zhtext.Quantity) bool {
	for _, have := range p.Quantities() {
		if q.Same(have) || c.language == "en" && sameAcross(q, have) {
			return true
		}
	}
	for _, have := range zhtext.Quantities(p.Article.Title) {
		if q.Same(have) {
			return true
		}
	}
	return false
}

// sameAcross compares a figure in an English claim with one in a Chinese
// source, whose measure words have no English counterpart.
func sameAcross(q, have zhtext.Quantity) bool {
	class, other := zhtext.UnitClass(q.Unit), zhtext.UnitClass(have.Unit)
	if class != other && class != zhtext.ClassAny && class != zhtext.ClassCount && other != zhtext.ClassAny {
		return false
	}
	have.Unit, q.Unit = "", ""
	return q.Same(have)
}

// hasDate tells whether a date stands in the paragraph. A year that the
// paragraph leaves out may come from the article's title or date.
func hasDate(p *evidence.Paragraph, d zhtext.Date) bool {
	if d.Relative {
		return strings.Contains(p.Folded, zhtext.CompactString(d.Text))
	}
	for _, have := range p.Dates() {
		if have.Month != d.Month || d.Day != 0 && have.Day != d.Day {
			continue
		}
		if d.Year == 0 || have.Year == d.Year || have.Year == 0 && zhtext.Intersect([]int{d.Year}, p.TitleYears) {
			return true
		}
	}
	if d.Month == 0 {
		return zhtext.Intersect([]int{d.Year}, p.TitleYears) || zhtext.Intersect([]int{d.Year}, p.Years)
	}
	pub := p.Article.Published
	return !pub.IsZero() && (d.Year == 0 || pub.Year() == d.Year) && int(pub.Month()) == d.Month && (d.Day == 0 || pub.Day() == d.Day) && len(p.Dates()) == 0
}

func (c *parsedClaim) missingQuote(p *evidence.Paragraph) string {
	for _, q := range c.quotes {
		if !strings.Contains(p.Folded, q) && !strings.Contains(p.Title, q) {
			return q
		}
	}
	return ""
}

// missingLatin returns a name in Latin letters in a Chinese claim that neither
// the source nor the question holds.
func (c *parsedClaim) missingLatin(p *evidence.Paragraph, a question.Analysis) string {
	if c.language == "en" {
		return ""
	}
	question := zhtext.CompactString(a.Question)
	for _, w := range c.latin {
		if !strings.Contains(p.Folded, w) && !strings.Contains(p.Title, w) && !strings.Contains(question, w) {
			return w
		}
	}
	return ""
}

// supportsAcross judges an English claim against a Chinese source: its figures
// and dates have been found there already, and they are what ties it to one
// sentence. A claim without any figure cannot be checked across languages.
func (c *parsedClaim) supportsAcross(p *evidence.Paragraph, a question.Analysis, cited bool, derived []derivation) (*support, string) {
	if len(c.quantities) == 0 && len(c.dates) == 0 {
		return nil, "it has no figure or date that ties it to a source in another language"
	}
	for i, s := range p.Sentences {
		if p.EditionFit(i, a.Years) == 0 {
			return nil, "the source is about another year"
		}
		if c.figuresIn(p, s.Range) {
			return &support{paragraph: p, first: i, last: i, coverage: 0.5, cited: cited, derived: derived}, ""
		}
	}
	return nil, "its figures stand in different sentences"
}

func quotesIn(runes []rune, open, closing rune) []string {
	var out []string
	for i := 0; i < len(runes); i++ {
		if runes[i] != open {
			continue
		}
		for j := i + 1; j < len(runes); j++ {
			if runes[j] == closing {
				if q := zhtext.CompactString(string(runes[i+1 : j])); len([]rune(q)) >= 2 {
					out = append(out, q)
				}
				i = j
				break
			}
		}
	}
	return out
}

var negations = []string{"没有", "并未", "未能", "尚未", "不是", "并非", "不会", "无法", "不能", "从未", "未曾", "不再"}

func negated(compact string) bool { return zhtext.ContainsAny(compact, negations) }
