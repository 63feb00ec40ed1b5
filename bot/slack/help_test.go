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
	"zhiwen/rag"
)

// A vote against an answer asks why; what is said there is exported with the
// vote, and a person is asked in the thread, once.
func TestWhyAndAskAPerson(t *testing.T) {
	transports(t, func(t *testing.T, o rigOptions) {
		mode := o.config
		o.config = func(c *Config) { mode(c); c.AskGroup = "S0HELP" }
		r := newRig(t, o)
		ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
		m := r.answered("C1", ts, 1)[0]
		if strings.Contains(m.All(), actionPerson) {
			t.Errorf("an answer offers to ask a person at once: %s", m.All())
		}
		down := strings.Replace(buttonValue(t, m, actionFeedback), "up:", "down:", 1)
		r.Press("U2", "C1", m.TS, actionFeedback, down)
		r.until("the window opens", func() bool { return len(r.Modals()) == 1 })
		view := r.Modals()[0].Args["view"]
		for _, want := range []string{callbackWhy, "哪里不对", "出处不支持", "请人来回答"} {
			if !strings.Contains(view, want) {
				t.Errorf("the window lacks %q: %s", want, view)
			}
		}
		for range 2 { // pressed twice in a hurry
			r.SubmitWith("U2", map[string]any{
				"reason":  map[string]any{"reason": map[string]any{"type": "radio_buttons", "selected_option": map[string]any{"value": "wrong"}}},
				"comment": map[string]any{"comment": map[string]any{"type": "plain_text_input", "value": "应为三百吨 <!channel>"}},
				"person":  map[string]any{"person": map[string]any{"type": "checkboxes", "selected_options": []any{map[string]any{"value": "person"}}}},
			})
		}
		asked := r.answered("C1", ts, 2)[1]
		if !strings.Contains(asked.Text, "<!subteam^S0HELP>") || !strings.Contains(asked.Text, "<@U2>") || !strings.Contains(asked.Text, "收茶多少吨") {
			t.Errorf("asked a person with %q", asked.Text)
		}
		r.until("the user is told", func() bool { return strings.Contains(fmt.Sprint(r.Ephemerals("C1", "U2")), "已请") })
		var out bytes.Buffer
		if n, err := bot.NewFeedback(r.db).Export(context.Background(), &out, bot.ExportOptions{}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		for _, want := range []string{`"why":"wrong"`, "应为三百吨", `"needs_review":true`} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the export lacks %s: %s", want, &out)
			}
		}
		// A refusal offers it below; where a question was asked in private and
		// there is no channel for it, nothing is offered.
		ts = r.Say("U1", "C1", "<@U0BOT> 火星上有水吗", "")
		m = r.answered("C1", ts, 1)[0]
		value := buttonValue(t, m, actionPerson)
		r.Press("U1", "C1", m.TS, actionPerson, value)
		r.Press("U2", "C1", m.TS, actionPerson, value)
		r.answered("C1", ts, 2)
		dm := r.Say("U1", "D1", "火星上有水吗", "")
		if m := r.answered("D1", dm, 1)[0]; strings.Contains(m.All(), actionPerson) {
			t.Errorf("offered where nobody would see it: %s", m.All())
		}
	})
}

// From a direct message, a person is asked in the channel that is set for it.
func TestAskAPersonFromADirectMessage(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.AskGroup, c.AskChannel = "S0HELP", "C7" }})
	r.Fail("chat.postMessage", slackfake.Fault{Status: 503})
	dm := r.Say("U1", "D1", "火星上有水吗", "")
	m := r.answered("D1", dm, 1)[0]
	r.Fail("chat.postMessage", slackfake.Fault{Status: 502, Late: true})
	r.Press("U1", "D1", m.TS, actionPerson, buttonValue(t, m, actionPerson))
	r.until("it is asked once", func() bool { return len(r.Messages("C7")) == 1 && r.unfinished() == 0 })
	if m := r.Messages("C7")[0]; !strings.Contains(m.Text, "<!subteam^S0HELP>") || !strings.Contains(m.Text, "火星") {
		t.Errorf("asked with %q", m.Text)
	}
}

// Whatever Slack says to a share, it is done once, or its user is told and can
// press again.
func TestShareDespiteFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []slackfake.Fault
		gone   bool // the response URL is used up
		fails  bool
	}{
		{"unwell", []slackfake.Fault{{Status: 500}, {Error: "internal_error"}}, false, false},
		{"arrived without our knowing", []slackfake.Fault{{Cut: true, Late: true}}, false, false},
		{"not in the channel", []slackfake.Fault{{Error: "not_in_channel"}}, false, false},
		{"archived", []slackfake.Fault{{Error: "is_archived"}}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, rigOptions{})
			r.Slash("U1", "C1", "青石镇茶厂收茶多少吨？")
			r.until("the user sees the answer", func() bool { return len(r.Ephemerals("C1", "U1")) == 1 })
			m := r.Ephemerals("C1", "U1")[0]
			id := buttonValue(t, m, actionShare)
			r.Fail("chat.postMessage", c.faults...)
			if c.gone {
				r.UseUpResponses(true)
			}
			r.Press("U1", "C1", m.TS, actionShare, id)
			if c.fails {
				r.until("the user is told", func() bool {
					return strings.Contains(fmt.Sprint(r.Ephemerals("C1", "U1")), "没有接受") && r.unfinished() == 0
				})
				r.UseUpResponses(false)
				r.Press("U1", "C1", m.TS, actionShare, id)
			}
			r.until("it is shared", func() bool { return len(r.Messages("C1")) >= 1 && r.unfinished() == 0 })
			r.Press("U1", "C1", m.TS, actionShare, id)
			r.Settle()
			time.Sleep(50 * time.Millisecond)
			got := r.Messages("C1")
			if len(got) != 1 || !strings.Contains(got[0].All(), "三百二十吨") {
				t.Errorf("shared: %+v", got)
			}
		})
	}
}

// The bot reads no attached file, and says so rather than answer from something
// else.
func TestAttachedFiles(t *testing.T) {
	r := newRig(t, rigOptions{})
	file := map[string]any{"subtype": "file_share", "files": []any{map[string]any{"id": "F1", "name": "合同<!here>.pdf"}}}
	for i, text := range []string{"这份文件讲了什么？", "", "what does the attached document say about tea"} {
		channel := fmt.Sprintf("D%d", i+2)
		ts := r.SayWith(fmt.Sprintf("U%d", i+2), channel, text, "", file)
		r.until("the user is told", func() bool {
			m := r.Ephemerals(channel, fmt.Sprintf("U%d", i+2))
			return len(m) == 1 && strings.Contains(m[0].Text, ".pdf") && !strings.Contains(m[0].Text, "<!here>")
		})
		if len(r.Thread(channel, ts)) != 0 {
			t.Errorf("%q was answered", text)
		}
	}
	if n := len(r.lib.questions()); n != 0 {
		t.Errorf("%d questions were looked up", n)
	}
	ts := r.SayWith("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "", file)
	if m := r.answered("C1", ts, 1)[0]; !strings.Contains(m.All(), "三百二十吨") || !strings.Contains(m.All(), "没有读") {
		t.Errorf("answer beside a file: %s", m.All())
	}
}

// Only what the collection answers is suggested.
func TestSuggestedPromptsHaveAnswers(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) {
		c.Prompts = []Prompt{{Title: "茶", Message: "青石镇茶厂收茶多少吨？"}, {Title: "火星", Message: "火星上有水吗"}}
	}})
	r.OpenApp("U1", "messages")
	r.until("prompts are suggested", func() bool { return r.Prompts("D1") != "" })
	if p := r.Prompts("D1"); !strings.Contains(p, "收茶多少吨") || strings.Contains(p, "火星") {
		t.Errorf("prompts: %s", p)
	}
	n := len(r.lib.questions())
	r.OpenApp("U2", "messages")
	r.until("prompts are suggested again", func() bool { return r.Prompts("D2") != "" })
	if len(r.lib.questions()) != n {
		t.Error("tried out again although nothing has changed")
	}
}

// Who objects to an answer is told how to report it, where there are buttons for that.
func TestObjectionSaysHowToReport(t *testing.T) {
	reply := bot.Reply{Answer: rag.Answer{ID: "1", Text: "共有86家。[1]", Objected: true}}
	for language, want := range map[bot.Language]string{bot.Chinese: "请点 👎", bot.English: "press 👎"} {
		reply.Language = language
		for _, feedback := range []bool{true, false} {
			all := ""
			for _, p := range render(reply, renderOptions{Feedback: feedback}) {
				raw, err := json.Marshal(p.Blocks)
				if err != nil {
					t.Fatal(err)
				}
				all += string(raw)
			}
			if strings.Contains(all, want) != feedback {
				t.Errorf("%s, buttons %v: %s", language, feedback, all)
			}
		}
	}
}
