package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// In a thread that the bot takes part in, each policy answers what it says;
// where nobody addressed the bot it is quiet rather than refuse.
func TestPolicies(t *testing.T) {
	const (
		question = "其中绿茶占几成？"
		chatter  = "好的，谢谢大家，下午开会见"
		unknown  = "明天会下雨吗？"
	)
	for _, c := range []struct {
		policy                     Policy
		question, chatter, unknown bool
	}{
		{"", true, false, false}, {PolicyAll, true, true, true}, {PolicyMention, false, false, false},
	} {
		t.Run(string(c.policy), func(t *testing.T) {
			r := newRig(t, rigOptions{config: func(cfg *Config) { cfg.Policies = map[string]Policy{"C1": c.policy} }})
			if c.policy == "" {
				r.bot.cfg.Policies = nil
			}
			root := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
			n := 1
			r.answered("C1", root, n)
			for _, said := range []struct {
				text     string
				answered bool
			}{{chatter, c.chatter}, {unknown, c.unknown}, {question, c.question}} {
				r.Say("U2", "C1", said.text, root)
				r.Settle()
				if said.answered {
					n++
				}
				r.answered("C1", root, n)
			}
			r.Say("U2", "C1", "<@U0BOT> "+unknown, root) // addressed, it always gets an answer
			r.answered("C1", root, n+1)
		})
	}
}

func TestPolicyOffAndEphemeral(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) {
		c.Policies = map[string]Policy{"C1": PolicyOff, "C2": PolicyEphemeral}
	}})
	off := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("the user is told", func() bool {
		m := r.Ephemerals("C1", "U1")
		return len(m) == 1 && strings.Contains(m[0].All(), "没有开通")
	})
	private := r.Say("U1", "C2", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("the user alone is answered", func() bool {
		m := r.Ephemerals("C2", "U1")
		return len(m) == 1 && strings.Contains(m[0].All(), "三百二十吨")
	})
	r.Settle()
	if n := len(r.Thread("C1", off)) + len(r.Thread("C2", private)); n != 0 {
		t.Errorf("%d messages that others see", n)
	}
}

func TestParsePolicies(t *testing.T) {
	got, err := ParsePolicies([]string{"C1=off", " C2 = mention "})
	if err != nil || got["C1"] != PolicyOff || got["C2"] != PolicyMention {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"C1", "=off", "C1=loud"} {
		if _, err := ParsePolicies([]string{bad}); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// What is no question to be looked up gets a sentence that says what to do.
func TestInsteadOfAnAnswer(t *testing.T) {
	r := newRig(t, rigOptions{})
	for i, c := range []struct{ text, want string }{
		{strings.Repeat("青石镇茶厂收茶多少吨？", 200), "2200 个字，最多可以有 2000 个"},
		{"帮助", "每句话都附上"},
		{"你是谁？", "我是知问"},
	} {
		user := fmt.Sprintf("U%d", i+1)
		r.Say(user, "C1", "<@U0BOT> "+c.text, "")
		r.until("the user is told: "+c.want, func() bool {
			m := r.Ephemerals("C1", user)
			return len(m) == 1 && strings.Contains(m[0].All(), c.want)
		})
	}
	if n := len(r.lib.questions()); n != 0 {
		t.Errorf("%d questions were looked up", n)
	}
}

// A message that mentions the bot only after it was edited is a question; one
// that did so before is not asked again.
func TestEditAddsTheMention(t *testing.T) {
	r := newRig(t, rigOptions{})
	ts := r.Say("U1", "C1", "青石镇茶厂收茶多少吨？", "")
	r.Settle()
	if n := len(r.Thread("C1", ts)); n != 0 {
		t.Fatalf("%d answers to nobody's question", n)
	}
	r.Edit("C1", ts, "<@U0BOT> 青石镇茶厂收茶多少吨？")
	if m := r.answered("C1", ts, 1); !strings.Contains(m[0].All(), "三百二十吨") {
		t.Errorf("answer: %s", m[0].All())
	}
	r.Edit("C1", ts, "<@U0BOT> 青石镇茶厂去年收茶多少吨？")
	r.Settle()
	r.answered("C1", ts, 1)
}

// A direct message is answered within seconds while a channel has 60 questions
// waiting, whose answers can be posted only one a second.
func TestDirectMessageBesideABusyChannel(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.PostInterval, c.TellPlace = time.Second, 1000 }})
	for i := range 60 {
		r.Say(fmt.Sprintf("U%d", i+10), "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	}
	r.Settle()
	began := time.Now()
	ts := r.Say("U1", "D1", "青石镇茶厂收茶多少吨？", "")
	r.until("the direct message is answered", func() bool {
		m := r.Thread("D1", ts)
		return len(m) == 1 && !m[0].Streaming && strings.Contains(m[0].All(), "三百二十吨")
	})
	took := time.Since(began)
	if waiting := r.unfinished(); took > slowdown*5*time.Second || waiting < 20 {
		t.Errorf("answered after %s, with %d questions waiting elsewhere", took, waiting)
	}
	t.Logf("answered after %s with %d questions waiting elsewhere", took, r.unfinished())
}
