// Package weaviate keeps a collection of articles on a Weaviate cluster, for
// collections that outgrow one machine. It does what package index does on one
// disk: the same passages, words and vectors ([ingest]), the same scores
// ([bm25]), the same errors.
//
//	store, err := weaviate.Open(ctx, weaviate.Options{
//		Hosts: []string{"10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"},
//		Key:   key, Embedder: embedder,
//	})
//
// Four classes hold a collection (schema.go): articles, passages, what is still
// to be written, and what describes the collection. Weaviate has no
// transactions, so an article is written like this (write.go): its passages
// first, under a version that follows from its contents; then the article,
// which names its version, in one write that either happens or does not; then
// the passages of the version before are removed. Readers take only passages of
// the version that the article names. Whatever is broken off is noted as
// pending and completed by the next ingest.
//
// Every write waits for a quorum of the replicas. A search asks as many nodes
// as, with the quorum of a write, are more than all replicas, and merges what
// they say (search.go): a node that has just returned and lacks something
// cannot hide it.
package weaviate
