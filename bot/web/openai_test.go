package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zhiwen/bot/web"
	"zhiwen/rag"
)

// cited is a chain whose answer has two sentences with citations.
type cited struct{ asked []rag.Question }

func (c *cited) Answer(_ context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error) {
	c.asked = append(c.asked, q)
	a := rag.Answer{ID: q.ID, Question: q.Text, Text: "共92个。[1]\n见[x]，总额2524亿元。[2]", Answerer: "script", Usage: &rag.Usage{PromptTokens: 10, CompletionTokens: 5},
		Citations: []rag.Citation{{Marker: 1, ArticleID: "art/1", Title: "题", Paragraph: 2, Start: 0, End: 7}, {Marker: 2, ArticleID: "b", Title: "乙", Paragraph: 1, Start: 3, End: 9}}}
	if o.OnSentence != nil {
		for i, s := range []rag.Sentence{{Text: "共92个。[1]"}, {Lead: "\n", Text: "见[x]，总额2524亿元。[2]"}} {
			s.Citations = a.Citations[i : i+1]
			if err := o.OnSentence(s); err != nil {
				return rag.Answer{}, err
			}
		}
	}
	return a, nil
}

func (c *cited) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, nil }

func TestChatRefuses(t *testing.T) {
	server := serve(t, web.Options{Chain: &cited{}})
	user := `"messages":[{"role":"user","content":"几个"}]`
	for body, want := range map[string]string{
		`{"model":"gpt-4o",` + user + `}`:                                                           `"code":"model_not_found"`,
		`{"model":"zhiwen","n":2,` + user + `}`:                                                     `"param":"n"`,
		`{"model":"zhiwen","response_format":{"type":"json_object"},` + user + `}`:                  `"param":"response_format"`,
		`{"model":"zhiwen","tool_choice":"required",` + user + `}`:                                  `"param":"tool_choice"`,
		`{"model":"zhiwen","tool_choice":{"type":"function","function":{"name":"f"}},` + user + `}`: "leave tool_choice out",
		`{"model":"zhiwen","function_call":{"name":"f"},` + user + `}`:                              "leave function_call out",
		`{"model":"zhiwen","modalities":["text","audio"],` + user + `}`:                             "leave modalities out",
		`{"model":"zhiwen","audio":{"voice":"x","format":"wav"},` + user + `}`:                      "leave audio out",
		`{"model":"zhiwen","logprobs":true,` + user + `}`:                                           "leave logprobs out",
		`{"model":"zhiwen","top_logprobs":3,` + user + `}`:                                          "leave top_logprobs out",
		`{"model":"zhiwen","messages":[]}`:                                                          `"param":"messages"`,
		`{"model":"zhiwen"}`:                                                                        `"param":"messages"`,
		`{"model":"zhiwen","messages":[{"role":"assistant","content":"x"}]}`:                        "must be the user's question",
		`{"model":"zhiwen","messages":[{"role":"robot","content":"x"}]}`:                            "not known",
		`{"model":"zhiwen","messages":[{"role":"user","content":" "}]}`:                             "it is empty",
		`{"model":"zhiwen","messages":[{"role":"user","content":[{"type":"image_url"}]}]}`:          "only text can be read",
		`{"model":"zhiwen","messages":"几个"}`:                                                        "must not be a string",
		`{"model":`:                                                                                 "cut off",
	} {
		code, got := do(t, "POST", server.URL+"/v1/chat/completions", body, nil)
		var doc struct {
			Error struct{ Message, Type string }
		}
		if err := json.Unmarshal([]byte(got), &doc); err != nil || doc.Error.Message == "" || doc.Error.Type != "invalid_request_error" {
			t.Errorf("%s: not an error of OpenAI's form: %s", body, got)
		}
		if code != 400 && code != 404 || !strings.Contains(got, want) {
			t.Errorf("%s: status %d, want %s in %s", body, code, want, got)
		}
		if strings.Contains(got, "json:") || strings.Contains(got, "web.") {
			t.Errorf("%s: a library speaks: %s", body, got)
		}
	}
}

// What asks for nothing that could not be given is no obstacle. What has no effect is
// named, unless there is nothing that anybody would miss.
func TestChatIgnores(t *testing.T) {
	server := serve(t, web.Options{Chain: &cited{}})
	code, body := do(t, "POST", server.URL+"/v1/chat/completions", `{"model":"zhiwen","messages":[{"role":"user","content":"几个"}],
		"n":1,"tool_choice":"auto","function_call":"none","logprobs":false,"top_logprobs":0,"modalities":["text"],"audio":null,
		"user":"u","safety_identifier":"s","prompt_cache_key":"p","metadata":{"a":"b"},"store":true,
		"tools":[{"type":"function","function":{"name":"f"}}],"seed":1,"stop":["x"],"max_tokens":5}`, nil)
	if code != 200 || !strings.Contains(body, `"ignored":["function_call","logprobs","max_tokens","modalities","seed","stop","tool_choice","tools","top_logprobs"]`) {
		t.Errorf("status %d: %s", code, body)
	}
}

// The annotations point at the markers in the text, in characters, and their
// addresses at the quoted words.
func TestChatAnnotations(t *testing.T) {
	server := serve(t, web.Options{Chain: &cited{}, Settings: web.Settings{PublicURL: "https://zhiwen.example/"}})
	_, body := do(t, "POST", server.URL+"/v1/chat/completions", `{"model":"zhiwen","temperature":0.2,"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"几个"}]}]}`, nil)
	var doc struct {
		Choices []struct {
			Message struct {
				Content     string
				Annotations []struct {
					URL struct {
						Start int `json:"start_index"`
						End   int `json:"end_index"`
						URL   string
					} `json:"url_citation"`
				}
			}
		}
		Usage struct {
			TotalTokens int `json:"total_tokens"`
		}
		Zhiwen struct {
			Citations []rag.Citation
			Ignored   []string
		}
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	message := doc.Choices[0].Message
	text := []rune(message.Content)
	if len(message.Annotations) != 2 {
		t.Fatalf("annotations: %s", body)
	}
	for i, a := range message.Annotations {
		if got := string(text[a.URL.Start:a.URL.End]); got != fmt.Sprintf("[%d]", i+1) {
			t.Errorf("annotation %d stands at %q", i, got)
		}
	}
	if got := message.Annotations[0].URL.URL; got != "https://zhiwen.example/a/art%2F1?q=2:0-7#p2" {
		t.Errorf("address %s", got)
	}
	if doc.Usage.TotalTokens != 15 || len(doc.Zhiwen.Citations) != 2 || fmt.Sprint(doc.Zhiwen.Ignored) != "[temperature messages[0] (system)]" {
		t.Errorf("%s", body)
	}
}

// A conversation of any length makes one answer; what is too long ago is left
// out, and the response says so.
func TestChatHistoryIsBounded(t *testing.T) {
	chain := &cited{}
	server := serve(t, web.Options{Chain: chain})
	var messages []string
	for i := range 102 {
		messages = append(messages, fmt.Sprintf(`{"role":"user","content":"第%d问"}`, i))
		if i%2 == 0 {
			messages = append(messages, fmt.Sprintf(`{"role":"assistant","content":"第%d答"}`, i))
		}
	}
	messages = append(messages, `{"role":"user","content":"那呢"}`)
	code, body := do(t, "POST", server.URL+"/v1/chat/completions", `{"model":"zhiwen","messages":[`+strings.Join(messages, ",")+`]}`, nil)
	if code != 200 || !strings.Contains(body, "the first 92 turns") {
		t.Errorf("status %d: %s", code, body)
	}
	if len(chain.asked) != 1 || len(chain.asked[0].History) != 10 {
		t.Fatalf("%d answers were made, the first with %d turns", len(chain.asked), len(chain.asked[0].History))
	}
	if last := chain.asked[0].History[9]; last.Question != "第101问" || last.Answer != "" {
		t.Errorf("last turn %+v", last)
	}
	// The API of our own, whose bare turns are answered anew, takes a few.
	bare := strings.Repeat(`"问",`, 101) + `"问"`
	code, body = do(t, "POST", server.URL+"/v1/ask", `{"question":"q","history":[`+bare+`]}`, nil)
	if code != 400 || len(chain.asked) != 1 {
		t.Errorf("status %d: %s", code, body)
	}
	code, body = do(t, "POST", server.URL+"/v1/ask", `{"question":"q","history":["1","2","3","4","5","6"]}`, nil)
	if code != 400 || len(chain.asked) != 1 || !strings.Contains(body, "have no answer") {
		t.Errorf("status %d: %s", code, body)
	}
}

func TestRetrieval(t *testing.T) {
	server := serve(t, web.Options{Chain: &script{}})
	for body, want := range map[string]string{
		`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":3,"score_threshold":0}}`:                                             `"records":[{"content":"<b>"`,
		`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":3,"score_threshold":0.9}}`:                                           `"records":[]`,
		`{"knowledge_id":"other","query":"签约","retrieval_setting":{"top_k":3}}`:                                                                  `"error_code":2001`,
		`{"knowledge_id":"zhiwen","query":"","retrieval_setting":{"top_k":3}}`:                                                                   `it is empty`,
		`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":0}}`:                                                                 `top_k`,
		`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":3},"metadata_condition":{"conditions":[{"name":"a"}]}}`:              `"error_msg":"metadata_condition: condition 1: nothing is known`,
		`{"knowledge_id":"zhiwen","query":"签约","retrieval_setting":{"top_k":3},"metadata_condition":{"logical_operator":"and","conditions":[]}}`: `"records":[{`,
	} {
		_, got := do(t, "POST", server.URL+"/retrieval", body, nil)
		if !strings.Contains(got, want) {
			t.Errorf("%s: want %s in %s", body, want, got)
		}
	}
}
