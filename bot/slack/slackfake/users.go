package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Say posts a message as a user and delivers it; thread is "" for a message of
// its own. A mention of the bot is delivered twice, as message and as
// app_mention, as Slack does. It returns the message's timestamp.
func (s *Server) Say(user, channel, text, thread string) string {
	return s.SayWith(user, channel, text, thread, nil)
}

// SayWith is Say with more fields in the event, for example "user_team", or
// "is_ext_shared_channel" for the envelope.
func (s *Server) SayWith(user, channel, text, thread string, extra map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Message{TS: s.now(), ThreadTS: thread, Channel: channel, User: user, Text: text}
	s.messages[channel] = append(s.messages[channel], m)
	kinds := []string{"message"}
	if strings.Contains(text, "<@"+s.BotUser+">") && channelType(channel) != "im" {
		kinds = []string{"app_mention", "message"}
	}
	for _, kind := range kinds {
		ev := s.wire(m, false)
		ev["type"], ev["channel"], ev["event_ts"] = kind, channel, m.TS
		if kind == "message" {
			ev["channel_type"] = channelType(channel)
		}
		env := s.envelope(ev)
		for k, v := range extra {
			if k == "is_ext_shared_channel" {
				env[k] = v
			} else if v == nil {
				delete(ev, k)
			} else {
				ev[k] = v
			}
		}
		s.send(kind+"/"+m.TS, "events_api", env)
	}
	return m.TS
}

// Again delivers a message once more, as if Slack had missed the
// acknowledgement.
func (s *Server) Again(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	ev := s.wire(m, false)
	ev["channel"], ev["channel_type"], ev["event_ts"] = channel, channelType(channel), ts
	s.send("again/"+ts, "events_api", s.envelope(ev))
}

// Edit changes a user's message.
func (s *Server) Edit(channel, ts, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	before := s.wire(m, false)
	m.Text, m.Edited = text, true
	after := s.wire(m, false)
	after["edited"] = map[string]any{"user": m.User, "ts": s.now()}
	s.send("edit/"+ts, "events_api", s.envelope(map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": channel, "channel_type": channelType(channel),
		"ts": s.now(), "event_ts": s.now(), "message": after, "previous_message": before,
	}))
}

// Delete removes a user's message.
func (s *Server) Delete(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	if m == nil {
		return
	}
	before := s.wire(m, false)
	kept := s.messages[channel][:0]
	for _, o := range s.messages[channel] {
		if o != m {
			kept = append(kept, o)
		}
	}
	s.messages[channel] = kept
	s.send("delete/"+ts, "events_api", s.envelope(map[string]any{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": channel, "channel_type": channelType(channel),
		"ts": s.now(), "event_ts": s.now(), "deleted_ts": ts, "previous_message": before,
	}))
}

// OpenApp opens the app's home ("home") or its direct message ("messages").
func (s *Server) OpenApp(user, tab string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send("open/"+user, "events_api", s.envelope(map[string]any{
		"type": "app_home_opened", "user": user, "channel": "D" + user[1:], "tab": tab, "event_ts": s.now(),
	}))
}

// Stop presses the stop button in a thread; streams in it end.
func (s *Server) Stop(user, channel, thread string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	halted := []string{}
	for _, m := range s.messages[channel] {
		if m.Streaming && m.ThreadTS == thread {
			m.Streaming = false
			halted = append(halted, m.TS)
		}
	}
	s.send("stop/"+thread, "events_api", s.envelope(map[string]any{
		"type": "agent_session_stopped", "channel": channel, "thread_ts": thread, "user": user,
		"streaming_message_ts": halted, "event_ts": s.now(),
	}))
}

// responseURL is one of the addresses that work five times in 30 minutes.
type responseURL struct {
	channel, user string
	uses          int
	born          time.Time
}

// UseUpResponses makes all response URLs refuse, or lets them work again.
func (s *Server) UseUpResponses(used bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.usedUp = used
}

// newResponse makes a response URL. The caller holds the lock.
func (s *Server) newResponse(channel, user string) string {
	id := s.id("response")
	s.responses[id] = &responseURL{channel: channel, user: user, born: time.Now()}
	return s.http.URL + "/response/" + id
}

func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	args, err := readArgs(r)
	if err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.responses[r.PathValue("id")]
	if u == nil || s.usedUp || u.uses >= 5 || time.Since(u.born) > 30*time.Minute {
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	u.uses++
	blocks, _, e := content(args)
	if e != "" {
		http.Error(w, e, http.StatusBadRequest)
		return
	}
	m := &Message{TS: s.now(), ThreadTS: args["thread_ts"], Channel: u.channel, User: s.BotUser, Bot: true, Text: args["text"], Blocks: blocks}
	if args["response_type"] != "in_channel" {
		m.Ephemeral = u.user
	}
	s.messages[u.channel] = append(s.messages[u.channel], m)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, "ok")
}

// Slash types a slash command and returns the key of its delivery.
func (s *Server) Slash(user, channel, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	trigger := s.id("trigger")
	s.send("slash/"+trigger, "slash_commands", map[string]any{
		"token": "fake", "team_id": s.Team, "team_domain": "fake", "channel_id": channel, "channel_name": "somewhere",
		"user_id": user, "user_name": "someone", "command": "/zhiwen", "text": text, "api_app_id": "A0FAKE",
		"response_url": s.newResponse(channel, user), "trigger_id": trigger, "is_enterprise_install": "false",
	})
	return "slash/" + trigger
}

// Press presses a button of a message.
func (s *Server) Press(user, channel, ts, actionID, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	message := map[string]any{"ts": ts}
	root := ""
	if m := s.message(channel, ts); m != nil {
		message, root = s.wire(m, true), m.ThreadTS
	}
	kind := "button"
	if strings.Contains(actionID, "feedback") {
		kind = "feedback_buttons"
	}
	s.send("press/"+ts, "interactive", s.interaction(user, map[string]any{
		"type": "block_actions", "channel": map[string]any{"id": channel, "name": "somewhere"}, "message": message,
		"container":    map[string]any{"type": "message", "message_ts": ts, "channel_id": channel, "thread_ts": root, "is_ephemeral": false},
		"response_url": s.newResponse(channel, user),
		"state":        map[string]any{"values": map[string]any{}},
		"actions":      []any{map[string]any{"action_id": actionID, "block_id": "b", "type": kind, "value": value, "action_ts": s.now()}},
	}))
}

// Shortcut picks the app's entry in the menu of a message.
func (s *Server) Shortcut(user, channel, ts, callbackID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	if m == nil {
		return
	}
	s.send("shortcut/"+ts, "interactive", s.interaction(user, map[string]any{
		"type": "message_action", "callback_id": callbackID, "channel": map[string]any{"id": channel, "name": "somewhere"},
		"message": s.wire(m, false), "message_ts": ts, "action_ts": s.now(), "response_url": s.newResponse(channel, user),
	}))
}

// Submit submits the last opened modal with the text in its one input.
func (s *Server) Submit(user, text string) {
	s.SubmitWith(user, map[string]any{"question": map[string]any{"question": map[string]any{"type": "plain_text_input", "value": text}}})
}

// SubmitWith submits the last opened modal with the values of its inputs, by
// block and action.
func (s *Server) SubmitWith(user string, values map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.modals) == 0 {
		return
	}
	var view map[string]any
	_ = json.Unmarshal([]byte(s.modals[len(s.modals)-1].Args["view"]), &view)
	id := s.id("V")
	view["id"] = id
	view["state"] = map[string]any{"values": values}
	s.send("submit/"+id, "interactive", s.interaction(user, map[string]any{"type": "view_submission", "view": view, "response_urls": []any{}}))
}

func (s *Server) interaction(user string, more map[string]any) map[string]any {
	more["token"], more["api_app_id"], more["trigger_id"] = "fake", "A0FAKE", s.id("trigger")
	more["team"] = map[string]any{"id": s.Team, "domain": "fake"}
	more["user"] = map[string]any{"id": user, "username": "someone", "name": "someone", "team_id": s.Team}
	return more
}
