// Package cli shows answers, search results and progress on a terminal, and
// reads questions from one.
//
// Start with [Renderer] for what goes out, [ReadRequests] for batches of
// questions that come in, and [Chat] for a conversation. Everything that came
// from outside (questions, articles, a model's words) is cleaned of terminal
// control bytes on its way to the screen. Colour is used only where the output
// is a terminal and NO_COLOR is unset.
package cli
