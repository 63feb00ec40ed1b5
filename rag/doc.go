// Package rag answers questions from articles, and lets no claim out that its
// source does not say.
//
// Start with the nouns in rag.go: a Question goes in, Hits are the passages
// that retrieval found, a Claim is one sentence that a Generator drafted, an
// Answer with Citations comes out. chain.go is the way between them:
//
//	rewrite.go        a follow-up becomes a question that stands alone (rag/question)
//	retrieve.go       keyword and vector side by side, merged in fuse.go
//	evidence.go       the found paragraphs (rag/evidence)
//	answerability.go  questions that the material cannot answer stop here
//	rerank.go         the passages that hold most of the question come first
//	supplement.go     what a language model left out is added from the sources
//	compose.go        claims that rag/grounding verified become cited sentences
//
// What the package needs of an index, an embedder and a generator it declares
// itself; the implementations live in rag/index, embeddings, rag/extract and
// rag/llm.
package rag
