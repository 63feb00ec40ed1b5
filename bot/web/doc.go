// Package web offers the chain over HTTP: as a page for people (/, /a/{id},
// /articles) and as APIs for programs.
//
//	POST /v1/ask      {"question": "…", "history": […]} → the answer; with
//	                  "Accept: text/event-stream" each sentence as an event as
//	                  soon as it has been verified, then the answer
//	GET  /v1/search   ?q=…&k=10 → the passages that fit best
//	GET  /v1/status   what the store holds and which model answers
//	GET  /v1/articles what the collection holds; /v1/articles/{id}: one of it
//	POST /v1/chat/completions, GET /v1/models: as OpenAI has them
//	POST /retrieval   passages for Dify
//	GET  /openapi.json all of this as OpenAPI 3.1
//	GET  /healthz     the process runs
//	GET  /readyz      the store can be read
//	GET  /metrics     for Prometheus
//
// Start with [New], which returns an http.Handler. The documents are those of
// package api; errors are {"error": "…"} with a fitting status.
package web
