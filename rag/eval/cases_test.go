package eval_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"zhiwen/rag/eval"
)

func TestLoad(t *testing.T) {
	good := `{"id":"a","user_input":"几个","reference":[["3"]],"answerable":true,"type":"numeric"}`
	tests := []struct {
		name, in, want string // want is a part of the error, "" for none
	}{
		{"one", good, ""},
		{"byte order mark and blank lines", "\ufeff\n\n" + good + "\r\n\n", ""},
		{"nothing", "\n\n", "there is no case"},
		{"cut off", good + "\n{\"id\":", "line 2"},
		{"misspelt name", strings.Replace(good, "user_input", "input", 1), `"user_input" is missing`},
		{"reference of a wrong kind", strings.Replace(good, `[["3"]]`, `[3]`, 1), `"reference" must be a text or a list`},
		{"wrong kind", strings.Replace(good, `"a"`, "5", 1), `"id" must not be a number`},
		{"same id", good + "\n" + good, `line 2: invalid cases: id "a" is taken by line 1`},
		{"no id", strings.Replace(good, `"a"`, `" "`, 1), `"id" is missing`},
		{"no question", strings.Replace(good, "几个", "", 1), `"user_input" is missing`},
		{"unknown type", strings.Replace(good, "numeric", "number", 1), `unknown type "number"`},
		{"no reference", strings.Replace(good, `[["3"]]`, `[]`, 1), `"reference" is missing`},
		{"empty group", strings.Replace(good, `[["3"]]`, `[["3"],[]]`, 1), "group 2 is empty"},
		{"empty spelling", strings.Replace(good, `[["3"]]`, `[["　"]]`, 1), "empty string"},
		{"reference without an answer", strings.Replace(good, "true", "false", 1), "not answerable"},
		{"follow-up of nothing", strings.Replace(good, "numeric", "follow-up", 1), `needs "history"`},
		{"two on a line", good + good, "more than one"},
		{"long line", good + "\n" + strings.Repeat("x", 2<<20), "line 2: invalid cases: longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cases, err := eval.Load(strings.NewReader(tt.in))
			if tt.want == "" {
				if err != nil || len(cases) != 1 || cases[0].ID != "a" {
					t.Fatalf("got %v, %v", cases, err)
				}
				return
			}
			if !errors.Is(err, eval.ErrCases) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// What loads can be written and loaded again.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(deskCases))
	f.Add([]byte(`{"id":"a"}`))
	f.Add([]byte("\xff\x00\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cases, err := eval.Load(bytes.NewReader(data))
		if err != nil {
			if cases != nil {
				t.Error("cases together with an error")
			}
			return
		}
		var again bytes.Buffer
		for _, c := range cases {
			line, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			again.Write(append(line, '\n'))
		}
		second, err := eval.Load(&again)
		if err != nil || len(second) != len(cases) {
			t.Errorf("loaded %d cases, then %d: %v", len(cases), len(second), err)
		}
	})
}

// Files that other programs wrote say more, and less.
func TestLoadOtherForms(t *testing.T) {
	cases, err := eval.Load(strings.NewReader(`{"id":"a","user_input":"几个","reference":"3","response":"三个","rubrics":{"x":1}}
{"id":"b","user_input":"几个，谁","reference":["3",["张三","老张"]],"answerable":true}
{"id":"c","user_input":"几个"}
{"id":"d","user_input":"那去年呢","history":["几个"],"reference":"4"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []eval.Case{
		{ID: "a", UserInput: "几个", Reference: [][]string{{"3"}}, Answerable: true, Type: eval.TypeEntity},
		{ID: "b", UserInput: "几个，谁", Reference: [][]string{{"3"}, {"张三", "老张"}}, Answerable: true, Type: eval.TypeEntity},
		{ID: "c", UserInput: "几个", Type: eval.TypeUnanswerable},
		{ID: "d", UserInput: "那去年呢", History: []string{"几个"}, Reference: [][]string{{"4"}}, Answerable: true, Type: eval.TypeFollowUp},
	}
	if !reflect.DeepEqual(cases, want) {
		t.Errorf("got %+v", cases)
	}
}
