package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/fetch"
)

// Reasons for which a source on the web could not be looked at.
var (
	ErrKind = errors.New("it is another kind of document")
	ErrMany = errors.New("it names too many pages")
)

const (
	// batch is after how many pages their articles are handed over.
	batch = 50
	// maxDepth is how deep sitemaps may stand in sitemaps.
	maxDepth = 3
	// maxPages is how many pages a source may name.
	maxPages = 100_000
	// believed is how long a list's word is taken that a page has not changed.
	believed = 30 * 24 * time.Hour
	// unreachable is after how many pages in a row that cannot be reached a look
	// is given up.
	unreachable = 5
)

// Taken is what became of articles that were handed over.
type Taken struct {
	Articles []article.Article // as they are held, with their final IDs and without copies
	Changed  int               // of these, how many are new or changed
}

// Take puts the articles of a batch where they belong. gone tells of the addresses
// whose articles are known to be there no more, so that their texts elsewhere have
// moved.
type Take func(ctx context.Context, articles []article.Article, gone func(address string) bool) (Taken, error)

// Looker looks at sources on the web.
type Looker struct {
	Client  *fetch.Client
	Ledger  *Ledger
	Options article.Options // for reading what comes
	// Held tells whether the store holds an article, by ID. What is not held is
	// read again, whatever the server says of its age.
	Held func(id string) bool
	// Progress hears of pages as they are done. Nil: nobody is told.
	Progress func(done, total int)
}

// Report says what a look found.
type Report struct {
	Kind      Kind // of the location, when it could be read
	Read      int  // documents that were read anew
	Unchanged int  // documents that have not changed, as their server or their list says
	Articles  int  // held from the source after the look
	Changed   int  // articles that are new or changed
	// Gone are the pages that are there no more since this look.
	Gone []Page
	// Lost are all pages that are there no more and whose articles are held still,
	// those of Gone among them.
	Lost []Page
	// LeftOut are the addresses that the source's own choice, or their belonging to
	// another site, kept from being read.
	LeftOut []string
	// Problems are what could not be read, one *fetch.Error or
	// *article.PathError each.
	Problems []error
	// Failed says that the look as a whole failed, so that nothing is known of what
	// is gone. The error is the last of Problems.
	Failed bool
	// RetryAfter is how long the server wants to be left alone.
	RetryAfter time.Duration
}

// Page is a page that is gone.
type Page struct {
	URL      string
	Articles []string // IDs of those held of it
}

// walk is one look at one source.
type walk struct {
	*Looker
	source Source
	filter filter
	take   Take
	known  map[string]*page
	report *Report

	entries  []named
	listed   map[string]bool // addresses in entries
	pending  []*page         // read, and not handed over yet
	articles []article.Article
	failures int // pages in a row that could not be reached
}

// named is an entry and the list that named it.
type named struct {
	entry
	via string
}

// Look looks at a source once. The error is that of ctx, of take, or of the
// ledger; what is wrong with the source stands in the report.
func (l *Looker) Look(ctx context.Context, s Source, take Take) (*Report, error) {
	w := &walk{Looker: l, source: s, filter: newFilter(s), take: take, report: &Report{}, listed: map[string]bool{}}
	var err error
	if w.known, err = l.Ledger.pages(ctx, s.Name); err != nil {
		return w.report, err
	}
	root, err := fetch.Normalize(s.Location)
	if err == nil {
		err = w.location(ctx, root, "", 0)
	}
	if err == nil {
		err = w.pages(ctx)
	}
	if flushed := w.flush(ctx); flushed != nil {
		return w.report, flushed
	}
	if ctx.Err() != nil {
		return w.report, ctx.Err()
	}
	if err != nil {
		w.problem(err)
		w.report.Failed = true
	}
	return w.report, w.settleGone(ctx)
}

// problem notes what could not be read.
func (w *walk) problem(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			w.problem(e)
		}
		return
	}
	var wrong *fetch.Error
	if errors.As(err, &wrong) {
		w.report.RetryAfter = max(w.report.RetryAfter, wrong.RetryAfter)
	}
	w.report.Problems = append(w.report.Problems, err)
}

// location reads the source's own address, or a list that it leads to.
func (w *walk) location(ctx context.Context, address, via string, depth int) error {
	have := w.known[address]
	validators := fetch.Validators{}
	if have != nil && !have.failed && have.stamp == w.filter.stamp && (have.kind == KindSitemap || w.allHeld(have)) {
		validators = have.Validators
	}
	got, err := w.Client.Get(ctx, address, validators)
	if err != nil {
		if have != nil && depth == 0 && have.kind == KindPage && errors.Is(err, fetch.ErrGone) {
			return nil // the page is not listed any more, so to speak
		}
		return err
	}
	next := &page{url: address, via: via, Validators: got.Validators, stamp: w.filter.stamp, looked: time.Now()}
	if got.NotModified {
		next.kind, next.articles = have.kind, have.articles
		w.report.Unchanged++
		return w.unchanged(ctx, next, depth)
	}
	entries, isFeed, err := article.FeedEntries(got.Body, article.Options{})
	switch {
	case isFeed:
		next.kind = KindFeed
	case sitemapRoot.Match(got.Body[:min(len(got.Body), 4096)]):
		next.kind, err = KindSitemap, nil
	default:
		next.kind, err = KindPage, nil
	}
	if depth == 0 {
		w.report.Kind = next.kind
	}
	if err != nil {
		return &fetch.Error{URL: address, Err: err, Hint: "the feed cannot be read; tell whoever runs the site"}
	}
	if want := w.source.Kind; depth == 0 && want != KindAny && want != next.kind || depth > 0 && next.kind != KindSitemap {
		if depth > 0 {
			want = KindSitemap
		}
		return w.otherKind(got, want, next.kind)
	}
	w.report.Read++
	switch {
	case next.kind == KindSitemap:
		return w.sitemap(ctx, next, got, depth)
	case next.kind == KindFeed && w.source.Linked:
		w.pending = append(w.pending, next)
		w.listed[address] = true
		for _, e := range entries {
			w.list(entry{url: e.URL, lastmod: e.Updated}, address)
		}
		return nil
	}
	w.listed[address] = true
	w.parse(next, got)
	return nil
}

// unchanged goes on with a list that has not changed: with what it named before.
func (w *walk) unchanged(ctx context.Context, next *page, depth int) error {
	if depth == 0 {
		w.report.Kind = next.kind
	}
	w.listed[next.url] = true
	w.pending = append(w.pending, next)
	if next.kind == KindPage || next.kind == KindFeed && !w.source.Linked {
		return nil
	}
	for _, p := range sorted(w.known) {
		switch {
		case p.via != next.url || !p.gone.IsZero():
		case p.kind == KindSitemap:
			if err := w.location(ctx, p.url, next.url, depth+1); err != nil {
				return err
			}
		default:
			w.list(entry{url: p.url, lastmod: p.stamp}, next.url)
		}
	}
	return nil
}

// otherKind says that something else stands where a list should.
func (w *walk) otherKind(got *fetch.Page, want, is Kind) error {
	if err := fetch.Unfit(got); err != nil && is == KindPage {
		return err
	}
	hint := "set what it is in sources, or use url: for whatever it may be"
	if feed := feedOf(got); want == KindFeed && feed != "" {
		hint = "the page names this feed: " + feed
	}
	return &fetch.Error{URL: got.URL, Err: fmt.Errorf("%w: a %s is expected, and it is a %s", ErrKind, want, is), Hint: hint}
}

// sitemap lists what one names.
func (w *walk) sitemap(ctx context.Context, next *page, got *fetch.Page, depth int) error {
	if depth >= maxDepth {
		return &fetch.Error{URL: next.url, Err: fmt.Errorf("%w: sitemaps stand in sitemaps more than %d deep", ErrSitemap, maxDepth)}
	}
	entries, err := parseSitemap(got.Body, got.URL)
	if err != nil {
		return &fetch.Error{URL: next.url, Err: err, Hint: "tell whoever runs the site"}
	}
	w.listed[next.url] = true
	w.pending = append(w.pending, next)
	for _, e := range entries {
		address, err := fetch.Normalize(e.url)
		if err != nil {
			w.problem(err)
			continue
		}
		if !sameSite(address, next.url) { // a sitemap speaks for its own site only
			w.report.LeftOut = append(w.report.LeftOut, address)
			continue
		}
		if !e.list {
			w.list(e, next.url)
			continue
		}
		if w.listed[address] {
			continue
		}
		if err := w.location(ctx, address, next.url, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// list notes an address that a list names.
func (w *walk) list(e entry, via string) {
	address, err := fetch.Normalize(e.url)
	if err != nil {
		w.problem(err)
		return
	}
	if w.listed[address] {
		return
	}
	w.listed[address] = true
	if !w.filter.takes(address) {
		w.report.LeftOut = append(w.report.LeftOut, address)
		return
	}
	e.url = address
	w.entries = append(w.entries, named{e, via})
}

// pages reads what was listed.
func (w *walk) pages(ctx context.Context) error {
	if len(w.entries) > maxPages {
		return &fetch.Error{URL: w.source.Location, Err: fmt.Errorf("%w: %d, and at most %d are read", ErrMany, len(w.entries), maxPages), Hint: "choose among them with only: and except:"}
	}
	for i, e := range w.entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.page(ctx, e); err != nil {
			return err
		}
		if w.Progress != nil {
			w.Progress(i+1, len(w.entries))
		}
		if len(w.pending) >= batch {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// page reads one page. An error ends the look.
func (w *walk) page(ctx context.Context, e named) error {
	have := w.known[e.url]
	next := &page{url: e.url, kind: KindPage, via: e.via, stamp: e.lastmod, looked: time.Now()}
	validators := fetch.Validators{}
	if have != nil && !have.failed && have.gone.IsZero() && w.allHeld(have) {
		if e.lastmod != "" && e.lastmod == have.stamp && time.Since(have.looked) < believed {
			w.report.Unchanged++
			if have.via != e.via {
				have.via = e.via
				w.pending = append(w.pending, have)
			}
			return nil
		}
		validators = have.Validators
	}
	got, err := w.Client.Get(ctx, e.url, validators)
	if err == nil && !got.NotModified {
		err = fetch.Unfit(got)
	}
	switch {
	case errors.Is(err, fetch.ErrBusy):
		return err
	case errors.Is(err, fetch.ErrUnreachable), errors.Is(err, fetch.ErrTimeout):
		if w.failures++; w.failures >= unreachable {
			return err
		}
		w.failed(next, have, err)
	case errors.Is(err, fetch.ErrGone) && have != nil && len(have.articles) > 0:
		delete(w.listed, e.url) // named, and not there
	case err != nil:
		w.failures = 0
		w.failed(next, have, err)
	case got.NotModified:
		w.failures = 0
		next.Validators, next.articles = got.Validators, have.articles
		w.report.Unchanged++
		w.pending = append(w.pending, next)
	default:
		w.failures = 0
		next.Validators = got.Validators
		w.report.Read++
		w.parse(next, got)
	}
	return ctx.Err()
}

// failed notes a page that could not be read. What is held of it stays.
func (w *walk) failed(next, have *page, err error) {
	w.problem(err)
	next.failed = true
	if have != nil {
		next.Validators, next.articles = have.Validators, have.articles
	}
	w.pending = append(w.pending, next)
}

// parse makes articles of a document.
func (w *walk) parse(next *page, got *fetch.Page) {
	if next.kind == KindPage {
		if err := fetch.Unfit(got); err != nil {
			w.failed(next, w.known[next.url], err)
			return
		}
	}
	opts := w.Options
	opts.Origin, opts.Charset = next.url, fetch.Charset(got.ContentType)
	if next.kind == KindPage {
		opts.URL = got.URL
	}
	articles, err := article.Parse(got.Body, next.url, opts)
	if err != nil {
		w.problem(err)
		next.failed = true
		if have := w.known[next.url]; len(articles) == 0 && have != nil {
			next.articles = have.articles
		}
	}
	w.pending = append(w.pending, next)
	w.articles = append(w.articles, articles...)
}

// flush hands over what was read and writes down that it was.
func (w *walk) flush(ctx context.Context) error {
	if len(w.pending) == 0 {
		return nil
	}
	if len(w.articles) > 0 {
		read := map[string]*page{}
		for _, p := range w.pending {
			read[p.url] = p
		}
		for _, a := range w.articles {
			if p := read[a.Path]; p != nil {
				p.articles = nil
			}
		}
		taken, err := w.take(ctx, w.articles, func(address string) bool {
			p := w.known[address]
			return p != nil && !w.listed[address]
		})
		if err != nil {
			return err
		}
		w.report.Changed += taken.Changed
		for _, a := range taken.Articles {
			if p := read[a.Path]; p != nil {
				p.articles = append(p.articles, a.ID)
			}
		}
	}
	if err := w.Ledger.savePages(ctx, w.source.Name, w.pending); err != nil {
		return err
	}
	w.pending, w.articles = nil, nil
	return nil
}
