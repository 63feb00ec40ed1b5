package rag

import (
	"cmp"
	"context"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/zhtext"
)

// supplement adds to a language model's verified sentences what the question asks
// for and they leave out. Small models skip the second half of a question, name
// a figure of another kind, or settle on one of two values that the sources
// give; the extractive generator reads the same evidence by rule. Its short answers are
// looked for in what has been said; the source sentence of each that is missing
// is added, as it stands there.
func (r *run) supplement(ctx context.Context, req Request) error {
	c := r.chain
	if c.Model == nil || r.answer.Answerer != c.Model.Name() || !r.wasRead() && r.gate(false) != ReasonNone {
		return nil
	}
	for _, v := range r.trace.Claims {
		if v.Supported && v.Calculation != "" {
			return nil // it answers with a figure that no source states
		}
	}
	own, err := r.extract(ctx, req)
	if err != nil {
		return err
	}
	shorts, sentences, draft := own.shorts, own.sentences, own.draft
	verifier := grounding.New(r.evidence, r.analysis, c.Reader)
	for _, short := range shorts {
		if r.says(short.Text) {
			continue
		}
		claim, ok := sentenceOf(short, sentences)
		if !ok {
			continue
		}
		if err := r.addClaim(ctx, claim, verifier, req.Language); err != nil {
			return err
		}
	}
	if len(shorts) == 0 && len(sentences) > 0 {
		if err := r.completeSentence(ctx, sentences[0], verifier, req.Language); err != nil {
			return err
		}
	}
	if draft.Conflict {
		r.notice(message(req.Language, noticeConflict))
	}
	return nil
}

// extracted is what the extractive generator drafts of the evidence.
type extracted struct {
	shorts, sentences []Claim
	draft             Draft
}

// extract lets the extractive generator draft beside a language model, once: the
// verifier expects what it finds, and what the model leaves out is taken from it.
func (r *run) extract(ctx context.Context, req Request) (*extracted, error) {
	if r.extracted != nil {
		return r.extracted, nil
	}
	var out extracted
	var err error
	out.draft, err = r.chain.Extractive.Generate(ctx, req, func(claim Claim) error {
		if claim.Short {
			out.shorts = append(out.shorts, claim)
		} else {
			out.sentences = append(out.sentences, claim)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.extracted = &out
	return r.extracted, nil
}

// expect tells the verifier which short answer the extractive generator, which reads
// the same evidence, is sure enough of.
func (r *run) expect(ctx context.Context, verifier *grounding.Verifier, req Request) error {
	if !r.wasRead() || len(req.Analysis.Parts) != 1 {
		return nil
	}
	own, err := r.extract(ctx, req)
	if err != nil || own.draft.Conflict || len(own.shorts) != 1 {
		return err
	}
	short := own.shorts[0]
	for _, p := range r.evidence.Paragraphs {
		if cite := short.Cites[0]; p.Article.ID == cite.Article.ID && p.Number == cite.Span.Paragraph {
			verifier.Expect(short.Text, p)
		}
	}
	return nil
}

// clearlyMore is by how much the best source sentence has to hold more of the
// question's words than what the model's sentences rest on, to be added to them.
const clearlyMore = 0.25

// completeSentence adds the source sentence that answers best when the model has
// talked of something else.
func (r *run) completeSentence(ctx context.Context, claim Claim, verifier *grounding.Verifier, language string) error {
	verdict, paragraph, err := verifier.Verify(ctx, claim)
	if err != nil || !verdict.Supported {
		return err
	}
	said := 0.0
	for _, v := range r.trace.Claims {
		for _, p := range r.evidence.Paragraphs {
			if v.Supported && p.Article.ID == v.ArticleID && p.Number == v.Paragraph {
				said = max(said, r.held(p, v))
			}
		}
	}
	if r.held(paragraph, verdict) < said+clearlyMore {
		return nil
	}
	return r.addClaim(ctx, claim, verifier, language)
}

// held is the share of the question's words that stand in the sentences that a
// verdict quotes.
func (r *run) held(p *evidence.Paragraph, v Verdict) float64 {
	most := 0.0
	for i, s := range p.Sentences {
		if p.Offset+s.Start < v.End && p.Offset+s.End > v.Start {
			most = max(most, p.Own(r.analysis.Words, i))
		}
	}
	return most
}

// addClaim verifies a claim of the extractive generator's, adds it and says so.
func (r *run) addClaim(ctx context.Context, claim Claim, verifier *grounding.Verifier, language string) error {
	verdict, paragraph, err := verifier.Verify(ctx, claim)
	if err != nil {
		return err
	}
	r.trace.Claims = append(r.trace.Claims, verdict)
	if !verdict.Supported {
		return nil
	}
	sentence := r.compose.add(claim, verdict, paragraph, language)
	if sentence == nil {
		return nil
	}
	r.notice(message(language, noticeCompleted))
	return r.show(sentence)
}

// show hands a sentence to the caller.
func (r *run) show(sentence *Sentence) error {
	if sentence == nil || r.opts.OnSentence == nil {
		return nil
	}
	if err := r.opts.OnSentence(*sentence); err != nil {
		return &stopError{err}
	}
	return nil
}

// sentenceOf is the sentence that a short answer was cut out of.
func sentenceOf(short Claim, sentences []Claim) (Claim, bool) {
	for _, s := range sentences {
		if len(s.Cites) > 0 && len(short.Cites) > 0 && s.Cites[0].Article.ID == short.Cites[0].Article.ID &&
			s.Cites[0].Span.Paragraph == short.Cites[0].Span.Paragraph && strings.Contains(s.Text, short.Text) {
			return s, true
		}
	}
	return Claim{}, false
}

// says tells whether a supported claim holds the short answer: letter by letter,
// or each of its figures and dates by value.
func (r *run) says(short string) bool {
	want := zhtext.CompactString(short)
	figures, dates := zhtext.Quantities(short), zhtext.Dates(short)
	for _, v := range r.trace.Claims {
		if !v.Supported {
			continue
		}
		claim := cmp.Or(v.Shown, v.Claim)
		if strings.Contains(zhtext.CompactString(claim), strings.Trim(want, "“”《》「」『』‘’")) {
			return true
		}
		if len(figures)+len(dates) > 0 && holdsFigures(claim, figures) && holdsDates(claim, dates) {
			return true
		}
	}
	return false
}

func holdsFigures(text string, want []zhtext.Quantity) bool {
	have := zhtext.Quantities(text)
	for _, w := range want {
		found := false
		for _, h := range have {
			found = found || h.Same(w) || zhtext.Language(text) == "en" && h.Value == w.Value && h.Max == w.Max
		}
		if !found {
			return false
		}
	}
	return true
}

func holdsDates(text string, want []zhtext.Date) bool {
	have := zhtext.Dates(text)
	for _, w := range want {
		found := false
		for _, h := range have {
			found = found || w.Agrees(h)
		}
		if !found {
			return false
		}
	}
	return true
}
