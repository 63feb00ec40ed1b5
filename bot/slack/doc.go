// Package slack answers questions in Slack: direct messages, mentions, follow-ups
// in threads, the /zhiwen command and the "ask about this" message shortcut,
// over Socket Mode or signed HTTP events.
//
// How to start:
//
//	b, err := slack.New(slack.Config{BotToken: …, AppToken: …}, slack.Parts{Handler: h, DB: db})
//	err = b.Run(ctx) // until ctx ends, then drains
//
// The way of a question: a transport (socket.go, http.go) receives it; intake.go
// decides whether it is for us and from somebody we answer, and writes it to
// the inbox; only then is it acknowledged. feed.go brings inbox entries to the
// queue, work.go asks the handler and delivers the reply, through post.go (one
// settled message) or stream.go (sentence by sentence, in direct messages).
// render.go makes blocks, escape.go makes sure that nothing in them is alive.
//
// A question is answered once even when the process is killed at any point: a
// reply is stored before any of it is posted, every post carries the question's
// key in its metadata, and after a restart the thread is read before anything
// is posted again.
package slack
