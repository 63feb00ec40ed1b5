package slack

import (
	"context"
	"strings"
	"testing"

	"zhiwen/bot/slack/slackfake"
)

// While Slack does not take the token, the answer waits and /readyz says why;
// afterwards it is given, once, however often it was tried.
func TestRevokedToken(t *testing.T) {
	r := newRig(t, rigOptions{config: func(c *Config) { c.Attempts = 1 }})
	revoked := make([]slackfake.Fault, 8)
	for i := range revoked {
		revoked[i] = slackfake.Fault{Error: "token_revoked"}
	}
	r.Fail("chat.postMessage", revoked...)
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.until("/readyz says so", func() bool {
		err := r.bot.Ready(context.Background())
		return err != nil && strings.Contains(err.Error(), "token_revoked")
	})
	if m := r.answered("C1", ts, 1); !strings.Contains(m[0].All(), "三百二十吨") {
		t.Errorf("answer: %s", m[0].All())
	}
	if err := r.bot.Ready(context.Background()); err != nil {
		t.Errorf("with a token again: %v", err)
	}
}
