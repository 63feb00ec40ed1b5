package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"zhiwen/rag"
)

func TestIsRefusal(t *testing.T) {
	for text, want := range map[string]bool{
		"资料中没有相关信息。":                                      true,
		"抱歉，根据提供的资料，没有找到2023年的数据。":                        true,
		"很抱歉，提供的资料中没有提到阿里巴巴的投资。":                          true,
		"根据现有资料无法确定门票价格。":                                 true,
		"没有相关信息。":                                         true,
		"资料并未提及长江的长度。":                                    true,
		"The sources do not contain this information.":    true,
		"Sorry, the provided passages don't say who won.": true,
		"There is no information about tickets.":          true,
		"资料显示签约项目92个。":                                    false,
		"检查没有发现安全问题。":                                     false,
		"会议没有公布门票价格，改为免费。":                                false,
		"The company does not sell tickets.":              false,
		"资料室没有开放。":                                        false,
		Refusal("zh"):                                     true,
		Refusal("en"):                                     true,
	} {
		if got := isRefusal(text); got != want {
			t.Errorf("isRefusal(%q) = %v", text, got)
		}
	}
}

func TestGenerate(t *testing.T) {
	for _, tt := range []struct {
		name    string
		deltas  []string
		claims  []string
		refused bool
		err     error
	}{
		{"refuses", []string{"资料中没有", "相关信息。"}, nil, true, nil},
		{"talks on after refusing", []string{"资料中没有相关信息。不过我记得", "大约有100个。"}, nil, true, nil},
		{"refuses after an answer", []string{"签约项目92个[1]。资料中没有提到观众人数。"}, []string{"签约项目92个。"}, false, nil},
		{"repeats itself", []string{"签约项目92个[1]。", "签约项目92个[1]。", "签约项目92个。"}, []string{"签约项目92个。"}, false, nil},
		{"echoes the question", []string{"签约了多少个项目？", "92个[1]。"}, []string{"92个。"}, false, nil},
		{"only thinks", []string{"<think>", "签约项目92个。", "</think>"}, nil, false, ErrEmpty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newProtocolServer(t, "openai", "", tt.deltas...)
			claims, draft, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context())
			var texts []string
			for _, c := range claims {
				texts = append(texts, c.Text)
			}
			if !errors.Is(err, tt.err) || draft.Refused != tt.refused || strings.Join(texts, "|") != strings.Join(tt.claims, "|") {
				t.Errorf("claims %q, refused %v, error %v", texts, draft.Refused, err)
			}
		})
	}
}

func TestGenerateTruncated(t *testing.T) {
	for _, tt := range []struct {
		deltas []string
		claims int
		err    error
	}{
		{[]string{"签约项目92个[1]。", "民企项目不"}, 1, nil},
		{[]string{"签约项目92个[1]。", "投资2524亿元。[2"}, 2, nil},
		{[]string{"签约项目9"}, 0, ErrCut},
	} {
		s := newProtocolServer(t, "openai", "length", tt.deltas...)
		claims, draft, err := run(t, openTest(t, s, ResilienceOptions{}), t.Context())
		if len(claims) != tt.claims || !draft.Truncated || !errors.Is(err, tt.err) {
			t.Errorf("%q: claims %+v, truncated %v, error %v", tt.deltas, claims, draft.Truncated, err)
		}
	}
}

// TestGenerateStreams holds that a claim is emitted before the answer is over.
func TestGenerateStreams(t *testing.T) {
	s := newProtocolServer(t, "openai", "stall", "签约项目92个[1]。投资", "x")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	g, err := NewModelGenerator(openTest(t, s, ResilienceOptions{}), ModelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	_, err = g.Generate(ctx, testRequest(), func(rag.Claim) error {
		got++
		cancel() // the server stalls: nothing else would end this
		return nil
	})
	if got != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d claims while the server stalls, error %v", got, err)
	}
}

func TestGenerateEmitError(t *testing.T) {
	stop := errors.New("stop")
	s := newProtocolServer(t, "openai", "", "签约项目92个[1]。", "投资2524亿元[2]。", "完。")
	g, err := NewModelGenerator(openTest(t, s, ResilienceOptions{}), ModelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if _, err := g.Generate(t.Context(), testRequest(), func(rag.Claim) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("error %v after %d claims", err, n)
	}
}

func TestGenerateFewerPassages(t *testing.T) {
	s := newProtocolServer(t, "openai", "context", "甲[1]。")
	s.failTimes = 1
	g, err := NewModelGenerator(openTest(t, s, ResilienceOptions{}), ModelOptions{ContextTokens: 4000, MaxTokens: 100})
	if err != nil {
		t.Fatal(err)
	}
	req := testRequest()
	req.Hits = []rag.Hit{hitOf("a", "甲", strings.Repeat("甲", 900)), hitOf("b", "乙", strings.Repeat("乙", 900)), hitOf("c", "丙", strings.Repeat("丙", 900))}
	draft, err := g.Generate(t.Context(), req, func(rag.Claim) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(draft.Prompt, "丙丙丙") || !strings.Contains(draft.Prompt, "甲甲甲") {
		t.Error("the second prompt should show fewer passages, the best among them")
	}
}

func TestGenerateConcurrently(t *testing.T) {
	s := newProtocolServer(t, "openai", "", "签约项目92个[1]。", "投资2524亿元[2]。")
	g, err := NewModelGenerator(openTest(t, s, ResilienceOptions{}), ModelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			n := 0
			if _, err := g.Generate(t.Context(), testRequest(), func(rag.Claim) error { n++; return nil }); err != nil || n != 2 {
				t.Errorf("%d claims, error %v", n, err)
			}
		})
	}
	wg.Wait()
}

// TestBedrock speaks the two forms of the service: a plain answer (Llama) and
// the binary event stream (Claude), both written from its documentation.
func TestBedrock(t *testing.T) {
	key := "AKIA" + strings.Repeat("NONE", 4) // shaped like one, and nobody's
	t.Setenv("AWS_ACCESS_KEY_ID", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch {
		case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256"):
			w.WriteHeader(http.StatusForbidden)
		case strings.HasSuffix(r.URL.Path, "/invoke-with-response-stream"):
			w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
			for _, event := range []string{
				`{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"c","usage":{"input_tokens":321,"output_tokens":1}}}`,
				`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
				`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"签约项目92个[资"}}`,
				`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"料1]。"}}`,
				`{"type":"content_block_stop","index":0}`,
				`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":45}}`,
				`{"type":"message_stop"}`,
			} {
				payload, _ := json.Marshal(map[string][]byte{"bytes": []byte(event)})
				_ = eventstream.NewEncoder().Encode(w, eventstream.Message{Payload: payload, Headers: eventstream.Headers{
					{Name: ":message-type", Value: eventstream.StringValue("event")},
					{Name: ":event-type", Value: eventstream.StringValue("chunk")},
					{Name: ":content-type", Value: eventstream.StringValue("application/json")},
				}})
			}
		case strings.Contains(r.URL.Path, "meta."):
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"generation":%s,"prompt_token_count":321,"generation_token_count":45,"stop_reason":"stop"}`, quote("签约项目92个[资料1]。"))
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"message":"Too many requests of `+key+`"}`)
		}
	}))
	defer s.Close()
	for model, want := range map[string]error{
		"meta.llama3-8b-instruct-v1:0":           nil,
		"anthropic.claude-3-haiku-20240307-v1:0": nil,
		"ai21.j2-mid-v1":                         ErrRateLimited,
	} {
		t.Run(model, func(t *testing.T) {
			m, _, err := OpenModel(t.Context(), ProviderOptions{Provider: "bedrock", Model: model, BaseURL: s.URL, Region: "us-east-1"})
			if err != nil {
				t.Fatal(err)
			}
			claims, draft, err := run(t, NewResilientModel(m, ResilienceOptions{MaxTries: 1}), t.Context())
			if !errors.Is(err, want) {
				t.Fatalf("error %v, want %v", err, want)
			}
			if err != nil && strings.Contains(err.Error(), key) {
				t.Errorf("the error shows the key: %v", err)
			}
			if want == nil && (len(claims) != 1 || claims[0].Text != "签约项目92个。" || len(claims[0].Cites) != 1) {
				t.Errorf("claims %+v, draft %+v", claims, draft)
			}
		})
	}
}

// TestRealModel asks a real model, end to end through HTTP.
func TestRealModel(t *testing.T) {
	base := os.Getenv("ZHIWEN_TEST_LLM")
	if base == "" {
		t.Skip("set ZHIWEN_TEST_LLM to the base URL of an OpenAI-compatible server, for example http://127.0.0.1:9115/v1")
	}
	model, id, err := OpenModel(t.Context(), ProviderOptions{BaseURL: base, ProbeTimeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	model = NewResilientModel(model, ResilienceOptions{Deadline: 5 * time.Minute})
	claims, draft, err := run(t, model, t.Context())
	if err != nil || len(claims) == 0 || !strings.Contains(claims[0].Text, "92") || draft.Usage == nil {
		t.Errorf("%s: claims %+v, draft %+v, error %v", id, claims, draft, err)
	}
	c, err := NewModelCondenser(model, CondenserOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Condense(t.Context(), rag.Question{Text: "投资总额呢？", History: []rag.Turn{{Question: "2021年博览会签约了多少个项目？", Answer: "签约项目92个[1]。"}}})
	if err != nil || !strings.Contains(got, "投资总额") {
		t.Errorf("condensed to %q, error %v", got, err)
	}
	t.Logf("%s: %+v, condensed to %q, usage %+v", id, claims, got, draft.Usage)
}
