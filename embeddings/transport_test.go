package embeddings

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2021, 8, 23, 9, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"-3":                            0,
		"12":                            12 * time.Second,
		"1.5":                           0,
		"soon":                          0,
		"99999999999999999999":          0,
		"Mon, 23 Aug 2021 09:00:30 GMT": 30 * time.Second,
		"Mon, 23 Aug 2021 08:00:00 GMT": 0,
	} {
		if got := parseRetryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestSortByIndex(t *testing.T) {
	for _, tc := range []struct {
		in, want string
		empty    bool
	}{
		{`{"data":[{"index":1,"e":"b"},{"index":0,"e":"a"}]}`, `{"data":[{"index":0,"e":"a"},{"index":1,"e":"b"}]}`, false},
		{`{"x":1, "data":[{"index":0},{"index":1}]}`, `{"x":1, "data":[{"index":0},{"index":1}]}`, false},
		{`{"data":[{"e":"a"},{"e":"b"}]}`, `{"data":[{"e":"a"},{"e":"b"}]}`, false}, // servers that leave it out
		{`{"data":[{"index":1},{"index":1},{"index":0}]}`, `{"data":[{"index":1},{"index":1},{"index":0}]}`, false},
		{`{"data":[7]}`, `{"data":[7]}`, false},
		{`{"data":[]}`, `{"data":[]}`, true},
		{`{}`, `{}`, true},
		{`<html>`, `<html>`, false},
		{``, ``, false},
	} {
		got, empty := sortByIndex([]byte(tc.in))
		if string(got) != tc.want || empty != tc.empty {
			t.Errorf("%s: %s, %v, want %s, %v", tc.in, got, empty, tc.want, tc.empty)
		}
	}
}

func FuzzSortByIndex(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":1,"embedding":[0.5]},{"index":0,"embedding":[1]}]}`))
	f.Add([]byte(`{"data":[{"index":-1},{"index":9e99}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, _ := sortByIndex(body)
		if json.Valid(body) != json.Valid(got) {
			t.Fatalf("%q became %q", body, got)
		}
		again, _ := sortByIndex(got)
		if string(again) != string(got) {
			t.Fatalf("%q is not in order: %q", got, again)
		}
	})
}

func FuzzParseRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Mon, 23 Aug 2021 09:00:30 GMT")
	now := time.Date(2021, 8, 23, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		if d := parseRetryAfter(value, now); d < 0 {
			t.Fatalf("%q: %v", value, d)
		}
	})
}
