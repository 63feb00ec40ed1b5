// Package config is everything a user can set.
//
// Every setting has one name with a dot in it, such as llm.base_url. It can
// stand in the config file (YAML), in the environment (ZHIWEN_LLM_BASE_URL)
// or, for a few, on the command line; the later of these wins. [Load] reads
// all three into one plain [Config] that has been checked, so that the rest of
// the program sees neither files nor the environment:
//
//	cfg, err := config.Load(config.Sources{File: "zhiwen.yaml"})
//
// Start with [Config] for what there is, and with load.go for how it is read.
package config

import (
	"fmt"
	"log/slog"
	"time"
)

// Config is the whole configuration. [Default] says what holds when nothing
// is set. The tags give each setting's name and what the help says about it.
type Config struct {
	Store      Store      `mapstructure:"store"`
	Index      Index      `mapstructure:"index"`
	Embeddings Embeddings `mapstructure:"embeddings"`
	LLM        LLM        `mapstructure:"llm"`
	Answer     Answer     `mapstructure:"answer"`
	Slack      Slack      `mapstructure:"slack"`
	Serve      Serve      `mapstructure:"serve"`
	Log        Log        `mapstructure:"log"`
	Telemetry  Telemetry  `mapstructure:"telemetry"`
	Web        Web        `mapstructure:"web"`
	Sources    []Source   `mapstructure:"-" setting:"sources" doc:"places that serve, slack and ingest --watch follow, see docs/sources.md; in the environment as YAML or JSON"`
}

// Store says where everything that must survive is kept.
type Store struct {
	Dir string `mapstructure:"dir" doc:"folder of the article store"`
}

// Index says where articles are kept and searched: in the store's folder, or on
// a cluster, for collections that outgrow one machine.
type Index struct {
	Backend     string   `mapstructure:"backend" doc:"where articles are kept: local (in the store's folder) or weaviate (on a cluster; the folder then keeps conversations, votes and keys only)"`
	Hosts       []string `mapstructure:"hosts" doc:"weaviate: addresses of the nodes, for example 10.0.0.1:8080 or https://node1.example.org"`
	APIKey      Secret   `mapstructure:"api_key" doc:"weaviate: key of the cluster"`
	APIKeyFile  string   `mapstructure:"api_key_file" doc:"weaviate: file that holds the key"`
	Collection  string   `mapstructure:"collection" doc:"weaviate: name that the classes of the collection begin with"`
	Replicas    int      `mapstructure:"replicas" doc:"weaviate: nodes that keep each passage, when the collection is made"`
	Shards      int      `mapstructure:"shards" doc:"weaviate: parts that the collection is cut into when it is made, 0 means one for each node"`
	Consistency string   `mapstructure:"consistency" doc:"weaviate: replicas that take part in each write and read: QUORUM, ONE or ALL"`
}

// Embeddings says how text becomes a vector.
type Embeddings struct {
	Provider   string `mapstructure:"provider" doc:"onnx (in this process), openai (or any server that speaks its protocol), ollama, googleai or mistral"`
	Model      string `mapstructure:"model" doc:"model's name at the provider; empty means the provider's usual one"`
	BaseURL    string `mapstructure:"base_url" doc:"address of the provider's server, for openai and ollama"`
	APIKey     Secret `mapstructure:"api_key" doc:"key for the provider"`
	APIKeyFile string `mapstructure:"api_key_file" doc:"file that holds the key"`
	ModelDir   string `mapstructure:"model_dir" doc:"onnx: folder with the model and its tokenizer.json; empty means the user's cache folder, filled by make model"`
	Runtime    string `mapstructure:"runtime" doc:"onnx: the ONNX Runtime library; empty means the user's cache folder, filled by make model"`
	Threads    int    `mapstructure:"threads" doc:"onnx: texts embedded at the same time, 0 means one per core, at most 4"`
}

// LLM says which language model words the answers, if any.
type LLM struct {
	Provider      string        `mapstructure:"provider" doc:"auto, none, openai (or any server that speaks its protocol), anthropic, googleai, ollama, mistral, bedrock, deepseek, dashscope or siliconflow"`
	Model         string        `mapstructure:"model" doc:"model's name at the provider"`
	BaseURL       string        `mapstructure:"base_url" doc:"address of the server, for example http://127.0.0.1:8080/v1"`
	APIKey        Secret        `mapstructure:"api_key" doc:"key for the provider"`
	APIKeyFile    string        `mapstructure:"api_key_file" doc:"file that holds the key"`
	ContextTokens int           `mapstructure:"context_tokens" doc:"size of the model's context in tokens, 0 means what is known of the model"`
	MaxTokens     int           `mapstructure:"max_tokens" doc:"longest answer in tokens"`
	Profile       string        `mapstructure:"profile" doc:"what the model can be asked for: small (few passages, copied sentences), large (as many passages as fit, answers in the form of the question), or auto (by the number of parameters in its name)"`
	WholeCorpus   bool          `mapstructure:"whole_corpus" doc:"put all articles into the prompt when they fit into the model's context, instead of the passages found"`
	Timeout       time.Duration `mapstructure:"timeout" doc:"time for one answer with all its retries"`
}

// Answer says how questions are answered.
type Answer struct {
	TopK int `mapstructure:"top_k" doc:"passages that an answer may draw on"`
}

// Slack says how the Slack app connects and whom it serves.
type Slack struct {
	BotToken          Secret        `mapstructure:"bot_token" doc:"bot token, xoxb-…"`
	BotTokenFile      string        `mapstructure:"bot_token_file" doc:"file that holds the bot token"`
	AppToken          Secret        `mapstructure:"app_token" doc:"app-level token, xapp-…, for socket mode"`
	AppTokenFile      string        `mapstructure:"app_token_file" doc:"file that holds the app-level token"`
	SigningSecret     Secret        `mapstructure:"signing_secret" doc:"signing secret, for http mode"`
	SigningSecretFile string        `mapstructure:"signing_secret_file" doc:"file that holds the signing secret"`
	Mode              string        `mapstructure:"mode" doc:"socket (no public address needed) or http (signed events)"`
	Listen            string        `mapstructure:"listen" doc:"http: address that receives Slack's events"`
	MetricsListen     string        `mapstructure:"metrics_listen" doc:"address of /healthz, /readyz and /metrics; empty means none"`
	APIURL            string        `mapstructure:"api_url" doc:"address of Slack's Web API; for tests"`
	AllowChannels     []string      `mapstructure:"allow_channels" doc:"channel IDs the bot answers in; empty means all it is in"`
	AllowUsers        []string      `mapstructure:"allow_users" doc:"user IDs the bot answers; empty means all of the workspace"`
	AllowTeams        []string      `mapstructure:"allow_teams" doc:"workspace IDs whose members are answered in shared channels, besides your own"`
	Admins            []string      `mapstructure:"admins" doc:"user IDs that may use the admin commands"`
	Policy            string        `mapstructure:"policy" doc:"what is answered in channels: questions (mentions, and questions in threads the bot takes part in), all (every message there), mention, ephemeral (mentions, for the asker alone) or off"`
	ChannelPolicies   []string      `mapstructure:"channel_policies" doc:"channels with a policy of their own, for example C0123=mention"`
	FollowThreads     bool          `mapstructure:"follow_threads" doc:"answer follow-ups without a mention in threads the bot takes part in"`
	Workers           int           `mapstructure:"workers" doc:"questions answered at the same time"`
	QueueSize         int           `mapstructure:"queue_size" doc:"questions that may wait"`
	PerUser           int           `mapstructure:"per_user" doc:"questions of one user that may wait"`
	RatePerMinute     int           `mapstructure:"rate_per_minute" doc:"questions a user may ask in a minute"`
	MemoryExpiry      time.Duration `mapstructure:"memory_expiry" doc:"how long a thread's conversation is remembered"`
	AskGroup          string        `mapstructure:"ask_group" doc:"user group ID (S…) that readers may have asked where there is no answer or a bad one; empty offers no such thing"`
	AskChannel        string        `mapstructure:"ask_channel" doc:"channel ID where it is asked on behalf of those who asked in private; empty offers it in channels only"`
	KeepAnswers       time.Duration `mapstructure:"keep_answers" doc:"how long answers are kept for votes and sharing; 0 means for ever"`
	KeepFeedback      time.Duration `mapstructure:"keep_feedback" doc:"how long votes are kept; 0 means for ever"`
}

// Serve says how the HTTP API listens.
type Serve struct {
	Listen        string   `mapstructure:"listen" doc:"address of the HTTP server; on one that other machines reach, keys are needed"`
	PublicURL     string   `mapstructure:"public_url" doc:"address that people reach the HTTP server by, for links to sources, for example https://zhiwen.example.org"`
	RequireKey    bool     `mapstructure:"require_key" doc:"ask for a key on this machine's own addresses too"`
	AllowHosts    []string `mapstructure:"allow_hosts" doc:"names that the HTTP server may be addressed by, besides localhost, IP addresses and the name in public_url"`
	AllowOrigins  []string `mapstructure:"allow_origins" doc:"origins whose web pages may ask, for example https://app.example.org"`
	RatePerMinute int      `mapstructure:"rate_per_minute" doc:"questions that a key, or without keys an address, may ask in a minute"`
	AtOnce        int      `mapstructure:"at_once" doc:"questions worked on at the same time"`
}

// Log says what is logged to the standard error.
type Log struct {
	Level  string `mapstructure:"level" doc:"debug, info, warn or error"`
	Format string `mapstructure:"format" doc:"text or json"`
}

// Telemetry says where traces and metrics go; nowhere unless an endpoint is set.
type Telemetry struct {
	Endpoint string `mapstructure:"endpoint" doc:"OTLP over HTTP, for example http://127.0.0.1:4318; empty means off"`
}

// Web says how documents are read from the web.
type Web struct {
	UserAgent    string        `mapstructure:"user_agent" doc:"how zhiwen introduces itself to web servers; robots.txt is asked for its first word"`
	Timeout      time.Duration `mapstructure:"timeout" doc:"time for one request, to its last byte"`
	MaxMB        int           `mapstructure:"max_mb" doc:"largest document, unpacked, in MB"`
	MaxRedirects int           `mapstructure:"max_redirects" doc:"redirects that are followed"`
	Pause        time.Duration `mapstructure:"pause" doc:"least time between two requests to the same server"`
	Robots       bool          `mapstructure:"robots" doc:"keep to robots.txt"`
	AllowPrivate []string      `mapstructure:"allow_private" doc:"addresses of this machine and its networks that may be read, for example 10.1.0.0/16; empty means none"`
}

// Source is a place that is followed. Exactly one of Folder, URL, Sitemap and Feed
// is set.
type Source struct {
	Name    string        `yaml:"name"` // empty: the place itself
	Folder  string        `yaml:"folder"`
	URL     string        `yaml:"url"`
	Sitemap string        `yaml:"sitemap"`
	Feed    string        `yaml:"feed"`
	Every   time.Duration `yaml:"every"`  // 0: a minute for folders, an hour for others
	Gone    string        `yaml:"gone"`   // keep or remove; empty: keep
	Linked  bool          `yaml:"linked"` // of a feed: read the pages that it links to
	Only    []string      `yaml:"only"`   // patterns of addresses
	Except  []string      `yaml:"except"`
}

// Default is the configuration when nothing is set: everything local, no
// language model unless one is found, the store in the user's data folder.
func Default() Config {
	return Config{
		Store:      Store{Dir: defaultStoreDir()},
		Index:      Index{Backend: "local", Collection: "Zhiwen", Replicas: 3, Consistency: "QUORUM"},
		Embeddings: Embeddings{Provider: "onnx"},
		LLM: LLM{
			Provider:  "auto",
			MaxTokens: 400,
			Profile:   "auto",
			Timeout:   2 * time.Minute,
		},
		Answer: Answer{TopK: 20},
		Slack: Slack{
			Mode:          "socket",
			Policy:        "questions",
			Listen:        "127.0.0.1:3000",
			MetricsListen: "127.0.0.1:9464",
			FollowThreads: true,
			Workers:       5,
			QueueSize:     50,
			PerUser:       3,
			RatePerMinute: 10,
			MemoryExpiry:  7 * 24 * time.Hour,
			KeepAnswers:   90 * 24 * time.Hour,
		},
		Serve: Serve{Listen: "127.0.0.1:8480", RatePerMinute: 120, AtOnce: 64},
		Log:   Log{Level: "warn", Format: "text"},
		Web: Web{
			UserAgent:    "zhiwen (reads articles for questions and answers)",
			Timeout:      time.Minute,
			MaxMB:        64,
			MaxRedirects: 5,
			Pause:        time.Second,
			Robots:       true,
		},
	}
}

// Secret is a key or a token. It prints as a placeholder in every format, so
// that it cannot reach a log, an error or a JSON document by accident; what
// needs the value converts it: string(s).
type Secret string

const redacted = "(set, not shown)"

// String says whether there is a secret, not what it is.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString keeps %#v from printing the secret.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// LogValue keeps slog from printing the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps encoders (JSON, YAML) from writing the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
