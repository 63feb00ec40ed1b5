package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/api"
	"zhiwen/bot/web"
)

// keyring knows one key.
type keyring map[string]string

func (k keyring) Find(_ context.Context, key string) (string, bool, error) {
	name, ok := k[key]
	return name, ok, nil
}

func TestHosts(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{}, Settings: web.Settings{PublicURL: "https://zhiwen.example/", AllowHosts: []string{"Other.example:9000"}}})
	for host, want := range map[string]int{
		"evil.example": 421, "localhost:1": 200, "127.0.0.1": 200, "[::1]:8480": 200, "192.168.1.7:8480": 200,
		"zhiwen.example": 200, "OTHER.example.": 200, "127.0.0.1.evil.example": 421, "": 400,
	} {
		request, err := http.NewRequest("GET", server.URL+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		if host == "" {
			continue // the client would put in the address
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("host %q: status %d, want %d: %s", host, response.StatusCode, want, body)
		}
	}
}

// Pages of listed origins may ask and see the answer; no others.
func TestOrigins(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Settings: web.Settings{AllowOrigins: []string{"https://app.example"}}})
	for _, c := range []struct {
		method, origin string
		status         int
		allowed        string
	}{
		{"POST", "https://app.example", 200, "https://app.example"},
		{"OPTIONS", "https://app.example", 204, "https://app.example"},
		{"POST", "https://evil.example", 403, ""},
		{"POST", "null", 403, ""},
		{"POST", server.URL, 200, ""},
		{"POST", "", 200, ""},
	} {
		request, err := http.NewRequest(c.method, server.URL+"/v1/ask", strings.NewReader(`{"question":"q"}`))
		if err != nil {
			t.Fatal(err)
		}
		if c.origin != "" {
			request.Header.Set("Origin", c.origin)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("Access-Control-Allow-Origin"); response.StatusCode != c.status || got != c.allowed {
			t.Errorf("%s from %q: status %d, allowed %q", c.method, c.origin, response.StatusCode, got)
		}
	}
}

func TestKeys(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Keys: keyring{"good": "dify"}, RequireKey: true})
	ask := `{"question":"q"}`
	for _, c := range []struct {
		method, path, body, header string
		status                     int
		want                       string
	}{
		{"POST", "/v1/ask", ask, "", 401, "a key is needed"},
		{"POST", "/v1/ask", ask, "Bearer bad", 401, "not valid"},
		{"POST", "/v1/ask", ask, "Basic Z29vZA==", 401, "a key is needed"},
		{"POST", "/v1/ask", ask, "bearer good", 200, "答"},
		{"POST", "/v1/chat/completions", "{}", "", 401, `"type":"authentication_error"`},
		{"POST", "/retrieval", "{}", "", 401, `"error_code":1001`},
		{"POST", "/retrieval", "{}", "Bearer bad", 401, `"error_code":1002`},
		{"GET", "/v1/articles", "", "", 401, "a key is needed"},
		{"GET", "/metrics", "", "", 401, "a key is needed"},
		{"GET", "/healthz", "", "", 200, "ok"},
		{"GET", "/openapi.json", "", "", 200, "3.1.0"},
	} {
		header := http.Header{}
		if c.header != "" {
			header.Set("Authorization", c.header)
		}
		code, body := do(t, c.method, server.URL+c.path, c.body, header)
		if code != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s with %q: status %d, want %d: %.200s", c.method, c.path, c.header, code, c.status, body)
		}
	}
	// Where none is required, a client that must send one is let in with any.
	free := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Keys: keyring{}})
	if code, body := do(t, "POST", free.URL+"/v1/ask", ask, http.Header{"Authorization": {"Bearer whatever"}}); code != 200 {
		t.Errorf("status %d: %s", code, body)
	}
}

// Each key has an allowance of its own, and is told when it is used up.
func TestRate(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Keys: keyring{"a": "a", "b": "b"}, RequireKey: true, Settings: web.Settings{RatePerMinute: 4}})
	status := func(key string) int {
		code, _ := do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, http.Header{"Authorization": {"Bearer " + key}})
		return code
	}
	for range 4 {
		if code := status("a"); code != 200 {
			t.Fatalf("within the allowance: status %d", code)
		}
	}
	if code := status("a"); code != 429 {
		t.Errorf("above the allowance: status %d", code)
	}
	if code := status("b"); code != 200 {
		t.Errorf("another key: status %d", code)
	}
}

// Of the messages of MCP only the calls of tools that ask or search count.
func TestRateOfMCP(t *testing.T) {
	body := ""
	server := serve(t, web.Options{Chain: &script{}, Settings: web.Settings{RatePerMinute: 2}, MCP: func(api.Chain) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			body = string(raw)
		})
	}})
	call := func(message string, want int) {
		t.Helper()
		body = ""
		code, said := do(t, "POST", server.URL+"/mcp", message, nil)
		if code != want || want == 200 && body != message {
			t.Errorf("%s: status %d, want %d: %s; passed on: %s", message, code, want, said, body)
		}
	}
	tool := func(name string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":{}}}`, name)
	}
	for range 5 {
		call(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`, 200)
		call(`{"jsonrpc":"2.0","id":1,"method":"ping"}`, 200)
		call(tool("list_articles"), 200)
		call("no message", 200)
	}
	call(tool("ask"), 200)
	call(tool("search"), 200)
	call("["+tool("get_source")+","+tool("ask")+"]", 429)
	call(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, 200)
}

func TestMethods(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{}})
	for path, want := range map[string]string{"/v1/ask": "OPTIONS, POST", "/v1/search": "GET, HEAD, OPTIONS", "/v1/chat/completions": "OPTIONS, POST"} {
		request, _ := http.NewRequest("DELETE", server.URL+path, nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 405 || response.Header.Get("Allow") != want {
			t.Errorf("DELETE %s: status %d, Allow %q", path, response.StatusCode, response.Header.Get("Allow"))
		}
	}
	response, err := http.Head(server.URL + "/v1/status")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 {
		t.Errorf("HEAD: status %d", response.StatusCode)
	}
}

// New settings count from the next request on.
func TestReload(t *testing.T) {
	handler := web.New(web.Options{Chain: &script{}, Library: shelf{}})
	status := func() int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/healthz", nil)
		r.Host = "new.example"
		handler.ServeHTTP(w, r)
		return w.Code
	}
	if code := status(); code != 421 {
		t.Errorf("before: status %d", code)
	}
	handler.Reload(web.Settings{AllowHosts: []string{"new.example"}})
	if code := status(); code != 200 {
		t.Errorf("after: status %d", code)
	}
}

// Each request leaves one line in the log, which holds no question and no key.
func TestRequestLog(t *testing.T) {
	var log strings.Builder
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, Keys: keyring{"good": "dify"}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	do(t, "POST", server.URL+"/v1/ask", `{"question":"秘密"}`, http.Header{"Authorization": {"Bearer good"}})
	do(t, "GET", server.URL+"/nowhere", "", nil)
	server.Close()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "route=ask method=POST path=/v1/ask status=200") || !strings.Contains(lines[0], "key=dify") || !strings.Contains(lines[1], "status=404") {
		t.Errorf("log:\n%s", log.String())
	}
	if strings.Contains(log.String(), "秘密") || strings.Contains(log.String(), "good") {
		t.Errorf("the log says too much:\n%s", log.String())
	}
}

// dial opens a bare connection and writes to it.
func dial(t *testing.T, server *httptest.Server, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// Clients that send half a body, or their headers slowly, take no place away:
// with a single one to give, others are answered at once.
func TestUnfinishedRequestsHoldNothing(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{sentences: []string{"答。"}}, AtOnce: 1, Settings: web.Settings{RatePerMinute: -1}})
	half := fmt.Sprintf("POST /v1/ask HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n{\"question\":", server.Listener.Addr())
	for range 66 {
		dial(t, server, half)
		dial(t, server, half[:40])
	}
	for range 5 {
		began := time.Now()
		if code, body := do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, nil); code != 200 || time.Since(began) > 5*time.Second {
			t.Errorf("status %d after %s: %s", code, time.Since(began), body)
		}
	}
}

// A body that never arrives is given up, with a status that says so.
func TestHalfABody(t *testing.T) {
	server := httptest.NewUnstartedServer(web.New(web.Options{Chain: &script{}, Library: shelf{}}))
	server.Config.ReadTimeout = 300 * time.Millisecond
	server.Start()
	defer server.Close()
	conn := dial(t, server, fmt.Sprintf("POST /v1/ask HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n{\"question\":", server.Listener.Addr()))
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusRequestTimeout {
		t.Errorf("status %d", response.StatusCode)
	}
}

// A body in chunks that are none is the sender's mistake, not a slow line's.
func TestBrokenChunks(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{}})
	for chunks, want := range map[string]string{"zz\r\n{}\r\n0\r\n\r\n": "valid chunks", "5\r\n{\"a\":1}\r\n": "valid chunks"} {
		conn := dial(t, server, fmt.Sprintf("POST /v1/ask HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s", server.Listener.Addr(), chunks))
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(response.Body)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(said), want) {
			t.Errorf("%q: status %d: %s", chunks, response.StatusCode, said)
		}
	}
}

// Clients that never read what they asked for are given up, and their places
// with them.
func TestClientsThatNeverRead(t *testing.T) {
	long := strings.Repeat("很长的一句。", 1<<16)
	chain := &script{sentences: []string{long, long, long, long, long, long, long, long}}
	server := serve(t, web.Options{Chain: chain, AtOnce: 4, WriteLimit: 300 * time.Millisecond, Settings: web.Settings{RatePerMinute: -1}})
	body := `{"question":"q"}`
	for range 4 {
		conn := dial(t, server, fmt.Sprintf("POST /v1/ask HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", server.Listener.Addr(), len(body), body))
		_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	}
	deadline := time.Now().Add(15 * time.Second)
	for {
		if code, _ := do(t, "GET", server.URL+"/v1/search?q=x", "", nil); code == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("clients that do not read still hold every place")
		}
		time.Sleep(50 * time.Millisecond)
	}
	for free := 0; free < 4; free++ { // all places, not only one
		if _, metrics := do(t, "GET", server.URL+"/metrics", "", nil); strings.Contains(metrics, "zhiwen_working 0") {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Error("some places are still held")
}

// While as many questions are worked on as may be, /readyz says so.
func TestReadySaysSaturated(t *testing.T) {
	chain := &script{sentences: []string{"答。"}, started: make(chan struct{}, 1), gate: make(chan struct{}), cancelled: make(chan struct{})}
	server := serve(t, web.Options{Chain: chain, AtOnce: 1})
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(t, "POST", server.URL+"/v1/ask", `{"question":"q"}`, nil)
	}()
	<-chain.started
	if code, body := do(t, "GET", server.URL+"/readyz", "", nil); code != 503 || !strings.Contains(body, "too many questions at once") {
		t.Errorf("saturated: status %d: %s", code, body)
	}
	close(chain.gate)
	<-done
	if code, body := do(t, "GET", server.URL+"/readyz", "", nil); code != 200 {
		t.Errorf("afterwards: status %d: %s", code, body)
	}
}
