package extract

import (
	"context"
	"math"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Name is how answers without a language model are signed.
const Name = "extractive"

// Generator answers with the sentences of the sources that answer best,
// verbatim, and puts the short answer first where it can be cut out of one.
// It needs no model and no network. The zero value is ready to use.
type Generator struct {
	// Thorough looks as well at sentences that can't be shown, for a fit of the calibration.
	Thorough bool
}

var _ rag.Generator = Generator{}

// New returns the offline generator.
func New() Generator { return Generator{} }

// Name is "extractive".
func (Generator) Name() string { return Name }

// Thresholds of the extractive generator, fixed on the shipped questions.
const (
	// minScore is the least score of a sentence that answers.
	minScore = 0.36
	// minOwn is the least share of the question's words that the sentence itself
	// or what stands right before it must hold.
	minOwn = 0.2
	// minFocus is the least cover of what is counted or measured.
	minFocus = 0.35
	// companionShare is how close to the best sentence's score another one
	// must come to be shown beside it.
	companionShare = 0.86
	// listShare is the same for questions that ask for several things.
	listShare = 0.75
	// rivalShare is how close the same question's answer from another edition
	// or article must come to be given as well.
	rivalShare = 0.97
	// orderPenalty is the factor for a sentence that gives a machine orders: it
	// is quoted only when nothing else answers nearly as well.
	orderPenalty = 0.4
	// maxSentences bounds the sentences shown for one part of a question.
	maxSentences = 3
)

// candidate is a sentence that may answer a part of the question.
type candidate struct {
	paragraph *evidence.Paragraph
	sentence  int
	score     float64
	factors   []Factor // what score is the product of, in order, but for rank
	rank      float64  // what the paragraph's rank in retrieval adds
	// short is the answer cut out of the sentence, in runes of the paragraph.
	short *span
	// key compares two short answers: equal keys say the same.
	key string
	// quantity is the short answer where a quantity is asked for.
	quantity zhtext.Quantity
}

// Factor is one named reason for a score, which is their product.
type Factor struct {
	Name  string
	Value float64
}

// start begins the score with how well the words are held.
func (c *candidate) start(factors ...Factor) {
	c.factors = factors
	c.score = product(factors)
}

// scale multiplies the score.
func (c *candidate) scale(name string, by float64) {
	c.score *= by
	c.factors = append(c.factors, Factor{name, by})
}

func product(factors []Factor) float64 {
	out := 1.0
	for _, f := range factors {
		out *= f.Value
	}
	return out
}

type span struct{ start, end int }

// Generate emits, for each part of the question, the short answer and then the
// sentences that hold the answers, without repeating a sentence.
func (g Generator) Generate(ctx context.Context, req rag.Request, emit func(rag.Claim) error) (rag.Draft, error) {
	if wasRead(req.Evidence) {
		return g.answerByReading(ctx, req, emit)
	}
	var shorts, sentences []candidate
	var draft rag.Draft
	for _, part := range req.Analysis.Parts {
		if err := ctx.Err(); err != nil {
			return rag.Draft{}, err
		}
		best := Best(req, part)
		for i := range best {
			best[i].widen(req.Question)
		}
		draft.Incomplete = draft.Incomplete || len(best) == 0
		sentences = appendNew(sentences, best)
		for _, c := range best {
			if c.short != nil {
				shorts = appendShort(shorts, c)
			}
			if !part.Many {
				break
			}
		}
		shorts = append(shorts, rivals(best, shorts)...)
		draft.Conflict = draft.Conflict || disagree(req.Question, best)
	}
	if len(sentences) == 0 {
		return rag.Draft{Refused: true}, nil
	}
	for _, c := range shorts {
		if err := emit(c.shortClaim()); err != nil {
			return rag.Draft{}, err
		}
	}
	for _, c := range sentences {
		if err := emit(c.claim()); err != nil {
			return rag.Draft{}, err
		}
	}
	return draft, nil
}

// Best ranks the sentences of the evidence for one part of the question and
// keeps those worth showing, best first.
func Best(req rag.Request, part question.Part) []candidate {
	all := rate(req, part)
	if len(all) == 0 || all[0].score < minScore {
		return nil
	}
	return companions(req.Question, part, all)
}

// companions keeps the best candidate and what should stand beside it: for
// questions with one short answer only a rival answer, else good neighbours.
func companions(asked string, part question.Part, all []candidate) []candidate {
	best, share := all[0], companionShare
	if part.Many || part.Kind == question.KindList {
		share = listShare
	}
	out := []candidate{best}
	for _, c := range all[1:] {
		if len(out) == maxSentences {
			break
		}
		if sameText(out, c) {
			continue
		}
		oneAnswer := part.Kind == question.KindQuantity || part.Kind == question.KindDate || part.Kind == question.KindName
		if oneAnswer && best.short != nil {
			if !rival(best, c) && !contradicts(asked, best, c) {
				continue
			}
		} else if c.score < share*best.score {
			continue
		}
		out = append(out, c)
	}
	return out
}

// rival tells whether c answers the same from another article as well as best
// does, with another value: another edition, or a conflict.
func rival(best, c candidate) bool {
	return c.short != nil && c.key != best.key && c.score >= rivalShare*best.score &&
		c.paragraph.Article.ID != best.paragraph.Article.ID
}

// rivals are the short answers of other articles than the best one's.
func rivals(best, shorts []candidate) []candidate {
	var out []candidate
	if len(best) == 0 {
		return nil
	}
	for _, c := range best[1:] {
		if c.short == nil || best[0].short == nil || c.key == best[0].key || hasShort(shorts, c) || hasShort(out, c) {
			continue
		}
		out = append(out, c)
	}
	return out
}

func hasShort(list []candidate, c candidate) bool {
	for _, have := range list {
		if have.key == c.key {
			return true
		}
	}
	return false
}

func appendShort(list []candidate, c candidate) []candidate {
	if hasShort(list, c) {
		return list
	}
	return append(list, c)
}

func appendNew(list, more []candidate) []candidate {
	for _, c := range more {
		if !sameText(list, c) {
			list = append(list, c)
		}
	}
	return list
}

func sameText(list []candidate, c candidate) bool {
	for _, have := range list {
		if have.text() == c.text() {
			return true
		}
	}
	return false
}

func (c candidate) text() string { return c.paragraph.Sentences[c.sentence].Text }

func (c candidate) claim() rag.Claim {
	s := c.paragraph.Sentences[c.sentence]
	return rag.Claim{Text: s.Text, Cites: []rag.Source{c.source(s.Start, s.End)}}
}

func (c candidate) shortClaim() rag.Claim {
	return rag.Claim{
		Text:  strings.TrimSpace(string(c.paragraph.Text[c.short.start:c.short.end])),
		Cites: []rag.Source{c.source(c.paragraph.Sentences[c.sentence].Start, c.paragraph.Sentences[c.sentence].End)},
		Short: true,
	}
}

func (c candidate) source(start, end int) rag.Source {
	return rag.Source{
		Article: c.paragraph.Article,
		Span: article.Span{
			Paragraph: c.paragraph.Number, Start: start, End: end,
			Text: string(c.paragraph.Text[start:end]),
		},
	}
}

// score rates sentence i of paragraph p as an answer to the part, and finds the
// short answer in it. The score is the idf-weighted share of the question's
// words found in the sentence or around it, weighed by the fit of the edition,
// with a little for the rank that retrieval gave.
func score(req rag.Request, part question.Part, p *evidence.Paragraph, i int) (candidate, bool) {
	c := candidate{paragraph: p, sentence: i}
	fit := p.EditionFit(i, req.Analysis.Years)
	if fit == 0 || p.IsHeading(i) || !p.OrdinalFit(i, req.Analysis.Ordinals) {
		return c, false
	}
	prior := 0.06 / math.Sqrt(float64(p.Rank))
	words := part.Words
	if len(words) == 0 {
		return c, false
	}
	context := p.Cover(words, i)
	if p.Own(words, i) < minOwn {
		return c, false
	}
	c.start(Factor{"words in and around the sentence", evidence.Share(words, context)})
	switch part.Kind {
	case question.KindQuantity:
		if !c.bestQuantity(req, part, context) {
			return c, false
		}
	case question.KindDate:
		if !c.bestDate(part, context) {
			c.scale("no date", 0.6)
		}
	case question.KindName:
		if !c.bestName(part, context) {
			c.scale("no quoted name", 0.75)
		}
	case question.KindPerson:
		if !c.bestPerson(part) {
			c.scale("no person", 0.7)
		}
		if len(part.Focus) > 0 && question.Match(part.Focus[0], p.Sentences[i].Folded) < 0.5 {
			c.short = nil // somebody, but not the one who is asked for
		}
	case question.KindPlace:
		if !c.bestPlace(part) {
			c.scale("no place", 0.6)
		}
	case question.KindOpen:
		c.bestNoun(part, context)
	case question.KindReason:
		if !givesReason(p.Sentences[i].Text) {
			c.scale("no reason", 0.75)
		}
	case question.KindList:
		switch n := listItems(p.Sentences[i].Text); {
		case n < 2:
			c.scale("one item", 0.92)
		case n > 2:
			c.scale("many items", 1.08)
		}
	}
	if part.Kind != question.KindQuantity && part.Kind != question.KindName && part.Kind != question.KindList && len(part.Focus) > 0 {
		c.scale("focus in the sentence", 0.75+0.25*question.Match(part.Focus[0], p.Sentences[i].Folded))
	}
	if part.Kind == question.KindPerson && len(part.Focus) > 0 && heldByAnother(p.Sentences[i].Text, part.Focus[0].Text) {
		c.scale("office of another", 0.4)
	}
	if zhtext.AddressesMachine(p.Sentences[i].Text) {
		c.scale("orders to a machine", orderPenalty)
	}
	if distributive(p.Sentences[i].Text) && !distributive(req.Question) {
		c.scale("of each, not of all", 0.85)
	}
	if opposed(req.Question, p.Sentences[i].Text) {
		c.scale("opposite direction", 0.55)
	}
	c.scale("edition", fit)
	c.rank = prior
	c.score += prior
	return c, true
}

// reasons are how a sentence says why.
var reasons = []string{"由于", "原因", "为了", "为此", "得益于", "所致", "旨在", "以便", "之所以", "源于", "影响，", "共同影响", "归功", "是受"}

func givesReason(s string) bool {
	for _, r := range reasons {
		if strings.Contains(s, r) {
			return true
		}
	}
	for rest := s; ; {
		at := strings.Index(rest, "因")
		if at < 0 {
			return false
		}
		rest = rest[at+len("因"):]
		if !strings.HasPrefix(rest, "此") && !strings.HasPrefix(rest, "而") && !strings.HasPrefix(rest, "素") {
			return true
		}
	}
}

// distributive tells whether a text speaks of each one rather than of all.
func distributive(s string) bool {
	for _, w := range []string{"每个", "单个", "平均", "人均", "每家", "每人", "都"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func listItems(s string) int {
	return strings.Count(s, "、") + strings.Count(s, "；") + strings.Count(s, "，一是") + strings.Count(s, "二是") + 1
}
