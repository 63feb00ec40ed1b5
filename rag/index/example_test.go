package index_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

func ExampleStore() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "zhiwen-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	// A real program takes an embedder of package embeddings.
	store, err := index.Open(ctx, index.Options{Dir: dir, Embedder: &indextest.HashEmbedder{Dimension: 32}})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	report, err := store.Add(ctx, []article.Article{{
		ID: "bridge", Title: "跨江大桥合龙",
		Paragraphs: []article.Paragraph{{Text: "大桥主跨一千零九十米，工期四年。"}},
	}}, index.AddOptions{})
	fmt.Println(report.Added, "article,", report.Embedded, "embedded", err)

	hits, err := store.Keyword(ctx, "大桥的工期有几年？", 3)
	for _, h := range hits {
		fmt.Println(h.Rank, h.Article.Title, h.Passage.Text(), err)
	}
	// Output:
	// 1 article, 1 embedded <nil>
	// 1 跨江大桥合龙 大桥主跨一千零九十米，工期四年。 <nil>
}
