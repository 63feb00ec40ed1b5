// Package ingest is the way of articles into a store, whatever keeps it: which
// of them have to be written ([Plan]), how one becomes passages, words and texts
// to embed ([Job]), and how they are embedded and written side by side ([Run]).
// A store brings what only it can know: what it holds, and how it writes.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"zhiwen/rag/article"
	"zhiwen/rag/zhtext"
)

// Errors that callers branch on.
var (
	// ErrVector: a vector of the wrong length, without direction (all zeros),
	// or with entries that are no numbers.
	ErrVector = errors.New("unusable vector")
	// ErrNoEmbedder: the operation needs an embedder and the store was opened
	// without one.
	ErrNoEmbedder = errors.New("no embedder")
)

// Embedder turns texts into vectors. Its vectors all have one length.
type Embedder interface {
	EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error)
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
}

// Options of adding articles.
type Options struct {
	// Progress is called from one goroutine as articles are done, unchanged
	// ones included. Nil: nobody is told.
	Progress func(done, total int)
	// Embedded is called, from one goroutine, as passages of the articles that
	// have to be written get their vectors. It moves on inside a large article
	// too. Nil: nobody is told.
	Embedded func(done, total int)
	// Split says how articles are cut. Zero: article's defaults.
	Split article.SplitOptions
}

// Report says what adding did. After an error it says what was done before it,
// which stays.
type Report struct {
	Added, Changed, Unchanged int // articles
	Passages                  int // of the added and changed articles
	Embedded                  int // of these, how many cost an embedding
	// Skipped names articles that were left out because one before them has
	// the same ID.
	Skipped []Duplicate
}

// Duplicate is an article left out, and the paths of the two.
type Duplicate struct{ ID, Kept, Left string }

// Plan finds out which articles have to be written: those that are new or
// changed, and those that wait in the store to be embedded anew.
type Plan struct {
	Jobs  []*Job
	Total int // articles, unchanged ones included

	split   article.SplitOptions
	report  *Report
	digests map[string]string
	paths   map[string]string
}

// NewPlan begins a plan. digests are those of the articles that the store holds
// as they were written, by ID, empty where an article has to be written again.
func NewPlan(digests map[string]string, o Options, report *Report) *Plan {
	return &Plan{split: o.Split, report: report, digests: digests, paths: map[string]string{}}
}

// Give takes articles in that are to be in the store.
func (p *Plan) Give(ctx context.Context, articles []article.Article) error {
	for i := range articles {
		a := &articles[i]
		if a.ID == "" || len(a.Paragraphs) == 0 {
			return fmt.Errorf("article %q (%s) has no ID or no paragraphs", a.Title, a.Path)
		}
		if kept, ok := p.paths[a.ID]; ok {
			p.report.Skipped = append(p.report.Skipped, Duplicate{ID: a.ID, Kept: kept, Left: a.Path})
			continue
		}
		p.paths[a.ID] = a.Path
		if err := p.consider(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// Given tells whether an article is among those that were given.
func (p *Plan) Given(id string) bool { _, ok := p.paths[id]; return ok }

// Again takes in an article that the store holds and that has to be written anew.
func (p *Plan) Again(ctx context.Context, a *article.Article) error {
	p.digests[a.ID] = ""
	return p.consider(ctx, a)
}

func (p *Plan) consider(ctx context.Context, a *article.Article) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j, err := NewJob(a, p.split)
	if err != nil {
		return err
	}
	p.Total++
	have, held := p.digests[a.ID]
	if held && have == j.Digest {
		p.report.Unchanged++
		return nil
	}
	j.isNew = !held
	p.Jobs = append(p.Jobs, j)
	return nil
}

// Store is what Run needs of a store.
type Store interface {
	// Known returns the vectors, of length 1, that the store holds for texts
	// with these keys.
	Known(ctx context.Context, keys []string) (map[string][]float32, error)
	// Dimension returns the length of the store's vectors; the first one sets it.
	Dimension(ctx context.Context, first int) (int, error)
	// Write makes articles durable. It may be called by several goroutines when
	// Runner.Writers says so.
	Write(ctx context.Context, jobs []*Job, segment func(string) []string) error
}

// Runner carries out a plan.
type Runner struct {
	Store    Store
	Embedder Embedder
	// Segment cuts a text into words. Nil: the dictionary of zhtext, loaded now.
	Segment func(text string) []string
	// Writers is how many groups of articles are written at once. Zero: one.
	Writers int
}

// group is about how many passages are embedded at once. Articles are embedded
// together until there are that many, since most have only a few.
const group = 64

// Run embeds and writes the plan's articles: while some are cut into words and
// written, the next ones are being embedded, and no more than the writers take.
func (r Runner) Run(ctx context.Context, p *Plan, o Options) error {
	done := p.report.Unchanged
	tell := func() {
		if o.Progress != nil {
			o.Progress(done, p.Total)
		}
	}
	tell()
	if len(p.Jobs) == 0 {
		return nil
	}
	made, all := 0, 0 // passages
	for _, j := range p.Jobs {
		all += len(j.Passages)
	}
	embedded := func(n int) {
		if made += n; o.Embedded != nil {
			o.Embedded(min(made, all), all)
		}
	}
	segment := r.Segment
	if segment == nil {
		segmenter := zhtext.NewSegmenter()
		segment = segmenter.Words
		go segmenter.Words("词") // loads the dictionary while the first group is embedded
	}
	work, ctx := errgroup.WithContext(ctx)
	ready := make(chan []*Job)
	count := 0
	work.Go(func() error {
		defer close(ready)
		for jobs := p.Jobs; len(jobs) > 0; {
			n, passages := 0, 0
			for n < len(jobs) && (n == 0 || passages+len(jobs[n].Passages) <= group) {
				passages += len(jobs[n].Passages)
				n++
			}
			some, err := r.embed(ctx, jobs[:n], embedded)
			if err != nil {
				return err
			}
			count += some
			select {
			case ready <- jobs[:n]:
			case <-ctx.Done():
				return ctx.Err()
			}
			jobs = jobs[n:]
		}
		return nil
	})
	var mu sync.Mutex // guards the report and what is told
	written := func(batch []*Job) {
		mu.Lock()
		defer mu.Unlock()
		for _, j := range batch {
			if j.isNew {
				p.report.Added++
			} else {
				p.report.Changed++
			}
			p.report.Passages += len(j.Passages)
			*j = Job{} // its texts and vectors are not needed any more
			done++
			tell()
		}
	}
	for range max(1, r.Writers) {
		work.Go(func() error {
			for batch := range ready {
				if err := r.Store.Write(ctx, batch, segment); err != nil {
					return err
				}
				written(batch)
			}
			return nil
		})
	}
	err := work.Wait()
	p.report.Embedded = count
	return err
}

// embed fills in the jobs' vectors: what the store holds for the same text,
// the embedder's for the rest. It returns how many texts were embedded, and tells
// of passages as they are done.
func (r Runner) embed(ctx context.Context, jobs []*Job, tell func(passages int)) (int, error) {
	var all []string
	for _, j := range jobs {
		all = append(all, j.Keys...)
	}
	known, err := r.Store.Known(ctx, all)
	if err != nil {
		return 0, err
	}
	var keys, texts []string
	for _, j := range jobs {
		for i, key := range j.Keys {
			if _, ok := known[key]; !ok {
				known[key] = nil
				keys, texts = append(keys, key), append(texts, j.text(j.Passages[i]))
			}
		}
	}
	tell(len(all) - len(texts))
	for at := 0; at < len(texts); at += group {
		end := min(at+group, len(texts))
		// Some embedders write into the slice that they are given.
		vectors, err := r.Embedder.EmbedDocuments(ctx, slices.Clone(texts[at:end]))
		if err != nil {
			return 0, fmt.Errorf("embed passages: %w", err)
		}
		if len(vectors) != end-at {
			return 0, fmt.Errorf("embed passages: %d vectors for %d texts", len(vectors), end-at)
		}
		dimension, err := r.Store.Dimension(ctx, len(vectors[0]))
		if err != nil {
			return 0, err
		}
		for i, v := range vectors {
			if err := CheckVector(v, dimension); err != nil {
				return 0, fmt.Errorf("embed passages: text %d of %d: %w", at+i+1, len(texts), err)
			}
			known[keys[at+i]] = Unit(v)
		}
		tell(end - at)
	}
	for _, j := range jobs {
		for _, key := range j.Keys {
			j.Vectors = append(j.Vectors, known[key])
		}
	}
	return len(texts), nil
}
