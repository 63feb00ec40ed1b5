package slack

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// kind is the kind of a delivery, named as in Socket Mode.
type kind string

const (
	kindEvent       kind = "events_api"
	kindCommand     kind = "slash_commands"
	kindInteraction kind = "interactive"
)

// envelope is the outer part of an event, with what we use of it. The
// library's types parse whole messages with all their blocks and refuse those
// they do not know; a question must not get lost over that.
type envelope struct {
	Type      string `json:"type"`
	TeamID    string `json:"team_id"`
	EventID   string `json:"event_id"`
	Challenge string `json:"challenge"`
	External  bool   `json:"is_ext_shared_channel"`
	Event     event  `json:"event"`
}

// event is the inner part. For message_changed and message_deleted, User and
// Text are empty and the messages hold them.
type event struct {
	Type        string `json:"type"`
	SubType     string `json:"subtype"`
	User        string `json:"user"`
	Text        string `json:"text"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	TS          string `json:"ts"`
	ThreadTS    string `json:"thread_ts"`
	BotID       string `json:"bot_id"`
	Team        string `json:"team"`
	UserTeam    string `json:"user_team"`
	SourceTeam  string `json:"source_team"`
	DeletedTS   string `json:"deleted_ts"`
	Tab         string `json:"tab"`
	// Files are left as they come: what cannot be read there must not keep the
	// question from being read.
	Files    json.RawMessage `json:"files"`
	Message  *event          `json:"message"`
	Previous *event          `json:"previous_message"`
}

func parseEnvelope(raw []byte) (envelope, error) {
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return envelope{}, fmt.Errorf("read an event from Slack: %w", err)
	}
	return e, nil
}

// command is a slash command.
type command struct {
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Command     string `json:"command"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

func parseCommand(raw []byte) (command, error) {
	var c command
	if err := json.Unmarshal(raw, &c); err != nil {
		return command{}, fmt.Errorf("read a command from Slack: %w", err)
	}
	return c, nil
}

// root is the message that a thread hangs on.
func (e event) root() string {
	if e.ThreadTS != "" {
		return e.ThreadTS
	}
	return e.TS
}

// senderTeam is the workspace of whoever wrote the message, "" when Slack does
// not say.
func (e event) senderTeam() string {
	for _, t := range []string{e.UserTeam, e.SourceTeam, e.Team} {
		if t != "" {
			return t
		}
	}
	return ""
}

// when turns Slack's timestamps ("1700000000.000100") into a time.
func when(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		return time.Time{}
	}
	frac = (frac + "000000")[:6]
	us, err := strconv.ParseInt(frac, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(s, us*1000)
}
