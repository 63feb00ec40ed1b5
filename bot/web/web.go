package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

const (
	maxBody    = 4 << 20 // bytes of a request: a question with its history
	defaultK   = 10
	maxK       = 100
	maxAtOnce  = 64              // requests worked on when Options.AtOnce is 0
	checkLimit = 5 * time.Second // for /readyz and /v1/status
)

// Options of New. Chain and Status are required.
type Options struct {
	Chain  api.Chain
	Status func(context.Context) (api.Status, error)
	// Problems say what keeps the collection from being whole. Nil: nothing.
	Problems func() []string
	// Logger is told of every question that failed. Nil: silent.
	Logger *slog.Logger
	// AtOnce is how many questions may be worked on at the same time; more
	// are turned away with status 503. 0 means 64.
	AtOnce int
}

type server struct {
	Options
	slots   chan struct{}
	metrics *metrics
}

// New returns the API's handler.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Problems == nil {
		o.Problems = func() []string { return nil }
	}
	if o.AtOnce == 0 {
		o.AtOnce = maxAtOnce
	}
	s := &server{Options: o, slots: make(chan struct{}, o.AtOnce), metrics: newMetrics(o.Problems)}
	mux := http.NewServeMux()
	mux.Handle("POST /v1/ask", s.limited("ask", s.ask))
	mux.Handle("GET /v1/search", s.limited("search", s.search))
	mux.Handle("GET /v1/status", s.counted("status", s.status))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, fmt.Errorf("there is no %s %s; see POST /v1/ask, GET /v1/search and GET /v1/status", r.Method, r.URL.Path))
	})
	// A web page of another origin must not be able to ask on its visitor's
	// behalf.
	return http.NewCrossOriginProtection().Handler(mux)
}

// handler answers a request or returns the status and error to send.
type handler func(w http.ResponseWriter, r *http.Request) (int, error)

func (s *server) counted(route string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		code, err := h(w, r)
		if err != nil {
			fail(w, code, err)
		}
		s.metrics.request(route, code, time.Since(start))
	})
}

func (s *server) limited(route string, h handler) http.Handler {
	return s.counted(route, func(w http.ResponseWriter, r *http.Request) (int, error) {
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
			return h(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			return http.StatusServiceUnavailable, errors.New("too many questions at once; try again in a moment")
		}
	})
}

func (s *server) ask(w http.ResponseWriter, r *http.Request) (int, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, fmt.Errorf("the request is larger than %d bytes; shorten the history", maxBody)
	case err != nil:
		return http.StatusBadRequest, fmt.Errorf("read the request: %w", err)
	}
	req, err := api.ParseRequest(raw)
	if err != nil {
		return http.StatusBadRequest, err
	}
	if wantsEvents(r) {
		return s.stream(w, r, req)
	}
	doc, err := api.Ask(r.Context(), s.Chain, req, rag.AnswerOptions{Explain: r.URL.Query().Get("explain") == "1"})
	if err != nil {
		return s.failed(r, err)
	}
	s.metrics.answer(doc.Answer)
	return send(w, http.StatusOK, doc), nil
}

// stream sends sentences as they are verified. After the first byte an error
// can only be an event.
func (s *server) stream(w http.ResponseWriter, r *http.Request, req api.Request) (int, error) {
	out := http.NewResponseController(w)
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would hold the sentences back
	event := func(name string, doc any) error {
		data, err := json.Marshal(doc)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data); err != nil {
			return err
		}
		return out.Flush()
	}
	doc, err := api.Ask(r.Context(), s.Chain, req, rag.AnswerOptions{
		OnSentence: func(s rag.Sentence) error {
			return event("sentence", sentence{Text: s.Lead + s.Text, Citations: s.Citations})
		},
	})
	if err != nil {
		code, err := s.failed(r, err)
		_ = event("error", failure{err.Error()}) // the client may be gone
		return code, nil
	}
	s.metrics.answer(doc.Answer)
	_ = event("answer", doc)
	return http.StatusOK, nil
}

func (s *server) search(w http.ResponseWriter, r *http.Request) (int, error) {
	query := r.URL.Query()
	text, err := api.CleanQuestion(query.Get("q"))
	if err != nil {
		return http.StatusBadRequest, fmt.Errorf("parameter q: %w", err)
	}
	k := defaultK
	if raw := query.Get("k"); raw != "" {
		if k, err = strconv.Atoi(raw); err != nil || k < 1 || k > maxK {
			return http.StatusBadRequest, fmt.Errorf("parameter k must be a number between 1 and %d", maxK)
		}
	}
	doc, err := api.Find(r.Context(), s.Chain, api.Request{Question: text}, k)
	if err != nil {
		return s.failed(r, err)
	}
	return send(w, http.StatusOK, doc), nil
}

func (s *server) status(w http.ResponseWriter, r *http.Request) (int, error) {
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	doc, err := s.Status(ctx)
	if err != nil {
		return s.failed(r, err)
	}
	return send(w, http.StatusOK, doc), nil
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	if _, err := s.Chain.Search(ctx, "就绪", 1); err != nil {
		s.Logger.Warn("not ready", "error", err)
		fail(w, http.StatusServiceUnavailable, errors.New("the store cannot be searched; see the log"))
		return
	}
	// What is there can be answered from, so that this is no failure.
	if problems := s.Problems(); len(problems) > 0 {
		fmt.Fprintf(w, "degraded\n%s\n", strings.Join(problems, "\n"))
		return
	}
	fmt.Fprintln(w, "ok")
}

// failed logs an error of ours and returns what the client may know of it.
func (s *server) failed(r *http.Request, err error) (int, error) {
	if r.Context().Err() != nil {
		return 499, errors.New("the client has gone") // nginx's status for it
	}
	s.Logger.Error("question failed", "path", r.URL.Path, "error", err)
	return http.StatusInternalServerError, errors.New("the question could not be answered; the log says why")
}

// wantsEvents says whether the client asked for server-sent events.
func wantsEvents(r *http.Request) bool {
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(accepted); err == nil && kind == "text/event-stream" {
			return true
		}
	}
	return false
}

// sentence is a verified sentence with the citations it is the first to use.
type sentence struct {
	Text      string         `json:"text"`
	Citations []rag.Citation `json:"citations,omitempty"`
}

type failure struct {
	Error string `json:"error"`
}

func fail(w http.ResponseWriter, code int, err error) { send(w, code, failure{err.Error()}) }

func send(w http.ResponseWriter, code int, doc any) int {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_ = api.Write(w, doc) // a client that has gone is no error of ours
	return code
}
