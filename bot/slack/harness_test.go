package slack

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// librarian is a real, small answerer: it quotes the sentences of its articles
// that share most character pairs with the question, and refuses when none
// does.
type librarian struct {
	articles []rag.Citation // one paragraph each
	delay    time.Duration  // before each sentence

	mu    sync.Mutex
	asked []rag.Question
	now   int
	peak  int
}

func (l *librarian) Answer(ctx context.Context, q rag.Question, onSentence bot.OnSentence) (rag.Answer, error) {
	l.mu.Lock()
	l.asked = append(l.asked, q)
	l.now++
	l.peak = max(l.peak, l.now)
	delay := l.delay
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.now--
		l.mu.Unlock()
	}()
	a := rag.Answer{Question: q.Text, Answerer: "extractive"}
	for _, c := range l.articles {
		para := []rune(c.Quote)
		for _, r := range zhtext.Sentences(c.Quote) {
			s := string(para[r.Start:r.End])
			if len(a.Citations) >= 3 || overlap(q.Text, s) < 2 {
				continue
			}
			select {
			case <-ctx.Done():
				return rag.Answer{}, ctx.Err()
			case <-time.After(delay):
			}
			c.Marker, c.Start, c.End, c.Quote = len(a.Citations)+1, r.Start, r.End, s
			a.Citations = append(a.Citations, c)
			text := fmt.Sprintf("%s[%d]", s, c.Marker)
			a.Text += text
			if onSentence != nil {
				if err := onSentence(rag.Sentence{Text: text, Citations: a.Citations[len(a.Citations)-1:]}); err != nil {
					return rag.Answer{}, err
				}
			}
		}
	}
	if a.Text == "" {
		time.Sleep(delay)
		a.Refused, a.Reason, a.Text = true, rag.ReasonNotCovered, "资料中没有相关信息。"
	}
	return a, nil
}

// pause sets what passes before each sentence of the questions to come.
func (l *librarian) pause(delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = delay
}

func (l *librarian) questions() []rag.Question {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]rag.Question(nil), l.asked...)
}

func overlap(a, b string) int {
	n := 0
	r := []rune(a)
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(b, string(r[i:i+2])) {
			n++
		}
	}
	return n
}

// shelf is written for these tests.
func shelf() []rag.Citation {
	return []rag.Citation{
		{ArticleID: "a1", Title: "青石镇茶厂年报", Published: "2024-03-05", URL: "https://example.org/tea?id=1&x=<2>|y", Paragraph: 2,
			Quote: "青石镇茶厂去年收茶三百二十吨。其中绿茶占六成，其余是红茶！厂长说今年打算再添两条生产线。"},
		{ArticleID: "a2", Title: "河东<!channel>图书馆 *开放*", Published: "", Paragraph: 1,
			Quote: "河东图书馆每周一闭馆 & 消毒。读者见到<@U123>请勿惊慌，详情见 http://evil.example/x 或者[点这里](http://evil.example)。图书馆藏书**十二万册**。"},
	}
}

// rig is a bot that runs against a fake Slack.
type rig struct {
	*slackfake.Server
	t    *testing.T
	bot  *Bot
	db   *sql.DB
	lib  *librarian
	logs *syncBuffer
	stop func()
	cfg  Config
	opts bot.HandlerOptions
}

type rigOptions struct {
	fake    slackfake.Options
	config  func(*Config)
	handler bot.HandlerOptions
	answer  bot.Answerer
	parts   func(*Parts)
}

func newRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	fake := slackfake.New(o.fake)
	t.Cleanup(fake.Close)
	r := &rig{Server: fake, t: t, db: openDB(t, filepath.Join(t.TempDir(), "store.db")), lib: &librarian{articles: shelf()}, logs: &syncBuffer{}}
	r.cfg = Config{
		BotToken: fake.BotToken, AppToken: fake.AppToken, SigningSecret: fake.Secret, APIURL: fake.APIURL(),
		PostInterval: time.Millisecond, RetryPause: 10 * time.Millisecond, StreamInterval: 20 * time.Millisecond,
		RatePerMinute: -1, Drain: 5 * time.Second,
	}
	if o.config != nil {
		o.config(&r.cfg)
	}
	r.opts = o.handler
	t.Cleanup(func() {
		for _, secret := range []string{fake.BotToken, fake.AppToken, fake.Secret} {
			if strings.Contains(r.logs.String(), secret) {
				t.Error("the log shows a secret")
			}
		}
	})
	r.start(o)
	return r
}

// start runs the bot; it may be called again after stop.
func (r *rig) start(o rigOptions) {
	r.t.Helper()
	log := slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.opts.Log = log
	var answerer bot.Answerer = r.lib
	if o.answer != nil {
		answerer = o.answer
	}
	parts := Parts{Handler: bot.NewHandler(answerer, r.db, r.opts), DB: r.db, Log: log,
		Catalog: func(context.Context) (rag.Catalog, error) {
			return rag.Catalog{Articles: 2, Titles: []string{"青石镇茶厂年报", "河东<!channel>图书馆"}, Last: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)}, nil
		}}
	if o.parts != nil {
		o.parts(&parts)
	}
	if r.cfg.Mode == ModeHTTP {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			r.t.Fatal(err)
		}
		r.cfg.Listen = l.Addr().String()
		l.Close()
		r.SendTo("http://" + r.cfg.Listen + "/slack/events")
	}
	b, err := New(r.cfg, parts)
	if err != nil {
		r.t.Fatal(err)
	}
	r.bot = b
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					r.t.Errorf("Run: %v", err)
				}
			case <-time.After(30 * time.Second):
				r.t.Error("Run did not end")
			}
		})
	}
	r.t.Cleanup(func() { r.stop() })
	r.until("the bot is ready", func() bool { return b.Ready(context.Background()) == nil })
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			r.t.Fatalf("timed out waiting until %s\n%s", what, r.logs)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// answered waits for n finished messages of the bot in a thread and gives any
// duplicate a moment to show up.
func (r *rig) answered(channel, root string, n int) []slackfake.Message {
	r.t.Helper()
	r.until(fmt.Sprintf("%d answers in %s/%s", n, channel, root), func() bool {
		got := r.Thread(channel, root)
		for _, m := range got {
			if m.Streaming {
				return false
			}
		}
		return len(got) >= n && r.Busy() == 0 && r.unfinished() == 0
	})
	time.Sleep(50 * time.Millisecond)
	got := r.Thread(channel, root)
	if len(got) != n {
		r.t.Fatalf("%d messages in the thread, want %d: %+v\n%s", len(got), n, got, r.logs)
	}
	return got
}

func (r *rig) unfinished() int {
	n, err := r.bot.inbox.Depth(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func openDB(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_busy_timeout=10000&_synchronous=NORMAL&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := bot.Migrate(context.Background(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
