package index_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"testing"

	"github.com/tmc/langchaingo/schema"
	"github.com/tmc/langchaingo/vectorstores"

	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

func exampleStore(ctx context.Context) (*index.Store, func()) {
	dir, err := os.MkdirTemp("", "zhiwen-example-")
	if err != nil {
		log.Fatal(err)
	}
	// A real program takes an embedder of package embeddings.
	store, err := index.Open(ctx, index.Options{Dir: dir, Embedder: &indextest.HashEmbedder{Dimension: 32}, Segment: runes})
	if err != nil {
		log.Fatal(err)
	}
	return store, func() { store.Close(); os.RemoveAll(dir) }
}

func ExampleVectorStore() {
	ctx := context.Background()
	store, cleanup := exampleStore(ctx)
	defer cleanup()

	var vectors vectorstores.VectorStore = index.VectorStore{Store: store}
	ids, err := vectors.AddDocuments(ctx, []schema.Document{
		{PageContent: "长江全长六千三百公里。", Metadata: map[string]any{index.MetaID: "yangtze", index.MetaTitle: "长江"}},
		{PageContent: "黄河全长五千四百公里。", Metadata: map[string]any{index.MetaID: "huanghe", index.MetaTitle: "黄河"}},
	})
	fmt.Println(ids, err)

	docs, err := vectors.SimilaritySearch(ctx, "长江有多长？", 2,
		vectorstores.WithFilters(map[string]any{index.MetaArticleID: "yangtze"}))
	for _, d := range docs {
		fmt.Println(d.Metadata[index.MetaID], d.PageContent, err)
	}
	// Output:
	// [yangtze huanghe] <nil>
	// yangtze#1 长江全长六千三百公里。 <nil>
}

func ExampleRetriever() {
	ctx := context.Background()
	store, cleanup := exampleStore(ctx)
	defer cleanup()
	vectors := index.VectorStore{Store: store}
	_, err := vectors.AddDocuments(ctx, []schema.Document{
		{PageContent: "长江全长六千三百公里。", Metadata: map[string]any{index.MetaTitle: "长江"}},
	})
	if err != nil {
		log.Fatal(err)
	}

	var retriever schema.Retriever = index.Retriever{Store: store, K: 1}
	docs, err := retriever.GetRelevantDocuments(ctx, "长江有多长？")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(docs[0].Metadata[index.MetaTitle], docs[0].PageContent)
	// Output: 长江 长江全长六千三百公里。
}

func TestVectorStoreOptions(t *testing.T) {
	ctx := context.Background()
	s := open(t, options(t))
	v := index.VectorStore{Store: s}
	docs := []schema.Document{{PageContent: "一"}, {PageContent: "二", Metadata: map[string]any{index.MetaPublished: "2021-08-25"}}}
	ids, err := v.AddDocuments(ctx, docs, vectorstores.WithDeduplicater(
		func(_ context.Context, d schema.Document) bool { return d.PageContent == "一" }))
	if err != nil || len(ids) != 1 {
		t.Fatalf("deduplicated: %v, %v", ids, err)
	}
	if _, err := v.AddDocuments(ctx, docs, vectorstores.WithNameSpace("x")); err == nil {
		t.Error("a name space was accepted")
	}
	if _, err := v.AddDocuments(ctx, []schema.Document{{PageContent: "x", Metadata: map[string]any{index.MetaPublished: "yesterday"}}}); err == nil {
		t.Error("a date that is none was accepted")
	}
	if _, err := v.SimilaritySearch(ctx, "二", 1, vectorstores.WithFilters("x")); err == nil {
		t.Error("filters that are no map were accepted")
	}
	got, err := v.SimilaritySearch(ctx, "二", 3, vectorstores.WithScoreThreshold(0.999))
	if err != nil || len(got) != 0 { // the query lacks the title that the vector knows
		t.Errorf("threshold: %v, %v", got, err)
	}
	got, err = v.SimilaritySearch(ctx, "二", 3)
	if err != nil || len(got) != 1 || got[0].Metadata[index.MetaPublished] != "2021-08-25" {
		t.Errorf("all: %v, %v", got, err)
	}
}
