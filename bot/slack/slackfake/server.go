// Package slackfake is a Slack to test against: the Web API methods that the
// bot calls, over real HTTP, and event delivery over a real Socket Mode
// WebSocket or as signed HTTP requests, with acknowledgement deadlines,
// redelivery, pings, refresh and abrupt ends of connections, streams that
// expire, limits of messages, and faults on demand.
//
// How to start:
//
//	fake := slackfake.New(slackfake.Options{})
//	defer fake.Close()
//	// point the app at fake.APIURL(), fake.BotToken and fake.AppToken
//	fake.Say("U1", "C1", "<@"+fake.BotUser+"> 问题", "")
//
// It is written from Slack's documentation and kept honest by a test that runs
// Slack's own Python framework against it.
package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options sets how the fake behaves. Zero values mean the defaults.
type Options struct {
	// AckTimeout is how long the app may take to acknowledge; 0 means 3 s.
	AckTimeout time.Duration
	// Redeliveries is how often an unacknowledged event is repeated; 0 means 3.
	Redeliveries int
	// RetryPause is the pause before an event is repeated; 0 means 50 ms, where
	// Slack takes between none and five minutes.
	RetryPause time.Duration
	// StreamLife is how long a stream can be appended to; 0 means 5 minutes.
	StreamLife time.Duration
	// PingEvery is the interval of WebSocket pings; 0 means 5 s.
	PingEvery time.Duration
	// Scopes are what the bot token may do; nil means all that the bot needs.
	Scopes []string
	// NoEcho keeps the bot's own messages from being delivered back to it.
	NoEcho bool
	// ChannelRate, when not 0, answers 429 to a post that comes sooner than
	// this after the previous one in the channel (with a burst of 5).
	ChannelRate time.Duration
}

// Message is a message in a channel.
type Message struct {
	TS        string
	ThreadTS  string
	Channel   string
	User      string
	Bot       bool
	Text      string
	Markdown  string // what was streamed
	Blocks    []map[string]any
	Metadata  map[string]any
	Streaming bool
	Edited    bool
	Ephemeral string // the only user who sees it
	began     time.Time
}

// All returns everything that a reader of the message sees or that is sent
// with it, as JSON.
func (m Message) All() string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(map[string]any{"text": m.Text, "markdown": m.Markdown, "blocks": m.Blocks})
	return b.String()
}

// Call is a Web API call that the app made.
type Call struct {
	Method string
	Args   map[string]string
	At     time.Time
	Status int
	Error  string // Slack's error, "" when the call succeeded
}

// Fault makes a call fail.
type Fault struct {
	Status     int    // HTTP status; 0 means 200
	RetryAfter int    // seconds, with status 429
	Error      string // Slack's error with status 200
	// Late does what was asked first and fails then: the app cannot know.
	Late bool
	// Cut closes the connection instead of answering.
	Cut bool
	// Delay holds the answer back.
	Delay time.Duration
}

// Server is the fake.
type Server struct {
	BotToken, AppToken, Secret string
	Team, BotUser, BotID       string

	opts Options
	http *httptest.Server

	mu        sync.Mutex
	clock     int64 // last timestamp, in microseconds
	messages  map[string][]*Message
	statuses  map[string]string // by channel/thread
	prompts   map[string]string
	homes     map[string]string
	modals    []Call
	calls     []Call
	faults    map[string][]Fault
	sockets   []*socket
	turn      int
	tickets   map[string]bool
	sink      string // request URL for HTTP delivery
	pending   map[string]chan json.RawMessage
	inflight  int
	report    []Delivery
	responses map[string]*responseURL
	usedUp    bool // all of them
	lastPost  map[string][]time.Time
	loseAcks  int
	serial    int
	closed    chan struct{}
}

// New starts a fake Slack.
func New(opts Options) *Server {
	if opts.AckTimeout <= 0 {
		opts.AckTimeout = 3 * time.Second
	}
	if opts.Redeliveries <= 0 {
		opts.Redeliveries = 3
	}
	if opts.RetryPause <= 0 {
		opts.RetryPause = 50 * time.Millisecond
	}
	if opts.StreamLife <= 0 {
		opts.StreamLife = 5 * time.Minute
	}
	if opts.PingEvery <= 0 {
		opts.PingEvery = 5 * time.Second
	}
	if opts.Scopes == nil {
		opts.Scopes = strings.Split("app_mentions:read,assistant:write,chat:write,commands,im:history,channels:history,groups:history,mpim:history,channels:read,groups:read,users:read", ",")
	}
	s := &Server{
		BotToken: "xoxb-fake-bot", AppToken: "xapp-fake-app", Secret: "fake signing secret",
		Team: "T0FAKE", BotUser: "U0BOT", BotID: "B0BOT",
		opts: opts, clock: time.Now().UnixMicro(),
		messages: map[string][]*Message{}, statuses: map[string]string{}, prompts: map[string]string{}, homes: map[string]string{},
		faults: map[string][]Fault{}, tickets: map[string]bool{}, pending: map[string]chan json.RawMessage{},
		responses: map[string]*responseURL{}, lastPost: map[string][]time.Time{}, closed: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("/link/", s.serveSocket)
	mux.HandleFunc("POST /response/{id}", s.serveResponse)
	s.http = httptest.NewServer(mux)
	return s
}

// Close ends everything.
func (s *Server) Close() {
	close(s.closed)
	s.Cut()
	s.Settle()
	s.http.Close()
}

// APIURL is what to give to a client as Slack's address.
func (s *Server) APIURL() string { return s.http.URL + "/api/" }

// SendTo delivers events as signed requests to an address instead of through
// Socket Mode.
func (s *Server) SendTo(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sink = url
}

// Fail makes the next calls of a method fail, one fault each.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// LoseAcks makes the next n acknowledgements get lost on the way.
func (s *Server) LoseAcks(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseAcks += n
}

// Messages returns a channel's messages in order, without ephemeral ones.
func (s *Server) Messages(channel string) []Message {
	return s.filter(channel, func(m *Message) bool { return m.Ephemeral == "" })
}

// Ephemerals returns what only a user sees in a channel.
func (s *Server) Ephemerals(channel, user string) []Message {
	return s.filter(channel, func(m *Message) bool { return m.Ephemeral == user })
}

// Thread returns the bot's replies in a thread.
func (s *Server) Thread(channel, root string) []Message {
	return s.filter(channel, func(m *Message) bool { return m.Ephemeral == "" && m.Bot && m.ThreadTS == root })
}

func (s *Server) filter(channel string, keep func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages[channel] {
		if keep(m) {
			out = append(out, *m)
		}
	}
	return out
}

// Status returns the working state of a thread: "" when none is shown.
func (s *Server) Status(channel, thread string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.statuses[channel+"/"+thread]
}

// Busy counts the threads whose working state is shown.
func (s *Server) Busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, v := range s.statuses {
		if v != "" {
			n++
		}
	}
	return n
}

// Home returns the home tab published for a user, as JSON, and Prompts the
// suggested prompts of a channel.
func (s *Server) Home(user string) string { return s.lookup(s.homes, user) }

// Prompts returns the suggested prompts of a channel as JSON.
func (s *Server) Prompts(channel string) string { return s.lookup(s.prompts, channel) }

func (s *Server) lookup(m map[string]string, key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return m[key]
}

// Modals returns the calls that opened a modal.
func (s *Server) Modals() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.modals)
}

// Calls returns the calls of a method, or all for "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// Delivery is what became of one event.
type Delivery struct {
	Key      string
	Attempts int
	// Ack is the time from the first delivery to the acknowledgement; Acked is
	// false when none came.
	Ack   time.Duration
	Acked bool
	// Payload is what the app acknowledged with.
	Payload json.RawMessage
}

// Deliveries returns what became of the events that are settled.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.report)
}

// Settle waits until every event has been acknowledged or given up.
func (s *Server) Settle() {
	for {
		s.mu.Lock()
		n := s.inflight
		s.mu.Unlock()
		if n == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// now returns a fresh timestamp. The caller holds the lock.
func (s *Server) now() string {
	s.clock = max(s.clock+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.clock/1e6, s.clock%1e6)
}

// id returns a fresh name. The caller holds the lock.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%d", prefix, s.serial)
}
