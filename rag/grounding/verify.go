package grounding

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

const (
	// maxSpanSentences is the most sentences that one quote joins.
	maxSpanSentences = 3
	// maxWindows is how many places the guards look at, and maxRead how many of
	// those that pass the reader reads.
	maxWindows, maxRead = 12, 3
	// lengthPenalty is what a further sentence costs a window in coverage: the
	// shortest quote that holds the claim is the clearest.
	lengthPenalty = 0.03
	// minCoverage is the least share of a claim's words that a window holds to
	// be looked at at all.
	minCoverage = 0.15
	// minShared is the same by single Han: other words for a thing share some.
	minShared = 0.4
)

// Verifier checks claims against evidence. Guards for closed classes (figures,
// negation, names …) only object; that the source says what the claim says is
// for the reader to tell. Create it with New; it is for one goroutine.
type Verifier struct {
	evidence *evidence.Evidence
	analysis question.Analysis
	reader   reading.Reader
	windows  map[*evidence.Paragraph][]*window
	labels   labelIndex
	expected []expected
}

// New returns a verifier. Without a reader (nil) the share of the claim's words
// that its source holds decides.
func New(ev *evidence.Evidence, a question.Analysis, reader reading.Reader) *Verifier {
	return &Verifier{evidence: ev, analysis: a, reader: reader, windows: map[*evidence.Paragraph][]*window{}, labels: labelIndex{}}
}

// window is one to three neighbouring sentences of a paragraph.
type window struct {
	paragraph   *evidence.Paragraph
	first, last int // sentences, inclusive
	source      *source
	figures     []figure // of heading and title
	fit         float64  // to the years asked about
	names       []place  // of the sentences around it; nil: not looked for
}

// support is a window that may hold a claim, and what speaks against it.
type support struct {
	*window
	coverage float64
	shared   float64 // the same by single Han
	cited    bool
	derived  []derivation
	guard    string // which guard objects, "" if none
	why      string
	score    float64 // of the checker, log odds
	invented []string
	more     []*window
}

// Verify looks for the sentences that hold the claim: in the paragraphs that the
// generator named and in the others that were retrieved. Errors are the
// reader's and those of ctx.
func (v *Verifier) Verify(ctx context.Context, c Claim) (Verdict, *evidence.Paragraph, error) {
	verdict := Verdict{Claim: c.Text, Marked: len(c.Cites) > 0}
	text := strings.TrimSpace(c.Text)
	if p, first, last := v.verbatim(c, text); p != nil {
		v.fill(&verdict, c, &support{window: v.windowOf(p, first, last), coverage: 1, cited: len(c.Cites) > 0})
		verdict.Decided = "verbatim"
		return verdict, p, nil
	}
	claim := parse(v.inFull(text))
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		verdict.Why, verdict.Decided = "it says nothing that could be checked", "empty"
		return verdict, nil, nil
	}
	if len(claim.tokens) == 0 || !v.answersKind(text) {
		verdict.Why, verdict.Decided = "it is not what was asked for", "answer type"
		return verdict, nil, nil
	}
	best, err := v.best(ctx, claim, c)
	if err != nil {
		return verdict, nil, err
	}
	if best == nil || best.guard != "" {
		if parts := v.parts(ctx, claim, c); parts != nil {
			best = parts
		}
	}
	switch {
	case best == nil && v.otherYears():
		verdict.Why, verdict.Decided = "the sources are about another year", "year"
		return verdict, nil, nil
	case best == nil:
		verdict.Why, verdict.Decided = "the source does not say it", "coverage"
		return verdict, nil, nil
	case best.guard != "":
		verdict.Why, verdict.Decided, verdict.Score, verdict.Coverage, verdict.Invented = best.why, best.guard, best.score, best.coverage, best.made()
		return verdict, nil, nil
	}
	v.fill(&verdict, c, best)
	verdict.Decided, verdict.Score, verdict.Invented = "reader", best.score, best.made()
	if claim.english {
		verdict.Decided = "figures and names"
	}
	if v.reader == nil {
		verdict.Decided = "coverage"
	}
	return verdict, best.paragraph, nil
}

// otherYears tells whether all of the evidence is about other years than the
// question.
func (v *Verifier) otherYears() bool {
	for _, p := range v.evidence.Paragraphs {
		if len(p.Sentences) > 0 && v.fits(p, 0, len(p.Sentences)-1) > 0 {
			return false
		}
	}
	return len(v.evidence.Paragraphs) > 0
}

// inFull gives a claim that is no more than a figure or a name the question as
// its subject: "92个" says what was asked.
func (v *Verifier) inFull(text string) string {
	if v.analysis.Question == "" {
		return text
	}
	weight := 0.0
	for _, t := range parse(text).tokens {
		if t.key[0] != 'q' && t.key[0] != 'd' && t.key[0] != 'y' {
			weight += t.weight
		}
	}
	if weight > 2 {
		return text
	}
	return strings.TrimRight(v.analysis.Question, "？?。. ") + "，" + text
}

// verbatim finds a claim that is a stretch of whole sentences, or, where the
// generator names the very sentence, a part of it.
func (v *Verifier) verbatim(c Claim, text string) (p *evidence.Paragraph, first, last int) {
	want := strings.TrimRight(zhtext.CompactString(text), "。.；;，,")
	if want == "" {
		return nil, 0, 0
	}
	for _, p := range v.evidence.Paragraphs {
		if !strings.Contains(p.Folded, want) {
			continue
		}
		for i := range p.Sentences {
			whole := ""
			for k := i; k < min(i+maxSpanSentences, len(p.Sentences)); k++ {
				whole += p.Sentences[k].Folded
				if strings.TrimRight(whole, "。.；;，,") == want || c.Short && cites(c, p) && k == i && strings.Contains(whole, want) {
					if v.fits(p, i, k) > 0 {
						return p, i, k
					}
				}
			}
		}
	}
	return nil, 0, 0
}

// best judges the windows that hold most of a claim and returns the one that
// holds it, else the one that comes closest with what speaks against it.
func (v *Verifier) best(ctx context.Context, claim *statement, c Claim) (*support, error) {
	names, err := v.namesOf(ctx, claim)
	if err != nil {
		return nil, err
	}
	if other := v.answersOtherwise(claim, names); other != "" {
		return &support{guard: "answer", why: otherwise(other)}, nil
	}
	var passed []*support
	var refused *support
	var against []*support
	for _, s := range v.candidates(claim, c) {
		v.judge(claim, s)
		if s.guard == "" && len(passed) < maxRead && !claim.english {
			stranger, err := v.strangerIn(ctx, claim, names, s.window)
			if err != nil {
				return nil, err
			}
			if stranger != "" {
				s.guard, s.why = "name", stranger
			}
		}
		if s.guard == "" {
			passed = append(passed, s)
			continue
		}
		if refused == nil {
			refused = s
		}
		if contradicts[s.guard] {
			against = append(against, s)
		}
	}
	if len(passed) == 0 {
		return refused, nil
	}
	passed = passed[:min(len(passed), maxRead)]
	if claim.english { // the reader reads Chinese
		if s := passed[0]; s.source.english && s.coverage < minCoverageAlone {
			s.guard, s.why = "coverage", "the source does not say it"
		}
		return passed[0], nil
	}
	if v.reader == nil {
		s := passed[0]
		if near := parse(s.source.text + "\n" + s.paragraph.Article.Title + "\n" + s.paragraph.Heading); claim.coverage(near) < minCoverageAlone {
			s.guard, s.why = "coverage", "the source does not say it"
		}
		return s, nil
	}
	for _, s := range passed {
		scores, err := v.reader.Grounded(ctx, s.spelt(claim), []reading.Passage{s.passage()})
		if err != nil {
			return nil, err
		}
		s.score, s.invented = scores[0], invented(claim, s.source)
	}
	slices.SortStableFunc(passed, clearer)
	s := passed[0]
	if s.confidence() < 0 {
		s.guard, s.why = "reader", "the source does not say it"
		if len(s.invented) > 0 {
			s.guard, s.why = "invention", fmt.Sprintf("the source does not say %q", s.invented[0])
		}
	}
	for _, r := range against {
		if s.guard == "" && r.coverage >= s.coverage+closerBy && (r.paragraph != s.paragraph || r.first > s.last || r.last < s.first) {
			return r, nil // another place speaks of it, and says otherwise
		}
	}
	return s, nil
}

// contradicts are the guards that object to what a window says otherwise, and not to
// what it does not say.
var contradicts = map[string]bool{"negation": true, "opposite": true, "substitution": true, "bound": true, "step": true, "comparison": true, "row": true, "role": true, "exception": true, "permission": true}

// closerBy is how much more of a claim's words a place must hold than another to be
// the one that speaks of it.
const closerBy = 0.15

// spelt is the claim with its figures as the window spells them: that they are
// equal the guards have seen, and how they are written is not for the reader.
func (w *window) spelt(claim *statement) string {
	runes := []rune(claim.text)
	for _, f := range slices.Backward(claim.figures) {
		for _, g := range w.source.figures {
			if sameFigure(f.Quantity, g.Quantity) {
				runes = slices.Replace(runes, f.Start, f.End, []rune(g.Text)...)
				break
			}
		}
	}
	return string(runes)
}

// passage is the window as the reader reads it.
func (w *window) passage() reading.Passage {
	p := w.paragraph
	return reading.Passage{
		Title: p.Article.Title,
		Text:  string(p.Text[p.Sentences[w.first].Start:p.Sentences[w.last].End]),
	}
}

// candidates are the windows that hold most of the claim, best first.
func (v *Verifier) candidates(claim *statement, c Claim) []*support {
	var all []*support
	for _, p := range v.evidence.Paragraphs {
		cited := cites(c, p)
		for _, w := range v.windowsOf(p) {
			if w.fit == 0 {
				continue
			}
			s := &support{window: w, coverage: claim.coverage(w.source.statement), shared: claim.shared(w.source.statement), cited: cited}
			if s.coverage >= minCoverage || s.shared >= minShared || claim.english && !w.source.english {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *support) int { return cmp.Compare(b.rank(), a.rank()) })
	if claim.english {
		return all // words cannot tell
	}
	return all[:min(len(all), maxWindows)]
}

// rank orders windows before they are judged.
func (s *support) rank() float64 {
	r := (s.coverage+s.shared)/2 - lengthPenalty*float64(s.last-s.first)
	if s.cited {
		r += lengthPenalty
	}
	return r
}

// judge asks the guards.
func (v *Verifier) judge(claim *statement, s *support) {
	if claim.english && !s.source.english {
		name, what := v.acrossObjection(claim, s.window)
		if name != "" {
			s.guard, s.why = name, objectionText(name, what)
		}
		return
	}
	derived, missing := v.missingFigure(claim, s.window)
	if missing != "" {
		s.guard, s.why = "figure", fmt.Sprintf("%q does not stand in the source", missing)
		return
	}
	s.derived = derived
	if missing := v.missingDate(claim, s.window); missing != "" {
		s.guard, s.why = "date", fmt.Sprintf("%q does not stand in the source", missing)
		return
	}
	if missing := v.missingWord(claim, s.window); missing != "" {
		s.guard, s.why = "name", fmt.Sprintf("%q does not stand in the source", missing)
		return
	}
	if name, what := objection(claim, s.source); name != "" {
		s.guard, s.why = name, objectionText(name, what)
	}
}

func objectionText(guard, what string) string {
	switch guard {
	case "negation", "opposite":
		return fmt.Sprintf("the source says the opposite: %q", what)
	case "binding":
		return fmt.Sprintf("the source says %q of something else", what)
	case "speaker", "role":
		return fmt.Sprintf("the source tells it of somebody else: %q", what)
	}
	return fmt.Sprintf("the source does not say so: %q (%s)", what, guard)
}

// windowsOf are all windows of a paragraph.
func (v *Verifier) windowsOf(p *evidence.Paragraph) []*window {
	if w, ok := v.windows[p]; ok {
		return w
	}
	out := []*window{}
	for first := range p.Sentences {
		for last := first; last < min(first+maxSpanSentences, len(p.Sentences)); last++ {
			out = append(out, v.windowOf(p, first, last))
		}
	}
	v.windows[p] = out
	return out
}

func (v *Verifier) windowOf(p *evidence.Paragraph, first, last int) *window {
	text := string(p.Text)
	ahead := string(p.Text[:p.Sentences[first].Start])
	var before strings.Builder
	for n := max(1, p.Number-speakersBack); n < p.Number; n++ {
		t, _ := p.Article.Paragraph(n)
		before.WriteString(t + "\n")
	}
	heading := p.Article.Title + "\n" + p.Heading
	w := &window{
		paragraph: p, first: first, last: last, fit: v.fits(p, first, last),
		source: &source{
			statement: parse(string(p.Text[p.Sentences[first].Start:p.Sentences[last].End])),
			wide:      parse(string(p.Text[p.Sentences[max(0, first-sentencesAround)].Start:p.Sentences[min(last+sentencesAround, len(p.Sentences)-1)].End])),
			title:     zhtext.Fold(p.Article.Title),
			around:    zhtext.Fold(text + "\n" + heading),
			before:    zhtext.Fold(before.String() + ahead),
			asked:     zhtext.Fold(v.analysis.Question),
			labels:    func() []string { return v.labels.of(p.Article) },
			under:     labelsOver(p, first, last),
		},
	}
	for _, q := range zhtext.Quantities(heading) {
		w.figures = append(w.figures, figure{q, unitKind(q)})
	}
	return w
}

// sentencesAround is how far around a window another thing of the kind is looked for.
const sentencesAround = 2

// speakersBack is how many paragraphs back somebody may have begun to speak.
const speakersBack = 4

// fits tells how well the sentences fit the years asked about; 0 means that
// they are about others.
func (v *Verifier) fits(p *evidence.Paragraph, first, last int) float64 {
	fit := 0.0
	for i := first; i <= last; i++ {
		fit = max(fit, p.EditionFit(i, v.analysis.Years))
	}
	return fit
}

func cites(c Claim, p *evidence.Paragraph) bool {
	for _, s := range c.Cites {
		if s.Article.ID == p.Article.ID && s.Span.Paragraph == p.Number {
			return true
		}
	}
	return false
}

// fill writes where a claim is held into its verdict.
func (v *Verifier) fill(verdict *Verdict, c Claim, s *support) {
	p := s.paragraph
	first, last := p.Sentences[s.first], p.Sentences[s.last]
	verdict.Supported = true
	verdict.Repaired = len(c.Cites) > 0 && !s.cited
	verdict.Coverage = s.coverage
	verdict.ArticleID, verdict.Paragraph = p.Article.ID, p.Number
	verdict.Start, verdict.End = p.Offset+first.Start, p.Offset+last.End
	verdict.Quote = string(p.Text[first.Start:last.End])
	verdict.Calculation = explainDerivations(s.derived)
	for _, w := range s.more {
		p := w.paragraph
		first, last := p.Sentences[w.first], p.Sentences[w.last]
		verdict.More = append(verdict.More, Span{p.Article.ID, p.Number, p.Offset + first.Start, p.Offset + last.End, string(p.Text[first.Start:last.End])})
	}
	if zhtext.Language(c.Text) != "en" && len(s.derived) == 0 {
		if shown := restoreHedges(c.Text, p, zhtext.Range{Start: first.Start, End: last.End}); shown != c.Text {
			verdict.Shown = shown
		}
	}
}
