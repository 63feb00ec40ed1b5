package langchain_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/tmc/langchaingo/chains"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/extract"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/langchain"
)

// exampleChain answers from two articles without a language model. A real
// program takes an embedder of package embeddings and keeps the store.
func exampleChain(ctx context.Context, dir string) (*rag.Chain, func() error, error) {
	embedder := &indextest.HashEmbedder{Dimension: 32}
	store, err := index.Open(ctx, index.Options{Dir: dir, Embedder: embedder})
	if err != nil {
		return nil, nil, err
	}
	_, err = store.Add(ctx, []article.Article{
		{ID: "bridge", Title: "月光桥通车", Paragraphs: []article.Paragraph{{Text: "月光桥5月1日通车。这座桥全长420米，双向四车道。"}}},
		{ID: "tea", Title: "青石镇茶厂年报", Paragraphs: []article.Paragraph{{Text: "青石镇茶厂全年收茶320吨，其中绿茶占六成。"}}},
	}, index.AddOptions{})
	if err != nil {
		store.Close()
		return nil, nil, err
	}
	return &rag.Chain{Index: store, Embedder: embedder, Extractive: extract.New()}, store.Close, nil
}

// A Chain runs wherever langchaingo takes a chain.
func ExampleChain() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "zhiwen-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	chain, closeStore, err := exampleChain(ctx, dir)
	if err != nil {
		log.Fatal(err)
	}
	defer closeStore()

	text, err := chains.Run(ctx, langchain.Chain{Chain: chain}, "月光桥全长多少米？")
	fmt.Println(text, err)
	// Output:
	// 420米[1]
	// 这座桥全长420米，双向四车道。[1] <nil>
}

// chains.Call gives the whole answer with its citations as well.
func ExampleChain_call() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "zhiwen-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	chain, closeStore, err := exampleChain(ctx, dir)
	if err != nil {
		log.Fatal(err)
	}
	defer closeStore()

	out, err := chains.Call(ctx, langchain.Chain{Chain: chain}, map[string]any{langchain.KeyQuestion: "青石镇茶厂全年收茶多少吨？"})
	if err != nil {
		log.Fatal(err)
	}
	answer := out[langchain.KeyAnswer].(rag.Answer)
	for _, c := range answer.Citations {
		fmt.Printf("[%d] %s, paragraph %d, runes %d to %d: %s\n", c.Marker, c.Title, c.Paragraph, c.Start, c.End, c.Quote)
	}
	// Output:
	// [1] 青石镇茶厂年报, paragraph 1, runes 0 to 22: 青石镇茶厂全年收茶320吨，其中绿茶占六成。
}
