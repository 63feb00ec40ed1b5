package rag

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// Defaults of a Chain's zero fields.
const (
	DefaultTopK        = 20
	DefaultDepth       = 50
	DefaultSideTimeout = 5 * time.Second
)

// MaxQuestionRunes is the longest question that is looked at.
const MaxQuestionRunes = 2000

// Errors that callers tell apart.
var (
	// ErrQuestionTooLong is returned for questions above MaxQuestionRunes.
	ErrQuestionTooLong = fmt.Errorf("question is longer than %d characters: shorten it to what you want to know", MaxQuestionRunes)
	// ErrEmptyQuestion is returned for questions without a visible character.
	ErrEmptyQuestion = errors.New("question is empty: write what you want to know")
	// ErrNoArticle is returned by a [Library] for an ID that no article has.
	ErrNoArticle = errors.New("there is no such article")
	// ErrDamaged is returned for what is held, and is not what was ingested.
	ErrDamaged = errors.New("store is damaged")
)

// Chain answers questions: condense, retrieve, fuse, generate, verify. It is
// safe for concurrent use.
type Chain struct {
	Index    Index
	Embedder Embedder // nil: keyword side only
	// Model drafts the answers with a language model; nil: there is none.
	Model Generator
	// Extractive answers without one: when there is none, when it fails, and
	// when nothing it says stands up.
	Extractive Generator
	// Reader is the trained model that reads passages and checks claims; nil:
	// words alone decide.
	Reader reading.Reader
	// Enough tells of a passage that it answers so surely that those behind it need not be
	// read that hold less of the question; nil: all are.
	Enough func(reading.Reading) bool
	// Alike compares sentences with the question as calibration knows it: the model in
	// this process, and no other; nil: nothing is compared.
	Alike SentenceEmbedder
	// Condenser rewrites follow-ups; nil: by rule.
	Condenser Condenser
	// ExplainFailure puts a generator's error into a sentence for users in
	// "zh" or "en"; nil: a general sentence.
	ExplainFailure func(err error, language string) string
	// TopK is how many passages a generator gets (0: DefaultTopK), Depth how
	// many each side of retrieval ranks (0: DefaultDepth).
	TopK, Depth int
	// WholeCorpus gives Model every article, if there are few and Index is a
	// [Library]; it decides whether they fit.
	WholeCorpus bool
	// SideTimeout bounds each side of retrieval (0: DefaultSideTimeout).
	SideTimeout time.Duration
	// Logger takes problems that do not stop an answer; nil: none.
	Logger *slog.Logger
	// Observer hears of each stage; nil: nobody.
	Observer Observer
}

// Observer follows questions through the chain, for metrics and traces.
type Observer interface {
	// Stage is called as a stage starts; the function it returns as it ends.
	Stage(ctx context.Context, name string) (context.Context, func(error))
	// Answered is called with each finished answer.
	Answered(ctx context.Context, a Answer)
}

// AnswerOptions are the caller's wishes for one answer.
type AnswerOptions struct {
	// OnSentence is called with each sentence once it has been verified; an
	// error from it stops the answer and is returned.
	OnSentence func(Sentence) error
	// Explain asks for the trace.
	Explain bool
}

// Sentence is a verified sentence of an answer.
type Sentence struct {
	// Lead is what goes ahead of the sentence: "", "；" or a line break.
	Lead string
	// Text ends in its markers ("…92个。[1]").
	Text string
	// Citations are those that this sentence is the first to use.
	Citations []Citation
	Short     bool
}

// Search retrieves and fuses: keyword and vector side by side.
func (c *Chain) Search(ctx context.Context, question string, k int) ([]Hit, error) {
	text, err := checkQuestion(question)
	if err != nil {
		return nil, err
	}
	r, err := c.retrieve(ctx, text, k)
	return r.hits, err
}

func checkQuestion(question string) (string, error) {
	if len(question) > 4*MaxQuestionRunes || len([]rune(question)) > MaxQuestionRunes {
		return "", ErrQuestionTooLong
	}
	text := strings.TrimSpace(zhtext.Clean(question))
	if text == "" {
		return "", ErrEmptyQuestion
	}
	return text, nil
}

// Answer answers a question. The errors are those of retrieval, of ctx and of
// OnSentence; a generator that fails is no error but a notice in the answer.
func (c *Chain) Answer(ctx context.Context, q Question, opts AnswerOptions) (Answer, error) {
	started := time.Now()
	asked, err := checkQuestion(q.Text)
	if err != nil {
		return Answer{}, err
	}
	if q.Now.IsZero() {
		q.Now = started
	}
	if q.ID == "" {
		q.ID = rand.Text()[:16]
	}
	q.Text = asked
	run := &run{chain: c, opts: opts, answer: Answer{ID: q.ID, Answerer: c.Answerer(), Citations: []Citation{}}}
	run.trace.Asked = asked
	err = run.answerQuestion(ctx, q)
	run.noteLimits()
	run.answer.Timings.Total = milliseconds(started)
	if opts.Explain {
		run.answer.Trace = &run.trace
	}
	if err == nil && c.Observer != nil {
		c.Observer.Answered(ctx, run.answer)
	}
	return run.answer, err
}

// run is one question on its way.
type run struct {
	chain    *Chain
	opts     AnswerOptions
	answer   Answer
	trace    Trace
	analysis question.Analysis
	evidence *evidence.Evidence
	whole    *evidence.Evidence // what the generator's claims are held against, nil: evidence
	catalog  Catalog
	emphasis string // what a follow-up brought new
	readAs   string // the question as a reader reads it
	// within is the one article that is looked into, nil: all of them.
	within *article.Article
	looked *look // the last one
	// extracted is what the sources say by themselves, beside a language model.
	extracted *extracted
	compose   composer
	verify    time.Duration
}

func (r *run) answerQuestion(ctx context.Context, q Question) error {
	if done, err := r.back(ctx, &q); done || err != nil {
		return err
	}
	normal := question.Normalize(q.Text)
	if normal.Text == "" {
		return r.talk(ctx, normal.Talk, q.Text)
	}
	q.Text = normal.Text
	if done, err := r.documents(ctx, q); done || err != nil {
		return err
	}
	condensed, err := r.standAlone(ctx, q)
	if err != nil {
		return err
	}
	if done, err := r.answerTable(ctx, condensed); done || err != nil {
		return err
	}
	if done, err := r.answerParts(ctx, q, condensed); done || err != nil {
		return err
	}
	req, reason, err := r.prepareAlone(ctx, q, condensed)
	if err != nil {
		return err
	}
	if reason == ReasonNone && !r.wasRead() && r.chain.Model == nil {
		reason = r.gate(false)
	}
	if reason != ReasonNone {
		return r.refuse(reason)
	}
	return r.generate(ctx, req)
}

// Prepare takes a question as far as a generator: condensed, retrieved, fused
// and analysed, but ungated. It is for measuring generators by themselves.
func (c *Chain) Prepare(ctx context.Context, q Question) (Request, error) {
	r := &run{chain: c}
	text, err := checkQuestion(q.Text)
	if err != nil {
		return Request{}, err
	}
	q.Text = cmp.Or(question.Normalize(text).Text, text)
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	condensed, err := r.standAlone(ctx, q)
	if err != nil {
		return Request{}, err
	}
	req, _, err := r.prepareAlone(ctx, q, condensed)
	return req, err
}

// prepareAlone makes the request for a generator of a question that stands alone,
// or tells why there is none.
func (r *run) prepareAlone(ctx context.Context, q Question, condensed string) (_ Request, _ Reason, err error) {
	c := r.chain
	r.answer.Question, r.trace.Condensed = condensed, condensed
	req := Request{Question: condensed, Language: zhtext.MainLanguage(condensed), History: q.History, Now: q.Now, Reader: c.Reader, Alike: c.Alike}
	r.analysis.Language = req.Language
	if r.catalog, err = c.Index.Catalog(ctx); err != nil {
		return req, ReasonNone, fmt.Errorf("read catalog: %w", err)
	}
	if r.catalog.Passages == 0 {
		return req, ReasonEmptyStore, nil
	}
	looked, err := r.look(ctx, condensed)
	if err != nil {
		return req, ReasonNone, err
	}
	found := looked.found
	r.evidence, r.analysis = looked.evidence, looked.analysis
	r.analysis.Emphasize(r.emphasis)
	if err := r.read(ctx, condensed, found.hits); err != nil {
		return req, ReasonNone, err
	}
	r.note(found)
	req.Analysis, req.Evidence, req.Read = r.analysis, r.evidence, r.readAs
	req.Hits = found.hits
	if c.Model != nil { // a language model, with room for few passages
		req.Hits = rerank(found.hits, r.evidence, r.analysis)
		if r.within == nil {
			if req.Whole, err = c.everything(ctx, r.catalog); err != nil {
				return req, ReasonNone, err
			}
		}
		if len(req.Whole) > 0 {
			r.whole = NewEvidence(append(append([]Hit(nil), found.hits...), req.Whole...))
		}
	}
	if len(r.analysis.Words) == 0 && !r.wasRead() {
		if req.Language == "en" && len(zhtext.LatinWords(zhtext.Fold(condensed))) > 0 {
			return req, ReasonNotCovered, nil // words that the material has in no form
		}
		return req, ReasonNoQuestion, nil
	}
	return req, ReasonNone, nil
}

// generator is what answers first.
func (c *Chain) generator() Generator {
	if c.Model != nil {
		return c.Model
	}
	return c.Extractive
}

// Answerer names what answers first.
func (c *Chain) Answerer() string { return c.generator().Name() }

func (c *Chain) topK() int {
	if c.TopK > 0 {
		return c.TopK
	}
	return DefaultTopK
}

func (c *Chain) log() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.New(slog.DiscardHandler)
}

// stage tells the observer of a stage.
func (c *Chain) stage(ctx context.Context, name string) (context.Context, func(error)) {
	if c.Observer == nil {
		return ctx, func(error) {}
	}
	return c.Observer.Stage(ctx, name)
}

// generate lets the generator draft and falls back when it fails, refuses
// although the sources answer, or says nothing that stands up.
func (r *run) generate(ctx context.Context, req Request) error {
	c := r.chain
	generator := c.generator()
	draft, err := r.draft(ctx, generator, req, r.tell(req.Language))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if cause, ok := stopped(err); ok {
			return cause
		}
		c.log().WarnContext(ctx, "generator failed", "generator", generator.Name(), "error", err)
		r.trace.Problems = append(r.trace.Problems, err.Error())
		r.notice(r.explainFailure(err))
	}
	if r.compose.sentences == 0 && c.Model != nil {
		if err == nil && draft.Refused {
			r.notice(message(req.Language, noticeModelRefused))
		} else if err == nil {
			r.notice(message(req.Language, noticeUnverified))
		}
		r.answer.Answerer = c.Extractive.Name()
		if !r.wasRead() {
			if reason := r.gate(false); reason != ReasonNone {
				return r.refuse(reason)
			}
		}
		if draft, err = r.draft(ctx, c.Extractive, req, r.tell(req.Language)); err != nil {
			if cause, ok := stopped(err); ok {
				return cause
			}
			return err
		}
		if r.compose.sentences > 0 {
			r.notice(message(req.Language, noticeQuoted))
		}
	}
	if r.compose.sentences == 0 {
		if dropped := r.dropped(); dropped > 0 && !draft.Refused {
			return r.refuse(ReasonUnverified)
		}
		return r.refuse(r.missingReason())
	}
	if r.dropped() > 0 && r.answer.Answerer == generator.Name() {
		r.notice(message(req.Language, noticeDropped))
	}
	if err := r.supplement(ctx, req); err != nil {
		if cause, ok := stopped(err); ok {
			return cause
		}
		return err
	}
	if draft.Conflict {
		r.notice(message(req.Language, noticeConflict))
	}
	if draft.Incomplete {
		r.notice(message(req.Language, noticeIncomplete))
	}
	if draft.Truncated {
		r.notice(message(req.Language, noticeTruncated))
	}
	r.finish()
	return nil
}

// finish takes what was composed into the answer.
func (r *run) finish() {
	r.answer.Mode = ModeQuotes
	switch {
	case r.chain.Model != nil && r.answer.Answerer == r.chain.Model.Name():
		r.answer.Mode = ModeModel
	case r.compose.shorts > 0:
		r.answer.Mode = ModeShort
	}
	r.answer.Short = r.compose.shortAnswer(r.analysis.Language)
	r.answer.Text = r.compose.text.String()
	r.answer.Citations = r.compose.citations
}

// tell shows each claim as soon as it is verified.
func (r *run) tell(language string) func(Claim, Verdict, *evidence.Paragraph) error {
	return func(claim Claim, v Verdict, p *evidence.Paragraph) error {
		return r.show(r.compose.add(claim, v, p, language))
	}
}

// stopError carries an error of the caller's OnSentence through a generator.
type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }
func (e *stopError) Unwrap() error { return e.err }

// stopped unpacks it.
func stopped(err error) (cause error, ok bool) {
	var stop *stopError
	if errors.As(err, &stop) {
		return stop.err, true
	}
	return nil, false
}

// draft lets a generator draft, and hands on each claim that the evidence holds.
func (r *run) draft(ctx context.Context, g Generator, req Request, take func(Claim, Verdict, *evidence.Paragraph) error) (draft Draft, err error) {
	ctx, end := r.chain.stage(ctx, "generate")
	defer func() { end(err) }()
	held := r.evidence
	if r.whole != nil && g == r.chain.generator() {
		held = r.whole
	}
	verifier := grounding.New(held, r.analysis, r.chain.Reader)
	if g == r.chain.Model {
		if err := r.expect(ctx, verifier, req); err != nil {
			return draft, err
		}
	}
	started := time.Now()
	r.verify = 0
	draft, err = g.Generate(ctx, req, func(claim Claim) error {
		begun := time.Now()
		verifying, verified := r.chain.stage(ctx, "verify")
		verdict, paragraph, err := verifier.Verify(verifying, claim)
		verified(err)
		if err != nil {
			return err
		}
		r.verify += time.Since(begun)
		r.trace.Claims = append(r.trace.Claims, verdict)
		if !verdict.Supported {
			return nil
		}
		return take(claim, verdict, paragraph)
	})
	r.answer.Timings.Generate += milliseconds(started) - float64(r.verify.Microseconds())/1000
	r.answer.Timings.Verify += float64(r.verify.Microseconds()) / 1000
	if draft.Prompt != "" {
		r.trace.Prompt, r.trace.Raw = draft.Prompt, draft.Raw
	}
	r.trace.Candidates = append(r.trace.Candidates, draft.Candidates...)
	if draft.Usage != nil {
		r.answer.Usage = draft.Usage
	}
	return draft, err
}
