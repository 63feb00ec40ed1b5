package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"golang.org/x/net/netutil"

	"zhiwen/bot"
	"zhiwen/bot/web"
	"zhiwen/config"
)

const (
	// drainTime is how long running requests may take to end after Ctrl-C.
	drainTime = 20 * time.Second
	// maxConnections bounds the clients, however slow, that are connected.
	maxConnections = 1024
)

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer over HTTP: a page for people, APIs for programs",
		Long: `Serves a page to ask on, and for programs a JSON API (/v1/ask, /v1/search, …), an
OpenAI-compatible one (/v1/chat/completions), retrieval for Dify (/retrieval) and
MCP (/mcp); /openapi.json describes them. For operation there are /healthz,
/readyz and /metrics (Prometheus).

It listens on this machine only unless told otherwise. On any other address every
request needs a key, made by 'zhiwen keys add NAME'. It speaks plain HTTP; put a
proxy with TLS in front of it before opening it to a network you do not trust.

While it runs it follows what the setting 'sources' names, see docs/sources.md.

Ctrl-C or SIGTERM lets running requests finish first. SIGHUP reads the settings
again: log.level, sources, and serve.public_url, allow_hosts, allow_origins and
rate_per_minute change at once, the others at the next start; those that were
changed and wait for it are named. Settings with a mistake change nothing, which
is said.`,
		Example: `  zhiwen serve
  zhiwen serve --listen 127.0.0.1:9000
  curl -s localhost:8480/v1/ask -d '{"question": "2021年签约了多少项目"}'
  curl -N localhost:8480/v1/ask -H 'Accept: text/event-stream' -d '{"question": "谁致辞"}'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "", "`address` to listen on (default 127.0.0.1:8480)")
	return cmd
}

func (a *app) serve(ctx context.Context, listen string) error {
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	if listen == "" {
		listen = a.cfg.Serve.Listen
	}
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return usage("%q is no address to listen on; write it like 127.0.0.1:8480", listen)
	}
	folder, err := a.bots(ctx, p, readOnly)
	if err != nil {
		return err
	}
	keys := bot.NewKeys(folder.DB())
	requireKey, err := a.requireKey(ctx, listen, keys)
	if err != nil {
		return err
	}
	watch, err := newWatch(a.cfg.Store.Dir, p.store)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", listen, err)
	}
	handler := web.New(web.Options{
		Chain: p.chain, Library: p.store, Status: p.status, Problems: p.problems,
		Keys: keys, RequireKey: requireKey, AtOnce: a.cfg.Serve.AtOnce,
		MCP:   a.mcpHandler(p),
		Ready: watch.ready, Metrics: []prometheus.Collector{watch, newFreshnessMetrics(folder.DB(), &a.sources)},
		Logger: a.log, Settings: webSettings(a.cfg.Serve),
	})
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), // clients that break off
	}
	a.note("zhiwen: serving on http://%s (Ctrl-C ends it)", listener.Addr())
	go p.follow(ctx, a.log)
	followed := a.startFollowing(ctx, p.embedder)
	defer followed.stop()
	defer a.reloadOnHangup(serveWaits, func(cfg config.Config) string {
		handler.Reload(webSettings(cfg.Serve))
		return followed.change(cfg.Sources)
	})()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(listener, maxConnections)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		server.Close()
		return fmt.Errorf("end the running requests: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	a.note("zhiwen: all requests are finished")
	return nil
}

// requireKey says whether requests need a key, and refuses to open an address
// to others while there is none.
func (a *app) requireKey(ctx context.Context, listen string, keys *bot.Keys) (bool, error) {
	if !a.cfg.Serve.RequireKey && isLoopback(listen) {
		return false, nil
	}
	list, err := keys.List(ctx)
	if err != nil {
		return true, err
	}
	if len(list) == 0 {
		return true, usage("everybody who asks on %s needs a key, and there is none yet; make one with: zhiwen keys add NAME", listen)
	}
	return true, nil
}

// isLoopback tells whether only this machine reaches an address.
func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost"
}

// publicURL is the address that links begin with, "" for none.
func publicURL(c config.Serve) string { return strings.TrimRight(c.PublicURL, "/") }

func webSettings(c config.Serve) web.Settings {
	return web.Settings{PublicURL: c.PublicURL, AllowHosts: c.AllowHosts, AllowOrigins: c.AllowOrigins, RatePerMinute: c.RatePerMinute}
}

// serveWaits tells which settings the server goes by as they were when it started.
func serveWaits(name string) bool {
	switch name {
	case "serve.public_url", "serve.allow_hosts", "serve.allow_origins", "serve.rate_per_minute": // [web.Settings]
		return false
	}
	return !live(name) && !strings.HasPrefix(name, "slack.")
}
