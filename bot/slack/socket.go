package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// serveSocket holds the WebSockets until ctx ends, or until Slack says for all
// of them that the app token is no good.
func (b *Bot) serveSocket(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for n := range b.cfg.Connections {
		wg.Go(func() {
			// Apart in time, so that Slack does not replace both at once.
			if n > 0 && !sleep(ctx, time.Duration(n)*200*time.Millisecond) {
				return
			}
			if err := b.holdSocket(ctx); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// holdSocket keeps one connection, with a fresh client whenever the library
// gives up or has waited longer than a minute between tries.
func (b *Bot) holdSocket(ctx context.Context) error {
	pause := time.Second
	for ctx.Err() == nil {
		began := time.Now()
		err := b.runSocket(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var code slackgo.StatusCodeError
		if err != nil && (fatalAuth(err.Error()) || errors.As(err, &code) && code.Code == 404) {
			return fmt.Errorf("slack does not accept the app token (%s): create a new one with the scope connections:write, it begins with xapp-", err)
		}
		if time.Since(began) > time.Minute {
			pause = time.Second
		}
		b.log.WarnContext(ctx, "connection to Slack ended; opening another", "error", err, "pause", pause)
		sleep(ctx, pause)
		pause = min(2*pause, 30*time.Second)
	}
	return nil
}

func fatalAuth(said string) bool {
	switch said {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type", "missing_scope":
		return true
	}
	return false
}

func (b *Bot) runSocket(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := socketmode.New(b.api, socketmode.OptionLog(discard{}))
	up := false
	down := func() {
		if up {
			up = false
			b.connected.Add(-1)
		}
	}
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	// So many may wait for the database; the channel itself must never fill up,
	// because the library then stops answering pings.
	slots := make(chan struct{}, 512)
	for {
		select {
		case err := <-done:
			down()
			return err
		case evt := <-client.Events:
			switch evt.Type {
			case socketmode.EventTypeHello:
				if !up {
					up = true
					b.connected.Add(1)
				}
			case socketmode.EventTypeConnecting:
				down()
			case socketmode.EventTypeConnectionError:
				if e, ok := evt.Data.(*slackgo.ConnectionErrorEvent); ok {
					b.log.WarnContext(ctx, "Slack cannot be reached", "error", e.ErrorObj, "pause", e.Backoff)
					if e.Backoff > time.Minute && ctx.Err() == nil {
						cancel() // start over rather than wait for five minutes
					}
				}
			case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
				slots <- struct{}{}
				b.receiving.Add(1)
				go func() {
					defer func() {
						b.receiving.Add(-1)
						<-slots
					}()
					b.receiveEnvelope(ctx, client, *evt.Request)
				}()
			case socketmode.EventTypeErrorBadMessage:
				// The library could not read it and would leave it unacknowledged.
				bad, ok := evt.Data.(*socketmode.ErrorBadMessage)
				var req socketmode.Request
				if !ok || json.Unmarshal(bad.Message, &req) != nil || req.EnvelopeID == "" {
					b.log.WarnContext(ctx, "Slack sent something unreadable")
					continue
				}
				slots <- struct{}{}
				b.receiving.Add(1)
				go func() {
					defer func() {
						b.receiving.Add(-1)
						<-slots
					}()
					b.receiveEnvelope(ctx, client, req)
				}()
			}
		}
	}
}

func (b *Bot) receiveEnvelope(ctx context.Context, client *socketmode.Client, req socketmode.Request) {
	// Storing must not be cut short by the end of a connection.
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	payload, err := b.receive(storing, delivery{kind: kind(req.Type), raw: req.Payload, retry: req.RetryAttempt})
	if err != nil {
		return // not acknowledged: it comes again
	}
	if !req.AcceptsResponsePayload {
		payload = nil
	}
	if err := client.AckCtx(storing, req.EnvelopeID, payload); err != nil && !strings.Contains(err.Error(), "context") {
		b.log.WarnContext(ctx, "a delivery could not be acknowledged", "error", err)
	}
}
