package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhiwen/bot/cli"
	"zhiwen/config"
	"zhiwen/rag/article"
	"zhiwen/rag/fetch"
	"zhiwen/rag/source"
)

// configuredSources are those of the settings.
func configuredSources(list []config.Source) []source.Source {
	kinds := map[string]source.Kind{"folder": source.KindFolder, "url": source.KindAny, "sitemap": source.KindSitemap, "feed": source.KindFeed}
	out := make([]source.Source, 0, len(list))
	for _, c := range list {
		kind, location := c.Place()
		out = append(out, source.Source{
			Name: c.Name, Kind: kinds[kind], Location: location, Every: c.Every, Remove: c.Gone == "remove",
			Linked: c.Linked, Only: c.Only, Except: c.Except,
		})
	}
	return out
}

// places tells files and folders from addresses, and adds the configured sources
// that are asked for: their folders to the paths.
func (a *app) places(args []string, o ingestOptions) (paths []string, sources []source.Source, err error) {
	for _, arg := range args {
		if !source.IsAddress(arg) {
			paths = append(paths, arg)
			continue
		}
		address, err := fetch.Normalize(arg)
		if err != nil {
			return nil, nil, &exitError{exitUsage, err}
		}
		sources = append(sources, source.Source{Name: address, Location: address, Remove: o.prune, Linked: o.linked})
	}
	if !o.sources {
		return paths, sources, nil
	}
	configured := configuredSources(a.cfg.Sources)
	if len(configured) == 0 {
		return nil, nil, usage("--sources reads what the setting sources names, and it names nothing; see docs/sources.md")
	}
	for _, s := range configured {
		if s.Kind == source.KindFolder {
			paths = append(paths, s.Location)
		} else {
			sources = append(sources, s)
		}
	}
	return paths, sources, nil
}

// fetcher makes the client for the web.
func (a *app) fetcher() (*fetch.Client, error) {
	c := a.cfg.Web
	private, err := c.Private()
	if err != nil {
		return nil, err
	}
	return fetch.New(fetch.Options{
		UserAgent: c.UserAgent, MaxBytes: int64(c.MaxMB) << 20, Timeout: c.Timeout, MaxRedirects: c.MaxRedirects,
		Pause: c.Pause, IgnoreRobots: !c.Robots, Allow: private, Log: a.log,
	}), nil
}

// sourceReport says what a look at one source found.
type sourceReport struct {
	Name      string      `json:"name"`
	Kind      source.Kind `json:"kind"` // page, sitemap, feed or folder; "" when it could not be read
	Read      int         `json:"read"`
	Unchanged int         `json:"unchanged"` // documents that did not have to be read again
	Articles  int         `json:"articles"`  // held from it
	Gone      []string    `json:"gone"`      // addresses that are there no more since this look
	LeftOut   []string    `json:"left_out"`  // addresses that were not to be read
	Failed    bool        `json:"failed"`    // nothing is known of what may be gone
}

// String is a line for the terminal.
func (r sourceReport) String() string {
	kind := string(r.Kind)
	if r.Failed {
		kind = "could not be looked at as a whole"
	}
	line := fmt.Sprintf("%s: %s, %d read, %d unchanged", r.Name, kind, r.Read, r.Unchanged)
	if n := len(r.Gone); n > 0 {
		line += fmt.Sprintf(", %d gone", n)
	}
	if n := len(r.LeftOut); n > 0 {
		line += fmt.Sprintf(", %s of other sites or not chosen", counted(n, "address"))
	}
	return cli.Escape(line)
}

// intake puts what sources on the web hold into the store.
type intake struct {
	app    *app
	store  collection // nil: nothing is kept
	ledger *source.Ledger
	client *fetch.Client
	// writing is held while articles are compared with those held and added.
	writing *sync.Mutex
	bar     func(label string) *cli.Progress // nil: no progress is shown
}

// look looks at one source. What it finds goes into the store and into report;
// read takes its problems.
func (in *intake) look(ctx context.Context, s source.Source, read *readResult, report *ingestReport) (*source.Report, error) {
	var pages *cli.Progress
	looker := &source.Looker{
		Client: in.client, Ledger: in.ledger,
		Options: article.Options{
			MaxBytes: int64(in.app.cfg.Web.MaxMB) << 20,
			Omitted:  func(o article.Omission) { report.Omitted = append(report.Omitted, o) },
		},
	}
	held := map[string]bool{}
	articles, err := in.held(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range articles {
		held[h.ID] = true
	}
	looker.Held = func(id string) bool { return held[id] }
	if in.bar != nil {
		pages = in.bar("pages")
		looker.Progress = pages.Update
		defer pages.Finish()
	}
	found, err := looker.Look(ctx, s, func(ctx context.Context, articles []article.Article, gone func(string) bool) (source.Taken, error) {
		if pages != nil {
			pages.Finish()
		}
		return in.take(ctx, articles, gone, held, read, report)
	})
	if err != nil {
		return found, err
	}
	for _, problem := range found.Problems {
		read.problem(problem)
	}
	report.Files += found.Read + found.Unchanged
	out := sourceReport{Name: s.Name, Kind: found.Kind, Read: found.Read, Unchanged: found.Unchanged, Articles: found.Articles,
		Gone: []string{}, LeftOut: append([]string{}, found.LeftOut...), Failed: found.Failed}
	for _, p := range found.Gone {
		out.Gone = append(out.Gone, p.URL)
	}
	report.Sources = append(report.Sources, out)
	return found, nil
}

func (in *intake) held(ctx context.Context) ([]*article.Article, error) {
	if in.store == nil {
		return nil, nil
	}
	return in.store.Articles(ctx)
}

// take settles a batch of articles and adds them.
func (in *intake) take(ctx context.Context, batch []article.Article, gone func(string) bool, have map[string]bool, read *readResult, report *ingestReport) (source.Taken, error) {
	in.writing.Lock()
	defer in.writing.Unlock()
	held, err := in.held(ctx)
	if err != nil {
		return source.Taken{}, err
	}
	settled, found := article.Settle(batch, held, func(h *article.Article) bool { return !gone(h.Path) && isThere(h) })
	in.app.reportSettled(found, report)
	report.Articles += len(settled)
	if in.store == nil {
		report.compare(settled, held)
		return source.Taken{Articles: settled}, nil
	}
	before := report.Added + report.Changed
	one := &readResult{articles: settled}
	var bar *cli.Progress
	if in.bar != nil {
		bar = in.bar("passages")
	}
	if err := in.app.addArticles(ctx, in.store, one, report, bar); err != nil {
		return source.Taken{}, err
	}
	read.problems = append(read.problems, one.problems...)
	for _, a := range settled {
		have[a.ID] = true
	}
	return source.Taken{Articles: settled, Changed: report.Added + report.Changed - before}, nil
}

// readSources looks at sources on the web once, one after the other, and puts what
// they hold into the store. Without a store it finds out what would happen.
func (a *app) readSources(ctx context.Context, store collection, db *sql.DB, sources []source.Source, o ingestOptions, read *readResult, report *ingestReport) error {
	client, err := a.fetcher()
	if err != nil {
		return err
	}
	defer client.Close()
	in := &intake{app: a, store: store, client: client, writing: &sync.Mutex{}, bar: func(label string) *cli.Progress { return cli.NewProgress(a.err, label) }}
	if db == nil { // everything is read anew, and forgotten
		if db, err = sql.Open("sqlite3", ":memory:"); err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		defer db.Close()
	}
	if in.ledger, err = source.OpenLedger(ctx, db); err != nil {
		return err
	}
	for _, s := range sources {
		before := len(read.problems)
		st, err := in.ledger.State(ctx, s.Name)
		if err != nil {
			return err
		}
		found, err := in.look(ctx, s, read, report)
		if err != nil {
			return err
		}
		for _, problem := range read.problems[before:] {
			a.note("zhiwen: %v", problem)
		}
		for _, p := range found.Gone {
			a.note("zhiwen: gone from %s: %s%s", s.Name, p.URL, map[bool]string{false: "; its articles stay, --prune removes them"}[o.prune])
		}
		if o.prune && !found.Failed {
			a.listGone(ctx, store, found.Lost, report)
		}
		if err := in.ledger.Save(ctx, s.Name, after(s, st, found)); err != nil {
			return err
		}
	}
	return nil
}

// listGone adds the articles of pages that are there no more to those that --prune
// removes.
func (a *app) listGone(ctx context.Context, store collection, lost []source.Page, report *ingestReport) {
	for _, p := range lost {
		for _, id := range p.Articles {
			g := goneArticle{ID: id, Path: p.URL}
			if held, err := store.Article(ctx, id); err == nil {
				g.Title = held.Title
			}
			report.Gone = append(report.Gone, g)
		}
	}
}

// after is what is remembered of a source after a look.
func after(s source.Source, before source.State, found *source.Report) source.State {
	now := before
	now.Looked = timeNow()
	now.Articles, now.Problems, now.Error, now.Gone = found.Articles, len(found.Problems), "", 0
	if found.Changed > 0 || len(found.Gone) > 0 {
		now.Changed = now.Looked
	}
	for _, p := range found.Lost {
		now.Gone += len(p.Articles)
	}
	now.Failures = 0
	if found.Failed {
		now.Failures = before.Failures + 1
		now.Articles = max(found.Articles, before.Articles)
	}
	if len(found.Problems) > 0 {
		now.Error = found.Problems[len(found.Problems)-1].Error()
	}
	now.Due = now.Looked.Add(s.Next(now.Failures, found.RetryAfter))
	return now
}

// names joins a few of many names.
func names(list []string, most int) string {
	list = slices.Clone(list)
	if n := len(list); n > most {
		list = append(list[:most], fmt.Sprintf("and %d more", n-most))
	}
	return strings.Join(list, ", ")
}
