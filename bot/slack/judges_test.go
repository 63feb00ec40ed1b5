package slack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/bot/slack/slackfake"
	"zhiwen/rag"
)

// judge returns a program of the judges' virtual environment, which
// scripts/judges installs.
func judge(t *testing.T, program string) string {
	t.Helper()
	dir := os.Getenv("ZHIWEN_JUDGES")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip("no cache folder")
		}
		dir = filepath.Join(cache, "zhiwen", "judges")
	}
	path := filepath.Join(dir, "bin", program)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("ZHIWEN_REQUIRE_PY") == "1" {
			t.Fatalf("%s is missing: run scripts/judges", path)
		}
		t.Skipf("%s is missing: run scripts/judges to have Slack's own packages judge this", path)
	}
	return path
}

// Requests signed by Slack's own SDK are accepted, the same with anything
// changed are refused.
func TestSignaturesBySDK(t *testing.T) {
	python := judge(t, "python")
	const secret = "8f742231b10e8888abcd99yyyzzz85a5"
	db := openDB(t, filepath.Join(t.TempDir(), "store.db"))
	b, err := New(Config{BotToken: "xoxb-x", SigningSecret: secret, Mode: ModeHTTP}, Parts{Handler: bot.NewHandler(&librarian{}, db, bot.HandlerOptions{}), DB: db})
	if err != nil {
		t.Fatal(err)
	}
	b.self = identity{team: "T1", user: "U0BOT"}
	server := httptest.NewServer(b.Events())
	defer server.Close()

	cmd := exec.Command(python, "testdata/sign.py", secret)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	lines := bufio.NewScanner(out)
	sign := func(stamp, body string) string {
		json.NewEncoder(in).Encode(map[string]string{"timestamp": stamp, "body": body})
		if !lines.Scan() {
			t.Fatal("the SDK did not sign")
		}
		return lines.Text()
	}
	post := func(stamp, signature, contentType, body string) (int, string) {
		req, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("X-Slack-Request-Timestamp", stamp)
		req.Header.Set("X-Slack-Signature", signature)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		said, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(said)
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	old := strconv.FormatInt(time.Now().Add(-6*time.Minute).Unix(), 10)
	const form, object = "application/x-www-form-urlencoded", "application/json"
	event := `{"type":"event_callback","team_id":"T1","event":{"type":"message","channel_type":"im","channel":"D1","user":"U1","team":"T1","text":"茶 ü","ts":"1700000000.000100"}}`
	tests := []struct {
		name, stamp, contentType, body string
		spoil                          func(stamp, signature, body *string)
		want                           int
	}{
		{"event", now, object, event, nil, 200},
		{"challenge", now, object, `{"type":"url_verification","challenge":"abc"}`, nil, 200},
		{"command", now, form, "command=%2Fzhiwen&text=%E8%8C%B6&team_id=T1&channel_id=C1&user_id=U1&trigger_id=1.2", nil, 200},
		{"interaction", now, form, "payload=" + "%7B%22type%22%3A%22block_actions%22%7D", nil, 200},
		{"body changed", now, object, event, func(_, _, body *string) { *body = strings.Replace(*body, "U1", "U2", 1) }, 401},
		{"signature changed", now, object, event, func(_, s, _ *string) { *s = (*s)[:len(*s)-1] + "0" + "0" }, 401},
		{"no signature", now, object, event, func(_, s, _ *string) { *s = "" }, 401},
		{"another time", now, object, event, func(st, _, _ *string) { *st = strconv.FormatInt(time.Now().Unix()-7, 10) }, 401},
		{"replayed after six minutes", old, object, event, nil, 401},
		{"too large", now, object, `{"x":"` + strings.Repeat("a", maxRequest) + `"}`, nil, 413},
	}
	for _, tt := range tests {
		signature := sign(tt.stamp, tt.body)
		stamp, body := tt.stamp, tt.body
		if tt.spoil != nil {
			tt.spoil(&stamp, &signature, &body)
		}
		got, said := post(stamp, signature, tt.contentType, body)
		if got != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, got, tt.want)
		}
		if tt.name == "challenge" && said != "abc" {
			t.Errorf("challenge answered with %q", said)
		}
		if own := slackfake.Sign(secret, tt.stamp, []byte(tt.body)); tt.spoil == nil && own != signature {
			t.Errorf("%s: the fake signs %s, the SDK %s", tt.name, own, signature)
		}
	}
	if n, err := b.inbox.Depth(context.Background()); err != nil || n != 2 {
		t.Errorf("%d questions in the inbox, want 2 (%v)", n, err)
	}
}

// Every kind of block that the bot sends passes the models of Slack's own SDK.
func TestBlocksBySDK(t *testing.T) {
	python := judge(t, "python")
	check := func(lists [][]map[string]any) []string {
		raw, err := json.Marshal(lists)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, "testdata/blocks.py")
		cmd.Stdin = bytes.NewReader(raw)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	// The judge must be able to say no.
	for i, v := range check([][]map[string]any{
		{{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": strings.Repeat("a", 3001)}}},
		{{"type": "markdown", "text": strings.Repeat("a", 12001)}},
		{{"type": "nonsense"}},
		{{"type": "context", "elements": []any{map[string]any{"type": "plain_text", "text": strings.Repeat("a", 3001)}}}},
	}) {
		if v == "ok" {
			t.Errorf("the judge accepted bad list %d", i)
		}
	}

	// What the bot really sends, over every surface.
	r := newRig(t, rigOptions{config: func(c *Config) { c.Admins, c.AskGroup, c.AskChannel = []string{"U1"}, "S0HELP", "C7" }})
	r.lib.pause(30 * time.Millisecond)
	long := strings.Repeat("青石镇茶厂的记录里还有这样一句很长的话，", 80) + "就到这里。"
	r.lib.articles = append(r.lib.articles, rag.Citation{ArticleID: "a3", Title: "长文", Paragraph: 1, Quote: long, URL: "https://example.org/x"})
	ts := r.Say("U1", "C1", "<@U0BOT> 青石镇茶厂去年收茶多少吨？河东图书馆藏书多少", "")
	r.answered("C1", ts, 1)
	dm := r.Say("U1", "D1", "茶厂去年收茶多少？其中绿茶占几成", "")
	r.answered("D1", dm, 1)
	r.Slash("U1", "C1", "青石镇茶厂收茶多少吨？")
	r.until("the command is answered", func() bool { return len(r.Ephemerals("C1", "U1")) == 1 })
	r.Shortcut("U1", "C1", ts, callbackShortcut)
	r.OpenApp("U1", "home")
	r.until("the views are there", func() bool { return len(r.Modals()) == 1 && r.Home("U1") != "" })
	refusal := r.answered("C1", r.Say("U1", "C1", "<@U0BOT> 火星上有水吗", ""), 1)[0]
	r.Press("U1", "C1", refusal.TS, actionFeedback, strings.Replace(buttonValue(t, refusal, actionFeedback), "up:", "down:", 1))
	r.until("the window that asks why is there", func() bool { return len(r.Modals()) == 2 })

	var lists [][]map[string]any
	kinds := map[string]bool{}
	add := func(raw any) {
		js, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		var blocks []map[string]any
		if err := json.Unmarshal(js, &blocks); err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			kinds[b["type"].(string)] = true
		}
		lists = append(lists, blocks)
	}
	for _, m := range append(append(r.Messages("C1"), r.Messages("D1")...), r.Ephemerals("C1", "U1")...) {
		if len(m.Blocks) > 0 {
			add(m.Blocks)
		}
	}
	for _, view := range []string{r.Home("U1"), r.Modals()[0].Args["view"], r.Modals()[1].Args["view"]} {
		var v struct {
			Blocks []map[string]any `json:"blocks"`
		}
		if err := json.Unmarshal([]byte(view), &v); err != nil {
			t.Fatal(err)
		}
		add(v.Blocks)
	}
	// And long answers, as rendered.
	var a rag.Answer
	a.ID = "x"
	for i := range 30 {
		a.Text += fmt.Sprintf("第%d句。[%d]", i, i+1)
		a.Citations = append(a.Citations, rag.Citation{Marker: i + 1, Title: "题", Paragraph: 1, Quote: strings.Repeat("很长的引文，", 400), URL: "https://example.org/"})
	}
	a.Notices = []string{"有一句没有通过核对，已略去。"}
	for _, p := range render(bot.Reply{Answer: a}, renderOptions{Feedback: true, Share: true}) {
		add(p.Blocks)
	}
	for _, want := range []string{"markdown", "context", "context_actions", "actions", "divider", "header", "section", "input"} {
		if !kinds[want] {
			t.Errorf("no block of kind %s was judged", want)
		}
	}
	for i, v := range check(lists) {
		if v != "ok" {
			t.Errorf("list %d: %s", i, v)
		}
	}
}

// Slack's own framework works against the fake, so the fake is not made to
// measure for our bot.
func TestFakeByBolt(t *testing.T) {
	python := judge(t, "python")
	fake := slackfake.New(slackfake.Options{PingEvery: time.Second})
	defer fake.Close()
	cmd := exec.Command(python, "testdata/bolt_app.py", fake.APIURL(), fake.BotToken, fake.AppToken)
	var logs syncBuffer
	cmd.Stdout, cmd.Stderr = &logs, &logs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	until := func(what string, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("timed out waiting until %s\n%s", what, logs.String())
			}
		}
	}
	until("bolt is connected", func() bool { return fake.Connections() == 1 })
	ts := fake.Say("U1", "C1", "<@U0BOT> hello", "")
	until("a mention is answered", func() bool { m := fake.Thread("C1", ts); return len(m) == 1 && m[0].Text == "bolt heard: hello" })
	dm := fake.Say("U1", "D1", "hello", "")
	until("it streams and updates", func() bool { m := fake.Thread("D1", dm); return len(m) == 1 && m[0].Text == "bolt sees 2 messages" })
	fake.Slash("U1", "C1", "something")
	until("a command is answered", func() bool {
		m := fake.Ephemerals("C1", "U1")
		return len(m) == 1 && m[0].Text == "bolt responds to something"
	})
	fake.Press("U1", "C1", ts, "zhiwen_share", "x")
	until("a button works", func() bool {
		all := fake.Messages("C1")
		return all[len(all)-1].Text == "bolt was pressed"
	})
	fake.Shortcut("U1", "C1", ts, "zhiwen_ask")
	until("a modal opens", func() bool { return len(fake.Modals()) == 1 })
	fake.Refresh("refresh_requested")
	until("it reconnects", func() bool {
		again := fake.Say("U1", "C1", "<@U0BOT> again", "")
		time.Sleep(500 * time.Millisecond)
		return len(fake.Thread("C1", again)) == 1
	})
	fake.Settle()
	for _, d := range fake.Deliveries() {
		if strings.HasPrefix(d.Key, "slash/") && !strings.Contains(string(d.Payload), "one moment") {
			t.Errorf("the acknowledgement carried %s", d.Payload)
		}
	}
}

// The Web API calls work against an independent server of Slack's API: posting
// into a thread, finding what was posted, the errors.
func TestAgainstBacklot(t *testing.T) {
	backlot := judge(t, "backlot")
	data := t.TempDir()
	if out, err := exec.Command(backlot, "import", "--bundled", "--data-dir", data).CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(backlot, "serve", "--port", strconv.Itoa(port), "--disable-telemetry")
	cmd.Env = append(os.Environ(), "BACKLOT_DATA_DIR="+data)
	var logs syncBuffer
	cmd.Stdout, cmd.Stderr = &logs, &logs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	tokens, err := os.ReadFile(filepath.Join(data, "tokens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`token: (usr-\w+)`).FindStringSubmatch(string(tokens))[1]
	cfg := Config{BotToken: token, AppToken: "xapp-x", APIURL: fmt.Sprintf("http://127.0.0.1:%d/slack/api/", port),
		PostInterval: time.Millisecond, RetryPause: 50 * time.Millisecond}
	db := openDB(t, filepath.Join(t.TempDir(), "store.db"))
	b, err := New(cfg, Parts{Handler: bot.NewHandler(&librarian{articles: shelf()}, db, bot.HandlerOptions{}), DB: db})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	if err := b.identify(ctx); err != nil { // waits until the server is up
		t.Fatalf("%v\n%s", err, logs.String())
	}
	if b.self.team == "" || b.self.user == "" {
		t.Errorf("identity %+v", b.self)
	}
	channels, _, err := b.api.GetConversationsContext(ctx, &slackgo.GetConversationsParameters{})
	if err != nil || len(channels) == 0 {
		t.Fatalf("channels: %v", err)
	}
	channel := channels[0].ID
	_, ts, err := b.api.PostMessageContext(ctx, channel, slackgo.MsgOptionText("青石镇茶厂收茶多少吨？", false))
	if err != nil {
		t.Fatal(err)
	}
	j := job{Team: b.self.team, Channel: channel, User: b.self.user, TS: ts, Root: ts}
	reply := bot.Reply{Language: bot.Chinese, Answer: rag.Answer{ID: "a", Text: "青石镇茶厂去年收茶三百二十吨。[1]", Citations: shelf()[:1]}}
	parts := render(reply, renderOptions{Feedback: true})
	first, _, err := b.postParts(ctx, j, "key", parts, posted{})
	if err != nil || first == "" {
		t.Fatalf("post: %v\n%s", err, logs.String())
	}
	msgs, _, _, err := b.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts})
	if err != nil || len(msgs) != 2 || !strings.Contains(msgs[1].Text, "三百二十吨") {
		t.Fatalf("replies: %v, %+v", err, msgs)
	}
	if _, _, err := b.poster.send(ctx, channel, append(parts[0].options(), slackgo.MsgOptionUpdate(first))...); err != nil {
		t.Errorf("update: %v", err)
	}
	have, err := b.find(ctx, j, "key")
	t.Logf("found %+v (%v)", have, err)
	if err != nil {
		t.Errorf("find: %v", err)
	}
	_, _, err = b.postParts(ctx, job{Channel: "C0NOWHERE", TS: ts, Root: ts}, "other", parts, posted{})
	if err == nil || !certain(err) || !strings.Contains(err.Error(), "channel_not_found") {
		t.Errorf("posting nowhere: %v", err)
	}
	cfg.BotToken = "usr-wrong"
	wrong, err := New(cfg, Parts{Handler: b.parts.Handler, DB: db})
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.identify(ctx); err == nil || !strings.Contains(err.Error(), "invalid_auth") {
		t.Errorf("wrong token: %v", err)
	}
}
