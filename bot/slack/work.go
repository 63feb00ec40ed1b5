package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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
	settle := b.showWork(books, j)
	defer settle()
	ts, outcome, reply, retries, err := b.answer(ctx, e, j)
	switch {
	case err == nil:
		if ts != "" {
			b.denied.Store(nil)
		}
		settle()
		b.finish(books, e, ts, outcome, reply, began, retries)
	case errors.Is(err, bot.ErrShutdown), errors.Is(err, errEdited):
		if err := b.inbox.Release(books, e.Key); err != nil {
			b.log.ErrorContext(ctx, "a question could not be put back", "question", e.Key, "error", err)
		}
		b.wake()
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
		b.finish(books, e, ts, b.undelivered(books, e, j, reply), reply, began, retries)
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
	if j.Task != "" {
		ts, outcome, retries, err = b.perform(books, e, j)
		return ts, outcome, bot.Reply{}, retries, err
	}
	w := wordsFor(bot.LanguageOf(e.Text, b.cfg.Language))
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errDeleted):
		return "", outcomeOf(cause), bot.Reply{}, 0, nil
	case errors.Is(cause, bot.ErrStopped):
		return b.sayStopped(books, e, j, w), outcomeOf(cause), bot.Reply{}, 0, nil
	case errors.Is(cause, errEdited):
		return "", "", bot.Reply{}, 0, errEdited
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
	} else if !j.ephemeral() {
		p := b.showProgress(books, j)
		defer p.stop()
		onSentence = p.sentence
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
				ts = s.abandon(cause, w)
			}
			switch {
			case errors.Is(cause, errDeleted):
			case errors.Is(cause, bot.ErrStopped):
				if ts == "" {
					ts = b.sayStopped(books, e, j, w)
				}
			case errors.Is(cause, errEdited):
				return "", "", bot.Reply{}, 0, errEdited
			default:
				return "", "", bot.Reply{}, 0, bot.ErrShutdown
			}
			return ts, outcomeOf(cause), bot.Reply{}, 0, nil
		default:
			b.log.ErrorContext(ctx, "a question could not be answered", "question", e.Key, "error", err)
			reply = b.apology(e.Text, false)
		}
	}
	if len(j.Files) > 0 && !reply.Failed {
		reply.Answer.Notices = append([]string{fmt.Sprintf(w.filesUnread, listed(j.Files))}, reply.Answer.Notices...)
	}
	if e.Surface == surfaceFollowUp && reply.Answer.Refused && b.policy(j.Channel) == PolicyQuestions {
		return "", "silent", reply, 0, nil // nobody had asked us
	}
	settled, err := json.Marshal(reply)
	if err != nil {
		return "", "", reply, 0, err
	}
	ok, err := b.inbox.Posting(books, e.Key, e.Text, settled)
	if err != nil {
		return "", "", reply, 0, err
	}
	if !ok { // edited at the last moment, or the inbox is another's now
		if s != nil {
			s.abandon(errEdited, w)
		}
		return "", "", bot.Reply{}, 0, errEdited
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
	parts := render(reply, b.renderOptions(j))
	if j.ephemeral() {
		return b.whisperParts(ctx, j, e.Key, e.Received, parts)
	}
	return b.postParts(ctx, j, e.Key, parts, have)
}

// renderOptions says what belongs below an answer in its place.
func (b *Bot) renderOptions(j job) renderOptions {
	return renderOptions{Links: b.cfg.Links, Feedback: true, Share: j.ephemeral() && !j.DM, Person: b.offersPerson(j)}
}

// undelivered gives an answer that has no place in its channel to its asker
// alone, and returns how it ended.
func (b *Bot) undelivered(ctx context.Context, e bot.Entry, j job, reply bot.Reply) string {
	if j.Task != "" {
		b.tell(j, wordsFor(b.cfg.Language).taskFailed)
		return "undelivered"
	}
	if j.DM || j.ephemeral() || reply.Answer.Text == "" {
		return "undelivered"
	}
	direct := j
	direct.ResponseURL, direct.Private = "", true
	if _, _, err := b.whisperParts(ctx, direct, e.Key, e.Received, render(reply, b.renderOptions(direct))); err != nil {
		b.log.ErrorContext(ctx, "nor could it be given to its asker alone", "question", e.Key, "error", err)
		return "undelivered"
	}
	return "delivered in private"
}

// sayStopped says in the thread that nothing more comes.
func (b *Bot) sayStopped(ctx context.Context, e bot.Entry, j job, w words) (ts string) {
	if j.ephemeral() {
		return ""
	}
	ts, _, err := b.postParts(ctx, j, e.Key, []part{{Text: w.stopped, Plain: w.stopped}}, posted{})
	if err != nil {
		b.log.WarnContext(ctx, "it was not said that an answer was stopped", "question", e.Key, "error", err)
	}
	return ts
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
	if outcome == "undelivered" && strings.HasPrefix(e.Surface, taskSurface) {
		_ = b.inbox.Forget(ctx, e.Key) // it may be asked for again
	}
	queued, took := began.Sub(e.Received), time.Since(began)
	b.metrics.question(ctx, e.Surface, outcome, queued, took, retries, reply.Answer)
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
