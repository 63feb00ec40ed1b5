package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/api"
	"zhiwen/bot/web"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// script is a chain that says what a test tells it to. The real one is behind
// this API in the black-box scripts of cmd/zhiwen.
type script struct {
	sentences []string
	err       error
	gate      chan struct{} // closed to let answers finish; nil: at once
	started   chan struct{}
	cancelled chan struct{}
}

func (s *script) Answer(ctx context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error) {
	if s.started != nil {
		s.started <- struct{}{}
	}
	for i, text := range s.sentences {
		if o.OnSentence != nil {
			if err := o.OnSentence(rag.Sentence{Text: text}); err != nil {
				return rag.Answer{}, err
			}
		}
		if i == 0 && s.gate != nil {
			select {
			case <-s.gate:
			case <-ctx.Done():
				close(s.cancelled)
				return rag.Answer{}, ctx.Err()
			}
		}
	}
	return rag.Answer{ID: "1", Question: "full", Text: strings.Join(s.sentences, ""), Answerer: "script"}, s.err
}

func (s *script) Search(context.Context, string, int) ([]rag.Hit, error) {
	if s.err != nil {
		return nil, s.err
	}
	return []rag.Hit{{Rank: 1, Article: &article.Article{ID: "a", Title: "题"}, Passage: article.Passage{ID: "a#1", ArticleID: "a", Spans: []article.Span{{Paragraph: 2, Text: "<b>"}}}}}, nil
}

// shelf is a library of one article.
type shelf struct{}

var onlyArticle = &article.Article{ID: "art/1", Title: "题 <b>", Source: "日报", Published: time.Date(2021, 8, 23, 0, 0, 0, 0, time.UTC),
	Paragraphs: []article.Paragraph{{Text: "第一段。"}, {Text: "共有92个项目，<script>。"}, {Text: "第三段。"}}}

func (shelf) Articles(context.Context) ([]*article.Article, error) {
	return []*article.Article{onlyArticle}, nil
}

func (shelf) Article(_ context.Context, id string) (*article.Article, error) {
	if id == "torn" {
		return nil, fmt.Errorf("%w: the secret file /x", rag.ErrDamaged)
	}
	if id != onlyArticle.ID {
		return nil, fmt.Errorf("%w: %q", api.ErrNoArticle, id)
	}
	return onlyArticle, nil
}

func serve(t *testing.T, o web.Options) *httptest.Server {
	t.Helper()
	if o.Status == nil {
		o.Status = func(context.Context) (api.Status, error) { return api.Status{Articles: 3}, nil }
	}
	if o.Library == nil {
		o.Library = shelf{}
	}
	server := httptest.NewServer(web.New(o))
	t.Cleanup(server.Close)
	return server
}

func do(t *testing.T, method, url, body string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func TestRequests(t *testing.T) {
	good := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}})
	bad := serve(t, web.Options{
		Chain:  &script{err: errors.New("secret path /x")},
		Status: func(context.Context) (api.Status, error) { return api.Status{}, errors.New("secret path /x") },
	})
	for _, c := range []struct {
		name, method, url, body string
		code                    int
		want                    string
	}{
		{"ask", "POST", good.URL + "/v1/ask", `{"question":"q"}`, 200, `"answer":"答。"`},
		{"asked question", "POST", good.URL + "/v1/ask", `{"question":"q"}`, 200, `"question":"q"`},
		{"no citations", "POST", good.URL + "/v1/ask", `{"question":"q"}`, 200, `"citations":[]`},
		{"empty", "POST", good.URL + "/v1/ask", `{"question":""}`, 400, "it is empty"},
		{"no JSON", "POST", good.URL + "/v1/ask", `q`, 400, `send it like {\"question\"`},
		{"long question", "POST", good.URL + "/v1/ask", `{"question":"` + strings.Repeat("a", 1<<20) + `"}`, 400, "at most 2000"},
		{"long body", "POST", good.URL + "/v1/ask", `{"question":"` + strings.Repeat("a", 5<<20) + `"}`, 413, "larger than"},
		{"wrong method", "GET", good.URL + "/v1/ask", "", 405, "use OPTIONS, POST"},
		{"nothing there", "GET", good.URL + "/v2/ask", "", 404, "/openapi.json"},
		{"articles", "GET", good.URL + "/v1/articles?year=2021&text=92", "", 200, `"id":"art/1"`},
		{"no such year", "GET", good.URL + "/v1/articles?year=2020", "", 200, `"total":0`},
		{"article", "GET", good.URL + "/v1/articles/art%2F1?paragraph=2&around=1", "", 200, `"number":3`},
		{"no article", "GET", good.URL + "/v1/articles/none", "", 404, "no such article"},
		{"damaged article", "GET", good.URL + "/v1/articles/torn", "", 500, "doctor --repair"},
		{"page of a damaged article", "GET", good.URL + "/a/torn", "", 500, "doctor --repair"},
		{"no paragraph", "GET", good.URL + "/v1/articles/art%2F1?paragraph=9", "", 400, "paragraphs 1 to 3"},
		{"search", "GET", good.URL + "/v1/search?q=x", "", 200, `"text":"<b>"`},
		{"search without q", "GET", good.URL + "/v1/search", "", 400, "parameter q"},
		{"search for too many", "GET", good.URL + "/v1/search?q=x&k=101", "", 400, "parameter k"},
		{"status", "GET", good.URL + "/v1/status", "", 200, `"articles":3`},
		{"health", "GET", good.URL + "/healthz", "", 200, "ok"},
		{"ready", "GET", good.URL + "/readyz", "", 200, "ok"},
		{"failed ask", "POST", bad.URL + "/v1/ask", `{"question":"q"}`, 500, "the log says why"},
		{"failed search", "GET", bad.URL + "/v1/search?q=x", "", 500, "the log says why"},
		{"failed status", "GET", bad.URL + "/v1/status", "", 500, "the log says why"},
		{"not ready", "GET", bad.URL + "/readyz", "", 503, "cannot be searched"},
		{"healthy all the same", "GET", bad.URL + "/healthz", "", 200, "ok"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, body := do(t, c.method, c.url, c.body, nil)
			if code != c.code || !strings.Contains(body, c.want) {
				t.Errorf("status %d, want %d; body %.300s", code, c.code, body)
			}
			if strings.Contains(body, "secret") {
				t.Errorf("an inner error reached the client: %s", body)
			}
		})
	}
}

// A page of another origin cannot ask.
func TestCrossOrigin(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}})
	code, _ := do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, http.Header{"Origin": {"https://evil.example"}})
	if code != http.StatusForbidden {
		t.Errorf("status %d, want %d", code, http.StatusForbidden)
	}
}

// A sentence arrives while the answer is still being worked on.
func TestStream(t *testing.T) {
	chain := &script{sentences: []string{"一。", "二\n行。"}, gate: make(chan struct{})}
	server := serve(t, web.Options{Chain: chain})
	request, err := http.NewRequest("POST", server.URL+"/v1/ask", strings.NewReader(`{"question":"q"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json;q=0.5, text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	in := bufio.NewScanner(response.Body)
	next := func() (name, data string) {
		for in.Scan() {
			if v, ok := strings.CutPrefix(in.Text(), "event: "); ok {
				name = v
			}
			if v, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				data = v
			}
			if in.Text() == "" {
				return name, data
			}
		}
		return "end", ""
	}
	if name, data := next(); name != "sentence" || data != `{"text":"一。"}` {
		t.Fatalf("first event %s %s", name, data)
	}
	close(chain.gate)
	if name, data := next(); name != "sentence" || data != `{"text":"二\n行。"}` {
		t.Errorf("second event %s %s", name, data)
	}
	name, data := next()
	var doc api.Answer
	if err := json.Unmarshal([]byte(data), &doc); err != nil || name != "answer" || doc.Text != "一。二\n行。" || doc.Question != "q" {
		t.Errorf("last event %s %s: %v", name, data, err)
	}
	if name, _ := next(); name != "end" {
		t.Errorf("another event: %s", name)
	}
}

func TestStreamFails(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{err: errors.New("secret")}})
	_, body := do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, http.Header{"Accept": {"text/event-stream"}})
	if !strings.Contains(body, "the log says why") || strings.Contains(body, "secret") {
		t.Errorf("body %q", body)
	}
}

// A client that goes stops the work; one too many is turned away meanwhile.
func TestClientGone(t *testing.T) {
	chain := &script{sentences: []string{"一。"}, gate: make(chan struct{}), started: make(chan struct{}, 1), cancelled: make(chan struct{})}
	server := serve(t, web.Options{Chain: chain, AtOnce: 1})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/v1/ask", strings.NewReader(`{"question":"q"}`))
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	<-chain.started
	if code, _ := do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, nil); code != http.StatusServiceUnavailable {
		t.Errorf("a question too many: status %d", code)
	}
	if code, body := do(t, "GET", server.URL+"/readyz", "", nil); code != http.StatusServiceUnavailable || !strings.Contains(body, "too many questions") {
		t.Errorf("ready with every place taken: status %d: %s", code, body)
	}
	cancel()
	<-gone
	select {
	case <-chain.cancelled:
	case <-time.After(10 * time.Second):
		t.Error("the work went on after the client had gone")
	}
}

func TestMetrics(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}})
	do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, nil)
	do(t, "POST", server.URL+"/v1/ask", `{"question":""}`, nil)
	_, body := do(t, "GET", server.URL+"/metrics", "", nil)
	for _, want := range []string{
		`zhiwen_http_requests_total{code="200",route="ask"} 1`,
		`zhiwen_http_requests_total{code="400",route="ask"} 1`,
		`zhiwen_answers_total{answerer="script",refused=""} 1`,
		`zhiwen_http_request_seconds_count{route="ask"} 2`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func ExampleNew() {
	handler := web.New(web.Options{
		Chain:   &script{sentences: []string{"答。"}},
		Library: shelf{},
		Status:  func(context.Context) (api.Status, error) { return api.Status{Articles: 1}, nil },
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	response, err := http.Get(server.URL + "/v1/search?q=签约")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}
