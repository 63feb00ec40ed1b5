package slack

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
)

// TestMain also serves as the bot that TestKilled kills: the same binary,
// started again with the environment below.
func TestMain(m *testing.M) {
	if os.Getenv("ZHIWEN_TEST_SLACK_BOT") != "" {
		os.Exit(runAsBot())
	}
	os.Exit(m.Run())
}

func runAsBot() int {
	t := &mainTB{}
	db := openDB(t, os.Getenv("ZHIWEN_TEST_STORE"))
	defer db.Close()
	lib := &librarian{articles: shelf(), delay: 80 * time.Millisecond}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	b, err := New(Config{
		BotToken: os.Getenv("ZHIWEN_TEST_BOT_TOKEN"), AppToken: os.Getenv("ZHIWEN_TEST_APP_TOKEN"), APIURL: os.Getenv("ZHIWEN_TEST_API"),
		PostInterval: time.Millisecond, RetryPause: 10 * time.Millisecond, StreamInterval: 20 * time.Millisecond, RatePerMinute: -1,
		Attempts: 1000, // it is killed more often than any real process
	}, Parts{Handler: bot.NewHandler(lib, db, bot.HandlerOptions{Log: log}), DB: db, Log: log})
	if err != nil {
		log.Error("new", "error", err)
		return 1
	}
	if err := b.Run(context.Background()); err != nil {
		log.Error("run", "error", err)
		return 1
	}
	return 0
}

// mainTB is a testing.TB outside of a test.
type mainTB struct{ testing.TB }

func (*mainTB) Helper()        {}
func (*mainTB) Cleanup(func()) {}
func (*mainTB) Fatal(args ...any) {
	slog.Error("fatal", "args", args)
	os.Exit(1)
}

// Killed without warning at moments spread over the whole life of the
// questions, and started again, the bot answers each of them once.
func TestKilled(t *testing.T) {
	fake := slackfake.New(slackfake.Options{AckTimeout: 500 * time.Millisecond, RetryPause: 20 * time.Millisecond, Redeliveries: 20})
	defer fake.Close()
	store := filepath.Join(t.TempDir(), "store.db")
	var logs syncBuffer
	var proc *exec.Cmd
	start := func() {
		proc = exec.Command(os.Args[0])
		proc.Env = append(os.Environ(), "ZHIWEN_TEST_SLACK_BOT=1", "ZHIWEN_TEST_STORE="+store,
			"ZHIWEN_TEST_BOT_TOKEN="+fake.BotToken, "ZHIWEN_TEST_APP_TOKEN="+fake.AppToken, "ZHIWEN_TEST_API="+fake.APIURL())
		proc.Stderr = &logs
		if err := proc.Start(); err != nil {
			t.Fatal(err)
		}
	}
	kill := func() {
		_ = proc.Process.Kill()
		_ = proc.Wait()
	}
	start()
	defer func() { kill() }()

	type asked struct{ channel, ts string }
	var all []asked
	ask := func(user, channel, text string) {
		all = append(all, asked{channel, fake.Say(user, channel, text, "")})
	}
	rounds := 20
	if os.Getenv("ZHIWEN_SOAK") == "1" {
		rounds = 200
	}
	for i := range rounds {
		ask("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成？再添两条生产线吗")
		ask("U2", "C1", "<@U0BOT> 青石镇茶厂去年收茶多少吨？其中绿茶占几成")
		deadline := time.Now().Add(10 * time.Second)
		for fake.Connections() == 0 && time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
		}
		// From before the acknowledgement to after the answer.
		time.Sleep(time.Duration(i%12) * 40 * time.Millisecond)
		kill()
		start()
	}
	deadline := time.Now().Add(40 * time.Second)
	done := func() bool {
		for _, a := range all {
			got := fake.Thread(a.channel, a.ts)
			if len(got) != 1 || got[0].Streaming || got[0].Metadata == nil {
				return false
			}
		}
		return fake.Busy() == 0
	}
	for !done() {
		if time.Now().After(deadline) {
			for _, a := range all {
				t.Logf("%s/%s: %d answers", a.channel, a.ts, len(fake.Thread(a.channel, a.ts)))
			}
			t.Fatalf("not every question has one answer (%d threads busy)\n%s", fake.Busy(), logs.String())
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := strings.Count(logs.String(), "resuming unfinished questions"); n < 3 {
		t.Errorf("only %d starts found work to resume: the test kills at the wrong moments", n)
	}
	time.Sleep(500 * time.Millisecond)
	for _, a := range all {
		got := fake.Thread(a.channel, a.ts)
		if len(got) != 1 {
			t.Errorf("%s/%s has %d answers", a.channel, a.ts, len(got))
			continue
		}
		if n := strings.Count(got[0].Markdown, "三百二十吨"); a.channel == "D1" && got[0].Markdown != "" && n != 1 {
			t.Errorf("said %d times in one message: %s", n, got[0].All())
		}
	}
}
