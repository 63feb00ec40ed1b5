package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A question leaves spans and metrics at the collector, but not its words.
func TestTelemetry(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	var mu sync.Mutex
	received := map[string]string{}
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Error(err)
		}
		received[r.URL.Path] += string(raw)
	}))
	defer collector.Close()
	t.Setenv("ZHIWEN_TELEMETRY_ENDPOINT", collector.URL)
	if status, _, errs := zhiwen(t, "", "ask", "--store", store, "2021智博会签约多少项目"); status != 0 || errs != "" {
		t.Fatalf("status %d, errors %q", status, errs)
	}
	mu.Lock()
	defer mu.Unlock()
	for path, want := range map[string][]string{
		"/v1/traces":  {"answer", "retrieve", "generate", "extractive"},
		"/v1/metrics": {"zhiwen.stage.duration", "zhiwen.answers"},
	} {
		for _, w := range want {
			if !strings.Contains(received[path], w) {
				t.Errorf("%s received no %q in %d bytes", path, w, len(received[path]))
			}
		}
		if strings.Contains(received[path], "智博会") {
			t.Errorf("%s received the words of the question", path)
		}
	}
}

// A collector that is down keeps no answer back.
func TestTelemetryDown(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	t.Setenv("ZHIWEN_TELEMETRY_ENDPOINT", "http://127.0.0.1:9")
	status, out, _ := zhiwen(t, "", "ask", "--store", store, "2021智博会签约多少项目")
	if status != 0 || !strings.Contains(out, "92") {
		t.Errorf("status %d, output %q", status, out)
	}
}

// The configured model is called with the key, streamed, checked, and its
// unsupported sentence does not come out. The server speaks the protocol of
// OpenAI; what real models say is measured elsewhere (make eval-llm).
func TestLanguageModel(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	var mu sync.Mutex
	var authorization, prompt string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/chat/completions") {
			http.NotFound(w, r)
			return
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		authorization, prompt = r.Header.Get("Authorization"), string(raw)
		mu.Unlock()
		w.Header().Set("Content-Type", "text/event-stream")
		for _, text := range []string{"重庆签下的重大项目", "共有92个。", "其中777个在月球上。"} {
			piece, err := json.Marshal(text)
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(w, `data: {"choices":[{"index":0,"delta":{"content":%s}}]}`+"\n\n", piece)
		}
		fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
	}))
	defer server.Close()
	t.Setenv("ZHIWEN_LLM_PROVIDER", "openai")
	t.Setenv("ZHIWEN_LLM_MODEL", "test-model")
	t.Setenv("ZHIWEN_LLM_BASE_URL", server.URL+"/v1")
	t.Setenv("ZHIWEN_LLM_API_KEY", "sk-test")
	status, out, errs := zhiwen(t, "", "ask", "--store", store, "2021智博会签约多少项目")
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	mu.Lock()
	defer mu.Unlock()
	if authorization != "Bearer sk-test" || !strings.Contains(prompt, "test-model") {
		t.Errorf("the model was called with %q: %.200s", authorization, prompt)
	}
	if !strings.Contains(out, "重庆签下的重大项目共有92个。[1]") || strings.Contains(out, "777个") {
		t.Errorf("output:\n%s", out)
	}
	if strings.Contains(out+errs, "sk-test") {
		t.Error("the key came out")
	}
}
