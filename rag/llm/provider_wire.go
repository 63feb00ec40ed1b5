package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// wire watches one call on its way through HTTP and keeps what langchaingo
// does not pass on. A call's context carries it; it is safe for concurrent use,
// because some clients read a response in a goroutine that outlives the call.
type wire struct {
	mu sync.Mutex
	wireState
}

type wireState struct {
	status     int
	retryAfter time.Duration
	message    string // the body of an error response, scrubbed and short
	transport  error  // why there was no response
	bodyErr    error  // why the response broke off
	bytes      int
	streamed   bool   // the response is a stream that must say when it ends
	terminated bool   // it did
	parsed     bool   // at least one event was understood
	inStream   string // an error that the server reported within the stream
	stopReason string // why the model stopped, in the provider's words
	usage      wireUsage
}

// wireUsage is what a stream said of its tokens, 0 when nothing.
type wireUsage struct{ prompt, completion int }

func (w *wire) snapshot() wireState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wireState
}

type wireKey struct{}

func withWire(ctx context.Context) (context.Context, *wire) {
	w := new(wire)
	return context.WithValue(ctx, wireKey{}, w), w
}

// transport is the RoundTripper of every provider. It records what it sees
// into the context's wire, sets headers and lets a request be rewritten.
type transport struct {
	base    http.RoundTripper
	scrub   func(string) string
	headers map[string]string
	// target replaces scheme and host of each request, for clients of
	// langchaingo whose address cannot be set; nil leaves them.
	target *url.URL
	// drop lists top-level fields of a JSON request that the server rejects.
	drop []string
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	w, _ := req.Context().Value(wireKey{}).(*wire)
	if w == nil {
		w = new(wire)
	}
	req = req.Clone(req.Context())
	for k, v := range t.headers {
		req.Header.Set(k, v)
	}
	if t.target != nil {
		req.URL.Scheme, req.URL.Host, req.Host = t.target.Scheme, t.target.Host, t.target.Host
		req.URL.Path = strings.TrimRight(t.target.Path, "/") + req.URL.Path
	}
	if err := t.rewrite(req); err != nil {
		return nil, err
	}
	resp, err := t.base.RoundTrip(req)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wireState = wireState{}
	if err != nil {
		w.transport = errors.New(t.scrub(err.Error()))
		return nil, err
	}
	w.status = resp.StatusCode
	w.retryAfter = retryAfter(resp.Header, time.Now())
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 8<<10))
		_ = resp.Body.Close()
		w.message = t.scrub(errorMessage(body))
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	}
	kind := resp.Header.Get("Content-Type")
	google := strings.HasSuffix(req.URL.Path, ":streamGenerateContent")
	w.streamed = google || strings.Contains(kind, "event-stream") || strings.Contains(kind, "ndjson")
	resp.Body = &watchedBody{body: resp.Body, wire: w, scrub: t.scrub, google: google}
	return resp, nil
}

func (t *transport) rewrite(req *http.Request) error {
	if len(t.drop) == 0 || req.Body == nil {
		return nil
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	_ = req.Body.Close()
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) == nil {
		for _, f := range t.drop {
			delete(fields, f)
		}
		if body, err = json.Marshal(fields); err != nil {
			return err
		}
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	return nil
}

// watchedBody reads along with a response, line by line.
type watchedBody struct {
	body  io.ReadCloser
	wire  *wire
	scrub func(string) string
	line  []byte
	// google says that the response is Google's JSON array.
	google bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.wire.mu.Lock()
	defer b.wire.mu.Unlock()
	b.wire.bytes += n
	for _, c := range p[:n] {
		if c != '\n' {
			if len(b.line) < 1<<20 {
				b.line = append(b.line, c)
			}
			continue
		}
		b.event()
	}
	if b.google { // its client stops at the array's end, which no line's end need follow
		b.googleEvent(b.line)
	}
	if err != nil {
		b.event()
		if !errors.Is(err, io.EOF) {
			b.wire.bodyErr = errors.New(b.scrub(err.Error()))
		}
	}
	return n, err
}

func (b *watchedBody) Close() error { return b.body.Close() }

// event understands one line of a stream, as far as it tells whether the
// stream is complete. https://platform.openai.com/docs/api-reference/chat-streaming,
// https://docs.anthropic.com/en/docs/build-with-claude/streaming,
// https://github.com/ollama/ollama/blob/main/docs/api.md
func (b *watchedBody) event() {
	line := bytes.TrimSpace(b.line)
	b.line = b.line[:0]
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("data:")))
	if bytes.Equal(line, []byte("[DONE]")) {
		b.wire.terminated, b.wire.parsed = true, true
		return
	}
	if b.google {
		b.googleEvent(line)
		return
	}
	if len(line) == 0 || line[0] != '{' {
		return
	}
	var e struct {
		Type    string `json:"type"`
		Done    bool   `json:"done"`
		Reason  string `json:"done_reason"`
		Choices []struct {
			FinishReason string `json:"finish_reason"`
		} `json:"choices"`
		Usage *struct {
			Prompt     int `json:"prompt_tokens"`
			Completion int `json:"completion_tokens"`
		} `json:"usage"`
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(line, &e) != nil {
		return
	}
	b.wire.parsed = true
	if e.Done || e.Type == "message_stop" || len(e.Choices) > 0 && e.Choices[0].FinishReason != "" {
		b.wire.terminated = true
	}
	if e.Reason != "" {
		b.wire.stopReason = e.Reason
	}
	if len(e.Choices) > 0 && e.Choices[0].FinishReason != "" {
		b.wire.stopReason = e.Choices[0].FinishReason
	}
	if e.Usage != nil {
		b.wire.usage = wireUsage{e.Usage.Prompt, e.Usage.Completion}
	}
	if len(e.Error) > 0 && string(e.Error) != "null" {
		b.wire.inStream = b.scrub(errorMessage(line))
		b.wire.message = b.wire.inStream
	}
}

var googleCount = regexp.MustCompile(`"(prompt|candidates)TokenCount":\s*(\d+)`)

// googleEvent understands a line of Google's stream, one JSON array over many
// lines. A quotation mark within a text is escaped there, so that these names
// cannot come from the model. https://ai.google.dev/api/generate-content
func (b *watchedBody) googleEvent(line []byte) {
	if bytes.Contains(line, []byte(`"candidates":`)) {
		b.wire.parsed = true
	}
	if bytes.Contains(line, []byte(`"finishReason":`)) {
		b.wire.terminated = true
	}
	for _, m := range googleCount.FindAllSubmatch(line, -1) {
		n, _ := strconv.Atoi(string(m[2]))
		if string(m[1]) == "prompt" {
			b.wire.usage.prompt = n
		} else {
			b.wire.usage.completion = n
		}
	}
}

// errorMessage finds what an error response says: error.message as OpenAI,
// Anthropic and Google write it, error as Ollama does, message, detail; else
// the start of the text.
func errorMessage(body []byte) string {
	var plain struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	text := ""
	if json.Unmarshal(body, &plain) == nil {
		var nested struct {
			Message string `json:"message"`
			Type    string `json:"type"`
			Code    any    `json:"code"`
			Context int    `json:"n_ctx"`
		}
		switch {
		case json.Unmarshal(plain.Error, &nested) == nil && nested.Message != "":
			text = nested.Message
			if nested.Type != "" {
				text += " [" + nested.Type + "]"
			}
			if code, ok := nested.Code.(string); ok && code != nested.Type {
				text += " [" + code + "]"
			}
			if nested.Context > 0 {
				text += fmt.Sprintf(" (context %d tokens)", nested.Context)
			}
		case json.Unmarshal(plain.Error, &text) == nil && text != "":
		case plain.Message != "":
			text = plain.Message
		}
	}
	if text == "" && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) { // a proxy's page says nothing to a reader
		text = string(body)
	}
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return text
}

var contextNumber = regexp.MustCompile(`(?:maximum context length is|\(context|context size \(|n_ctx\D{1,4}|maximum:?|>)\s*(\d{3,8})`)

// contextSize reads the size of the context out of a server's complaint.
func contextSize(message string) int {
	m := contextNumber.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// retryAfter reads how long to wait: seconds or a date (RFC 9110, 10.2.3), or
// OpenAI's milliseconds.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.Atoi(h.Get("Retry-After-Ms")); err == nil && ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

var (
	bearer     = regexp.MustCompile(`(?i)(bearer\s+)[^\s"']+`)
	keyInQuery = regexp.MustCompile(`(?i)([?&](?:key|api[-_]?key|token)=)[^&\s"']+`)
	looksKey   = regexp.MustCompile(`\b(?:sk|gsk|pk|AIza|xox[a-z]|AKIA)[-_A-Za-z0-9*]{12,}`)
	userInURL  = regexp.MustCompile(`(://)[^/\s@"']+@`)
)

// withoutSecrets is an address as it may be shown: what is asked for in it may
// be a key under any name.
func withoutSecrets(address string) string {
	if before, _, asks := strings.Cut(address, "?"); asks {
		address = before + "?***"
	}
	return userInURL.ReplaceAllString(address, "${1}***@")
}

// scrubber removes a key, and whatever else looks like one, from a text.
func scrubber(keys ...string) func(string) string {
	return func(text string) string {
		for _, key := range keys {
			if key = strings.TrimSpace(key); key != "" {
				text = strings.ReplaceAll(text, key, "***")
				text = strings.ReplaceAll(text, url.QueryEscape(key), "***")
			}
		}
		text = bearer.ReplaceAllString(text, "$1***")
		text = keyInQuery.ReplaceAllString(text, "$1***")
		text = looksKey.ReplaceAllString(text, "***")
		return userInURL.ReplaceAllString(text, "${1}***@")
	}
}
