package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Asker answers one question.
type Asker interface {
	Answer(ctx context.Context, q rag.Question) (rag.Answer, error)
}

// AskerFunc makes an [Asker] of a function.
type AskerFunc func(ctx context.Context, q rag.Question) (rag.Answer, error)

// Answer calls f.
func (f AskerFunc) Answer(ctx context.Context, q rag.Question) (rag.Answer, error) { return f(ctx, q) }

// SearchFunc returns the k best hits for a question that stands alone, best
// first.
type SearchFunc func(ctx context.Context, question string, k int) ([]rag.Hit, error)

// Relevance says how a retrieved passage is recognised as relevant.
type Relevance int

const (
	// ByContext looks for [Case.ReferenceContexts], the verbatim fragments.
	ByContext Relevance = iota
	// ByKeys looks for [Case.ReferenceKeys]: for a collection that says the
	// same in other words.
	ByKeys
)

// depth is how many hits are judged: the 10 of hit@10, MRR@10 and nDCG@10.
const depth = 10

// Options say what to measure. Only Asker is required.
type Options struct {
	Asker Asker
	// Search is asked for the stand-alone form of each question. Nil leaves
	// the retrieval metrics out.
	Search SearchFunc
	// Article looks an article up by its ID, to compare quotes with their
	// paragraphs. Nil leaves quotes unchecked and looks for numbers in the
	// quotes only.
	Article func(id string) (*article.Article, bool)
	// Relevance is ByContext by default.
	Relevance Relevance
	// Thresholds are DefaultThresholds() by default.
	Thresholds *Thresholds
	// Provenance goes into the report as it is.
	Provenance Provenance
	// Latency adds times to the report, which makes it differ between runs.
	Latency bool
	// Saved tells how much longer the last answer would have taken, had none of
	// it been kept from before; nil means no time.
	Saved func() time.Duration
	// Workers is how many cases run at once; 0 means 1. With more than one
	// the times include waiting.
	Workers int
	// Resamples of the bootstrap; 0 means 1000, below 0 none.
	Resamples int
	// Seed of the bootstrap; 0 is a fixed seed too.
	Seed uint64
	// Now anchors relative dates in questions; zero means the clock's time.
	Now time.Time
	// Progress is called after each case, one call at a time.
	Progress func(done, total int, result Result)
}

// Provenance says what was measured. The caller fills it in.
type Provenance struct {
	Corpus   string `json:"corpus,omitempty"` // digest of the articles
	Config   string `json:"config,omitempty"` // digest of the settings that matter
	Model    string `json:"model,omitempty"`  // embedder and its fingerprint
	Answerer string `json:"answerer,omitempty"`
	Version  string `json:"version,omitempty"` // of the program
}

// ErrNothingRan is wrapped when not a single case could be answered.
var ErrNothingRan = errors.New("no case could be run")

// Run asks every case and measures. A case that fails counts as a wrong
// answer and says why; an error is returned when the context ends, when no
// case could be run, or when the options are incomplete.
func Run(ctx context.Context, opt Options, cases []Case) (*Report, error) {
	if opt.Asker == nil {
		return nil, errors.New("evaluate: options have no asker")
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("evaluate: %w: there are no cases", ErrNothingRan)
	}
	all := len(cases)
	cases = slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return c.NeedsReview })

	results := make([]Result, len(cases))
	finished := make(chan int)
	progress := make(chan struct{})
	go func() {
		defer close(progress)
		done := 0
		for i := range finished {
			done++
			if opt.Progress != nil {
				opt.Progress(done, len(cases), results[i])
			}
		}
	}()
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, opt.Workers))
	for i, c := range cases {
		group.Go(func() error {
			if err := gctx.Err(); err != nil {
				return err
			}
			results[i] = runCase(gctx, &opt, c)
			if err := gctx.Err(); err != nil {
				return err
			}
			finished <- i
			return nil
		})
	}
	err := group.Wait()
	close(finished)
	<-progress
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	failed := 0
	for i := range results {
		if results[i].Error != "" {
			failed++
		}
	}
	if failed > 0 && failed == len(results) {
		return nil, fmt.Errorf("evaluate: %w: the first one said: %s", ErrNothingRan, results[0].Error)
	}
	report := newReport(opt, results)
	report.NeedReview = all - len(cases)
	return report, nil
}

// runCase never fails: what goes wrong stands in the result.
func runCase(ctx context.Context, opt *Options, c Case) Result {
	res := Result{ID: c.ID, Type: c.Type, Question: c.UserInput, History: c.History, Answerable: c.Answerable}
	q := rag.Question{ID: c.ID, Now: opt.Now}
	for i, earlier := range c.History {
		q.Text = earlier
		a, err := opt.Asker.Answer(ctx, q)
		if err != nil {
			return res.failed(fmt.Errorf("answer earlier question %d: %w", i+1, err))
		}
		q.History = append(q.History, rag.Turn{Question: standalone(a, earlier), Answer: a.Text})
	}
	q.Text = c.UserInput
	start := time.Now()
	answer, err := opt.Asker.Answer(ctx, q)
	res.elapsed = time.Since(start)
	if opt.Saved != nil {
		res.elapsed += opt.Saved()
	}
	if err != nil {
		return res.failed(fmt.Errorf("answer: %w", err))
	}
	if s := standalone(answer, c.UserInput); s != c.UserInput {
		res.Standalone = s
	}
	if opt.Search != nil {
		hits, err := opt.Search(ctx, standalone(answer, c.UserInput), depth)
		if err != nil {
			return res.failed(fmt.Errorf("search: %w", err))
		}
		res.judgeRetrieval(opt.Relevance, c, hits)
	}
	res.judgeAnswer(opt.Article, c, answer)
	return res
}

// standalone is the form of the question that was answered.
func standalone(a rag.Answer, asked string) string {
	if a.Question != "" {
		return a.Question
	}
	return asked
}
