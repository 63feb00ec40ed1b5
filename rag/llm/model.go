package llm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// ModelOptions set up a [ModelGenerator]. The zero value is usable.
type ModelOptions struct {
	// Name is how the answerer is named to users, "" means "model".
	// Use Identity.String.
	Name string
	// ContextTokens is what prompt and answer together may take; 0 means 8192.
	ContextTokens int
	// MaxTokens bounds the answer; 0 means 400, enough for a dozen sentences.
	MaxTokens int
	// Profile says what the model can be asked for; "" means by its name.
	Profile Profile
	// MaxPassages bounds the passages in the prompt; 0 means what the profile has.
	MaxPassages int
	// Log may be nil. Prompts and answers are logged at debug level only.
	Log *slog.Logger
}

// ModelGenerator drafts answers with a language model. It implements
// [rag.Generator] and is safe for concurrent use when its model is.
type ModelGenerator struct {
	model   llms.Model
	o       ModelOptions
	prompts prompts
}

var _ rag.Generator = (*ModelGenerator)(nil)

// NewModelGenerator returns a generator over any model of langchaingo. Wrap
// the model with [NewResilientModel] first, or nothing is retried.
func NewModelGenerator(model llms.Model, o ModelOptions) (*ModelGenerator, error) {
	if model == nil {
		return nil, fmt.Errorf("new model generator: %w", ErrNoModel)
	}
	if o.Name == "" {
		o.Name = "model"
	}
	if o.ContextTokens <= 0 {
		o.ContextTokens = defaultContext
	}
	if o.MaxTokens <= 0 {
		o.MaxTokens = 400
	}
	if o.Profile == "" || o.Profile == ProfileAuto {
		o.Profile = ProfileOf(o.Name)
	}
	if o.MaxPassages <= 0 {
		o.MaxPassages = o.Profile.passages()
	}
	if o.MaxTokens > o.ContextTokens/2 {
		o.MaxTokens = o.ContextTokens / 2
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := loadPrompts()
	if err != nil {
		return nil, err
	}
	return &ModelGenerator{model, o, p}, nil
}

// Name implements [rag.Generator].
func (g *ModelGenerator) Name() string { return g.o.Name }

// Generate implements [rag.Generator]: one streamed call, or two when the
// prompt turns out to be longer than the model's context. It returns the
// error of emit as it is, context.Canceled, or one of this package's typed
// errors; then the draft holds what had been said until it broke off.
func (g *ModelGenerator) Generate(ctx context.Context, req rag.Request, emit func(rag.Claim) error) (rag.Draft, error) {
	if len(req.Hits) == 0 {
		return rag.Draft{Refused: true}, nil
	}
	found := req.Hits[:min(len(req.Hits), g.o.MaxPassages)]
	budget := g.o.ContextTokens - g.o.MaxTokens
	if req.Hits = found; g.fits(req.Whole, req.Question, budget) {
		req.Hits = req.Whole
	}
	draft, err := g.generate(ctx, req, budget, emit)
	var e *ModelError
	if errors.As(err, &e) && e.Kind == ErrContextTooLong && !e.Started {
		smaller := budget / 2
		if e.ContextTokens > 0 {
			smaller = min(smaller, e.ContextTokens-g.o.MaxTokens)
		}
		g.o.Log.Warn("prompt too long, trying with fewer passages", "budget", budget, "smaller", smaller, "err", err)
		req.Hits = found
		draft, err = g.generate(ctx, req, smaller, emit)
	}
	return draft, err
}

// fits tells whether the whole collection can stand in the prompt.
func (g *ModelGenerator) fits(whole []rag.Hit, question string, budget int) bool {
	n := instructionTokens + estimateTokens(question)
	for _, hit := range whole {
		if n += passageTokens(hit); n > budget {
			return false
		}
	}
	return len(whole) > 0
}

// errRefused stops a model that goes on talking after it has refused.
var errRefused = errors.New("the model refused")

func (g *ModelGenerator) generate(ctx context.Context, req rag.Request, budget int, emit func(rag.Claim) error) (rag.Draft, error) {
	p, err := g.prompts.answerPrompt(req, g.o.Profile, budget)
	if err != nil {
		return rag.Draft{}, err
	}
	draft := rag.Draft{Prompt: p.String()}
	sift := newSifter(req, p)
	var emitErr error
	emitted, spoiled := 0, 0
	scanner := newTagScanner(len(p.given), func(s sentence) error {
		switch sift.judge(s.text) {
		case siftDrop:
			return nil
		case siftSpoiled:
			spoiled++
			g.o.Log.Debug("sentence left out: it repeats instructions", "text", s.text)
			return nil
		case siftRefusal:
			draft.Refused = true
			if emitted == 0 {
				return errRefused
			}
			return nil
		}
		emitted++
		emitErr = emit(rag.Claim{Text: s.text, Cites: cites(s.handles, p.given)})
		return emitErr
	})
	var raw strings.Builder
	limit := g.o.MaxTokens * 8 // bytes; 400 Han characters have 1200
	read := func(chunk []byte) error {
		raw.Write(chunk)
		if err := scanner.write(chunk); err != nil {
			return err
		}
		if raw.Len() > limit {
			return &ModelError{Kind: ErrEndless, Started: true}
		}
		return nil
	}
	g.o.Log.Debug("prompt", "tokens_estimated", estimateTokens(draft.Prompt), "passages", len(p.given), "prompt", draft.Prompt)
	resp, err := g.model.GenerateContent(ctx, []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, p.system),
		llms.TextParts(llms.ChatMessageTypeHuman, p.user),
	},
		llms.WithTemperature(0), llms.WithMaxTokens(g.o.MaxTokens),
		llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error { return read(chunk) }))
	if err == nil && raw.Len() == 0 { // this provider does not stream
		err = read([]byte(contentOf(resp)))
	}
	if err == nil {
		if wasTruncated(resp) {
			scanner.dropUnfinished()
		}
		err = scanner.close()
	}
	draft.Raw = strings.ToValidUTF8(raw.String(), "\ufffd")
	draft.Refused = draft.Refused && emitted == 0
	g.o.Log.Debug("answer", "raw", draft.Raw, "claims", emitted, "refused", draft.Refused, "err", err)
	if resp != nil {
		draft.Truncated = wasTruncated(resp)
		if prompt, completion, ok := usageOf(resp); ok {
			draft.Usage = &rag.Usage{PromptTokens: prompt, CompletionTokens: completion}
		}
	}
	switch {
	case emitErr != nil:
		return draft, emitErr
	case errors.Is(err, errRefused):
		return draft, nil
	case err != nil:
		draft.Truncated = raw.Len() > 0
		return draft, err
	case emitted == 0 && spoiled > 0: // it spoke, but nothing that can be shown
		return draft, nil
	case emitted == 0 && !draft.Refused && draft.Truncated:
		return draft, &ModelError{Kind: ErrCut}
	case emitted == 0 && !draft.Refused:
		return draft, &ModelError{Kind: ErrEmpty}
	}
	return draft, nil
}

// cites turns handles into the spans of the passages behind them.
func cites(handles []int, given []rag.Hit) []rag.Source {
	var out []rag.Source
	for _, h := range handles {
		hit := given[h-1]
		for _, span := range hit.Passage.Spans {
			out = append(out, rag.Source{Article: hit.Article, Span: span})
		}
	}
	return out
}

type siftVerdict int

const (
	siftKeep siftVerdict = iota
	siftDrop
	siftRefusal
	siftSpoiled // instructions, the prompt's own or those of a source
)

// sifter tells claims from what is none: the refusal, a repetition, an echo of
// the question, pieces of the prompt's own instructions, and what carries out
// orders that stand in a source.
type sifter struct {
	lang     string
	question string
	secret   map[string]bool // shingles and whole sentences of the instructions
	rules    []string        // clauses of the instructions
	said     map[string]bool
	taint    *taint
}

// shingle is how many runes of the instructions in a row are no coincidence.
const shingle = 10

func newSifter(req rag.Request, p prompt) *sifter {
	s := &sifter{
		lang: language(req.Language), question: letters(req.Question),
		secret: map[string]bool{}, said: map[string]bool{}, taint: newTaint(req.Question, p.given),
	}
	for _, sh := range shingles(letters(p.system)) {
		s.secret[sh] = true
	}
	rules := []rune(p.system)
	for _, r := range zhtext.Sentences(p.system) {
		if l := letters(string(rules[r.Start:r.End])); utf8.RuneCountInString(l) >= shingle/2 {
			s.secret[l] = true
		}
	}
	s.rules = instructionClauses(p)
	for _, hit := range p.given { // what the sources say may be said
		for _, sh := range shingles(letters(hit.Passage.Text())) {
			delete(s.secret, sh)
		}
	}
	return s
}

// instructionClauses are the clauses of the instructions that are too long to
// be said by chance and that no source holds.
func instructionClauses(p prompt) []string {
	var out []string
	for _, clause := range strings.FieldsFunc(p.system, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }) {
		l := letters(clause)
		least := shingle / 2
		if l != "" && l[0] < utf8.RuneSelf {
			least = 15
		}
		if utf8.RuneCountInString(l) < least || l == letters(Refusal("zh")) || l == letters(Refusal("en")) {
			continue
		}
		held := false
		for _, hit := range p.given {
			held = held || strings.Contains(letters(hit.Passage.Text()), l)
		}
		if !held {
			out = append(out, l)
		}
	}
	return out
}

func (s *sifter) judge(text string) siftVerdict {
	if isRefusal(text) {
		return siftRefusal
	}
	if torn.MatchString(text) {
		return siftDrop
	}
	key := letters(text)
	if key == s.question || s.said[key] {
		return siftDrop
	}
	if s.secret[key] || s.leaks(key) || s.taint.spoils(text) {
		return siftSpoiled
	}
	s.said[key] = true
	return siftKeep
}

// leaks tells whether the letters hold a piece of the instructions.
func (s *sifter) leaks(key string) bool {
	for _, sh := range shingles(key) {
		if s.secret[sh] {
			return true
		}
	}
	for _, clause := range s.rules {
		if strings.Contains(key, clause) {
			return true
		}
	}
	return false
}

// letters keeps a text's letters and digits, in lower case.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

func shingles(text string) []string {
	runes := []rune(text)
	var out []string
	for i := 0; i+shingle <= len(runes); i++ {
		out = append(out, string(runes[i:i+shingle]))
	}
	return out
}

// torn is how a sentence begins whose subjects were handles: "[资料1]和[资料3]都
// 提到…". It speaks of the sources, not of what they say.
var torn = regexp.MustCompile(`^(?:[、，,]|(?:和|与|及|以及)(?:都|均|也|中|里|[、，,])|(?:都|均)(?:有)?(?:提到|提及|显示|指出|说明))`)

var (
	refusalZHPattern = regexp.MustCompile(`^(?:很?抱歉|对不起|不好意思)?[，,\s]*(?:但是?|因此|所以)?(?:根据|从|在|基于)?(?:目前|现有|已有|以上|上述|所给|给定|给出|您|你|所?提供|这些|本)*的?(?:资料|材料|文章|片段|信息|文本|内容)(?:库|内容|信息)?(?:中|里|内|来看)?[，,]?(?:并|均|都|也|我|暂)*(?:没有|未|无|不能|无法|不包含|不含)`)
	refusalENPattern = regexp.MustCompile(`(?i)^(?:sorry,?|i'?m sorry,?|unfortunately,?)?\s*(?:but )?(?:the |these |provided |given |available )*(?:sources?|passages?|documents?|texts?|articles?|materials?|information)\s+(?:provided |given |available )*(?:do(?:es)? not|don't|doesn't|did not|contain no|holds? no|provides? no)\b`)
	refusalOther     = regexp.MustCompile(`(?i)^(?:没有(?:找到)?相关(?:信息|内容|资料)|无法(?:回答|确定|得知|判断)|there is no (?:relevant )?information|i (?:can(?:not|'t)|could not) (?:answer|find)|no relevant information|not (?:mentioned|stated) in the (?:sources?|passages?))`)
)

// isRefusal tells whether a sentence says that the sources hold no answer, in
// the words of the prompt or in others. Such a sentence is no claim: nothing
// could support it.
func isRefusal(text string) bool {
	if utf8.RuneCountInString(text) > 120 {
		return false
	}
	return refusalZHPattern.MatchString(text) || refusalENPattern.MatchString(text) || refusalOther.MatchString(text)
}
