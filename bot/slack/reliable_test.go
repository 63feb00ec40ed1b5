package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
	"zhiwen/rag"
)

// A tag that Slack refuses, a layout that it refuses, and a thread that may not
// be read while a post is in doubt: the answer arrives with its sources.
func TestRefusedByTheWorkspace(t *testing.T) {
	forbidden := make([]slackfake.Fault, 4)
	for i := range forbidden {
		forbidden[i] = slackfake.Fault{Error: "missing_scope"}
	}
	for _, c := range []struct {
		name, channel string
		faults        map[string][]slackfake.Fault
	}{
		{"tag of a post", "C1", map[string][]slackfake.Fault{"chat.postMessage": {{Error: "invalid_metadata_format"}}}},
		{"tag of a stream", "D1", map[string][]slackfake.Fault{"chat.stopStream": {{Error: "metadata_must_be_sent_from_app"}}}},
		{"layout", "C1", map[string][]slackfake.Fault{"chat.postMessage": {{Error: "invalid_blocks"}}}},
		{"threads may not be read", "C1", map[string][]slackfake.Fault{"chat.postMessage": {{Status: 500}}, "conversations.replies": forbidden}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, rigOptions{})
			for method, faults := range c.faults {
				r.Fail(method, faults...)
			}
			ts := r.Say("U1", c.channel, "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
			m := r.answered(c.channel, ts, 1)[0]
			for _, want := range []string{"三百二十吨", "《青石镇茶厂年报》", "第 2 段", "https://example.org/tea"} {
				if !strings.Contains(m.All(), want) {
					t.Errorf("lacks %q: %s", want, m.All())
				}
			}
			if err := r.bot.Ready(context.Background()); err != nil {
				t.Errorf("not ready: %v", err)
			}
		})
	}
}

// However long an answer is, nothing of it is lost when Slack refuses the
// layout.
func TestPlainTextHoldsEverything(t *testing.T) {
	var a rag.Answer
	for i := range 60 {
		a.Text += fmt.Sprintf("第%d句%s。[%d]", i, strings.Repeat("长", 100), i+1)
		a.Citations = append(a.Citations, rag.Citation{Marker: i + 1, Title: "题", Paragraph: 1, Quote: fmt.Sprintf("引文%d%s。", i, strings.Repeat("引", 200))})
	}
	plain := ""
	for _, p := range render(bot.Reply{Answer: a, Language: bot.Chinese}, renderOptions{}) {
		plain += p.Plain
	}
	for i := range 60 {
		for _, want := range []string{fmt.Sprintf("第%d句", i), fmt.Sprintf("引文%d引", i), fmt.Sprintf("[%d] 《题》", i+1)} {
			if !strings.Contains(plain, want) {
				t.Fatalf("%q is lost", want)
			}
		}
	}
}

// What the text says word for word is not said again below it.
func TestSourcesAreFolded(t *testing.T) {
	r := newRig(t, rigOptions{})
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	m := r.answered("C1", ts, 1)[0]
	said := 0
	for _, b := range m.Blocks {
		for _, text := range texts(b) {
			said += strings.Count(text, "三百二十吨")
		}
	}
	if said != 1 || !strings.Contains(m.All(), "《青石镇茶厂年报》") {
		t.Errorf("said %d times: %s", said, m.All())
	}
}

// In a channel, a slow answer shows how far it is, and nothing of that is left.
func TestProgressInAChannel(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.StepInterval = 20 * time.Millisecond }})
	r.lib.pause(100 * time.Millisecond)
	ts := r.Say("U1", "C1", "<@U0BOT> 茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗", "")
	r.answered("C1", ts, 1)
	steps := ""
	for _, c := range r.Calls("assistant.threads.setStatus") {
		steps += c.Args["status"] + "\n"
	}
	if !strings.Contains(steps, "还在查找") || !strings.Contains(steps, "已核对 2 句") {
		t.Errorf("steps:\n%s", steps)
	}
	if s := r.Status("C1", ts); s != "" {
		t.Errorf("left behind: %q", s)
	}
}

// Stop in a channel is answered in words, at work or still waiting.
func TestStopInAChannel(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Queue.Workers = 1 }})
	r.lib.pause(500 * time.Millisecond)
	first := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("it is being answered", func() bool { return len(r.lib.questions()) == 1 })
	waiting := r.Say("U2", "C1", "<@U0BOT> 河东图书馆藏书多少", "")
	r.until("both are in the inbox", func() bool { return r.unfinished() == 2 })
	r.Stop("U2", "C1", waiting)
	r.until("who waits is told", func() bool { return strings.Contains(fmt.Sprint(r.Ephemerals("C1", "U2")), "停止") })
	r.Stop("U1", "C1", first)
	if m := r.answered("C1", first, 1)[0]; !strings.Contains(m.All(), "停止") || strings.Contains(m.All(), "[1]") {
		t.Errorf("after stop: %s", m.All())
	}
	if n := len(r.Thread("C1", waiting)); n != 0 {
		t.Errorf("%d answers to a question that was stopped", n)
	}
}

// Two processes on one database: one answers, the other waits and takes over
// when the first ends or is out of touch.
func TestOneProcessAnswers(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Owner, c.Lease = "first/1/a", 300*time.Millisecond }})
	cfg := r.cfg
	cfg.Owner = "second/1/b"
	log := slog.New(slog.NewTextHandler(r.logs, nil))
	second, err := New(cfg, Parts{Handler: bot.NewHandler(r.lib, r.db, bot.HandlerOptions{Log: log}), DB: r.db, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- second.Run(ctx) }()
	defer func() { cancel(); <-done }()
	r.until("the second one waits", func() bool { return strings.Contains(r.logs.String(), "waiting for it to end") })
	for i := range 3 {
		ts := r.Say("U1", "C1", fmt.Sprintf("<@U0BOT> 青石镇茶厂收茶多少吨？%d", i), "")
		r.answered("C1", ts, 1)
		time.Sleep(150 * time.Millisecond) // over the length of a claim
	}
	if second.ready.Load() {
		t.Error("the second one answers too")
	}
	r.stop()
	r.until("the second one takes over", func() bool { return second.Ready(context.Background()) == nil })
	r.bot = second
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.answered("C1", ts, 1)
	// Out of touch for longer than its claim held: it ends, and settles nothing.
	if _, err := r.db.Exec(`UPDATE bot_owner SET owner = 'third/1/c', until = until + 3600000`); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		done <- err
		if !errors.Is(err, ErrTakenOver) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it goes on")
	}
}

// What keeps questions from being taken shows in /readyz.
func TestReadySaysWhy(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Backlog, c.Queue.Workers = 2, 1 }})
	r.lib.pause(400 * time.Millisecond)
	for i := range 2 {
		r.Say(fmt.Sprintf("U%d", i+1), "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	}
	r.until("it is saturated", func() bool {
		err := r.bot.Ready(context.Background())
		return err != nil && strings.Contains(err.Error(), "as many questions wait as may (2)")
	})
	r.until("it is ready again", func() bool { return r.bot.Ready(context.Background()) == nil })
	r.bot.parts.Ready = func(context.Context) error { return errors.New("the store was replaced") }
	if err := r.bot.Ready(context.Background()); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("ready: %v", err)
	}
}
