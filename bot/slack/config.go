package slack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel/metric"

	"zhiwen/bot"
	"zhiwen/bot/api"
	"zhiwen/rag"
)

// Mode is how Slack's events reach the bot.
type Mode string

const (
	// ModeSocket opens WebSockets to Slack; nothing has to be reachable from
	// outside. It needs an app token.
	ModeSocket Mode = "socket"
	// ModeHTTP receives signed requests. It needs a signing secret and an
	// address that Slack can reach.
	ModeHTTP Mode = "http"
)

// Config is what can be set. Zero values mean the defaults.
type Config struct {
	BotToken      string // xoxb-…
	AppToken      string // xapp-…, for ModeSocket
	SigningSecret string // for ModeHTTP

	Mode   Mode   // "" means ModeSocket
	Listen string // address for ModeHTTP; "" means 127.0.0.1:3000
	Path   string // of the one request URL for ModeHTTP; "" means /slack/events
	// Connections is how many WebSockets are held at once, so that one may be
	// replaced without a gap; 0 means 2.
	Connections int
	// APIURL is where Slack's methods are, ending in "/"; "" means Slack.
	APIURL string

	// Channels lists the channels (IDs) to answer in, beside direct messages;
	// empty means all that the bot was invited to.
	Channels []string
	// Users lists the users (IDs) to answer; empty means everybody in the
	// workspace.
	Users []string
	// Admins lists the users (IDs) who may use status and reload.
	Admins []string
	// Teams lists workspaces (IDs) whose members are answered beside the one
	// that the app is installed in. Members of all others, who come through
	// Slack Connect, are refused.
	Teams []string
	// Policy says what is answered in channels; "" means [PolicyQuestions].
	// Policies holds the channels (IDs) that have one of their own.
	Policy   Policy
	Policies map[string]Policy
	// NoFollowUps leaves messages in a thread that do not mention the bot
	// unanswered, even where it takes part already.
	NoFollowUps bool
	// Links makes the addresses of sources' pages; without a base there are none.
	Links api.Links
	// Prompts are suggested in the direct message, at most four; empty means
	// questions about the newest articles. Only those that have an answer are
	// shown.
	Prompts []Prompt
	// AskGroup is the user group (its ID) that a reader may have asked where the
	// bot has no answer or a bad one; "" offers no such thing. It is mentioned in
	// the thread, or, where a question was asked in private, in AskChannel; with
	// no such channel it is not offered there.
	AskGroup, AskChannel string
	// Language is used where a text has no letters; "" means Chinese.
	Language bot.Language

	RatePerMinute int // questions per user and minute; 0 means 10, -1 no limit
	RateBurst     int // questions per user at once; 0 means 6
	Queue         bot.QueueOptions
	Backlog       int // unfinished questions accepted; 0 means 1000
	// TellPlace is from how many questions ahead on the user is told; 0 means 8.
	TellPlace int
	// PostInterval is the pause between two posts in a channel; 0 means 1 s.
	PostInterval time.Duration
	// Settle is how long a question within a thread is held, so that one asked
	// before it but delivered after it can come first (up to five times as long
	// while deliveries keep coming); 0 means 200 ms.
	Settle time.Duration
	// StreamRunes and StreamInterval say when the next piece of a streamed
	// answer is sent; 0 means 256 runes and 1 s.
	StreamRunes    int
	StreamInterval time.Duration
	// StreamLife is how long a stream is used before the rest is posted
	// instead; 0 means 4 minutes 30 seconds (Slack ends it at about 5).
	StreamLife time.Duration
	// Attempts is how often an answer is begun before the bot gives up: a
	// question that makes the process die must not do so for ever. 0 means 8.
	Attempts int
	// Drain is how long questions in work may take to finish when the process
	// ends; 0 means 20 s.
	Drain time.Duration
	// KeepThreads is how long the bot stays in a silent thread; 0 means 30
	// days. KeepAnswers is how long the answer log reaches back, KeepFeedback
	// how long votes are kept; 0 means for ever.
	KeepThreads, KeepAnswers, KeepFeedback time.Duration
	// Owner names this process to others on the same database; "" means
	// [bot.NewOwner]. Lease is for how long its claim holds unrenewed; 0 means
	// 30 s.
	Owner string
	Lease time.Duration
	// StepInterval is how often a thread in a channel is told how far a slow
	// answer is; 0 means 5 s.
	StepInterval time.Duration
	// RetryPause is the first pause before a failed post is looked into; it
	// doubles. 0 means 1 s.
	RetryPause time.Duration
}

// Prompt is a suggested question.
type Prompt struct {
	Title   string // what the button says
	Message string // what is asked
}

// Parts are what the bot works with.
type Parts struct {
	Handler *bot.Handler
	// DB is the store's database; [bot.Migrate] must have run.
	DB *sql.DB
	// Catalog describes the collection, for App Home; nil leaves it out.
	Catalog func(ctx context.Context) (rag.Catalog, error)
	// Ready says why no questions should be taken now, beside what the bot
	// itself knows of; nil means that nothing else can be wrong.
	Ready func(ctx context.Context) error
	// Sources says how fresh the followed sources are, for App Home; nil leaves it
	// out.
	Sources func(ctx context.Context) ([]api.SourceStatus, error)
	// Reload is what the admin command reload does; nil means not available.
	Reload func(ctx context.Context) error
	Meter  metric.Meter // nil means no metrics
	Log    *slog.Logger // nil means slog.Default()
}

func (c Config) withDefaults() Config {
	if c.Mode == "" {
		c.Mode = ModeSocket
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:3000"
	}
	if c.Path == "" {
		c.Path = "/slack/events"
	}
	if c.Policy == "" {
		c.Policy = PolicyQuestions
	}
	if c.Connections <= 0 {
		c.Connections = 2
	}
	if c.TellPlace <= 0 {
		c.TellPlace = 8
	}
	if c.StreamRunes <= 0 {
		c.StreamRunes = 256
	}
	if c.Attempts <= 0 {
		c.Attempts = 8
	}
	if c.Backlog <= 0 {
		c.Backlog = 1000
	}
	if c.Owner == "" {
		c.Owner = bot.NewOwner()
	}
	for _, d := range []struct {
		field   *time.Duration
		standin time.Duration
	}{
		{&c.PostInterval, time.Second}, {&c.StreamInterval, time.Second}, {&c.StreamLife, 270 * time.Second},
		{&c.Drain, 20 * time.Second}, {&c.Settle, 200 * time.Millisecond}, {&c.KeepThreads, 30 * 24 * time.Hour}, {&c.RetryPause, time.Second}, {&c.StepInterval, 5 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.standin
		}
	}
	return c
}

// validate finds what makes a start impossible.
func (c Config) validate() error {
	var errs []error
	if !strings.HasPrefix(c.BotToken, "xoxb-") && c.APIURL == "" {
		errs = append(errs, errors.New("the bot token is missing or not of the kind that begins with xoxb-: copy it from the app's page “OAuth & Permissions”"))
	}
	switch c.Mode {
	case ModeSocket:
		if !strings.HasPrefix(c.AppToken, "xapp-") {
			errs = append(errs, errors.New("the app token is missing or not of the kind that begins with xapp-: create one with the scope connections:write on the app's page “Basic Information”"))
		}
	case ModeHTTP:
		if c.SigningSecret == "" {
			errs = append(errs, errors.New("the signing secret is missing: copy it from the app's page “Basic Information”"))
		}
	default:
		errs = append(errs, fmt.Errorf("mode is %q, but only %q and %q are known", c.Mode, ModeSocket, ModeHTTP))
	}
	if err := checkPolicy(c.Policy); err != nil {
		errs = append(errs, err)
	}
	if len(c.Prompts) > 4 {
		errs = append(errs, fmt.Errorf("%d suggested prompts are set, but Slack shows four at most", len(c.Prompts)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("slack settings: %w", err)
	}
	return nil
}
