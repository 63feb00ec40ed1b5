package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"zhiwen/embeddings"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/seeds"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zhiwen": main})
}

// requireModel skips tests that need the embedding model where it is not there.
func requireModel(t *testing.T) {
	t.Helper()
	e, err := embeddings.New(context.Background(), embeddings.Options{})
	switch {
	case err == nil:
		e.Close()
	case errors.Is(err, embeddings.ErrModelMissing) && os.Getenv("ZHIWEN_REQUIRE_MODEL") != "1":
		t.Skipf("needs the embedding model (make model): %v", err)
	default:
		t.Fatal(err)
	}
}

// isolate hides the settings and folders of whoever runs the tests from
// commands that run in this process, except where the model is.
func isolate(t *testing.T) {
	t.Helper()
	cache, err := embeddings.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "ZHIWEN_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("XDG_CACHE_HOME", filepath.Dir(cache))
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("ZHIWEN_LLM_PROVIDER", "none")
}

// zhiwen runs a command in this process.
func zhiwen(t *testing.T, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(context.Background(), args, streams{in: strings.NewReader(in), out: &stdout, err: &stderr})
	return status, stdout.String(), stderr.String()
}

// shippedStore makes a store of the shipped articles.
func shippedStore(t *testing.T) string {
	t.Helper()
	requireModel(t)
	dir := filepath.Join(t.TempDir(), "store")
	if status, _, errs := zhiwen(t, "", "ingest", "--shipped", "--store", dir); status != 0 {
		t.Fatalf("ingest: exit status %d: %s", status, errs)
	}
	return dir
}

// TestScripts runs the black-box scripts in testdata/script: the built command
// with arguments, exit statuses and what it prints.
func TestScripts(t *testing.T) {
	requireModel(t)
	cache, err := embeddings.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	require := os.Getenv("ZHIWEN_REQUIRE_MODEL")
	isolate(t)
	t.Setenv("ZHIWEN_REQUIRE_MODEL", require)
	shipped := shippedStore(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			address, err := freeAddress()
			if err != nil {
				return err
			}
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CACHE_HOME", filepath.Dir(cache))
			env.Setenv("ZHIWEN_LLM_PROVIDER", "none")
			env.Setenv("SHIPPED", shipped) // a store for reading
			env.Setenv("ADDRESS", address)
			return os.MkdirAll(home, 0o755)
		},
		Condition: func(name string) (bool, error) {
			if name == "superuser" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"http":   httpCommand,
			"until":  until,
			"damage": damage,
			"half":   half,
			"bearer": bearerCommand,
			"slow":   slow,
			"named":  named,
			"hangup": func(ts *testscript.TestScript, _ bool, _ []string) {
				for _, cmd := range ts.BackgroundCmds() {
					ts.Check(cmd.Process.Signal(syscall.SIGHUP))
				}
			},
		},
	})
}

// exits STATUS COMMAND... runs a command that must end with that status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with status %d, want %d; stderr:\n%s", strings.Join(args[1:], " "), got, want, ts.ReadFile("stderr"))
	}
}

// until SECONDS URL PATTERN waits until what stands at an address matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: until SECONDS URL PATTERN")
	}
	seconds, err := strconv.Atoi(args[0])
	ts.Check(err)
	wanted, err := regexp.Compile(args[2])
	ts.Check(err)
	got := ""
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		response, err := http.Get(args[1])
		if err != nil {
			got = err.Error()
			continue
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		ts.Check(err)
		if got = string(body); wanted.MatchString(got) {
			return
		}
	}
	ts.Fatalf("%s does not match %s: %s", args[1], args[2], got)
}

// http STATUS METHOD URL [BODY [ACCEPT]] sends a request, waiting for the server
// to come up, and prints the body of the response.
func httpCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http STATUS METHOD URL [BODY [ACCEPT]]")
	}
	body, accept := "", ""
	if len(args) > 3 {
		body = args[3]
	}
	if len(args) > 4 {
		accept = args[4]
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		request, err := http.NewRequest(args[1], args[2], strings.NewReader(body))
		ts.Check(err)
		request.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(request)
		if err != nil && time.Now().Before(deadline) {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		ts.Check(err)
		defer response.Body.Close()
		got, err := io.ReadAll(response.Body)
		ts.Check(err)
		if strconv.Itoa(response.StatusCode) != args[0] {
			ts.Fatalf("status %d, want %s: %s", response.StatusCode, args[0], got)
		}
		_, err = ts.Stdout().Write(got)
		ts.Check(err)
		return
	}
}

// named STATUS HOST URL gets a page under another name, until the status comes:
// settings take a moment to be read again.
func named(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: named STATUS HOST URL")
	}
	got := 0
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		request, err := http.NewRequest("GET", args[2], nil)
		ts.Check(err)
		request.Host = args[1]
		response, err := http.DefaultClient.Do(request)
		ts.Check(err)
		response.Body.Close()
		if got = response.StatusCode; strconv.Itoa(got) == args[0] {
			return
		}
	}
	ts.Fatalf("status %d, want %s", got, args[0])
}

// slow ADDRESS sends a header a letter at a time, and wants the server to give
// the connection up rather than wait for ever.
func slow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: slow ADDRESS")
	}
	conn, err := net.Dial("tcp", args[0])
	ts.Check(err)
	defer conn.Close()
	began := time.Now()
	for range 60 {
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		if _, err = conn.Write([]byte("G")); err != nil {
			break
		}
		var b [512]byte
		var n int
		if n, err = conn.Read(b[:]); n > 0 || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			ts.Logf("given up after %s: %q", time.Since(began).Round(time.Second), b[:n])
			return
		}
	}
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		ts.Fatalf("the server still waits after %s", time.Since(began))
	}
}

// bearer FILE STATUS URL gets a page with the key in a file.
func bearerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: bearer FILE STATUS URL")
	}
	request, err := http.NewRequest("GET", args[2], nil)
	ts.Check(err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[0])))
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	response.Body.Close()
	if strconv.Itoa(response.StatusCode) != args[1] {
		ts.Fatalf("status %d, want %s", response.StatusCode, args[1])
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// askDocument is what ask writes, as a reader of the contract sees it.
type askDocument struct {
	ID        string              `json:"id"`
	Question  string              `json:"question"`
	Answer    *string             `json:"answer"`
	Refused   *bool               `json:"refused"`
	Reason    *string             `json:"reason"`
	Answerer  string              `json:"answerer"`
	Citations []rag.Citation      `json:"citations"`
	Timings   map[string]*float64 `json:"timings_ms"`
	Hits      []rag.HitNote       `json:"hits"`
	Trace     *rag.Trace          `json:"trace"`
	Error     string              `json:"error"`
}

// Every quote of every answer stands verbatim where its citation says, read
// again from the shipped articles themselves.
func TestAskBatch(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	articles := map[string]article.Article{}
	if err := eachShipped(func(raw []byte, name string) {
		parsed, err := article.Parse(raw, name, article.Options{})
		if err != nil {
			t.Errorf("parse %s: %v", name, err)
		}
		for _, a := range parsed {
			articles[a.ID] = a
		}
	}); err != nil {
		t.Fatal(err)
	}
	status, out, errs := zhiwen(t, string(seeds.Questions()), "ask", "--batch", "-", "--store", store)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	asked := bytes.Split(bytes.TrimSpace(seeds.Questions()), []byte("\n"))
	answers := strings.Split(strings.TrimSpace(out), "\n")
	if len(answers) != len(asked) {
		t.Fatalf("%d answers to %d questions", len(answers), len(asked))
	}
	cited := 0
	for i, line := range answers {
		var question struct {
			ID    string `json:"id"`
			Input string `json:"user_input"`
		}
		var doc askDocument
		if err := errors.Join(json.Unmarshal(asked[i], &question), json.Unmarshal([]byte(line), &doc)); err != nil {
			t.Fatal(err)
		}
		if doc.ID != question.ID || doc.Question != question.Input {
			t.Errorf("line %d answers %q %q, want %q %q", i+1, doc.ID, doc.Question, question.ID, question.Input)
		}
		if doc.Answer == nil || *doc.Answer == "" || doc.Refused == nil || doc.Reason == nil || doc.Citations == nil || doc.Answerer == "" {
			t.Errorf("%s lacks a field: %s", doc.ID, line)
			continue
		}
		for _, name := range []string{"embed", "retrieve", "generate", "verify", "total"} {
			if doc.Timings[name] == nil {
				t.Errorf("%s lacks the time to %s", doc.ID, name)
			}
		}
		if *doc.Refused == (len(doc.Citations) > 0) || *doc.Refused == (*doc.Reason == "") {
			t.Errorf("%s: refused %v, reason %q, %d citations", doc.ID, *doc.Refused, *doc.Reason, len(doc.Citations))
		}
		for _, c := range doc.Citations {
			cited++
			source := articles[c.ArticleID]
			paragraph, ok := source.Paragraph(c.Paragraph)
			runes := []rune(paragraph)
			if !ok || c.Start < 0 || c.Start >= c.End || c.End > len(runes) || string(runes[c.Start:c.End]) != c.Quote {
				t.Errorf("%s: citation %d is not in paragraph %d of %q: %q", doc.ID, c.Marker, c.Paragraph, c.Title, c.Quote)
			}
		}
	}
	if cited == 0 {
		t.Error("not a single citation")
	}
}

func TestAskExplain(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	status, out, errs := zhiwen(t, "", "ask", "--json", "--explain", "--store", store, "2021智博会签约多少项目")
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	var doc askDocument
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Hits) == 0 || doc.Trace == nil || len(doc.Trace.Claims) == 0 || len(doc.Trace.Keyword) == 0 || len(doc.Trace.Vector) == 0 {
		t.Errorf("the explanation lacks hits or claims: %s", out)
	}
}

// Cancelling ends a command at once, with a status that says so.
func TestInterrupted(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"ask", "--store", store, "谁致辞"}, streams{in: strings.NewReader(""), out: &out, err: &errs})
	if status != exitFailed || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("status %d, output %q, errors %q", status, out.String(), errs.String())
	}
}

// Every command shows how it is used, with an example.
func TestHelp(t *testing.T) {
	isolate(t)
	a := &app{streams: streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}}
	for _, cmd := range a.rootCommand().Commands() {
		if !cmd.Runnable() || cmd.HasSubCommands() {
			continue
		}
		if cmd.Example == "" || cmd.Short == "" {
			t.Errorf("%s has no example or no description", cmd.Name())
		}
		if status, out, errs := zhiwen(t, "", cmd.Name(), "--help"); status != 0 || !strings.Contains(out, "Examples:") || errs != "" {
			t.Errorf("%s --help: status %d, errors %q:\n%s", cmd.Name(), status, errs, out)
		}
	}
}
