package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// judgesDir is where scripts/judges puts what others wrote.
func judgesDir(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("ZHIWEN_JUDGES"); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no cache folder")
	}
	return filepath.Join(cache, "zhiwen", "judges")
}

// judge returns the judges' Python. Call it before isolate.
func judge(t *testing.T) string {
	t.Helper()
	path := filepath.Join(judgesDir(t), "bin", "python")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("ZHIWEN_REQUIRE_PY") == "1" {
			t.Fatalf("%s is missing: run scripts/judges", path)
		}
		t.Skipf("%s is missing: run scripts/judges to have the official clients judge this", path)
	}
	return path
}

// startServer runs 'zhiwen serve' in this process, until the test ends, and returns
// its address.
func startServer(t *testing.T, store string, args ...string) string {
	t.Helper()
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var stderr bytes.Buffer
	go func() {
		defer close(done)
		if status := run(ctx, append([]string{"serve", "--store", store, "--listen", address}, args...), streams{in: strings.NewReader(""), out: io.Discard, err: &stderr}); status != 0 {
			t.Errorf("serve: exit status %d: %s", status, stderr.String())
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		response, err := http.Get("http://" + address + "/healthz")
		if err == nil {
			response.Body.Close()
			return "http://" + address
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not come up: %v", err)
		}
	}
}

// says runs a judge, which must print "ok".
func says(t *testing.T, in io.Reader, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = in
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "ok") {
		t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// addKey makes a key for the store.
func addKey(t *testing.T, store, name string) string {
	t.Helper()
	status, out, errs := zhiwen(t, "", "keys", "add", name, "--store", store)
	if status != 0 {
		t.Fatalf("keys add: exit status %d: %s", status, errs)
	}
	return strings.TrimSpace(out)
}

// OpenAI's own clients ask, stream, follow up and are refused.
func TestOpenAIClients(t *testing.T) {
	python, node := judge(t), filepath.Join(judgesDir(t), "node")
	isolate(t)
	store := shippedStore(t)
	key := addKey(t, store, "judge")
	t.Setenv("ZHIWEN_SERVE_REQUIRE_KEY", "true")
	base := startServer(t, store)
	t.Run("python", func(t *testing.T) {
		says(t, nil, python, "testdata/judges/openai_client.py", base, key, "zw-wrong")
	})
	t.Run("node", func(t *testing.T) {
		if _, err := os.Stat(filepath.Join(node, "node_modules", "openai")); err != nil {
			t.Skip("needs npm when scripts/judges runs")
		}
		says(t, nil, "node", "testdata/judges/openai_client.mjs", node, base, key)
	})
}

// An independent validator accepts what the server says of itself.
func TestOpenAPIDocument(t *testing.T) {
	python := judge(t)
	isolate(t)
	base := startServer(t, shippedStore(t))
	response, err := http.Get(base + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	says(t, response.Body, python, "testdata/judges/openapi.py")
}

// MCP's own Python client calls every tool and reads the articles, over HTTP
// with a key and over the standard streams of the program itself.
func TestMCPClient(t *testing.T) {
	python := judge(t)
	isolate(t)
	store := shippedStore(t)
	key := addKey(t, store, "judge")
	t.Run("http", func(t *testing.T) {
		t.Setenv("ZHIWEN_SERVE_REQUIRE_KEY", "true")
		says(t, nil, python, "testdata/judges/mcp_client.py", "http", startServer(t, store)+"/mcp", key)
	})
	t.Run("stdio", func(t *testing.T) {
		program, err := exec.LookPath("zhiwen") // TestMain makes this test binary the command
		if err != nil {
			t.Fatal(err)
		}
		says(t, nil, python, "testdata/judges/mcp_client.py", "stdio", "env", "ZHIWEN_LLM_PROVIDER=none",
			"XDG_CACHE_HOME="+os.Getenv("XDG_CACHE_HOME"), program, "mcp", "--store", store)
	})
}
