package embeddings_test

import (
	"context"
	"fmt"
	"log"

	"zhiwen/embeddings"
)

// The default model, from the files that `make model` fetched. The example is
// compiled but not run, because those files may not be there.
func ExampleNew() {
	ctx := context.Background()
	e, err := embeddings.New(ctx, embeddings.Options{})
	if err != nil {
		log.Fatal(err) // says which file is missing and how to get it
	}
	defer e.Close()
	passages, err := e.EmbedDocuments(ctx, []string{"全市新建充电桩三千个。", "周末有雨。"})
	if err != nil {
		log.Fatal(err)
	}
	question, err := e.EmbedQuery(ctx, "充电桩建了多少？")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range passages {
		var similarity float32
		for i := range p {
			similarity += p[i] * question[i]
		}
		fmt.Printf("%.2f\n", similarity)
	}
}

// A server that speaks OpenAI's protocol, here without a key.
func ExampleNew_openAICompatible() {
	e, err := embeddings.New(context.Background(), embeddings.Options{
		Provider: "openai",
		Model:    "bge-m3",
		BaseURL:  "http://127.0.0.1:8000/v1",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Info().Provider, e.Info().Model)
	// Output: openai bge-m3
}

// Any embedding client of langchaingo becomes an Embedder.
func ExampleFromClient() {
	client := clientFunc(func(texts []string) [][]float32 {
		vectors := make([][]float32, len(texts))
		for i := range vectors {
			vectors[i] = []float32{3, 4}
		}
		return vectors
	})
	e := embeddings.FromClient(client, embeddings.Info{Provider: "mine", Model: "two numbers"})
	v, err := e.EmbedQuery(context.Background(), "问题")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v, e.Info().Dimension)
	// Output: [0.6 0.8] 2
}

// Unchanged passages cost nothing when they are ingested again.
func ExampleCache() {
	ctx := context.Background()
	store := &memory{} // in zhiwen, the SQLite store
	e := embeddings.Cache(fixed{dimension: 3}, store, nil)
	for range 2 {
		if _, err := e.EmbedDocuments(ctx, []string{"第一段", "第二段"}); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(len(store.vectors), "kept,", store.hits, "found again")
	// Output: 2 kept, 2 found again
}
