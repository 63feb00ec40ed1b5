package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot/web"
)

// drainTime is how long running requests may take to end after Ctrl-C.
const drainTime = 20 * time.Second

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer over HTTP, as a local JSON API",
		Long: `Serves a JSON API: POST /v1/ask, GET /v1/search, GET /v1/status, and for
operation /healthz, /readyz and /metrics (Prometheus). It listens on this machine
only unless told otherwise; it asks for no password, so put a proxy that does in
front of it before opening it to others. Ctrl-C or SIGTERM lets running requests
finish first.`,
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
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", listen, err)
	}
	server := &http.Server{
		Handler:           web.New(web.Options{Chain: p.chain, Status: p.status, Problems: p.problems, Logger: a.log}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
	}
	a.note("zhiwen: serving on http://%s (Ctrl-C ends it)", listener.Addr())
	go p.follow(ctx, a.log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("end the running requests: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	a.note("zhiwen: all requests are finished")
	return nil
}
