package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
)

func TestSlashCommandAndShare(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		key := r.Slash("U1", "C1", "青石镇茶厂收茶多少吨？")
		var got []slackfake.Message
		r.until("the user sees the answer", func() bool {
			got = r.Ephemerals("C1", "U1")
			return len(got) == 1
		})
		if !strings.Contains(got[0].All(), "三百二十吨") || !strings.Contains(got[0].All(), actionShare) {
			t.Errorf("answer: %s", got[0].All())
		}
		if len(r.Messages("C1")) != 0 {
			t.Error("others see it already")
		}
		r.Settle()
		for _, d := range r.Deliveries() {
			if d.Key == key && !strings.Contains(string(d.Payload), "ephemeral") {
				t.Errorf("acknowledged with %s", d.Payload)
			}
		}
		id := buttonValue(t, got[0], actionShare)
		r.Press("U2", "C1", got[0].TS, actionShare, id) // not hers to share
		r.Press("U1", "C1", got[0].TS, actionShare, id)
		r.Press("U1", "C1", got[0].TS, actionShare, id)
		r.until("it is shared", func() bool { return len(r.Messages("C1")) >= 1 })
		time.Sleep(50 * time.Millisecond)
		if n := len(r.Messages("C1")); n != 1 {
			t.Errorf("shared %d times", n)
		}
	})
}

// buttonValue finds the value of a button in a message.
func buttonValue(t *testing.T, m slackfake.Message, action string) string {
	t.Helper()
	for _, b := range m.Blocks {
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			el, _ := e.(map[string]any)
			if el["action_id"] != action {
				continue
			}
			if pos, ok := el["positive_button"].(map[string]any); ok {
				return pos["value"].(string)
			}
			return el["value"].(string)
		}
	}
	t.Fatalf("no %s in %s", action, m.All())
	return ""
}

func TestShortcut(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		ts := r.Say("U2", "C1", "听说青石镇茶厂去年收茶不少", "")
		r.Shortcut("U1", "C1", ts, callbackShortcut)
		r.until("the modal opens", func() bool { return len(r.Modals()) == 1 })
		if view := r.Modals()[0].Args["view"]; !strings.Contains(view, "听说青石镇茶厂去年收茶不少") {
			t.Errorf("modal: %s", view)
		}
		r.Submit("U1", "  ")
		r.Submit("U1", "青石镇茶厂去年收茶多少吨")
		r.until("the user sees the answer", func() bool { return len(r.Ephemerals("C1", "U1")) == 1 })
		if m := r.Ephemerals("C1", "U1")[0]; !strings.Contains(m.All(), "三百二十吨") {
			t.Errorf("answer: %s", m.All())
		}
	})
}

func TestFeedback(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
		m := r.answered("C1", ts, 1)[0]
		up := buttonValue(t, m, actionFeedback)
		r.Press("U1", "C1", m.TS, actionFeedback, up)
		r.Settle()
		r.Press("U1", "C1", m.TS, actionFeedback, strings.Replace(up, "up:", "down:", 1)) // thinks again
		r.Press("U2", "C1", m.TS, actionFeedback, up)
		r.Settle()
		var out bytes.Buffer
		n, err := bot.NewFeedback(r.db).Export(context.Background(), &out, bot.ExportOptions{})
		if err != nil || n != 2 {
			t.Fatalf("exported %d: %v\n%s", n, err, &out)
		}
		votes := map[bot.Vote]bot.Case{}
		for line := range strings.Lines(out.String()) {
			var c bot.Case
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			votes[c.Feedback] = c
		}
		good := votes[bot.VoteUp]
		if good.UserInput != "青石镇茶厂收茶多少吨？" || !good.Answerable || len(good.ReferenceContexts) == 0 || len(good.Reference) == 0 || good.NeedsReview {
			t.Errorf("case from 👍: %+v", good)
		}
		if bad := votes[bot.VoteDown]; !bad.NeedsReview || len(bad.Reference) != 0 {
			t.Errorf("case from 👎: %+v", bad)
		}
		r.until("the user is thanked", func() bool { return len(r.Ephemerals("C1", "U1")) >= 1 })
	})
}

func TestAppHomeAndPrompts(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		r.OpenApp("U1", "home")
		r.until("the home tab is published", func() bool { return r.Home("U1") != "" })
		if home := r.Home("U1"); !strings.Contains(home, "2024-03-05") || strings.Contains(home, "<!channel>") {
			t.Errorf("home: %s", home)
		}
		r.OpenApp("U1", "messages")
		r.until("prompts are suggested", func() bool { return r.Prompts("D1") != "" })
		if p := r.Prompts("D1"); !strings.Contains(p, "青石镇茶厂年报") {
			t.Errorf("prompts: %s", p)
		}
		r.OpenApp("U1", "messages")
		r.Settle()
		time.Sleep(50 * time.Millisecond)
		if n := len(r.Messages("D1")); n != 1 {
			t.Errorf("greeted %d times", n)
		}
	})
}

func TestStop(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.lib.pause(300 * time.Millisecond)
	ts := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗", "")
	r.until("it streams", func() bool { m := r.Thread("D1", ts); return len(m) == 1 && m[0].Streaming })
	r.Stop("U1", "D1", ts)
	m := r.answered("D1", ts, 1)[0]
	if strings.Contains(m.All(), "生产线") {
		t.Errorf("went on after stop: %s", m.All())
	}
	// It says so, and every marker has its source.
	if !strings.Contains(m.All(), "停止") || !strings.Contains(m.All(), "[1] 《青石镇茶厂年报》") || strings.Contains(m.All(), actionFeedback) {
		t.Errorf("after stop: %s", m.All())
	}
	// The thread is usable again.
	r.Say("U1", "D1", "红茶呢，绿茶占几成", ts)
	r.answered("D1", ts, 2)
}

func TestEditsAndDeletions(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Queue.Workers = 1 }})
	r.lib.pause(400 * time.Millisecond)
	first := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("it is being answered", func() bool { return len(r.lib.questions()) == 1 })
	r.Edit("C1", first, "<@U0BOT> 青石镇茶厂其中绿茶占几成？") // while it is being answered
	r.until("it is being answered anew", func() bool { return len(r.lib.questions()) == 2 })
	edited := r.Say("U1", "C1", "<@U0BOT> 河东图书馆在哪", "")
	gone := r.Say("U1", "C1", "<@U0BOT> 河东图书馆藏书多少", "")
	r.until("all are in the inbox", func() bool { return r.unfinished() == 3 })
	r.Edit("C1", edited, "<@U0BOT> 河东图书馆每周几闭馆")
	r.Delete("C1", gone)
	if m := r.answered("C1", first, 1)[0]; !strings.Contains(m.All(), "绿茶占六成") {
		t.Errorf("the edit while it was being answered was not taken over: %s", m.All())
	}
	r.Edit("C1", first, "<@U0BOT> 太晚了")
	if m := r.answered("C1", edited, 1)[0]; !strings.Contains(m.All(), "每周一闭馆") {
		t.Errorf("the edit was not taken over: %s", m.All())
	}
	if len(r.Thread("C1", gone)) != 0 {
		t.Error("answered a deleted question")
	}
	for _, q := range r.lib.questions() {
		if strings.Contains(q.Text, "藏书") || strings.Contains(q.Text, "太晚") {
			t.Errorf("asked %q", q.Text)
		}
	}
	// Deleted while it is being answered, in a direct message.
	dm := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗", "")
	r.until("it streams", func() bool { return len(r.Thread("D1", dm)) == 1 })
	r.Delete("D1", dm)
	r.until("it is given up", func() bool { return r.unfinished() == 0 && len(r.Thread("D1", dm)) == 0 })
}

func TestAccess(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) {
		c.Channels, c.Users, c.Admins = []string{"C1"}, []string{"U1"}, []string{"U9"}
	}})
	ask := func(user, channel string, extra map[string]any) string {
		return r.SayWith(user, channel, "<@U0BOT> 青石镇茶厂收茶多少吨？", "", extra)
	}
	good := ask("U1", "C1", nil)
	r.answered("C1", good, 1)
	r.answered("C1", ask("U9", "C1", nil), 1)
	for name, no := range map[string]struct {
		user, channel string
		extra         map[string]any
	}{
		"another channel":            {"U1", "C2", nil},
		"another user":               {"U2", "C1", nil},
		"another workspace":          {"U1", "C1", map[string]any{"user_team": "TEVIL", "team": "TEVIL"}},
		"source team elsewhere":      {"U1", "C1", map[string]any{"source_team": "TEVIL"}},
		"shared channel, no team":    {"U1", "C1", map[string]any{"team": nil, "is_ext_shared_channel": true}},
		"a bot":                      {"U1", "C1", map[string]any{"bot_id": "B7"}},
		"a topic change":             {"U1", "C1", map[string]any{"subtype": "channel_topic"}},
		"nobody":                     {"", "C1", nil},
		"the bot itself, without id": {"U0BOT", "C1", nil},
	} {
		ts := ask(no.user, no.channel, no.extra)
		r.Settle()
		time.Sleep(20 * time.Millisecond)
		if got := r.Thread(no.channel, ts); len(got) != 0 {
			t.Errorf("%s was answered: %s", name, got[0].All())
		}
	}
	if n := len(r.lib.questions()); n != 2 {
		t.Errorf("%d questions reached the answerer", n)
	}
	r.until("insiders are told why", func() bool { return len(r.Ephemerals("C2", "U1")) == 1 && len(r.Ephemerals("C1", "U2")) == 1 })
}

func TestAdminCommands(t *testing.T) {
	reloaded := make(chan bool, 3)
	r := newRig(t, rigOptions{
		config: func(c *Config) { c.Admins = []string{"U9"} },
		parts:  func(p *Parts) { p.Reload = func(context.Context) error { reloaded <- true; return nil } },
	})
	payload := func(key string) string {
		r.Settle()
		for _, d := range r.Deliveries() {
			if d.Key == key {
				return string(d.Payload)
			}
		}
		return ""
	}
	if got := payload(r.Slash("U1", "C1", "status")); !strings.Contains(got, "只有管理员") && !strings.Contains(got, "administrators") {
		t.Errorf("status for everybody: %s", got)
	}
	if got := payload(r.Slash("U9", "C1", "status")); !strings.Contains(got, "收件箱") {
		t.Errorf("status: %s", got)
	}
	payload(r.Slash("U1", "C1", "reload"))
	payload(r.Slash("U9", "C1", "reload"))
	r.until("the administrator is told", func() bool { return len(r.Ephemerals("C1", "U9")) == 1 })
	if len(reloaded) != 1 {
		t.Errorf("reloaded %d times", len(reloaded))
	}
}

func TestRateLimit(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.RatePerMinute, c.RateBurst = 1, 2 }})
	for range 5 {
		r.Say("U1", "D1", "茶厂去年收茶多少", "")
	}
	other := r.Say("U2", "D2", "茶厂去年收茶多少", "")
	r.answered("D2", other, 1)
	r.Settle()
	r.until("the user is told of each", func() bool {
		return strings.Count(fmt.Sprint(r.Ephemerals("D1", "U1")), "• 茶厂去年收茶多少") == 3
	})
	r.until("all is done", func() bool { return r.unfinished() == 0 })
	if n := len(r.lib.questions()); n != 3 {
		t.Errorf("%d questions answered, want 2 of U1 and 1 of U2", n)
	}
}

func TestEnglish(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.lib.articles[0].Quote = "The Greenstone mill took in 320 tons of tea last year."
	ts := r.Say("U1", "C1", "<@U0BOT> how much tea did the Greenstone mill take in last year?", "")
	m := r.answered("C1", ts, 1)[0]
	for _, want := range []string{"320 tons", "paragraph 2", "Helpful"} {
		if !strings.Contains(m.All(), want) {
			t.Errorf("lacks %q: %s", want, m.All())
		}
	}
}

func TestLongQueue(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Queue.Workers, c.TellPlace, c.Backlog = 1, 3, 5 }})
	r.lib.pause(800 * time.Millisecond)
	var asked []string
	for i := range 5 {
		asked = append(asked, r.Say("U"+string(rune('1'+i)), "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", ""))
		r.until("it is in the inbox", func() bool { return r.unfinished() >= min(i+1, 3) })
	}
	r.until("all are in the inbox", func() bool { return len(r.lib.questions()) > 1 || r.unfinished() == 5 })
	refused := r.Say("U8", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	told := func(user, what string) func() bool {
		return func() bool {
			for _, m := range r.Ephemerals("C1", user) {
				if strings.Contains(m.Text, what) {
					return true
				}
			}
			return false
		}
	}
	r.until("the last is told its place", told("U5", "前面还有"))
	r.until("one too many is told so", told("U8", "等待的问题太多"))
	if told("U1", "前面")() {
		t.Error("the first is told a place")
	}
	for _, ts := range asked {
		r.answered("C1", ts, 1)
	}
	if len(r.Thread("C1", refused)) != 0 {
		t.Error("answered what was refused")
	}
}
