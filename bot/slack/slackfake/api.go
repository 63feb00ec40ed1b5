package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

var channelID = regexp.MustCompile(`^[CDGU][A-Z0-9]+$`)

// needs lists the scope that each method asks for; "" means none.
func needs(method string) (scope string, known bool) {
	scope, known = map[string]string{
		"auth.test": "", "apps.connections.open": "",
		"chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write", "chat.update": "chat:write", "chat.delete": "chat:write",
		"chat.startStream": "chat:write", "chat.appendStream": "chat:write", "chat.stopStream": "chat:write",
		"conversations.replies": "im:history", "conversations.history": "im:history", "conversations.info": "channels:read",
		"assistant.threads.setStatus": "assistant:write", "assistant.threads.setSuggestedPrompts": "assistant:write",
		"agents.sessions.setStatus": "chat:write",
		"views.open":                "", "views.publish": "", "users.info": "users:read",
	}[method]
	return scope, known
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	args, err := readArgs(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	var fault *Fault
	if queue := s.faults[method]; len(queue) > 0 {
		fault = &queue[0]
		s.faults[method] = queue[1:]
	}
	s.mu.Unlock()
	call := Call{Method: method, Args: args, At: time.Now(), Status: http.StatusOK}
	var out map[string]any
	if fault == nil || fault.Late || fault.Delay > 0 && fault.Status == 0 && fault.Error == "" && !fault.Cut {
		out = s.do(method, args)
	}
	if fault != nil {
		time.Sleep(fault.Delay)
		switch {
		case fault.Cut:
			call.Error, call.Status = "cut", 0
			s.log(call)
			panic(http.ErrAbortHandler)
		case fault.Status != 0:
			call.Error, call.Status = "fault", fault.Status
			s.log(call)
			if fault.RetryAfter > 0 {
				w.Header().Set("Retry-After", fmt.Sprint(fault.RetryAfter))
			}
			w.WriteHeader(fault.Status)
			io.WriteString(w, "<html>fault</html>")
			return
		case fault.Error != "":
			out = fail(fault.Error)
		}
	}
	if e, _ := out["error"].(string); e != "" {
		call.Error = e
	}
	if call.Error == "ratelimited" {
		call.Status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(call.Status)
	}
	s.log(call)
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.opts.Scopes, ","))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(out)
}

func (s *Server) log(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
}

// readArgs reads form or JSON arguments; nested JSON stays JSON.
func readArgs(r *http.Request) (map[string]string, error) {
	args := map[string]string{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var raw map[string]json.RawMessage
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&raw); err != nil && err != io.EOF {
			return nil, err
		}
		for k, v := range raw {
			var str string
			if json.Unmarshal(v, &str) == nil {
				args[k] = str
			} else {
				args[k] = string(v)
			}
		}
	} else {
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		for k := range r.Form {
			args[k] = r.Form.Get(k)
		}
	}
	if h, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		args["token"] = h
	}
	return args, nil
}

func fail(e string) map[string]any { return map[string]any{"ok": false, "error": e} }

func (s *Server) do(method string, args map[string]string) map[string]any {
	scope, known := needs(method)
	if !known {
		return fail("unknown_method")
	}
	token := args["token"]
	if method == "apps.connections.open" {
		if token != s.AppToken {
			return fail("invalid_auth")
		}
		return s.openConnection()
	}
	if token != s.BotToken {
		return fail("invalid_auth")
	}
	if scope != "" && !slices.Contains(s.opts.Scopes, scope) {
		return map[string]any{"ok": false, "error": "missing_scope", "needed": scope, "provided": strings.Join(s.opts.Scopes, ",")}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch method {
	case "auth.test":
		return map[string]any{"ok": true, "url": s.http.URL + "/", "team": "Fake", "user": "zhiwen", "team_id": s.Team, "user_id": s.BotUser, "bot_id": s.BotID}
	case "chat.postMessage", "chat.postEphemeral":
		return s.postMessage(method, args)
	case "chat.update":
		return s.update(args)
	case "chat.delete":
		return s.remove(args)
	case "chat.startStream":
		return s.startStream(args)
	case "chat.appendStream", "chat.stopStream":
		return s.growStream(method, args)
	case "conversations.replies", "conversations.history":
		return s.replies(method, args)
	case "conversations.info":
		return map[string]any{"ok": true, "channel": map[string]any{"id": args["channel"]}}
	case "users.info":
		return map[string]any{"ok": true, "user": map[string]any{"id": args["user"], "team_id": s.Team, "name": "someone"}}
	case "assistant.threads.setStatus":
		s.statuses[args["channel_id"]+"/"+args["thread_ts"]] = args["status"]
		return map[string]any{"ok": true}
	case "agents.sessions.setStatus":
		return s.sessionStatus(args)
	case "assistant.threads.setSuggestedPrompts":
		var prompts []map[string]string
		if err := json.Unmarshal([]byte(args["prompts"]), &prompts); err != nil || len(prompts) == 0 || len(prompts) > 4 {
			return fail("invalid_arguments")
		}
		s.prompts[args["channel_id"]] = args["prompts"]
		return map[string]any{"ok": true}
	case "views.open", "views.publish":
		return s.view(method, args)
	}
	return fail("unknown_method")
}

func (s *Server) sessionStatus(args map[string]string) map[string]any {
	state := args["status"]
	if !slices.Contains([]string{"active", "processing", "suspended", "closed"}, state) {
		return fail("invalid_arguments")
	}
	if state != "processing" {
		state = ""
	}
	s.statuses[args["channel_id"]+"/"+args["thread_ts"]] = state
	return map[string]any{"ok": true, "status": args["status"], "agent_status": args["status"]}
}

func (s *Server) view(method string, args map[string]string) map[string]any {
	var v struct {
		Type   string           `json:"type"`
		Blocks []map[string]any `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(args["view"]), &v); err != nil || len(v.Blocks) == 0 {
		return fail("invalid_arguments")
	}
	if e := checkBlocks(v.Blocks); e != "" {
		return fail(e)
	}
	if method == "views.open" {
		if args["trigger_id"] == "" {
			return fail("invalid_trigger_id")
		}
		s.modals = append(s.modals, Call{Method: method, Args: args, At: time.Now()})
	} else {
		s.homes[args["user_id"]] = args["view"]
	}
	return map[string]any{"ok": true, "view": map[string]any{"id": s.id("V")}}
}

// content reads what a message shows and refuses what Slack would.
func content(args map[string]string) (blocks []map[string]any, metadata map[string]any, e string) {
	if raw := args["blocks"]; raw != "" {
		if err := json.Unmarshal([]byte(raw), &blocks); err != nil {
			return nil, nil, "invalid_blocks_format"
		}
		if e := checkBlocks(blocks); e != "" {
			return nil, nil, e
		}
	}
	if raw := args["metadata"]; raw != "" {
		if err := json.Unmarshal([]byte(raw), &metadata); err != nil {
			return nil, nil, "invalid_metadata_format"
		}
	}
	if utf8.RuneCountInString(args["text"]) > 40_000 {
		return nil, nil, "msg_too_long"
	}
	if utf8.RuneCountInString(args["markdown_text"]) > 12_000 {
		return nil, nil, "msg_too_long"
	}
	return blocks, metadata, ""
}

func (s *Server) postMessage(method string, args map[string]string) map[string]any {
	channel := args["channel"]
	if !channelID.MatchString(channel) || strings.HasPrefix(channel, "CMISSING") {
		return fail("channel_not_found")
	}
	blocks, metadata, e := content(args)
	if e != "" {
		return fail(e)
	}
	if args["text"] == "" && len(blocks) == 0 {
		return fail("no_text")
	}
	if strings.HasPrefix(channel, "U") {
		channel = "D" + channel[1:]
	}
	if s.tooFast(channel) {
		return fail("ratelimited")
	}
	m := &Message{TS: s.now(), ThreadTS: args["thread_ts"], Channel: channel, User: s.BotUser, Bot: true, Text: args["text"], Blocks: blocks, Metadata: metadata}
	if method == "chat.postEphemeral" {
		if args["user"] == "" {
			return fail("user_not_in_channel")
		}
		m.Ephemeral = args["user"]
	}
	s.messages[channel] = append(s.messages[channel], m)
	if m.Ephemeral != "" {
		return map[string]any{"ok": true, "message_ts": m.TS}
	}
	s.echo(m)
	return map[string]any{"ok": true, "channel": channel, "ts": m.TS, "message": s.wire(m, true)}
}

func (s *Server) tooFast(channel string) bool {
	if s.opts.ChannelRate <= 0 {
		return false
	}
	now := time.Now()
	recent := s.lastPost[channel]
	recent = slices.DeleteFunc(recent, func(t time.Time) bool { return now.Sub(t) > 5*s.opts.ChannelRate })
	if len(recent) >= 5 {
		s.lastPost[channel] = recent
		return true
	}
	s.lastPost[channel] = append(recent, now)
	return false
}

// echo delivers the bot's own message to the bot, as Slack does.
func (s *Server) echo(m *Message) {
	if s.opts.NoEcho {
		return
	}
	w := s.wire(m, false)
	w["channel"], w["channel_type"], w["event_ts"] = m.Channel, channelType(m.Channel), m.TS
	s.send("echo/"+m.TS, "events_api", s.envelope(w))
}

func (s *Server) message(channel, ts string) *Message {
	for _, m := range s.messages[channel] {
		if m.TS == ts && m.Ephemeral == "" {
			return m
		}
	}
	return nil
}

func (s *Server) update(args map[string]string) map[string]any {
	m := s.message(args["channel"], args["ts"])
	if m == nil {
		return fail("message_not_found")
	}
	if !m.Bot {
		return fail("cant_update_message")
	}
	if m.Streaming {
		return fail("streaming_state_conflict")
	}
	blocks, metadata, e := content(args)
	if e != "" {
		return fail(e)
	}
	m.Text, m.Markdown, m.Blocks, m.Edited = args["text"], "", blocks, true
	if metadata != nil {
		m.Metadata = metadata
	}
	return map[string]any{"ok": true, "channel": m.Channel, "ts": m.TS, "text": m.Text}
}

func (s *Server) remove(args map[string]string) map[string]any {
	m := s.message(args["channel"], args["ts"])
	if m == nil {
		return fail("message_not_found")
	}
	if !m.Bot {
		return fail("cant_delete_message")
	}
	s.messages[m.Channel] = slices.DeleteFunc(s.messages[m.Channel], func(o *Message) bool { return o == m })
	return map[string]any{"ok": true, "channel": m.Channel, "ts": m.TS}
}

func (s *Server) startStream(args map[string]string) map[string]any {
	channel := args["channel"]
	if args["thread_ts"] == "" {
		return fail("invalid_thread_ts")
	}
	if channelType(channel) != "im" && (args["recipient_user_id"] == "" || args["recipient_team_id"] == "") {
		return fail("missing_recipient_user_id")
	}
	if _, _, e := content(args); e != "" {
		return fail(e)
	}
	m := &Message{TS: s.now(), ThreadTS: args["thread_ts"], Channel: channel, User: s.BotUser, Bot: true, Markdown: args["markdown_text"], Streaming: true, began: time.Now()}
	s.messages[channel] = append(s.messages[channel], m)
	s.echo(m)
	return map[string]any{"ok": true, "channel": channel, "ts": m.TS}
}

func (s *Server) growStream(method string, args map[string]string) map[string]any {
	m := s.message(args["channel"], args["ts"])
	if m == nil {
		return fail("message_not_found")
	}
	if m.Streaming && time.Since(m.began) > s.opts.StreamLife {
		m.Streaming = false
	}
	if !m.Streaming {
		return fail("message_not_in_streaming_state")
	}
	blocks, metadata, e := content(args)
	if e != "" {
		return fail(e)
	}
	if method == "chat.appendStream" && args["markdown_text"] == "" && args["chunks"] == "" {
		return fail("no_text")
	}
	if utf8.RuneCountInString(m.Markdown)+utf8.RuneCountInString(args["markdown_text"]) > 12_000 {
		return fail("msg_too_long")
	}
	m.Markdown += args["markdown_text"]
	if method == "chat.stopStream" {
		m.Streaming = false
		m.Blocks = blocks
		if metadata != nil {
			m.Metadata = metadata
		}
	}
	return map[string]any{"ok": true, "channel": m.Channel, "ts": m.TS}
}

func (s *Server) replies(method string, args map[string]string) map[string]any {
	var found []map[string]any
	thread := args["ts"]
	for _, m := range s.messages[args["channel"]] {
		if m.Ephemeral != "" {
			continue
		}
		if method == "conversations.replies" && m.TS != thread && m.ThreadTS != thread {
			continue
		}
		if args["oldest"] != "" && m.TS <= args["oldest"] && m.TS != thread {
			continue
		}
		found = append(found, s.wire(m, args["include_all_metadata"] == "1" || args["include_all_metadata"] == "true"))
	}
	if method == "conversations.replies" && len(found) == 0 {
		return fail("thread_not_found")
	}
	return map[string]any{"ok": true, "messages": found, "has_more": false}
}

func (s *Server) wire(m *Message, metadata bool) map[string]any {
	w := map[string]any{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text, "team": s.Team}
	if m.Text == "" {
		w["text"] = m.Markdown
	}
	if m.ThreadTS != "" {
		w["thread_ts"] = m.ThreadTS
	}
	if m.Bot {
		w["bot_id"] = s.BotID
	}
	if metadata && m.Metadata != nil {
		w["metadata"] = m.Metadata
	}
	return w
}

func channelType(channel string) string {
	switch {
	case strings.HasPrefix(channel, "D"):
		return "im"
	case strings.HasPrefix(channel, "G"):
		return "group"
	}
	return "channel"
}
