package slack

import (
	"strings"
	"testing"
	"time"
)

// transports runs a test over both ways in which events reach the bot.
func transports(t *testing.T, f func(t *testing.T, o rigOptions)) {
	for _, mode := range []Mode{ModeSocket, ModeHTTP} {
		t.Run(string(mode), func(t *testing.T) {
			f(t, rigOptions{config: func(c *Config) { c.Mode = mode }})
		})
	}
}

func TestMention(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
		m := r.answered("C1", ts, 1)[0]
		for _, want := range []string{"三百二十吨。[1]", "《青石镇茶厂年报》", "2024-03-05", "第 2 段", "zhiwen_feedback", "example.org"} {
			if !strings.Contains(m.All(), want) {
				t.Errorf("the answer lacks %q: %s", want, m.All())
			}
		}
		if n := len(r.lib.questions()); n != 1 {
			t.Errorf("the mention was answered %d times although it is delivered twice", n)
		}
		if got := r.lib.questions()[0].Text; got != "青石镇茶厂收茶多少吨？" {
			t.Errorf("asked %q", got)
		}
		if r.Calls("chat.startStream") != nil {
			t.Error("streamed in a channel")
		}
	})
}

func TestThreadFollowUp(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
		r.answered("C1", ts, 1)
		r.Say("U2", "C1", "绿茶占几成", ts)
		r.answered("C1", ts, 2)
		q := r.lib.questions()[1]
		if len(q.History) != 1 || !strings.Contains(q.History[0].Answer, "三百二十吨") {
			t.Errorf("history %+v", q.History)
		}
		// Elsewhere, and to somebody else, it keeps quiet.
		other := r.Say("U1", "C1", "茶厂的绿茶怎么样", "")
		r.Say("U2", "C1", "茶厂的绿茶很好", other)
		r.Say("U2", "C1", "<@U7> 茶厂的绿茶很好", ts)
		r.Settle()
		if len(r.Thread("C1", other)) != 0 {
			t.Error("answered a conversation it takes no part in")
		}
		r.answered("C1", ts, 2)
		// A restart does not forget which threads it is in.
		r.stop()
		r.start(o)
		r.Say("U2", "C1", "红茶呢，红茶占几成", ts)
		r.answered("C1", ts, 3)
	})
}

func TestDirectMessage(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		r := newRig(t, o)
		r.lib.pause(60 * time.Millisecond)
		ts := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成", "")
		m := r.answered("D1", ts, 1)[0]
		if r.Calls("chat.startStream") == nil {
			t.Error("not streamed")
		}
		if want := "青石镇茶厂去年收茶三百二十吨。[1]其中绿茶占六成，其余是红茶！[2]"; !strings.HasPrefix(m.Markdown, want) {
			t.Errorf("streamed %q, want %q", m.Markdown, want)
		}
		if !strings.Contains(m.All(), "《青石镇茶厂年报》") || m.Metadata == nil {
			t.Errorf("no sources or no tag: %s %v", m.All(), m.Metadata)
		}
		refused := r.Say("U1", "D1", "火星上有水吗", "")
		if m := r.answered("D1", refused, 1)[0]; !strings.Contains(m.All(), "资料中没有相关信息") {
			t.Errorf("refusal: %s", m.All())
		}
	})
}
