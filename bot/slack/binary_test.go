package slack

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/slack/slackfake"
)

// The real program, with the real chain over a small article of its own:
// killed in the middle of answering, over and over, and started again, it
// answers every question once, with its source.
func TestRealBinaryKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the whole program")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "zhiwen")
	if out, err := exec.Command("go", "build", "-o", program, "zhiwen/cmd/zhiwen").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	article := "# 青石镇茶厂年报\n\n2024-03-05\n\n青石镇茶厂全年收茶三百二十吨。其中绿茶占六成，其余是红茶。\n\n厂长陈水生说，明年打算再添两条生产线，投资一千二百万元。\n"
	if err := os.WriteFile(filepath.Join(dir, "tea.md"), []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := slackfake.New(slackfake.Options{AckTimeout: 700 * time.Millisecond, RetryPause: 50 * time.Millisecond, Redeliveries: 40})
	defer fake.Close()
	run := func(args ...string) *exec.Cmd {
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(),
			"ZHIWEN_STORE_DIR="+filepath.Join(dir, "store"), "ZHIWEN_LLM_PROVIDER=none", "ZHIWEN_LOG_LEVEL=info",
			"ZHIWEN_SLACK_BOT_TOKEN="+fake.BotToken, "ZHIWEN_SLACK_APP_TOKEN="+fake.AppToken,
			"ZHIWEN_SLACK_API_URL="+fake.APIURL(), "ZHIWEN_SLACK_METRICS_LISTEN=", "ZHIWEN_SLACK_RATE_PER_MINUTE=1000")
		return cmd
	}
	if out, err := run("ingest", filepath.Join(dir, "tea.md")).CombinedOutput(); err != nil {
		t.Fatalf("ingest: %v\n%s", err, out)
	}
	if out, err := run("slack", "--check").CombinedOutput(); err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
	var logs syncBuffer
	var proc *exec.Cmd
	start := func() {
		proc = run("slack")
		proc.Stdout, proc.Stderr = &logs, &logs
		if err := proc.Start(); err != nil {
			t.Fatal(err)
		}
	}
	start()
	defer func() { proc.Process.Kill(); proc.Wait() }()
	until := func(what string, patience time.Duration, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("timed out waiting until %s\n%s", what, logs.String())
			}
		}
	}

	type asked struct{ channel, ts string }
	var all []asked
	// Slack is slow, so that the answers take long enough to die in the middle.
	slow := func(method string) {
		fake.Fail(method, slackfake.Fault{Delay: 150 * time.Millisecond})
	}
	moments := []func(before int) bool{
		func(int) bool { return fake.Connections() > 0 },                                       // connected, perhaps received
		func(n int) bool { return len(fake.Calls("agents.sessions.setStatus")) > n },           // being answered
		func(int) bool { return fake.Busy() > 0 },                                              // the same
		func(n int) bool { return len(fake.Messages("C1"))+len(fake.Messages("D1")) > n },      // posted, not yet marked
		func(n int) bool { return len(fake.Messages("C1"))+len(fake.Messages("D1")) > n+1 },    // later
		func(n int) bool { return len(fake.Messages("C1"))+len(fake.Messages("D1")) > n+1000 }, // not at all
	}
	for i, moment := range moments {
		calls := len(fake.Calls("agents.sessions.setStatus"))
		for _, m := range []string{"chat.postMessage", "chat.startStream", "chat.stopStream"} {
			slow(m)
		}
		all = append(all, asked{"D1", fake.Say("U1", "D1", "青石镇茶厂收茶多少吨", "")})
		all = append(all, asked{"C1", fake.Say("U2", "C1", "<@U0BOT> 厂长打算再添几条生产线？", "")})
		before := len(fake.Messages("C1")) + len(fake.Messages("D1"))
		if i == 1 {
			before = calls
		}
		for deadline := time.Now().Add(1500 * time.Millisecond); !moment(before) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		proc.Process.Kill()
		proc.Wait()
		start()
	}
	until("every question has its one answer", time.Minute, func() bool {
		for _, a := range all {
			got := fake.Thread(a.channel, a.ts)
			if len(got) != 1 || got[0].Streaming || got[0].Metadata == nil {
				return false
			}
		}
		return fake.Busy() == 0
	})
	time.Sleep(500 * time.Millisecond)
	for _, a := range all {
		got := fake.Thread(a.channel, a.ts)
		if len(got) != 1 {
			t.Fatalf("%s/%s has %d answers", a.channel, a.ts, len(got))
		}
		want := "三百二十吨"
		if a.channel == "C1" {
			want = "两条生产线"
		}
		if !strings.Contains(got[0].All(), want) || !strings.Contains(got[0].All(), "《青石镇茶厂年报》") {
			t.Errorf("%s/%s: %s", a.channel, a.ts, got[0].All())
		}
	}
	resumed := strings.Count(logs.String(), "resuming unfinished questions")
	if resumed == 0 {
		t.Errorf("no start found work to resume: the test kills at the wrong moments\n%s", logs.String())
	}
	if strings.Contains(logs.String(), fake.BotToken) || strings.Contains(logs.String(), fake.AppToken) {
		t.Error("the log shows a token")
	}
	// SIGTERM ends it in good order.
	if err := proc.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- proc.Wait() }()
	select {
	case err := <-ended:
		if code := proc.ProcessState.ExitCode(); err != nil && code != 130 && code != 143 {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not end when told to")
	}
	t.Logf("%d questions, %d kills, %d starts resumed work", len(all), len(moments), resumed)
}
