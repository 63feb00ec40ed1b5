package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhiwen/bot/web"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// ranking is a chain that ranks its articles as they stand.
type ranking struct {
	script
	articles []*article.Article
}

func (r *ranking) Search(_ context.Context, _ string, k int) ([]rag.Hit, error) {
	var hits []rag.Hit
	for i, a := range r.articles[:min(k, len(r.articles))] {
		hits = append(hits, rag.Hit{Rank: i + 1, Article: a, Similarity: .5, VectorRank: i + 1,
			Passage: article.Passage{ID: a.ID + "#1", ArticleID: a.ID, Spans: []article.Span{{Paragraph: 2, Text: a.Title}}}})
	}
	return hits, nil
}

// Every operator of Dify's protocol chooses what it says, and what cannot be
// meant is refused with what can.
func TestRetrievalByMetadata(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	chain := &ranking{articles: []*article.Article{
		{ID: "a", Title: "签约成绩单", Source: "日报", Published: day("2021-08-23"), URL: "https://Example.org/a"},
		{ID: "b", Title: "签约见证", Source: "晚报", Published: day("2021-08-25"), Author: "顾北辰"},
		{ID: "c", Title: "无日期的一篇"},
	}}
	server := serve(t, web.Options{Chain: chain, Settings: web.Settings{RatePerMinute: -1}})
	ask := func(k int, condition string) (status int, found string, body string) {
		status, body = do(t, "POST", server.URL+"/retrieval",
			fmt.Sprintf(`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":%d,"score_threshold":0},"metadata_condition":%s}`, k, condition), nil)
		var out struct {
			Records []struct {
				Meta struct {
					Article string `json:"article_id"`
				} `json:"metadata"`
			} `json:"records"`
		}
		if err := json.Unmarshal([]byte(body), &out); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.Records {
			found += r.Meta.Article
		}
		return status, found, body
	}
	one := func(name, operator, value string) string {
		if value != "" {
			value = `,"value":` + value
		}
		return fmt.Sprintf(`{"conditions":[{"name":%s,"comparison_operator":%q%s}]}`, name, operator, value)
	}
	for _, c := range []struct{ condition, want string }{
		{one(`"title"`, "contains", `"签约"`), "ab"},
		{one(`"title"`, "not contains", `"签约"`), "c"},
		{one(`"title"`, "start with", `"签约"`), "ab"},
		{one(`"title"`, "end with", `"一篇"`), "c"},
		{one(`"source"`, "is", `"日报"`), "a"},
		{one(`"source"`, "is not", `"日报"`), "bc"},
		{one(`"source"`, "in", `["日报","晚报"]`), "ab"},
		{one(`"source"`, "in", `"日报, 晚报"`), "ab"},
		{one(`"source"`, "not in", `["日报"]`), "bc"},
		{one(`"source"`, "empty", ""), "c"},
		{one(`"author"`, "not empty", ""), "b"},
		{one(`"author"`, "null", ""), "ac"},
		{one(`"url"`, "contains", `"EXAMPLE.org"`), "a"},
		{one(`"year"`, "=", `2021`), "ab"},
		{one(`"year"`, "=", `"2021"`), "ab"},
		{one(`"year"`, "≠", `2021`), "c"},
		{one(`"year"`, ">", `2020`), "ab"},
		{one(`"year"`, "<", `2021`), ""},
		{one(`"year"`, "≥", `2021`), "ab"},
		{one(`"year"`, "≤", `2021`), "ab"},
		{one(`"paragraph"`, "=", `2`), "abc"},
		{one(`"published"`, "before", `"2021-08-25"`), "a"},
		{one(`"published"`, "after", `"2021-08-23"`), "b"},
		{one(`"published"`, "after", fmt.Sprint(day("2021-08-24").Unix())), "b"},
		{one(`"published"`, "after", fmt.Sprint(day("2021-08-24").UnixMilli())), "b"},
		{one(`"published"`, "after", `2021`), "ab"},
		{one(`["author","source"]`, "contains", `"报"`), "ab"},
		{`{"logical_operator":"or","conditions":[{"name":"article_id","comparison_operator":"is","value":"a"},{"name":"article_id","comparison_operator":"is","value":"c"}]}`, "ac"},
		{`{"logical_operator":"and","conditions":[{"name":"title","comparison_operator":"contains","value":"签约"},{"name":"source","comparison_operator":"is","value":"晚报"}]}`, "b"},
	} {
		if status, found, body := ask(3, c.condition); status != 200 || found != c.want {
			t.Errorf("%s: found %q, want %q (%d %s)", c.condition, found, c.want, status, body)
		}
	}
	for condition, want := range map[string]string{
		one(`"colour"`, "is", `"red"`):                                                "published",
		one(`"title"`, "resembles", `"x"`):                                            "not contains",
		one(`"title"`, "is", ""):                                                      "needs a value",
		one(`"title"`, "is", `{"a":1}`):                                               "needs a value",
		one(`"published"`, "before", `"yesterday"`):                                   "no day",
		one(`"year"`, ">", `"many"`):                                                  "no number",
		one(`"year"`, ">", `["1","2"]`):                                               "one value",
		`{"conditions":[{"comparison_operator":"is"}]}`:                               "no name",
		`{"logical_operator":"xor","conditions":[` + one(`"title"`, "empty", "")[15:]: "and or or",
	} {
		if status, _, body := ask(3, condition); status != 400 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, want %q: %s", condition, status, want, body)
		}
	}
	// What is wanted may stand far down the ranking.
	for i := range 500 {
		chain.articles = append([]*article.Article{{ID: fmt.Sprint("x", i), Title: "别的"}}, chain.articles...)
	}
	if _, found, body := ask(1, one(`"source"`, "is", `"晚报"`)); found != "b" {
		t.Errorf("far down: found %q: %s", found, body)
	}
}
