package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/rag/index"
)

// newsSite is a web site with a sitemap of pages.
type newsSite struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string // by path; what the sitemap names
}

func newNewsSite(t *testing.T) *newsSite {
	t.Helper()
	s := &newsSite{pages: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path == "/sitemap.xml" {
			fmt.Fprint(w, "<urlset>")
			for path := range s.pages {
				fmt.Fprintf(w, "<url><loc>%s%s</loc></url>", s.URL, path)
			}
			fmt.Fprint(w, "</urlset>")
			return
		}
		if page, ok := s.pages[r.URL.Path]; ok {
			fmt.Fprint(w, page)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *newsSite) put(path, title, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = "<!doctype html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>"
}

func (s *newsSite) drop(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, path)
}

// zhiwenRun runs a command and returns what it wrote.
func zhiwenRun(t *testing.T, want int, args ...string) (out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(context.Background(), args, streams{in: strings.NewReader(""), out: &stdout, err: &stderr}); status != want {
		t.Fatalf("zhiwen %v: exit %d, want %d\n%s%s", args, status, want, stdout.String(), stderr.String())
	}
	return stdout.String(), stderr.String()
}

func TestIngestFromTheWeb(t *testing.T) {
	requireModel(t)
	isolate(t)
	site := newNewsSite(t)
	site.put("/bridge", "月光桥通车", "月光桥全长四百二十米，去年十月通车，设计时速六十公里。")
	site.put("/library", "晨星图书馆开放", "晨星图书馆今年三月开放，藏书三十万册，每天接待两千人。")
	site.put("/login", "用户登录", "<form><input type=password></form>")
	store := filepath.Join(t.TempDir(), "store")
	page := site.URL + "/bridge"

	// Inside the network, unless allowed.
	if _, errs := zhiwenRun(t, 1, "ingest", "--store", store, page); !strings.Contains(errs, "web.allow_private") {
		t.Errorf("a loopback address: %s", errs)
	}
	t.Setenv("ZHIWEN_WEB_ALLOW_PRIVATE", "127.0.0.1")
	t.Setenv("ZHIWEN_WEB_PAUSE", "0s")
	if out, _ := zhiwenRun(t, 0, "ingest", "--store", store, "--dry-run", page); !strings.Contains(out, "1 new") {
		t.Errorf("dry run: %s", out)
	}
	if out, _ := zhiwenRun(t, 0, "ingest", "--store", store, page); !strings.Contains(out, "1 article from 1 file: 1 new") {
		t.Errorf("a page: %s", out)
	}
	out, errs := zhiwenRun(t, 1, "ingest", "--store", store, "--json", site.URL+"/sitemap.xml")
	var report ingestReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Added != 1 || report.Unchanged != 1 || len(report.Sources) != 1 || report.Sources[0].Kind != "sitemap" || !strings.Contains(errs, "log in") {
		t.Errorf("a sitemap with a login: %s%s", out, errs)
	}
	site.drop("/login")
	site.drop("/bridge")
	if _, errs := zhiwenRun(t, 0, "ingest", "--store", store, site.URL+"/sitemap.xml"); !strings.Contains(errs, "gone from") {
		t.Errorf("a page that is gone: %s", errs)
	}
	if _, errs := zhiwenRun(t, 1, "ingest", "--store", store, "--prune", site.URL+"/sitemap.xml"); !strings.Contains(errs, "1 of 2 articles would be removed") {
		t.Errorf("prune: %s", errs)
	}
	if out, _ := zhiwenRun(t, 0, "ingest", "--store", store, "--prune", "--yes", site.URL+"/sitemap.xml"); !strings.Contains(out, "1 removed") {
		t.Errorf("prune: %s", out)
	}
	if out, _ := zhiwenRun(t, 0, "articles", "--store", store, "--json"); !strings.Contains(out, site.URL+"/library") || strings.Contains(out, "月光桥") {
		t.Errorf("held: %s", out)
	}
	if _, errs := zhiwenRun(t, 2, "ingest", "http://anna:geheim@example.org/"); strings.Contains(errs, "geheim") || !strings.Contains(errs, "not used") {
		t.Errorf("a password: %s", errs)
	}
}

// What the settings name is followed: a folder and a site, with what disappears.
func TestFollowedSources(t *testing.T) {
	requireModel(t)
	isolate(t)
	site := newNewsSite(t)
	site.put("/bridge", "月光桥通车", "月光桥全长四百二十米，去年十月通车，设计时速六十公里。")
	folder := t.TempDir()
	file := filepath.Join(folder, "library.md")
	if err := os.WriteFile(file, []byte("# 晨星图书馆开放\n\n晨星图书馆今年三月开放，藏书三十万册。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "store")
	t.Setenv("ZHIWEN_WEB_ALLOW_PRIVATE", "127.0.0.0/8")
	t.Setenv("ZHIWEN_WEB_PAUSE", "0s")
	t.Setenv("ZHIWEN_STORE_DIR", store)
	t.Setenv("ZHIWEN_SOURCES", fmt.Sprintf(`[{name: books, folder: %q, every: 1s, gone: remove}, {name: news, sitemap: %q, every: 1s, gone: remove},
		{name: lost, feed: %q, every: 1s}]`, folder, site.URL+"/sitemap.xml", site.URL+"/nowhere"))
	if out, _ := zhiwenRun(t, 0, "status"); !strings.Contains(out, "news: 0 articles, last look never") {
		t.Errorf("before: %s", out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan string)
	go func() {
		var out, errs bytes.Buffer
		status := run(ctx, []string{"ingest", "--watch"}, streams{in: strings.NewReader(""), out: &out, err: &errs})
		done <- fmt.Sprint(status, " ", errs.String())
	}()
	until := func(what, command string, ok func(out string) bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
			out, _ := zhiwenRun(t, 0, command, "--json")
			if ok(out) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s did not happen: %s", what, out)
			}
		}
	}
	has := func(parts ...string) func(string) bool {
		return func(status string) bool {
			for _, p := range parts {
				if !strings.Contains(status, p) {
					return false
				}
			}
			return true
		}
	}
	until("taking in", "status", has(`"articles":2,`, "status 404"))
	site.put("/tunnel", "云岭隧道完工", "云岭隧道全长八公里，两端各有一座车站，今年完工。")
	until("a new page", "status", has(`"articles":3,`))
	site.drop("/bridge")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "museum.md"), []byte("# 海风博物馆\n\n海风博物馆有两千件展品。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	until("removal", "articles", func(out string) bool {
		return has("云岭隧道", "海风博物馆")(out) && !strings.Contains(out, "月光桥") && !strings.Contains(out, "晨星")
	})
	// What was lost comes back, though the folder is as it was.
	held, err := index.Open(ctx, index.Options{Dir: store})
	if err != nil {
		t.Fatal(err)
	}
	articles, err := held.Articles(ctx)
	for _, a := range articles {
		if strings.HasSuffix(a.Path, "museum.md") {
			err = errors.Join(err, held.Delete(ctx, a.ID))
			_, lost := held.DB().Exec("INSERT INTO pending (id) VALUES (?)", a.ID)
			err = errors.Join(err, lost)
		}
	}
	if err := errors.Join(err, held.Close()); err != nil {
		t.Fatal(err)
	}
	until("coming back", "status", has(`"articles":2,`))
	if out, _ := zhiwenRun(t, 0, "search", "海风博物馆有多少展品"); !strings.Contains(out, "两千件") {
		t.Errorf("after the repair: %s", out)
	}
	cancel()
	if said := <-done; !strings.HasPrefix(said, "0 ") || !strings.Contains(said, "articles were removed") {
		t.Errorf("the watcher said %s", said)
	}
}
