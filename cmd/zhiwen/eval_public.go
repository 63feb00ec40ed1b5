package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/bot/cli"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/eval/public"
	"zhiwen/rag/index"
	"zhiwen/rag/llm"
)

// publicOptions are the flags of eval that go with --public.
type publicOptions struct {
	dir     string
	sample  int
	split   string
	seen    bool
	details string
}

// evalPublic measures public question sets and grounding cases. Nothing of the
// configured language model takes part: the answers are the offline ones, the
// grounding cases bring their own.
func (a *app) evalPublic(ctx context.Context, o evalOptions) error {
	p := o.public
	format := o.format
	switch {
	case format == "" && a.json:
		format = "json"
	case format == "":
		format = "table"
	case format != "table" && format != "json" && format != "markdown":
		return fmt.Errorf("--format is %q; with --public it must be table, json or markdown", format)
	}
	if o.questions != "" || len(o.corpus) > 0 || a.storeDir != "" || o.raw || o.relevance != "" || o.latency || a.keptAnswers != "" {
		return errors.New("--public brings its own questions and articles; leave out --questions, --corpus, --store, --relevance, --raw, --latency and --answers")
	}
	if p.sample < 0 {
		return fmt.Errorf("--sample is %d; it must be a number of questions, or 0 for all", p.sample)
	}
	if err := a.load(); err != nil {
		return err
	}
	sets, err := public.Load(p.dir)
	if err != nil {
		return err
	}
	cases, err := public.LoadCases(filepath.Join(p.dir, "grounding", "cases.jsonl"))
	if err != nil {
		return err
	}
	report := public.Report{Side: public.Side(p.split), Sample: p.sample}
	details, closeDetails, err := createDetails(p.details)
	if err != nil {
		return err
	}
	defer closeDetails()
	a.thorough = p.details != "" && report.Side == public.SideCalibrate
	for _, set := range sets {
		if set, err = set.Choose(report.Side, p.sample); err != nil {
			return fmt.Errorf("--split is %q: %w", p.split, err)
		}
		results, err := a.evalSet(ctx, set)
		if err != nil {
			return err
		}
		for _, r := range results {
			if err := details.Encode(r); err != nil {
				return fmt.Errorf("write the details: %w", err)
			}
		}
		report.Rows = append(report.Rows, public.Measure(set.Name, p.seen, results))
	}
	verdicts, err := a.evalGrounding(ctx, cases)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		if err := details.Encode(v); err != nil {
			return fmt.Errorf("write the details: %w", err)
		}
	}
	report.Rows = append(report.Rows, public.MeasureCases(verdicts)...)
	if o.baseline != "" {
		f, err := os.Open(o.baseline)
		if err != nil {
			return fmt.Errorf("read the baseline: %w; make one with zhiwen eval --public DIR --format json", err)
		}
		defer f.Close()
		if err := report.Compare(f); err != nil {
			return fmt.Errorf("%s: %w", o.baseline, err)
		}
	}
	if format == "json" {
		err = report.WriteJSON(a.out)
	} else {
		err = report.WriteTable(a.out, format == "markdown")
	}
	if err == nil && len(report.Below) > 0 && !o.figures {
		if format == "json" {
			for _, b := range report.Below {
				a.note("zhiwen: below the baseline: %s", b)
			}
		}
		return errBelow
	}
	return err
}

// createDetails opens the file that every answer is written to, a line each.
func createDetails(path string) (*json.Encoder, func(), error) {
	if path == "" {
		path = os.DevNull
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, fmt.Errorf("write the details: %w", err)
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	return enc, func() { f.Close() }, nil
}

// evalSet asks the questions of a set offline.
func (a *app) evalSet(ctx context.Context, set public.Set) ([]public.Result, error) {
	p := &parts{}
	defer p.Close()
	if err := a.fillKept(ctx, p, set.Name+"-"+set.Key(), set.Articles); err != nil {
		return nil, err
	}
	if err := a.buildChain(ctx, p); err != nil {
		return nil, err
	}
	bar := cli.NewProgress(a.err, set.Name+", questions")
	defer bar.Finish()
	return public.Run(ctx, public.Options{
		Over: func(i rag.Index) public.Chain {
			chain := *p.core
			chain.Index = i
			return &chain
		},
		Index:    p.store,
		Progress: bar.Update,
	}, set)
}

// evalGrounding replays scripted answers through the chain of a language model.
func (a *app) evalGrounding(ctx context.Context, cases []public.Case) ([]public.Verdict, error) {
	articles, err := public.CaseArticles(cases)
	if err != nil {
		return nil, err
	}
	p := &parts{}
	defer p.Close()
	if err := a.fillKept(ctx, p, "grounding-"+public.Set{Articles: articles}.Key(), articles); err != nil {
		return nil, err
	}
	bar := cli.NewProgress(a.err, "grounding cases")
	defer bar.Finish()
	return public.Replay(ctx, cases, func(m llms.Model) (public.Chain, error) {
		q := *p
		q.model, q.identity = m, llm.Identity{Provider: "openai", Model: "scripted"}
		err := a.buildChain(ctx, &q)
		return q.core, err
	}, bar.Update)
}

// fillKept opens a store in the cache folder and brings it to hold exactly these
// articles; what was embedded by an earlier measurement is not embedded again.
func (a *app) fillKept(ctx context.Context, p *parts, name string, articles []article.Article) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return fmt.Errorf("find a folder for the stores of the question sets: %w; set XDG_CACHE_HOME", err)
	}
	if p.embedder, err = a.openEmbedder(ctx); err != nil {
		return err
	}
	if p.reader, err = a.openReader(); err != nil {
		return err
	}
	dir := filepath.Join(cache, "zhiwen", "public", fmt.Sprintf("%s-%.12s", name, p.embedder.Info().Fingerprint))
	if p.store, err = opened(a.openFolderToWrite(ctx, dir, p.embedder, false)); err != nil {
		return err
	}
	bar := cli.NewProgress(a.err, name+", articles")
	_, err = p.store.Add(ctx, articles, index.AddOptions{Progress: bar.Update})
	bar.Finish()
	return err
}
