package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

func TestCleanQuestion(t *testing.T) {
	for _, c := range []struct{ name, in, want, err string }{
		{"plain", " 签约多少项目？\n", "签约多少项目？", ""},
		{"byte order mark", "\ufeff几个", "几个", ""},
		{"line break inside", "一\r\n二\t三", "一  二 三", ""},
		{"empty", "", "", "empty"},
		{"blank", " \u3000\n", "", "empty"},
		{"longest", strings.Repeat("问", rag.MaxQuestionRunes), strings.Repeat("问", rag.MaxQuestionRunes), ""},
		{"too long", strings.Repeat("问", rag.MaxQuestionRunes+1), "", "2001 characters"},
		{"a megabyte", strings.Repeat("a", 1<<20), "", "at most 2000"},
		{"escape", "a\x1b[31m", "", "U+001B"},
		{"NUL", "a\x00", "", "character 2"},
		{"C1", "a\u009b1m", "", "U+009B"},
		{"broken UTF-8", "a\xff", "", "UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := api.CleanQuestion(c.in)
			if c.err == "" && (err != nil || got != c.want) {
				t.Errorf("CleanQuestion = %q, %v; want %q", got, err, c.want)
			}
			if c.err != "" && (!errors.Is(err, api.ErrBadRequest) || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("CleanQuestion error = %v, want a bad request that says %q", err, c.err)
			}
		})
	}
}

func TestParseRequest(t *testing.T) {
	for _, c := range []struct{ in, want, err string }{
		{`{"id":"a","question":"几个"}`, `{a 几个 []}`, ""},
		{`{"id":7,"user_input":" 几个 ","answerable":true}`, `{7 几个 []}`, ""},
		{`{"question":"那2025年呢","history":["2021年几个",{"question":"谁","answer":"甲"}]}`, `{ 那2025年呢 [{2021年几个 } {谁 甲}]}`, ""},
		{`{"question":"a","user_input":"b"}`, "", "keep one"},
		{`{"question":""}`, "", "empty"},
		{`{"question":3}`, "", `"question" must not be a number`},
		{`{"question":"a","history":"b"}`, "", `"history" must not be a string`},
		{`{"question":"a","history":[{"q":"b"}]}`, "", "history must be"},
		{`{"question":"a","history":[""]}`, "", "turn 1"},
		{`{"question":"a"`, "", "cut off"},
		{`{"question":"a"} x`, "", "follows"},
		{`["a"]`, "", "object"},
		{`{"id":{},"question":"a"}`, "", `"id"`},
		{"{\"question\":\"\xff坏\"}", "", "UTF-8"},
	} {
		got, err := api.ParseRequest([]byte(c.in))
		if c.err == "" && (err != nil || fmt.Sprint(got) != c.want) {
			t.Errorf("ParseRequest(%s) = %v, %v; want %s", c.in, got, err, c.want)
		}
		if c.err != "" && (!errors.Is(err, api.ErrBadRequest) || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("ParseRequest(%s) error = %v, want one that says %q", c.in, err, c.err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add(`{"id":1,"question":"a","history":["b",{"question":"c","answer":"d"}]}`)
	f.Add(`{"user_input":"\u001b"}`)
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := api.ParseRequest([]byte(raw))
		if err != nil {
			if !errors.Is(err, api.ErrBadRequest) {
				t.Errorf("error %v is not a bad request", err)
			}
			return
		}
		again, err := api.CleanQuestion(r.Question)
		if err != nil || again != r.Question || !utf8.ValidString(r.Question) {
			t.Errorf("accepted question %q does not stay as it is: %q, %v", r.Question, again, err)
		}
	})
}

func ExampleCleanQuestion() {
	fmt.Println(api.CleanQuestion("签约了\t多少项目？\n"))
	_, err := api.CleanQuestion(" ")
	fmt.Println(err)
	// Output:
	// 签约了 多少项目？ <nil>
	// the question cannot be used: it is empty; write what you want to know
}
