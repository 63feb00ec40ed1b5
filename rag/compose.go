package rag

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// composer numbers citations by first appearance and joins verified claims.
type composer struct {
	text      strings.Builder
	citations []Citation
	sentences int
	shorts    int
	said      map[string]bool
	short     []string // the short answers, without markers
}

// shortAnswer is the short answers alone, "" if none.
func (c *composer) shortAnswer(language string) string {
	return strings.Join(c.short, message(language, shortSeparator))
}

// add appends a supported claim and returns it as a sentence, nil when the
// same thing has been said already.
func (c *composer) add(claim Claim, v Verdict, p *evidence.Paragraph, language string) *Sentence {
	text := strings.TrimSpace(zhtext.Clean(cmp.Or(v.Shown, claim.Text)))
	key := zhtext.CompactString(text)
	if c.said[key] {
		return nil
	}
	if c.said == nil {
		c.said = map[string]bool{}
	}
	c.said[key] = true

	s := Sentence{Short: claim.Short}
	marker, isNew := c.marker(Cite(v, p, text))
	if isNew {
		s.Citations = []Citation{c.citations[marker-1]}
	}
	if !claim.Short {
		text = closeSentence(text, language)
		if v.Calculation != "" {
			text = strings.TrimRight(text, "。.") + message(language, calculationNote, v.Calculation)
		}
	}
	s.Text = text + "[" + strconv.Itoa(marker) + "]"
	for _, more := range v.More {
		citation := Cite(v, p, text)
		citation.Paragraph, citation.Start, citation.End, citation.Quote = more.Paragraph, more.Start, more.End, more.Quote
		citation.Highlights = highlights(text, more.Quote)
		c.mark(&s, citation)
	}
	switch {
	case c.sentences == 0:
	case claim.Short && c.shorts == c.sentences:
		s.Lead = message(language, shortSeparator)
	case !claim.Short && c.shorts == c.sentences:
		s.Lead = "\n"
	case language == "en":
		s.Lead = " "
	}
	c.sentences++
	if claim.Short {
		c.shorts++
		c.short = append(c.short, text)
	}
	c.text.WriteString(s.Lead)
	c.text.WriteString(s.Text)
	return &s
}

// calculated appends what was computed from figures as a short answer, with the
// calculation if there is one, and cites what it was computed from.
func (c *composer) calculated(text, calculation string, from []supported, language string) *Sentence {
	s := Sentence{Short: true, Text: text}
	if calculation != "" {
		s.Text += strings.TrimRight(message(language, calculationNote, calculation), "。.")
	}
	for _, f := range from {
		c.mark(&s, Cite(f.verdict, f.paragraph, f.claim.Text))
	}
	c.sentences++
	c.shorts++
	c.short = append(c.short, text)
	c.text.WriteString(s.Text)
	return &s
}

// mark ends a sentence in the marker of a citation, once.
func (c *composer) mark(s *Sentence, citation Citation) {
	n, isNew := c.marker(citation)
	if isNew {
		s.Citations = append(s.Citations, c.citations[n-1])
	}
	if mark := "[" + strconv.Itoa(n) + "]"; !strings.Contains(s.Text, mark) {
		s.Text += mark
	}
}

// marker returns the number of a citation. The same span, or one inside it,
// keeps its number; highlights gather.
func (c *composer) marker(citation Citation) (int, bool) {
	for i := range c.citations {
		have := &c.citations[i]
		if have.ArticleID == citation.ArticleID && have.Paragraph == citation.Paragraph &&
			have.Start <= citation.Start && citation.End <= have.End {
			offset := citation.Start - have.Start
			for _, h := range citation.Highlights {
				have.Highlights = append(have.Highlights, Range{h.Start + offset, h.End + offset})
			}
			have.Highlights = mergeRanges(have.Highlights)
			return have.Marker, false
		}
	}
	citation.Marker = len(c.citations) + 1
	c.citations = append(c.citations, citation)
	return citation.Marker, true
}

// closeSentence gives a sentence cut out of a longer one a full stop.
func closeSentence(text, language string) string {
	text = strings.TrimRight(text, "；;，,、：: ")
	if text == "" {
		return text
	}
	last := []rune(text)[len([]rune(text))-1]
	if strings.ContainsRune("。．！？!?.…”’」』）)】》", last) {
		return text
	}
	if language == "en" && !zhtext.IsHan(last) {
		return text + "."
	}
	return text + "。"
}

// highlights are the parts of a quote that a claim rests on: its figures and
// dates, and for a short answer the answer itself.
func highlights(claim, quote string) []Range {
	out := []Range{}
	if at := strings.Index(quote, claim); at >= 0 && len(claim) < len(quote) {
		start := len([]rune(quote[:at]))
		return append(out, Range{start, start + len([]rune(claim))})
	}
	if strings.Contains(claim, quote) {
		return out // the whole quote
	}
	figures := zhtext.Quantities(claim)
	for _, have := range zhtext.Quantities(quote) {
		for _, q := range figures {
			if q.Same(have) {
				out = append(out, Range(have.Range))
				break
			}
		}
	}
	dates := zhtext.Dates(claim)
	for _, have := range zhtext.Dates(quote) {
		for _, d := range dates {
			if d.Agrees(have) {
				out = append(out, Range(have.Range))
				break
			}
		}
	}
	return mergeRanges(out)
}

func mergeRanges(ranges []Range) []Range {
	for i := 1; i < len(ranges); i++ {
		for j := i; j > 0 && ranges[j].Start < ranges[j-1].Start; j-- {
			ranges[j], ranges[j-1] = ranges[j-1], ranges[j]
		}
	}
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && r.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
			continue
		}
		out = append(out, r)
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

// Cite makes the citation of a supported claim.
func Cite(v Verdict, p *evidence.Paragraph, claim string) Citation {
	section, page := "", 0
	if p.Number >= 1 && p.Number <= len(p.Article.Paragraphs) {
		section, page = p.Article.Paragraphs[p.Number-1].Section, p.Article.Paragraphs[p.Number-1].Page
	}
	return Citation{
		Section: section, Page: page,
		ArticleID: p.Article.ID, Title: p.Article.Title, Published: day(p.Article.Published),
		URL: p.Article.URL, Path: p.Article.Path,
		Paragraph: p.Number, Start: v.Start, End: v.End, Quote: v.Quote,
		Highlights: highlights(claim, v.Quote),
	}
}
