package weaviate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve starts nodes that answer as the functions do, and a client of all.
func serve(t *testing.T, nodes ...http.HandlerFunc) *client {
	t.Helper()
	hosts := make([]string, len(nodes))
	for i, f := range nodes {
		server := httptest.NewServer(f)
		t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
		hosts[i] = server.URL
	}
	c, err := newClient(hosts, "secret")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func fine(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) }
func broken(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, `{"error":[{"message":"no replica"}]}`, http.StatusInternalServerError)
}
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
func cutOff(w http.ResponseWriter, _ *http.Request) {
	conn, _, _ := w.(http.Hijacker).Hijack()
	conn.Close()
}

func TestAnotherNodeAnswers(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{"broken": broken, "hangs": hangs, "cut off": cutOff} {
		c := serve(t, first, fine, first)
		for range 4 { // whoever's turn it is
			var out struct{ OK bool }
			began := time.Now()
			if err := c.call(t.Context(), c.searching, request{method: http.MethodGet, path: "/", out: &out}); err != nil || !out.OK {
				t.Errorf("%s: %v, %v", name, out, err)
			}
			if took := time.Since(began); took > searchTotal {
				t.Errorf("%s: took %v", name, took)
			}
		}
	}
}

// Two of three nodes that do not answer are an error, and soon.
func TestTooFewNodes(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{"broken": broken, "hangs": hangs, "cut off": cutOff} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, bad, fine, bad)
			began := time.Now()
			_, err := ask(t.Context(), c, 2, c.searching, func(ctx context.Context, n *node) (string, error) {
				return n.base, c.at(ctx, n, request{method: http.MethodGet, path: "/"})
			})
			if !errors.Is(err, ErrUnavailable) || !strings.Contains(fmt.Sprint(err), "2 of its 3 nodes") {
				t.Errorf("%v", err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// As many nodes as asked for answer, each for itself.
func TestDifferentNodes(t *testing.T) {
	c := serve(t, fine, broken, fine, fine)
	for range 6 {
		got, err := ask(t.Context(), c, 3, c.searching, func(ctx context.Context, n *node) (string, error) {
			return n.base, c.at(ctx, n, request{method: http.MethodGet, path: "/"})
		})
		if err != nil || len(got) != 3 || got[0] == got[1] || got[1] == got[2] || got[0] == got[2] {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// A node that returns is asked last until it has caught up.
func TestReturningNode(t *testing.T) {
	n := &node{base: "http://a"}
	if r := n.rank(time.Now()); r != 0 {
		t.Errorf("a new node has rank %d", r)
	}
	n.silent()
	if r := n.rank(time.Now()); r != 2 {
		t.Errorf("a silent node has rank %d", r)
	}
	if r := n.rank(time.Now().Add(downFor)); r != 1 {
		t.Errorf("later it has rank %d", r)
	}
	n.answered()
	if r := n.rank(time.Now()); r != 1 {
		t.Errorf("a node that is back has rank %d", r)
	}
	if r := n.rank(time.Now().Add(catchUp)); r != 0 {
		t.Errorf("one that has caught up has rank %d", r)
	}
}

func TestWrongKey(t *testing.T) {
	tries := atomic.Int32{}
	refuse := func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		if got := r.Header.Get("Authorization"); got != "Bearer secret" {
			t.Errorf("authorization %q", got)
		}
		w.WriteHeader(http.StatusUnauthorized)
	}
	c := serve(t, refuse, refuse)
	err := c.call(t.Context(), c.searching, request{method: http.MethodGet, path: "/"})
	if !errors.Is(err, ErrKey) || strings.Contains(err.Error(), "secret") || tries.Load() != 1 {
		t.Errorf("after %d tries: %v", tries.Load(), err)
	}
}

// What a batch says of single objects is seen: they are sent again, or named.
func TestFailedItems(t *testing.T) {
	for _, c := range []struct {
		message string
		times   int // that the second object fails
		sent    string
		fails   bool
	}{
		{"", 0, "[a b]", false},
		{"timeout", 2, "[a b] [b] [b]", false},
		{"store is read-only", 100, "[a b]", true},
		{"timeout", 100, "[a b] [b] [b] [b] [b]", true},
	} {
		var sent []string
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost { // which nodes there are
				fmt.Fprint(w, "{}")
				return
			}
			var batch struct{ Objects []object }
			if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
				t.Error(err)
			}
			var ids []string
			var replies []map[string]any
			for _, o := range batch.Objects {
				ids = append(ids, o.ID)
				result := map[string]any{"status": "SUCCESS"}
				if o.ID == "b" && len(sent) < c.times {
					result = map[string]any{"status": "FAILED", "errors": map[string]any{"error": []any{map[string]any{"message": c.message}}}}
				}
				replies = append(replies, map[string]any{"id": o.ID, "result": result})
			}
			sent = append(sent, fmt.Sprint(ids))
			json.NewEncoder(w).Encode(replies)
		})
		s := &Store{client: server, log: slog.New(slog.DiscardHandler)}
		err := s.put(t.Context(), []object{{ID: "a"}, {ID: "b"}})
		if got := strings.Join(sent, " "); got != c.sent || (err != nil) != c.fails {
			t.Errorf("%q %d times: sent %s, %v", c.message, c.times, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "1 of 1") && !strings.Contains(err.Error(), "1 of 2") {
			t.Errorf("%v", err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for host, want := range map[string]string{
		"10.0.0.1:8080": "http://10.0.0.1:8080", "https://a.example.org/": "https://a.example.org", " node ": "http://node",
		"": "", "ftp://a": "", "http://user:pass@a": "", "http://": "",
	} {
		if got, err := address(host); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", host, got, err)
		}
	}
}

func TestQuoting(t *testing.T) {
	if got := quote("a\"b\\c\n<知>"); got != `"a\"b\\c\n<知>"` {
		t.Errorf("%s", got)
	}
}
