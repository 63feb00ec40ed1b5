package slack

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"gopkg.in/yaml.v3"
)

// The manifest asks for what the code needs and listens to.
func TestManifest(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/slack/manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Features struct {
			AgentView map[string]any `yaml:"agent_view"`
			AppHome   struct {
				Home     bool  `yaml:"home_tab_enabled"`
				Messages bool  `yaml:"messages_tab_enabled"`
				ReadOnly *bool `yaml:"messages_tab_read_only_enabled"`
			} `yaml:"app_home"`
			Commands []struct {
				Command string `yaml:"command"`
			} `yaml:"slash_commands"`
			Shortcuts []struct {
				Type       string `yaml:"type"`
				CallbackID string `yaml:"callback_id"`
			} `yaml:"shortcuts"`
		} `yaml:"features"`
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `yaml:"bot_events"`
			} `yaml:"event_subscriptions"`
			Interactivity struct {
				Enabled bool `yaml:"is_enabled"`
			} `yaml:"interactivity"`
			Socket bool `yaml:"socket_mode_enabled"`
		} `yaml:"settings"`
	}
	if err := yaml.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	var need []string
	for _, s := range requiredScopes() {
		need = append(need, s[0])
	}
	slices.Sort(need)
	slices.Sort(m.OAuth.Scopes.Bot)
	if !slices.Equal(need, m.OAuth.Scopes.Bot) {
		t.Errorf("the manifest asks for %v, the check for %v", m.OAuth.Scopes.Bot, need)
	}
	for _, e := range []string{"app_mention", "app_home_opened", "agent_session_stopped", "message.im", "message.channels", "message.groups", "message.mpim"} {
		if !slices.Contains(m.Settings.Events.Bot, e) {
			t.Errorf("the manifest does not subscribe to %s", e)
		}
	}
	f := m.Features
	if f.AgentView == nil || !f.AppHome.Home || !f.AppHome.Messages || f.AppHome.ReadOnly == nil || *f.AppHome.ReadOnly {
		t.Errorf("agent view or app home: %+v", f)
	}
	if len(f.Commands) != 1 || f.Commands[0].Command != "/zhiwen" || len(f.Shortcuts) != 1 || f.Shortcuts[0].CallbackID != callbackShortcut || f.Shortcuts[0].Type != "message" {
		t.Errorf("command or shortcut: %+v", f)
	}
	if !m.Settings.Interactivity.Enabled || !m.Settings.Socket {
		t.Error("interactivity or socket mode is off")
	}
}

// Logs and metrics say of each question how long it waited, how long it took,
// how it ended and what had to be repeated.
func TestLogAndMetrics(t *testing.T) {
	reader := metric.NewManualReader()
	r := newRig(t, rigOptions{parts: func(p *Parts) {
		p.Meter = metric.NewMeterProvider(metric.WithReader(reader)).Meter("test")
	}})
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂收茶多少吨？", "")
	r.answered("C1", ts, 1)
	ts = r.Say("U1", "D1", "火星上有水吗", "")
	r.answered("D1", ts, 1)
	var got metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &got); err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]int64{}
	measured := map[string]uint64{}
	for _, scope := range got.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range d.DataPoints {
					if v, ok := p.Attributes.Value("outcome"); ok {
						outcomes[v.AsString()] += p.Value
					}
				}
			case metricdata.Histogram[float64]:
				for _, p := range d.DataPoints {
					measured[m.Name] += p.Count
				}
			}
		}
	}
	if outcomes["answered"] != 1 || outcomes["refused"] != 1 {
		t.Errorf("outcomes %v", outcomes)
	}
	for _, name := range []string{"zhiwen.slack.queue.duration", "zhiwen.slack.answer.duration"} {
		if measured[name] != 2 {
			t.Errorf("%s measured %d times", name, measured[name])
		}
	}
	logs := r.logs.String()
	for _, want := range []string{"outcome=answered", "outcome=refused", "queue_ms=", "answer_ms=", "refused=true", "retries=0"} {
		if !strings.Contains(logs, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	if n := outcomeCount(got, "zhiwen.answers", "refused", "not_covered"); n != 1 {
		t.Errorf("%d refusals counted by their reason", n)
	}
	for _, name := range []string{"zhiwen.slack.queue.waiting", "zhiwen.working", "zhiwen.slack.inbox.depth", "zhiwen.slack.sockets", "zhiwen.slack.token.denied"} {
		if !hasMetric(got, name) {
			t.Errorf("there is no %s", name)
		}
	}
	if strings.Contains(logs, "茶厂") {
		t.Error("the log holds what was asked")
	}
}

// outcomeCount is a counter's value where an attribute has a value.
func outcomeCount(all metricdata.ResourceMetrics, name, key, value string) int64 {
	var n int64
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if d, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == name {
				for _, p := range d.DataPoints {
					if v, ok := p.Attributes.Value(attribute.Key(key)); ok && v.AsString() == value {
						n += p.Value
					}
				}
			}
		}
	}
	return n
}

func hasMetric(all metricdata.ResourceMetrics, name string) bool {
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name == name {
				return true
			}
		}
	}
	return false
}
