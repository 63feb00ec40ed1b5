package slack

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhiwen/bot/slack/slackfake"
)

func TestCheck(t *testing.T) {
	fake := slackfake.New(slackfake.Options{})
	defer fake.Close()
	poor := slackfake.New(slackfake.Options{Scopes: []string{"chat:write", "im:history"}})
	defer poor.Close()
	good := Config{BotToken: fake.BotToken, AppToken: fake.AppToken, APIURL: fake.APIURL(), Admins: []string{"U1"}}
	tests := []struct {
		name string
		cfg  func(c *Config)
		want []string // in findings that are not ok; none means all is well
	}{
		{"all is well", func(*Config) {}, nil},
		{"no tokens", func(c *Config) { c.BotToken, c.AppToken = "", "" }, []string{"bot token is not set", "app token is not set"}},
		{"kinds swapped", func(c *Config) { c.BotToken, c.AppToken, c.APIURL = c.AppToken, c.BotToken, "" }, []string{`the bot token begins with "xapp…"`, `the app token begins with "xoxb…"`}},
		{"token refused", func(c *Config) { c.BotToken = "xoxb-other" }, []string{"does not accept the bot token: invalid_auth"}},
		{"app token refused", func(c *Config) { c.AppToken = "xapp-other" }, []string{"does not accept the app token"}},
		{"scopes missing", func(c *Config) { c.APIURL = poor.APIURL() }, []string{"app_mentions:read is missing", "commands is missing"}},
		{"names instead of IDs", func(c *Config) { c.Channels = []string{"#general"} }, []string{`"#general" in the list of channels`}},
		{"http without secret", func(c *Config) { c.Mode, c.Listen = ModeHTTP, "0.0.0.0:1" }, []string{"signing secret is not set"}},
		{"unreachable", func(c *Config) { c.APIURL = "http://127.0.0.1:1/" }, []string{"cannot be reached", "Socket Mode cannot be opened"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := good
			tt.cfg(&cfg)
			findings, err := Check(context.Background(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			var wrong []string
			for _, f := range findings {
				if f.Level != LevelOK {
					wrong = append(wrong, f.What)
					if f.Do == "" {
						t.Errorf("%q does not say what to do", f.What)
					}
				}
				for _, secret := range []string{cfg.BotToken, cfg.AppToken} {
					if secret != "" && strings.Contains(f.What+f.Do, secret) {
						t.Errorf("%q shows a token", f.What)
					}
				}
			}
			all := strings.Join(wrong, "\n")
			for _, w := range tt.want {
				if !strings.Contains(all, w) {
					t.Errorf("no finding %q in\n%s", w, all)
				}
			}
			if tt.want == nil && all != "" {
				t.Errorf("found %s", all)
			}
		})
	}
	if len(fake.Calls("chat.postMessage")) != 0 {
		t.Error("the check posted something")
	}
}

func TestOps(t *testing.T) {
	r := newRig(t, rigOptions{})
	ops := r.bot.Ops(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("metrics")) }))
	get := func(path string) int {
		w := httptest.NewRecorder()
		ops.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 404} {
		if got := get(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	r.stop()
	if got := get("/readyz"); got != 503 {
		t.Errorf("ready after the end: %d", got)
	}
	if got := get("/healthz"); got != 200 {
		t.Errorf("not healthy after the end: %d", got)
	}
}
