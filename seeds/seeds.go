// Package seeds holds what the program ships with: five articles about two
// expositions and two forums, as raw as users have them (a newspaper page set
// in columns, web pages with their leftovers, an aggregator's page), and the
// fixed questions that answers are measured with.
//
// The articles were written for this project. They retell public news: the
// facts and figures are those of the events, the wording, the medium, the
// reporters and the editors are made up.
//
// Start with [Articles]; [Questions] are in the format of package rag/eval.
package seeds

import (
	"embed"
	"io/fs"
)

//go:embed articles/*.txt
var articles embed.FS

//go:embed questions.jsonl
var questions []byte

// Articles returns the raw articles, one document a file, at the root of the
// file system.
func Articles() fs.FS {
	sub, err := fs.Sub(articles, "articles")
	if err != nil {
		panic(err) // only for an invalid path, and it is a constant
	}
	return sub
}

// Questions returns the fixed questions, one JSON object a line. The caller
// owns the slice.
func Questions() []byte { return append([]byte(nil), questions...) }
