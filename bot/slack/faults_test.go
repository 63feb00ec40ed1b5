package slack

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
	"zhiwen/rag"
)

// Whatever fails in between, there is exactly one answer, whole and with its
// sources, and no working state is left behind.
func TestOneAnswerDespiteFaults(t *testing.T) {
	const ask = "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗"
	tests := []struct {
		name     string
		channel  string
		method   string
		faults   []slackfake.Fault
		messages int // in the thread; more than one when the rest is posted
	}{
		{"429 on post", "C1", "chat.postMessage", []slackfake.Fault{{Status: 429, RetryAfter: 1}}, 1},
		{"5xx before the post was stored", "C1", "chat.postMessage", []slackfake.Fault{{Status: 503}, {Status: 500}}, 1},
		{"5xx after the post was stored", "C1", "chat.postMessage", []slackfake.Fault{{Status: 502, Late: true}}, 1},
		{"connection cut before", "C1", "chat.postMessage", []slackfake.Fault{{Cut: true}}, 1},
		{"connection cut after the post was stored", "C1", "chat.postMessage", []slackfake.Fault{{Cut: true, Late: true}}, 1},
		{"Slack unwell", "C1", "chat.postMessage", []slackfake.Fault{{Error: "internal_error"}, {Error: "fatal_error"}}, 1},
		{"layout refused", "C1", "chat.postMessage", []slackfake.Fault{{Error: "invalid_blocks"}}, 1},
		{"status fails", "C1", "agents.sessions.setStatus", []slackfake.Fault{{Status: 500}}, 1},
		{"clearing the status held back", "C1", "agents.sessions.setStatus", []slackfake.Fault{{Delay: time.Millisecond}, {Status: 429, RetryAfter: 1}, {Status: 500}}, 1},
		{"old workspace", "C1", "agents.sessions.setStatus", []slackfake.Fault{{Error: "unknown_method"}}, 1},
		{"no streams", "D1", "chat.startStream", []slackfake.Fault{{Error: "unknown_method"}}, 1},
		{"429 on stream start", "D1", "chat.startStream", []slackfake.Fault{{Status: 429, RetryAfter: 1}}, 1},
		{"stream start cut after it began", "D1", "chat.startStream", []slackfake.Fault{{Cut: true, Late: true}}, 1},
		{"append lost after it was stored", "D1", "chat.appendStream", []slackfake.Fault{{Status: 500, Late: true}}, 1},
		{"append lost", "D1", "chat.appendStream", []slackfake.Fault{{Cut: true}}, 1},
		{"429 on append", "D1", "chat.appendStream", []slackfake.Fault{{Status: 429, RetryAfter: 1}}, 1},
		{"stream dead at append", "D1", "chat.appendStream", []slackfake.Fault{{Error: "message_not_in_streaming_state"}}, 2},
		{"stop lost after it was stored", "D1", "chat.stopStream", []slackfake.Fault{{Status: 500, Late: true}}, 1},
		{"stop lost", "D1", "chat.stopStream", []slackfake.Fault{{Cut: true}}, 1},
		{"429 on stop", "D1", "chat.stopStream", []slackfake.Fault{{Status: 429, RetryAfter: 1}}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, rigOptions{})
			r.lib.pause(60 * time.Millisecond)
			r.Fail(tt.method, tt.faults...)
			text := ask
			if tt.channel == "C1" {
				text = "<@U0BOT> " + ask
			}
			ts := r.Say("U1", tt.channel, text, "")
			got := r.answered(tt.channel, ts, tt.messages)
			all := ""
			for _, m := range got {
				all += m.All()
			}
			for _, want := range []string{"三百二十吨", "绿茶占六成", "两条生产线"} {
				shown := 0
				for _, m := range got {
					body := m.Markdown
					for _, b := range m.Blocks {
						if b["type"] == "markdown" {
							body += b["text"].(string)
						}
					}
					if len(m.Blocks) == 0 {
						body += m.Text
					}
					shown += strings.Count(body, want)
				}
				if shown != 1 {
					t.Errorf("%q is shown %d times: %s", want, shown, all)
				}
			}
			if tt.name != "layout refused" && strings.Count(all, actionFeedback) != 1 {
				t.Errorf("want the buttons once: %s", all)
			}
			if n := len(r.lib.questions()); n != 1 {
				t.Errorf("answered %d times", n)
			}
			if r.Busy() != 0 {
				t.Error("the working state is stuck")
			}
			if len(r.Calls(tt.method)) < 1 {
				t.Errorf("%s was never called", tt.method)
			}
		})
	}
}

func TestStreamExpires(t *testing.T) {
	r := newRig(t, rigOptions{fake: slackfake.Options{StreamLife: 150 * time.Millisecond}})
	r.lib.pause(120 * time.Millisecond)
	ts := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗", "")
	got := r.answered("D1", ts, 2)
	if !strings.Contains(got[0].Markdown, "三百二十吨") || !strings.Contains(got[1].All(), "两条生产线") || !strings.Contains(got[1].All(), "《青石镇茶厂年报》") {
		t.Errorf("the rest was not posted: %s %s", got[0].All(), got[1].All())
	}
	if strings.Contains(got[1].All(), `"text":"青石镇茶厂去年收茶三百二十吨。[1]`) {
		t.Error("what was streamed is said again")
	}
}

func TestLostAndRepeatedDeliveries(t *testing.T) {
	for _, mode := range []Mode{ModeSocket, ModeHTTP} {
		t.Run(string(mode), func(t *testing.T) {
			r := newRig(t, rigOptions{
				fake:   slackfake.Options{AckTimeout: 200 * time.Millisecond, RetryPause: 10 * time.Millisecond},
				config: func(c *Config) { c.Mode = mode },
			})
			r.LoseAcks(3)
			ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
			r.Settle()
			r.Again("C1", ts)
			r.Settle()
			r.answered("C1", ts, 1)
			repeated := false
			for _, d := range r.Deliveries() {
				repeated = repeated || d.Attempts > 1
				if !d.Acked {
					t.Errorf("%s was never acknowledged", d.Key)
				}
			}
			if !repeated {
				t.Error("nothing was delivered again: the test tests nothing")
			}
			// Also long after it was answered, and after a restart.
			r.stop()
			r.start(rigOptions{config: func(c *Config) { c.Mode = mode }})
			r.Again("C1", ts)
			r.Settle()
			r.answered("C1", ts, 1)
		})
	}
}

// A mention is delivered twice; either delivery alone is enough.
func TestHalfOfAMention(t *testing.T) {
	r := newRig(t, rigOptions{})
	for _, kind := range []string{"message", "app_mention"} {
		ts := r.SayWith("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "", map[string]any{"type": kind})
		r.answered("C1", ts, 1)
	}
}

func TestConnectionsEnd(t *testing.T) {
	r := newRig(t, rigOptions{fake: slackfake.Options{AckTimeout: 300 * time.Millisecond, PingEvery: 50 * time.Millisecond}})
	r.until("two connections", func() bool { return r.Connections() == 2 })
	var asked []string
	for i := range 12 {
		switch i % 4 {
		case 1:
			r.Refresh("refresh_requested")
		case 3:
			r.Cut()
		}
		asked = append(asked, r.Say(fmt.Sprintf("U%d", i+1), "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", ""))
		time.Sleep(20 * time.Millisecond)
	}
	for _, ts := range asked {
		r.answered("C1", ts, 1)
	}
	r.until("two connections again", func() bool { return r.Connections() == 2 })
}

func TestUnreadableDelivery(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		// Blocks of a kind that the library does not know, where it wants a list.
		ts := r.SayWith("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "", map[string]any{"blocks": "?", "files": 7})
		r.answered("C1", ts, 1)
		r.SayWith("U1", "C1", "<@U0BOT> 青石镇", "", map[string]any{"text": []int{1}})
		r.Settle()
		for _, d := range r.Deliveries() {
			if !d.Acked || d.Attempts != 1 {
				t.Errorf("%s: acknowledged %v after %d attempts", d.Key, d.Acked, d.Attempts)
			}
		}
	})
}

// sleeper is an answerer that does not listen.
type sleeper struct{ d time.Duration }

func (s sleeper) Answer(_ context.Context, q rag.Question, on bot.OnSentence) (rag.Answer, error) {
	if on != nil {
		_ = on(rag.Sentence{Text: "慢慢来。[1]"})
	}
	time.Sleep(s.d)
	return rag.Answer{Text: "慢慢来。[1]"}, nil
}

func TestTooSlow(t *testing.T) {
	for _, channel := range []string{"C1", "D1"} {
		r := newRig(t, rigOptions{
			answer:  sleeper{3 * time.Second},
			handler: bot.HandlerOptions{Deadline: 150 * time.Millisecond, Fallback: &librarian{articles: shelf()}},
		})
		ts := r.Say("U1", channel, "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
		m := r.answered(channel, ts, 1)[0]
		for _, want := range []string{"没能在规定时间内", "三百二十吨", "《青石镇茶厂年报》"} {
			if !strings.Contains(m.All(), want) {
				t.Errorf("%s: lacks %q: %s", channel, want, m.All())
			}
		}
	}
	r := newRig(t, rigOptions{answer: sleeper{2 * time.Second}, handler: bot.HandlerOptions{Deadline: 50 * time.Millisecond}})
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	if m := r.answered("C1", ts, 1)[0]; !strings.Contains(m.All(), "没能得出答案") {
		t.Errorf("without a fallback: %s", m.All())
	}
}

type panicker struct{}

func (panicker) Answer(context.Context, rag.Question, bot.OnSentence) (rag.Answer, error) {
	panic("out of ideas")
}

func TestPanicIsAnApology(t *testing.T) {
	r := newRig(t, rigOptions{answer: panicker{}})
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	m := r.answered("C1", ts, 1)[0]
	if !strings.Contains(m.All(), "内部出了错") || strings.Contains(m.All(), "goroutine") || strings.Contains(m.All(), "ideas") {
		t.Errorf("%s", m.All())
	}
}

func TestDrain(t *testing.T) {
	// Enough time: the question in work is finished, the others wait.
	r := newRig(t, rigOptions{config: func(c *Config) { c.Queue.Workers = 1 }})
	r.lib.pause(150 * time.Millisecond)
	first := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("it is being answered", func() bool { return len(r.lib.questions()) == 1 })
	second := r.Say("U2", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("both are in the inbox", func() bool { return r.unfinished() == 2 })
	r.stop()
	if len(r.Thread("C1", first)) != 1 || len(r.Thread("C1", second)) != 0 || r.Busy() != 0 {
		t.Errorf("after the drain: %d and %d answers, %d busy", len(r.Thread("C1", first)), len(r.Thread("C1", second)), r.Busy())
	}
	r.start(rigOptions{})
	r.answered("C1", second, 1)
	r.answered("C1", first, 1)
	r.stop()

	// Too little: the question is put back and answered by the next start, and
	// the half-streamed message is not left behind.
	r.cfg.Drain = 50 * time.Millisecond
	r.start(rigOptions{})
	r.lib.pause(400 * time.Millisecond)
	dm := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗", "")
	r.until("it streams", func() bool { return len(r.Thread("D1", dm)) == 1 })
	r.stop()
	r.start(rigOptions{})
	m := r.answered("D1", dm, 1)[0]
	if !strings.Contains(m.All(), "两条生产线") {
		t.Errorf("%s", m.All())
	}
}

// A question that kills the process again and again is given up in words.
func TestGivesUp(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Attempts, c.Drain = 2, time.Millisecond }})
	r.lib.pause(10 * time.Second)
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("it is being answered", func() bool { return len(r.lib.questions()) == 1 })
	r.stop()
	// As a kill would have left it.
	if _, err := r.db.Exec(`UPDATE bot_inbox SET state = 'working', attempts = 2`); err != nil {
		t.Fatal(err)
	}
	r.start(rigOptions{})
	if m := r.answered("C1", ts, 1)[0]; !strings.Contains(m.All(), "试了几次") {
		t.Errorf("%s", m.All())
	}
	if n := len(r.lib.questions()); n != 1 {
		t.Errorf("answered %d times", n)
	}
}

// Without the scope to read threads it cannot look what was posted, but it
// answers all the same.
func TestResumesWithoutHistoryScope(t *testing.T) {
	r := newRig(t, rigOptions{
		fake:   slackfake.Options{Scopes: []string{"chat:write", "assistant:write"}},
		config: func(c *Config) { c.Drain = time.Millisecond },
	})
	r.lib.pause(10 * time.Second)
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("it is being answered", func() bool { return len(r.lib.questions()) == 1 })
	r.stop()
	r.lib.pause(0)
	r.start(rigOptions{})
	if m := r.answered("C1", ts, 1)[0]; !strings.Contains(m.All(), "三百二十吨") {
		t.Errorf("%s", m.All())
	}
	if !strings.Contains(r.logs.String(), "missing_scope") {
		t.Error("the log does not say what is missing")
	}
}

func TestUndeliverable(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.Fail("chat.postMessage", slackfake.Fault{Error: "is_archived"})
	r.Fail("chat.postEphemeral", slackfake.Fault{Error: "is_archived"})
	r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("its asker alone gets it", func() bool {
		m := r.Messages("D1")
		return len(m) == 1 && strings.Contains(m[0].All(), "三百二十吨") && r.unfinished() == 0 && r.Busy() == 0
	})
	if !strings.Contains(r.logs.String(), "could not be delivered") {
		t.Error("not logged")
	}
}

func TestBadTokens(t *testing.T) {
	fake := slackfake.New(slackfake.Options{})
	defer fake.Close()
	db := openDB(t, t.TempDir()+"/store.db")
	parts := Parts{Handler: bot.NewHandler(&librarian{}, db, bot.HandlerOptions{}), DB: db}
	for _, cfg := range []Config{
		{BotToken: "xoxb-wrong", AppToken: fake.AppToken},
		{BotToken: fake.BotToken, AppToken: "xapp-wrong"},
	} {
		cfg.APIURL = fake.APIURL()
		b, err := New(cfg, parts)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err = b.Run(ctx)
		cancel()
		if err == nil || !strings.Contains(err.Error(), "invalid_auth") {
			t.Errorf("Run: %v", err)
		}
		if strings.Contains(err.Error(), "wrong") {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}
