package web

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhiwen/bot/api"
	"zhiwen/bot/mcp"
)

// handler answers a request; its error is told to the client in the form of the
// route's protocol.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is one method of one path: what is served there, and what
// /openapi.json says about it.
type route struct {
	method, path string
	name         string // for metrics, logs and as the operation's ID
	summary      string
	handle       handler
	errors       dialect
	// open routes need no key, page routes are for people and not described.
	open, page bool
	// asks takes a question off the asker's allowance, or as many as counts finds in
	// the request.
	asks     bool
	counts   func(*http.Request) (int, error)
	params   []param
	request  reflect.Type // of the JSON document that is sent; nil: none
	response reflect.Type // of the one that comes back; nil: plain text
	streams  bool         // server-sent events come back where they are asked for
}

// param is a parameter in the query or, if it stands in the path, there.
type param struct {
	name, doc string
	kind      reflect.Kind
	required  bool
}

// table lists everything that is served.
func (s *Server) table() []route {
	article := []param{
		{name: "year", doc: "only articles published in this year", kind: reflect.Int},
		{name: "source", doc: "only articles whose source has this name or part of a name", kind: reflect.String},
		{name: "text", doc: "only articles that hold these words", kind: reflect.String},
		{name: "limit", doc: "how many to list, 1 to 500 (100)", kind: reflect.Int},
		{name: "offset", doc: "how many to leave out at the beginning", kind: reflect.Int},
	}
	metrics := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
	routes := []route{
		{method: "POST", path: "/v1/ask", name: "ask", summary: "Answer a question; with Accept: text/event-stream sentence by sentence", handle: s.ask, asks: true,
			params:  []param{{name: "explain", doc: "1: say how the answer came about", kind: reflect.String}},
			request: reflect.TypeFor[askRequest](), response: reflect.TypeFor[api.Answer](), streams: true},
		{method: "GET", path: "/v1/search", name: "search", summary: "Rank the passages that fit a question", handle: s.search, asks: true,
			params: []param{
				{name: "q", doc: "the question", kind: reflect.String, required: true},
				{name: "k", doc: "how many passages, 1 to 100 (10)", kind: reflect.Int},
			}, response: reflect.TypeFor[api.Search]()},
		{method: "GET", path: "/v1/status", name: "status", summary: "What the store holds and which model answers", handle: s.status, response: reflect.TypeFor[api.Status]()},
		{method: "GET", path: "/v1/articles", name: "articles", summary: "List the articles, the newest first", handle: s.articles, params: article, response: reflect.TypeFor[api.ArticleList]()},
		{method: "GET", path: "/v1/articles/{id}", name: "article", summary: "An article, or the paragraphs around one of it", handle: s.article,
			params: []param{
				{name: "id", doc: "the article's ID", kind: reflect.String, required: true},
				{name: "paragraph", doc: "only this paragraph, counted from 1", kind: reflect.Int},
				{name: "around", doc: "and so many on either side of it (0)", kind: reflect.Int},
			}, response: reflect.TypeFor[api.Article]()},
		{method: "GET", path: "/v1/models", name: "models", summary: "The models of the OpenAI-compatible endpoint", handle: s.models, errors: openAIErrors, response: reflect.TypeFor[modelList]()},
		{method: "GET", path: "/v1/models/{model}", name: "model", summary: "One of these models", handle: s.model, errors: openAIErrors,
			params: []param{{name: "model", doc: "the model's ID", kind: reflect.String, required: true}}, response: reflect.TypeFor[model]()},
		{method: "POST", path: "/v1/chat/completions", name: "chat", summary: "Answer the last message of a conversation, as OpenAI's endpoint of this name does", handle: s.chat, asks: true, errors: openAIErrors,
			request: reflect.TypeFor[chatRequest](), response: reflect.TypeFor[chatCompletion](), streams: true},
		{method: "POST", path: "/retrieval", name: "retrieval", summary: "Passages for Dify, as an external knowledge base", handle: s.retrieval, asks: true, errors: difyErrors,
			request: reflect.TypeFor[retrievalRequest](), response: reflect.TypeFor[retrievalResult]()},
		{method: "GET", path: "/healthz", name: "healthz", summary: "The process runs", handle: s.healthy, open: true},
		{method: "GET", path: "/readyz", name: "readyz", summary: "Questions can be answered", handle: s.ready, open: true},
		{method: "GET", path: "/metrics", name: "metrics", summary: "Metrics for Prometheus", handle: func(w http.ResponseWriter, r *http.Request) error {
			metrics.ServeHTTP(w, r)
			return nil
		}},
		{method: "GET", path: "/openapi.json", name: "openapi", summary: "This description", handle: s.description, open: true, response: reflect.TypeFor[map[string]any]()},
	}
	if s.mcp != nil {
		for method, summary := range map[string]string{"POST": "Model Context Protocol, streamable HTTP", "GET": "Messages of the server in an MCP session", "DELETE": "End an MCP session"} {
			routes = append(routes, route{method: method, path: "/mcp", name: "mcp " + method, summary: summary, asks: method == "POST", counts: mcpQuestions, handle: func(w http.ResponseWriter, r *http.Request) error {
				s.mcp.ServeHTTP(w, r)
				return nil
			}, response: reflect.TypeFor[map[string]any]()})
		}
	}
	return append(routes, s.pages()...)
}

// dispatch makes the table a handler.
func (s *Server) dispatch() http.Handler {
	mux := http.NewServeMux()
	byPath := map[string]map[string]route{}
	for _, r := range s.routes {
		if byPath[r.path] == nil {
			byPath[r.path] = map[string]route{}
		}
		byPath[r.path][r.method] = r
	}
	for path, methods := range byPath {
		allow := []string{"OPTIONS"}
		for method := range methods {
			allow = append(allow, method)
			if method == "GET" {
				allow = append(allow, "HEAD")
			}
		}
		slices.Sort(allow)
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			method := r.Method
			if method == "HEAD" {
				method = "GET"
			}
			found, ok := methods[method]
			if !ok {
				found = anyOf(methods)
				found.handle, found.open, found.asks = notAllowed(allow), true, false
			}
			s.serve(w, r, found)
		})
	}
	missing := route{name: "none", open: true, handle: func(w http.ResponseWriter, r *http.Request) error {
		return &httpError{status: http.StatusNotFound, code: "not_found",
			err: api.InBoth(fmt.Errorf("there is nothing at %s; /openapi.json lists what there is", r.URL.Path), "这里什么也没有："+r.URL.Path+"；/openapi.json 列出了有什么。")}
	}}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		to := missing
		to.page = strings.Contains(r.Header.Get("Accept"), "text/html") // a person mistyped an address
		s.serve(w, r, to)
	})
	return mux
}

// anyOf returns one of the routes of a path, always the same.
func anyOf(methods map[string]route) route {
	var first string
	for method := range methods {
		if first == "" || method < first {
			first = method
		}
	}
	return methods[first]
}

// notAllowed answers methods that a path does not have, and OPTIONS.
func notAllowed(allow []string) handler {
	list := strings.Join(allow, ", ")
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", list)
		if r.Method != http.MethodOptions {
			return &httpError{status: http.StatusMethodNotAllowed, code: "method_not_allowed",
				err: api.InBoth(fmt.Errorf("%s is not possible here; use %s", r.Method, list), fmt.Sprintf("这里不能用 %s，请用 %s。", r.Method, list))}
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			w.Header().Set("Access-Control-Allow-Methods", list)
			w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version")
			w.Header().Set("Access-Control-Max-Age", "600")
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

// serve lets a request in or not, answers it, and notes how that went.
func (s *Server) serve(plain http.ResponseWriter, r *http.Request, to route) {
	started := time.Now()
	w := &response{ResponseWriter: plain, limit: s.WriteLimit, status: http.StatusOK}
	who := ""
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.Logger.Error("request failed", "path", r.URL.Path, "panic", fmt.Sprint(p))
			if !w.wrote {
				s.fail(w, r, to.errors, fmt.Errorf("internal error: %v", p))
			}
		}
		took := time.Since(started)
		s.metrics.request(to.name, w.status, took)
		s.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("route", to.name), slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", w.status), slog.Int("bytes", w.bytes), slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("key", who), slog.String("remote", remote(r)))
	}()
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	harden(w.Header())
	guard := s.guard.Load()
	err := guard.checkHost(r)
	if err == nil {
		err = guard.checkOrigin(w, r)
	}
	if err == nil && !to.open {
		who, err = s.identify(r.Context(), r)
		if err != nil && to.page {
			s.askForKey(w, r)
			return
		}
	}
	if err == nil && to.asks {
		err = guard.charge(w, r, to, asker(who, r))
	}
	if err == nil {
		err = to.handle(w, r)
	}
	switch {
	case err == nil:
	case w.wrote:
		s.Logger.Warn("a response broke off", "path", r.URL.Path, "error", err)
	case to.page:
		s.failPage(w, r, err)
	default:
		s.fail(w, r, to.errors, err)
	}
}

// charge takes what a request asks off the asker's allowance.
func (g *guard) charge(w http.ResponseWriter, r *http.Request, to route, who string) error {
	n := 1
	if to.counts != nil {
		var err error
		if n, err = to.counts(r); err != nil {
			return err
		}
	}
	for range n {
		if err := g.allowance(w, who); err != nil {
			return err
		}
	}
	return nil
}

// mcpQuestions counts the questions in a message of MCP: a client sends many that ask
// nothing, to open a session and to learn what there is.
func mcpQuestions(r *http.Request) (int, error) {
	raw, err := readBody(r)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return mcp.Asks(raw), err
}

// harden sets what every response carries: it is no page but for those that say
// so, and nothing else may frame or sniff it.
func harden(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// response notes what was sent, and gives the client a limited time to take each
// piece of it, so that one that does not read holds nothing up.
type response struct {
	http.ResponseWriter
	limit  time.Duration
	status int
	bytes  int
	wrote  bool
}

// Unwrap lets http.ResponseController through.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *response) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	w.wrote = true
	w.extend()
	n, err := w.ResponseWriter.Write(p)
	w.bytes += n
	return n, err
}

// Flush is there for handlers that look for it.
func (w *response) Flush() {
	w.extend()
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// extend gives the client its time anew. Where there is no connection, in
// tests, there is no deadline either.
func (w *response) extend() {
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.limit))
}
