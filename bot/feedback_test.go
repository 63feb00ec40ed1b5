package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag"
)

func TestFeedbackExport(t *testing.T) {
	ctx := context.Background()
	db := openDB(t)
	log, fb := NewAnswerLog(db), NewFeedback(db)
	quote := "青石镇茶厂去年收茶三百二十吨，合同金额1,250万元。"
	answers := []rag.Answer{
		{ID: "fig", Question: "合同金额", Text: "合同金额1,250万元。[1]", Citations: []rag.Citation{{Marker: 1, ArticleID: "a", Quote: quote}}},
		{ID: "high", Question: "收茶多少", Text: "三百二十吨。[1]", Citations: []rag.Citation{{Marker: 1, ArticleID: "a", Quote: quote, Highlights: []rag.Range{{Start: 9, End: 14}}}}},
		{ID: "no", Question: "火星", Text: "资料中没有相关信息。", Refused: true},
		{ID: "multi", Question: "两处", Text: "三百二十吨。[1][2]", Citations: []rag.Citation{{ArticleID: "a", Quote: quote}, {ArticleID: "b", Quote: "别处"}}},
	}
	for _, a := range answers {
		if err := log.Add(ctx, Request{ID: a.ID, Text: a.Question}, Reply{Answer: a}); err != nil {
			t.Fatal(err)
		}
		if err := fb.Add(ctx, a.ID, "u", VoteUp); err != nil {
			t.Fatal(err)
		}
	}
	if err := fb.Add(ctx, "fig", "v", VoteDown); err != nil {
		t.Fatal(err)
	}
	if err := fb.Add(ctx, "gone", "u", VoteUp); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("vote on nothing: %v", err)
	}
	if err := fb.Add(ctx, "fig", "u", "maybe"); err == nil {
		t.Error("an unknown vote was stored")
	}
	// Votes outlive the log.
	if _, err := db.Exec(`DELETE FROM bot_answers`); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if n, err := fb.Export(ctx, &out, ExportOptions{}); n != 5 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	got := map[string]Case{}
	for line := range strings.Lines(out.String()) {
		var c Case
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		if _, twice := got[c.ID]; twice {
			t.Errorf("ID %s twice", c.ID)
		}
		got[c.ID] = c
	}
	check := func(id, kind string, answerable bool, reference [][]string) {
		t.Helper()
		c := got["feedback-"+id]
		if c.Type != kind || c.Answerable != answerable || !slices.EqualFunc(c.Reference, reference, slices.Equal) {
			t.Errorf("%s: %+v", id, c)
		}
	}
	check("fig", "numeric", true, [][]string{{"1,250"}})
	check("high", "entity", true, [][]string{{"三百二十吨"}})
	check("no", "unanswerable", false, nil)
	check("multi", "multi", true, [][]string{{"三百二十吨。"}})
	if c := got["feedback-fig-2"]; !c.NeedsReview || c.Feedback != VoteDown {
		t.Errorf("the second vote: %+v", c)
	}
	out.Reset()
	if n, _ := fb.Export(ctx, &out, ExportOptions{Vote: VoteDown}); n != 1 {
		t.Errorf("%d votes down", n)
	}
	if strings.Contains(out.String(), "null") {
		t.Errorf("null in %s", &out)
	}
}
