package mcp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"zhiwen/bot/api"
	"zhiwen/bot/mcp"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// shelf is a library of so many articles.
type shelf int

func (n shelf) article(i int) *article.Article {
	return &article.Article{ID: fmt.Sprintf("a/%d", i), Title: fmt.Sprintf("第%d篇", i), Paragraphs: []article.Paragraph{{Text: "一。"}, {Text: "二。"}, {Text: "三。"}}}
}

func (n shelf) Articles(context.Context) ([]*article.Article, error) {
	var all []*article.Article
	for i := range int(n) {
		all = append(all, n.article(i))
	}
	return all, nil
}

func (n shelf) Article(_ context.Context, id string) (*article.Article, error) {
	if id == "torn" {
		return nil, fmt.Errorf("%w: the secret file /x", rag.ErrDamaged)
	}
	for i := range int(n) {
		if a := n.article(i); a.ID == id {
			return a, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", api.ErrNoArticle, id)
}

// broken is a chain that fails with something that nobody outside should read.
type broken struct{}

func (broken) Answer(context.Context, rag.Question, rag.AnswerOptions) (rag.Answer, error) {
	return rag.Answer{}, errors.New("secret path /x")
}

func (broken) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, api.ErrBusy }

// connect returns a client of a server.
func connect(t *testing.T, o mcp.Options) *sdk.ClientSession {
	t.Helper()
	here, there := sdk.NewInMemoryTransports()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = mcp.New(o).Run(ctx, there)
	}()
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(ctx, here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		cancel()
		<-done
	})
	return client
}

// All articles of a large collection are listed, page by page, each once.
func TestResourcesArePaged(t *testing.T) {
	client := connect(t, mcp.Options{Chain: broken{}, Library: shelf(250)})
	seen := map[string]bool{}
	for r, err := range client.Resources(context.Background(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		seen[r.URI] = true
	}
	if len(seen) != 250 || !seen["zhiwen://article/a%2F249"] {
		t.Errorf("%d resources", len(seen))
	}
	read, err := client.ReadResource(context.Background(), &sdk.ReadResourceParams{URI: "zhiwen://article/a%2F249"})
	if err != nil || !strings.Contains(read.Contents[0].Text, "[2] 二。") {
		t.Errorf("%v %v", read, err)
	}
	if _, err := client.ListResources(context.Background(), &sdk.ListResourcesParams{Cursor: "?"}); err == nil {
		t.Error("a cursor of nobody's was accepted")
	}
}

// named is a library of one article whose ID a URI cannot hold as it is.
type named string

func (n named) Articles(context.Context) ([]*article.Article, error) {
	return []*article.Article{{ID: string(n), Title: "一", Paragraphs: []article.Paragraph{{Text: "一。"}}}}, nil
}

func (n named) Article(ctx context.Context, id string) (*article.Article, error) {
	all, _ := n.Articles(ctx)
	if id != string(n) {
		return nil, fmt.Errorf("%w: %q", api.ErrNoArticle, id)
	}
	return all[0], nil
}

// What is listed can be read, whatever runes its ID has.
func TestResourcesOfAnyID(t *testing.T) {
	for _, id := range []string{"news:12", "a@b", "x y/é?&<b>", "a+b=$;,!*'()", "100%", "文章~1"} {
		client := connect(t, mcp.Options{Chain: broken{}, Library: named(id)})
		list, err := client.ListResources(context.Background(), nil)
		if err != nil || len(list.Resources) != 1 {
			t.Fatalf("%s: %v, %v", id, list, err)
		}
		if _, err := client.ReadResource(context.Background(), &sdk.ReadResourceParams{URI: list.Resources[0].URI}); err != nil {
			t.Errorf("%s, listed as %s: %v", id, list.Resources[0].URI, err)
		}
	}
}

// What a tool says of an error is meant for its reader.
func TestToolErrors(t *testing.T) {
	client := connect(t, mcp.Options{Chain: broken{}, Library: shelf(1)})
	for _, c := range []struct {
		tool string
		in   map[string]any
		want string
	}{
		{"ask", map[string]any{"question": "q"}, "the server's log says why"},
		{"ask", map[string]any{"question": "\u0000"}, "control character"},
		{"search", map[string]any{"question": "q"}, "too many questions at once"},
		{"get_source", map[string]any{"article_id": "a/0#p9"}, "paragraphs 1 to 3"},
		{"get_source", map[string]any{"article_id": "a/0#1"}, "a passage of a search"},
		{"get_source", map[string]any{"article_id": "none"}, "no such article: \"none\""},
		{"get_source", map[string]any{"article_id": "torn"}, "doctor --repair"},
		{"list_articles", map[string]any{"limit": 1000}, "between 1 and 200"},
	} {
		result, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: c.tool, Arguments: c.in})
		if err != nil {
			t.Fatal(err)
		}
		text := result.Content[0].(*sdk.TextContent).Text
		if c.tool == "get_source" && strings.Contains(text, "the question") {
			t.Errorf("%s %v asks no question: %q", c.tool, c.in, text)
		}
		if !result.IsError || !strings.Contains(text, c.want) || strings.Contains(text, "secret") {
			t.Errorf("%s %v: %q, want %q", c.tool, c.in, text, c.want)
		}
	}
}

func TestSourceAround(t *testing.T) {
	client := connect(t, mcp.Options{Chain: broken{}, Library: shelf(1), Links: api.Links{Base: "https://zhiwen.example"}})
	for in, want := range map[string]string{
		`{"article_id":"a/0#p2","around":0}`: "[2] 二。",
		`{"article_id":"a/0","paragraph":3}`: "[2] 二。\n\n[3] 三。",
		`{"article_id":"第0篇"}`:               "[1] 一。\n\n[2] 二。\n\n[3] 三。",
	} {
		result, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: "get_source", Arguments: rawJSON(in)})
		if err != nil {
			t.Fatal(err)
		}
		text := result.Content[0].(*sdk.TextContent).Text
		if _, paragraphs, _ := strings.Cut(text, "\n\n"); strings.TrimSpace(paragraphs) != want {
			t.Errorf("%s: %q", in, text)
		}
	}
}

type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }
