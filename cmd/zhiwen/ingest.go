package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/cli"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/source"
)

// ingestOptions are the flags of ingest.
type ingestOptions struct {
	shipped bool
	prune   bool
	yes     bool
	dryRun  bool
	verbose bool
	reindex bool
	linked  bool
	sources bool
	watch   bool
}

func (a *app) ingestCommand() *cobra.Command {
	var o ingestOptions
	cmd := &cobra.Command{
		Use:   "ingest PATH|URL...",
		Short: "Read articles from files, folders and the web into the store",
		Long: `Reads articles from files, folders and the web into the store: ` + article.FormatNames + `.
What has not changed since the last time costs nothing. A corrected file replaces
what was read from it before, a moved one is not held twice. A file that cannot
be read is reported, the others go on, and the exit status is 1 in the end.

A URL is that of a page, of a sitemap, whose pages are read, or of an RSS or Atom
feed. Servers are asked only for what has changed, robots.txt is kept to, and an
error, a login or a captcha in place of a page is said and not read. Addresses
inside your network are refused unless web.allow_private names them.

What does not become part of an article (navigation, hidden text, files of other
kinds) is counted; --verbose names it, --json lists all of it.

--prune also removes articles that came from the named files, folders and addresses
and are there no more; what came from elsewhere stays. When something could not be
read, nothing is removed. Before more than a tenth of the store is removed it asks,
or without a terminal wants --yes; --dry-run shows what would happen and changes
nothing.

--sources reads what the setting 'sources' names, as do serve and slack while they
run. --watch goes on doing so, or with what is named here, until Ctrl-C ends it.`,
		Example: `  zhiwen ingest articles/
  zhiwen ingest page.html more.jsonl prices.csv
  zhiwen ingest https://example.org/news/sitemap.xml
  zhiwen ingest --linked https://example.org/feed.xml
  zhiwen ingest --verbose articles/
  zhiwen ingest --prune --dry-run articles/
  zhiwen ingest --watch articles/ https://example.org/feed.xml
  zhiwen ingest --sources
  zhiwen ingest --shipped`,
		Args: func(_ *cobra.Command, args []string) error { return o.check(args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.watch {
				return a.watchSources(cmd.Context(), args, o)
			}
			return a.ingest(cmd.Context(), args, o)
		},
	}
	cmd.Flags().BoolVar(&o.shipped, "shipped", false, "read the articles that come with the program")
	cmd.Flags().BoolVar(&o.prune, "prune", false, "remove articles that are gone from what is named")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "remove with --prune even more than a tenth of the store")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would happen and change nothing")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "name what is left out, moved and removed")
	cmd.Flags().BoolVar(&o.reindex, "reindex", false, "accept a store of another embedding model and embed everything anew")
	cmd.Flags().BoolVar(&o.linked, "linked", false, "of a feed, read the pages that its entries link to")
	cmd.Flags().BoolVar(&o.sources, "sources", false, "read what the setting sources names")
	cmd.Flags().BoolVar(&o.watch, "watch", false, "go on looking until Ctrl-C")
	return cmd
}

// check finds what does not go together.
func (o ingestOptions) check(args []string) error {
	switch {
	case len(args) == 0 && !o.shipped && !o.sources && !o.watch:
		return usage("ingest needs files, folders or addresses, --sources for those of the settings, or --shipped for the articles that come with the program")
	case o.yes && !o.prune:
		return usage("--yes goes with --prune")
	case o.watch && (o.dryRun || o.shipped || o.yes):
		return usage("--watch goes with none of --dry-run, --shipped and --yes")
	}
	return nil
}

// ingestGC is by how much the heap of an ingest grows before garbage is collected, in
// percent. Go's 100 let a large document take twice the memory that it needs; beside
// embedding, collecting more often costs nothing that shows.
const ingestGC = 20

func (a *app) ingest(ctx context.Context, args []string, o ingestOptions) error {
	if err := a.load(); err != nil {
		return err
	}
	paths, sources, err := a.places(args, o)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(ingestGC)
	}
	started := time.Now()
	read, err := readArticles(ctx, paths, o.shipped, a.showReading())
	if err != nil {
		return err
	}
	for _, problem := range read.problems {
		a.note("zhiwen: %v", problem)
	}
	if len(read.articles) == 0 && len(sources) == 0 {
		if o.verbose {
			a.nameLeftOut(read)
		}
		return errors.New("no article could be read, and the store was left as it is")
	}
	report := newIngestReport(read)
	report.DryRun = o.dryRun
	if o.dryRun {
		err = a.rehearse(ctx, paths, sources, read, o, report)
	} else {
		err = a.fill(ctx, paths, sources, read, o, report)
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
func (a *app) fill(ctx context.Context, paths []string, sources []source.Source, read *readResult, o ingestOptions, report *ingestReport) error {
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
	if len(read.articles) > 0 || len(paths) > 0 {
		a.settle(read, held, report)
		if err := a.addArticles(ctx, p.store, read, report, a.showPassages()); err != nil {
			return err
		}
	}
	if len(sources) > 0 {
		folder, err := a.bots(ctx, p, readWrite)
		if err != nil {
			return err
		}
		if err := a.readSources(ctx, p.store, folder.DB(), sources, o, read, report); err != nil {
			return err
		}
	}
	a.noteSize(ctx, p.store)
	if !o.prune || !a.planPrune(paths, read, held, o, report) {
		return nil
	}
	if report.tooMany && a.confirm("Remove %d of %d articles?", len(report.Gone), report.held) {
		report.tooMany = false
	}
	gone := make([]string, 0, len(report.Gone))
	for _, g := range report.Gone {
		gone = append(gone, g.ID)
	}
	if report.tooMany {
		gone = nil
	}
	if len(paths) == 0 && !o.shipped { // sources keep account themselves of what they still owe
		report.Removed = len(gone)
		return p.store.Delete(ctx, gone...)
	}
	report.Removed, err = prune(ctx, p.store, gone, read, held)
	return err
}

// prune removes articles. What an earlier ingest was broken off before is given up
// as well.
func prune(ctx context.Context, store collection, gone []string, read *readResult, held []*article.Article) (int, error) {
	now, err := store.Articles(ctx)
	if err != nil {
		return 0, err
	}
	keep := make(map[string]bool, len(now)+len(held)+len(read.articles))
	for _, h := range append(now, held...) {
		keep[h.ID] = true
	}
	for i := range read.articles {
		keep[read.articles[i].ID] = true
	}
	for _, id := range gone {
		delete(keep, id)
	}
	return store.Prune(ctx, keep)
}

// rehearse finds out what fill would do, without the embedder and without
// changing anything.
func (a *app) rehearse(ctx context.Context, paths []string, sources []source.Source, read *readResult, o ingestOptions, report *ingestReport) error {
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
	if len(read.articles) > 0 || len(paths) > 0 {
		a.settle(read, held, report)
		report.compare(read.articles, held)
	}
	if len(sources) > 0 {
		if err := a.readSources(ctx, nil, nil, sources, o, read, report); err != nil {
			return err
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
	read.articles, found = article.Settle(read.articles, held, isThere)
	report.Articles += len(read.articles)
	a.reportSettled(found, report)
}

func (a *app) reportSettled(found article.Settled, report *ingestReport) {
	report.Moved = append(report.Moved, found.Moved...)
	report.Copies = append(report.Copies, found.Copies...)
	report.Replaced = append(report.Replaced, found.Replaced...)
	for _, r := range found.Replaced {
		a.note("zhiwen: the article id %q came from %s before and comes with another text from %s now, which replaces it; give them different ids if both are to stay", r.ID, shownPath(r.From), shownPath(r.To))
	}
}

// isThere tells whether an article that was not read now is where it came from:
// its file is, or its page was when its source was looked at.
func isThere(a *article.Article) bool {
	if source.IsAddress(a.Path) {
		return true
	}
	_, err := os.Stat(a.Path)
	return err == nil
}

// showPassages makes a progress bar of the passages that are embedded.
func (a *app) showPassages() *cli.Progress { return cli.NewProgress(a.err, "passages") }

// addArticles puts what was read into the store under a progress bar; nil: without
// one.
func (a *app) addArticles(ctx context.Context, store collection, read *readResult, report *ingestReport, bar *cli.Progress) error {
	options := index.AddOptions{}
	if bar != nil {
		options.Embedded = bar.Update
		defer bar.Finish()
	}
	added, err := store.Add(ctx, read.articles, options)
	report.Added += added.Added
	report.Changed += added.Changed
	report.Unchanged += added.Unchanged
	report.Passages += added.Passages
	report.Embedded += added.Embedded
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
