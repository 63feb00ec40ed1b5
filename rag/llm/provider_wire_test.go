package llm

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestErrorMessage(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":{"message":"No such model","type":"invalid_request_error","code":"model_not_found"}}`: "No such model [invalid_request_error] [model_not_found]",
		`{"error":"model 'x' not found"}`:                      "model 'x' not found",
		`{"message":"Too many requests"}`:                      "Too many requests",
		`{"detail":"Not Found"}`:                               `{"detail":"Not Found"}`,
		"plain\n  text":                                        "plain text",
		"<html><title>502</title></html>":                      "",
		`{"error":{"message":"too long","n_ctx":4096}}`:        "too long (context 4096 tokens)",
		`{"error":{"message":"Overloaded","type":"overload"}}`: "Overloaded [overload]",
	} {
		if got := errorMessage([]byte(body)); got != want {
			t.Errorf("errorMessage(%s) = %q, want %q", body, got, want)
		}
	}
}

func TestContextSize(t *testing.T) {
	for message, want := range map[string]int{
		"This model's maximum context length is 2048 tokens. However, your messages resulted in 3100 tokens.": 2048,
		"request (15029 tokens) exceeds the available context size (8192 tokens), try increasing it":          8192,
		"prompt is too long: 210000 tokens > 200000 maximum":                                                  200000,
		"the input length exceeds the context length":                                                         0,
		"too long (context 4096 tokens)":                                                                      4096,
	} {
		if got := contextSize(message); got != want {
			t.Errorf("contextSize(%q) = %d, want %d", message, got, want)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "7", 7 * time.Second},
		{"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After", "Thu, 01 Jan 2026 12:00:30 GMT", 30 * time.Second},
		{"Retry-After", "Thu, 01 Jan 2026 11:00:00 GMT", 0},
		{"Retry-After", "-1", 0},
		{"Retry-After", "soon", 0},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
	} {
		if got := retryAfter(http.Header{tt.name: {tt.value}}, now); got != tt.want {
			t.Errorf("%s: %s gives %v, want %v", tt.name, tt.value, got, tt.want)
		}
	}
}

func FuzzErrorMessage(f *testing.F) {
	for _, s := range []string{`{"error":{"message":"x","code":1}}`, `{"error":["x"]}`, "<html>", "\xff\xfe", `{"error":{"message":"a\u001b[31m"}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := errorMessage(body)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\x1b") || utf8.RuneCountInString(got) > 420 {
			t.Errorf("errorMessage(%q) = %q", body, got)
		}
		contextSize(got)
	})
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"二○二一年2,524亿元", "１２３", "〇〇", "1,2,345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for n := range numbers(s) {
			if strings.Trim(n, "0123456789.") != "" {
				t.Errorf("numbers(%q) holds %q", s, n)
			}
		}
	})
}
