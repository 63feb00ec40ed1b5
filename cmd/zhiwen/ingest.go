package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// ingestOptions are the flags of ingest.
type ingestOptions struct {
	shipped bool
	prune   bool
	reindex bool
}

// ingestReport says what was done.
type ingestReport struct {
	Files     int      `json:"files"`
	Articles  int      `json:"articles"`
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Unchanged int      `json:"unchanged"`
	Removed   int      `json:"removed"`
	Passages  int      `json:"passages"` // of the added and changed articles
	Embedded  int      `json:"embedded"` // passages that needed a new vector
	Problems  []string `json:"problems"`
	Seconds   float64  `json:"seconds"`
}

func (a *app) ingestCommand() *cobra.Command {
	var o ingestOptions
	cmd := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Read articles from files and folders into the store",
		Long: `Reads articles (HTML, Markdown, plain text, newspaper pages, JSON Lines; UTF-8 or
GB18030) from files and folders into the store. What has not changed since the
last time costs nothing. A file that cannot be read is reported, the others go
on, and the exit status is 1 in the end.

--prune also removes articles of the store that were not among those read now;
when something could not be read, nothing is removed.`,
		Example: `  zhiwen ingest articles/
  zhiwen ingest page.html more.jsonl
  zhiwen ingest --prune articles/
  zhiwen ingest --shipped`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !o.shipped {
				return usage("ingest needs files or folders, or --shipped for the articles that come with the program")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.ingest(cmd.Context(), args, o) },
	}
	cmd.Flags().BoolVar(&o.shipped, "shipped", false, "read the articles that come with the program")
	cmd.Flags().BoolVar(&o.prune, "prune", false, "remove articles that were not read now")
	cmd.Flags().BoolVar(&o.reindex, "reindex", false, "accept a store of another embedding model and embed everything anew")
	return cmd
}

func (a *app) ingest(ctx context.Context, paths []string, o ingestOptions) error {
	if err := a.load(); err != nil {
		return err
	}
	started := time.Now()
	read, err := readArticles(ctx, paths, o.shipped)
	if err != nil {
		return err
	}
	for _, problem := range read.problems {
		a.note("zhiwen: %v", problem)
	}
	if len(read.articles) == 0 {
		return errors.New("no article could be read, and the store was left as it is")
	}
	p := &parts{}
	defer p.Close()
	if p.embedder, err = a.openEmbedder(ctx); err != nil {
		return err
	}
	if p.store, err = a.openStoreToWrite(ctx, a.cfg.Store.Dir, p.embedder, o.reindex); err != nil {
		return err
	}
	report := ingestReport{Files: read.files, Articles: len(read.articles), Problems: []string{}}
	if err := a.addArticles(ctx, p.store, read, &report); err != nil {
		return err
	}
	if o.prune {
		if err := a.prune(ctx, p.store, read, &report); err != nil {
			return err
		}
	}
	for _, problem := range read.problems {
		report.Problems = append(report.Problems, problem.Error())
	}
	report.Seconds = time.Since(started).Seconds()
	if err := a.printIngest(report); err != nil {
		return err
	}
	if n := len(read.problems); n > 0 {
		return fmt.Errorf("%d of what was to be read could not be; see the lines above", n)
	}
	return nil
}

// addArticles puts what was read into the store under a progress bar.
func (a *app) addArticles(ctx context.Context, store *index.Store, read *readResult, report *ingestReport) error {
	bar := cli.NewProgress(a.err, "articles")
	added, err := store.Add(ctx, read.articles, index.AddOptions{Progress: bar.Update})
	bar.Finish()
	report.Added, report.Changed, report.Unchanged = added.Added, added.Changed, added.Unchanged
	report.Passages, report.Embedded = added.Passages, added.Embedded
	if err != nil {
		return fmt.Errorf("%w; %d articles were done before, run the same command again to go on", err, added.Added+added.Changed+added.Unchanged)
	}
	for _, d := range added.Skipped {
		if read.copies(d.ID) {
			continue // the same text twice is no loss
		}
		problem := fmt.Errorf("%s: the article id %q is taken by %s, so this one was left out; give them different ids", d.Left, d.ID, d.Kept)
		a.note("zhiwen: %v", problem)
		read.problems = append(read.problems, problem)
	}
	return nil
}

// prune removes what was not read, unless something could not be: its articles
// would be taken for removed ones.
func (a *app) prune(ctx context.Context, store *index.Store, read *readResult, report *ingestReport) error {
	if len(read.problems) > 0 {
		a.note("zhiwen: nothing was removed, because not everything could be read")
		return nil
	}
	keep := make(map[string]bool, len(read.articles))
	for i := range read.articles {
		keep[read.articles[i].ID] = true
	}
	var err error
	report.Removed, err = store.Prune(ctx, keep)
	return err
}

func (a *app) printIngest(r ingestReport) error {
	if a.json {
		return api.Write(a.out, r)
	}
	fmt.Fprintf(a.out, "%s from %s: %d new, %d changed, %d unchanged", counted(r.Articles, "article"), counted(r.Files, "file"), r.Added, r.Changed, r.Unchanged)
	if r.Removed > 0 {
		fmt.Fprintf(a.out, ", %d removed", r.Removed)
	}
	_, err := fmt.Fprintf(a.out, " (%.1f s)\n", r.Seconds)
	return err
}

// readResult is what was read from files.
type readResult struct {
	articles []article.Article
	files    int
	problems []error // one for each file or line that could not be read
}

// copies says whether all articles of an id have the same text.
func (r *readResult) copies(id string) bool {
	var first []article.Paragraph
	for i := range r.articles {
		switch {
		case r.articles[i].ID != id:
		case first == nil:
			first = r.articles[i].Paragraphs
		case !slices.Equal(first, r.articles[i].Paragraphs):
			return false
		}
	}
	return true
}

// readArticles reads files and folders, and the shipped articles when asked to.
// The error is that of ctx; whatever is wrong with a file becomes a problem.
func readArticles(ctx context.Context, paths []string, shipped bool) (*readResult, error) {
	r := &readResult{}
	add := func(articles []article.Article, err error) {
		r.files++
		r.articles = append(r.articles, articles...)
		r.problem(err)
	}
	if shipped {
		if err := eachShipped(func(raw []byte, name string) { add(article.Parse(raw, name, article.Options{})) }); err != nil {
			return nil, err
		}
	}
	if len(paths) > 0 {
		files, err := article.Walk(ctx, paths)
		r.problem(err)
		for _, file := range files {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			add(article.ParseFile(ctx, file, article.Options{}))
		}
	}
	article.Distinct(r.articles)
	return r, ctx.Err()
}

// problem notes an error, or each of those joined in it.
func (r *readResult) problem(err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.problem(e)
		}
		return
	}
	r.problems = append(r.problems, err)
}

// counted writes "1 file" and "2 files".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
