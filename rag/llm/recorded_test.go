package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
)

// record makes TestRecorded talk to a real server and keep what was said:
//
//	go test ./rag/llm -run TestRecorded -record http://127.0.0.1:9115/v1
var record = flag.String("record", "", "base URL of an OpenAI-compatible server to record")

// exchange is one recorded request and its answer.
type exchange struct {
	Method   string          `json:"method"`
	Path     string          `json:"path"` // below the base URL
	Request  json.RawMessage `json:"request,omitempty"`
	Status   int             `json:"status"`
	Type     string          `json:"content_type"`
	Response string          `json:"response"`
}

// recorder passes requests on and keeps them.
type recorder struct {
	base      string
	exchanges []exchange
}

var machinePath = regexp.MustCompile(`/[^"\\ ]*/([^"/\\ ]+\.gguf)`)

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	if len(body) > 8<<10 { // the prompt that is too long is not worth keeping
		body = nil
	}
	r.exchanges = append(r.exchanges, exchange{
		Method: req.Method, Path: strings.TrimPrefix(req.URL.String(), r.base),
		Request: json.RawMessage(machinePath.ReplaceAll(body, []byte("$1"))), Status: resp.StatusCode,
		Type: resp.Header.Get("Content-Type"), Response: machinePath.ReplaceAllString(string(answer), "$1"),
	})
	return resp, nil
}

// replay serves recorded exchanges in their order.
func replay(t *testing.T, path string) *httptest.Server {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []exchange
	if err := json.Unmarshal(data, &exchanges); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(exchanges) == 0 {
			t.Errorf("%s %s was not recorded", r.Method, r.URL.Path)
			http.NotFound(w, r)
			return
		}
		e := exchanges[0]
		exchanges = exchanges[1:]
		if got := strings.TrimPrefix(r.URL.Path, "/v1"); r.Method != e.Method || got != e.Path {
			t.Errorf("request %s %s, recorded %s %s", r.Method, got, e.Method, e.Path)
		}
		w.Header().Set("Content-Type", e.Type)
		w.WriteHeader(e.Status)
		for part := range strings.SplitAfterSeq(e.Response, "\n\n") {
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// TestRecorded runs against what a real llama.cpp server with a model of 1.5
// billion parameters said (and still says, with -record).
func TestRecorded(t *testing.T) {
	answer := func(question, lang string, hits []rag.Hit) func(*testing.T, *ModelGenerator) ([]rag.Claim, rag.Draft, error) {
		return func(t *testing.T, g *ModelGenerator) (claims []rag.Claim, d rag.Draft, err error) {
			d, err = g.Generate(t.Context(), rag.Request{Question: question, Language: lang, Hits: hits}, func(c rag.Claim) error {
				claims = append(claims, c)
				return nil
			})
			return claims, d, err
		}
	}
	// Straight to the model: the generator would try again with what fits,
	// and 8,000 tokens take a small machine minutes.
	tooLong := func(t *testing.T, g *ModelGenerator) ([]rag.Claim, rag.Draft, error) {
		_, err := g.model.GenerateContent(t.Context(), []llms.MessageContent{
			llms.TextParts(llms.ChatMessageTypeHuman, strings.Repeat("这一段什么也没有说。", 2500))})
		return nil, rag.Draft{}, err
	}
	for _, tt := range []struct {
		name    string
		run     func(*testing.T, *ModelGenerator) ([]rag.Claim, rag.Draft, error)
		want    string
		refused bool
		err     error
	}{
		{"answer.zh", answer("本届博览会签约了多少个项目？", "zh", testHits()), "92", false, nil},
		{"answer.en", answer("How many projects were signed at the fair?", "en", testHits()), "92", false, nil},
		{"refusal.zh", answer("火星的直径是多少公里？", "zh", testHits()), "", true, nil},
		{"context", tooLong, "", false, ErrContextTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := "testdata/recorded/llamacpp." + tt.name + ".json"
			o := ProviderOptions{Provider: "openai"}
			rec := &recorder{base: *record}
			if *record != "" {
				o.BaseURL, o.Transport, o.ProbeTimeout = *record, rec, time.Minute
			} else {
				o.BaseURL = replay(t, path).URL + "/v1"
			}
			model, id, err := OpenModel(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if id.ContextTokens != 8192 || !strings.HasSuffix(id.String(), "1.5b.gguf") {
				t.Errorf("identity %+v", id)
			}
			g, err := NewModelGenerator(model, ModelOptions{ContextTokens: id.ContextTokens, MaxTokens: 100})
			if err != nil {
				t.Fatal(err)
			}
			claims, draft, err := tt.run(t, g)
			if *record != "" {
				data, err := json.MarshalIndent(rec.exchanges, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			var e *ModelError
			if errors.As(err, &e) && e.ContextTokens != 8192 {
				t.Errorf("context of the server's complaint: %+v", e)
			}
			if draft.Refused != tt.refused || err == nil && !tt.refused && (len(claims) == 0 || !strings.Contains(claims[0].Text, tt.want)) {
				t.Errorf("claims %+v, draft %+v", claims, draft)
			}
			if err == nil && !tt.refused && (draft.Usage == nil || draft.Usage.PromptTokens < 50 || draft.Usage.CompletionTokens == 0) {
				t.Errorf("usage %+v", draft.Usage)
			}
			if n := estimateTokens(draft.Prompt); err == nil && !tt.refused && draft.Usage != nil && n < draft.Usage.PromptTokens-messageOverhead {
				t.Errorf("estimated %d tokens, the server counted %d", n, draft.Usage.PromptTokens)
			}
		})
	}
}
