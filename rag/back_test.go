package rag_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/extract"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/reader"
	"zhiwen/rag/zhtext"
)

var (
	segmenter  = sync.OnceValue(zhtext.NewSegmenter) // one dictionary for all stores
	openReader = sync.OnceValues(func() (*reader.Model, error) { return reader.Open(embeddings.Options{}) })
)

// written is an article of paragraphs.
func written(id, title string, paragraphs ...string) article.Article {
	a := article.Article{ID: id, Title: title, Path: id + ".md"}
	for _, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
	}
	return a
}

// offline is the chain without a language model over articles.
func offline(t *testing.T, articles ...article.Article) *rag.Chain {
	t.Helper()
	r, err := openReader()
	if errors.Is(err, embeddings.ErrModelMissing) && os.Getenv("ZHIWEN_REQUIRE_MODEL") != "1" {
		t.Skip("no ONNX Runtime: make model")
	}
	if err != nil {
		t.Fatal(err)
	}
	e := &indextest.HashEmbedder{Dimension: indextest.Dimension}
	store, err := index.Open(t.Context(), index.Options{Dir: t.TempDir(), Embedder: e, Segment: segmenter().Words})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	return &rag.Chain{Index: store, Embedder: e, Extractive: extract.New(), Reader: r}
}

// say is a conversation in which each message comes with all that was said before.
func say(t *testing.T, c *rag.Chain, messages ...string) (answers []rag.Answer) {
	t.Helper()
	var history []rag.Turn
	for _, text := range messages {
		a, err := c.Answer(t.Context(), rag.Question{Text: text, History: history}, rag.AnswerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		history = append(history, a.Turn(text))
		answers = append(answers, a)
	}
	return answers
}

// counted notes which articles are read, and can lose one.
type counted struct {
	*index.Store
	one  []string
	all  int
	lost error // of Article, nil: none
}

func (c *counted) Articles(ctx context.Context) ([]*article.Article, error) {
	c.all++
	return c.Store.Articles(ctx)
}

func (c *counted) Article(ctx context.Context, id string) (*article.Article, error) {
	c.one = append(c.one, id)
	if c.lost != nil {
		return nil, c.lost
	}
	return c.Store.Article(ctx, id)
}

// What points back at an answer reads the articles that it cited and no others; those that
// are gone or damaged are passed over, and any other error is told.
func TestBackReadsWhatWasCited(t *testing.T) {
	c := offline(t,
		written("tea", "白露茶会开幕", "白露茶会9月7日在听雨园开幕，参展茶农有86家。", "茶会由许青主持。"),
		written("book", "霜降书市开幕", "霜降书市10月23日在旧货场开幕，参展书店有120家。"))
	first := say(t, c, "白露茶会哪天开幕")[0].Turn("白露茶会哪天开幕")
	held := &counted{Store: c.Index.(*index.Store)}
	c.Index = held
	ask := func(text string, turn rag.Turn) (rag.Answer, error) {
		held.one, held.all = nil, 0
		return c.Answer(t.Context(), rag.Question{Text: text, History: []rag.Turn{turn}}, rag.AnswerOptions{})
	}
	a, err := ask("详细说说", first)
	if err != nil || !strings.Contains(a.Text, "86家") || held.all > 0 || !slices.Equal(held.one, []string{"tea"}) {
		t.Errorf("%q, %v; read %v, and all %d times", a.Text, err, held.one, held.all)
	}
	// Of an answer of which only the text is known, the place must be looked for.
	if a, err := ask("详细说说", rag.Turn{Question: first.Question, Answer: first.Answer}); err != nil || !strings.Contains(a.Text, "86家") || held.all != 1 {
		t.Errorf("%q, %v; read all %d times", a.Text, err, held.all)
	}
	for _, gone := range []error{rag.ErrNoArticle, rag.ErrDamaged} {
		held.lost = gone
		if a, err := ask("详细说说", first); err != nil || a.Mode != rag.ModeTalk || len(a.Citations) > 0 {
			t.Errorf("%v: %q, %v", gone, a.Text, err)
		}
	}
	held.lost = errors.New("the network is down")
	if _, err := ask("详细说说", first); !errors.Is(err, held.lost) {
		t.Errorf("%v, want %v", err, held.lost)
	}
}
