// Package indextest holds what every store of passages must do, whatever keeps
// them: the same articles in, the same passages found. A test of a store calls
// [Run] with a function that opens an empty one:
//
//	indextest.Run(t, func(t *testing.T, e *indextest.HashEmbedder) indextest.Store {
//		return openMine(t, e)
//	})
package indextest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Store is what the suite needs of a store.
type Store interface {
	rag.Index
	rag.Library
	// Add puts articles in and replaces those with the same ID. They can be
	// found when it returns.
	Add(ctx context.Context, articles []article.Article) error
	// Delete takes articles out.
	Delete(ctx context.Context, ids ...string) error
	// Spoilt changes an article past the store, and returns another one over the same
	// articles that has read none of them yet.
	Spoilt(t *testing.T, id string) Store
}

// Dimension is that of the vectors in the suite.
const Dimension = 48

// Run checks a kind of store. open gives an empty one that cuts words with
// zhtext's dictionary, embeds with e and closes itself when the test ends.
func Run(t *testing.T, open func(t *testing.T, e *HashEmbedder) Store) {
	for _, c := range []struct {
		name  string
		check func(t *testing.T, s Store, e *HashEmbedder)
	}{
		{"Empty", checkEmpty},
		{"FindsWhatWasAdded", checkFinds},
		{"Library", checkLibrary},
		{"Catalog", checkCatalog},
		{"Frequencies", checkFrequencies},
		{"Delete", checkDelete},
		{"AddAgain", checkAddAgain},
		{"Change", checkChange},
		{"Ties", checkTies},
		{"HowMany", checkHowMany},
		{"UnusableVectors", checkVectors},
		{"Cancelled", checkCancelled},
		{"ReadsDuringWrites", checkConcurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &HashEmbedder{Dimension: Dimension}
			c.check(t, open(t, e), e)
		})
	}
}

// Articles are three small articles about unlike things; their paragraphs are
// long enough to be passages of their own.
func Articles() []article.Article {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	return []article.Article{
		{
			ID: "bridge", Title: "跨江大桥合龙", Published: day(2019, 5, 30), Author: "甲", Source: "晨报", URL: "https://example.com/1", Path: "bridge.txt",
			Paragraphs: []article.Paragraph{
				{Text: filler("这座悬索桥主跨一千零九十米，连接老城与新区，今天清晨完成了最后一段钢箱梁的吊装。", "施工队在江面上空连续工作了二十六个小时。")},
				{Text: filler("桥面通车以后，两岸居民乘坐公共汽车往返只需要十五分钟，比轮渡节省大约一个小时。", "轮渡公司将保留一条观光航线。")},
			},
		},
		{
			ID: "panda", Title: "动物园迎来双胞胎熊猫", Published: day(2021, 7, 8), Path: "panda.txt",
			Paragraphs: []article.Paragraph{
				{Text: filler("大熊猫母亲在凌晨产下一对幼崽，体重分别是一百五十克和一百七十克。", "饲养员轮流值班，每两个小时喂一次奶。")},
				{Text: filler("幼崽要到半岁左右才会和游客见面，名字将由网友投票决定。", "竹子由附近的三个村庄供应。")},
			},
		},
		{
			ID: "tea", Title: "春茶开采", Path: "tea.txt",
			Paragraphs: []article.Paragraph{
				{Text: filler("今年春茶比往年提前一周开采，茶农说明前茶的收购价格每斤上涨了八十元。", "合作社购置了四台炒茶机器。")},
			},
		},
	}
}

// filler makes a paragraph long enough to stand alone.
func filler(sentences ...string) string {
	out := ""
	for _, s := range sentences {
		out += s
	}
	for i := range 6 {
		out += fmt.Sprintf("记者还了解到，有关方面将在第%d个阶段继续公布后续的安排，请大家留意。", i+1)
	}
	return out
}

func add(t *testing.T, s Store, articles ...article.Article) {
	t.Helper()
	if err := s.Add(context.Background(), articles); err != nil {
		t.Fatal(err)
	}
}

func keyword(t *testing.T, s Store, question string, k int) []rag.Hit {
	t.Helper()
	hits, err := s.Keyword(context.Background(), question, k)
	if err != nil {
		t.Fatalf("keyword search for %q: %v", question, err)
	}
	for i, h := range hits {
		if h.Rank != i+1 || h.KeywordRank != i+1 || h.VectorRank != 0 {
			t.Fatalf("keyword hit %d has the ranks %d, %d, %d", i+1, h.Rank, h.KeywordRank, h.VectorRank)
		}
	}
	checkHits(t, hits)
	return hits
}

func vector(t *testing.T, s Store, v []float32, k int) []rag.Hit {
	t.Helper()
	hits, err := s.Vector(context.Background(), v, k)
	if err != nil {
		t.Fatalf("vector search: %v", err)
	}
	for i, h := range hits {
		if h.Rank != i+1 || h.VectorRank != i+1 || h.KeywordRank != 0 {
			t.Fatalf("vector hit %d has the ranks %d, %d, %d", i+1, h.Rank, h.VectorRank, h.KeywordRank)
		}
	}
	checkHits(t, hits)
	return hits
}

// checkHits wants best first, ties by ID, and every span verbatim.
func checkHits(t *testing.T, hits []rag.Hit) {
	t.Helper()
	for i, h := range hits {
		if i > 0 {
			p := hits[i-1]
			if p.Score < h.Score || p.Score == h.Score && p.Passage.ID >= h.Passage.ID {
				t.Fatalf("%s (%v) stands before %s (%v)", p.Passage.ID, p.Score, h.Passage.ID, h.Score)
			}
		}
		if h.Article == nil || h.Article.ID != h.Passage.ArticleID {
			t.Fatalf("passage %s comes with the article %v", h.Passage.ID, h.Article)
		}
		for _, sp := range h.Passage.Spans {
			text, ok := h.Article.Paragraph(sp.Paragraph)
			if r := []rune(text); !ok || sp.End > len(r) || string(r[sp.Start:sp.End]) != sp.Text {
				t.Fatalf("passage %s: span %+v is not in its paragraph", h.Passage.ID, sp)
			}
		}
	}
}

func ids(hits []rag.Hit) []string {
	out := make([]string, len(hits))
	for i, h := range hits {
		out[i] = h.Passage.ID
	}
	return out
}

func checkEmpty(t *testing.T, s Store, e *HashEmbedder) {
	if hits := keyword(t, s, "大桥", 5); len(hits) != 0 {
		t.Errorf("keyword hits in an empty store: %v", ids(hits))
	}
	if hits := vector(t, s, e.vector("x"), 5); len(hits) != 0 {
		t.Errorf("vector hits in an empty store: %v", ids(hits))
	}
	df, n, err := s.Frequencies(context.Background(), []string{"大桥"})
	if err != nil || n != 0 || !reflect.DeepEqual(df, []int{0}) {
		t.Errorf("frequencies %v of %d, %v", df, n, err)
	}
	c, err := s.Catalog(context.Background())
	if err != nil || c.Articles != 0 || c.Passages != 0 || !c.First.IsZero() || !c.Last.IsZero() {
		t.Errorf("catalog %+v, %v", c, err)
	}
	add(t, s) // nothing
}

func checkFinds(t *testing.T, s Store, e *HashEmbedder) {
	articles := Articles()
	add(t, s, articles...)
	for _, c := range []struct{ question, want string }{
		{"主跨多少米", "bridge#1"},
		{"轮渡公司保留什么", "bridge#2"},
		{"熊猫幼崽体重", "panda#1"},
		{"竹子由谁供应", "panda#2"},
		{"炒茶机器有几台", "tea#1"},
		{"zzz qqq", ""},
		{"", ""},
	} {
		hits := keyword(t, s, c.question, 3)
		switch {
		case c.want == "" && len(hits) != 0:
			t.Errorf("%q: found %v", c.question, ids(hits))
		case c.want != "" && (len(hits) == 0 || hits[0].Passage.ID != c.want):
			t.Errorf("%q: found %v, want %s first", c.question, ids(hits), c.want)
		}
	}
	for i := range articles {
		a := &articles[i]
		for _, p := range article.Split(*a, article.SplitOptions{}) {
			hits := vector(t, s, e.vector(article.EmbeddingText(a, p)), 1)
			if len(hits) != 1 || !reflect.DeepEqual(hits[0].Passage, p) || math.Abs(hits[0].Score-1) > 1e-4 {
				t.Errorf("its own vector finds %+v, want %+v", hits, p)
				continue
			}
			if !reflect.DeepEqual(hits[0].Article, a) {
				t.Errorf("article came back as %+v, want %+v", hits[0].Article, a)
			}
		}
	}
}

// checkLibrary reads articles by their IDs, and tells those that are not there from those
// that are not what was added.
func checkLibrary(t *testing.T, s Store, _ *HashEmbedder) {
	ctx := context.Background()
	if _, err := s.Article(ctx, "tea"); !errors.Is(err, rag.ErrNoArticle) || !strings.Contains(err.Error(), "tea") {
		t.Errorf("in an empty store: %v", err)
	}
	articles := Articles()
	add(t, s, articles...)
	all, err := s.Articles(ctx)
	if err != nil || len(all) != len(articles) {
		t.Fatalf("%d articles, %v", len(all), err)
	}
	for i, want := range articles { // in the order of their IDs
		got, err := s.Article(ctx, want.ID)
		if err != nil || !reflect.DeepEqual(got, &want) || !reflect.DeepEqual(all[i], &want) {
			t.Errorf("%s came back as %+v and %+v, %v", want.ID, got, all[i], err)
		}
	}
	for _, id := range []string{"", "tee", "tea ", "Tea", "tea#1", "春茶开采"} {
		if a, err := s.Article(ctx, id); !errors.Is(err, rag.ErrNoArticle) {
			t.Errorf("%q: %+v, %v", id, a, err)
		}
	}
	if err := s.Delete(ctx, "panda"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Article(ctx, "panda"); !errors.Is(err, rag.ErrNoArticle) {
		t.Errorf("a deleted one: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Article(cancelled, "tea"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	spoilt := s.Spoilt(t, "tea")
	switch _, err := spoilt.Article(ctx, "tea"); {
	case !errors.Is(err, rag.ErrDamaged) || errors.Is(err, rag.ErrNoArticle):
		t.Errorf("a damaged one: %v", err)
	case !strings.Contains(err.Error(), "tea") || !strings.Contains(err.Error(), "zhiwen doctor --repair"):
		t.Errorf("a damaged one is explained as %q", err)
	}
	if a, err := spoilt.Article(ctx, "bridge"); err != nil || a.Title != articles[0].Title {
		t.Errorf("beside a damaged one: %+v, %v", a, err)
	}
}

func checkCatalog(t *testing.T, s Store, _ *HashEmbedder) {
	add(t, s, Articles()...)
	got, err := s.Catalog(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := rag.Catalog{
		Articles: 3, Passages: 5,
		First:  time.Date(2019, 5, 30, 0, 0, 0, 0, time.UTC),
		Last:   time.Date(2021, 7, 8, 0, 0, 0, 0, time.UTC),
		Years:  map[int]int{0: 1, 2019: 1, 2021: 1},
		Titles: []string{"动物园迎来双胞胎熊猫", "跨江大桥合龙", "春茶开采"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("catalog %+v, want %+v", got, want)
	}
}

func checkFrequencies(t *testing.T, s Store, _ *HashEmbedder) {
	add(t, s, Articles()...)
	df, n, err := s.Frequencies(context.Background(), []string{"记者", "小时", "轮渡", "火箭", ""})
	if err != nil || n != 5 || !reflect.DeepEqual(df, []int{5, 3, 1, 0, 0}) {
		t.Errorf("frequencies %v of %d (%v), want [5 3 1 0 0] of 5", df, n, err)
	}
}

func checkDelete(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	if err := s.Delete(context.Background(), "panda", "nobody"); err != nil {
		t.Fatal(err)
	}
	for _, h := range keyword(t, s, "熊猫幼崽体重", 10) {
		if h.Article.ID == "panda" {
			t.Errorf("keyword search finds %s after its article was deleted", h.Passage.ID)
		}
	}
	if hits := vector(t, s, e.vector("x"), 10); len(hits) != 3 {
		t.Errorf("vector search finds %v after a deletion", ids(hits))
	}
	if df, n, err := s.Frequencies(context.Background(), []string{"体重"}); err != nil || n != 3 || df[0] != 0 {
		t.Errorf("frequencies %v of %d, %v", df, n, err)
	}
	if err := s.Delete(context.Background()); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Catalog(context.Background()); err != nil || c.Articles != 2 || c.Passages != 3 {
		t.Errorf("catalog %+v, %v", c, err)
	}
	if err := s.Delete(context.Background(), "bridge", "tea"); err != nil {
		t.Fatal(err)
	}
	checkEmpty(t, s, e)
	add(t, s, Articles()...)
	if hits := keyword(t, s, "熊猫幼崽体重", 1); len(hits) != 1 || hits[0].Passage.ID != "panda#1" {
		t.Errorf("after adding again: %v", ids(hits))
	}
}

func checkAddAgain(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	before, embedded := keyword(t, s, "记者了解到大桥和熊猫", 10), e.Texts()
	add(t, s, Articles()...)
	if after := keyword(t, s, "记者了解到大桥和熊猫", 10); !reflect.DeepEqual(before, after) {
		t.Errorf("adding the same articles changed the hits from %v to %v", ids(before), ids(after))
	}
	if n := e.Texts() - embedded; n != 0 {
		t.Errorf("adding the same articles embedded %d texts", n)
	}
}

func checkChange(t *testing.T, s Store, e *HashEmbedder) {
	articles := Articles()
	add(t, s, articles...)
	embedded := e.Texts()
	changed := articles[1]
	changed.Paragraphs = []article.Paragraph{changed.Paragraphs[0], {Text: filler("园方决定把幼崽送往高原基地，那里的竹林由牦牛牧场环绕。")}}
	add(t, s, changed)
	if n := e.Texts() - embedded; n != 1 {
		t.Errorf("one changed paragraph embedded %d texts, want 1", n)
	}
	hits := keyword(t, s, "牦牛牧场", 5)
	if len(hits) == 0 || hits[0].Passage.ID != "panda#2" {
		t.Errorf("the new paragraph: %v", ids(hits))
	}
	for _, h := range keyword(t, s, "网友投票", 5) {
		if h.Passage.ID == "panda#2" {
			t.Error("the old paragraph is still found")
		}
	}
	// Fewer passages than before leave none behind.
	changed.Paragraphs = changed.Paragraphs[:1]
	add(t, s, changed)
	if hits := vector(t, s, e.vector("x"), 10); len(hits) != 4 {
		t.Errorf("after shortening: %v", ids(hits))
	}
	if hits := keyword(t, s, "牦牛牧场", 5); len(hits) != 0 {
		t.Errorf("after shortening: %v", ids(hits))
	}
}

func checkTies(t *testing.T, s Store, e *HashEmbedder) {
	text := filler("同样的一段话出现在许多文章里，谁也分不出先后。")
	var articles []article.Article
	for i := range 40 {
		articles = append(articles, article.Article{
			ID: fmt.Sprintf("t%02d", (i*17)%40), Title: "相同的标题", Path: fmt.Sprint(i),
			Paragraphs: []article.Paragraph{{Text: text}},
		})
	}
	add(t, s, articles...)
	p := article.Split(articles[0], article.SplitOptions{})[0]
	v := e.vector(article.EmbeddingText(&articles[0], p))
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("t%02d#1", i))
	}
	for range 5 {
		if got := ids(keyword(t, s, "相同的一段话", 7)); !reflect.DeepEqual(got, want) {
			t.Fatalf("keyword ties: %v, want %v", got, want)
		}
		if got := ids(vector(t, s, v, 7)); !reflect.DeepEqual(got, want) {
			t.Fatalf("vector ties: %v, want %v", got, want)
		}
	}
}

func checkHowMany(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	for _, c := range []struct{ k, want int }{{-1, 0}, {0, 0}, {1, 1}, {4, 4}, {5, 5}, {1000, 5}} {
		if n := len(keyword(t, s, "记者了解", c.k)); n != c.want {
			t.Errorf("keyword, k = %d: %d hits, want %d", c.k, n, c.want)
		}
		if n := len(vector(t, s, e.vector("x"), c.k)); n != c.want {
			t.Errorf("vector, k = %d: %d hits, want %d", c.k, n, c.want)
		}
	}
}

func checkVectors(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	nan := e.vector("x")
	nan[3] = float32(math.NaN())
	for name, v := range map[string][]float32{
		"nil": nil, "short": e.vector("x")[:Dimension-1], "long": append(e.vector("x"), 1),
		"zero": make([]float32, Dimension), "not a number": nan,
	} {
		if hits, err := s.Vector(context.Background(), v, 3); err == nil {
			t.Errorf("%s: found %v instead of an error", name, ids(hits))
		}
	}
}

func checkCancelled(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, kerr := s.Keyword(ctx, "大桥", 3)
	_, verr := s.Vector(ctx, e.vector("x"), 3)
	_, _, ferr := s.Frequencies(ctx, []string{"大桥"})
	_, cerr := s.Catalog(ctx)
	fresh := Articles()[0]
	fresh.ID = "fresh"
	for name, err := range map[string]error{
		"Keyword": kerr, "Vector": verr, "Frequencies": ferr, "Catalog": cerr,
		"Add": s.Add(ctx, []article.Article{fresh}), "Delete": s.Delete(ctx, "bridge"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want %v", name, err, context.Canceled)
		}
	}
	if c, err := s.Catalog(context.Background()); err != nil || c.Articles != 3 {
		t.Errorf("after cancelled changes: %+v, %v", c, err)
	}
}

func checkConcurrent(t *testing.T, s Store, e *HashEmbedder) {
	add(t, s, Articles()...)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				hits, err := s.Keyword(context.Background(), "主跨多少米", 3)
				if err != nil || len(hits) == 0 || hits[0].Article.ID != "bridge" {
					t.Errorf("keyword during writes: %v, %v", ids(hits), err)
					return
				}
				if hits, err := s.Vector(context.Background(), e.vector("x"), 3); err != nil || len(hits) < 3 {
					t.Errorf("vector during writes: %v, %v", ids(hits), err)
					return
				}
			}
		})
	}
	for i := range 8 {
		a := Articles()[2]
		a.ID = fmt.Sprintf("tea%d", i)
		if err := s.Add(context.Background(), []article.Article{a}); err != nil {
			t.Error(err)
		}
		if i%3 == 2 {
			if err := s.Delete(context.Background(), a.ID, "panda"); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	readers.Wait()
	if c, err := s.Catalog(context.Background()); err != nil || c.Articles != 8 {
		t.Errorf("after the writes: %+v, %v; want 8 articles", c, err)
	}
}
