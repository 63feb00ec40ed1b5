package llm

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// protocols are the ones that the test servers speak. Bedrock's event stream
// is binary and signed; its answers are tried in TestBedrock.
func protocols() []string { return []string{"openai", "ollama", "anthropic", "googleai", "mistral"} }

func testHits() []rag.Hit {
	a := &article.Article{ID: "a", Title: "博览会签约", Published: time.Date(2021, 8, 24, 0, 0, 0, 0, time.UTC),
		Paragraphs: []article.Paragraph{{Text: "本届博览会签约项目92个。"}, {Text: "投资总额2524亿元。"}}}
	span := func(n int) article.Span {
		text, _ := a.Paragraph(n)
		return article.Span{Paragraph: n, End: len([]rune(text)), Text: text}
	}
	return []rag.Hit{
		{Rank: 1, Article: a, Passage: article.Passage{ID: "a#1", ArticleID: "a", Spans: []article.Span{span(1)}}},
		{Rank: 2, Article: a, Passage: article.Passage{ID: "a#2", ArticleID: "a", Spans: []article.Span{span(2)}}},
	}
}

func testRequest() rag.Request {
	return rag.Request{Question: "签约了多少个项目？", Language: "zh", Hits: testHits()}
}

// run generates with an opened model and returns the claims' texts.
func run(t *testing.T, model llms.Model, ctx context.Context) ([]rag.Claim, rag.Draft, error) {
	t.Helper()
	g, err := NewModelGenerator(model, ModelOptions{MaxTokens: 100})
	if err != nil {
		t.Fatal(err)
	}
	var claims []rag.Claim
	draft, err := g.Generate(ctx, testRequest(), func(c rag.Claim) error {
		claims = append(claims, c)
		return nil
	})
	return claims, draft, err
}

func openTest(t *testing.T, s *protocolServer, r ResilienceOptions) llms.Model {
	t.Helper()
	model, _, err := OpenModel(t.Context(), s.options())
	if err != nil {
		t.Fatal(err)
	}
	if r.FirstPause == 0 {
		r.FirstPause = time.Millisecond
	}
	return NewResilientModel(model, r)
}

func TestProvidersAnswer(t *testing.T) {
	for _, protocol := range protocols() {
		t.Run(protocol, func(t *testing.T) {
			s := newProtocolServer(t, protocol, "", "签约", "项目92个[资", "料1]。", "投资2524亿元[2", "]。")
			claims, draft, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(claims) != 2 || claims[0].Text != "签约项目92个。" || claims[1].Text != "投资2524亿元。" {
				t.Errorf("claims %+v", claims)
			} else if c := claims[1].Cites; len(c) != 1 || c[0].Span.Paragraph != 2 || c[0].Article == nil {
				t.Errorf("second claim cites %+v", c)
			}
			if draft.Usage == nil || draft.Usage.PromptTokens != 321 || draft.Usage.CompletionTokens != 45 {
				t.Errorf("usage %+v, want 321 and 45", draft.Usage)
			}
			if draft.Refused || draft.Truncated || draft.Raw != "签约项目92个[资料1]。投资2524亿元[2]。" {
				t.Errorf("draft %+v", draft)
			}
			body, auth := *s.lastBody.Load(), *s.lastAuth.Load()
			if !strings.Contains(body, "本届博览会签约项目92个") || !strings.Contains(body, "test-model") && protocol != "googleai" {
				t.Errorf("request lacks the passage or the model: %s", body)
			}
			if protocol != "ollama" && !strings.Contains(auth, secretKey) {
				t.Errorf("key is not sent: %q", auth)
			}
			for field, want := range map[string]bool{
				`"max_completion_tokens"`: false, // servers that do not know it would never stop
				`"stream_options"`:        protocol == "openai",
				`"num_ctx":4096`:          protocol == "ollama",
			} {
				if strings.Contains(body, field) != want {
					t.Errorf("field %s in the request: want %v, body %s", field, want, body)
				}
			}
		})
	}
}

func TestProviderFaults(t *testing.T) {
	for _, protocol := range protocols() {
		for _, tt := range []struct {
			fault string
			want  error
			tries int64 // how many requests reach the server
		}{
			{"401", ErrUnauthorized, 1},
			{"404", ErrModelNotFound, 1},
			{"400", ErrRejected, 1},
			{"context", ErrContextTooLong, 2}, // the second with fewer passages
			{"429", ErrRateLimited, 2},
			{"500", ErrUnavailable, 2},
			{"503", ErrUnavailable, 2},
			{"html", ErrGarbage, 2},
			{"cut", ErrCut, 1},
			{"silent end", ErrCut, 1},
			{"error event", ErrCut, 1},
			{"endless", ErrEndless, 1},
			{"stall", ErrTimeout, 1},
			{"hang", ErrTimeout, 1},
		} {
			t.Run(protocol+"/"+tt.fault, func(t *testing.T) {
				t.Parallel()
				s := newProtocolServer(t, protocol, tt.fault, "签约项目92个。", "投资", "2524亿元。")
				claims, draft, err := run(t, openTest(t, s, ResilienceOptions{MaxTries: 2, Deadline: 2 * time.Second}), t.Context())
				if !errors.Is(err, tt.want) {
					t.Fatalf("error %v, want %v (claims %v, raw %q)", err, tt.want, claims, draft.Raw)
				}
				if n := s.requests.Load(); n != tt.tries {
					t.Errorf("%d requests, want %d", n, tt.tries)
				}
				if strings.Contains(err.Error(), secretKey) {
					t.Errorf("the error holds the key: %v", err)
				}
				for _, lang := range []string{"zh", "en"} {
					if text := Explain(err, lang); text == "" || strings.Contains(text, "HTTP") || strings.Contains(text, "sk-") {
						t.Errorf("Explain(%v, %s) = %q", err, lang, text)
					}
				}
				if tt.fault == "endless" || tt.fault == "stall" || tt.fault == "hang" {
					select {
					case <-s.cancelled:
					case <-time.After(3 * time.Second):
						t.Error("the server still works on the request")
					}
				}
			})
		}
		t.Run(protocol+"/empty", func(t *testing.T) {
			t.Parallel()
			s := newProtocolServer(t, protocol, "")
			_, _, err := run(t, openTest(t, s, ResilienceOptions{MaxTries: 2}), t.Context())
			if !errors.Is(err, ErrEmpty) {
				t.Errorf("error %v, want %v", err, ErrEmpty)
			}
		})
		t.Run(protocol+"/recovers", func(t *testing.T) {
			t.Parallel()
			s := newProtocolServer(t, protocol, "503", "签约项目92个[1]。")
			s.failTimes = 2
			claims, _, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context())
			if err != nil || len(claims) != 1 || s.requests.Load() != 3 {
				t.Errorf("after two failures: claims %v, error %v, %d requests", claims, err, s.requests.Load())
			}
		})
		t.Run(protocol+"/connection refused", func(t *testing.T) {
			t.Parallel()
			s := newProtocolServer(t, protocol, "")
			model := openTest(t, s, ResilienceOptions{MaxTries: 2})
			s.Close()
			if _, _, err := run(t, model, t.Context()); !errors.Is(err, ErrUnavailable) {
				t.Errorf("error %v, want %v", err, ErrUnavailable)
			}
		})
		t.Run(protocol+"/cancel reaches the server", func(t *testing.T) {
			t.Parallel()
			s := newProtocolServer(t, protocol, "stall", "签约项目92个。", "x")
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			_, _, err := run(t, openTest(t, s, ResilienceOptions{}), ctx)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want %v", err, context.Canceled)
			}
			select {
			case <-s.cancelled:
			case <-time.After(3 * time.Second):
				t.Error("the server still works on the request")
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	s := newProtocolServer(t, "openai", "429", "签约项目92个[1]。")
	s.failTimes = 1
	s.headers = map[string]string{"Retry-After": "1"}
	start := time.Now()
	if _, _, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d < time.Second {
		t.Errorf("tried again after %v, the server asked for 1 s", d)
	}
	s = newProtocolServer(t, "openai", "429")
	s.headers = map[string]string{"Retry-After": "3600"}
	start = time.Now()
	_, _, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context())
	var e *ModelError
	if !errors.As(err, &e) || e.RetryAfter != time.Hour || time.Since(start) > time.Second || s.requests.Load() != 1 {
		t.Errorf("long Retry-After: error %v after %v and %d requests", err, time.Since(start), s.requests.Load())
	}
	if text := Explain(err, "zh"); !strings.Contains(text, "3600") {
		t.Errorf("Explain = %q", text)
	}
}

func TestCircuitBreaker(t *testing.T) {
	s := newProtocolServer(t, "openai", "500", "签约项目92个[1]。")
	s.failTimes = 2
	model := openTest(t, s, ResilienceOptions{MaxTries: 1, BreakerFailures: 2, BreakerPause: 200 * time.Millisecond})
	for range 2 {
		if _, _, err := run(t, model, t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Fatalf("error %v, want %v", err, ErrUnavailable)
		}
	}
	if _, _, err := run(t, model, t.Context()); !errors.Is(err, ErrCircuitOpen) || s.requests.Load() != 2 {
		t.Fatalf("open breaker: error %v, %d requests", err, s.requests.Load())
	}
	time.Sleep(250 * time.Millisecond)
	if _, _, err := run(t, model, t.Context()); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestOpenModelAuto(t *testing.T) {
	ollama := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"models":[{"name":"bge-m3:latest"},{"name":"qwen2.5:7b"},{"name":"llama3.2:3b"}]}`)
	}))
	defer ollama.Close()
	compatible := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"/models/small.gguf","meta":{"n_ctx":6144}}]}`)
	}))
	defer compatible.Close()
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"models":[]}`)
	}))
	defer empty.Close()
	for _, tt := range []struct {
		name    string
		o       ProviderOptions
		want    string
		context int
		err     error
	}{
		{"ollama that answers", ProviderOptions{OllamaURL: ollama.URL}, "ollama/qwen2.5:7b", 8192, nil},
		{"base URL comes first", ProviderOptions{OllamaURL: ollama.URL, BaseURL: compatible.URL + "/v1/"}, "openai/small.gguf", 6144, nil},
		{"key of OpenAI", ProviderOptions{Key: "sk-abc"}, "openai/gpt-4o-mini", 8192, nil},
		{"key of Anthropic", ProviderOptions{Provider: "auto", Key: "sk-ant-abc", ContextTokens: 200000}, "anthropic/claude-3-5-haiku-latest", 200000, nil},
		{"nothing", ProviderOptions{OllamaURL: "http://127.0.0.1:1"}, "none", 0, ErrNoModel},
		{"switched off", ProviderOptions{Provider: "none", Key: "sk-abc"}, "none", 0, ErrNoModel},
		{"deepseek", ProviderOptions{Provider: "deepseek", Key: "sk-abc"}, "deepseek/deepseek-chat", 8192, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, id, err := OpenModel(t.Context(), tt.o)
			if !errors.Is(err, tt.err) || id.String() != tt.want || id.ContextTokens != tt.context || id.Why == "" {
				t.Errorf("identity %+v (%s), error %v, want %s", id, id, err, tt.want)
			}
		})
	}
	for name, o := range map[string]ProviderOptions{
		"no key":              {Provider: "anthropic"},
		"unknown":             {Provider: "frobnicate"},
		"bad address":         {BaseURL: "localhost:8080"},
		"ollama lacks models": {Provider: "ollama", BaseURL: empty.URL},
	} {
		if _, _, err := OpenModel(t.Context(), o); err == nil || errors.Is(err, ErrNoModel) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for fault, want := range map[string]error{"401": ErrUnauthorized, "404": ErrModelNotFound, "hang": ErrBusy} {
		s := newProtocolServer(t, "openai", fault, "好")
		if err := Check(t.Context(), openTest(t, s, ResilienceOptions{MaxTries: 1, Deadline: 300 * time.Millisecond})); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", fault, err, want)
		}
	}
	over, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	s := newProtocolServer(t, "openai", "", "好")
	if err := Check(over, openTest(t, s, ResilienceOptions{MaxTries: 1})); !errors.Is(err, ErrTimeout) || errors.Is(err, ErrBusy) {
		t.Errorf("a question that the server never got: %v", err)
	}
	if err := Check(t.Context(), nil); !errors.Is(err, ErrNoModel) {
		t.Errorf("no model: %v", err)
	}
}

func TestScrubber(t *testing.T) {
	scrub := scrubber("my-odd key")
	for _, text := range []string{
		"bad my-odd key here", "https://h/x?key=my-odd+key&y", "Authorization: Bearer abcdef123", "sk-proj-abcdefghijklmnop",
		"https://user:pass@host/", "AIzaSyA1234567890abcdefg",
	} {
		got := scrub(text)
		for _, secret := range []string{"my-odd", "abcdef123", "abcdefghijkl", "pass", "1234567890"} {
			if strings.Contains(got, secret) {
				t.Errorf("scrub(%q) = %q", text, got)
			}
		}
	}
}

// An address is logged and shown in the status; a key in it is not.
func TestAddressesAreShownWithoutTheirKeys(t *testing.T) {
	var log strings.Builder
	for _, provider := range []string{"openai", "ollama"} {
		_, id, err := OpenModel(t.Context(), ProviderOptions{
			Provider: provider, Model: "m", Key: "k", BaseURL: "http://user:sesame@127.0.0.1:1/v1?key=sesame&tenant=sesame",
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err == nil && (strings.Contains(id.Endpoint, "sesame") || !strings.Contains(id.Endpoint, "127.0.0.1:1")) {
			t.Errorf("%s: %s", provider, id.Endpoint)
		}
		if err != nil && strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", provider, err)
		}
	}
	if got := log.String(); strings.Contains(got, "sesame") || !strings.Contains(got, "opened") {
		t.Error(got)
	}
}
