package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Errors of libraries reach people in our words, with what we said around them.
func TestPlain(t *testing.T) {
	dir := t.TempDir()
	_, missing := os.Open(filepath.Join(dir, "none"))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, inUse := net.Listen("tcp", taken.Addr().String())
	_, noPort := net.Listen("tcp", "nonsense")
	_, number := strconv.Atoi("many")
	broken := json.Unmarshal([]byte("{\"a\" 1}"), new(any))
	wrongKind := json.Unmarshal([]byte(`{"a": []}`), new(struct{ A string }))
	ctx, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	taken.Close()
	_, refused := net.Dial("tcp", taken.Addr().String())
	for _, c := range []struct {
		err  error
		want string
	}{
		{missing, filepath.Join(dir, "none") + " does not exist"},
		{inUse, "is in use by another program"},
		{noPort, `"nonsense" is no address with a port`},
		{number, `"many" is not a number`},
		{broken, "broken JSON at byte"},
		{wrongKind, `must not be a array`},
		{ctx.Err(), "it took too long"},
		{refused, "does not answer"},
	} {
		if c.err == nil {
			t.Fatalf("no error for %q", c.want)
		}
		got := plain(fmt.Errorf("do it: %w; try another", c.err))
		if !strings.HasPrefix(got, "do it: ") || !strings.Contains(got, c.want) || !strings.HasSuffix(got, "; try another") {
			t.Errorf("%v became %q, want %q in it", c.err, got, c.want)
		}
		for _, wording := range []string{"open ", "listen tcp", "dial tcp", "strconv", "invalid character", "json:", "no such file", "deadline"} {
			if strings.Contains(got, wording) {
				t.Errorf("%q says %q", got, wording)
			}
		}
	}
}
