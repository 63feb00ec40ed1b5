package mcp_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"zhiwen/bot/mcp"
	"zhiwen/rag"
)

// answering is a chain that has an answer to everything.
type answering struct{}

func (answering) Answer(context.Context, rag.Question, rag.AnswerOptions) (rag.Answer, error) {
	return rag.Answer{Text: "答。", Citations: []rag.Citation{}}, nil
}

func (answering) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, nil }

// theirs are words of the libraries below, which mean nothing to who calls a tool.
var theirs = regexp.MustCompile(`(?i)validat|schema|unmarshal|jsonschema|additional propert|Go (?:struct|value)|\$defs|/properties`)

// Wrong arguments are told in words that say which tool, which argument, what is wrong with
// it and what it has to be.
func TestWrongArguments(t *testing.T) {
	client := connect(t, mcp.Options{Chain: answering{}, Library: shelf(1)})
	for _, c := range []struct {
		tool, in string
		want     []string
	}{
		{"ask", `{}`, []string{`ask`, `"question" is missing`, "the question, in Chinese or English"}},
		{"ask", `{"q":"几个"}`, []string{`ask`, `no argument "q"`, `"question"`, `"history"`}},
		{"ask", `{"question":5}`, []string{`ask`, `"question" is 5`, "must be a text"}},
		{"ask", `{"question":null}`, []string{`ask`, `"question" is missing`}},
		{"ask", `{"question":["几个"]}`, []string{`"question" is a list`, "must be a text"}},
		{"ask", `{"question":"几个","history":"before"}`, []string{`"history" is "before"`, "must be a list"}},
		{"ask", `{"question":"几个","history":[{"question":"一"}]}`, []string{`"history[0].answer" is missing`}},
		{"ask", `{"question":"几个","history":[{"question":"一","answer":true}]}`, []string{`"history[0].answer" is true`, "must be a text"}},
		{"ask", `{"question":"几个","history":["一"]}`, []string{`"history[0]" is "一"`, "must be an object", `"question"`, `"answer"`}},
		{"ask", `[1]`, []string{`ask`, "arguments are a list", "must be an object"}},
		{"ask", `"几个"`, []string{`ask`, `must be an object`, `{"question":`}},
		{"search", `{"question":"几个","k":"ten"}`, []string{`search`, `"k" is "ten"`, "must be a whole number", "1 to 50"}},
		{"search", `{"question":"几个","k":1.5}`, []string{`"k" is 1.5`, "must be a whole number"}},
		{"search", `{"question":"几个","k":1e300}`, []string{`"k" is 1e300`, "too large"}},
		{"search", `{"question":"几个","k":51}`, []string{`search`, "k is 51", "between 1 and 50"}},
		{"get_source", `{"article":"a/0"}`, []string{`get_source`, `no argument "article"`, `"article_id" is missing`}},
		{"get_source", `{"article_id":"a/0","around":"one"}`, []string{`"around" is "one"`, "must be a whole number"}},
		{"get_source", `{"article_id":"a/0","around":-1}`, []string{`get_source`, "must not be below 0"}},
		{"list_articles", `{"year":"2021"}`, []string{`list_articles`, `"year" is "2021"`, "must be a whole number, without quotation marks"}},
		{"ask", `{"question":"` + strings.Repeat("长", 3000) + `","k":"` + strings.Repeat("长", 3000) + `"}`, []string{`no argument "k"`}},
		{"ask", `{"question":{"text":"` + strings.Repeat("长", 3000) + `"}}`, []string{`"question" is an object`}},
	} {
		result, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: c.tool, Arguments: json.RawMessage(c.in)})
		if err != nil {
			t.Errorf("%s %.60s: %v", c.tool, c.in, err)
			continue
		}
		text := result.Content[0].(*sdk.TextContent).Text
		if !result.IsError || theirs.MatchString(text) || len(text) > 600 {
			t.Errorf("%s %.60s: error %v: %.700s", c.tool, c.in, result.IsError, text)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s %.60s: %.300q lacks %q", c.tool, c.in, text, want)
			}
		}
	}
	// What means the same is taken.
	for tool, in := range map[string]string{
		"ask": `{"question":"几个","history":null}`, "search": `{"question":"几个","k":10.0}`,
		"get_source": `{"article_id":"a/0","around":null,"paragraph":null}`, "list_articles": `{}`,
	} {
		result, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: tool, Arguments: json.RawMessage(in)})
		if err != nil || result.IsError {
			t.Errorf("%s %s: %+v, %v", tool, in, result, err)
		}
	}
	if result, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: "list_articles"}); err != nil || result.IsError {
		t.Errorf("without arguments: %+v, %v", result, err)
	}
}

func TestUnknownTool(t *testing.T) {
	client := connect(t, mcp.Options{Chain: answering{}, Library: shelf(1)})
	_, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: "answer", Arguments: map[string]any{}})
	var wire *jsonrpc.Error
	if !errors.As(err, &wire) || wire.Code != jsonrpc.CodeInvalidParams || !strings.Contains(wire.Message, `there is no tool "answer"; there are ask, get_source, list_articles and search`) {
		t.Errorf("%v", err)
	}
}
