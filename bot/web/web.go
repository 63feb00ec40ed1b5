package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhiwen/bot/api"
)

// Defaults of the zero fields of [Options] and [Settings].
const (
	defaultAtOnce     = 64
	defaultWriteLimit = 20 * time.Second
	defaultRate       = 120
)

const (
	maxBody    = 4 << 20         // bytes of a request: a question with its history
	checkLimit = 5 * time.Second // for /readyz and /v1/status
)

// KeyFinder knows the keys that may be used: a bot.Keys.
type KeyFinder interface {
	// Find returns the name of a key, or false for one that is not valid.
	Find(ctx context.Context, key string) (name string, ok bool, err error)
}

// Options of [New]. Chain, Library and Status are required.
type Options struct {
	Chain   api.Chain
	Library api.Library
	Status  func(context.Context) (api.Status, error)
	// Keys are the keys that are known; nil: none.
	Keys KeyFinder
	// RequireKey asks everybody for a key.
	RequireKey bool
	// Ready says why the server should get no requests now; nil: it always may.
	Ready func(context.Context) error
	// Problems say what keeps the collection from being whole. Nil: nothing.
	Problems func() []string
	// MCP makes what is served at /mcp; nil: nothing is. The chain that it gets
	// is bounded like the rest of the server.
	MCP func(api.Chain) http.Handler
	// AtOnce is how many questions may be worked on at the same time; more
	// are turned away with status 503. 0 means 64.
	AtOnce int
	// Metrics collect what goes on behind the chain; nil: nothing.
	Metrics []prometheus.Collector
	// Logger gets a line for each request at info, and every failure. Nil: silent.
	Logger *slog.Logger
	// WriteLimit is how long a client may take to read what has been written;
	// 0 means 20 seconds.
	WriteLimit time.Duration
	Settings   Settings
}

// Settings can be changed while the server runs, by [Server.Reload].
type Settings struct {
	// PublicURL is the address that links to this server begin with; empty
	// means the one that a request came by.
	PublicURL string
	// AllowHosts are the names that requests may be addressed to, besides IP
	// addresses, localhost and the name in PublicURL.
	AllowHosts []string
	// AllowOrigins are the origins ("https://app.example") whose pages may ask.
	AllowOrigins []string
	// RatePerMinute is how many questions a key, or without keys an address,
	// may ask in a minute; 0 means 120, below 0 as many as it likes.
	RatePerMinute int
}

// Server answers HTTP requests.
type Server struct {
	Options
	gate    *api.Gate
	mcp     http.Handler
	metrics *metrics
	guard   atomic.Pointer[guard]
	routes  []route
	openAPI []byte
	handler http.Handler
}

// New returns the server's handler.
func New(o Options) *Server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Problems == nil {
		o.Problems = func() []string { return nil }
	}
	if o.WriteLimit == 0 {
		o.WriteLimit = defaultWriteLimit
	}
	if o.AtOnce == 0 {
		o.AtOnce = defaultAtOnce
	}
	s := &Server{Options: o, gate: api.NewGate(o.Chain, o.AtOnce)}
	s.metrics = newMetrics(s.gate, o.Problems, o.Metrics)
	if o.MCP != nil {
		s.mcp = o.MCP(s.gate)
	}
	s.routes = s.table()
	s.openAPI = describe(s.routes)
	s.handler = s.dispatch()
	s.Reload(o.Settings)
	return s
}

// Reload puts new settings in place for the requests from now on.
func (s *Server) Reload(settings Settings) {
	settings.PublicURL = strings.TrimRight(settings.PublicURL, "/")
	s.guard.Store(newGuard(settings))
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// ready tells whether the server should get requests.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			s.Logger.Warn("not ready", "error", err)
			return &httpError{status: http.StatusServiceUnavailable, err: err}
		}
	}
	if _, err := s.gate.Search(ctx, "就绪", 1); err != nil {
		s.Logger.Warn("not ready", "error", err)
		if !errors.Is(err, api.ErrBusy) {
			err = errors.New("the store cannot be searched; the log says why")
		}
		return &httpError{status: http.StatusServiceUnavailable, err: err}
	}
	// What is there can be answered from, so that this is no failure.
	if problems := s.Problems(); len(problems) > 0 {
		return text(w, "degraded\n"+strings.Join(problems, "\n")+"\n")
	}
	return text(w, "ok\n")
}

func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) error { return text(w, "ok\n") }

func (s *Server) status(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	doc, err := s.Status(ctx)
	if err != nil {
		return err
	}
	return send(w, http.StatusOK, doc)
}
