package slack

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Ops serves what whoever runs the bot wants to know, for a local port:
// /healthz says that the process lives, /readyz that it can take questions
// (connected to Slack with a token that it takes, store still the one that was
// opened, room in the inbox, not ending), /metrics is the given handler; nil
// leaves it out.
func (b *Bot) Ops(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := b.Ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	if metrics != nil {
		mux.Handle("GET /metrics", metrics)
	}
	return mux
}

// Ready returns nil when the bot can take questions, else why it cannot.
func (b *Bot) Ready(ctx context.Context) error {
	if !b.ready.Load() {
		return fmt.Errorf("starting or ending")
	}
	if b.parts.Ready != nil {
		if err := b.parts.Ready(ctx); err != nil {
			return err
		}
	}
	if said := b.denied.Load(); said != nil {
		return fmt.Errorf("the bot's token is not taken by Slack (%s): install the app again and hand over its new token", *said)
	}
	if b.connected.Load() == 0 {
		return fmt.Errorf("not connected to Slack")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	depth, err := b.inbox.Depth(ctx)
	if err != nil {
		return fmt.Errorf("the database does not answer")
	}
	if depth >= b.cfg.Backlog {
		return fmt.Errorf("as many questions wait as may (%d); further ones are turned away", depth)
	}
	return nil
}
