// Package api holds the JSON documents that zhiwen reads and writes, which are
// the same on the command line and over HTTP.
//
// A [Request] comes in, on a line of its own or as the body of an HTTP request;
// [Ask] and [Find] hand it to the chain and return an [Answer] or a [Search].
// [CleanQuestion] says what is accepted as a question at all.
package api
