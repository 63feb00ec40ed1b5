package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
)

// Bot is the Slack app.
type Bot struct {
	cfg      Config
	parts    Parts
	log      *slog.Logger
	api      *slackgo.Client
	inbox    *bot.Inbox
	queue    *bot.Queue
	limit    *bot.UserLimit
	feedback *bot.Feedback
	metrics  *metrics
	poster   *poster

	// self is who we are, from auth.test; set before any event is received.
	self identity

	poke      chan struct{} // the inbox has changed
	sideways  sync.WaitGroup
	side      chan struct{} // bounds side tasks
	notes     chan struct{} // bounds what users are being told
	away      turnedAway
	prompted  promptCache
	connected atomic.Int32
	ready     atomic.Bool
	arrived   atomic.Int64 // Unix nanoseconds of the last question received
	receiving atomic.Int32 // deliveries being looked at
	began     time.Time
	// oldStatus says that the workspace does not know agent sessions.
	oldStatus atomic.Bool
	// denied is what Slack says of our token when it does not take it (any
	// more); nil while it does.
	denied atomic.Pointer[string]
}

type identity struct {
	team, enterprise, user, bot string
}

// New makes a bot. It does not talk to Slack yet.
func New(cfg Config, parts Parts) (*Bot, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if parts.Handler == nil || parts.DB == nil {
		return nil, errors.New("slack: a handler and a database are needed")
	}
	if parts.Log == nil {
		parts.Log = slog.Default()
	}
	m, err := newMetrics(parts.Meter)
	if err != nil {
		return nil, err
	}
	b := &Bot{
		cfg: cfg, parts: parts, log: parts.Log,
		api:      newClient(cfg),
		inbox:    bot.NewInbox(parts.DB, bot.InboxOptions{Backlog: cfg.Backlog, Owner: cfg.Owner, Lease: cfg.Lease}),
		limit:    bot.NewUserLimit(cfg.RatePerMinute, cfg.RateBurst),
		feedback: bot.NewFeedback(parts.DB),
		metrics:  m,
		poke:     make(chan struct{}, 1),
		side:     make(chan struct{}, 64),
		notes:    make(chan struct{}, 1024),
		began:    time.Now(),
	}
	b.poster = newPoster(b.api, cfg.PostInterval, b.log)
	queue := cfg.Queue
	queue.Finished = b.wake
	b.queue = bot.NewQueue(queue, b.work)
	if err := m.observe(parts.Meter, b); err != nil {
		return nil, err
	}
	return b, nil
}

// newClient makes a client that tries everything once: what may be repeated is
// decided where the call is made, because a post repeated after a broken
// connection may appear twice.
func newClient(cfg Config) *slackgo.Client {
	opts := []slackgo.Option{
		slackgo.OptionAppLevelToken(cfg.AppToken),
		slackgo.OptionHTTPClient(&http.Client{Timeout: 30 * time.Second}),
		slackgo.OptionLog(discard{}),
	}
	if cfg.APIURL != "" {
		opts = append(opts, slackgo.OptionAPIURL(cfg.APIURL))
	}
	return slackgo.New(cfg.BotToken, opts...)
}

// discard keeps the library's own log, which knows tokens, quiet.
type discard struct{}

func (discard) Output(int, string) error { return nil }

// Run answers until ctx ends. Then it takes nothing more, gives the questions
// in work the drain time to finish and returns nil. What is unfinished then is
// in the inbox and resumed by the next Run. While another process answers from
// the same inbox, Run waits for it to end; when another one takes the inbox
// over, it returns [ErrTakenOver].
func (b *Bot) Run(ctx context.Context) error {
	if err := b.identify(ctx); err != nil {
		return err
	}
	if !b.claim(ctx) {
		return nil
	}
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	defer b.giveUp()
	go b.holdClaim(ctx, lose)
	resumed, err := b.inbox.Resume(ctx)
	if err != nil {
		return err
	}
	if len(resumed) > 0 {
		b.log.InfoContext(ctx, "resuming unfinished questions", "count", len(resumed))
	}
	for _, e := range resumed {
		b.sidewaysDo("clear working state", func(ctx context.Context) { b.clearStale(ctx, e) })
	}

	work, hurry := context.WithCancelCause(context.WithoutCancel(ctx))
	defer hurry(nil)
	feedCtx, stopFeed := context.WithCancel(ctx)
	defer stopFeed()
	var wg sync.WaitGroup
	wg.Go(func() { b.feed(feedCtx) })
	wg.Go(func() { b.prune(feedCtx) })
	queueDone := make(chan struct{})
	go func() {
		b.queue.Run(feedCtx, work)
		close(queueDone)
	}()
	b.ready.Store(true)
	b.log.InfoContext(ctx, "answering in Slack", "mode", string(b.cfg.Mode), "team", b.self.team, "user", b.self.user)

	var runErr error
	if b.cfg.Mode == ModeHTTP {
		runErr = b.serveHTTP(ctx)
	} else {
		runErr = b.serveSocket(ctx)
	}
	b.ready.Store(false)
	stopFeed()
	b.log.Info("finishing the questions in work", "drain", b.cfg.Drain)
	select {
	case <-queueDone:
	case <-time.After(b.cfg.Drain):
		hurry(bot.ErrShutdown)
		select {
		case <-queueDone:
		case <-time.After(10 * time.Second):
			b.log.Warn("left questions unfinished; they are resumed at the next start")
		}
	}
	wg.Wait()
	waitAtMost(&b.sideways, 5*time.Second)
	if cause := context.Cause(ctx); errors.Is(cause, ErrTakenOver) {
		return cause
	}
	if ctx.Err() != nil {
		return nil
	}
	return runErr
}

// identify asks Slack who we are. It waits as long as Slack cannot be reached
// and fails when Slack says that the token is no good.
func (b *Bot) identify(ctx context.Context) error {
	pause := b.cfg.RetryPause
	for {
		r, err := b.api.AuthTestContext(ctx)
		if err == nil {
			b.self = identity{team: r.TeamID, enterprise: r.EnterpriseID, user: r.UserID, bot: r.BotID}
			return nil
		}
		var said slackgo.SlackErrorResponse
		if errors.As(err, &said) && !transient(said.Err) {
			return fmt.Errorf("slack does not accept the bot token (%s): reinstall the app and copy the token that begins with xoxb- again", said.Err)
		}
		if ctx.Err() != nil {
			return nil
		}
		var limited *slackgo.RateLimitedError
		if errors.As(err, &limited) {
			pause = max(pause, limited.RetryAfter)
		}
		b.log.WarnContext(ctx, "Slack cannot be reached; trying again", "error", err, "pause", pause)
		if !sleep(ctx, pause) {
			return nil
		}
		pause = min(2*pause, time.Minute)
	}
}

// sidewaysDo runs something that no question waits for. When too much of it is
// under way already it is left out: all of it is courtesy.
func (b *Bot) sidewaysDo(what string, f func(ctx context.Context)) {
	select {
	case b.side <- struct{}{}:
	default:
		b.log.Warn("too busy for a side task", "task", what)
		return
	}
	b.sideways.Go(func() {
		defer func() { <-b.side }()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		f(ctx)
	})
}

// prune forgets what is old, every ten minutes.
func (b *Bot) prune(ctx context.Context) {
	for {
		for _, f := range []func() error{
			func() error { return b.inbox.Prune(ctx, 24*time.Hour, b.cfg.KeepThreads) },
			func() error { return b.parts.Handler.Memory().Prune(ctx) },
			func() error { return b.parts.Handler.Answers().Prune(ctx, b.cfg.KeepAnswers) },
			func() error { return b.feedback.Prune(ctx, b.cfg.KeepFeedback) },
		} {
			if err := f(); err != nil && ctx.Err() == nil {
				b.log.WarnContext(ctx, "could not tidy up", "error", err)
			}
		}
		if !sleep(ctx, 10*time.Minute) {
			return
		}
	}
}

// sleep waits and reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func waitAtMost(wg *sync.WaitGroup, d time.Duration) {
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(d):
	}
}
