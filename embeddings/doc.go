// Package embeddings turns text into vectors of length 1, so that passages
// and questions can be compared by their inner product.
//
// Start with [New]. Its zero [Options] give bge-small-zh-v1.5 (512 dimensions)
// running inside this process on ONNX Runtime, offline, from the two files that
// `make model` puts into the cache folder; see [CacheDir]. Any other provider
// that [Options] names is reached through langchaingo:
//
//	e, err := embeddings.New(ctx, embeddings.Options{})
//	if errors.Is(err, embeddings.ErrModelMissing) {
//		// the message says which file is missing and how to get it
//	}
//	defer e.Close()
//	vector, err := e.EmbedQuery(ctx, "智博会签约多少项目")
//
// [Batch], [Retry] and [Cache] are decorators: they take an [Embedder] and are
// one. Every implementation is held to the same behaviour by the suite in
// embeddingstest.
//
// The files, in reading order: embeddings.go (the interface and New), onnx.go
// (the model in this process), wordpiece.go and normalize.go (its tokenizer),
// location.go (where the files are), remote.go and transport.go (langchaingo and
// what its errors leave out), batch.go, retry.go, cache.go (the decorators).
package embeddings
