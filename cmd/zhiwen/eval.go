package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/bot/cli"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/eval"
	"zhiwen/rag/eval/public"
	"zhiwen/rag/index"
	"zhiwen/seeds"
)

// evalOptions are the flags of eval.
type evalOptions struct {
	questions string
	format    string
	baseline  string
	corpus    []string
	relevance string
	latency   bool
	raw       bool
	figures   bool
	public    publicOptions
}

func (a *app) evalCommand() *cobra.Command {
	var o evalOptions
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure the answers to fixed questions",
		Long: `Asks fixed questions and measures retrieval, answers, citations and refusals
against thresholds. With --baseline, a case that passed there and fails now is a
failure too, and is named. Exit status: 0 all is well, 1 it is not, 2 it could not
be measured.

By default the questions that come with the program are asked over a temporary
store of the articles that come with it, so that figures can be compared.
--corpus PATH uses other articles instead; --store DIR, given here, an existing
store. A passage counts as found by its verbatim text in the shipped articles, and
by the facts it must hold in all others (--relevance).

--public DIR measures question sets that nobody here wrote instead, and the checks
on scripted answers; docs/quality.md says how. The first run embeds their articles
and takes minutes; they are kept in the cache folder.`,
		Example: `  zhiwen eval
  zhiwen eval --format baseline > baseline.json
  zhiwen eval --baseline baseline.json
  zhiwen eval --corpus other/articles --format markdown
  zhiwen eval --questions mine.jsonl --store ~/my-store --format junit > report.xml
  zhiwen eval --public ../shared/data --sample 40 --details answers.jsonl`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.public.dir != "" {
				return evalStatus(a.evalPublic(cmd.Context(), o))
			}
			for _, name := range []string{"sample", "split", "seen", "details"} {
				if cmd.Flags().Changed(name) {
					return usage("--%s goes with --public DIR", name)
				}
			}
			return evalStatus(a.eval(cmd.Context(), o))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.questions, "questions", "", "`file` with the questions, - for the standard input (default: those that come with the program)")
	flags.StringVar(&o.format, "format", "", "table, json, markdown, junit or baseline (default: table; json with --json)")
	flags.StringVar(&o.baseline, "baseline", "", "earlier report in `file`, written as baseline or json, to compare with")
	flags.StringArrayVar(&o.corpus, "corpus", nil, "`path` of articles to ask about; may be given several times")
	flags.StringVar(&o.relevance, "relevance", "", "how a found passage is judged: context (its verbatim text) or keys (the facts it holds)")
	flags.BoolVar(&o.latency, "latency", false, "measure times too, which makes reports differ from run to run")
	flags.BoolVar(&o.raw, "raw", false, "measure what the language model says before it is checked")
	flags.StringVar(&a.keptAnswers, "answers", "", "keep the language model's answers in `file`, and use those kept there before")
	flags.BoolVar(&o.figures, "figures-only", false, "exit with 0 whatever the figures are")
	flags.StringVar(&o.public.dir, "public", "", "`folder` with public question sets (qa/) and grounding cases (grounding/)")
	flags.IntVar(&o.public.sample, "sample", 0, "with --public: ask `n` questions of each set, always the same (0: all)")
	flags.StringVar(&o.public.split, "split", string(public.SideApart), "with --public: the side of the documents that questions are about: apart, calibrate, train or all")
	flags.BoolVar(&o.public.seen, "seen", false, "with --public: mark the sets as looked at while tuning")
	flags.StringVar(&o.public.details, "details", "", "with --public: write every answer to `file`, a line each")
	return cmd
}

// errBelow says that the report is there and some threshold was not reached, or a
// case fails that passed in the baseline.
var errBelow = errors.New("below the thresholds")

// evalStatus gives errors the exit statuses of eval.
func evalStatus(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errBelow):
		return &exitError{status: exitFailed} // the report has said it
	default:
		return &exitError{exitUsage, err}
	}
}

func (a *app) eval(ctx context.Context, o evalOptions) error {
	format, err := a.evalFormat(o.format)
	if err != nil {
		return err
	}
	relevance, err := evalRelevance(o)
	if err != nil {
		return err
	}
	if len(o.corpus) > 0 && a.storeDir != "" {
		return errors.New("--corpus and --store exclude each other: name the articles or the store")
	}
	if err := a.load(); err != nil {
		return err
	}
	cases, err := a.evalCases(o.questions)
	if err != nil {
		return err
	}
	baseline, err := loadBaseline(o.baseline)
	if err != nil {
		return err
	}
	p, cleanup, err := a.evalParts(ctx, o.corpus)
	if err != nil {
		return err
	}
	defer cleanup()
	options := eval.Options{
		Asker: eval.AskerFunc(func(ctx context.Context, q rag.Question) (rag.Answer, error) {
			return p.chain.Answer(ctx, q, rag.AnswerOptions{})
		}),
		Search:    p.chain.Search,
		Article:   func(id string) (*article.Article, bool) { a, err := p.store.Article(ctx, id); return a, err == nil },
		Relevance: relevance,
		Latency:   o.latency,
	}
	if o.raw {
		if p.model == nil {
			return errors.New("--raw measures a language model, and none is configured; set llm.provider and llm.base_url")
		}
		options.Asker = &rawAsker{p}
	}
	if kept, ok := p.model.(*replay); ok {
		options.Saved = kept.takeSaved
	}
	if options.Provenance, err = a.provenance(ctx, p); err != nil {
		return err
	}
	bar := cli.NewProgress(a.err, "questions")
	options.Progress = func(done, total int, _ eval.Result) { bar.Update(done, total) }
	report, err := eval.Run(ctx, options, cases)
	bar.Finish()
	if err != nil {
		return err
	}
	if baseline != nil {
		report.Compare(baseline)
	}
	if err := report.Write(a.out, format); err != nil {
		return err
	}
	if !report.Passed() && !o.figures {
		return errBelow
	}
	return nil
}

func (a *app) evalFormat(name string) (eval.Format, error) {
	if name == "" {
		name = string(eval.FormatTable)
		if a.json {
			name = string(eval.FormatJSON)
		}
	}
	var names []string
	for _, f := range eval.Formats() {
		if name == string(f) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("--format is %q; it must be one of %s", name, strings.Join(names, ", "))
}

// evalRelevance knows that verbatim text is found only in the articles that the
// questions were written for.
func evalRelevance(o evalOptions) (eval.Relevance, error) {
	switch o.relevance {
	case "context":
		return eval.ByContext, nil
	case "keys":
		return eval.ByKeys, nil
	case "":
		if o.questions == "" && len(o.corpus) > 0 {
			return eval.ByKeys, nil
		}
		return eval.ByContext, nil
	}
	return 0, fmt.Errorf("--relevance is %q; it must be context or keys", o.relevance)
}

func (a *app) evalCases(path string) ([]eval.Case, error) {
	if path == "" {
		return eval.Load(bytes.NewReader(seeds.Questions()))
	}
	in, err := a.openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cases, err := eval.Load(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cases, nil
}

func loadBaseline(path string) (*eval.Report, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w; make one with zhiwen eval --format baseline", err)
	}
	defer f.Close()
	report, err := eval.LoadBaseline(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}

// evalParts opens the store that was named, or fills a temporary one.
func (a *app) evalParts(ctx context.Context, corpus []string) (p *parts, cleanup func(), err error) {
	if a.storeDir != "" {
		p, err := a.openParts(ctx, readOnly)
		if err != nil {
			return nil, nil, err
		}
		if st, err := p.store.Status(ctx); err != nil || st.Articles == 0 {
			p.Close()
			return nil, nil, errors.Join(fmt.Errorf("the store %s holds no articles; ingest some, or leave --store out to use those that come with the program", a.storeDir), err)
		}
		return p, p.Close, nil
	}
	p = &parts{}
	if err := a.fillTemporary(ctx, p, corpus); err != nil {
		p.Close()
		return nil, nil, err
	}
	return p, p.Close, nil
}

func (a *app) fillTemporary(ctx context.Context, p *parts, corpus []string) error {
	read, err := readArticles(ctx, corpus, len(corpus) == 0, nil)
	if err != nil {
		return err
	}
	if len(read.problems) > 0 { // figures over a part of the articles would mislead
		return errors.Join(read.problems...)
	}
	if p.embedder, err = a.openEmbedder(ctx); err != nil {
		return err
	}
	if p.reader, err = a.openReader(); err != nil {
		return err
	}
	if p.store, p.remove, err = a.openTemporary(ctx, p.embedder); err != nil {
		return err
	}
	bar := cli.NewProgress(a.err, "articles")
	_, err = p.store.Add(ctx, read.articles, index.AddOptions{Progress: bar.Update})
	bar.Finish()
	if err != nil {
		return err
	}
	if p.model, p.identity, err = a.openModel(ctx); err != nil {
		return err
	}
	return a.buildChain(ctx, p)
}

// provenance names what was measured, by digests where names do not suffice.
func (a *app) provenance(ctx context.Context, p *parts) (eval.Provenance, error) {
	articles, err := p.store.Articles(ctx)
	if err != nil {
		return eval.Provenance{}, err
	}
	texts := make([]string, 0, len(articles))
	for _, art := range articles {
		paragraphs := make([]struct{ Text string }, len(art.Paragraphs))
		for i, p := range art.Paragraphs {
			paragraphs[i].Text = p.Text
		}
		texts = append(texts, fmt.Sprintf("%q %s %q", art.Title, art.Published, paragraphs))
	}
	slices.Sort(texts)
	settings := struct {
		TopK, ContextTokens, MaxTokens int
		WholeCorpus                    bool `json:",omitempty"`
	}{a.cfg.Answer.TopK, p.identity.ContextTokens, a.cfg.LLM.MaxTokens, a.cfg.LLM.WholeCorpus}
	config, err := json.Marshal(settings)
	if err != nil {
		return eval.Provenance{}, err
	}
	info := p.embedder.Info()
	return eval.Provenance{
		Corpus:   digest(strings.NewReader(strings.Join(texts, "\n"))),
		Config:   digest(bytes.NewReader(config)),
		Model:    fmt.Sprintf("%s/%s %.12s", info.Provider, info.Model, info.Fingerprint),
		Answerer: p.core.Answerer(),
		Version:  readVersion().Version,
	}, nil
}

// digest is the beginning of a SHA-256, enough to tell two inputs apart.
func digest(r io.Reader) string {
	h := sha256.New()
	_, _ = io.Copy(h, r) // reading memory does not fail
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// rawAsker answers with the words of the language model as they come, checked by
// nobody, so that what the checks are worth can be measured.
type rawAsker struct{ *parts }

// Answer implements [eval.Asker]. Its citations are the spans that the model
// itself named.
func (r *rawAsker) Answer(ctx context.Context, q rag.Question) (rag.Answer, error) {
	req, err := r.core.Prepare(ctx, q)
	if err != nil {
		return rag.Answer{}, err
	}
	answer := rag.Answer{Question: req.Question, Answerer: r.core.Model.Name() + " (raw)"}
	var out strings.Builder
	draft, err := r.core.Model.Generate(ctx, req, func(c rag.Claim) error {
		out.WriteString(c.Text)
		for _, s := range c.Cites {
			answer.Citations = append(answer.Citations, rag.Citation{
				Marker: len(answer.Citations) + 1, ArticleID: s.Article.ID, Title: s.Article.Title, Path: s.Article.Path,
				Paragraph: s.Span.Paragraph, Start: s.Span.Start, End: s.Span.End, Quote: s.Span.Text,
			})
			fmt.Fprintf(&out, "[%d]", len(answer.Citations))
		}
		return nil
	})
	if err != nil {
		return rag.Answer{}, err
	}
	answer.Text, answer.Refused, answer.Usage = out.String(), draft.Refused, draft.Usage
	return answer, nil
}
