package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"zhiwen/embeddings"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/source"
)

// followRetry is how long a process waits that may not follow the sources: another
// one does, or the store cannot be written to.
const followRetry = 30 * time.Second

// timeNow is the clock.
var timeNow = time.Now

// follower looks at sources again and again.
type follower struct {
	app      *app
	embedder embeddings.Embedder
	sources  []source.Source
	// say tells what a look found that somebody should know.
	say func(format string, args ...any)

	in *intake
}

// followSources follows the configured sources until ctx ends, if there are any.
// Of all processes on a store one does.
func (a *app) followSources(ctx context.Context, e embeddings.Embedder) {
	f := &follower{app: a, embedder: e, sources: configuredSources(a.sources.get())}
	f.say = func(format string, args ...any) { a.log.Info(fmt.Sprintf(format, args...)) }
	if len(f.sources) == 0 {
		return
	}
	for ctx.Err() == nil {
		err := f.run(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		level := a.log.Warn
		if errors.Is(err, errFollowed) {
			level = a.log.Info
		}
		level("the sources are not followed by this process", "reason", plain(err), "next_try", followRetry.String())
		pause(ctx, followRetry)
	}
}

// errFollowed says that another process is at it.
var errFollowed = errors.New("another process follows the sources of this store")

// run follows the sources until ctx ends.
func (f *follower) run(ctx context.Context) error {
	store, err := f.app.openStoreToWrite(ctx, f.embedder, false)
	if err != nil {
		return err
	}
	p := &parts{store: store}
	defer p.Close()
	folder, err := f.app.bots(ctx, p, readWrite)
	if err != nil {
		return err
	}
	lock := flock.New(filepath.Join(f.app.cfg.Store.Dir, "sources.lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the sources: %w", err)
	}
	if !ok {
		return errFollowed
	}
	defer lock.Unlock()
	client, err := f.app.fetcher()
	if err != nil {
		return err
	}
	defer client.Close()
	f.in = &intake{app: f.app, store: store, client: client, writing: &sync.Mutex{}}
	if f.in.ledger, err = source.OpenLedger(ctx, folder.DB()); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range f.sources {
		g.Go(func() error { return f.follow(ctx, s) })
	}
	return g.Wait()
}

// follow looks at one source whenever it is due. What goes wrong with the source
// is remembered; what goes wrong with the store is tried again.
func (f *follower) follow(ctx context.Context, s source.Source) error {
	for {
		st, err := f.in.ledger.State(ctx, s.Name)
		if err != nil {
			return err
		}
		due := st.Due
		if latest := st.Looked.Add(s.Next(0, 0)); st.Problems == 0 && due.After(latest) {
			due = latest // the setting was changed since
		}
		pause(ctx, time.Until(due))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if s.Kind == source.KindFolder {
			st, err = f.folder(ctx, s, st)
		} else {
			st, err = f.web(ctx, s, st)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil { // the store is locked, or full
			f.app.log.Warn("a source could not be taken in", "source", s.Name, "error", err)
			st.Error, st.Failures = plain(err), st.Failures+1
			st.Due = timeNow().Add(s.Next(st.Failures, 0))
		}
		if err := f.in.ledger.Save(ctx, s.Name, st); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// web looks at a source on the web.
func (f *follower) web(ctx context.Context, s source.Source, st source.State) (source.State, error) {
	read := &readResult{}
	report := newIngestReport(read)
	found, err := f.in.look(ctx, s, read, report)
	if err != nil {
		return st, err
	}
	for _, problem := range found.Problems {
		f.app.log.Warn("a source was not read whole", "source", s.Name, "problem", problem.Error())
	}
	next := after(s, st, found)
	if s.Remove && !found.Failed && len(found.Lost) > 0 {
		var ids, urls []string
		for _, p := range found.Lost {
			ids, urls = append(ids, p.Articles...), append(urls, p.URL)
		}
		if removed, err := f.remove(ctx, s, ids, found.Articles, &next); err != nil {
			return st, err
		} else if removed {
			next.Articles, next.Gone = found.Articles-len(ids), 0
			f.say("%s: %d articles were removed, because they are there no more: %s", s.Name, len(ids), names(urls, 5))
		}
	} else if len(found.Gone) > 0 {
		f.say("%s: %s there no more; what was read from it stays", s.Name, goneNames(found.Gone))
	}
	f.tell(s, report)
	return next, nil
}

func goneNames(pages []source.Page) string {
	var urls []string
	for _, p := range pages {
		urls = append(urls, p.URL)
	}
	return names(urls, 5)
}

// maxLoss says how many of a source's articles may vanish at once: half of them,
// or a handful of a small one. More looks like a mistake at the source, which
// nobody is there to be asked about.
func maxLoss(articles int) int { return max(articles/2, 10) }

// remove takes out what is gone from a source, unless it is too much at once.
func (f *follower) remove(ctx context.Context, s source.Source, ids []string, of int, st *source.State) (bool, error) {
	if len(ids) > maxLoss(of) {
		st.Problems++
		st.Error = fmt.Sprintf("%d of %d articles are gone at once, so none was removed; if that is right, run zhiwen ingest --prune --yes --sources", len(ids), of)
		f.app.log.Warn("nothing was removed", "source", s.Name, "reason", st.Error)
		return false, nil
	}
	f.in.writing.Lock()
	defer f.in.writing.Unlock()
	return true, f.in.store.Delete(ctx, ids...)
}

// folder looks at a folder: it reads all of it when anything in it has changed.
func (f *follower) folder(ctx context.Context, s source.Source, st source.State) (source.State, error) {
	mark, err := source.Snapshot(ctx, s.Location)
	if err != nil {
		return st, err
	}
	next := st
	next.Looked = timeNow()
	next.Due = next.Looked.Add(s.Next(0, 0))
	if mark == st.Mark {
		// An article that was lost since may come from here.
		held, err := f.in.store.Status(ctx)
		if err != nil || held.Health.Pending == 0 {
			return next, err
		}
	}
	read, err := readArticles(ctx, []string{s.Location}, false, nil)
	if err != nil {
		return st, err
	}
	next.Mark, next.Problems, next.Error, next.Failures = mark, len(read.problems), "", 0
	if len(read.articles) == 0 && len(read.problems) > 0 {
		next.Failures = st.Failures + 1
	}
	for _, problem := range read.problems {
		next.Error = problem.Error()
		f.app.log.Warn("a source was not read whole", "source", s.Name, "problem", problem.Error())
	}
	report := newIngestReport(read)
	err = f.addFolder(ctx, s, read, report, &next)
	f.tell(s, report)
	return next, err
}

func (f *follower) addFolder(ctx context.Context, s source.Source, read *readResult, report *ingestReport, st *source.State) error {
	f.in.writing.Lock()
	held, err := f.in.store.Articles(ctx)
	if err == nil {
		f.app.settle(read, held, report)
		err = f.app.addArticles(ctx, f.in.store, read, report, nil)
	}
	f.in.writing.Unlock()
	if err != nil {
		return err
	}
	if report.Added+report.Changed > 0 {
		st.Changed = st.Looked
	}
	var gone []string
	var paths []string
	if len(read.problems) == 0 { // else what could not be read would be taken for gone
		for _, g := range goneFrom([]string{s.Location}, false, read, held) {
			gone, paths = append(gone, g.ID), append(paths, g.Path)
		}
	}
	st.Articles, st.Gone = len(read.articles)+len(gone), len(gone)
	switch {
	case len(gone) == 0:
	case s.Remove:
		removed, err := f.remove(ctx, s, gone, st.Articles, st)
		if err != nil || !removed {
			return err
		}
		st.Articles, st.Gone, st.Changed = len(read.articles), 0, st.Looked
		f.say("%s: %d articles were removed, because they are there no more: %s", s.Name, len(gone), names(paths, 5))
	default:
		f.say("%s: there no more, and kept: %s", s.Name, names(paths, 5))
	}
	return nil
}

// tell says what came in.
func (f *follower) tell(s source.Source, r *ingestReport) {
	if r.Added+r.Changed > 0 {
		f.say("%s: %d new, %d changed, %d unchanged", s.Name, r.Added, r.Changed, r.Unchanged)
	}
	for _, o := range r.Omitted {
		if o.Reason == article.OmitUnreadable || o.Reason == article.OmitUndecoded {
			f.app.log.Warn("a part of a document was left out", "path", o.Path, "reason", string(o.Reason), "text", o.Text)
		}
	}
}

// watchSources is ingest --watch: it follows what is named, or else the configured
// sources, until Ctrl-C.
func (a *app) watchSources(ctx context.Context, args []string, o ingestOptions) error {
	if err := a.load(); err != nil {
		return err
	}
	paths, sources, err := a.places(args, ingestOptions{prune: o.prune, linked: o.linked})
	if err != nil {
		return err
	}
	if err := allThere(paths); err != nil {
		return err
	}
	for _, p := range paths {
		sources = append(sources, source.Source{Name: absolutePath(p), Kind: source.KindFolder, Location: p, Remove: o.prune})
	}
	if len(args) == 0 || o.sources {
		sources = append(sources, configuredSources(a.cfg.Sources)...)
	}
	if len(sources) == 0 {
		return usage("--watch needs files, folders or addresses, or the setting sources; see docs/sources.md")
	}
	e, err := a.openEmbedder(ctx)
	if err != nil {
		return err
	}
	defer e.Close()
	f := &follower{app: a, embedder: e, sources: sources, say: func(format string, args ...any) { a.note("zhiwen: "+format, args...) }}
	a.note("zhiwen: watching %s (Ctrl-C ends it)", counted(len(sources), "source"))
	if err := f.run(ctx); ctx.Err() == nil || !errors.Is(err, index.ErrLocked) && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// allThere refuses to watch what does not exist: a misspelt name would be watched in
// vain for ever. Only what is named at the keyboard is held to that; a folder of the
// settings may be a disk that is there only at times.
func allThere(paths []string) error {
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("cannot watch %q: %w; check the spelling, or make the folder first", p, err)
		}
	}
	return nil
}
