package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"zhiwen/rag/article"
	"zhiwen/rag/fetch"
)

// site is a web site whose pages change. A body that begins with "!" is a status.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string
	asked []string
}

func newSite(t *testing.T) *site {
	s := &site{pages: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		body, ok := s.pages[r.URL.Path]
		if r.URL.Path != "/robots.txt" {
			s.asked = append(s.asked, r.URL.Path)
		}
		switch {
		case !ok:
			http.NotFound(w, r)
			return
		case strings.HasPrefix(body, "!429"):
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		case strings.HasPrefix(body, "!"):
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		tag := fmt.Sprintf(`"%x"`, len(body)*131+int(body[len(body)/2]))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, strings.ReplaceAll(body, "BASE", s.URL))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) set(path, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if body == "" {
		delete(s.pages, path)
		return
	}
	s.pages[path] = body
}

// requests are the paths asked for since the last call.
func (s *site) requests() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.asked, " ")
	s.asked = nil
	return out
}

func html(title, text string) string {
	return "<!doctype html><html><head><title>" + title + "</title></head><body><article><h1>" + title + "</h1><p>" + text + "</p></article></body></html>"
}

func sitemap(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		path, lastmod, _ := strings.Cut(p, "@")
		if !strings.Contains(path, "://") {
			path = "BASE" + path
		}
		fmt.Fprintf(&b, "<url><loc>%s</loc>", path)
		if lastmod != "" {
			fmt.Fprintf(&b, "<lastmod>%s</lastmod>", lastmod)
		}
		b.WriteString("</url>")
	}
	return b.String() + "</urlset>"
}

// shelf is a store in memory.
type shelf struct {
	t      *testing.T
	looker *Looker
	held   map[string]*article.Article
}

func newShelf(t *testing.T) *shelf {
	db, err := sql.Open("sqlite3", filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ledger, err := OpenLedger(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	sh := &shelf{t: t, held: map[string]*article.Article{}}
	sh.looker = &Looker{
		Client: fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, First: time.Millisecond, Timeout: 5 * time.Second}),
		Ledger: ledger,
		Held:   func(id string) bool { return sh.held[id] != nil },
	}
	return sh
}

func (sh *shelf) look(s Source) *Report {
	sh.t.Helper()
	// A new client forgets robots.txt and who wanted to be left alone.
	sh.looker.Client = fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, First: time.Millisecond, Timeout: 5 * time.Second})
	r, err := sh.looker.Look(context.Background(), s, func(_ context.Context, articles []article.Article, gone func(string) bool) (Taken, error) {
		var held []*article.Article
		for _, a := range sh.held {
			held = append(held, a)
		}
		slices.SortFunc(held, func(a, b *article.Article) int { return strings.Compare(a.ID, b.ID) })
		settled, _ := article.Settle(articles, held, func(a *article.Article) bool { return !gone(a.Path) })
		out := Taken{Articles: settled}
		for i := range settled {
			a := settled[i]
			if old := sh.held[a.ID]; old == nil || old.Title != a.Title || !slices.Equal(old.Paragraphs, a.Paragraphs) {
				out.Changed++
			}
			sh.held[a.ID] = &a
		}
		return out, nil
	})
	if err != nil {
		sh.t.Fatal(err)
	}
	if s.Remove && !r.Failed {
		for _, p := range r.Lost {
			for _, id := range p.Articles {
				delete(sh.held, id)
			}
		}
	}
	return r
}

// titles are those of the held articles.
func (sh *shelf) titles() string {
	var out []string
	for _, a := range sh.held {
		out = append(out, a.Title)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (sh *shelf) expect(r *Report, read, unchanged, changed, gone, problems int, titles string) {
	sh.t.Helper()
	if r.Read != read || r.Unchanged != unchanged || r.Changed != changed || len(r.Gone) != gone || len(r.Problems) != problems || sh.titles() != titles {
		sh.t.Errorf("read %d, unchanged %d, changed %d, gone %v, problems %v, held %q; want %d %d %d %d %d %q",
			r.Read, r.Unchanged, r.Changed, r.Gone, r.Problems, sh.titles(), read, unchanged, changed, gone, problems, titles)
	}
}

const (
	one   = "月光桥全长四百二十米，去年十月通车，设计时速六十公里。"
	two   = "晨星图书馆今年三月开放，藏书三十万册，每天接待两千人。"
	three = "云岭隧道预计明年完工，全长八公里，两端各有一座车站。"
)

func TestPage(t *testing.T) {
	s, sh := newSite(t), newShelf(t)
	src := Source{Name: "page", Location: s.URL + "/one"}
	s.set("/one", html("月光桥通车", one))
	sh.expect(sh.look(src), 1, 0, 1, 0, 0, "月光桥通车")
	for _, a := range sh.held {
		if a.URL != s.URL+"/one" || a.Path != s.URL+"/one" {
			t.Errorf("URL %q, path %q", a.URL, a.Path)
		}
	}
	sh.expect(sh.look(src), 0, 1, 0, 0, 0, "月光桥通车")
	s.set("/one", html("月光桥如期通车", one))
	sh.expect(sh.look(src), 1, 0, 1, 0, 0, "月光桥如期通车") // replaced
	s.set("/one", html("请登录", `<form><input type="password"></form>`))
	r := sh.look(src)
	sh.expect(r, 1, 0, 0, 0, 1, "月光桥如期通车")
	if !errors.Is(r.Problems[0], fetch.ErrUnfit) {
		t.Errorf("%v", r.Problems[0])
	}
	s.set("/one", "!500")
	if r = sh.look(src); !r.Failed || len(r.Gone) != 0 || r.Articles != 1 {
		t.Errorf("%+v", r)
	}
	s.set("/one", "")
	r = sh.look(src)
	sh.expect(r, 0, 0, 0, 1, 0, "月光桥如期通车") // kept
	if r = sh.look(src); len(r.Gone) != 0 || len(r.Lost) != 1 {
		t.Errorf("said twice, or forgotten: %+v", r)
	}
	src.Remove = true
	sh.look(src)
	if sh.titles() != "" {
		t.Errorf("held: %q", sh.titles())
	}
	s.set("/one", html("月光桥通车", one)) // and there again
	sh.expect(sh.look(src), 1, 0, 1, 0, 0, "月光桥通车")
	if r := sh.look(Source{Name: "nowhere", Location: s.URL + "/nowhere"}); !r.Failed || !errors.Is(r.Problems[0], fetch.ErrGone) {
		t.Errorf("%+v", r)
	}
}

func TestSitemap(t *testing.T) {
	s, sh := newSite(t), newShelf(t)
	src := Source{Name: "site", Kind: KindSitemap, Location: s.URL + "/sitemap.xml", Remove: true}
	s.set("/sitemap.xml", sitemap("/one", "/two@2024-05-01", "http://elsewhere.invalid/"))
	s.set("/one", html("桥", one))
	s.set("/two", html("图书馆", two))
	r := sh.look(src)
	sh.expect(r, 3, 0, 2, 0, 0, "图书馆 桥")
	if len(r.LeftOut) != 1 || r.Kind != KindSitemap || r.Articles != 2 {
		t.Errorf("%+v", r)
	}
	s.requests()
	// Nothing has changed: the list says so of one page, the server of the others.
	sh.expect(sh.look(src), 0, 3, 0, 0, 0, "图书馆 桥")
	if asked := s.requests(); asked != "/sitemap.xml /one" {
		t.Errorf("asked for %s", asked)
	}
	// One page is new, one has moved, one fails.
	s.set("/sitemap.xml", sitemap("/three", "/moved", "/two@2024-06-01"))
	s.set("/three", html("隧道", three))
	s.set("/moved", html("桥", one))
	s.set("/one", "")
	s.set("/two", "!500")
	r = sh.look(src)
	if len(r.Problems) != 1 || sh.titles() != "图书馆 桥 隧道" {
		t.Errorf("%+v, held %q", r, sh.titles())
	}
	s.set("/two", html("图书馆", two))
	sh.look(src)
	// One disappears from the list, one from the site, one becomes an error page.
	s.set("/sitemap.xml", sitemap("/moved", "/two"))
	s.set("/two", "")
	s.set("/moved", html("404 Not Found", "没有这一页"))
	r = sh.look(src)
	if len(r.Gone) != 2 || len(r.Problems) != 1 || sh.titles() != "桥" {
		t.Errorf("gone %+v, problems %v, held %q", r.Gone, r.Problems, sh.titles())
	}
	// A broken list takes nothing away.
	for name, body := range map[string]string{"cut off": sitemap("/one")[:120], "a server's fault": "!", "busy": "!429", "a page": html("搬家公告", three), "an empty file": " "} {
		s.set("/sitemap.xml", body)
		r := sh.look(src)
		if !r.Failed || len(r.Lost) != 0 || sh.titles() != "桥" {
			t.Errorf("%s: %+v, held %q", name, r, sh.titles())
		}
		if name == "busy" && r.RetryAfter != 2*time.Hour {
			t.Errorf("retry after %v", r.RetryAfter)
		}
	}
}

func TestSitemapIndex(t *testing.T) {
	s, sh := newSite(t), newShelf(t)
	src := Source{Name: "site", Location: s.URL + "/index.xml", Except: []string{"*/private/*"}}
	s.set("/index.xml", `<sitemapindex xmlns="x"><sitemap><loc>BASE/a.xml</loc></sitemap><sitemap><loc>BASE/b.xml</loc></sitemap></sitemapindex>`)
	s.set("/a.xml", sitemap("/one", "/private/x"))
	s.set("/b.xml", sitemap("/two", "/one"))
	s.set("/one", html("桥", one))
	s.set("/two", html("图书馆", two))
	s.set("/private/x", html("内部", three))
	r := sh.look(src)
	sh.expect(r, 5, 0, 2, 0, 0, "图书馆 桥")
	if len(r.LeftOut) != 1 {
		t.Errorf("left out %v", r.LeftOut)
	}
	sh.expect(sh.look(src), 0, 5, 0, 0, 0, "图书馆 桥")
	// The other choice is made anew although no list has changed.
	src.Except = nil
	sh.expect(sh.look(src), 4, 2, 1, 0, 0, "内部 图书馆 桥")
	// One list changes, the other does not.
	s.set("/b.xml", sitemap("/one", "/three"))
	s.set("/three", html("隧道", three+"隧道口有雾。"))
	r = sh.look(src)
	sh.expect(r, 2, 4, 1, 1, 0, "内部 图书馆 桥 隧道")
	// A list that fails takes nothing away.
	s.set("/b.xml", "!")
	if r = sh.look(src); !r.Failed || len(r.Gone) != 0 {
		t.Errorf("%+v", r)
	}
	s.set("/index.xml", `<sitemapindex xmlns="x"><sitemap><loc>BASE/index.xml</loc></sitemap></sitemapindex>`)
	if r = sh.look(src); r.Failed && len(r.Gone) != 0 { // in a circle
		t.Errorf("%+v", r)
	}
}

func TestFeed(t *testing.T) {
	feed := func(entries ...string) string {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>`)
		for _, e := range entries {
			path, text, _ := strings.Cut(e, "|")
			fmt.Fprintf(&b, "<item><title>%s</title><link>BASE/%s</link><description>%s&nbsp;</description></item>", path, path, text)
		}
		return b.String() + "</channel></rss>"
	}
	s, sh := newSite(t), newShelf(t)
	src := Source{Name: "news", Kind: KindFeed, Location: s.URL + "/feed"}
	s.set("/feed", feed("one|"+one, "two|"+two))
	sh.expect(sh.look(src), 1, 0, 2, 0, 0, "one two")
	sh.expect(sh.look(src), 0, 1, 0, 0, 0, "one two")
	s.set("/feed", feed("three|"+three, "two|"+two))
	sh.expect(sh.look(src), 1, 0, 1, 1, 0, "one three two") // kept
	src.Remove = true
	s.set("/feed", feed("three|"+three))
	sh.expect(sh.look(src), 1, 0, 0, 1, 0, "one three")
	for name, body := range map[string]string{"broken": feed("x|" + one)[:90], "no feed": html("新闻", two+`<link rel="alternate" type="application/rss+xml" href="/real.xml">`)} {
		s.set("/feed", body)
		r := sh.look(src)
		if !r.Failed || sh.titles() != "one three" {
			t.Errorf("%s: %+v", name, r)
		}
		if name == "no feed" && !strings.Contains(r.Problems[0].Error(), s.URL+"/real.xml") {
			t.Errorf("the feed that the page names is not said: %v", r.Problems[0])
		}
	}
	// The pages behind the entries.
	sh = newShelf(t)
	linked := Source{Name: "pages", Kind: KindFeed, Location: s.URL + "/feed", Linked: true}
	s.set("/feed", feed("one|短", "two|短"))
	s.set("/one", html("桥", one))
	s.set("/two", html("图书馆", two))
	sh.expect(sh.look(linked), 3, 0, 2, 0, 0, "图书馆 桥")
	sh.expect(sh.look(linked), 0, 3, 0, 0, 0, "图书馆 桥")
}

// A look that was broken off goes on where it stood, and what was taken out of the
// store is read again.
func TestHeldNoMore(t *testing.T) {
	s, sh := newSite(t), newShelf(t)
	src := Source{Name: "page", Location: s.URL + "/one"}
	s.set("/one", html("桥", one))
	sh.look(src)
	clear(sh.held)
	sh.expect(sh.look(src), 1, 0, 1, 0, 0, "桥")
}

// A site that cannot be reached is not asked for each of its pages.
func TestUnreachable(t *testing.T) {
	s, sh := newSite(t), newShelf(t)
	var paths []string
	for i := range 30 {
		paths = append(paths, fmt.Sprintf("/%d", i))
		s.set(paths[i], html(fmt.Sprintf("第%d篇", i), fmt.Sprintf("这是第%d篇文章，讲的是第%d件事情。", i, i)))
	}
	s.set("/sitemap.xml", sitemap(paths...))
	src := Source{Name: "site", Location: s.URL + "/sitemap.xml"}
	if r := sh.look(src); len(sh.held) != 30 || r.Articles != 30 {
		t.Fatalf("held %d", len(sh.held))
	}
	for _, p := range paths {
		s.set(p, "!429")
	}
	s.requests()
	r := sh.look(src)
	if n := len(strings.Fields(s.requests())); n > 3 || !r.Failed || len(r.Lost) != 0 {
		t.Errorf("%d requests, %+v", n, r)
	}
}

func TestNext(t *testing.T) {
	hour := Source{Every: time.Hour}
	for _, c := range []struct {
		failures   int
		retryAfter time.Duration
		want       time.Duration
	}{
		{0, 0, time.Hour}, {1, 0, 450 * time.Second}, {2, 0, 15 * time.Minute}, {5, 0, 2 * time.Hour}, {50, 0, 24 * time.Hour},
		{0, 3 * time.Hour, 3 * time.Hour}, {1, 3 * time.Hour, 3 * time.Hour}, {0, time.Minute, time.Hour},
	} {
		if got := hour.Next(c.failures, c.retryAfter); got != c.want {
			t.Errorf("Next(%d, %v) = %v, want %v", c.failures, c.retryAfter, got, c.want)
		}
	}
	if got := (Source{Kind: KindFolder}).Next(1, 0); got != EveryFolder {
		t.Errorf("a folder that fails: %v", got)
	}
}

func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	mark := func() string {
		m, err := Snapshot(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	marks := []string{mark()}
	write("a.md", "one")
	marks = append(marks, mark())
	write("a.md", "three")
	marks = append(marks, mark())
	write("b.bin", "x")
	marks = append(marks, mark())
	if err := os.Remove(filepath.Join(dir, "a.md")); err != nil {
		t.Fatal(err)
	}
	marks = append(marks, mark())
	if slices.Sort(marks); len(slices.Compact(marks)) != 5 {
		t.Error("a change did not change the mark")
	}
	if mark() != mark() {
		t.Error("the mark changes by itself")
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(sitemap("/one@2024-01-01", "/two")))
	f.Add([]byte(`<sitemapindex><sitemap><loc>a</loc></sitemap></sitemapindex>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, _ := parseSitemap(raw, "http://example.org/sitemap.xml")
		for _, e := range entries {
			if e.url == "" || strings.TrimSpace(e.lastmod) != e.lastmod {
				t.Errorf("%+v", e)
			}
		}
	})
}
