package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"zhiwen/bot/api"
)

// TestModelSurfaces is about a language model behind chat and status, and one
// whose server is not there when a command starts.
func TestModelSurfaces(t *testing.T) {
	useConfig(t)
	store := shippedStore(t)
	t.Run("Chat", func(t *testing.T) { modelChat(t, store) })
	t.Run("Status", func(t *testing.T) { modelStatus(t, store) })
	t.Run("NoServer", func(t *testing.T) { modelNoServer(t, store) })
}

// Ctrl-C in a conversation ends the answer and the request at the model's
// server, not the conversation.
func modelChat(t *testing.T, store string) {
	var answers atomic.Int64
	s := newModelServer(t, func(w *modelStream) {
		if answers.Add(1) == 1 {
			w.say(goodClaim, "合同")
			w.hang()
			return
		}
		w.say(goodClaim)
		w.end()
	})
	cmd := exec.Command(program(t), "chat", "--config", s.config(t), "--store", store)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if _, err := io.WriteString(in, questionZH+"\n"); err != nil {
		t.Fatal(err)
	}
	wait(t, "the model is asked", s.asked)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	wait(t, "the request ends at the server", s.cancelled)
	if _, err := io.WriteString(in, questionZH+"\n/quit\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "interrupted") || strings.Count(out.String(), "· 第 3 段") != 1 {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

// status tells whether the model answers and why not, without the key.
func modelStatus(t *testing.T, store string) {
	for _, tt := range []struct {
		name      string
		say       func(*modelStream)
		reachable bool
		detail    string
	}{
		{"answers", func(w *modelStream) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"choices":[{"index":0,"message":{"role":"assistant","content":"好"},"finish_reason":"stop"}]}`)
		}, true, "configured"},
		{"is busy", (*modelStream).hang, true, "busy with another question"},
		{"refuses the key", func(w *modelStream) { w.fail(401, "bad key sk-test-0123456789abcdef") }, false, "refuses the key"},
		{"lacks the model", func(w *modelStream) { w.fail(404, "no such model") }, false, "does not have the model"},
	} {
		s := newModelServer(t, tt.say)
		status, out, errs := zhiwen(t, "", "status", "--json", "--config", s.config(t), "--store", store)
		var doc api.Status
		if err := json.Unmarshal([]byte(out), &doc); status != 0 || err != nil {
			t.Fatalf("%s: status %d, %v: %s", tt.name, status, err, errs)
		}
		if doc.LLM.Answerer != "openai/test-model" || doc.LLM.Reachable != tt.reachable || !strings.Contains(doc.LLM.Detail, tt.detail) || doc.LLM.Busy != (tt.name == "is busy") {
			t.Errorf("%s: %+v", tt.name, doc.LLM)
		}
		if strings.Contains(out+errs, "0123456789abcdef") {
			t.Errorf("%s: the key came out", tt.name)
		}
	}
}

// A configured server that is not there, and is to name its model itself, is
// an outage like any other.
func modelNoServer(t *testing.T, store string) {
	for _, provider := range []string{"ollama", "openai"} {
		address, err := freeAddress()
		if err != nil {
			t.Fatal(err)
		}
		config := filepath.Join(t.TempDir(), "zhiwen.yaml")
		if err := os.WriteFile(config, fmt.Appendf(nil, "llm:\n  provider: %s\n  base_url: http://%s\n", provider, address), 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errs := zhiwen(t, "", "ask", "--json", "--config", config, "--store", store, questionZH)
		if status != 0 || !strings.Contains(out, `"answerer":"extractive"`) || !strings.Contains(out, "92") || !strings.Contains(out, "连接不上语言模型") {
			t.Errorf("%s: ask ended with %d: %s%s", provider, status, out, errs)
		}
		status, out, errs = zhiwen(t, "", "status", "--config", config, "--store", store)
		if status != 0 || !strings.Contains(out, provider+" (NOT reachable)") {
			t.Errorf("%s: status ended with %d: %s%s", provider, status, out, errs)
		}
	}
}
