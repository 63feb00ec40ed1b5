package source

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"zhiwen/rag/fetch"
)

// settleGone compares what the source named before with what it names now, and
// counts what is held of it.
func (w *walk) settleGone(ctx context.Context) error {
	now, err := w.Ledger.pages(ctx, w.source.Name)
	if err != nil {
		return err
	}
	still := map[string]bool{} // held of pages that are there
	var left, lost []Page      // since now, and since earlier looks
	var begun []*page
	var empty []string
	for _, p := range sorted(now) {
		switch before := w.known[p.url]; {
		case w.listed[p.url] || w.report.Failed && p.gone.IsZero():
			for _, id := range p.articles {
				still[id] = true
			}
			// Entries that left a feed, or articles that left a page.
			if before != nil && w.listed[p.url] && !p.failed {
				left = append(left, Page{p.url, without(before.articles, p.articles)})
			}
		case len(p.articles) == 0:
			empty = append(empty, p.url)
		case p.gone.IsZero():
			p.gone = time.Now()
			begun = append(begun, p)
			left = append(left, Page{p.url, p.articles})
		default:
			lost = append(lost, Page{p.url, p.articles})
		}
	}
	held := func(pages []Page) (out []Page) {
		for _, p := range pages {
			p.Articles = slices.DeleteFunc(slices.Clone(p.Articles), func(id string) bool { return still[id] || !w.Held(id) })
			if len(p.Articles) > 0 {
				out = append(out, p)
			}
		}
		return out
	}
	w.report.Gone = held(left)
	w.report.Lost = append(slices.Clone(w.report.Gone), held(lost)...)
	w.report.Articles = len(still)
	if err := w.Ledger.savePages(ctx, w.source.Name, begun); err != nil {
		return err
	}
	if w.report.Failed {
		return nil
	}
	return w.Ledger.Forget(ctx, w.source.Name, empty)
}

// allHeld tells whether everything that was read of a page is still in the store,
// and something was.
func (w *walk) allHeld(p *page) bool {
	if len(p.articles) == 0 {
		return p.kind == KindFeed && w.source.Linked
	}
	return !slices.ContainsFunc(p.articles, func(id string) bool { return !w.Held(id) })
}

// without are the elements of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func sorted(pages map[string]*page) []*page {
	out := make([]*page, 0, len(pages))
	for _, p := range pages {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *page) int {
		switch {
		case a.url < b.url:
			return -1
		case a.url > b.url:
			return 1
		}
		return 0
	})
	return out
}

// sameSite tells whether two addresses have the same host, but for a www.
func sameSite(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && strings.TrimPrefix(u.Host, "www.") == strings.TrimPrefix(v.Host, "www.")
}

// feedOf is the address of the feed that a page names, "" for none.
func feedOf(got *fetch.Page) string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(got.Body))
	if err != nil {
		return ""
	}
	link := doc.Find(`link[rel=alternate][type="application/rss+xml"], link[rel=alternate][type="application/atom+xml"]`).AttrOr("href", "")
	base, err := url.Parse(got.URL)
	if err != nil || link == "" {
		return ""
	}
	if u, err := base.Parse(link); err == nil {
		return u.String()
	}
	return ""
}
