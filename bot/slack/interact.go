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
)

// receiveCommand deals with /zhiwen.
func (b *Bot) receiveCommand(ctx context.Context, c command) (payload any, result string, err error) {
	text := question(c.Text, b.self.user)
	w := wordsFor(bot.LanguageOf(text, b.cfg.Language))
	j := job{Team: c.TeamID, Channel: c.ChannelID, User: c.UserID, DM: strings.HasPrefix(c.ChannelID, "D"), ResponseURL: c.ResponseURL}
	// A command carries the team of the user who typed it.
	if v := b.refuse(c.UserID, c.ChannelID, j.DM, c.TeamID, c.TeamID, true); v != allowed {
		b.log.InfoContext(ctx, "command refused by the access rules", "channel", c.ChannelID, "user", c.UserID, "verdict", v.String())
		said := v.say(w)
		if said == "" {
			return nil, "refused", nil
		}
		return whisper(said), "refused", nil
	}
	switch strings.ToLower(text) {
	case "", "help", "帮助":
		return whisper(w.help), "help", nil
	case "status":
		if !b.admin(c.UserID) {
			return whisper(w.adminOnly), "refused", nil
		}
		return whisper(b.status(ctx)), "status", nil
	case "reload":
		if !b.admin(c.UserID) || b.parts.Reload == nil {
			return whisper(w.adminOnly), "refused", nil
		}
		b.sidewaysDo("reload", func(ctx context.Context) {
			said := w.reloaded
			loading, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Minute)
			defer cancel()
			if err := b.parts.Reload(loading); err != nil {
				b.log.ErrorContext(ctx, "reload failed", "error", err)
				said = fmt.Sprintf(w.reloadFailed, inert(err.Error()))
			}
			telling, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer cancel()
			b.tellNow(telling, j, said)
		})
		return nil, "reload", nil
	}
	result, err = b.accept(ctx, bot.Entry{
		Key:     c.TeamID + "/" + c.ChannelID + "/command/" + c.TriggerID,
		Thread:  "slack/" + c.TeamID + "/" + c.ChannelID + "/" + c.UserID + "/" + c.TriggerID,
		User:    c.UserID,
		Surface: "slash",
		Text:    text,
	}, j)
	if err == nil && result == "accepted" {
		payload = whisper(w.searching)
	}
	return payload, result, err
}

// whisper is an acknowledgement that only the user sees.
func whisper(text string) map[string]any {
	return map[string]any{"response_type": "ephemeral", "text": text}
}

func (b *Bot) receiveInteraction(ctx context.Context, in slackgo.InteractionCallback) (payload any, result string, err error) {
	team := in.User.TeamID
	if team == "" {
		team = in.Team.ID
	}
	channel := in.Channel.ID
	if channel == "" {
		channel = in.Container.ChannelID
	}
	var note place
	if in.Type == slackgo.InteractionTypeViewSubmission {
		if err := json.Unmarshal([]byte(in.View.PrivateMetadata), &note); err != nil {
			return nil, "not for us", nil
		}
		channel = note.Channel
	}
	dm := strings.HasPrefix(channel, "D")
	if v := b.refuse(in.User.ID, channel, dm, team, team, true); v != allowed {
		b.log.InfoContext(ctx, "interaction refused by the access rules", "channel", channel, "user", in.User.ID, "verdict", v.String())
		return nil, "refused", nil
	}
	switch in.Type {
	case slackgo.InteractionTypeBlockActions:
		for _, a := range in.ActionCallback.BlockActions {
			switch a.ActionID {
			case actionFeedback:
				return nil, "feedback", b.vote(ctx, in, channel, a.Value)
			case actionShare:
				return nil, "share", b.beginShare(ctx, in, team, channel, a.Value)
			case actionPerson:
				return nil, "person", b.beginPerson(ctx, team, in.User.ID, a.Value, placeOf(in, channel))
			}
		}
	case slackgo.InteractionTypeMessageAction:
		if in.CallbackID == callbackShortcut {
			// trigger_id dies in three seconds: the modal cannot wait its turn.
			b.sidewaysDo("open the modal", func(ctx context.Context) { b.openModal(ctx, in) })
			return nil, "shortcut", nil
		}
	case slackgo.InteractionTypeViewSubmission:
		switch in.View.CallbackID {
		case callbackModal:
			return b.submit(ctx, in, note, team)
		case callbackWhy:
			result, err := b.submitWhy(ctx, in, note, team)
			return nil, result, err
		}
	}
	return nil, "not for us", nil
}

// vote stores a vote before it is acknowledged: it takes a millisecond and
// cannot get lost then.
func (b *Bot) vote(ctx context.Context, in slackgo.InteractionCallback, channel, value string) error {
	vote, id, ok := strings.Cut(value, ":")
	if !ok {
		return nil
	}
	err := b.feedback.Add(ctx, id, in.User.ID, bot.Vote(vote))
	rec, _ := b.parts.Handler.Answers().Get(ctx, id)
	w := wordsFor(bot.LanguageOf(rec.Request.Text, b.cfg.Language))
	at := placeOf(in, channel)
	at.Answer = id
	j := job{Channel: channel, User: in.User.ID, Root: at.Root, ResponseURL: in.ResponseURL, DM: at.dm()}
	switch {
	case errors.Is(err, bot.ErrNoAnswer):
		b.log.WarnContext(ctx, "a vote on an answer that is not in the log", "answer", id)
		b.tell(j, w.voteGone)
		return nil
	case err != nil:
		return err
	}
	b.metrics.vote(ctx, vote)
	b.log.InfoContext(ctx, "vote", "answer", id, "vote", vote)
	if vote == string(bot.VoteDown) && in.TriggerID != "" {
		// trigger_id dies in three seconds: the window cannot wait its turn.
		b.sidewaysDo("ask why", func(ctx context.Context) { b.openWhy(ctx, in.TriggerID, w, at) })
		return nil
	}
	b.tell(j, w.thanks)
	return nil
}

// openModal asks what the user wants to know about a message.
func (b *Bot) openModal(ctx context.Context, in slackgo.InteractionCallback) {
	text := question(in.Message.Text, b.self.user)
	w := wordsFor(bot.LanguageOf(text, b.cfg.Language))
	note, err := json.Marshal(place{Channel: in.Channel.ID, TS: in.Message.Timestamp, ResponseURL: in.ResponseURL})
	if err != nil {
		return
	}
	input := slackgo.NewPlainTextInputBlockElement(nil, "question")
	input.Multiline = true
	input.MaxLength = 1000
	input.InitialValue = clip(text, 1000)
	_, err = b.api.OpenViewContext(ctx, in.TriggerID, slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: callbackModal, PrivateMetadata: string(note),
		Title: label(w.modalTitle), Submit: label(w.modalSubmit), Close: label(w.modalClose),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewInputBlock("question", label(w.modalLabel), nil, input)}},
	})
	if err != nil {
		b.log.WarnContext(ctx, "the question window could not be opened", "error", err)
	}
}

// submit takes the question from the modal; the user alone sees the answer.
func (b *Bot) submit(ctx context.Context, in slackgo.InteractionCallback, note place, team string) (any, string, error) {
	var text string
	if in.View.State != nil {
		text = strings.TrimSpace(in.View.State.Values["question"]["question"].Value)
	}
	w := wordsFor(bot.LanguageOf(text, b.cfg.Language))
	if text == "" {
		return map[string]any{"response_action": "errors", "errors": map[string]string{"question": w.empty}}, "empty", nil
	}
	result, err := b.accept(ctx, bot.Entry{
		Key:     team + "/" + note.Channel + "/view/" + in.View.ID,
		Thread:  "slack/" + team + "/" + note.Channel + "/" + in.User.ID + "/" + in.View.ID,
		User:    in.User.ID,
		Surface: "shortcut",
		Text:    visible(text),
	}, job{Team: team, Channel: note.Channel, User: in.User.ID, DM: strings.HasPrefix(note.Channel, "D"), ResponseURL: note.ResponseURL})
	return nil, result, err
}

// status is what an administrator sees.
func (b *Bot) status(ctx context.Context) string {
	w := wordsFor(b.cfg.Language)
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	waiting, running := b.queue.Len()
	depth, err := b.inbox.Depth(ctx)
	if err != nil {
		b.log.WarnContext(ctx, "status", "error", err)
	}
	add(w.statusUp, time.Since(b.began).Round(time.Second), b.connected.Load(), b.cfg.Mode)
	add(w.statusQueue, running, waiting, depth)
	if t, err := b.parts.Handler.Answers().Totals(ctx, time.Now().Add(-24*time.Hour)); err == nil {
		add(w.statusDay, t.Answers, t.Refused, t.Up, t.Down)
	}
	if b.parts.Catalog != nil {
		if c, err := b.parts.Catalog(ctx); err == nil {
			add("%s", w.covers(c))
		}
	}
	return strings.Join(lines, "\n")
}
