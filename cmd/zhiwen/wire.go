package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tmc/langchaingo/llms"
	"golang.org/x/sync/errgroup"

	"zhiwen/bot/api"
	"zhiwen/embeddings"
	"zhiwen/rag"
	"zhiwen/rag/extract"
	"zhiwen/rag/index"
	"zhiwen/rag/llm"
	"zhiwen/rag/reader"
)

// checkTimeout bounds the look at a language model that status takes.
const checkTimeout = 5 * time.Second

// parts are what a command works with, built from the configuration.
type parts struct {
	store    collection
	folder   *index.Store // of the bots, where it is not the store
	remove   func()       // removes a store that is temporary; nil: it is not
	embedder embeddings.Embedder
	reader   *reader.Model
	chain    api.Chain  // answers; core, observed if that is set up
	core     *rag.Chain // what chain does it with
	model    llms.Model // bare, without retries; nil: no language model
	identity llm.Identity
	observer *telemetry // nil: nothing is sent anywhere
	followed *sourceList
}

// openParts loads the configuration and builds everything that answers need.
// What can be opened side by side is, because somebody waits at the terminal.
func (a *app) openParts(ctx context.Context, how access) (*parts, error) {
	if err := a.load(); err != nil {
		return nil, err
	}
	p := &parts{followed: &a.sources}
	ok := false
	defer func() {
		if !ok {
			p.Close()
		}
	}()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		p.embedder, err = a.openEmbedder(gctx)
		return err
	})
	g.Go(func() (err error) {
		p.reader, err = a.openReader()
		return err
	})
	g.Go(func() (err error) {
		p.store, err = a.openStore(gctx, how)
		return err
	})
	g.Go(func() (err error) {
		p.model, p.identity, err = a.openModel(gctx)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := a.checkEmbedder(ctx, p); err != nil {
		return nil, err
	}
	if err := a.buildChain(ctx, p); err != nil {
		return nil, err
	}
	ok = true
	return p, nil
}

// Close releases what was opened.
func (p *parts) Close() {
	if p.observer != nil {
		p.observer.Close() // a collector that is down is no failure of the command
	}
	if p.store != nil {
		p.store.Close()
	}
	if p.remove != nil {
		p.remove()
	}
	if p.folder != nil {
		p.folder.Close()
	}
	if p.embedder != nil {
		p.embedder.Close()
	}
	if p.reader != nil {
		p.reader.Close()
	}
}

func (a *app) openEmbedder(ctx context.Context) (embeddings.Embedder, error) {
	c := a.cfg.Embeddings
	e, err := embeddings.New(ctx, embeddings.Options{
		Provider: c.Provider,
		Model:    c.Model,
		ModelDir: c.ModelDir,
		Runtime:  c.Runtime,
		Threads:  c.Threads,
		BaseURL:  c.BaseURL,
		APIKey:   string(c.APIKey),
		Logger:   a.log,
	})
	if err != nil {
		return nil, err // and a nil interface, whatever came with the error
	}
	return e, nil
}

// openReader loads the trained reader. Where ONNX Runtime is missing, because a
// remote embedder needs none, answers go by words alone.
func (a *app) openReader() (*reader.Model, error) {
	c := a.cfg.Embeddings
	m, err := reader.Open(embeddings.Options{Runtime: c.Runtime, Threads: c.Threads})
	if errors.Is(err, embeddings.ErrModelMissing) && c.Provider != "" && c.Provider != embeddings.ProviderONNX {
		a.log.Warn("the reader is not used: answers go by words alone", "error", err)
		return nil, nil
	}
	return m, err
}

// checkEmbedder refuses a store whose vectors another embedder made.
func (a *app) checkEmbedder(ctx context.Context, p *parts) error {
	status, err := p.store.Status(ctx)
	if err != nil {
		return err
	}
	have, want := status.Embedder, indexInfo(p.embedder.Info())
	if status.Passages == 0 || have == (index.EmbedderInfo{}) || have.Fingerprint == want.Fingerprint {
		return nil
	}
	return fmt.Errorf("%w: the vectors in %s were made by %s and the configured embedder is %s; configure that one again, or embed all articles anew with zhiwen ingest --reindex",
		index.ErrOtherEmbedder, status.Dir, have, want)
}

// indexInfo names an embedder to the index.
func indexInfo(i embeddings.Info) index.EmbedderInfo {
	return index.EmbedderInfo{Provider: i.Provider, Model: i.Model, Dimension: i.Dimension, Fingerprint: i.Fingerprint}
}

// openModel opens the language model; without one the model is nil.
func (a *app) openModel(ctx context.Context) (llms.Model, llm.Identity, error) {
	c := a.cfg.LLM
	model, identity, err := llm.OpenModel(ctx, llm.ProviderOptions{
		Provider:      c.Provider,
		Model:         c.Model,
		BaseURL:       c.BaseURL,
		Key:           string(c.APIKey),
		ContextTokens: c.ContextTokens,
		Log:           a.log,
	})
	if errors.Is(err, llm.ErrNoModel) {
		return nil, identity, nil
	}
	if err != nil {
		return nil, identity, err
	}
	if a.keptAnswers != "" {
		model, err = newReplay(model, a.keptAnswers)
	}
	return model, identity, err
}

// buildChain puts the parts together: with a language model, the extractive
// generator is its fallback.
func (a *app) buildChain(ctx context.Context, p *parts) error {
	p.core = &rag.Chain{
		Index:          p.store,
		Embedder:       p.embedder,
		Extractive:     extract.Generator{Thorough: a.thorough},
		ExplainFailure: llm.Explain,
		TopK:           a.cfg.Answer.TopK,
		WholeCorpus:    a.cfg.LLM.WholeCorpus,
		Logger:         a.log,
	}
	if p.reader != nil { // a nil pointer would be an interface that is not nil
		p.core.Reader = p.reader
		if !a.thorough {
			p.core.Enough = extract.ReadEnough
		}
	}
	if p.embedder.Info().Provider == embeddings.ProviderONNX && a.cfg.Embeddings.ModelDir == "" {
		p.core.Alike = p.embedder // another model's cosines mean something else
	}
	p.chain = p.core
	if p.model != nil {
		if err := a.addModel(p); err != nil {
			return err
		}
	}
	if a.cfg.Telemetry.Endpoint == "" {
		return nil
	}
	var err error
	if p.observer, err = newTelemetry(ctx, a.cfg.Telemetry.Endpoint, a.log); err != nil {
		return err
	}
	p.core.Observer, p.chain = p.observer, observed{p.core, p.observer}
	return nil
}

// addModel lets the language model word the answers.
func (a *app) addModel(p *parts) error {
	model := llm.NewResilientModel(p.model, llm.ResilienceOptions{Deadline: a.cfg.LLM.Timeout, Log: a.log})
	generator, err := llm.NewModelGenerator(model, llm.ModelOptions{
		Name:          p.identity.String(),
		ContextTokens: p.identity.ContextTokens,
		MaxTokens:     a.cfg.LLM.MaxTokens,
		Profile:       llm.Profile(a.cfg.LLM.Profile),
		Log:           a.log,
	})
	if err != nil {
		return err
	}
	condenser, err := llm.NewModelCondenser(model, llm.CondenserOptions{Deadline: a.cfg.LLM.Timeout / 4, Log: a.log})
	if err != nil {
		return err
	}
	p.core.Model, p.core.Condenser = generator, condenser
	return nil
}

// status describes the store and checks the language model.
func (p *parts) status(ctx context.Context) (api.Status, error) {
	st, err := p.store.Status(ctx)
	if err != nil {
		return api.Status{}, err
	}
	sources, err := freshness(ctx, p.db(), p.followed.get())
	if err != nil {
		return api.Status{}, err
	}
	last := ""
	if !st.LastIngest.IsZero() {
		last = st.LastIngest.Format(time.RFC3339)
	}
	return api.Status{
		Store:      st.Dir,
		Articles:   st.Articles,
		Passages:   st.Passages,
		Provider:   st.Embedder.Provider,
		Model:      st.Embedder.Model,
		Dimension:  st.Embedder.Dimension,
		Bytes:      st.Bytes,
		LastIngest: last,
		Problems:   p.problems(),
		LLM:        p.llmStatus(ctx),
		Sources:    sources,
	}, nil
}

// problems say what keeps the store from being whole.
func (p *parts) problems() []string {
	out := []string{}
	for _, l := range p.store.Limits() {
		out = append(out, l.English)
	}
	return out
}

func (p *parts) llmStatus(ctx context.Context) api.LLMStatus {
	if p.model == nil {
		return api.LLMStatus{Answerer: extract.Name, Reachable: true, Detail: p.identity.Why}
	}
	st := api.LLMStatus{Answerer: p.identity.String(), Reachable: true, Detail: p.identity.Why}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := llm.Check(ctx, p.model); err != nil {
		st.Busy = errors.Is(err, llm.ErrBusy)
		st.Reachable, st.Detail = st.Busy, err.Error()
	}
	if st.Busy {
		st.Detail = fmt.Sprintf("no answer within %s: the server is busy with another question, or slow", checkTimeout)
	}
	return st
}

// followEvery is how often a long-running command looks for what another
// process ingested.
const followEvery = 5 * time.Second

// follow brings the store up to date with what others write, until ctx ends.
func (p *parts) follow(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if changed, err := p.store.Refresh(ctx); err != nil && ctx.Err() == nil {
				log.Warn("the store could not be brought up to date", "error", err)
			} else if changed {
				log.Info("the store has changed and was read again")
			}
		}
	}
}
