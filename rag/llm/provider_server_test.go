package llm

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"
)

// protocolServer is a real HTTP server that speaks a provider's streaming
// protocol, written from the providers' documentation, with faults on demand.
type protocolServer struct {
	*httptest.Server
	protocol string
	deltas   []string
	fault    string // of each request, or of the first failTimes
	// failTimes is how many requests show the fault; 0 means all.
	failTimes int64
	headers   map[string]string

	requests  atomic.Int64
	cancelled chan struct{} // receives when a request's context ends early
	lastBody  atomic.Pointer[string]
	lastAuth  atomic.Pointer[string]
}

func newProtocolServer(t testing.TB, protocol, fault string, deltas ...string) *protocolServer {
	t.Helper()
	s := &protocolServer{protocol: protocol, fault: fault, deltas: deltas, cancelled: make(chan struct{}, 16)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// options opens a model on the server.
func (s *protocolServer) options() ProviderOptions {
	o := ProviderOptions{Provider: s.protocol, Model: "test-model", BaseURL: s.URL, Key: secretKey, ContextTokens: 4096}
	if s.protocol == "openai" || s.protocol == "mistral" || s.protocol == "anthropic" {
		o.BaseURL += "/v1"
	}
	return o
}

const secretKey = "sk-test-0123456789abcdefSECRET"

func (s *protocolServer) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text, auth := string(body), r.Header.Get("Authorization")+r.Header.Get("X-Api-Key")+r.Header.Get("X-Goog-Api-Key")
	s.lastBody.Store(&text)
	s.lastAuth.Store(&auth)
	n := s.requests.Add(1)
	fault := s.fault
	if s.failTimes > 0 && n > s.failTimes {
		fault = ""
	}
	for k, v := range s.headers {
		w.Header().Set(k, v)
	}
	switch fault {
	case "401", "404", "429", "500", "503", "400":
		code := 0
		_, _ = fmt.Sscan(fault, &code)
		s.fail(w, code, "refused for key "+secretKey)
		return
	case "context":
		s.fail(w, http.StatusBadRequest, s.contextComplaint())
		return
	case "html":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>Welcome to the router</body></html>")
		return
	case "hang":
		<-r.Context().Done()
		s.cancelled <- struct{}{}
		return
	}
	want := map[string]string{"openai": "/chat/completions", "mistral": "/chat/completions", "ollama": "/api/chat", "anthropic": "/messages", "googleai": ":streamGenerateContent"}
	if !strings.HasSuffix(r.URL.Path, want[s.protocol]) {
		http.NotFound(w, r)
		return
	}
	out := &streamWriter{w: w, protocol: s.protocol, reason: "stop"}
	out.start()
	for i, d := range s.deltas {
		out.delta(d)
		if i == 0 {
			switch fault {
			case "cut": // the connection breaks
				panic(http.ErrAbortHandler)
			case "silent end": // the stream ends without saying so
				out.abandon()
				return
			case "error event":
				out.inStreamError()
				return
			case "stall":
				<-r.Context().Done()
				s.cancelled <- struct{}{}
				return
			}
		}
	}
	for fault == "endless" {
		out.delta("还有一句话没有说完。")
		select {
		case <-r.Context().Done():
			s.cancelled <- struct{}{}
			return
		case <-time.After(time.Millisecond):
		}
	}
	if fault == "length" {
		out.reason = "length"
	}
	out.end()
}

func (s *protocolServer) fail(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	var body any
	switch s.protocol {
	case "ollama":
		body = map[string]any{"error": message}
	case "anthropic":
		body = map[string]any{"type": "error", "error": map[string]any{"type": "api_error", "message": message}}
	case "googleai":
		body = map[string]any{"error": map[string]any{"code": code, "message": message, "status": "FAILED"}}
	default:
		body = map[string]any{"error": map[string]any{"message": message, "type": "error", "code": nil}}
	}
	_ = json.NewEncoder(w).Encode(body)
}

// contextComplaint is how the provider says that a prompt is too long.
func (s *protocolServer) contextComplaint() string {
	switch s.protocol {
	case "anthropic":
		return "prompt is too long: 210000 tokens > 200000 maximum"
	case "googleai":
		return "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
	case "ollama":
		return "the input length exceeds the context length"
	}
	return "This model's maximum context length is 2048 tokens. However, your messages resulted in 3100 tokens."
}

// streamWriter writes one streamed answer.
type streamWriter struct {
	w        http.ResponseWriter
	protocol string
	items    int
	reason   string // why the model stops, of the OpenAI protocol
}

func (o *streamWriter) send(format string, args ...any) {
	_, _ = fmt.Fprintf(o.w, format, args...)
	_ = http.NewResponseController(o.w).Flush()
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func (o *streamWriter) start() {
	switch o.protocol {
	case "ollama":
		o.w.Header().Set("Content-Type", "application/x-ndjson")
	case "googleai":
		o.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		o.send("[")
	case "anthropic":
		o.w.Header().Set("Content-Type", "text/event-stream")
		o.send("event: message_start\ndata: %s\n\n", `{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"test-model","content":[],"stop_reason":null,"usage":{"input_tokens":321,"output_tokens":1}}}`)
		o.send("event: content_block_start\ndata: %s\n\n", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
		o.send("event: ping\ndata: {\"type\":\"ping\"}\n\n")
	default:
		o.w.Header().Set("Content-Type", "text/event-stream")
		o.send("data: %s\n\n", `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"test-model","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`)
	}
}

func (o *streamWriter) delta(text string) {
	switch o.protocol {
	case "ollama":
		o.send(`{"model":"test-model","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":%s},"done":false}`+"\n", quote(text))
	case "googleai":
		if o.items++; o.items > 1 {
			o.send(",\n")
		}
		o.send(`{"candidates":[{"content":{"role":"model","parts":[{"text":%s}]},"index":0}],"usageMetadata":{"promptTokenCount":321,"candidatesTokenCount":%d,"totalTokenCount":400}}`, quote(text), o.items)
	case "anthropic":
		o.send("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":%s}}\n\n", quote(text))
	default:
		o.send(": keep-alive\n\ndata: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"test-model\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", quote(text))
	}
}

func (o *streamWriter) inStreamError() {
	switch o.protocol {
	case "ollama":
		o.send(`{"error":"llama runner process has terminated"}` + "\n")
	case "googleai":
		o.send(`,{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]`)
	case "anthropic":
		o.send("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")
	default:
		o.send("data: {\"error\":{\"message\":\"engine died\",\"type\":\"server_error\",\"code\":500}}\n\n")
	}
}

// abandon ends the response properly for HTTP, but not for the protocol.
func (o *streamWriter) abandon() {
	if o.protocol == "googleai" {
		o.send("]")
	}
}

func (o *streamWriter) end() {
	switch o.protocol {
	case "ollama":
		o.send(`{"model":"test-model","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":321,"eval_count":45}` + "\n")
	case "googleai":
		if o.items++; o.items > 1 {
			o.send(",\n")
		}
		o.send(`{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":321,"candidatesTokenCount":45,"totalTokenCount":366}}]`)
	case "anthropic":
		o.send("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n")
		o.send("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":45}}\n\n")
		o.send("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
	default:
		o.send("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"test-model\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%s}]}\n\n", quote(o.reason))
		o.send("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"test-model\",\"choices\":[],\"usage\":{\"prompt_tokens\":321,\"completion_tokens\":45,\"total_tokens\":366}}\n\n")
		o.send("data: [DONE]\n\n")
	}
}

// newJSONServer opens a model on an OpenAI-compatible server that answers
// without streaming.
func newJSONServer(t *testing.T, fault, reply string) llms.Model {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if fault == "401" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"message":"bad key"}}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}`, quote(reply))
	}))
	t.Cleanup(s.Close)
	model, _, err := OpenModel(t.Context(), ProviderOptions{Provider: "openai", Model: "test-model", BaseURL: s.URL + "/v1", Key: secretKey, ContextTokens: 4096})
	if err != nil {
		t.Fatal(err)
	}
	return model
}
