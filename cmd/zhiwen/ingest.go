package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/cli"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// ingestOptions are the flags of ingest.
type ingestOptions struct {
	shipped bool
	prune   bool
	yes     bool
	dryRun  bool
	verbose bool
	reindex bool
}

func (a *app) ingestCommand() *cobra.Command {
	var o ingestOptions
	cmd := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Read articles from files and folders into the store",
		Long: `Reads articles from files and folders into the store: ` + article.FormatNames + `.
What has not changed since the last time costs nothing. A corrected file replaces
what was read from it before, a moved one is not held twice. A file that cannot
be read is reported, the others go on, and the exit status is 1 in the end.

What does not become part of an article (navigation, hidden text, files of other
kinds) is counted; --verbose names it, --json lists all of it.

--prune also removes articles that came from the named files and folders and are
there no more; what came from elsewhere stays. When something could not be read,
nothing is removed. To remove more than a tenth of the store takes --yes;
--dry-run shows what would happen and changes nothing.`,
		Example: `  zhiwen ingest articles/
  zhiwen ingest page.html more.jsonl prices.csv
  zhiwen ingest --verbose articles/
  zhiwen ingest --prune --dry-run articles/
  zhiwen ingest --shipped`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !o.shipped {
				return usage("ingest needs files or folders, or --shipped for the articles that come with the program")
			}
			if o.yes && !o.prune {
				return usage("--yes goes with --prune")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.ingest(cmd.Context(), args, o) },
	}
	cmd.Flags().BoolVar(&o.shipped, "shipped", false, "read the articles that come with the program")
	cmd.Flags().BoolVar(&o.prune, "prune", false, "remove articles that are gone from the named files and folders")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "remove with --prune even more than a tenth of the store")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would happen and change nothing")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "name what is left out, moved and removed")
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
		if o.verbose {
			a.nameLeftOut(read)
		}
		return errors.New("no article could be read, and the store was left as it is")
	}
	report := newIngestReport(read)
	report.DryRun = o.dryRun
	if o.dryRun {
		err = a.rehearse(ctx, paths, read, o, report)
	} else {
		err = a.fill(ctx, paths, read, o, report)
	}
	if err != nil {
		return err
	}
	report.finish(read, time.Since(started))
	if err := a.printIngest(*report, o.verbose); err != nil {
		return err
	}
	if n := len(read.problems); n > 0 {
		return fmt.Errorf("%d of what was to be read could not be; see the lines above", n)
	}
	if report.tooMany {
		return fmt.Errorf("%d of %d articles would be removed, which is more than a tenth, so none was; look at them with --dry-run --verbose, and add --yes to remove them",
			len(report.Gone), report.held)
	}
	return nil
}

// fill puts what was read into the store and removes what is gone.
func (a *app) fill(ctx context.Context, paths []string, read *readResult, o ingestOptions, report *ingestReport) error {
	p := &parts{}
	defer p.Close()
	var err error
	if p.embedder, err = a.openEmbedder(ctx); err != nil {
		return err
	}
	if p.store, err = a.openStoreToWrite(ctx, p.embedder, o.reindex); err != nil {
		return err
	}
	held, err := p.store.Articles(ctx)
	if err != nil {
		return err
	}
	a.settle(read, held, report)
	if err := a.addArticles(ctx, p.store, read, report); err != nil {
		return err
	}
	if !o.prune {
		return nil
	}
	remove := a.planPrune(paths, read, held, o, report)
	if len(read.problems) > 0 {
		return nil
	}
	// What an earlier ingest was broken off before is given up as well.
	keep := make(map[string]bool, len(held)+len(read.articles))
	for _, h := range held {
		keep[h.ID] = true
	}
	for i := range read.articles {
		keep[read.articles[i].ID] = true
	}
	if remove {
		for _, g := range report.Gone {
			delete(keep, g.ID)
		}
	}
	report.Removed, err = p.store.Prune(ctx, keep)
	return err
}

// rehearse finds out what fill would do, without the embedder and without
// changing anything.
func (a *app) rehearse(ctx context.Context, paths []string, read *readResult, o ingestOptions, report *ingestReport) error {
	var held []*article.Article
	store, err := a.openStore(ctx, readOnly)
	switch {
	case err == nil:
		defer store.Close()
		if held, err = store.Articles(ctx); err != nil {
			return err
		}
	case !errors.Is(err, index.ErrNoStore):
		return err
	}
	a.settle(read, held, report)
	have := make(map[string]*article.Article, len(held))
	for _, h := range held {
		have[h.ID] = h
	}
	for i := range read.articles {
		switch h := have[read.articles[i].ID]; {
		case h == nil:
			report.Added++
		case sameArticle(h, &read.articles[i]):
			report.Unchanged++
		default:
			report.Changed++
		}
	}
	if o.prune && a.planPrune(paths, read, held, o, report) {
		report.Removed = len(report.Gone)
	}
	report.tooMany = false // it is only said, see printIngest
	return nil
}

// settle gives the articles the identities of those that are held, and says what
// came from elsewhere.
func (a *app) settle(read *readResult, held []*article.Article, report *ingestReport) {
	var found article.Settled
	read.articles, found = article.Settle(read.articles, held)
	report.Articles = len(read.articles)
	report.Moved = append(report.Moved, found.Moved...)
	report.Copies = append(report.Copies, found.Copies...)
	report.Replaced = append(report.Replaced, found.Replaced...)
	for _, r := range found.Replaced {
		a.note("zhiwen: the article id %q came from %s before and comes with another text from %s now, which replaces it; give them different ids if both are to stay", r.ID, r.From, r.To)
	}
}

// addArticles puts what was read into the store under a progress bar.
func (a *app) addArticles(ctx context.Context, store collection, read *readResult, report *ingestReport) error {
	bar := cli.NewProgress(a.err, "passages")
	added, err := store.Add(ctx, read.articles, index.AddOptions{Embedded: bar.Update})
	bar.Finish()
	report.Added, report.Changed, report.Unchanged = added.Added, added.Changed, added.Unchanged
	report.Passages, report.Embedded = added.Passages, added.Embedded
	if err != nil {
		return fmt.Errorf("%w; %d articles were done before, run the same command again to go on", err, added.Added+added.Changed+added.Unchanged)
	}
	for _, d := range added.Skipped {
		if read.copies(d.ID) {
			report.Copies = append(report.Copies, article.Move{ID: d.ID, From: d.Kept, To: d.Left})
			continue // the same text twice is no loss
		}
		problem := fmt.Errorf("%s: the article id %q is taken by %s, so this one was left out; give them different ids", d.Left, d.ID, d.Kept)
		a.note("zhiwen: %v", problem)
		read.problems = append(read.problems, problem)
	}
	return nil
}
