// Package rag answers questions from articles, and lets no claim out that its
// source does not say.
//
// Start with the nouns in rag.go: a Question goes in, Hits are the passages
// that retrieval found, a Claim is one sentence that a Generator drafted, an
// Answer with Citations comes out. chain.go is the way between them:
//
//	condense.go  a follow-up becomes a question that stands alone
//	analysis.go  what the question asks for (asks.go, parts.go) and its content words (lexicon.go)
//	retrieve.go  keyword and vector side by side, merged in fuse.go
//	evidence.go  the found paragraphs, cut into sentences; match.go finds words in them
//	gate.go      questions that the material cannot answer stop here
//	reading.go   the passages that hold most of the question come first
//	verify.go    each claim (claim.go) against the paragraphs; derive.go recomputes sums
//	compose.go   verified claims become sentences with numbered citations
//
// What the package needs of an index, an embedder and a generator it declares
// itself; the implementations live in rag/index, embeddings and rag/generate.
package rag
