package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"zhiwen/bot/api"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// librarian answers anything from one article.
type librarian struct{}

var sample = &article.Article{ID: "a", Title: "题", Paragraphs: []article.Paragraph{{Text: "共有92个项目。"}}}

func (librarian) Answer(_ context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error) {
	return rag.Answer{ID: "1", Question: q.Text, Text: "92个。[1]", Answerer: "x", Usage: &rag.Usage{}, Trace: &rag.Trace{Parts: []rag.PartNote{}, Claims: []rag.Verdict{{Claim: "c"}}},
		Citations: []rag.Citation{{Marker: 1, ArticleID: "a", Title: "题", Paragraph: 1, End: 7, Quote: "共有92个项目。", Highlights: []rag.Range{{Start: 2, End: 5}}}}}, nil
}

func (librarian) Search(context.Context, string, int) ([]rag.Hit, error) {
	return []rag.Hit{{Rank: 1, Article: sample, Passage: article.Passage{ID: "a#1", ArticleID: "a", Spans: []article.Span{{Paragraph: 1, End: 7, Text: "共有92个项目。"}}}}}, nil
}

func (librarian) Articles(context.Context) ([]*article.Article, error) {
	return []*article.Article{sample}, nil
}

func (librarian) Article(context.Context, string) (*article.Article, error) { return sample, nil }

func newServer() *Server {
	return New(Options{Chain: librarian{}, Library: librarian{}, Status: func(context.Context) (api.Status, error) { return api.Status{}, nil },
		MCP: func(api.Chain) http.Handler { return http.NotFoundHandler() }})
}

// Every route is described, nothing else is, and what each answers is what the
// description says.
func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	server := newServer()
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema *jsonschema.Schema }
			}
		}
		Components struct{ Schemas map[string]*jsonschema.Schema }
	}
	if err := json.Unmarshal(server.openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{
		"ask":       `{"question": "几个", "history": ["一", {"question": "二", "answer": "三"}]}`,
		"chat":      `{"model": "zhiwen", "messages": [{"role": "user", "content": [{"type": "text", "text": "几个"}]}]}`,
		"retrieval": `{"knowledge_id": "zhiwen", "query": "几个", "retrieval_setting": {"top_k": 2, "score_threshold": 0}}`,
	}
	described := 0
	for _, operations := range doc.Paths {
		described += len(operations)
	}
	documented := 0
	for _, r := range server.routes {
		if r.page {
			continue
		}
		documented++
		operation, ok := doc.Paths[r.path][strings.ToLower(r.method)]
		if !ok {
			t.Errorf("%s %s is not described", r.method, r.path)
			continue
		}
		if r.path == "/mcp" {
			continue
		}
		if r.request != nil {
			valid(t, r.name+" request", doc.Components.Schemas[r.request.Name()], bodies[r.name])
		}
		target := strings.NewReplacer("{id}", "a", "{model}", "zhiwen").Replace(r.path) + "?q=x&explain=1"
		w := httptest.NewRecorder()
		request := httptest.NewRequest(r.method, target, strings.NewReader(bodies[r.name]))
		request.Host = "localhost"
		server.ServeHTTP(w, request)
		raw, _ := io.ReadAll(w.Body)
		if w.Code != 200 {
			t.Errorf("%s: status %d: %s", r.name, w.Code, raw)
		}
		kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if _, ok := operation.Responses["200"].Content[kind]; !ok {
			t.Errorf("%s: %s is not among the described kinds", r.name, kind)
		}
		if r.response != nil && r.response.Name() != "" {
			valid(t, r.name+" response", doc.Components.Schemas[r.response.Name()], string(raw))
		}
	}
	if described != documented {
		t.Errorf("%d operations are described and %d exist", described, documented)
	}
}

func valid(t *testing.T, what string, schema *jsonschema.Schema, raw string) {
	t.Helper()
	if schema == nil {
		t.Errorf("%s: no schema", what)
		return
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var value any
	if err := json.Unmarshal([]byte(raw), &value); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := resolved.Validate(value); err != nil {
		t.Errorf("%s does not fit its schema: %v\n%s", what, err, raw)
	}
	if err := resolved.Validate(map[string]any{}); err == nil && len(schema.Required) > 0 {
		t.Errorf("%s: an empty document passes", what)
	}
}
