// Package mcp offers the chain and the collection to language models, as a
// server of the Model Context Protocol.
//
//	ask            a verified answer with its quotes
//	search         the passages that fit a question best
//	get_source     an article, or the paragraphs around a citation
//	list_articles  what the collection holds
//
// All tools only read, and say so. The articles are resources as well:
// zhiwen://article/ID is an article's text with its paragraphs numbered.
//
// Start with [New]; the server it returns runs over any transport of the SDK,
// and [Handler] makes it an HTTP handler.
package mcp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

const (
	usualHits     = 10
	maxHits       = 50
	usualArticles = 50
	maxArticles   = 200
	maxTurns      = 20
	pageSize      = 100 // resources listed at once
	articlePrefix = "zhiwen://article/"
	sessionExpiry = 30 * time.Minute
	instructions  = `Answers over a fixed collection of articles. "ask" returns an answer whose every sentence has been checked against a verbatim quote; its markers ([1]) belong to "citations". Keep the markers when you pass the answer on. A refusal ("refused") means that the collection does not hold the answer. To read around a quote, use "get_source" with its article_id and paragraph.`
)

// Options of [New]. Chain and Library are required.
type Options struct {
	Chain   api.Chain
	Library api.Library
	// Links makes the addresses of sources.
	Links api.Links
	// Version is the program's, for clients to show.
	Version string
	// Logger is told what goes wrong; nil: silent.
	Logger *slog.Logger
}

type server struct {
	Options
	inputs map[string]*jsonschema.Schema // of the tools, by name
}

// New returns a server with all tools and resources.
func New(o Options) *sdk.Server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &server{o, map[string]*jsonschema.Schema{}}
	out := sdk.NewServer(&sdk.Implementation{Name: "zhiwen", Title: "知问 zhiwen", Version: o.Version}, &sdk.ServerOptions{
		Instructions: instructions,
		HasResources: true,
		Logger:       o.Logger,
	})
	add(out, s, "ask", "Answer a question", "Answers a question from the articles. Every sentence is verified; citations hold the verbatim quotes.", s.ask)
	add(out, s, "search", "Search passages", "Ranks the passages of the articles that fit a question best. Writes no answer.", s.search)
	add(out, s, "get_source", "Read a source", "Returns an article with its paragraphs numbered, or only the paragraphs around one of them.", s.source)
	add(out, s, "list_articles", "List articles", "Lists the articles of the collection, the newest first, filtered by year, source and words.", s.list)
	out.AddResourceTemplate(&sdk.ResourceTemplate{
		Name: "article", Title: "An article", URITemplate: articlePrefix + "{id}", MIMEType: "text/plain",
		Description: "An article of the collection, its paragraphs numbered as citations count them",
	}, s.read)
	out.AddReceivingMiddleware(s.checkCall)
	// The collection changes while the server runs: its articles are listed when
	// somebody asks, not when the server starts.
	out.AddReceivingMiddleware(func(next sdk.MethodHandler) sdk.MethodHandler {
		return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
			list, ok := req.(*sdk.ListResourcesRequest)
			if !ok {
				return next(ctx, method, req)
			}
			first, params := *list, sdk.ListResourcesParams{}
			if list.Params != nil {
				params = *list.Params
			}
			cursor := params.Cursor
			params.Cursor = "" // it is ours, not the SDK's
			first.Params = &params
			result, err := next(ctx, method, &first)
			if err != nil {
				return nil, err
			}
			return result, s.resources(ctx, cursor, result.(*sdk.ListResourcesResult))
		}
	})
	return out
}

// Handler serves a server over streamable HTTP. Whom to let in is for what
// stands in front of it.
func Handler(s *sdk.Server, log *slog.Logger) http.Handler {
	return sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s }, &sdk.StreamableHTTPOptions{
		Logger: log, SessionTimeout: sessionExpiry, DisableLocalhostProtection: true,
	})
}

// add adds a tool that only reads. What it returns is structured, with the same
// in words for clients that only read text.
func add[In any, Out interface{ Words() string }](to *sdk.Server, s *server, name, title, description string, call func(context.Context, In) (Out, error)) {
	no := false
	takes := schemaOf[In]()
	s.inputs[name] = takes
	tool := &sdk.Tool{Name: name, Title: title, Description: description, InputSchema: takes, OutputSchema: schema[Out](),
		Annotations: &sdk.ToolAnnotations{Title: title, ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no}}
	sdk.AddTool(to, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, Out, error) {
		out, err := call(ctx, in)
		if err != nil {
			var none Out
			return nil, none, s.explain(ctx, name, err)
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: out.Words()}}}, out, nil
	})
}

// schema describes a result; later versions may add to it.
func schema[Out any]() *jsonschema.Schema {
	schema := schemaOf[Out]()
	opened(schema)
	return schema
}

func schemaOf[T any]() *jsonschema.Schema {
	schema, err := jsonschema.For[T](nil)
	if err != nil {
		panic(fmt.Sprintf("mcp: describe a type: %v", err)) // one of ours, checked by every test
	}
	return schema
}

func opened(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Properties != nil {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		opened(p)
	}
	opened(s.Items)
}

// explain says what the client may know of an error.
func (s *server) explain(ctx context.Context, tool string, err error) error {
	for _, known := range []error{api.ErrBadRequest, api.ErrNoArticle, api.ErrBusy, rag.ErrEmptyQuestion, rag.ErrQuestionTooLong} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", tool, err)
		}
	}
	if ctx.Err() == nil {
		s.Logger.Error("a tool failed", "tool", tool, "error", err)
	}
	if errors.Is(err, rag.ErrDamaged) {
		return api.ErrDamaged
	}
	return errors.New("this could not be answered; the server's log says why")
}

// Turn is an earlier question with its answer.
type Turn struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// AskInput is what the tool ask takes.
type AskInput struct {
	Question string `json:"question" jsonschema:"the question, in Chinese or English"`
	History  []Turn `json:"history,omitempty" jsonschema:"what was asked and answered before, the oldest first; needed for follow-ups, 20 turns at most"`
}

// Answer is a verified answer.
type Answer struct{ api.Answer }

// Words are the answer with its sources below.
func (a Answer) Words() string {
	var b strings.Builder
	b.WriteString(a.Text)
	for _, c := range a.Citations {
		fmt.Fprintf(&b, "\n\n[%d] %s\n%s", c.Marker, sideBySide(c.Title, c.Published, fmt.Sprintf("#p%d", c.Paragraph), c.ArticleID), c.Quote)
		if c.Link != "" {
			b.WriteString("\n" + c.Link)
		}
	}
	for _, n := range a.Notices {
		b.WriteString("\n\n" + n)
	}
	return b.String()
}

func (s *server) ask(ctx context.Context, in AskInput) (Answer, error) {
	text, err := api.CleanQuestion(in.Question)
	if err != nil {
		return Answer{}, err
	}
	if len(in.History) > maxTurns {
		return Answer{}, api.Unusable("the history has %d turns; send the last %d at most", len(in.History), maxTurns)
	}
	q := rag.Question{Text: text}
	for i, t := range in.History {
		if t.Question, err = api.CleanQuestion(t.Question); err != nil {
			return Answer{}, fmt.Errorf("turn %d of the history: %w", i+1, err)
		}
		q.History = append(q.History, rag.Turn{Question: t.Question, Answer: t.Answer})
	}
	a, err := s.Chain.Answer(ctx, q, rag.AnswerOptions{})
	if err != nil {
		return Answer{}, err
	}
	doc := api.NewAnswer(a, text)
	doc.Link(s.Links)
	return Answer{doc}, nil
}

// SearchInput is what the tool search takes.
type SearchInput struct {
	Question string `json:"question" jsonschema:"what to look for"`
	K        int    `json:"k,omitempty" jsonschema:"how many passages, 1 to 50; 10 if left out"`
}

// Found is the result of a search.
type Found struct{ api.Search }

// Words are the passages, a paragraph each.
func (f Found) Words() string {
	var b strings.Builder
	for _, h := range f.Hits {
		fmt.Fprintf(&b, "%d. %s\n%s\n\n", h.Rank, sideBySide(h.Title, h.Published, fmt.Sprintf("#p%d", h.Paragraph), h.ArticleID), h.Text)
	}
	return strings.TrimSpace(b.String())
}

func (s *server) search(ctx context.Context, in SearchInput) (Found, error) {
	text, err := api.CleanQuestion(in.Question)
	if err != nil {
		return Found{}, err
	}
	k, err := within("k", in.K, usualHits, maxHits)
	if err != nil {
		return Found{}, err
	}
	doc, err := api.Find(ctx, s.Chain, api.Request{Question: text}, k)
	return Found{doc}, err
}

// within checks a number; 0 means what is usual.
func within(name string, n, usual, most int) (int, error) {
	if n == 0 {
		n = usual
	}
	if n < 1 || n > most {
		return 0, api.Unusable("%s is %d; it must be between 1 and %d", name, n, most)
	}
	return n, nil
}

// SourceInput is what the tool get_source takes.
type SourceInput struct {
	Article   string `json:"article_id" jsonschema:"the ID that a citation, hit or list gave; ID#p3 names its paragraph 3"`
	Paragraph int    `json:"paragraph,omitempty" jsonschema:"the paragraph in question, from 1; the whole article if left out"`
	Around    *int   `json:"around,omitempty" jsonschema:"how many paragraphs on either side of it; 1 if left out"`
}

// Source is an article or a part of it.
type Source struct{ api.Article }

// Words are the paragraphs with their numbers.
func (s Source) Words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s %s\n", s.Title, s.Published, s.ArticleNote.Source)
	if s.URL != "" {
		b.WriteString(s.URL + "\n")
	}
	for _, p := range s.Text {
		fmt.Fprintf(&b, "\n[%d] %s\n", p.Number, p.Text)
	}
	return b.String()
}

func (s *server) source(ctx context.Context, in SourceInput) (Source, error) {
	id, paragraph, err := api.ParseReference(in.Article)
	if err != nil {
		return Source{}, err
	}
	if in.Paragraph != 0 {
		paragraph = in.Paragraph
	}
	around := 1
	if in.Around != nil {
		around = *in.Around
	}
	if paragraph < 0 || around < 0 {
		return Source{}, api.Unusable("paragraph and around must not be below 0")
	}
	doc, err := api.Show(ctx, s.Library, id, paragraph, around)
	if err != nil {
		return Source{}, err
	}
	doc.Link = s.Links.Article(doc.ID)
	return Source{doc}, nil
}

// ListInput is what the tool list_articles takes.
type ListInput struct {
	Year   int    `json:"year,omitempty" jsonschema:"only articles published in this year"`
	Source string `json:"source,omitempty" jsonschema:"only articles whose source has this name or part of a name"`
	Text   string `json:"text,omitempty" jsonschema:"only articles that hold these words, separated by blanks"`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many to list, 1 to 200; 50 if left out"`
	Offset int    `json:"offset,omitempty" jsonschema:"how many to leave out at the beginning"`
}

// Articles is a part of the collection.
type Articles struct{ api.ArticleList }

// Words are the articles, a line each.
func (a Articles) Words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d articles\n", a.Total)
	for _, n := range a.ArticleList.Articles {
		fmt.Fprintln(&b, sideBySide(n.Published, n.Title, n.Source, n.ID))
	}
	return b.String()
}

func (s *server) list(ctx context.Context, in ListInput) (Articles, error) {
	limit, err := within("limit", in.Limit, usualArticles, maxArticles)
	if err != nil {
		return Articles{}, err
	}
	if in.Offset < 0 || in.Year < 0 {
		return Articles{}, api.Unusable("year and offset must not be below 0")
	}
	list, err := api.List(ctx, s.Library, api.Filter{Year: in.Year, Source: in.Source, Text: in.Text, Limit: limit, Offset: in.Offset})
	if err != nil {
		return Articles{}, err
	}
	for i := range list.Articles {
		list.Articles[i].Link = s.Links.Article(list.Articles[i].ID)
	}
	return Articles{list}, nil
}

// resources puts a page of the articles into a result. The cursor is where the
// next page begins.
func (s *server) resources(ctx context.Context, cursor string, result *sdk.ListResourcesResult) error {
	from := 0
	if cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(cursor)
		if err == nil {
			from, err = strconv.Atoi(string(raw))
		}
		if err != nil || from < 0 {
			return &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "the cursor is not one of this server's"}
		}
	}
	list, err := api.List(ctx, s.Library, api.Filter{Offset: from, Limit: pageSize})
	if err != nil {
		return s.explain(ctx, "resources/list", err)
	}
	result.Resources, result.NextCursor = []*sdk.Resource{}, ""
	for _, n := range list.Articles {
		result.Resources = append(result.Resources, &sdk.Resource{
			URI: articlePrefix + escaped(n.ID), Name: n.ID, Title: n.Title, MIMEType: "text/plain",
			Description: strings.TrimSpace(n.Published + " " + n.Source),
		})
	}
	if next := from + len(list.Articles); next < list.Total {
		result.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(next)))
	}
	return nil
}

// read returns an article as a resource.
func (s *server) read(ctx context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	uri := req.Params.URI
	id, err := url.PathUnescape(strings.TrimPrefix(uri, articlePrefix))
	if err != nil {
		return nil, sdk.ResourceNotFoundError(uri)
	}
	doc, err := api.Show(ctx, s.Library, id, 0, 0)
	switch {
	case errors.Is(err, api.ErrNoArticle):
		return nil, sdk.ResourceNotFoundError(uri)
	case err != nil:
		return nil, s.explain(ctx, "resources/read", err)
	}
	return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{URI: uri, MIMEType: "text/plain", Text: Source{doc}.Words()}}}, nil
}

// escaped writes an ID as the one part of a URI that a template's {id} stands for: unlike
// a path's segment it may hold nothing that is reserved (RFC 6570, section 3.2.2).
func escaped(id string) string { return strings.ReplaceAll(url.QueryEscape(id), "+", "%20") }

// sideBySide puts what is known side by side.
func sideBySide(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}
