package slack

import (
	"context"
	"encoding/json"
	"strings"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
)

// A vote against an answer opens a small window that asks why. What is chosen and
// written there is stored with the vote; a person can be asked from it too.

// reasons are what a reader may choose in the window, as stored.
var reasons = []string{"wrong", "incomplete", "source", "off-topic", "outdated", "other"}

// place is where an answer stands. It travels through windows in their private
// metadata.
type place struct {
	Channel     string `json:"channel"`
	TS          string `json:"ts,omitempty"`
	Root        string `json:"root,omitempty"`
	Answer      string `json:"answer,omitempty"`
	Private     bool   `json:"private,omitempty"`
	ResponseURL string `json:"response_url,omitempty"`
}

func (p place) dm() bool { return strings.HasPrefix(p.Channel, "D") }

// placeOf is where a button was pressed.
func placeOf(in slackgo.InteractionCallback, channel string) place {
	p := place{Channel: channel, TS: in.Container.MessageTs, Root: in.Container.ThreadTs, Private: in.Container.IsEphemeral, ResponseURL: in.ResponseURL}
	for _, ts := range []string{in.Message.ThreadTimestamp, in.Container.MessageTs, in.Message.Timestamp} {
		if p.Root == "" {
			p.Root = ts
		}
	}
	return p
}

// openWhy asks why an answer was voted down.
func (b *Bot) openWhy(ctx context.Context, trigger string, w words, at place) {
	note, err := json.Marshal(at)
	if err != nil {
		return
	}
	var options []*slackgo.OptionBlockObject
	for i, reason := range reasons {
		options = append(options, slackgo.NewOptionBlockObject(reason, plain(w.reasons[i]), nil))
	}
	choice := slackgo.NewInputBlock("reason", label(w.whyLabel), nil, slackgo.NewRadioButtonsBlockElement("reason", options...))
	choice.Optional = true
	text := slackgo.NewPlainTextInputBlockElement(nil, "comment")
	text.Multiline, text.MaxLength = true, 1000
	comment := slackgo.NewInputBlock("comment", label(w.whyComment), nil, text)
	comment.Optional = true
	blocks := []slackgo.Block{choice, comment}
	if b.offersPerson(job{DM: at.dm(), Private: at.Private, TS: at.Root}) {
		person := slackgo.NewInputBlock("person", label(w.personLabel), nil,
			slackgo.NewCheckboxGroupsBlockElement("person", slackgo.NewOptionBlockObject("person", plain(w.askPerson), nil)))
		person.Optional = true
		blocks = append(blocks, person)
	}
	_, err = b.api.OpenViewContext(ctx, trigger, slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: callbackWhy, PrivateMetadata: string(note),
		Title: label(w.whyTitle), Submit: label(w.whySubmit), Close: label(w.modalClose),
		Blocks: slackgo.Blocks{BlockSet: blocks},
	})
	if err != nil {
		b.log.WarnContext(ctx, "the window that asks why could not be opened", "error", err)
	}
}

// submitWhy stores what was chosen and written in the window.
func (b *Bot) submitWhy(ctx context.Context, in slackgo.InteractionCallback, at place, team string) (string, error) {
	var reason, comment string
	person := false
	if in.View.State != nil {
		values := in.View.State.Values
		reason = values["reason"]["reason"].SelectedOption.Value
		comment = strings.TrimSpace(visible(values["comment"]["comment"].Value))
		person = len(values["person"]["person"].SelectedOptions) > 0
	}
	if err := b.feedback.Explain(ctx, at.Answer, in.User.ID, reason, comment); err != nil && err != bot.ErrNoAnswer {
		return "", err
	}
	b.log.InfoContext(ctx, "reason for a vote", "answer", at.Answer, "reason", reason)
	if person {
		return "why", b.beginPerson(ctx, team, in.User.ID, at.Answer, at)
	}
	b.tell(job{Channel: at.Channel, User: in.User.ID, Root: at.Root, ResponseURL: at.ResponseURL, DM: at.dm()}, wordsFor(b.cfg.Language).thanks)
	return "why", nil
}
