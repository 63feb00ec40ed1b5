package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhiwen/bot/api"
	"zhiwen/bot/web"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// The pages work without scripts: a question in the address is answered, its
// markers lead to the quoted words, and nothing of an article becomes markup.
func TestPages(t *testing.T) {
	server := serve(t, web.Options{Chain: &cited{}})
	for _, c := range []struct {
		path   string
		status int
		want   []string
	}{
		{"/", 200, []string{`<html lang="zh">`, "资料库有 1 篇文章（2021 年）。"}},
		{"/?lang=en", 200, []string{`<html lang="en">`, "The collection has 1 articles (2021)."}},
		{"/?q=" + url.QueryEscape("几个<script>"), 200, []string{"几个&lt;script&gt;", `href="/a/art%2F1?q=2:0-7#p2"`, `aria-label="来源 1：题"`, "见[x]"}},
		{"/?q=" + url.QueryEscape("\x01"), 400, []string{`role="alert"`}},
		{"/a/art%2F1?q=2:2-5", 200, []string{"<mark>92个</mark>", `id="p2"`, "&lt;script&gt;", "2021年8月23日"}},
		{"/a/art%2F1?q=2:2-500", 200, []string{"共有92个项目"}},
		{"/a/art%2F1?q=nonsense", 200, []string{"第三段"}},
		{"/a/none", 404, []string{"没有这个页面"}},
		{"/articles?year=2021&text=92", 200, []string{`href="/a/art%2F1"`, "题 &lt;b&gt;", "共 1 篇文章"}},
		{"/articles?text=nothing", 200, []string{"没有符合的文章"}},
		{"/articles?year=x", 400, []string{"出错了"}},
		{"/static/page.js", 200, []string{"use strict"}},
	} {
		code, body := do(t, "GET", server.URL+c.path, "", nil)
		for _, want := range c.want {
			if code != c.status || !strings.Contains(body, want) {
				t.Errorf("%s: status %d, want %d with %q in:\n%s", c.path, code, c.status, want, body)
			}
		}
		if strings.Contains(body, "题 <b>") || strings.Contains(body, "项目，<script>") {
			t.Errorf("%s: an article's text became markup", c.path)
		}
	}
	response, err := http.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
}

// dots is a library of one article whose ID is no name of a file.
type dots struct{}

var dotted = &article.Article{ID: "..", Title: "两点", Paragraphs: []article.Paragraph{{Text: "只有一段。"}}}

func (dots) Articles(context.Context) ([]*article.Article, error) {
	return []*article.Article{dotted}, nil
}

func (dots) Article(_ context.Context, id string) (*article.Article, error) {
	if id != dotted.ID {
		return nil, fmt.Errorf("%w: %q", api.ErrNoArticle, id)
	}
	return dotted, nil
}

// Every link to an article leads to it, whatever its ID: browsers take .. for the folder
// above, escaped or not.
func TestLinksOfDots(t *testing.T) {
	server := serve(t, web.Options{Chain: &cited{}, Library: dots{}})
	_, list := do(t, "GET", server.URL+"/articles", "", nil)
	if !strings.Contains(list, `href="/a/?id=.."`) {
		t.Errorf("no way to the article: %s", list)
	}
	cited := api.CitationPath(rag.Citation{ArticleID: "..", Paragraph: 1, Start: 0, End: 2})
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	at, err := base.Parse(cited) // as browsers resolve it
	if err != nil {
		t.Fatal(err)
	}
	if code, body := do(t, "GET", at.String(), "", nil); code != 200 || !strings.Contains(body, "<mark>只有</mark>") {
		t.Errorf("%s: status %d: %s", at, code, body)
	}
}

// What goes wrong is said in the language of the page, whoever says it.
func TestErrorsInTheLanguageOfThePage(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{err: errors.New("x")}, Settings: web.Settings{RatePerMinute: 6}})
	english := regexp.MustCompile(`[a-z]{3,} [a-z]{2,} [a-z]{2,}`)
	page := func(path string) string {
		_, body := do(t, "GET", server.URL+path, "", http.Header{"Accept": {"text/html"}, "Accept-Language": {"zh-CN,en;q=0.5"}})
		_, body, _ = strings.Cut(body, "<main")
		return body
	}
	for path, want := range map[string]string{
		"/?q=%01": "控制字符", "/?q=" + strings.Repeat("a", 2001): "最多 2000 个", "/?q=a": "没能作答",
		"/articles?year=x": "必须是", "/nosuch": "没有这个页面", "/a/none": "没有这个页面",
	} {
		if body := page(path); !strings.Contains(body, want) || strings.Contains(body, "cannot") || strings.Contains(body, "must be") {
			t.Errorf("%.20s: no %q in:\n%s", path, want, body)
		}
	}
	ask := func(lang string) string {
		_, body := do(t, "POST", server.URL+"/v1/ask", `{"question":"\u0001"}`, http.Header{"Accept-Language": {lang}})
		return body
	}
	if body := ask("zh"); english.MatchString(body) || !strings.Contains(body, "控制字符") {
		t.Errorf("for the page in Chinese: %s", body)
	}
	if body := ask("en"); !strings.Contains(body, "control character") {
		t.Errorf("for the page in English: %s", body)
	}
	for range 6 {
		ask("zh")
	}
	if body := ask("zh"); english.MatchString(body) || !strings.Contains(body, "每分钟最多问 6 个问题") {
		t.Errorf("too fast: %s", body)
	}
}

// A person enters a key once; it is kept from scripts and from other sites.
func TestPageAsksForTheKey(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Keys: keyring{"good": "anna"}, RequireKey: true})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(path string) (int, string) {
		response, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	enter := func(key, to string) *http.Response {
		response, err := client.PostForm(server.URL+"/key", url.Values{"key": {key}, "to": {to}})
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	if code, body := get("/articles?year=2021"); code != 401 || !strings.Contains(body, `value="/articles?year=2021"`) {
		t.Errorf("status %d: %s", code, body)
	}
	if response := enter("bad", "/"); response.StatusCode != 401 {
		t.Errorf("a wrong key: status %d", response.StatusCode)
	}
	if response := enter("good", "//evil.example/"); response.Request.URL.Host != strings.TrimPrefix(server.URL, "http://") {
		t.Errorf("led away to %s", response.Request.URL)
	}
	response := enter("good", "/articles?year=2021")
	if response.StatusCode != 200 || response.Request.URL.Path != "/articles" {
		t.Errorf("status %d at %s", response.StatusCode, response.Request.URL)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, cookie := range enter("good", "/").Cookies() {
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
			t.Errorf("cookie %+v", cookie)
		}
	}
	enter("", "/")
	if code, _ := get("/"); code != 401 {
		t.Errorf("after forgetting: status %d", code)
	}
}
