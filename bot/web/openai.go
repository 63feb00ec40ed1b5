package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// modelName is what the answers are called among a client's models.
const modelName = "zhiwen"

// chatTurns is how many earlier turns of a conversation a question is read with.
const chatTurns = 10

// chatRequest is what OpenAI's clients send, as far as it can be honoured.
// Fields that cannot change an answer that is bound to its sources (temperature
// and the like) are named in the response's "ignored".
type chatRequest struct {
	Model         string         `json:"model"`
	Messages      []chatMessage  `json:"messages" jsonschema:"the conversation; the last message is the question"`
	Stream        bool           `json:"stream,omitempty" jsonschema:"send each sentence as a chunk as soon as it has been verified"`
	StreamOptions *streamOptions `json:"stream_options,omitempty"`
	N             *int           `json:"n,omitempty" jsonschema:"1; there is one answer to a question"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage,omitempty"`
}

type chatMessage struct {
	Role    string  `json:"role" jsonschema:"system, developer, user or assistant"`
	Content content `json:"content"`
}

// content is the text of a message, which comes as a string or in parts.
type content string

var errNotText = errors.New("only text can be read")

// UnmarshalJSON reads either form.
func (c *content) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, (*string)(c)) == nil {
		return nil
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return errNotText
	}
	var all []string
	for _, p := range parts {
		if p.Type != "text" {
			return fmt.Errorf("%w, and no part of the type %q", errNotText, p.Type)
		}
		all = append(all, p.Text)
	}
	*c = content(strings.Join(all, "\n"))
	return nil
}

// conversation is a request ready to be answered.
type conversation struct {
	question rag.Question
	stream   bool
	usage    bool
	ignored  []string
}

// honoured are the fields of a request that do something; meaningless are
// wishes that leave nothing to tell.
var (
	honoured    = []string{"model", "messages", "stream", "stream_options", "n"}
	meaningless = []string{"user", "store", "metadata", "safety_identifier", "prompt_cache_key"}
)

// parseChat reads a request, refuses what it asks for in vain, and lists what
// it asks for without effect.
func parseChat(raw []byte) (conversation, error) {
	var req chatRequest
	var fields map[string]json.RawMessage
	err := api.Decode(raw, &req)
	if errors.Is(err, errNotText) {
		return conversation{}, badRequest("messages", "a message cannot be used: %v", errNotText)
	}
	if err == nil {
		err = api.Decode(raw, &fields)
	}
	if err != nil {
		return conversation{}, err
	}
	talk := conversation{stream: req.Stream, usage: req.StreamOptions != nil && req.StreamOptions.IncludeUsage}
	if err := refuse(req, fields); err != nil {
		return talk, err
	}
	for name, value := range fields {
		if !slices.Contains(honoured, name) && !slices.Contains(meaningless, name) && string(value) != "null" {
			talk.ignored = append(talk.ignored, name)
		}
	}
	slices.Sort(talk.ignored)
	return talk, talk.read(req.Messages)
}

// refuse says no to what would change the form of the answer.
func refuse(req chatRequest, fields map[string]json.RawMessage) error {
	if req.Model != modelName {
		return &httpError{status: http.StatusNotFound, code: "model_not_found", param: "model",
			err: fmt.Errorf("there is no model %q here; the model is %q", req.Model, modelName)}
	}
	if req.N != nil && *req.N != 1 {
		return badRequest("n", "n is %d; there is one answer to a question, so n must be 1 or left out", *req.N)
	}
	is := func(name string, harmless ...string) bool {
		value, there := fields[name]
		return there && !slices.Contains(append(harmless, "null"), strings.Join(strings.Fields(string(value)), ""))
	}
	switch {
	case is("response_format", `{"type":"text"}`):
		return badRequest("response_format", "answers are sentences of the sources and cannot take another form; leave response_format out")
	case is("tool_choice", `"auto"`, `"none"`):
		return badRequest("tool_choice", "no tools are called here, so none can be asked for; leave tool_choice out, or make it auto")
	case is("function_call", `"auto"`, `"none"`):
		return badRequest("function_call", "no functions are called here, so none can be asked for; leave function_call out, or make it auto")
	case is("modalities", `["text"]`):
		return badRequest("modalities", "answers are text; leave modalities out")
	case is("audio"):
		return badRequest("audio", "answers are text; leave audio out")
	case is("logprobs", "false"):
		return badRequest("logprobs", "there are no probabilities of words here; leave logprobs out")
	case is("top_logprobs", "0"):
		return badRequest("top_logprobs", "there are no probabilities of words here; leave top_logprobs out")
	}
	return nil
}

// read takes the question and the turns before it out of the messages. Of a
// long conversation the last turns count; a system prompt changes nothing.
func (talk *conversation) read(messages []chatMessage) error {
	if len(messages) == 0 {
		return badRequest("messages", "messages is empty; its last message must be the question")
	}
	last := len(messages) - 1
	var turns []rag.Turn
	for i, m := range messages {
		switch m.Role {
		case "system", "developer", "tool", "function":
			talk.ignored = append(talk.ignored, fmt.Sprintf("messages[%d] (%s)", i, m.Role))
		case "user":
			text, err := api.CleanQuestion(string(m.Content))
			if err != nil {
				return &httpError{status: http.StatusBadRequest, code: "invalid_request", param: fmt.Sprintf("messages[%d]", i), err: err}
			}
			if i == last {
				talk.question.Text = text
			} else {
				turns = append(turns, rag.Turn{Question: text}) // without an answer it stays: one request is one answer
			}
		case "assistant":
			if n := len(turns); n > 0 && strings.TrimSpace(string(m.Content)) != "" {
				turns[n-1].Answer = string(m.Content)
			}
		default:
			return badRequest(fmt.Sprintf("messages[%d].role", i), "the role %q is not known; use user and assistant", m.Role)
		}
	}
	if talk.question.Text == "" {
		return badRequest("messages", "the last message must be the user's question")
	}
	if over := len(turns) - chatTurns; over > 0 {
		talk.ignored = append(talk.ignored, fmt.Sprintf("the first %d turns", over))
		turns = turns[over:]
	}
	talk.question.History = turns
	return nil
}

// chatCompletion is an answer in OpenAI's form, with the whole of it beside.
type chatCompletion struct {
	ID      string        `json:"id"`
	Object  string        `json:"object"` // "chat.completion"
	Created int64         `json:"created"`
	Model   string        `json:"model"`
	Choices []chatChoice  `json:"choices"`
	Usage   completionUse `json:"usage"`
	Zhiwen  *chatExtra    `json:"zhiwen"`
}

type chatChoice struct {
	Index        int        `json:"index"`
	Message      *chatReply `json:"message,omitempty"`
	Delta        *chatReply `json:"delta,omitempty"` // in chunks
	FinishReason *string    `json:"finish_reason"`
	Logprobs     *bool      `json:"logprobs"` // always null
}

type chatReply struct {
	Role        string       `json:"role,omitempty"`
	Content     *string      `json:"content,omitempty"`
	Refusal     *string      `json:"refusal,omitempty"`
	Annotations []annotation `json:"annotations,omitempty"`
}

// annotation says that the characters of the content from start_index up to
// end_index, a marker such as [1], stand for a source.
type annotation struct {
	Type string      `json:"type"` // "url_citation"
	URL  urlCitation `json:"url_citation"`
}

type urlCitation struct {
	Start int    `json:"start_index"`
	End   int    `json:"end_index"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

type completionUse struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

// chatExtra is what OpenAI's form has no place for.
type chatExtra struct {
	api.Answer
	Ignored []string `json:"ignored,omitempty" jsonschema:"what the request asked for without effect"`
}

type chatChunk struct {
	ID      string         `json:"id"`
	Object  string         `json:"object"` // "chat.completion.chunk"
	Created int64          `json:"created"`
	Model   string         `json:"model"`
	Choices []chatChoice   `json:"choices"`
	Usage   *completionUse `json:"usage,omitempty"`
	Zhiwen  *chatExtra     `json:"zhiwen,omitempty"`
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) error {
	raw, err := readBody(r)
	if err != nil {
		return err
	}
	talk, err := parseChat(raw)
	if err != nil {
		return err
	}
	if talk.stream {
		return s.streamChat(w, r, talk)
	}
	a, err := s.gate.Answer(r.Context(), talk.question, rag.AnswerOptions{})
	if err != nil {
		return err
	}
	doc := api.NewAnswer(a, talk.question.Text)
	doc.Link(s.links(r))
	reply := chatReply{Role: "assistant", Content: &doc.Text, Annotations: annotate(doc)}
	return send(w, http.StatusOK, chatCompletion{
		ID: completionID(doc.ID), Object: "chat.completion", Created: time.Now().Unix(), Model: modelName,
		Choices: []chatChoice{{Message: &reply, FinishReason: stopped()}},
		Usage:   usageOf(doc), Zhiwen: &chatExtra{doc, talk.ignored},
	})
}

// streamChat sends a chunk for each sentence, then one that ends the message
// with its annotations and the whole answer.
func (s *Server) streamChat(w http.ResponseWriter, r *http.Request, talk conversation) error {
	events := newEvents(w)
	talk.question.ID = rand.Text()[:16]
	chunk := chatChunk{ID: completionID(talk.question.ID), Object: "chat.completion.chunk", Created: time.Now().Unix(), Model: modelName}
	say := func(reply chatReply, finish *string) error {
		chunk.Choices = []chatChoice{{Delta: &reply, FinishReason: finish}}
		return events.send("", chunk)
	}
	role := "assistant"
	a, err := s.gate.Answer(r.Context(), talk.question, rag.AnswerOptions{OnSentence: func(s rag.Sentence) error {
		text := s.Lead + s.Text
		err := say(chatReply{Role: role, Content: &text}, nil)
		role = ""
		return err
	}})
	if err != nil {
		if !events.begun {
			return err
		}
		_ = events.send("", openAIErrors.document(s.classify(r, err), "")) // the client may be gone
		return err
	}
	doc := api.NewAnswer(a, talk.question.Text)
	doc.Link(s.links(r))
	chunk.Zhiwen = &chatExtra{doc, talk.ignored}
	if err := say(chatReply{Role: role, Annotations: annotate(doc)}, stopped()); err != nil {
		return err
	}
	if talk.usage {
		use := usageOf(doc)
		chunk.Zhiwen, chunk.Choices, chunk.Usage = nil, []chatChoice{}, &use
		if err := events.send("", chunk); err != nil {
			return err
		}
	}
	return events.write("data: [DONE]\n\n")
}

// annotate finds the markers in an answer's text and says what each stands for.
func annotate(doc api.Answer) []annotation {
	byMarker := map[string]api.Citation{}
	for _, c := range doc.Citations {
		byMarker[fmt.Sprintf("[%d]", c.Marker)] = c
	}
	var list []annotation
	text, passed := doc.Text, 0
	for {
		open := strings.IndexByte(text, '[')
		if open < 0 {
			return list
		}
		passed += utf8.RuneCountInString(text[:open])
		text = text[open:]
		length := strings.IndexByte(text, ']') + 1
		c, known := byMarker[text[:max(length, 0)]]
		if !known {
			text, passed = text[1:], passed+1
			continue
		}
		list = append(list, annotation{Type: "url_citation", URL: urlCitation{Start: passed, End: passed + length, Title: c.Title, URL: c.Link}})
		text, passed = text[length:], passed+length
	}
}

func completionID(id string) string { return "chatcmpl-" + id }

func stopped() *string {
	reason := "stop"
	return &reason
}

func usageOf(doc api.Answer) completionUse {
	if doc.Usage == nil {
		return completionUse{}
	}
	return completionUse{doc.Usage.PromptTokens, doc.Usage.CompletionTokens, doc.Usage.PromptTokens + doc.Usage.CompletionTokens}
}

type model struct {
	ID      string `json:"id"`
	Object  string `json:"object"` // "model"
	Created int64  `json:"created"`
	Owner   string `json:"owned_by"`
}

type modelList struct {
	Object string  `json:"object"` // "list"
	Data   []model `json:"data"`
}

var theModel = model{ID: modelName, Object: "model", Created: 1735689600, Owner: "zhiwen"} // a date is required; it means nothing

func (s *Server) models(w http.ResponseWriter, _ *http.Request) error {
	return send(w, http.StatusOK, modelList{Object: "list", Data: []model{theModel}})
}

func (s *Server) model(w http.ResponseWriter, r *http.Request) error {
	if id := r.PathValue("model"); id != modelName {
		return &httpError{status: http.StatusNotFound, code: "model_not_found", param: "model", err: fmt.Errorf("there is no model %q here; the model is %q", id, modelName)}
	}
	return send(w, http.StatusOK, theModel)
}
