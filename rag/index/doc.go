// Package index keeps the articles that questions are answered from, and finds
// passages in them by word and by meaning.
//
// All that must survive lives in one SQLite database, the truth: articles,
// passages with their words, and vectors, each row with a checksum that is
// compared before the row is used. What is derived from it may be thrown away
// at any time: an immutable folder on disk per version of the database, with
// the words (bleve's segments, scored by [Store.Keyword] with BM25) and the
// vectors as int8 codes, whose best candidates chromem-go ranks exactly.
//
// How to start:
//
//	store, err := index.Open(ctx, index.Options{Dir: dir, Embedder: embedder})
//	report, err := store.Add(ctx, articles, index.AddOptions{})
//	hits, err := store.Keyword(ctx, "签约多少项目", 10)
//
// A [Store] satisfies rag.Index; [VectorStore] and [Retriever] offer it to
// langchaingo. Any number of processes may read while one writes: writers take
// turns on a lock file, readers see a new generation at [Store.Refresh].
//
// Read [Open] (open.go) first, then [Store.Add] (add.go, write.go),
// [Store.Refresh] (refresh.go, derived.go), the two sides, keyword.go with
// bm25.go and vector.go with segment.go, and what holds damage off: checksum.go,
// articles.go, health.go, check.go, repair.go and backup.go.
package index
