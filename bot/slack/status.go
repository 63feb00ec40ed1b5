package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/rag"
)

// showWork shows in a thread that the bot is at work, until settle is called.
// The answer does not wait for the courtesy. The state must be cleared before
// the entry is done: a process killed in between finds it again.
func (b *Bot) showWork(ctx context.Context, j job) (settle func()) {
	if j.ephemeral() || j.Task != "" {
		return func() {}
	}
	var shown sync.WaitGroup
	shown.Go(func() { b.setStatus(ctx, j, true) })
	return sync.OnceFunc(func() {
		shown.Wait()
		b.setStatus(ctx, j, false)
	})
}

// progress shows in a channel how far a slow answer is: there, a stream would be
// live for one reader only.
type progress struct {
	b         *Bot
	ctx       context.Context // of the books: not cancelled with the work
	j         job
	sentences atomic.Int32
	quit      chan struct{}
	done      chan struct{}
}

func (b *Bot) showProgress(ctx context.Context, j job) *progress {
	p := &progress{b: b, ctx: ctx, j: j, quit: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

// sentence counts a sentence that has been verified.
func (p *progress) sentence(rag.Sentence) error {
	p.sentences.Add(1)
	return nil
}

func (p *progress) run() {
	defer close(p.done)
	w := wordsFor(p.b.cfg.Language)
	began := time.Now()
	shown := false
	for tick := time.NewTicker(p.b.cfg.StepInterval); ; {
		select {
		case <-p.quit:
			tick.Stop()
			if shown {
				p.show("")
			}
			return
		case <-tick.C:
			text := fmt.Sprintf(w.stillSearching, int(time.Since(began).Seconds()))
			if n := p.sentences.Load(); n > 0 {
				text = fmt.Sprintf(w.stillChecking, n, int(time.Since(began).Seconds()))
			}
			shown = p.show(text) || shown
		}
	}
}

func (p *progress) show(text string) bool {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	err := p.b.api.SetAssistantThreadsStatusContext(ctx, slackgo.AssistantThreadsSetStatusParameters{ChannelID: p.j.Channel, ThreadTS: p.j.Root, Status: text})
	if err != nil {
		p.b.log.DebugContext(p.ctx, "the progress could not be shown", "error", err)
	}
	return err == nil
}

// stop ends the showing and clears what is shown.
func (p *progress) stop() {
	close(p.quit)
	<-p.done
}

// setStatus shows or clears that the bot is at work on a thread. It is a
// courtesy: when it fails, nothing else does. Clearing is tried again, because
// a state that sticks is worse than none.
func (b *Bot) setStatus(ctx context.Context, j job, working bool) {
	err := b.setStatusOnce(ctx, j, working)
	if err == nil {
		return
	}
	b.log.DebugContext(ctx, "the working state could not be set", "error", err)
	if working || certain(err) && !isRateLimit(err) {
		return
	}
	b.sidewaysDo("clear working state", func(ctx context.Context) {
		for pause := b.cfg.RetryPause; ; pause *= 2 {
			var limited *slackgo.RateLimitedError
			if errors.As(err, &limited) {
				pause = max(pause, limited.RetryAfter)
			}
			if !sleep(ctx, pause) {
				b.log.WarnContext(ctx, "the working state could not be cleared", "error", err)
				return
			}
			if err = b.setStatusOnce(ctx, j, false); err == nil {
				return
			}
		}
	})
}

func isRateLimit(err error) bool {
	var limited *slackgo.RateLimitedError
	return errors.As(err, &limited)
}

func (b *Bot) setStatusOnce(ctx context.Context, j job, working bool) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if !b.oldStatus.Load() {
		status := slackgo.AgentSessionStatusActive
		if working {
			status = slackgo.AgentSessionStatusProcessing
		}
		_, err := b.api.SetAgentSessionStatusContext(ctx, slackgo.AgentSessionSetStatusParameters{
			Status: status, ChannelID: j.Channel, ThreadTS: j.Root, InitiatorUserID: j.User,
		})
		var said slackgo.SlackErrorResponse
		if err == nil || !errors.As(err, &said) {
			return err
		}
		if said.Err == "unknown_method" {
			b.oldStatus.Store(true)
		}
	}
	status := ""
	if working {
		status = wordsFor(b.cfg.Language).working
	}
	return b.api.SetAssistantThreadsStatusContext(ctx, slackgo.AssistantThreadsSetStatusParameters{
		ChannelID: j.Channel, ThreadTS: j.Root, Status: status,
	})
}

// clearStale clears the working state that a killed process left behind.
func (b *Bot) clearStale(ctx context.Context, e bot.Entry) {
	var j job
	if json.Unmarshal(e.Payload, &j) == nil && !j.ephemeral() {
		b.setStatus(ctx, j, false)
	}
}
