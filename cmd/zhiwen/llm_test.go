package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// modelServer speaks the protocol of OpenAI and does to each request what say
// does. It counts the requests and tells of those that were given up.
type modelServer struct {
	*httptest.Server
	requests  atomic.Int64
	asked     chan struct{} // receives with each request
	cancelled chan struct{} // receives when a request's client has gone
}

func newModelServer(t *testing.T, say func(w *modelStream)) *modelServer {
	t.Helper()
	s := &modelServer{asked: make(chan struct{}, 100), cancelled: make(chan struct{}, 100)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // or a client that has gone is not noticed
			return
		}
		s.requests.Add(1)
		s.asked <- struct{}{}
		say(&modelStream{ResponseWriter: w, request: r})
		if r.Context().Err() != nil {
			s.cancelled <- struct{}{}
		}
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// config writes a config file that names the server, with more settings of
// llm, a line each.
func (s *modelServer) config(t *testing.T, more ...string) string {
	return llmConfig(t, s.URL, more...)
}

func llmConfig(t *testing.T, url string, more ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "zhiwen.yaml")
	lines := append([]string{"llm:", "provider: openai", "model: test-model", "context_tokens: 4096", "api_key: sk-test-0123456789abcdef", "base_url: " + url + "/v1"}, more...)
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n  ")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// modelStream is one streamed answer.
type modelStream struct {
	http.ResponseWriter
	request *http.Request
	begun   bool
}

func (w *modelStream) say(pieces ...string) {
	if !w.begun {
		w.begun = true
		w.Header().Set("Content-Type", "text/event-stream")
	}
	for _, text := range pieces {
		piece, _ := json.Marshal(text)
		fmt.Fprintf(w, `data: {"choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", piece)
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

func (w *modelStream) end() {
	w.say()
	fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+
		`data: {"choices":[],"usage":{"prompt_tokens":321,"completion_tokens":45,"total_tokens":366}}`+"\n\ndata: [DONE]\n\n")
}

func (w *modelStream) fail(status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	text, _ := json.Marshal(message)
	fmt.Fprintf(w, `{"error":{"message":%s}}`, text)
}

// hang says nothing more until the client has gone.
func (w *modelStream) hang() { <-w.request.Context().Done() }

const (
	questionZH = "2021智博会签约多少项目"
	questionEN = "What was the total investment of the signed projects in 2021?"
	goodClaim  = "重庆签下的重大项目共有92个[资料1]。"
)

// useConfig lets config files say which model is used.
func useConfig(t *testing.T) {
	t.Helper()
	isolate(t)
	os.Unsetenv("ZHIWEN_LLM_PROVIDER") // isolate's cleanup restores it
}

// TestModel is about what people get when a language model words the answers,
// and when it fails them: the real program over the shipped articles, against a
// server that speaks a provider's protocol.
func TestModel(t *testing.T) {
	useConfig(t)
	store := shippedStore(t)
	for name, test := range map[string]func(*testing.T, string){
		"Failures":          modelFailures,
		"CutAfterASentence": modelCutAfterASentence,
		"RetryAfter":        modelRetryAfter,
		"CircuitBreaker":    modelCircuitBreaker,
		"Interrupt":         modelInterrupt,
		"ClientGone":        modelClientGone,
		"ClientsSideBySide": modelClientsSideBySide,
		"Explain":           modelExplain,
	} {
		t.Run(name, func(t *testing.T) { test(t, store) })
	}
}

// modelFailure is one thing that a model's server may do.
type modelFailure struct {
	name     string
	say      func(*modelStream) // nil: nobody listens
	settings string
	requests int64  // 0: not counted
	zh, en   string // what the reader is told
}

// Whatever a model's server does, the question is answered: with the sentences
// of the sources, and with a sentence that says what happened, in the
// question's language.
func modelFailures(t *testing.T, store string) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	for _, tt := range []modelFailure{
		{"refused", nil, "", 0, "连接不上语言模型", "cannot be reached"},
		{"time-out", (*modelStream).hang, "timeout: 2s", 1, "没有在规定时间内回答", "did not answer in time"},
		{"time-out in the middle", func(w *modelStream) { w.say("重庆签下的"); w.hang() }, "timeout: 2s", 1, "没有在规定时间内回答", "did not answer in time"},
		{"401", func(w *modelStream) { w.fail(401, "bad key sk-test-0123456789abcdef") }, "", 1, "不接受当前的密钥", "does not accept the key"},
		{"404", func(w *modelStream) { w.fail(404, "no such model") }, "", 1, "llm.model", "llm.model"},
		{"429", func(w *modelStream) { w.Header().Set("Retry-After", "60"); w.fail(429, "slow down") }, "", 1, "60 秒后再试", "60 seconds"},
		{"500", func(w *modelStream) { w.fail(500, "oops") }, "", 3, "连接不上语言模型", "cannot be reached"},
		{"503", func(w *modelStream) { w.fail(503, "overloaded") }, "", 3, "连接不上语言模型", "cannot be reached"},
		{"empty", func(w *modelStream) { w.end() }, "", 3, "没有给出任何回答", "gave no answer"},
		{"blank", func(w *modelStream) { w.say(" \n", "。"); w.end() }, "", 1, "没有给出任何回答", "gave no answer"},
		{"endless", func(w *modelStream) {
			for w.request.Context().Err() == nil {
				w.say("月亮上的兔子又种了一棵桂花树，")
			}
		}, "", 1, "没完没了", "did not stop"},
		{"garbage", func(w *modelStream) { fmt.Fprint(w, "<html><body>Welcome to the router</body></html>") }, "", 3, "无法理解", "unreadable"},
		{"garbage in the stream", func(w *modelStream) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: \x00\xff{{{\n\ndata: nothing\n\n")
		}, "", 3, "无法理解", "unreadable"},
		{"cut", func(w *modelStream) { w.say("重庆签下的重"); panic(http.ErrAbortHandler) }, "", 1, "中途断开", "broke off"},
		{"ends without an end", func(w *modelStream) { w.say("重庆签下的重") }, "", 1, "中途断开", "broke off"},
		{"context", func(w *modelStream) {
			w.fail(400, "This model's maximum context length is 512 tokens. However, your messages resulted in 3100 tokens.")
		}, "", 2, "超出了语言模型一次能读的长度", "longer than the language model can read"},
		{"400", func(w *modelStream) { w.fail(400, "unknown field") }, "", 1, "拒绝了这次请求", "rejected the request"},
	} {
		for _, lang := range []string{"zh", "en"} {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				t.Run(tt.name+"/"+lang, func(t *testing.T) { tt.check(t, store, lang) })
			})
		}
	}
	wg.Wait()
}
func (tt modelFailure) check(t *testing.T, store, lang string) {
	question, want, figure := questionZH, tt.zh, "92"
	if lang == "en" {
		question, want, figure = questionEN, tt.en, "2524"
	}
	var s *modelServer
	config := ""
	if tt.say == nil {
		address, err := freeAddress()
		if err != nil {
			t.Fatal(err)
		}
		config = llmConfig(t, "http://"+address)
	} else {
		s = newModelServer(t, tt.say)
		config = s.config(t, tt.settings)
	}
	started := time.Now()
	status, out, errs := zhiwen(t, "", "ask", "--json", "--config", config, "--store", store, question)
	took := time.Since(started)
	var doc struct {
		askDocument
		Notices []string `json:"notices"`
	}
	if err := json.Unmarshal([]byte(out), &doc); status != 0 || err != nil {
		t.Fatalf("status %d, %v, output %q, errors %q", status, err, out, errs)
	}
	if doc.Answerer != "extractive" || *doc.Refused || !strings.Contains(*doc.Answer, figure) || len(doc.Citations) == 0 {
		t.Errorf("answerer %s, %d citations: %s", doc.Answerer, len(doc.Citations), *doc.Answer)
	}
	if notices := strings.Join(doc.Notices, "\n"); !strings.Contains(notices, want) {
		t.Errorf("notices %q do not say %q", notices, want)
	}
	if s != nil && tt.requests > 0 && s.requests.Load() != tt.requests {
		t.Errorf("%d requests, want %d", s.requests.Load(), tt.requests)
	}
	if took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	if strings.Contains(out+errs, "sk-test-0123456789abcdef") {
		t.Error("the key came out")
	}
}

// A model whose answer breaks off after a sentence that holds keeps that
// sentence, and says that there is more to it.
func modelCutAfterASentence(t *testing.T, store string) {
	s := newModelServer(t, func(w *modelStream) { w.say(goodClaim, "合同投资总"); panic(http.ErrAbortHandler) })
	status, out, errs := zhiwen(t, "", "ask", "--config", s.config(t), "--store", store, questionZH)
	if status != 0 || strings.Count(out, "重大项目共有92个。[1]") != 1 || strings.Contains(out, "合同投资总\n") || !strings.Contains(out, "中途断开") {
		t.Errorf("status %d, output\n%s\nerrors %q", status, out, errs)
	}
}

// A server that is busy for a moment is asked again, after the time that it
// named.
func modelRetryAfter(t *testing.T, store string) {
	var tries atomic.Int64
	s := newModelServer(t, func(w *modelStream) {
		if tries.Add(1) == 1 {
			w.Header().Set("Retry-After", "0.3")
			w.fail(429, "slow down")
			return
		}
		w.say(goodClaim)
		w.end()
	})
	started := time.Now()
	_, out, errs := zhiwen(t, "", "ask", "--json", "--config", s.config(t), "--store", store, questionZH)
	if !strings.Contains(out, `"answerer":"openai/test-model"`) || !strings.Contains(out, `"usage":{"prompt_tokens":321,"completion_tokens":45}`) ||
		s.requests.Load() != 2 || time.Since(started) < 300*time.Millisecond {
		t.Errorf("%d requests in %v: %s%s", s.requests.Load(), time.Since(started), out, errs)
	}
}

// While a model's server is down its circuit is open: questions are answered
// without asking it.
func modelCircuitBreaker(t *testing.T, store string) {
	s := newModelServer(t, func(w *modelStream) { w.fail(401, "no") })
	status, out, errs := zhiwen(t, strings.Repeat(questionZH+"\n", 6), "ask", "--batch", "-", "--config", s.config(t), "--store", store)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != 0 || len(lines) != 6 || s.requests.Load() != 3 {
		t.Fatalf("status %d, %d answers, %d requests, errors %q", status, len(lines), s.requests.Load(), errs)
	}
	for i, line := range lines {
		want := "不接受当前的密钥"
		if i >= 3 {
			want = "暂停使用"
		}
		if !strings.Contains(line, want) || !strings.Contains(line, `"answerer":"extractive"`) || !strings.Contains(line, "92") {
			t.Errorf("answer %d: %s", i+1, line)
		}
	}
}

// program is the built command, which testscript has put into the path.
func program(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("zhiwen")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func wait(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("timed out waiting until %s", what)
	}
}

// Ctrl-C ends the command and the request at the model's server.
func modelInterrupt(t *testing.T, store string) {
	for name, say := range map[string]func(*modelStream){
		"before a word":   (*modelStream).hang,
		"amid the answer": func(w *modelStream) { w.say(goodClaim, "合同"); w.hang() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newModelServer(t, say)
			var errs bytes.Buffer
			cmd := exec.Command(program(t), "ask", "--config", s.config(t), "--store", store, questionZH)
			cmd.Stderr = &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			wait(t, "the model is asked", s.asked)
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			wait(t, "the request ends at the server", s.cancelled)
			err := cmd.Wait()
			if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(errs.String(), "interrupted") {
				t.Errorf("%v, errors %q", err, errs.String())
			}
			if s.requests.Load() != 1 {
				t.Errorf("%d requests", s.requests.Load())
			}
		})
	}
}

var servingOn = regexp.MustCompile(`serving on (http://\S+)`)

// serving starts the HTTP API in a process of its own and returns its address.
func serving(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(program(t), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if m := servingOn.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return m[1]
		}
	}
	t.Fatal("the server did not start")
	return ""
}

// A client that goes away ends the request at the model's server, and a
// sentence has been sent by then, while the model went on.
func modelClientGone(t *testing.T, store string) {
	s := newModelServer(t, func(w *modelStream) { w.say(goodClaim, "合同"); w.hang() })
	base := serving(t, "--config", s.config(t), "--store", store)
	for _, accept := range []string{"text/event-stream", "application/json"} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/ask", strings.NewReader(`{"question":"`+questionZH+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		gone := make(chan error, 1)
		go func() {
			response, err := http.DefaultClient.Do(r)
			if err == nil && accept == "text/event-stream" {
				defer response.Body.Close()
				lines := bufio.NewScanner(response.Body)
				for lines.Scan() {
					if strings.Contains(lines.Text(), "92个。[1]") {
						break
					}
				}
				err = lines.Err()
			} else if err == nil {
				response.Body.Close()
			}
			gone <- err
			cancel()
		}()
		wait(t, "the model is asked", s.asked)
		if accept == "application/json" {
			cancel()
		}
		wait(t, "the request ends at the model's server", s.cancelled)
		if err := <-gone; accept == "text/event-stream" && err != nil {
			t.Errorf("%s: %v", accept, err)
		}
	}
	if s.requests.Load() != 2 {
		t.Errorf("%d requests", s.requests.Load())
	}
}

// Several clients at once are streamed their own answers.
func modelClientsSideBySide(t *testing.T, store string) {
	s := newModelServer(t, func(w *modelStream) {
		w.say(strings.SplitAfter(goodClaim, "")...)
		w.say("其中777个在月球上[资料1]。")
		w.end()
	})
	base := serving(t, "--config", s.config(t), "--store", store)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/ask", strings.NewReader(`{"question":"`+questionZH+`"}`))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Accept", "text/event-stream")
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			raw, err := io.ReadAll(response.Body)
			if text := string(raw); err != nil || strings.Count(text, "event: sentence") != 1 || !strings.Contains(text, "92个。[1]") ||
				strings.Contains(text, "777个") || !strings.Contains(text, "已略去") {
				t.Errorf("%v: %s", err, text)
			}
		})
	}
	wg.Wait()
}

// The explanation holds every step: the question, both rankings, their fusion,
// the prompt, the raw answer, each claim with its verdict and span, tokens.
func modelExplain(t *testing.T, store string) {
	s := newModelServer(t, func(w *modelStream) {
		w.say(goodClaim, "其中777个在月球上[资料1]。")
		w.end()
	})
	config := s.config(t)
	status, out, errs := zhiwen(t, "", "ask", "--explain", "--config", config, "--store", store, questionZH)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	at := 0
	for _, want := range []string{
		"共有92个。[1]", "── question", "asked:", questionZH, "stand-alone:", "── hits by words", " 1  ", "── hits by meaning", " 1  ", "── hits fused", " 1  ",
		"── prompt", "<资料1《", "问题：" + questionZH, "── the model said", goodClaim, "── claims", "(supported", "paragraph 3 [", "共有92个",
		"777", "dropped", "answerer openai/test-model", "tokens: 321 in, 45 out",
	} {
		i := strings.Index(out[at:], want)
		if i < 0 {
			t.Fatalf("the explanation lacks %q after byte %d:\n%s", want, at, out)
		}
		at += i
	}

	follow := `{"question": "投资总额呢", "history": [{"question": "` + questionZH + `", "answer": "92个。"}]}`
	status, out, errs = zhiwen(t, follow, "ask", "--batch", "-", "--explain", "--config", config, "--store", store)
	var doc struct {
		askDocument
		Usage *struct {
			PromptTokens int `json:"prompt_tokens"`
		}
		Dropped []struct{ Why string }
	}
	if err := json.Unmarshal([]byte(out), &doc); status != 0 || err != nil {
		t.Fatalf("status %d, %v: %s%s", status, err, out, errs)
	}
	trace := doc.Trace
	if trace == nil || trace.Asked != "投资总额呢" || !strings.Contains(trace.Condensed, "智博会") || len(trace.Keyword) == 0 || len(trace.Vector) == 0 || len(trace.Hits) == 0 ||
		trace.Prompt == "" || trace.Raw == "" || len(trace.Claims) < 2 || len(doc.Dropped) == 0 || doc.Usage == nil || doc.Usage.PromptTokens != 321 {
		t.Errorf("the explanation lacks something: %s", out)
	}
}
