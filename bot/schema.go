package bot

import (
	"context"
	"database/sql"
	"fmt"
)

// schema holds the tables of all conversations. Times are Unix milliseconds.
const schema = `
CREATE TABLE IF NOT EXISTS bot_inbox (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	key      TEXT NOT NULL UNIQUE,
	thread   TEXT NOT NULL,
	user     TEXT NOT NULL,
	surface  TEXT NOT NULL,
	text     TEXT NOT NULL,
	payload  BLOB NOT NULL,
	state    TEXT NOT NULL,
	asked    INTEGER NOT NULL,
	received INTEGER NOT NULL,
	changed  INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	stream   TEXT NOT NULL DEFAULT '',
	reply    BLOB,
	posted   TEXT NOT NULL DEFAULT '',
	outcome  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS bot_inbox_state ON bot_inbox (state, asked, seq);
CREATE TABLE IF NOT EXISTS bot_threads (
	thread TEXT PRIMARY KEY,
	seen   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bot_once (
	key TEXT PRIMARY KEY,
	at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bot_turns (
	thread   TEXT NOT NULL,
	request  TEXT NOT NULL,
	question TEXT NOT NULL,
	answer   TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (thread, request)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bot_turns_at ON bot_turns (at);
CREATE TABLE IF NOT EXISTS bot_answers (
	id         TEXT PRIMARY KEY,
	request    TEXT NOT NULL UNIQUE,
	surface    TEXT NOT NULL,
	thread     TEXT NOT NULL,
	user       TEXT NOT NULL,
	asked      TEXT NOT NULL,
	question   TEXT NOT NULL,
	answer     TEXT NOT NULL,
	refused    INTEGER NOT NULL,
	reason     TEXT NOT NULL,
	answerer   TEXT NOT NULL,
	citations  BLOB NOT NULL,
	took_ms    REAL NOT NULL,
	at         INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS bot_answers_at ON bot_answers (at);
CREATE TABLE IF NOT EXISTS bot_feedback (
	answer    TEXT NOT NULL,
	user      TEXT NOT NULL,
	vote      TEXT NOT NULL,
	question  TEXT NOT NULL,
	text      TEXT NOT NULL,
	refused   INTEGER NOT NULL,
	citations BLOB NOT NULL,
	at        INTEGER NOT NULL,
	PRIMARY KEY (answer, user)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bot_keys (
	name    TEXT PRIMARY KEY,
	digest  TEXT NOT NULL UNIQUE,
	created INTEGER NOT NULL
) WITHOUT ROWID;
`

// Migrate creates the tables of this package where they do not exist yet. It
// is safe to call at every start.
func Migrate(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("create the conversation tables: %w", err)
	}
	return nil
}
