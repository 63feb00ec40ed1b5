package weaviate_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/index/weaviate"
	"zhiwen/rag/zhtext"
)

// These tests need a cluster that scripts/cluster started:
//
//	make cluster-up; eval "$(scripts/cluster env)"; go test ./rag/index/weaviate
const (
	hostsVariable = "ZHIWEN_INDEX_HOSTS"
	keyVariable   = "ZHIWEN_INDEX_API_KEY"
)

func hosts(t testing.TB) []string {
	t.Helper()
	list := os.Getenv(hostsVariable)
	switch {
	case list != "":
		return strings.Split(list, ",")
	case os.Getenv("ZHIWEN_REQUIRE_CLUSTER") != "":
		t.Fatalf("%s names no cluster, and there has to be one", hostsVariable)
	}
	t.Skipf("%s names no cluster", hostsVariable)
	return nil
}

func info(e *indextest.HashEmbedder) index.EmbedderInfo {
	return index.EmbedderInfo{Provider: "test", Model: "hash" + e.Salt, Dimension: e.Dimension}
}

// runes makes every character a word, which saves loading the dictionary.
func runes(text string) []string { return strings.Split(text, "") }

// options are those of a collection that does not exist yet.
func options(t testing.TB) weaviate.Options {
	t.Helper()
	e := &indextest.HashEmbedder{Dimension: 16}
	return weaviate.Options{
		Hosts: hosts(t), Key: os.Getenv(keyVariable), Collection: "Test" + rand.Text(), Replicas: min(3, len(hosts(t))),
		Embedder: e, EmbedderInfo: info(e), Segment: runes,
	}
}

func open(t testing.TB, o weaviate.Options) *weaviate.Store {
	t.Helper()
	s, err := weaviate.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Destroy(context.Background()); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	return s
}

// again opens a collection that is there already.
func again(t testing.TB, o weaviate.Options) *weaviate.Store {
	t.Helper()
	s, err := weaviate.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// conforming adds without a report, as the suite wants it.
type conforming struct {
	*weaviate.Store
	o weaviate.Options
}

func (c conforming) Add(ctx context.Context, articles []article.Article) error {
	_, err := c.Store.Add(ctx, articles, index.AddOptions{})
	return err
}

func (c conforming) Spoilt(t *testing.T, id string) indextest.Store {
	t.Helper()
	spoil(t, c.o, http.MethodPatch, "Article", articleObject(t, c.o, id), `"properties":{"title":"另一个标题"}`)
	return conforming{again(t, c.o), c.o}
}

func TestConformance(t *testing.T) {
	words := sync.OnceValue(zhtext.NewSegmenter) // one dictionary for all collections
	o := options(t)
	e := &indextest.HashEmbedder{Dimension: indextest.Dimension}
	o.Embedder, o.EmbedderInfo, o.Segment = e, info(e), words().Words
	open(t, o) // one collection for all: to make one takes seconds
	indextest.Run(t, func(t *testing.T, e *indextest.HashEmbedder) indextest.Store {
		o.Embedder = e
		s := again(t, o)
		t.Cleanup(func() {
			if _, err := s.Prune(context.Background(), nil); err != nil {
				t.Error(err)
			}
		})
		return conforming{s, o}
	})
}

// Local index and cluster find the same passages with the same scores.
func TestSameAsLocal(t *testing.T) {
	o := options(t)
	words := zhtext.NewSegmenter().Words
	o.Segment = words
	cluster := open(t, o)
	local, err := index.Open(t.Context(), index.Options{Dir: t.TempDir(), Embedder: o.Embedder, EmbedderInfo: o.EmbedderInfo, Segment: words})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	articles := indextest.Articles()
	for i := range 30 {
		a := articles[i%3]
		a.ID = fmt.Sprintf("%s%d", a.ID, i)
		a.Title += fmt.Sprint(i)
		a.Paragraphs = append(slices.Clone(a.Paragraphs), article.Paragraph{Text: strings.Repeat(fmt.Sprintf("第%d份材料的补充说明。", i*i), 3+i%9), Section: "附录", Page: i})
		articles = append(articles, a)
	}
	if _, err := local.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"主跨多少米", "轮渡公司保留什么", "熊猫幼崽体重", "第4份材料", "记者还了解到有关方面", "春茶开采跨江大桥", "补充说明36"} {
		want, err := local.Keyword(t.Context(), question, 20)
		if err != nil {
			t.Fatal(err)
		}
		got, err := cluster.Keyword(t.Context(), question, 20)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: found %s, want %s", question, scores(got), scores(want))
		}
	}
	want, err := local.Articles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cluster.Articles(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%d articles of %d, %v", len(got), len(want), err)
	}
	wantCatalog, _ := local.Catalog(t.Context())
	if got, err := cluster.Catalog(t.Context()); err != nil || !reflect.DeepEqual(got, wantCatalog) {
		t.Errorf("catalog %+v, want %+v, %v", got, wantCatalog, err)
	}
	terms := []string{"大桥", "熊猫", "材料", "没有", "36"}
	wantDF, _, _ := local.Frequencies(t.Context(), terms)
	if got, n, err := cluster.Frequencies(t.Context(), terms); err != nil || !slices.Equal(got, wantDF) || n != wantCatalog.Passages {
		t.Errorf("frequencies %v of %d, want %v, %v", got, n, wantDF, err)
	}
}

// A second process, with nothing but the addresses, sees what the first one did.
func TestSecondProcess(t *testing.T) {
	o := options(t)
	first := open(t, o)
	o.ReadOnly, o.Embedder, o.Segment = true, nil, nil
	second := again(t, o)
	if _, err := first.Add(t.Context(), indextest.Articles(), index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	if changed, err := second.Refresh(t.Context()); err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	if changed, err := second.Refresh(t.Context()); err != nil || changed {
		t.Fatalf("changed %v without a change, %v", changed, err)
	}
	hits, err := second.Keyword(t.Context(), "轮渡公司", 1)
	if err != nil || len(hits) != 1 || hits[0].Article.Paragraphs[1].Text != indextest.Articles()[0].Paragraphs[1].Text {
		t.Errorf("%v, %v", hits, err)
	}
	if _, err := second.Add(t.Context(), indextest.Articles(), index.AddOptions{}); !errors.Is(err, index.ErrReadOnly) {
		t.Errorf("a reader adds: %v", err)
	}
}

// Several that add at once, the same articles among them, leave each once.
func TestSeveralWriters(t *testing.T) {
	o := options(t)
	watcher := open(t, o)
	articles, _ := indextest.Corpus(200, 0, 1)
	var wait sync.WaitGroup
	for i := range 3 {
		s := again(t, o)
		wait.Go(func() {
			part := articles[i*10 : i*10+20] // the halves overlap
			if _, err := s.Add(t.Context(), part, index.AddOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	exact(t, watcher, articles)
}

// exact wants a collection to hold just these articles, without remains.
func exact(t *testing.T, s *weaviate.Store, want []article.Article) {
	t.Helper()
	if _, err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	held, err := s.Articles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*article.Article{}
	passages := 0
	for i := range want {
		byID[want[i].ID] = &want[i]
		passages += len(article.Split(want[i], article.SplitOptions{}))
	}
	for _, a := range held {
		if !reflect.DeepEqual(a, byID[a.ID]) {
			t.Errorf("article %s is held, and is not what was given", a.ID)
		}
		delete(byID, a.ID)
	}
	for id := range byID {
		t.Errorf("article %s is missing", id)
	}
	report, err := s.Check(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 || report.Passages != passages || report.Articles != len(want) {
		t.Errorf("%d articles, %d passages of %d, problems %+v, %v", report.Articles, report.Passages, passages, report.Problems, err)
	}
}

// Changed, shortened and removed articles leave nothing behind.
func TestChangesLeaveNothing(t *testing.T) {
	o := options(t)
	s := open(t, o)
	articles, _ := indextest.Corpus(100, 0, 2)
	if _, err := s.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	for i := range articles[:10] {
		articles[i].Paragraphs = articles[i].Paragraphs[:1+i%4]
		articles[i].Title += " 改"
	}
	if _, err := again(t, o).Add(t.Context(), articles[:10], index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	exact(t, s, articles)
	keep := map[string]bool{}
	for _, a := range articles[5:15] {
		keep[a.ID] = true
	}
	if n, err := s.Prune(t.Context(), keep); err != nil || n != len(articles)-10 {
		t.Errorf("%d pruned, %v", n, err)
	}
	exact(t, s, articles[5:15])
}

// An embedder with other vectors is refused, and accepted with Reindex.
func TestOtherEmbedder(t *testing.T) {
	o := options(t)
	s := open(t, o)
	if _, err := s.Add(t.Context(), indextest.Articles(), index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	e := &indextest.HashEmbedder{Dimension: 24, Salt: "other"}
	o.Embedder, o.EmbedderInfo = e, info(e)
	if _, err := weaviate.Open(t.Context(), o); !errors.Is(err, index.ErrOtherEmbedder) || !strings.Contains(err.Error(), "--reindex") {
		t.Fatalf("%v", err)
	}
	o.Reindex = true
	s = again(t, o)
	report, err := s.Add(t.Context(), nil, index.AddOptions{})
	if err != nil || report.Changed != 3 || report.Embedded != 5 {
		t.Fatalf("%+v, %v", report, err)
	}
	exact(t, s, indextest.Articles())
}

func TestRefusals(t *testing.T) {
	o := options(t)
	missing := o
	missing.ReadOnly = true
	if _, err := weaviate.Open(t.Context(), missing); !errors.Is(err, index.ErrNoStore) {
		t.Errorf("a collection that is not there: %v", err)
	}
	s := open(t, o)
	if _, err := s.Add(t.Context(), indextest.Articles(), index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	wrong := o
	wrong.Key = "wrong"
	if _, err := weaviate.Open(t.Context(), wrong); !errors.Is(err, weaviate.ErrKey) || !strings.Contains(err.Error(), "index.api_key") {
		t.Errorf("a wrong key: %v", err)
	}
	wrong.Key = ""
	if _, err := weaviate.Open(t.Context(), wrong); !errors.Is(err, weaviate.ErrKey) {
		t.Errorf("no key: %v", err)
	}

	// Shards that take no writes, as with a disk that is full.
	for _, shard := range shards(t, o, "Passage") {
		rest(t, o, http.MethodPut, "/v1/schema/"+o.Collection+"Passage/shards/"+shard, `{"status":"READONLY"}`)
	}
	stored, fresh := indextest.Articles(), indextest.Articles()[0]
	var err error
	for try := range 20 { // the nodes hear of it one after the other
		fresh.ID = fmt.Sprintf("fresh %d", try)
		if _, err = s.Add(t.Context(), []article.Article{fresh}, index.AddOptions{}); err != nil {
			break
		}
		stored = append(stored, fresh)
		time.Sleep(250 * time.Millisecond)
	}
	if !errors.Is(err, index.ErrReadOnly) || !strings.Contains(err.Error(), "disk") {
		t.Errorf("shards that take no writes: %v", err)
	}
	if hits, err := s.Keyword(t.Context(), "大桥", 3); err != nil || len(hits) == 0 {
		t.Errorf("searching them: %v, %v", hits, err)
	}
	for _, shard := range shards(t, o, "Passage") {
		rest(t, o, http.MethodPut, "/v1/schema/"+o.Collection+"Passage/shards/"+shard, `{"status":"READY"}`)
	}
	for try := range 20 { // the nodes hear of it one after the other
		_, err := s.Add(t.Context(), []article.Article{fresh}, index.AddOptions{})
		if err == nil {
			break
		}
		if try == 19 {
			t.Errorf("when they take them again: %v", err)
		}
		time.Sleep(time.Second)
	}
	for range 30 { // a write is taken before all nodes say that they take one, and those have to catch up
		if report, err := s.Check(t.Context(), nil); err == nil && len(report.Problems) == 0 {
			break
		}
		time.Sleep(time.Second)
	}
	exact(t, s, append(stored, fresh))

	newer := `{"class":"` + o.Collection + `Store","properties":{"value":"{\"Schema\":99}"}}`
	rest(t, o, http.MethodPatch, "/v1/objects/"+o.Collection+"Store/"+idOf(t, o, "Store", func(map[string]any) bool { return true }), newer)
	if _, err := weaviate.Open(t.Context(), o); !errors.Is(err, weaviate.ErrSchema) || !strings.Contains(err.Error(), "schema 99") {
		t.Errorf("a collection of a later program: %v", err)
	}

	foreign := o
	foreign.Collection += "Foreign"
	rest(t, o, http.MethodPost, "/v1/schema", `{"class":"`+foreign.Collection+`Article","vectorizer":"none","properties":[{"name":"title","dataType":["text"]}]}`)
	defer rest(t, o, http.MethodDelete, "/v1/schema/"+foreign.Collection+"Article", "")
	if _, err := weaviate.Open(t.Context(), foreign); !errors.Is(err, weaviate.ErrSchema) {
		t.Errorf("somebody else's class: %v", err)
	}
}

// childAdds makes the test binary add articles to a collection until it is killed.
const childAdds = "ZHIWEN_TEST_CHILD_ADDS"

func TestMain(m *testing.M) {
	if name := os.Getenv(childAdds); name != "" {
		e := &indextest.HashEmbedder{Dimension: 16}
		s, err := weaviate.Open(context.Background(), weaviate.Options{
			Hosts: strings.Split(os.Getenv(hostsVariable), ","), Key: os.Getenv(keyVariable), Collection: name,
			Embedder: e, EmbedderInfo: info(e), Segment: runes,
		})
		if err == nil {
			articles, _ := indextest.Corpus(2000, 0, 3)
			_, err = s.Add(context.Background(), articles, index.AddOptions{Progress: func(done, _ int) { fmt.Println(done) }})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A process that is killed loses nothing that it acknowledged, shows no half
// article, and another one completes what it began.
func TestKilledWriter(t *testing.T) {
	o := options(t)
	s := open(t, o)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childAdds+"="+o.Collection)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
	for acknowledged < 100 {
		if _, err := fmt.Fscanln(out, &acknowledged); err != nil {
			t.Fatalf("after %d articles: %v", acknowledged, err)
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	held, err := s.Articles(t.Context())
	if err != nil || len(held) < acknowledged {
		t.Fatalf("%d articles of %d that were acknowledged, %v", len(held), acknowledged, err)
	}
	if limits := s.Limits(); len(limits) != 1 || !strings.Contains(limits[0].English, "missing") {
		t.Errorf("limits %v", limits)
	}
	for _, a := range held[:20] {
		hits, err := s.Keyword(t.Context(), a.Paragraphs[0].Text[:60], 10)
		if err != nil || len(hits) == 0 {
			t.Errorf("searching: %v, %v", hits, err)
		}
		seen := map[string]bool{}
		for _, h := range hits {
			if seen[h.Passage.ID] {
				t.Errorf("%s is found twice", h.Passage.ID)
			}
			seen[h.Passage.ID] = true
		}
	}
	articles, _ := indextest.Corpus(2000, 0, 3)
	// One of those that were under way has changed since.
	for i := range articles {
		if !slices.ContainsFunc(held, func(a *article.Article) bool { return a.ID == articles[i].ID }) {
			articles[i].Title = "改过的标题"
			break
		}
	}
	report, err := s.Add(t.Context(), articles, index.AddOptions{})
	if err != nil || report.Unchanged < acknowledged {
		t.Fatalf("%+v, %v", report, err)
	}
	exact(t, s, articles)
	if limits := s.Limits(); len(limits) != 0 {
		t.Errorf("limits %v", limits)
	}
}

// script runs scripts/cluster, which the cluster must have been started with.
func script(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command(filepath.Join("..", "..", "..", "scripts", "cluster"), args...).Output()
	if err != nil {
		t.Fatalf("scripts/cluster %v: %v", args, err)
	}
	return string(out)
}

// found lists the articles of hits.
func found(hits []rag.Hit) []string {
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.Article.ID)
	}
	return ids
}

func scores[T any](hits []T) string { return fmt.Sprintf("%.300v", hits) }
