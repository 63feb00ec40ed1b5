package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/bot"
	"zhiwen/rag"
	"zhiwen/rag/index"
)

// What is exported is read by eval as it is: answers voted up are asked again,
// those voted down need review and are no error.
func TestFeedbackIsAnEvaluation(t *testing.T) {
	isolate(t)
	dir := shippedStore(t)
	ctx := context.Background()
	store, err := index.Open(ctx, index.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.Migrate(ctx, store.DB()); err != nil {
		t.Fatal(err)
	}
	feedback := bot.NewFeedback(store.DB())
	vote := func(id, question string, vote bot.Vote) {
		t.Helper()
		status, out, errs := zhiwen(t, "", "ask", "--json", "--store", dir, question)
		var doc askDocument
		if err := json.Unmarshal([]byte(out), &doc); err != nil || status != 0 {
			t.Fatal(status, err, errs)
		}
		a := rag.Answer{ID: id, Question: doc.Question, Text: *doc.Answer, Refused: *doc.Refused, Reason: rag.Reason(*doc.Reason), Citations: doc.Citations}
		if err := bot.NewAnswerLog(store.DB()).Add(ctx, bot.Request{ID: id, Text: question}, bot.Reply{Answer: a}); err != nil {
			t.Fatal(err)
		}
		if err := feedback.Add(ctx, id, "U1", vote); err != nil {
			t.Fatal(err)
		}
	}
	vote("up", "2021智博会签约多少项目", bot.VoteUp)
	vote("refused", "2023年智博会签约多少项目", bot.VoteUp)
	vote("down", "数字经济类项目投资多少", bot.VoteDown)
	vote("refused-down", "火星上有水吗", bot.VoteDown)
	if err := feedback.Explain(ctx, "down", "U1", "wrong", "应为428亿元"); err != nil {
		t.Fatal(err)
	}
	store.Close()
	for want, args := range map[string][]string{
		"2 cases (1 answerable), 2 right, 2 need review": {},
		"0 cases (0 answerable), 0 right, 2 need review": {"--vote", "down"},
	} {
		status, out, errs := zhiwen(t, "", append([]string{"feedback", "export", "--store", dir}, args...)...)
		if status != 0 || !strings.Contains(out, "应为428亿元") {
			t.Fatal(status, out, errs)
		}
		file := filepath.Join(t.TempDir(), "feedback.jsonl")
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errs = zhiwen(t, "", "eval", "--questions", file, "--store", dir)
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("want %q: status %d: %s%s", want, status, out, errs)
		}
	}
}
