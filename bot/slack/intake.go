package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/rag"
)

// Causes with which the work on a question ends: it was deleted, or has another
// text since.
var (
	errDeleted = errors.New("the question was deleted")
	errEdited  = errors.New("the question was edited")
)

// surfaceFollowUp is a message in a thread that does not mention the bot.
const surfaceFollowUp = "follow-up"

// delivery is one thing that Slack sent.
type delivery struct {
	kind  kind
	raw   []byte
	retry int // how often it was delivered before
}

// job is what has to be known to answer an inbox entry.
type job struct {
	Team    string `json:"team"`
	Channel string `json:"channel"`
	User    string `json:"user"`
	// DM says that the channel is the user's conversation with the bot.
	DM bool `json:"dm,omitempty"`
	// TS is the message that asks, Root the one that its thread hangs on; both
	// are "" for commands.
	TS   string `json:"ts,omitempty"`
	Root string `json:"root,omitempty"`
	// ResponseURL is where to answer so that only the user sees it.
	ResponseURL string `json:"response_url,omitempty"`
	// Private says that nobody but the user is to see the answer to a message.
	Private bool `json:"private,omitempty"`
	// Files are the names of what was attached and is not read.
	Files []string `json:"files,omitempty"`
	// Task is set for what is no question but is done as reliably, and Answer is
	// the logged answer that it is about.
	Task   task   `json:"task,omitempty"`
	Answer string `json:"answer,omitempty"`
}

// ephemeral says that only the user is to see the answer.
func (j job) ephemeral() bool { return j.TS == "" || j.Private }

// receive deals with a delivery up to the point where it may be acknowledged,
// and returns what to acknowledge it with. An error means that it must not be
// acknowledged: Slack then delivers it again.
func (b *Bot) receive(ctx context.Context, d delivery) (any, error) {
	var payload any
	var result string
	var err error
	switch d.kind {
	case kindEvent:
		var e envelope
		if e, err = parseEnvelope(d.raw); err != nil {
			break
		}
		result, err = b.receiveEvent(ctx, e)
	case kindCommand:
		var c command
		if c, err = parseCommand(d.raw); err != nil {
			break
		}
		payload, result, err = b.receiveCommand(ctx, c)
	case kindInteraction:
		var in slackgo.InteractionCallback
		if err = json.Unmarshal(d.raw, &in); err != nil {
			break
		}
		payload, result, err = b.receiveInteraction(ctx, in)
	default:
		result = "unknown kind"
	}
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &mistyped) {
		// Delivering it again would not make it readable.
		b.log.WarnContext(ctx, "Slack sent something unreadable", "kind", string(d.kind), "error", err)
		result, err = "unreadable", nil
	}
	if err != nil {
		result = "failed"
		b.log.ErrorContext(ctx, "a delivery could not be stored; Slack will repeat it", "kind", string(d.kind), "error", err)
	}
	b.metrics.delivery(ctx, string(d.kind), result, d.retry > 0)
	b.log.DebugContext(ctx, "delivery", "kind", string(d.kind), "result", result, "retry", d.retry)
	return payload, err
}

func (b *Bot) receiveEvent(ctx context.Context, e envelope) (result string, err error) {
	ev := e.Event
	switch ev.Type {
	case "app_mention", "message":
		switch ev.SubType {
		case "message_changed":
			return b.receiveEdit(ctx, e)
		case "message_deleted":
			return b.receiveDeletion(ctx, e)
		}
		return b.receiveMessage(ctx, e)
	case "app_home_opened":
		b.sidewaysDo("app home", func(ctx context.Context) { b.homeOpened(ctx, ev) })
		return "home", nil
	case "agent_session_stopped":
		return "stop", b.stopThread(ctx, e)
	}
	return "not for us", nil
}

func (b *Bot) receiveMessage(ctx context.Context, e envelope) (string, error) {
	ev := e.Event
	if ev.BotID != "" || ev.User == "" || ev.User == b.self.user || ev.User == "USLACKBOT" {
		return "bot", nil
	}
	if !slices.Contains([]string{"", "file_share", "thread_broadcast"}, ev.SubType) {
		return "subtype", nil
	}
	dm := ev.ChannelType == "im" || ev.ChannelType == "" && strings.HasPrefix(ev.Channel, "D")
	thread := threadID(e.TeamID, ev.Channel, ev.root())
	mentioned := ev.Type == "app_mention" || strings.Contains(ev.Text, "<@"+b.self.user+">") || strings.Contains(ev.Text, "<@"+b.self.user+"|")
	surface := surfaceFollowUp
	switch {
	case dm:
		surface = "dm"
	case mentioned:
		surface = "mention"
	case ev.ThreadTS == "" || b.cfg.NoFollowUps || strings.HasPrefix(strings.TrimSpace(ev.Text), "<@"):
		return "not for us", nil // a message of its own, or to somebody else
	default:
		joined, err := b.inbox.Joined(ctx, thread)
		if err != nil {
			return "", err
		}
		if !joined {
			return "not for us", nil
		}
		if !b.followsUp(ev.Channel, question(ev.Text, b.self.user)) {
			return "no question", nil
		}
	}
	j := job{Team: e.TeamID, Channel: ev.Channel, User: ev.User, DM: dm, TS: ev.TS, Root: ev.root(), Private: !dm && b.policy(ev.Channel) == PolicyEphemeral, Files: ev.fileNames()}
	if refusal := b.refuse(ev.User, ev.Channel, dm, ev.senderTeam(), e.TeamID, e.External); refusal != allowed {
		// The key is kept, because a mention comes twice and the user is told once.
		first, err := b.inbox.Add(ctx, bot.Entry{Key: messageKey(e.TeamID, ev.Channel, ev.TS), State: bot.StateDone})
		if first {
			b.refused(ctx, j, refusal, ev.Text)
		}
		return "refused", err
	}
	return b.accept(ctx, bot.Entry{
		Key: messageKey(e.TeamID, ev.Channel, ev.TS), Thread: thread, User: ev.User, Surface: surface,
		Text: question(ev.Text, b.self.user), Asked: when(ev.TS), Join: !dm,
	}, j)
}

// accept writes a question to the inbox, unless its user asks too fast.
func (b *Bot) accept(ctx context.Context, entry bot.Entry, j job) (string, error) {
	w := wordsFor(bot.LanguageOf(entry.Text, b.cfg.Language))
	payload, err := json.Marshal(j)
	if err != nil {
		return "", fmt.Errorf("store the question: %w", err)
	}
	entry.Payload = payload
	if len(j.Files) > 0 && (entry.Text == "" || bot.AsksAboutFile(entry.Text)) {
		return b.instead(ctx, entry, j, "attachment", fmt.Sprintf(w.noFiles, inert(listed(j.Files))))
	}
	if entry.Text == "" {
		entry.State = bot.StateDone
		added, err := b.inbox.Add(ctx, entry)
		if added {
			b.tell(j, w.empty)
		}
		return "empty", err
	}
	if n := utf8.RuneCountInString(entry.Text); n > rag.MaxQuestionRunes {
		return b.instead(ctx, entry, j, "too long", fmt.Sprintf(w.tooLong, n, rag.MaxQuestionRunes))
	}
	if bot.AsksForHelp(entry.Text) {
		return b.instead(ctx, entry, j, "help", w.greeting+"\n"+w.homeHow)
	}
	b.arrived.Store(time.Now().UnixNano())
	if ok, wait, tell := b.limit.Allow(entry.User, entry.Key, time.Now()); !ok {
		entry.State = bot.StateDone
		_, err := b.inbox.Add(ctx, entry)
		if tell {
			b.turnAway(j, entry.Text, entry.Key, wait)
		}
		return "limited", err
	}
	added, err := b.inbox.Add(ctx, entry)
	if errors.Is(err, bot.ErrInboxFull) {
		b.turnAway(j, entry.Text, entry.Key, 0)
		return "full", nil
	}
	if err != nil {
		return "", err
	}
	if !added {
		return "duplicate", nil
	}
	b.arrived.Store(time.Now().UnixNano())
	b.wake()
	b.tellPlace(entry.Key, j, w)
	return "accepted", nil
}

// instead tells the user something in place of an answer, once.
func (b *Bot) instead(ctx context.Context, entry bot.Entry, j job, result, say string) (string, error) {
	entry.State = bot.StateDone
	added, err := b.inbox.Add(ctx, entry)
	if added {
		b.tell(j, say)
	}
	return result, err
}

// receiveEdit takes over the new text of a question that is not answered yet;
// work that has begun on the old text begins anew. A message that mentions the
// bot only since its edit is asked by it.
func (b *Bot) receiveEdit(ctx context.Context, e envelope) (string, error) {
	m := e.Event.Message
	if m == nil || m.BotID != "" || m.User == b.self.user {
		return "bot", nil
	}
	text := question(m.Text, b.self.user)
	if text == "" {
		return "not for us", nil
	}
	key := messageKey(e.TeamID, e.Event.Channel, m.TS)
	state, err := b.inbox.Edit(ctx, key, text)
	if state == bot.StateWorking {
		b.queue.Cancel(key, errEdited)
	}
	if state != "" || err != nil {
		return "edited", err
	}
	mention := "<@" + b.self.user
	if before := e.Event.Previous; before == nil || strings.Contains(before.Text, mention) || !strings.Contains(m.Text, mention) {
		return "not for us", nil
	}
	asked := e
	asked.Event = *m
	asked.Event.Type, asked.Event.SubType, asked.Event.Message, asked.Event.Previous = "message", "", nil, nil
	asked.Event.Channel, asked.Event.ChannelType = e.Event.Channel, e.Event.ChannelType
	return b.receiveMessage(ctx, asked)
}

// receiveDeletion gives up a question whose message is gone.
func (b *Bot) receiveDeletion(ctx context.Context, e envelope) (string, error) {
	ts := e.Event.DeletedTS
	if ts == "" && e.Event.Previous != nil {
		ts = e.Event.Previous.TS
	}
	if ts == "" {
		return "not for us", nil
	}
	key := messageKey(e.TeamID, e.Event.Channel, ts)
	if b.queue.Cancel(key, errDeleted) {
		return "deleted", nil
	}
	ok, err := b.inbox.Withdraw(ctx, key, "deleted")
	if ok {
		b.wake()
		return "deleted", err
	}
	return "not for us", err
}

// stopThread ends what is being answered in a thread, or, where nothing is yet,
// what waits in it, and says so.
func (b *Bot) stopThread(ctx context.Context, e envelope) error {
	thread := threadID(e.TeamID, e.Event.Channel, e.Event.root())
	if b.queue.CancelThread(thread, bot.ErrStopped) != "" {
		return nil // work says it
	}
	keys, err := b.inbox.WithdrawThread(ctx, thread, "stopped")
	for _, key := range keys {
		b.queue.Cancel(key, bot.ErrStopped)
	}
	if len(keys) > 0 {
		b.wake()
		b.tell(job{Channel: e.Event.Channel, User: e.Event.User, Root: e.Event.root()}, wordsFor(b.cfg.Language).stopped)
	}
	return err
}

func messageKey(team, channel, ts string) string { return team + "/" + channel + "/" + ts }

func threadID(team, channel, root string) string { return "slack/" + team + "/" + channel + "/" + root }
