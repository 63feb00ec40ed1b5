package evidence

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// Evidence is the paragraphs that retrieval found, cut into sentences and
// ready to be matched against a question or a claim.
type Evidence struct {
	// Paragraphs stand in the order of the best hit that touches each.
	Paragraphs []*Paragraph
	// Asked are the names in the question, folded, where a reader found them.
	Asked []string
}

// EvidenceParagraph is a whole paragraph of a found article.
type Paragraph struct {
	Article *article.Article
	Number  int // from 1
	Rank    int // of the best hit that touches it, from 1
	// Text is the paragraph; of a very long one the part around what was found,
	// which starts at rune offset.
	Text   []rune
	Offset int
	// Heading is the small heading that is the paragraph's first line, "" if none.
	Heading string
	// Headed is the title that a sentence of the paragraph is read under, with the
	// headings that the paragraph stands below.
	Headed     string
	section    string   // compact: the headings that it stands below
	headings   []string // the same, one by one
	Sentences  []Sentence
	leadIns    []string // of each sentence, see LeadIn
	Folded     string   // see zhtext.CompactString
	Title      string   // compact
	Lead       string   // compact: the article's first paragraph
	editions   []int
	Years      []int
	TitleYears []int
	aboutYears []int // the article's first paragraph's; last year's in a report of January to March
	quantities []zhtext.Quantity
	dates      []zhtext.Date
	parsed     bool
	// Read says that a reader has read the paragraph, or the part of it that was
	// found; Answerable is then the log odds that it answers the question, and
	// Findings are where, best first.
	Read       bool
	Answerable float64
	Findings   []Finding
	// Ahead are the sentences that were read ahead of it: what the article says elsewhere
	// of words of the question that stand neither in the paragraph nor over it.
	Ahead string
	// Names are those of the sentences with the likeliest findings, in runes of Text.
	Names []reading.Name
}

// Finding is a stretch of a paragraph that may be the answer, in runes of its Text.
type Finding struct {
	zhtext.Range
	Score float64 // log probability of the place, given that the answer is here
}

// EvidenceSentence is one sentence of a paragraph.
type Sentence struct {
	zhtext.Range        // in runes of the paragraph
	Text         string // verbatim, with the white space that follows it cut off
	Folded       string // see zhtext.CompactString
}

// maxHeadingRunes is the longest first line that is taken for a heading.
const maxHeadingRunes = 30

// maxEvidenceRunes is the longest paragraph that is read whole; of a longer one
// only the found span and what stands right around it counts as the paragraph,
// so that a book in one line costs no more than a page.
const (
	maxEvidenceRunes = 4000
	evidenceMargin   = 400
)

// around is the paragraph, or of a very long one the part around the span and
// the runes ahead of that part.
func around(text string, span article.Span) (string, int) {
	if len(text) <= maxEvidenceRunes {
		return text, 0
	}
	runes := []rune(text)
	if len(runes) <= maxEvidenceRunes {
		return text, 0
	}
	start := max(0, span.Start-evidenceMargin)
	return string(runes[start:min(len(runes), span.End+evidenceMargin)]), start
}

// Context is what a paragraph is about, compact: its text, title, section, the
// article's first paragraph and what was read ahead of it.
func (p *Paragraph) Context() string {
	return p.Folded + "\x00" + p.Title + "\x00" + p.section + "\x00" + p.Lead + "\x00" + zhtext.CompactString(p.Ahead)
}

// Holds tells whether a folded text stands in any paragraph or title.
func (ev *Evidence) Holds(text string) bool {
	for _, p := range ev.Paragraphs {
		if strings.Contains(p.Folded, text) || strings.Contains(p.Title, text) {
			return true
		}
	}
	return false
}

// Bound tells whether the evidence holds the word, and only ever behind the
// rune before.
func (ev *Evidence) Bound(before rune, word []rune) bool {
	tail := string(word)
	whole := string(before) + tail
	n, together := 0, 0
	for _, p := range ev.Paragraphs {
		n += strings.Count(p.Folded, tail)
		together += strings.Count(p.Folded, whole)
	}
	return n >= 2 && n == together
}

// HasYear tells whether a paragraph or its article is about the year.
func (ev *Evidence) HasYear(year int) bool {
	for _, p := range ev.Paragraphs {
		if zhtext.Intersect(p.TitleYears, []int{year}) || zhtext.Intersect(p.Years, []int{year}) {
			return true
		}
	}
	return false
}

// Abbreviates tells whether a title holds the full name of an abbreviation.
func (ev *Evidence) Abbreviates(text string) bool {
	runes := []rune(text)
	if len(runes) < 3 || len(runes) > 4 {
		return false
	}
	for _, p := range ev.Paragraphs {
		if question.HoldsAbbreviation(runes, p.Title) {
			return true
		}
	}
	return false
}

// FullForm is what the evidence has ahead of the word next where the question
// abbreviates it, a rune for a word of two: 上海合作 of 上合 ahead of 组织. It is ""
// when there is nothing like it.
func (ev *Evidence) FullForm(short []rune, next string) string {
	if len(short) != 2 || !zhtext.IsHan(short[0]) || !zhtext.IsHan(short[1]) {
		return ""
	}
	for _, p := range ev.Paragraphs {
		for _, text := range []string{p.Title, p.Folded} {
			for from := 0; ; {
				at := strings.Index(text[from:], next)
				if at < 0 {
					break
				}
				// Four Han are twelve bytes.
				full := []rune(text[max(0, from+at-12) : from+at])
				from += at + len(next)
				if len(full) == 4 && full[0] == short[0] && full[2] == short[1] {
					return string(full)
				}
			}
		}
	}
	return ""
}

func newParagraph(a *article.Article, number int, text string, rank int) *Paragraph {
	p := &Paragraph{
		Article: a, Number: number, Rank: rank,
		Text:   []rune(text),
		Folded: zhtext.CompactString(text),
		Title:  zhtext.CompactString(a.Title),
		Headed: a.Title,
	}
	if lead, ok := a.Paragraph(1); ok && number != 1 && len(lead) <= 4*maxEvidenceRunes {
		p.Lead = zhtext.CompactString(lead)
	}
	if number >= 1 && number <= len(a.Paragraphs) {
		section := a.Paragraphs[number-1].Section
		if section != "" {
			p.Headed += " " + section
		}
		p.section = zhtext.CompactString(section)
		for line := range strings.SplitSeq(section, article.SectionMark) {
			p.headings = append(p.headings, zhtext.CompactString(line))
		}
	}
	if line, _, found := strings.Cut(text, "\n"); found && len([]rune(line)) <= maxHeadingRunes && !saysSomething(line) {
		p.Heading = line
	}
	var leads leadIns
	for _, r := range zhtext.Sentences(text) {
		s := strings.TrimRight(string(p.Text[r.Start:r.End]), " \t\r\n\u3000\u00a0")
		lead := len([]rune(s)) - len([]rune(strings.TrimLeft(s, " \t\r\n\u3000\u00a0")))
		end := r.Start + len([]rune(s))
		s = strings.TrimLeft(s, " \t\r\n\u3000\u00a0")
		if s == "" {
			continue
		}
		p.Sentences = append(p.Sentences, Sentence{
			Range:  zhtext.Range{Start: r.Start + lead, End: end},
			Text:   s,
			Folded: zhtext.CompactString(s),
		})
		begins := r.Start == 0 || p.Text[r.Start+lead-1] == '\n'
		p.leadIns = append(p.leadIns, leads.over(p.Sentences[len(p.Sentences)-1], begins))
	}
	p.editions = zhtext.EditionYears(text)
	p.Years = zhtext.Years(text)
	p.TitleYears = zhtext.Years(a.Title)
	if !a.Published.IsZero() {
		p.TitleYears = zhtext.InsertYear(p.TitleYears, a.Published.Year())
	}
	if lead, ok := a.Paragraph(1); ok && len(lead) <= 4*maxEvidenceRunes {
		p.aboutYears = zhtext.Years(lead)
	}
	if m := a.Published.Month(); !a.Published.IsZero() && m <= time.March {
		p.aboutYears = append(p.aboutYears, a.Published.Year()-1)
	}
	return p
}

// IsHeading tells whether sentence i is a line of the headings over the paragraph,
// or a question that the next sentence answers, and says nothing by itself. A heading
// with a day or a version does: 3.1.0 (2025-03-18).
func (p *Paragraph) IsHeading(i int) bool {
	s := p.Sentences[i]
	if i+1 < len(p.Sentences) && strings.HasSuffix(zhtext.Fold(strings.TrimRight(s.Text, "”’」』）)")), "?") {
		return true
	}
	if (i > 0 || p.Heading == "") && !slices.Contains(p.headings, s.Folded) {
		return false
	}
	for _, d := range p.Dates() {
		if d.Day > 0 && s.Covers(d.Range) {
			return false
		}
	}
	return !version.MatchString(s.Text) || p.numbersPart(s.Text)
}

var (
	version    = regexp.MustCompile(`\d\.\d+\.\d`)
	partNumber = regexp.MustCompile(`^\d+(?:\.\d+)*`)
)

// numbersPart tells whether a heading begins with the number of a part, 2.1.3 below
// 2.1 or 2, and not with that of a version.
func (p *Paragraph) numbersPart(heading string) bool {
	number := partNumber.FindString(heading)
	return number != "" && slices.ContainsFunc(p.headings, func(above string) bool {
		n := partNumber.FindString(above)
		return n != "" && strings.HasPrefix(number, n+".")
	})
}

// saysSomething tells a first line that is text from a heading: it is a field
// with a value (主持人：陈思远), or it ends as a sentence does.
func saysSomething(line string) bool {
	at := strings.IndexAny(line, ":：")
	if at > 0 && strings.TrimLeft(line[at:], ":： ") != "" {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, " \u3000"))
	return strings.ContainsRune("。；;", last)
}

// Passage is a stretch of an article that was found.
type Passage struct {
	Article *article.Article
	Spans   []article.Span
}

// New gathers the paragraphs that the passages touch, which come best first.
func New(found []Passage) *Evidence {
	type key struct {
		id     string
		n, cut int
	}
	seen := map[key]bool{}
	ev := &Evidence{}
	for i, h := range found {
		for _, span := range h.Spans {
			text, ok := h.Article.Paragraph(span.Paragraph)
			if !ok {
				continue
			}
			text, offset := around(text, span)
			k := key{h.Article.ID, span.Paragraph, offset}
			if seen[k] {
				continue
			}
			seen[k] = true
			p := newParagraph(h.Article, span.Paragraph, text, i+1)
			p.Offset = offset
			ev.Paragraphs = append(ev.Paragraphs, p)
		}
	}
	return ev
}

func (p *Paragraph) parse() {
	if p.parsed {
		return
	}
	p.parsed = true
	text := string(p.Text)
	p.quantities = zhtext.Quantities(text)
	p.dates = zhtext.Dates(text)
}

// Quantities are those of the paragraph, in its runes.
func (p *Paragraph) Quantities() []zhtext.Quantity {
	p.parse()
	return p.quantities
}

// Dates are those of the paragraph, in its runes.
func (p *Paragraph) Dates() []zhtext.Date {
	p.parse()
	return p.dates
}

// NamesVersion tells whether sentence i is a heading of a version and nothing else: 2.4.0.
func (p *Paragraph) NamesVersion(i int) bool {
	s := p.Sentences[i].Folded
	return version.MatchString(s) && strings.Trim(s, "v版本0123456789.[]()") == ""
}

// Below is what stands below sentence i in its paragraph and in those of the evidence whose
// headings it is one of, compact.
func (ev *Evidence) Below(p *Paragraph, i int) string {
	var b strings.Builder
	for _, s := range p.Sentences[i+1:] {
		b.WriteString(s.Folded)
	}
	for _, o := range ev.Paragraphs {
		if o != p && o.Article.ID == p.Article.ID && slices.Contains(o.headings, p.Sentences[i].Folded) {
			b.WriteString(o.Folded)
		}
	}
	return b.String()
}

// IsValue tells whether sentence i is nothing but a date or a figure: what it is of stands
// over it.
func (p *Paragraph) IsValue(i int) bool {
	values := []zhtext.Range{}
	for _, d := range p.Dates() {
		values = append(values, d.Range)
	}
	for _, q := range p.Quantities() {
		values = append(values, q.Range)
	}
	s := p.Sentences[i]
	for at := s.Start; at < s.End; at++ {
		r := p.Text[at]
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !slices.ContainsFunc(values, func(v zhtext.Range) bool { return v.Start <= at && at < v.End }) {
			return false
		}
	}
	return true
}

// EditionFit says how well sentence i of the paragraph fits the years that a
// question asks about: 1 when the sentence names one as an edition or begins with it, less
// when it names one otherwise or only the paragraph or the article's title or date does, next
// to nothing for the entry of another year, 0 when it is about other years. It is 1 when no
// year is asked for.
func (p *Paragraph) EditionFit(i int, years []int) float64 {
	if len(years) == 0 {
		return 1
	}
	sentence := zhtext.Years(p.Sentences[i].Text)
	switch {
	case zhtext.Intersect(zhtext.EditionYears(p.Sentences[i].Text), years), p.beginsWith(i, years) && len(sentence) == 1:
		return 1
	case len(sentence) > 0 && yearsRow.MatchString(p.Sentences[i].Text) && !zhtext.Intersect(sentence, years):
		return 0.15 // 2004年：150秒 for 2012
	case zhtext.Intersect(p.TitleYears, years) && (len(sentence) == 0 || zhtext.Intersect(sentence, years)):
		return 0.95
	case zhtext.Intersect(p.editions, years) && len(sentence) == 0:
		return 0.9
	case zhtext.Intersect(p.TitleYears, years):
		return 0.7
	case zhtext.Intersect(sentence, years):
		return 0.7
	case zhtext.Intersect(p.Years, years):
		return 0.5
	case len(sentence) == 0 && zhtext.Intersect(p.aboutYears, years):
		return 0.6
	case len(p.TitleYears) == 0 && len(p.Years) == 0:
		return 0.4 // nothing says which year it is about
	}
	return 0
}

// OrdinalFit tells whether sentence i may be about one of the ordinal editions
// (第四届) that a question asks about: not when its article's title or first
// paragraph names others only.
func (p *Paragraph) OrdinalFit(i int, ordinals []int) bool {
	if len(ordinals) == 0 || zhtext.Intersect(zhtext.EditionOrdinals(p.Sentences[i].Text), ordinals) {
		return true
	}
	lead, _ := p.Article.Paragraph(1)
	if len(lead) > 4*maxEvidenceRunes {
		lead = ""
	}
	named := append(zhtext.EditionOrdinals(p.Article.Title), zhtext.EditionOrdinals(lead)...)
	return len(named) == 0 || zhtext.Intersect(named, ordinals)
}

// beginsWith tells whether sentence i begins with a day or year of the years, and not as what
// it is compared with.
func (p *Paragraph) beginsWith(i int, years []int) bool {
	start := p.Sentences[i].Start
	for _, d := range p.Dates() {
		if ahead := d.Start - start; d.Year > 0 && ahead >= 0 && ahead <= maxAheadOfYear {
			return slices.Contains(years, d.Year) && !strings.ContainsAny(string(p.Text[start:d.Start]), "与和同比较跟自从由据继除到《")
		}
	}
	return false
}

// maxAheadOfYear is how many runes may stand ahead of a year that a sentence begins with:
// （1）在, 截至.
const maxAheadOfYear = 4

// yearsRow is an entry for a year: 2004年：150秒.
var yearsRow = regexp.MustCompile(`^\P{L}*(?:\d{4}|[〇零一二三四五六七八九]{4})年?\s*[:：]`)

// Year is the edition that sentence i is about, 0 when unknown.
func (p *Paragraph) Year(i int) int {
	for _, years := range [][]int{zhtext.EditionYears(p.Sentences[i].Text), zhtext.Years(p.Article.Title), p.TitleYears, p.editions} {
		if len(years) > 0 {
			return years[len(years)-1]
		}
	}
	return 0
}

// Compact is sentence i in the form that Match compares with.
func (p *Paragraph) Compact(i int) string { return p.Sentences[i].Folded }
