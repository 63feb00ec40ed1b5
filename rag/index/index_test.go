package index_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/zhtext"
)

func info(e *indextest.HashEmbedder) index.EmbedderInfo {
	return index.EmbedderInfo{Provider: "test", Model: "hash" + e.Salt, Dimension: e.Dimension}
}

// runes makes every character a word, which saves loading the dictionary.
func runes(text string) []string { return strings.Split(text, "") }

func options(t testing.TB) index.Options {
	t.Helper()
	e := &indextest.HashEmbedder{Dimension: 16}
	return index.Options{Dir: t.TempDir(), Embedder: e, EmbedderInfo: info(e), Segment: runes}
}

func open(t testing.TB, o index.Options) *index.Store {
	t.Helper()
	s, err := index.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func add(t testing.TB, s *index.Store, articles ...article.Article) index.AddReport {
	t.Helper()
	r, err := s.Add(context.Background(), articles, index.AddOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// write makes an article; its paragraphs are long enough to stay apart.
func write(id, title string, paragraphs ...string) article.Article {
	a := article.Article{ID: id, Title: title, Path: id + ".txt", Published: time.Date(2021, 8, 25, 0, 0, 0, 0, time.UTC)}
	for _, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
	}
	return a
}

// synthetic makes n articles of ten paragraphs out of made-up words, the
// first words of the vocabulary being the most frequent.
func synthetic(n int, seed uint64) []article.Article {
	r := rand.New(rand.NewPCG(seed, 1))
	vocabulary := make([]string, 8000)
	for i := range vocabulary {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteRune(rune(0x4e00 + r.IntN(3000)))
		}
		vocabulary[i] = b.String()
	}
	zipf := rand.NewZipf(r, 1.2, 20, uint64(len(vocabulary)-1))
	out := make([]article.Article, n)
	for i := range out {
		a := &out[i]
		a.ID, a.Path = fmt.Sprintf("a%05d", i), fmt.Sprintf("a%05d.txt", i)
		a.Title = vocabulary[zipf.Uint64()] + vocabulary[zipf.Uint64()] + vocabulary[zipf.Uint64()]
		a.Published = time.Date(2015+i%10, 1, 1+i%28, 0, 0, 0, 0, time.UTC)
		for range 10 {
			var b strings.Builder
			for range 80 + r.IntN(60) {
				b.WriteString(vocabulary[zipf.Uint64()])
			}
			b.WriteString("。")
			a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: b.String()})
		}
	}
	return out
}

func TestAddAndFind(t *testing.T) {
	o := options(t)
	s := open(t, o)
	ctx := context.Background()
	text := "展会期间共签约重大项目九十二个，总投资超过两千五百亿元。"
	r := add(t, s, write("a", "智博会闭幕", text), write("b", "天气", "明天多云转晴，最高气温三十六摄氏度。"))
	if r.Added != 2 || r.Passages != 2 || r.Embedded != 2 {
		t.Fatalf("report %+v", r)
	}
	for again := range 2 {
		if again == 1 {
			s = reopen(t, s, o)
		}
		hits, err := s.Keyword(ctx, "签约了多少项目", 5)
		if err != nil || len(hits) == 0 || hits[0].Passage.ID != "a#1" {
			t.Fatalf("keyword: %v, %v", hits, err)
		}
		if got := hits[0].Passage.Text(); got != text || hits[0].Article.Title != "智博会闭幕" || hits[0].KeywordRank != 1 {
			t.Fatalf("hit %+v", hits[0])
		}
		v, _ := o.Embedder.EmbedQuery(ctx, article.EmbeddingText(hits[0].Article, hits[0].Passage))
		hits, err = s.Vector(ctx, v, 5)
		if err != nil || len(hits) != 2 || hits[0].Passage.ID != "a#1" || hits[0].Score < 0.999 || hits[0].VectorRank != 1 {
			t.Fatalf("vector: %+v, %v", hits, err)
		}
	}
}

func reopen(t testing.TB, s *index.Store, o index.Options) *index.Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

// conforming adds without a report, as the suite wants it.
type conforming struct {
	*index.Store
	o index.Options
}

func (c conforming) Add(ctx context.Context, articles []article.Article) error {
	_, err := c.Store.Add(ctx, articles, index.AddOptions{})
	return err
}

func (c conforming) Spoilt(t *testing.T, id string) indextest.Store {
	t.Helper()
	if _, err := openDatabase(t, filepath.Join(c.o.Dir, "zhiwen.db")).Exec("UPDATE articles SET title = title || '。' WHERE id = ?", id); err != nil {
		t.Fatal(err)
	}
	return conforming{open(t, c.o), c.o}
}

func TestConformance(t *testing.T) {
	words := sync.OnceValue(zhtext.NewSegmenter) // one dictionary for all stores
	indextest.Run(t, func(t *testing.T, e *indextest.HashEmbedder) indextest.Store {
		o := index.Options{Dir: t.TempDir(), Embedder: e, EmbedderInfo: info(e), Segment: words().Words}
		return conforming{open(t, o), o}
	})
}
