package slack

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/rag"
)

// work answers one inbox entry. It is called by the queue.
func (b *Bot) work(ctx context.Context, it bot.Item) {
	// The books are kept even when the work is cancelled.
	books := context.WithoutCancel(ctx)
	e, ok, err := b.inbox.Start(books, it.Key)
	if err != nil {
		b.log.ErrorContext(ctx, "a question could not be taken from the inbox", "question", it.Key, "error", err)
		return
	}
	if !ok {
		return // withdrawn meanwhile
	}
	var j job
	if err := json.Unmarshal(e.Payload, &j); err != nil {
		b.log.ErrorContext(ctx, "an inbox entry is unreadable", "question", it.Key, "error", err)
		b.finish(books, e, "", "unreadable", bot.Reply{}, time.Now(), 0)
		return
	}
	began := time.Now()
	settle := func() {}
	if !j.ephemeral() {
		// The answer does not wait for the courtesy. The state is cleared before
		// the entry is done: a process killed in between finds it again.
		var shown sync.WaitGroup
		shown.Go(func() { b.setStatus(books, j, true) })
		settle = sync.OnceFunc(func() {
			shown.Wait()
			b.setStatus(books, j, false)
		})
		defer settle()
	}
	ts, outcome, reply, retries, err := b.answer(ctx, e, j)
	switch {
	case err == nil:
		if ts != "" {
			b.denied.Store(nil)
		}
		settle()
		b.finish(books, e, ts, outcome, reply, began, retries)
	case errors.Is(err, bot.ErrShutdown):
		if err := b.inbox.Release(books, e.Key); err != nil {
			b.log.ErrorContext(ctx, "a question could not be put back", "question", e.Key, "error", err)
		}
	case denial(err) != "":
		// The answer waits, however long, until there is a token again.
		said := denial(err)
		b.denied.Store(&said)
		b.log.ErrorContext(ctx, "Slack does not take the bot's token; answers wait until it does", "question", e.Key, "error", err)
		time.AfterFunc(30*b.cfg.RetryPause, func() {
			if err := b.inbox.Release(books, e.Key); err == nil {
				b.wake()
			}
		})
	case certain(err) || e.Attempts >= b.cfg.Attempts+4:
		b.log.ErrorContext(ctx, "an answer could not be delivered", "question", e.Key, "error", err)
		settle()
		b.finish(books, e, ts, "undelivered", reply, began, retries)
	default:
		b.log.WarnContext(ctx, "an answer is not delivered yet; trying again later", "question", e.Key, "error", err)
		time.AfterFunc(30*b.cfg.RetryPause, func() {
			if err := b.inbox.Requeue(books, e.Key); err == nil {
				b.wake()
			}
		})
	}
}

// answer makes the reply, unless an earlier attempt has settled it, and
// delivers it.
func (b *Bot) answer(ctx context.Context, e bot.Entry, j job) (ts, outcome string, reply bot.Reply, retries int, err error) {
	books := context.WithoutCancel(ctx)
	if cause := context.Cause(ctx); errors.Is(cause, errDeleted) || errors.Is(cause, bot.ErrStopped) {
		return "", outcomeOf(cause), bot.Reply{}, 0, nil
	}
	var have posted
	if e.Attempts > 1 && !j.ephemeral() {
		// A former attempt may have got anywhere.
		if have, err = b.tidy(ctx, e, j); err != nil {
			return "", "", bot.Reply{}, 0, err
		}
	}
	if e.Reply != nil {
		if err := json.Unmarshal(e.Reply, &reply); err != nil {
			return "", "", bot.Reply{}, 0, err
		}
		ts, retries, err = b.deliver(books, e, j, reply, have)
		return ts, outcomeFor(reply), reply, retries, err
	}
	var s *stream
	var onSentence bot.OnSentence
	if j.DM && !j.ephemeral() {
		s = b.newStream(books, e.Key, j)
		onSentence = s.sentence
	}
	if e.Attempts > b.cfg.Attempts {
		reply = b.apology(e.Text, true)
	} else {
		reply, err = b.parts.Handler.Handle(ctx, bot.Request{
			ID: e.Key, Surface: e.Surface, Thread: e.Thread, User: e.User, Text: e.Text, Asked: e.Asked,
		}, onSentence)
		cause := context.Cause(ctx)
		switch {
		case err == nil:
		case cause != nil:
			if s != nil {
				s.abandon(cause, wordsFor(bot.LanguageOf(e.Text, b.cfg.Language)))
			}
			if errors.Is(cause, errDeleted) || errors.Is(cause, bot.ErrStopped) {
				return "", outcomeOf(cause), bot.Reply{}, 0, nil
			}
			return "", "", bot.Reply{}, 0, bot.ErrShutdown
		default:
			b.log.ErrorContext(ctx, "a question could not be answered", "question", e.Key, "error", err)
			reply = b.apology(e.Text, false)
		}
	}
	if e.Surface == surfaceFollowUp && reply.Answer.Refused && b.policy(j.Channel) == PolicyQuestions {
		return "", "silent", reply, 0, nil // nobody had asked us
	}
	settled, err := json.Marshal(reply)
	if err != nil {
		return "", "", reply, 0, err
	}
	if err := b.inbox.Posting(books, e.Key, settled); err != nil {
		return "", "", reply, 0, err
	}
	// From here on the answer is out: stop and delete come too late.
	if s != nil {
		ts, retries, err = s.finish(books, reply)
	} else {
		ts, retries, err = b.deliver(books, e, j, reply, have)
	}
	return ts, outcomeFor(reply), reply, retries, err
}

func (b *Bot) deliver(ctx context.Context, e bot.Entry, j job, reply bot.Reply, have posted) (string, int, error) {
	if j.ephemeral() {
		return b.whisperParts(ctx, j, e.Key, e.Received, render(reply, renderOptions{Links: b.cfg.Links, Feedback: true, Share: !j.DM && !reply.Answer.Refused && reply.Answer.ID != ""}))
	}
	return b.postParts(ctx, j, e.Key, render(reply, renderOptions{Links: b.cfg.Links, Feedback: true}), have)
}

// tidy looks at what a former attempt left in the thread, and removes the
// streams that it did not end.
func (b *Bot) tidy(ctx context.Context, e bot.Entry, j job) (posted, error) {
	var have posted
	pause := b.cfg.RetryPause
	for try := 0; ; try++ {
		var err error
		if have, err = b.find(ctx, j, e.Key); err == nil {
			break
		}
		if certain(err) {
			// A missing scope, or the thread is gone. To be killed between
			// posting and noting it takes much bad luck: answer.
			b.log.WarnContext(ctx, "the thread cannot be read; assuming that nothing was posted", "question", e.Key, "error", err)
			have = posted{}
			break
		}
		if try >= 5 || !sleep(ctx, pause) {
			return have, err
		}
		pause *= 2
	}
	finished := map[string]bool{}
	for _, ts := range have.parts {
		finished[ts] = true
	}
	strays := have.strays
	if !j.DM {
		strays = nil // nothing is streamed there
	}
	if e.Stream != "" && !finished[e.Stream] {
		strays = append(strays, e.Stream)
	}
	for _, ts := range strays {
		b.discard(ctx, j.Channel, ts)
	}
	if err := b.inbox.Streaming(context.WithoutCancel(ctx), e.Key, ""); err != nil {
		return have, err
	}
	return have, nil
}

// discard removes a message that was never finished.
func (b *Bot) discard(ctx context.Context, channel, ts string) {
	_, _, _ = b.poster.send(ctx, channel, slackgo.MsgOptionStopStream(ts))
	if _, _, err := b.poster.send(ctx, channel, slackgo.MsgOptionDelete(ts)); err != nil {
		var said slackgo.SlackErrorResponse
		if !errors.As(err, &said) || said.Err != "message_not_found" {
			b.log.WarnContext(ctx, "an unfinished message could not be removed", "error", err)
		}
	}
}

// finish closes the books on an entry and says how it went.
func (b *Bot) finish(ctx context.Context, e bot.Entry, ts, outcome string, reply bot.Reply, began time.Time, retries int) {
	if err := b.inbox.Done(ctx, e.Key, ts, outcome); err != nil {
		b.log.ErrorContext(ctx, "an answered question could not be marked", "question", e.Key, "error", err)
	}
	queued, took := began.Sub(e.Received), time.Since(began)
	b.metrics.question(ctx, e.Surface, outcome, queued, took, retries)
	b.log.InfoContext(ctx, "question", "question", e.Key, "surface", e.Surface, "outcome", outcome,
		"queue_ms", queued.Milliseconds(), "answer_ms", took.Milliseconds(),
		"refused", reply.Answer.Refused, "reason", string(reply.Answer.Reason), "retries", retries,
		"attempt", e.Attempts, "answer", reply.Answer.ID, "answerer", reply.Answer.Answerer)
}

// apology is the reply when there is none.
func (b *Bot) apology(question string, gaveUp bool) bot.Reply {
	lang := bot.LanguageOf(question, b.cfg.Language)
	w := wordsFor(lang)
	text := w.failed
	if gaveUp {
		text = w.gaveUp
	}
	return bot.Reply{Language: lang, Failed: true, Answer: rag.Answer{Question: question, Text: text}}
}

func outcomeFor(r bot.Reply) string {
	switch {
	case r.Failed:
		return "failed"
	case r.TooSlow:
		return "too slow"
	case r.Answer.Refused:
		return "refused"
	}
	return "answered"
}

func outcomeOf(cause error) string {
	if errors.Is(cause, errDeleted) {
		return "deleted"
	}
	return "stopped"
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
