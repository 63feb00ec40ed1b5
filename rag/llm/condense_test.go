package llm

import (
	"context"
	"errors"
	"testing"
	"time"

	"zhiwen/rag"
)

func TestUnfaithful(t *testing.T) {
	history := []rag.Turn{{Question: "2021年智博会签约了多少个项目？", Answer: "签约92个项目，投资2,524亿元。"}}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		asked, rewritten string
		ok               bool
	}{
		{"投资总额呢？", "2021年智博会签约项目的投资总额是多少？", true},
		{"那2025年呢？", "2025年智博会签约了多少个项目？", true},
		{"去年的呢？", "2025年智博会签约了多少个项目？", true},
		{"那二○二五年呢？", "2025年智博会签约了多少个项目？", true},
		{"这2524亿元里民企占多少？", "2021年智博会2524亿元投资里民企占多少？", true},
		{"投资总额呢？", "2019年智博会签约项目的投资总额是多少？", false}, // a year that nobody said
		{"那2025年呢？", "2021年智博会签约了多少个项目？", false},   // lost the year
		{"《行动计划》是谁发布的？", "2021年智博会的计划是谁发布的？", false},
		{"LPL呢？", "2021年智博会签约了多少个项目？", false},
		{"投资总额呢？", "投资总额是多少？", false},       // nothing filled in
		{"那2025年呢？", "2025年智博会签约首日", false}, // asks nothing
		{"投资总额呢？", "", false},
		{"投资总额呢？", "作为语言模型我无法联网，请前往官方网站查询最新消息。", false},
	} {
		why := unfaithful(rag.Question{Text: tt.asked, History: history, Now: now}, tt.asked, tt.rewritten)
		if (why == "") != tt.ok {
			t.Errorf("%q → %q: rejected because %q, want accepted %v", tt.asked, tt.rewritten, why, tt.ok)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for in, want := range map[string]string{
		"改写：2021年投资多少？\n\n说明：补上了年份。":            "2021年投资多少？",
		"“2021年投资多少？”":                          "2021年投资多少？",
		"<think>嗯</think>\n问题：2021年投资多少？":       "2021年投资多少？",
		"Rewritten question: How much in 2021?": "How much in 2021?",
		"\n\n":                                  "",
	} {
		if got := firstLine(in); got != want {
			t.Errorf("firstLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestModelCondenser(t *testing.T) {
	q := rag.Question{Text: "投资总额呢？", History: []rag.Turn{{Question: "2021年智博会签约了多少个项目？", Answer: "92个。"}}}
	for _, tt := range []struct {
		name, fault, reply, want string
		err                      error
	}{
		{"rewritten", "", "2021年智博会签约项目的投资总额是多少？", "2021年智博会签约项目的投资总额是多少？", nil},
		{"invented year", "", "2018年智博会的投资总额是多少？", "", nil},
		{"no model", "401", "", q.Text, ErrUnauthorized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newJSONServer(t, tt.fault, tt.reply)
			c, err := NewModelCondenser(s, CondenserOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Condense(t.Context(), q)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q and %v, want %q and %v", got, err, tt.want, tt.err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := NewModelCondenser(newJSONServer(t, "", "x"), CondenserOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Condense(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got, err := c.Condense(ctx, rag.Question{Text: " 有几个？ "}); got != "有几个？" || err != nil {
		t.Errorf("without history: %q, %v", got, err)
	}
}
