// Package bot is what every conversation with zhiwen has in common, whatever
// the screen it happens on: who is asking, what was said before in the same
// thread, how many questions may be worked on at once, and what has been
// promised but not yet answered.
//
// A chat adapter (bot/slack, bot/cli) starts like this:
//
//	err := bot.Migrate(ctx, db)               // tables in the store's database
//	inbox := bot.NewInbox(db, bot.InboxOptions{})
//	handler := bot.NewHandler(answerer, db, bot.HandlerOptions{})
//
// and then, for each question: write it to the [Inbox] before telling the chat
// service that it arrived, let the [Queue] decide when its turn has come, ask
// the [Handler], show the reply, mark the inbox entry done. What was in the
// inbox when the process died is still there when it starts again.
//
// Everything that must survive is in the SQLite database that is handed in;
// nothing here opens a file.
package bot
