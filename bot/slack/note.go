package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
)

// tell sends a user a note that nobody else sees. It is a courtesy: when it
// fails, nothing else does.
func (b *Bot) tell(j job, text string) {
	select {
	case b.notes <- struct{}{}:
	default:
		b.log.Warn("too busy to tell a user something", "user", j.User)
		return
	}
	b.sideways.Go(func() {
		defer func() { <-b.notes }()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		b.tellNow(ctx, j, text)
	})
}

// tellNow is tell, at once: to the user alone where the question was asked, or
// failing that in the direct message.
func (b *Bot) tellNow(ctx context.Context, j job, text string) {
	opts := []slackgo.MsgOption{slackgo.MsgOptionText(text, false), slackgo.MsgOptionDisableLinkUnfurl()}
	if j.ResponseURL != "" {
		if _, _, err := b.poster.whisper(ctx, j.Channel, append(opts, slackgo.MsgOptionResponseURL(j.ResponseURL, slackgo.ResponseTypeEphemeral))...); err == nil {
			return
		}
	}
	if j.Root != "" && (j.Root != j.TS || j.DM) {
		opts = append(opts, slackgo.MsgOptionTS(j.Root))
	}
	_, _, err := b.poster.whisper(ctx, j.Channel, append(slices.Clone(opts), slackgo.MsgOptionPostEphemeral(j.User))...)
	if err != nil && !j.DM {
		_, _, err = b.poster.whisper(ctx, j.User, slackgo.MsgOptionText(text, false), slackgo.MsgOptionDisableLinkUnfurl())
	}
	if err != nil {
		b.log.WarnContext(ctx, "a note was not delivered", "error", err)
	}
}

// gather is how long questions that were turned away are gathered before their
// user is told, so that a flood of them is not answered by a flood of notes.
const gather = 300 * time.Millisecond

// turnedAway are the questions that were not accepted and whose users have not
// been told yet, by user and place.
type turnedAway struct {
	mu    sync.Mutex
	users map[string]*rejected
}

type rejected struct {
	j     job
	keys  []string
	texts []string
	wait  time.Duration // until one may ask again; 0: the inbox is full
}

// turnAway tells a user, soon, of a question that was not accepted: because of
// the user's own rate, and then for how long, or because too many wait. Every
// question is told of, those of a moment in one note.
func (b *Bot) turnAway(j job, text, key string, wait time.Duration) {
	b.away.mu.Lock()
	defer b.away.mu.Unlock()
	who := fmt.Sprint(j.User, "/", j.Channel, "/", wait > 0)
	if r := b.away.users[who]; r != nil {
		if !slices.Contains(r.keys, key) {
			r.keys, r.texts, r.wait = append(r.keys, key), append(r.texts, text), max(r.wait, wait)
		}
		return
	}
	if b.away.users == nil {
		b.away.users = map[string]*rejected{}
	}
	b.away.users[who] = &rejected{j: j, keys: []string{key}, texts: []string{text}, wait: wait}
	b.sideways.Go(func() {
		time.Sleep(gather)
		b.away.mu.Lock()
		r := b.away.users[who]
		delete(b.away.users, who)
		b.away.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		b.tellNow(ctx, r.j, r.say(wordsFor(bot.LanguageOf(r.texts[0], b.cfg.Language))))
	})
}

// say is the note: how many questions, when to ask again, and which they were.
func (r *rejected) say(w words) string {
	var text strings.Builder
	if r.wait > 0 {
		fmt.Fprintf(&text, w.limited, len(r.texts), int(r.wait.Seconds())+1)
	} else {
		fmt.Fprintf(&text, w.full, len(r.texts))
	}
	for i, question := range r.texts {
		if i == 10 {
			text.WriteString("\n…")
			break
		}
		text.WriteString("\n• " + inert(clip(strings.Join(strings.Fields(visible(question)), " "), 60)))
	}
	return text.String()
}
