package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// unruly is a server that misbehaves in a way for each path. hits counts requests.
func unruly(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	hits := &atomic.Int64{}
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/good", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2023 03:04:05 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "good ", r.UserAgent())
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for range 200 {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-release:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		chunk := bytes.Repeat([]byte("endless "), 4096)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99999999")
		w.WriteHeader(http.StatusOK)
	})
	bomb := func() []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.CopyN(z, zeros{}, 64<<20)
		z.Close()
		return b.Bytes()
	}()
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb)
	})
	mux.HandleFunc("/bomb.gz", func(w http.ResponseWriter, _ *http.Request) { w.Write(bomb) })
	mux.HandleFunc("/packed.gz", func(w http.ResponseWriter, _ *http.Request) {
		z := gzip.NewWriter(w)
		fmt.Fprint(z, "unpacked")
		z.Close()
	})
	mux.HandleFunc("/brotli", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		fmt.Fprint(w, "?")
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "only this")
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop2", http.StatusFound) })
	mux.HandleFunc("/loop2", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/good", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/cookie", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("seen"); err != nil {
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			http.Redirect(w, r, "/cookie", http.StatusFound)
			return
		}
		fmt.Fprint(w, "with a cookie")
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		_, port, _ := strings.Cut(r.Host, ":")
		http.Redirect(w, r, "http://127.9.9.9:"+port+"/good", http.StatusFound)
	})
	mux.HandleFunc("/metadata", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	})
	var busy, flaky atomic.Int64
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) {
		busy.Add(1)
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("/flaky", func(w http.ResponseWriter, _ *http.Request) {
		if flaky.Add(1) < 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, "at last")
	})
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/secret", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/liar", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /\n\nUser-agent: zhiwen\nDisallow: /hidden\nDisallow: /*?print=\n")
	})
	mux.HandleFunc("/hidden/page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "not to be seen") })
	mux.HandleFunc("/to-hidden", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/hidden/page", http.StatusFound)
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(release) })
	return s, hits
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestMisbehaviour(t *testing.T) {
	s, _ := unruly(t)
	for _, c := range []struct {
		path string
		err  error  // nil: it is read
		want string // in the body or the error
	}{
		{"/good", nil, "good zhiwen"},
		{"/moved", nil, "good zhiwen"},
		{"/cookie", nil, "with a cookie"},
		{"/packed.gz", nil, "unpacked"},
		{"/flaky", nil, "at last"},
		{"/slow", ErrTimeout, "web.timeout"},
		{"/drip", ErrTimeout, "more than"},
		{"/endless", ErrTooLarge, "web.max_mb"},
		{"/large", ErrTooLarge, "web.max_mb"},
		{"/bomb", ErrTooLarge, "web.max_mb"},
		{"/bomb.gz", ErrTooLarge, "web.max_mb"},
		{"/brotli", ErrStatus, "br"},
		{"/cut", ErrUnreachable, "try again"},
		{"/loop", ErrRedirects, "6 times"},
		{"/file", ErrAddress, "only http:// and https://"},
		{"/metadata", ErrPrivate, "169.254.169.254"},
		{"/busy", ErrBusy, "try again in 1h0m0s"},
		{"/broken", ErrServer, "status 500"},
		{"/gone", ErrGone, "status 410"},
		{"/nowhere", ErrGone, "status 404"},
		{"/secret", ErrDenied, "status 403"},
		{"/nothing", ErrStatus, "status 204"},
		{"/liar", ErrStatus, "status 304"},
		{"/hidden/page", ErrRobots, "robots.txt"},
		{"/to-hidden", ErrRobots, "robots.txt"},
		{"/good?print=1", ErrRobots, "robots.txt"},
	} {
		t.Run(strings.Trim(c.path, "/"), func(t *testing.T) {
			client := New(Options{Allow: loopback, MaxBytes: 1 << 20, Timeout: 400 * time.Millisecond, First: time.Millisecond})
			defer client.Close()
			page, err := client.Get(context.Background(), s.URL+c.path, Validators{})
			switch {
			case c.err == nil && err != nil:
				t.Fatal(err)
			case c.err == nil:
				if !strings.Contains(string(page.Body), c.want) {
					t.Errorf("read %q, want %q in it", page.Body, c.want)
				}
			case !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.want):
				t.Errorf("error %v, want %v with %q", err, c.err, c.want)
			}
		})
	}
}

// Whatever name or redirect leads there, nothing inside is dialled.
func TestPrivateAddresses(t *testing.T) {
	s, hits := unruly(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	for _, address := range []string{s.URL + "/good", "http://localhost:" + port + "/good", "http://[::ffff:127.0.0.1]:" + port + "/good", "http://0.0.0.0:" + port + "/good", "http://2130706433:" + port + "/good"} {
		before := hits.Load()
		_, err := New(Options{First: time.Millisecond}).Get(context.Background(), address, Validators{})
		if err == nil || hits.Load() != before {
			t.Errorf("%s was read", address)
		}
		if !errors.Is(err, ErrPrivate) && !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v", address, err)
		}
	}
	// Allowed is one address, and the redirect leads to another.
	only := New(Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	if _, err := only.Get(context.Background(), s.URL+"/inside", Validators{}); !errors.Is(err, ErrPrivate) || !strings.Contains(err.Error(), "127.9.9.9") || !strings.Contains(err.Error(), "web.allow_private") {
		t.Errorf("a redirect to another address inside: %v", err)
	}
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "64:ff9b::808:808": true,
		"10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "127.0.0.1": false, "169.254.169.254": false, "100.64.1.1": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::1": false, "::": false, "fe80::1": false, "fc00::1": false,
		"::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "fe80::1%eth0": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("public(%s) = %v", text, got)
		}
	}
}

func TestConditional(t *testing.T) {
	s, _ := unruly(t)
	c := New(Options{Allow: loopback})
	first, err := c.Get(context.Background(), s.URL+"/good", Validators{})
	if err != nil || first.ETag != `"v1"` || first.LastModified == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := c.Get(context.Background(), s.URL+"/good", first.Validators)
	if err != nil || !again.NotModified || again.Body != nil || again.Validators != first.Validators {
		t.Errorf("%+v, %v", again, err)
	}
}

// A server that asks to be left alone is, until its time is over.
func TestRetryAfter(t *testing.T) {
	s, hits := unruly(t)
	c := New(Options{Allow: loopback, First: time.Millisecond})
	_, err := c.Get(context.Background(), s.URL+"/busy", Validators{})
	var busy *Error
	if !errors.As(err, &busy) || busy.RetryAfter != time.Hour {
		t.Fatalf("%v", err)
	}
	before := hits.Load()
	_, err = c.Get(context.Background(), s.URL+"/good", Validators{})
	if !errors.As(err, &busy) || busy.RetryAfter < 50*time.Minute || hits.Load() != before {
		t.Errorf("asked again: %v", err)
	}
	for text, want := range map[string]time.Duration{"": 0, "5": 5 * time.Second, "-1": 0, "soon": 0, "99999999999": maxRetryAfter,
		time.Now().Add(time.Hour).UTC().Format(http.TimeFormat): time.Hour, "Mon, 02 Jan 2006 15:04:05 GMT": 0} {
		if got := retryAfter(text); got > want || got < want-2*time.Second {
			t.Errorf("retryAfter(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestRobots(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		text   string
		ok     bool
	}{
		{"none", 404, "", true},
		{"forbidden to look at", 403, "", true},
		{"failing", 503, "", false},
		{"asking for patience", 429, "", false},
		{"a page in its place", 200, "<!doctype html><html><p>welcome</p></html>", true},
		{"everything forbidden", 200, "User-agent: *\nDisallow: /\n", false},
		{"others forbidden", 200, "User-agent: other\nDisallow: /\n", true},
		{"an exception", 200, "User-agent: *\nDisallow: /\nAllow: /page\n", true},
		{"empty", 200, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					asked++
					w.WriteHeader(c.status)
					fmt.Fprint(w, c.text)
				}
			}))
			defer s.Close()
			client := New(Options{Allow: loopback})
			for range 2 {
				_, err := client.Get(context.Background(), s.URL+"/page", Validators{})
				if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrRobots) {
					t.Errorf("%v", err)
				}
			}
			if asked != 1 {
				t.Errorf("robots.txt was read %d times", asked)
			}
			if _, err := New(Options{Allow: loopback, IgnoreRobots: true}).Get(context.Background(), s.URL+"/page", Validators{}); err != nil {
				t.Errorf("switched off: %v", err)
			}
		})
	}
}

// Two requests to a host are a pause apart.
func TestPause(t *testing.T) {
	s, _ := unruly(t)
	c := New(Options{Allow: loopback, Pause: 60 * time.Millisecond, IgnoreRobots: true})
	began := time.Now()
	for range 3 {
		if _, err := c.Get(context.Background(), s.URL+"/good", Validators{}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 110*time.Millisecond {
		t.Errorf("three requests took %v", took)
	}
}

func TestCancelled(t *testing.T) {
	s, _ := unruly(t)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := New(Options{Allow: loopback}).Get(ctx, s.URL+"/slow", Validators{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"HTTP://Example.ORG":                 "http://example.org/",
		"https://example.org:443/a?b=c#d":    "https://example.org/a?b=c",
		"http://example.org:8080/A":          "http://example.org:8080/A",
		"ftp://example.org/":                 "only http",
		"example.org":                        "must look like",
		"http://":                            "must look like",
		"http://anna:geheim@example.org/one": "http://…@example.org/one",
	} {
		got, err := Normalize(in)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || strings.Contains(got, "geheim") {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}
