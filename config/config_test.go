package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/config"
)

// isolate hides the settings of whoever runs the tests.
func isolate(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "ZHIWEN_") {
			t.Setenv(name, "") // restores it afterwards
			os.Unsetenv(name)
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_DATA_HOME", "")
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadDefaults(t *testing.T) {
	isolate(t)
	got, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%+v", config.Default()); fmt.Sprintf("%+v", got) != want {
		t.Errorf("Load() = %+v, want the defaults %s", got, want)
	}
}

// The list of sources is the same in the file and in the environment.
func TestLoadSources(t *testing.T) {
	isolate(t)
	path := file(t, "sources:\n  - name: news\n    feed: https://example.org/feed.xml\n    every: 30m\n    linked: true\n  - folder: ~/books\n    gone: remove\n")
	fromFile, err := config.Load(config.Sources{File: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZHIWEN_SOURCES", `[{"name": "news", "feed": "https://example.org/feed.xml", "every": "30m", "linked": true}, {"folder": "~/books", "gone": "remove"}]`)
	fromEnv, err := config.Load(config.Sources{File: file(t, "sources:\n  - url: https://example.org/\n")})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(fromEnv.Sources), fmt.Sprint(fromFile.Sources); got != want {
		t.Errorf("environment %s, file %s", got, want)
	}
	if s := fromFile.Sources; len(s) != 2 || s[0].Every != 30*time.Minute || !s[0].Linked || strings.Contains(s[1].Folder, "~") || s[1].Name != "~/books" && s[1].Name != s[1].Folder {
		t.Errorf("%+v", s)
	}
}

// The later source wins: file, environment, flags.
func TestLoadPrecedence(t *testing.T) {
	isolate(t)
	path := file(t, "llm:\n  model: from-file\n  base_url: http://file/v1\n  timeout: 5s\nstore:\n  dir: /file\nslack:\n  allow_channels: [C1, C2]\n")
	t.Setenv("ZHIWEN_LLM_BASE_URL", "http://env/v1")
	t.Setenv("ZHIWEN_STORE_DIR", "/env")
	t.Setenv("ZHIWEN_SLACK_ADMINS", "U1,U2")
	got, err := config.Load(config.Sources{File: path, Flags: map[string]any{"store.dir": "/flag"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, got, want string }{
		{"llm.model", got.LLM.Model, "from-file"},
		{"llm.base_url", got.LLM.BaseURL, "http://env/v1"},
		{"llm.timeout", got.LLM.Timeout.String(), (5 * time.Second).String()},
		{"store.dir", got.Store.Dir, "/flag"},
		{"slack.allow_channels", strings.Join(got.Slack.AllowChannels, " "), "C1 C2"},
		{"slack.admins", strings.Join(got.Slack.Admins, " "), "U1 U2"},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestLoadUserFile(t *testing.T) {
	isolate(t)
	dir, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "zhiwen"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "zhiwen", "config.yaml"), []byte("answer:\n  top_k: 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Answer.TopK != 3 {
		t.Errorf("answer.top_k = %d, want 3 from the user's own file", got.Answer.TopK)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		yaml string
		env  map[string]string
		want []string
	}{
		{"unknown setting", "llm:\n  base_ulr: http://x/v1\n", nil, []string{`"llm.base_ulr"`, `did you mean "llm.base_url"?`, "config.yaml"}},
		{"unknown section", "lm:\n  model: x\n", nil, []string{`did you mean "llm.model"?`}},
		{"unknown variable", "", map[string]string{"ZHIWEN_LLM_BASEURL": "x"}, []string{"did you mean ZHIWEN_LLM_BASE_URL?"}},
		{"section that is a value", "llm: openai\n", nil, []string{"llm", "below"}},
		{"not YAML", "llm: [\n", nil, []string{"config.yaml", "line"}},
		{"unknown provider", "llm:\n  provider: opnai\n", nil, []string{"llm.provider", `did you mean "openai"?`}},
		{"number that is a word", "answer:\n  top_k: many\n", nil, []string{"top_k"}},
		{"out of range", "answer:\n  top_k: 0\n", nil, []string{"answer.top_k is 0", "between 1 and 100"}},
		{"duration without a unit", "llm:\n  timeout: 5\n", nil, []string{"llm.timeout", "5m", "without a unit"}},
		{"negative duration", "llm:\n  timeout: -3s\n", nil, []string{"llm.timeout"}},
		{"no web address", "llm:\n  base_url: localhost:8080\n", nil, []string{"llm.base_url", "http://"}},
		{"no port", "serve:\n  listen: localhost\n", nil, []string{"serve.listen", "port"}},
		{"key and key file", "llm:\n  api_key: a\n  api_key_file: b\n", nil, []string{"llm.api_key", "keep one"}},
		{"source that is a text", "sources: [news]\n", nil, []string{"sources, entry 1"}},
		{"sources that are one", "sources: https://example.org/\n", nil, []string{"sources must be a list"}},
		{"source with an unknown setting", "sources:\n  - fed: https://example.org/\n", nil, []string{"entry 1", `did you mean "feed"?`}},
		{"source without a place", "sources:\n  - name: x\n", nil, []string{"exactly one of folder:"}},
		{"source with two places", "sources:\n  - {folder: a, url: 'https://example.org/'}\n", nil, []string{"exactly one of folder:"}},
		{"sources of one name", "sources:\n  - {name: a, folder: a}\n  - {name: a, folder: b}\n", nil, []string{"entry 2", "taken"}},
		{"source without a unit", "sources:\n  - {folder: a, every: 5}\n", nil, []string{"every must be a time such as 30m"}},
		{"source with a wrong word", "sources:\n  - {folder: a, gone: delete}\n", nil, []string{"keep or remove"}},
		{"source with a password", "sources:\n  - url: https://a:b@example.org/\n", nil, []string{"without a name and a password"}},
		{"private network", "web:\n  allow_private: [intranet]\n", nil, []string{"web.allow_private", "10.1.0.0/16"}},
		{"missing key file", "llm:\n  api_key_file: nowhere\n", nil, []string{"llm.api_key_file", "nowhere"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			isolate(t)
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			_, err := config.Load(config.Sources{File: file(t, c.yaml)})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
		})
	}
	t.Run("named file is missing", func(t *testing.T) {
		isolate(t)
		_, err := config.Load(config.Sources{File: "nowhere.yaml"})
		if err == nil || !strings.Contains(err.Error(), "nowhere.yaml") {
			t.Errorf("error %v does not name the file", err)
		}
	})
}

func TestSecrets(t *testing.T) {
	isolate(t)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("sk-very-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZHIWEN_SLACK_BOT_TOKEN", "xoxb-very-secret")
	cfg, err := config.Load(config.Sources{File: file(t, "llm:\n  api_key_file: "+key+"\n")})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(cfg.LLM.APIKey); got != "sk-very-secret" {
		t.Errorf("llm.api_key = %q, want the file's line", got)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("config", "config", cfg, "key", cfg.LLM.APIKey)
	encoded, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		logged.String(), string(encoded),
		fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", cfg), fmt.Sprintf("%q %s %x", cfg.LLM.APIKey, cfg.LLM.APIKey, cfg.LLM.APIKey),
	} {
		if strings.Contains(shown, "very-secret") || strings.Contains(shown, fmt.Sprintf("%x", "very-secret")) {
			t.Errorf("a secret is shown: %s", shown)
		}
	}
}

// Every setting has what the help and the environment need.
func TestSettings(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range config.Settings() {
		if s.Doc == "" || strings.HasPrefix(s.Name, ".") || strings.HasSuffix(s.Name, ".") {
			t.Errorf("setting %q lacks a name or a description", s.Name)
		}
		if seen[s.Env] {
			t.Errorf("setting %q: the variable %s is taken", s.Name, s.Env)
		}
		seen[s.Env] = true
	}
	if !seen["ZHIWEN_LLM_BASE_URL"] {
		t.Error("llm.base_url is not in the environment as ZHIWEN_LLM_BASE_URL")
	}
}

// What differs is named, of lists and secrets too, and no list is an empty one.
func TestChanged(t *testing.T) {
	before, now := config.Default(), config.Default()
	now.Serve.AllowHosts, now.Sources = []string{}, []config.Source{}
	if got := config.Changed(before, now); len(got) != 0 {
		t.Errorf("nothing has changed, but %v", got)
	}
	now.Serve.RequireKey, now.LLM.APIKey, now.Sources = true, "sk", []config.Source{{Name: "a", Folder: "a"}}
	now.Serve.AllowHosts = []string{"a"}
	if got := strings.Join(config.Changed(before, now), " "); got != "llm.api_key serve.require_key serve.allow_hosts sources" {
		t.Errorf("changed: %s", got)
	}
}

func ExampleNearest() {
	fmt.Println(config.Nearest("llm.base_ulr", []string{"llm.model", "llm.base_url"}))
	// Output: llm.base_url
}

func FuzzLoad(f *testing.F) {
	f.Add("llm:\n  base_url: http://x/v1\n")
	f.Add("a: [1, {b: 2}]\n")
	f.Add("slack:\n  admins: {a: b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := config.Load(config.Sources{File: file(t, text)})
		if err == nil && cfg.Validate() != nil {
			t.Errorf("Load accepted a configuration that does not validate: %q", text)
		}
	})
}

func ExampleLoad() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "zhiwen.yaml")
	if err := os.WriteFile(path, []byte("llm:\n  provider: none\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	cfg, err := config.Load(config.Sources{File: path, Flags: map[string]any{"answer.top_k": 5}})
	fmt.Println(cfg.LLM.Provider, cfg.Answer.TopK, err)
	// Output: none 5 <nil>
}
