package bot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// steps lead from one version of the tables of all conversations to the next;
// the first makes them. Times are Unix milliseconds. A step that has been
// released is never changed: what comes later is another step.
var steps = []string{`
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
`, `
ALTER TABLE bot_feedback ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE bot_feedback ADD COLUMN comment TEXT NOT NULL DEFAULT '';
CREATE INDEX bot_feedback_at ON bot_feedback (at);
CREATE TABLE bot_owner (
	id    INTEGER PRIMARY KEY CHECK (id = 1),
	owner TEXT NOT NULL,
	until INTEGER NOT NULL
);
`, `
ALTER TABLE bot_turns ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE bot_turns ADD COLUMN cites TEXT NOT NULL DEFAULT '';
`}

// ErrNewerSchema says that a later version of the program made the tables.
var ErrNewerSchema = errors.New("the conversations in this store were written by a newer version of zhiwen; use that one")

// Migrate brings the tables of this package to the present version, step by
// step, all of them or none. It is safe to call at every start, and from
// several processes at once. It returns ErrNewerSchema for tables that it does
// not know.
func Migrate(ctx context.Context, db *sql.DB) error {
	if err := migrate(ctx, db); err != nil {
		return fmt.Errorf("prepare the conversation tables: %w", err)
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	const versions = `CREATE TABLE IF NOT EXISTS bot_schema (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)`
	if _, err := db.ExecContext(ctx, versions); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Writing first takes the write lock, so that no two processes take a step.
	if _, err := tx.ExecContext(ctx, `INSERT INTO bot_schema (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, `SELECT version FROM bot_schema`).Scan(&version); err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("%w (their version is %d, this program knows %d)", ErrNewerSchema, version, len(steps))
	}
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE bot_schema SET version = ?`, len(steps)); err != nil {
		return err
	}
	return tx.Commit()
}
