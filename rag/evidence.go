package rag

import (
	"strings"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

// Evidence is the paragraphs that retrieval found, cut into sentences and
// ready to be matched against a question or a claim.
type Evidence struct {
	// Paragraphs stand in the order of the best hit that touches each.
	Paragraphs []*EvidenceParagraph
}

// EvidenceParagraph is a whole paragraph of a found article.
type EvidenceParagraph struct {
	Article *article.Article
	Number  int // from 1
	Rank    int // of the best hit that touches it, from 1
	// Text is the paragraph; of a very long one the part around what was found,
	// which starts at rune offset.
	Text   []rune
	offset int
	// Heading is the small heading that is the paragraph's first line, "" if none.
	Heading    string
	Sentences  []EvidenceSentence
	compact    string
	title      string // compact
	lead       string // compact: the article's first paragraph
	editions   []int
	years      []int
	titleYears []int
	aboutYears []int // the article's first paragraph's; last year's in a report of January to March
	quantities []zhtext.Quantity
	dates      []zhtext.Date
	parsed     bool
	items      []item // of the quantities, see itemOf
}

// EvidenceSentence is one sentence of a paragraph.
type EvidenceSentence struct {
	zhtext.Range        // in runes of the paragraph
	Text         string // verbatim, with the white space that follows it cut off
	compact      string
}

// maxHeadingRunes is the longest first line that is taken for a heading.
const maxHeadingRunes = 30

// NewEvidence gathers the paragraphs that the hits touch.
func NewEvidence(hits []Hit) *Evidence {
	type key struct {
		id     string
		n, cut int
	}
	seen := map[key]bool{}
	ev := &Evidence{}
	for i, h := range hits {
		for _, span := range h.Passage.Spans {
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
			p.offset = offset
			ev.Paragraphs = append(ev.Paragraphs, p)
		}
	}
	return ev
}

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

// holds tells whether a folded text stands in any paragraph or title.
func (ev *Evidence) holds(text string) bool {
	for _, p := range ev.Paragraphs {
		if strings.Contains(p.compact, text) || strings.Contains(p.title, text) {
			return true
		}
	}
	return false
}

// bound tells whether the evidence holds the word, and only ever behind the
// rune before.
func (ev *Evidence) bound(before rune, word []rune) bool {
	tail := string(word)
	whole := string(before) + tail
	n, together := 0, 0
	for _, p := range ev.Paragraphs {
		n += strings.Count(p.compact, tail)
		together += strings.Count(p.compact, whole)
	}
	return n >= 2 && n == together
}

// abbreviates tells whether a title holds the full name of an abbreviation.
func (ev *Evidence) abbreviates(text string) bool {
	runes := []rune(text)
	if len(runes) < 3 || len(runes) > 4 {
		return false
	}
	for _, p := range ev.Paragraphs {
		if holdsAbbreviation(runes, p.title) {
			return true
		}
	}
	return false
}

// fullForm is what the evidence has ahead of the word next where the question
// abbreviates it, a rune for a word of two: 上海合作 of 上合 ahead of 组织. It is ""
// when there is nothing like it.
func (ev *Evidence) fullForm(short []rune, next string) string {
	if ev == nil || len(short) != 2 || !zhtext.IsHan(short[0]) || !zhtext.IsHan(short[1]) {
		return ""
	}
	for _, p := range ev.Paragraphs {
		for _, text := range []string{p.title, p.compact} {
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

func newParagraph(a *article.Article, number int, text string, rank int) *EvidenceParagraph {
	p := &EvidenceParagraph{
		Article: a, Number: number, Rank: rank,
		Text:    []rune(text),
		compact: compactString(text),
		title:   compactString(a.Title),
	}
	if lead, ok := a.Paragraph(1); ok && number != 1 && len(lead) <= 4*maxEvidenceRunes {
		p.lead = compactString(lead)
	}
	if line, _, found := strings.Cut(text, "\n"); found && len([]rune(line)) <= maxHeadingRunes {
		p.Heading = line
	}
	for _, r := range zhtext.Sentences(text) {
		s := strings.TrimRight(string(p.Text[r.Start:r.End]), " \t\r\n\u3000\u00a0")
		lead := len([]rune(s)) - len([]rune(strings.TrimLeft(s, " \t\r\n\u3000\u00a0")))
		end := r.Start + len([]rune(s))
		s = strings.TrimLeft(s, " \t\r\n\u3000\u00a0")
		if s == "" {
			continue
		}
		p.Sentences = append(p.Sentences, EvidenceSentence{
			Range:   zhtext.Range{Start: r.Start + lead, End: end},
			Text:    s,
			compact: compactString(s),
		})
	}
	p.editions = editionYears(text)
	p.years = zhtext.Years(text)
	p.titleYears = zhtext.Years(a.Title)
	if !a.Published.IsZero() {
		p.titleYears = insertYear(p.titleYears, a.Published.Year())
	}
	if lead, ok := a.Paragraph(1); ok && len(lead) <= 4*maxEvidenceRunes {
		p.aboutYears = zhtext.Years(lead)
	}
	if m := a.Published.Month(); !a.Published.IsZero() && m <= time.March {
		p.aboutYears = append(p.aboutYears, a.Published.Year()-1)
	}
	return p
}

// compactString is the form that texts are compared in: folded, without blanks
// but for those between Latin words.
func compactString(s string) string {
	runes, offsets := zhtext.Compact(s)
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && offsets[i]-offsets[i-1] > 1 && isASCIIWord(runes[i-1]) && isASCIIWord(r) && !(isDigit(runes[i-1]) && isDigit(r)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isASCIIWord(r rune) bool { return r >= 'a' && r <= 'z' || isDigit(r) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func editionYears(text string) []int {
	var years []int
	for _, e := range zhtext.Editions(text) {
		if e.Year > 0 {
			years = insertYear(years, e.Year)
		}
	}
	return years
}

func (p *EvidenceParagraph) parse() {
	if p.parsed {
		return
	}
	p.parsed = true
	text := string(p.Text)
	p.quantities = zhtext.Quantities(text)
	p.dates = zhtext.Dates(text)
}

// Quantities are those of the paragraph, in its runes.
func (p *EvidenceParagraph) Quantities() []zhtext.Quantity {
	p.parse()
	return p.quantities
}

// Dates are those of the paragraph, in its runes.
func (p *EvidenceParagraph) Dates() []zhtext.Date {
	p.parse()
	return p.dates
}

// EditionFit says how well sentence i of the paragraph fits the years that a
// question asks about: 1 when the sentence names one, less when only the
// paragraph or the article's title or date does, 0 when it is about other
// years. It is 1 when no year is asked for.
func (p *EvidenceParagraph) EditionFit(i int, years []int) float64 {
	if len(years) == 0 {
		return 1
	}
	sentence := zhtext.Years(p.Sentences[i].Text)
	switch {
	case intersects(editionYears(p.Sentences[i].Text), years):
		return 1
	case intersects(p.titleYears, years) && (len(sentence) == 0 || intersects(sentence, years)):
		return 0.95
	case intersects(p.editions, years) && len(sentence) == 0:
		return 0.9
	case intersects(p.titleYears, years):
		return 0.7
	case intersects(sentence, years):
		return 0.7
	case intersects(p.years, years):
		return 0.5
	case len(sentence) == 0 && intersects(p.aboutYears, years):
		return 0.6
	case len(p.titleYears) == 0 && len(p.years) == 0:
		return 0.4 // nothing says which year it is about
	}
	return 0
}

// OrdinalFit tells whether sentence i may be about one of the ordinal editions
// (第四届) that a question asks about: not when its article's title or first
// paragraph names others only.
func (p *EvidenceParagraph) OrdinalFit(i int, ordinals []int) bool {
	if len(ordinals) == 0 || intersects(ordinalEditions(p.Sentences[i].Text), ordinals) {
		return true
	}
	lead, _ := p.Article.Paragraph(1)
	if len(lead) > 4*maxEvidenceRunes {
		lead = ""
	}
	named := append(ordinalEditions(p.Article.Title), ordinalEditions(lead)...)
	return len(named) == 0 || intersects(named, ordinals)
}

func ordinalEditions(text string) []int {
	var out []int
	for _, e := range zhtext.Editions(text) {
		if e.Ordinal > 0 {
			out = append(out, e.Ordinal)
		}
	}
	return out
}

// Year is the edition that sentence i is about, 0 when unknown.
func (p *EvidenceParagraph) Year(i int) int {
	for _, years := range [][]int{editionYears(p.Sentences[i].Text), zhtext.Years(p.Article.Title), p.titleYears, p.editions} {
		if len(years) > 0 {
			return years[len(years)-1]
		}
	}
	return 0
}

func intersects(a, b []int) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// Places where a word of the question may be found, as seen from a sentence,
// and what a word found there counts for.
const (
	inSentence = 1.0
	inHeading  = 0.9
	inPrevious = 0.7
	inTitle    = 0.7
	inEarlier  = 0.5
	inLater    = 0.3
	inLead     = 0.3
)

// Cover tells how well each word is found in or around sentence i, from 0 to 1.
func (p *EvidenceParagraph) Cover(words []Word, i int) []float64 {
	out := make([]float64, len(words))
	for k, w := range words {
		out[k] = p.cover(w, i)
	}
	return out
}

func (p *EvidenceParagraph) cover(w Word, i int) float64 {
	if w.Number != nil {
		return p.coverNumber(*w.Number, i)
	}
	best := Match(w, p.Sentences[i].compact) * inSentence
	try := func(compact string, weight float64) {
		if best < weight && compact != "" {
			best = max(best, Match(w, compact)*weight)
		}
	}
	if p.Heading != "" && i > 0 {
		try(p.Sentences[0].compact, inHeading)
	}
	try(p.title, inTitle)
	if runes := []rune(w.Text); best == 0 && len(runes) == 2 && !w.Known && zhtext.IsHan(runes[0]) && !zhtext.IsStopWord(string(runes[1])) && holdsAbbreviation(runes, p.title) {
		best = inTitle * 0.8
	}
	parallel := false
	for j := i - 1; j >= 0; j-- {
		// Items between semicolons run side by side: what one says is not said
		// of the next.
		parallel = parallel || strings.HasSuffix(p.Sentences[j].Text, "；")
		weight := inEarlier
		switch {
		case parallel:
			weight = inLater
		case j == i-1:
			weight = inPrevious
		}
		try(p.Sentences[j].compact, weight)
	}
	for j := i + 1; j < len(p.Sentences); j++ {
		try(p.Sentences[j].compact, inLater)
	}
	try(p.lead, inLead)
	return best
}

// coverNumber tells how well a figure is found in or around sentence i, by value.
func (p *EvidenceParagraph) coverNumber(n zhtext.Quantity, i int) float64 {
	best := 0.0
	for _, q := range p.Quantities() {
		if !q.Same(n) || n.Unit == "" && q.Unit != "" && n.Value < 1000 {
			continue
		}
		if q.Start >= p.Sentences[i].Start && q.End <= p.Sentences[i].End {
			return inSentence
		}
		best = inLater
	}
	return best
}

// Compact is sentence i in the form that Match compares with.
func (p *EvidenceParagraph) Compact(i int) string { return p.Sentences[i].compact }

// Share is the weighted share of the words that is covered.
func Share(words []Word, cover []float64) float64 {
	var sum, total float64
	for i, w := range words {
		sum += w.Weight * cover[i]
		total += w.Weight
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
