package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	slackgo "github.com/slack-go/slack"
)

// maxRequest is the size of the largest request accepted, in bytes. Slack's
// own are far smaller.
const maxRequest = 1 << 20

// serveHTTP receives signed requests until ctx ends.
func (b *Bot) serveHTTP(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", b.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen for Slack on %s: %w", b.cfg.Listen, err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+b.cfg.Path, b.Events())
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	b.connected.Add(1)
	defer b.connected.Add(-1)
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			server.Close()
		}
	})
	err = server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	stop()
	return fmt.Errorf("receive from Slack: %w", err)
}

// Events is the handler of the one request URL for events, commands and
// interactions. Requests without a good signature are refused before anything
// in them is read.
func (b *Bot) Events() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "only POST", http.StatusMethodNotAllowed)
			return
		}
		b.receiving.Add(1)
		defer b.receiving.Add(-1)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		verifier, err := slackgo.NewSecretsVerifier(r.Header, b.cfg.SigningSecret)
		if err == nil {
			verifier.Write(body)
			err = verifier.Ensure()
		}
		if err != nil {
			b.metrics.delivery(r.Context(), "http", "bad signature", false)
			http.Error(w, "bad signature", http.StatusUnauthorized)
			return
		}
		d, challenge, err := readRequest(r.Header.Get("Content-Type"), body)
		if err != nil {
			http.Error(w, "unreadable", http.StatusBadRequest)
			return
		}
		if challenge != "" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, challenge)
			return
		}
		d.retry, _ = strconv.Atoi(r.Header.Get("X-Slack-Retry-Num"))
		payload, err := b.receive(context.WithoutCancel(r.Context()), d)
		if err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		if payload == nil {
			w.WriteHeader(http.StatusOK)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		json.NewEncoder(w).Encode(payload)
	})
}

// readRequest brings a signed request into the form it has in Socket Mode. A
// challenge is returned for Slack's test of the address.
func readRequest(contentType string, body []byte) (d delivery, challenge string, err error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return delivery{}, "", fmt.Errorf("read a request from Slack: %w", err)
	}
	if media == "application/json" {
		// No more than this is read here: an event with something unexpected
		// inside is for receive to judge.
		var e struct {
			Type      string `json:"type"`
			Challenge string `json:"challenge"`
		}
		if err := json.Unmarshal(body, &e); err != nil {
			return delivery{}, "", fmt.Errorf("read a request from Slack: %w", err)
		}
		if e.Type == "url_verification" {
			return delivery{}, e.Challenge, nil
		}
		return delivery{kind: kindEvent, raw: body}, "", nil
	}
	if media != "application/x-www-form-urlencoded" {
		return delivery{}, "", fmt.Errorf("read a request from Slack: unknown content type %q", media)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return delivery{}, "", fmt.Errorf("read a request from Slack: %w", err)
	}
	if p := form.Get("payload"); p != "" {
		return delivery{kind: kindInteraction, raw: []byte(p)}, "", nil
	}
	flat := map[string]string{}
	for k := range form {
		flat[k] = form.Get(k)
	}
	raw, err := json.Marshal(flat)
	return delivery{kind: kindCommand, raw: raw}, "", err
}
