// Package llm drafts answers with any language model that langchaingo can reach.
//
// Start with [OpenModel], which opens the configured provider (or finds out
// what is there), and hand the model to [NewModelGenerator]. The generator
// numbers the passages, fills the prompt from the templates in templates/,
// reads the streamed answer through one scanner (tags.go) and emits a claim as
// soon as its sentence is complete. It checks nothing but that the sentence does
// not repeat instructions, its own or those that an article tries to give
// (injection.go): the chain verifies each claim against its source before anything
// is shown.
//
// What can go wrong with a model is told apart once ([ModelError] and the
// sentinels beside it), retried where that can help ([NewResilientModel]) and
// put into words for readers by [Explain].
package llm
