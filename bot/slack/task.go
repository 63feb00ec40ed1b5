package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
)

// task is something that a button asks for and that must not get lost: it goes
// through the inbox as questions do, is tried again when Slack is unwell, and is
// done once.
type task string

const (
	// taskShare shows an answer that only its asker saw to the whole channel.
	taskShare task = "share"
	// taskPerson mentions the user group that answers where the bot cannot.
	taskPerson task = "person"
)

// taskSurface begins the surface of every task.
const taskSurface = "task "

// offersPerson tells whether a person can be asked from where a job answers.
func (b *Bot) offersPerson(j job) bool {
	if b.cfg.AskGroup == "" {
		return false
	}
	return b.cfg.AskChannel != "" || !j.DM && !j.ephemeral()
}

// begin writes a task to the inbox.
func (b *Bot) begin(ctx context.Context, t task, answer string, j job) error {
	j.Task, j.Answer = t, answer
	payload, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("store the request: %w", err)
	}
	key := j.Team + "/" + j.Channel + "/" + string(t) + "/" + answer
	added, err := b.inbox.Add(ctx, bot.Entry{Key: key, Thread: "slack/" + j.Team + "/" + j.Channel + "/" + key, User: j.User,
		Surface: taskSurface + string(t), Payload: payload})
	switch {
	case errors.Is(err, bot.ErrInboxFull):
		b.tell(j, wordsFor(b.cfg.Language).taskFailed)
		return nil
	case added:
		b.wake()
	}
	return err
}

// beginShare has an answer shared, for whom it was given to.
func (b *Bot) beginShare(ctx context.Context, in slackgo.InteractionCallback, team, channel, answer string) error {
	j := job{Team: team, Channel: channel, User: in.User.ID, ResponseURL: in.ResponseURL}
	rec, err := b.parts.Handler.Answers().Get(ctx, answer)
	if errors.Is(err, bot.ErrNoAnswer) || err == nil && rec.Request.User != in.User.ID {
		b.tell(j, wordsFor(b.cfg.Language).shareGone)
		return nil
	}
	if err != nil {
		return err
	}
	return b.begin(ctx, taskShare, answer, j)
}

// beginPerson has a person asked, from the thread of an answer.
func (b *Bot) beginPerson(ctx context.Context, team, user, answer string, at place) error {
	j := job{Team: team, Channel: at.Channel, User: user, Root: at.Root, ResponseURL: at.ResponseURL, DM: at.dm(), Private: at.Private}
	if !j.DM && !j.Private {
		j.TS = at.Root
	}
	if !b.offersPerson(j) {
		return nil
	}
	return b.begin(ctx, taskPerson, answer, j)
}

// perform does a task. A nil error ends it, whatever the outcome; any other has
// it tried again or given up by the caller.
func (b *Bot) perform(ctx context.Context, e bot.Entry, j job) (ts, outcome string, retries int, err error) {
	w := wordsFor(b.cfg.Language)
	rec, err := b.parts.Handler.Answers().Get(ctx, j.Answer)
	if errors.Is(err, bot.ErrNoAnswer) {
		b.tell(j, w.shareGone)
		return "", "gone", 0, nil
	}
	if err != nil {
		return "", "", 0, err
	}
	w = wordsFor(bot.LanguageOf(rec.Request.Text, b.cfg.Language))
	to := job{Channel: j.Channel, Root: j.Root, TS: since(e)}
	var parts []part
	switch j.Task {
	case taskShare:
		to.Root = ""
		parts = render(rec.Reply, renderOptions{Links: b.cfg.Links, Feedback: true})
	case taskPerson:
		if j.DM || j.ephemeral() {
			to.Channel, to.Root = b.cfg.AskChannel, ""
		}
		text := fmt.Sprintf(w.personWanted, "<!subteam^"+b.cfg.AskGroup+">", "<@"+j.User+">", inert(clip(rec.Request.Text, 500)))
		parts = []part{{Text: text, Plain: text}}
	default:
		return "", "unreadable", 0, nil
	}
	var have posted
	if e.Attempts > 1 {
		if have, err = b.find(ctx, to, e.Key); err != nil && !certain(err) {
			return "", "", 0, err
		}
	}
	ts, retries, err = b.postParts(ctx, to, e.Key, parts, have)
	if err != nil && certain(err) && denial(err) == "" && j.Task == taskShare && j.ResponseURL != "" && time.Since(e.Received) < 29*time.Minute {
		// The bot is not in the channel; the command's own way in still works.
		b.log.InfoContext(ctx, "sharing through the response URL", "question", e.Key, "error", err)
		err = nil
		for _, p := range parts {
			_, r, perr := b.poster.send(ctx, j.Channel, append(p.options(), slackgo.MsgOptionResponseURL(j.ResponseURL, slackgo.ResponseTypeInChannel))...)
			retries += r
			if err = perr; err != nil {
				break
			}
		}
	}
	if err != nil {
		return ts, "", retries, err
	}
	if j.Task == taskPerson {
		b.tell(j, w.personAsked)
	}
	return ts, "done", retries, nil
}

// since is a timestamp from before an entry was received, for looking up what
// has been posted for it.
func since(e bot.Entry) string {
	return fmt.Sprintf("%d.000000", e.Received.Add(-time.Minute).Unix())
}
