package extract

import (
	"cmp"
	"context"
	"math"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// wasRead tells whether a reader has looked at the evidence.
func wasRead(ev *evidence.Evidence) bool {
	return slices.ContainsFunc(ev.Paragraphs, func(p *evidence.Paragraph) bool { return p.Read })
}

// judged is a sentence with its chance to answer.
type judged struct {
	candidate
	features map[string]float64
	odds     float64
	discount float64 // of an edition that fits less, log odds
	// alone is where the reader points in the sentence by itself, best first, in runes of
	// the paragraph; nil: not read.
	alone []evidence.Finding
	// byItself are the log odds that it answers by itself, where it was read.
	byItself float64
	// answer is the best short answer in the sentence, nil if there is none or
	// nobody looked: only where it could be shown.
	answer *shortAnswer
}

// judge rates every sentence of the evidence by rules and reader together, best
// first. Those about another year or edition are left out. The errors are those of
// the embedder.
func judge(ctx context.Context, req rag.Request, part question.Part, thorough bool) ([]judged, error) {
	most := math.Inf(-1)
	for _, p := range req.Evidence.Paragraphs {
		if p.Read {
			most = max(most, p.Answerable)
		}
	}
	said, asked, done := zhtext.CompactString(req.Question), grounding.NewAsked(req.Question), doings(req.Question, req.Evidence)
	var out []judged
	for _, p := range req.Evidence.Paragraphs {
		if !p.Read {
			continue
		}
		strange, context := 0.0, p.Context()
		for _, name := range req.Evidence.Asked {
			if !grounding.HoldsName(context, name) && !standsInParts(context, name) {
				strange++
			}
		}
		held, types := heldWords(part, p), typesIn(part, p)
		totals := totalsOf(part, p, held)
		places := placesIn(p, totals)
		for i := range p.Sentences {
			fit := p.EditionFit(i, req.Analysis.Years)
			if fit == 0 || p.IsHeading(i) || strings.Contains(said, p.Sentences[i].Folded) || ofAnotherTime(req.Question, p.Sentences[i].Text) ||
				!p.OrdinalFit(i, req.Analysis.Ordinals) || zhtext.AddressesMachine(p.Sentences[i].Text) {
				continue
			}
			j := judged{candidate: candidate{paragraph: p, sentence: i}}
			rule := 0.0
			if c, ok := score(req, part, p, i); ok {
				j.candidate = c // with what the rules would cut out of it
				rule = clip(c.score, 0, 1)
			}
			j.features = map[string]float64{
				featureAnswerable: clip(p.Answerable, unread, -unread),
				featureBest:       clip(p.Answerable-most, unread, 0),
				featurePlace:      clip(places[i], unread, 0),
				featureRank:       1 / math.Sqrt(float64(p.Rank)),
				featureOwn:        p.Own(part.Words, i),
				featureStrange:    min(strange, 2),
				featureBeaten:     beaten(part, held, types, i),
				featureFocus:      focusIn(part, p, i),
				featureAlike:      calibrated().Alike,
				featureFound:      p.Found(part.Words, i),
				featureOpen:       openKind(part),
				featureField:      labelled(part, p, i),
				featureSize:       math.Log(float64(len([]rune(p.Sentences[i].Text)))),
			}
			if totals[i] >= 0 {
				j.features[featureBeaten] = 1
			}
			if fit == 1 && asksOnlyOfYear(req.Analysis.Years, part) || types[i] > 0 && p.IsValue(i) && j.features[featureOwn] >= namedAbove {
				j.features[featureOwn], j.features[featureFound] = 1, 1
			}
			if share, ok := saidOfVersion(req.Question, part, req.Evidence, p, i); ok {
				j.features[featureOwn], j.features[featureFound], rule = share, share, share
			}
			j.features[featureRule] = rule
			if asked.Contrary(p, i) != "" || done != "" && !hasSubject(p, i, done) {
				j.features[featureContrary] = 1
			}
			if j.confirmed(p.Sentences[i]) {
				j.features[featureAgreed], j.features[featureConfirmed] = 1, rule
			}
			if types[i] < 0 {
				j.features[featureUntyped] = 1
			}
			j.discount = math.Log(fit)
			j.weigh()
			out = append(out, j)
		}
	}
	slices.SortStableFunc(out, likelier)
	return out, compare(ctx, req, out, thorough)
}

// namedAbove is the least share of a question's words that the headings over a line of
// nothing but a value must hold to be what it is the value of: 2024-02-02 under 2.4.0.
const namedAbove = 0.5

// standsInParts tells whether a text holds a long name in two parts: the reader takes
// what stands side by side in a question for one name, 程野林嘉禾, or a short form of a
// body's, 衡石事务所.
func standsInParts(text, name string) bool {
	runes := []rune(name)
	if len(runes) < 5 {
		return false
	}
	for i := 2; i <= len(runes)-2; i++ {
		if strings.Contains(text, string(runes[:i])) && strings.Contains(text, string(runes[i:])) {
			return true
		}
	}
	return false
}

// openKind is 1 where a part asks for no figure, date, person or place.
func openKind(part question.Part) float64 {
	switch part.Kind {
	case question.KindQuantity, question.KindDate, question.KindPerson, question.KindPlace:
		return 0
	}
	return 1
}

// weigh adds up the features.
func (j *judged) weigh() { j.odds = odds(calibrated().Sentence, j.features) + j.discount }

// answeredOdds are the log odds that the question is answered at all where this is its best
// sentence. They are weighed apart from those of the sentence: what sets an answered question
// apart from another is not what sets sentences of a passage apart.
func (j judged) answeredOdds() float64 { return odds(calibrated().Answered, j.features) + j.discount }

// likelier orders sentences by their odds, highest first.
func likelier(a, b judged) int { return cmp.Compare(b.odds, a.odds) }

// confirmed tells whether the reader points at what the rules cut out of a sentence.
func (j judged) confirmed(sentence evidence.Sentence) bool {
	if j.short == nil {
		return false
	}
	text := string(j.paragraph.Text[j.short.start:j.short.end])
	for _, f := range j.paragraph.Findings {
		if sentence.Covers(f.Range) && sameAnswer(text, string(j.paragraph.Text[f.Start:f.End])) {
			return true
		}
	}
	return false
}

// heldWords says which of the part's words each sentence of a paragraph holds, with what
// leads in to it.
func heldWords(part question.Part, p *evidence.Paragraph) [][]bool {
	out := make([][]bool, len(p.Sentences))
	for i, s := range p.Sentences {
		lead := p.LeadIn(i)
		for _, w := range part.Words {
			out[i] = append(out[i], max(question.Match(w, s.Folded), question.Match(w, lead)) >= evidence.FoundCover)
		}
	}
	return out
}

// beaten is how much more of the question another sentence of the paragraph holds
// that holds all that sentence i does and as well what is asked for: of 东桥长1860米
// and 西桥长1420米 the second beats the first for 西桥长多少米.
func beaten(part question.Part, held [][]bool, types []float64, i int) float64 {
	total, most := 0.0, 0.0
	for _, w := range part.Words {
		total += w.Need
	}
	for k := range held {
		more := 0.0
		for n, w := range part.Words {
			switch {
			case held[i][n] && !held[k][n]:
				more = math.Inf(-1)
			case held[k][n] && !held[i][n]:
				more += w.Need
			}
		}
		if more > most && types[k] >= types[i] {
			most = more
		}
	}
	if total == 0 {
		return 0
	}
	return most / total
}

// focusIn is how well the sentence holds what is counted, measured or done, 1 where
// the question names nothing of the kind.
func focusIn(part question.Part, p *evidence.Paragraph, i int) float64 {
	if len(part.Focus) == 0 {
		return 1
	}
	return question.Match(part.Focus[0], p.Sentences[i].Folded)
}

// typesIn is holdsType of each sentence of a paragraph.
func typesIn(part question.Part, p *evidence.Paragraph) []float64 {
	out := make([]float64, len(p.Sentences))
	for i := range out {
		out[i] = holdsType(part, p, i)
	}
	return out
}

// holdsType tells whether a sentence holds a figure or a date of the kind that is
// asked for: 1, -1, or 0 where another kind of thing is asked for.
func holdsType(part question.Part, p *evidence.Paragraph, i int) float64 {
	s := p.Sentences[i]
	switch part.Kind {
	case question.KindQuantity:
		for _, q := range p.Quantities() {
			if s.Covers(q.Range) && classFit(part, q) > 0 {
				return 1
			}
		}
		return -1
	case question.KindDate:
		if len(zhtext.Dates(s.Text)) > 0 || len(zhtext.Years(s.Text)) > 0 {
			return 1
		}
		for _, q := range p.Quantities() {
			if s.Covers(q.Range) && namesYear(q.Unit) {
				return 1
			}
		}
		return -1
	}
	return 0
}

// namesYear tells whether a figure of a unit may say when: 166年, 光绪31年,
// 1950年代, 14世纪.
func namesYear(unit string) bool { return unit == "年" || unit == "年代" || unit == "世纪" }

// placeIn is the log of the probability that the reader gives to the places in a
// sentence.
func placeIn(p *evidence.Paragraph, i int) float64 {
	sum := 0.0
	for _, f := range p.Findings {
		if f.Overlaps(p.Sentences[i].Range) {
			sum += math.Exp(f.Score)
		}
	}
	return math.Log(sum + 1e-9)
}

// shortAnswer is a short answer with its chance to be right.
type shortAnswer struct {
	zhtext.Range
	features map[string]float64
	odds     float64
}

// shorten finds the best short answer in a sentence: one of the reader's places
// in it, or what the rules cut out.
func (j judged) shorten(asked string, part question.Part) (best shortAnswer, ok bool) {
	p, s := j.paragraph, j.paragraph.Sentences[j.sentence]
	all := siblings(asked, p, j.sentence)
	fitting := eligible(all, part, p)
	likely := likeliest(fitting)
	var ruled zhtext.Range
	if j.short != nil {
		ruled = zhtext.Range{Start: j.short.start, End: j.short.end}
	}
	said := zhtext.CompactString(asked)
	consider := func(at zhtext.Range, features map[string]float64) {
		at, both := bothSides(asked, p, at, s.Range)
		if !both {
			at = onlyYear(part, p, stretchAsked(asked, p, withinClauses(p, wholeAnswer(p, at, s.Range), s.Range, part), s.Range))
		}
		if at.End <= at.Start || saysOnlyWhichDay(p, at) || !both && passedOver(all, likely, part, p, at) {
			return
		}
		if at = wholeSeries(asked, p, at, s.Range); at.End-at.Start > maxShortRunes {
			return
		}
		text := string(p.Text[at.Start:at.End])
		features[featureChance] = clip(j.odds, unread, -unread)
		features[featureLength] = float64(at.End-at.Start) / 10
		features[featureType] = typeFit(part, p, at)
		if both {
			features[featureType] = 1
		}
		if strings.Contains(said, zhtext.CompactString(text)) { // the question says it already
			if !offers.MatchString(asked) {
				return
			}
			features[featureEcho] = 1
		}
		if j.short != nil && sameAnswer(text, string(p.Text[ruled.Start:ruled.End])) {
			features[featureAgree] = 1
		}
		features[featureRule], features[featureConfirmed] = j.features[featureRule], j.features[featureRule]*features[featureAgree]
		features[featureSibling] = shareOf(fitting, at)
		features[featureClause], features[featureLater] = heldAround(part, p, s.Range, at)
		if part.Kind == question.KindYesNo && !decides(text, features[featureLater]) {
			return
		}
		j.noteAlone(at, features)
		if a := (shortAnswer{at, features, odds(calibrated().Short, features)}); !ok || a.odds > best.odds {
			best, ok = a, true
		}
	}
	for i, f := range p.Findings {
		if f.Start < s.Start || f.End > s.End {
			continue
		}
		next := float64(unread)
		for k, o := range p.Findings {
			if k != i {
				next = max(next, o.Score)
			}
		}
		consider(f.Range, map[string]float64{featureScore: clip(f.Score, unread, 0), featureMargin: clip(f.Score-next, unread, -unread)})
	}
	if len(j.alone) > 0 {
		at := j.alone[0].Range
		if !slices.ContainsFunc(p.Findings, func(f evidence.Finding) bool { return f.Range == at }) {
			consider(at, map[string]float64{featureScore: scoreAt(p.Findings, at), featureMargin: 0})
		}
	}
	for _, f := range likely { // even where the reader does not point at it
		if ok && cutOut(p, f.Range) {
			continue
		}
		consider(f.Range, map[string]float64{featureScore: scoreAt(p.Findings, f.Range), featureMargin: 0})
	}
	if j.short != nil {
		consider(ruled, map[string]float64{featureByRule: 1, featureScore: unread})
	}
	return best, ok
}

// offers is how a question gives what it asks for to choose from. What any other
// question says itself answers nothing.
var offers = regexp.MustCompile(`还是|或|、|[和与跟]`)

// cutOut tells whether a figure or name is a piece of the place that the reader
// points at: 胶东半岛 of 胶东半岛北侧海岸.
func cutOut(p *evidence.Paragraph, at zhtext.Range) bool {
	for _, f := range p.Findings { // best first
		if f.Overlaps(at) {
			return f.Covers(at) && f.Range != at
		}
	}
	return false
}

// onlyYear cuts a date down to its year where only the year is asked for.
func onlyYear(part question.Part, p *evidence.Paragraph, at zhtext.Range) zhtext.Range {
	if part.Kind != question.KindDate || part.Unit != "年" {
		return at
	}
	for _, d := range p.Dates() {
		if d.Range != at || d.Year == 0 || d.Month == 0 {
			continue
		}
		if before, _, found := strings.Cut(string(p.Text[at.Start:at.End]), "年"); found {
			at.End = at.Start + len([]rune(before)) + 1
		}
	}
	return at
}

// scoreAt is the score of the likeliest of the reader's places that overlaps a stretch.
func scoreAt(places []evidence.Finding, at zhtext.Range) float64 {
	best := float64(unread)
	for _, f := range places {
		if f.Overlaps(at) {
			best = max(best, f.Score)
		}
	}
	return best
}

// maxShortRunes is the longest stretch that is called a short answer.
const maxShortRunes = 40

// sameAnswer tells whether two stretches name the same thing: one holds the
// other, or they are the same figure.
func sameAnswer(a, b string) bool {
	a, b = zhtext.CompactString(a), zhtext.CompactString(b)
	if a == "" || b == "" {
		return false
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	x, y := zhtext.Quantities(a), zhtext.Quantities(b)
	return len(x) == 1 && len(y) == 1 && x[0].Same(y[0])
}

// typeFit is 1 where a stretch is of the kind asked for, -1 where it is of
// another, and 0 where nothing tells.
func typeFit(part question.Part, p *evidence.Paragraph, at zhtext.Range) float64 {
	quantity, date, year, fits, several := false, false, false, false, 0
	for _, q := range p.Quantities() {
		if at.Overlaps(q.Range) {
			quantity, year = true, year || namesYear(q.Unit)
			several++
			fits = fits || classFit(part, q) > 0
		}
	}
	for _, d := range p.Dates() {
		date = date || at.Overlaps(d.Range)
	}
	yes := func(is bool) float64 {
		if is {
			return 1
		}
		return -1
	}
	named := func(kind reading.NameKind) float64 {
		for _, n := range p.Names {
			if at.Overlaps(zhtext.Range{Start: n.Start, End: n.End}) {
				return yes(n.Kind == kind)
			}
		}
		return yes(!quantity && !date) / 2
	}
	switch part.Kind {
	case question.KindQuantity:
		return yes(quantity && fits && (several == 1 || isPeriod(p, at)))
	case question.KindDate:
		return yes(date || year || len(zhtext.Years(string(p.Text[at.Start:at.End]))) > 0)
	case question.KindPerson:
		return named(reading.Person)
	case question.KindPlace:
		return named(reading.Place)
	}
	return 0
}

// heldAround is the share of a part's words that the clause of a stretch holds, and of
// those that only clauses behind it hold: 70岁以上老人免票 behind 学生60元 says that
// the sum is not what 老人 pay.
func heldAround(part question.Part, p *evidence.Paragraph, sentence, at zhtext.Range) (own, later float64) {
	total := 0.0
	for _, w := range part.Words {
		total += w.Weight
	}
	if total == 0 {
		return 0, 0
	}
	first, last := sentence.Start, sentence.End
	for _, c := range clauses(p.Text, sentence) {
		if c.Start <= at.Start {
			first = c.Start
		}
		if c.End >= at.End {
			last = min(last, c.End)
		}
	}
	ahead, inside, behind := compacted(p, sentence.Start, first), compacted(p, first, last), compacted(p, last, sentence.End)
	for _, w := range part.Words {
		switch {
		case question.Match(w, inside) >= evidence.FoundCover:
			own += w.Weight / total
		case question.Match(w, ahead) < evidence.FoundCover && question.Match(w, behind) >= evidence.FoundCover:
			later += w.Weight / total
		}
	}
	return own, later
}

// compacted is a stretch of a paragraph in the form that words are looked for in.
func compacted(p *evidence.Paragraph, start, end int) string {
	return zhtext.CompactString(string(p.Text[start:max(start, end)]))
}
