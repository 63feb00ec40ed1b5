package index

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// schemaVersion is kept in SQLite's user_version. Raise it with a migration.
const schemaVersion = 1

// tables creates version 1.
//
// store holds one row. Its generation counts commits that changed articles;
// articles.generation is the commit that wrote the article last.
//
// articles.digest covers the article, its passages and the texts that were
// embedded; it is empty while the article waits to be embedded anew.
// passages.spans is JSON: [paragraph, start, end] each, in runes.
// Words are separated by blanks; word_count and title_word_count tell how many
// there are. passages.vector is little-endian
// float32 of length 1; text_key is the digest of the text that it stands for.
const tables = `
CREATE TABLE store (
	id          INTEGER PRIMARY KEY CHECK (id = 1),
	generation  INTEGER NOT NULL DEFAULT 0,
	provider    TEXT NOT NULL DEFAULT '',
	model       TEXT NOT NULL DEFAULT '',
	dimension   INTEGER NOT NULL DEFAULT 0,
	fingerprint TEXT NOT NULL DEFAULT '',
	last_ingest TEXT NOT NULL DEFAULT ''
);
INSERT INTO store (id) VALUES (1);

CREATE TABLE articles (
	id          TEXT PRIMARY KEY,
	title       TEXT NOT NULL,
	published   TEXT NOT NULL,
	author      TEXT NOT NULL,
	source      TEXT NOT NULL,
	url         TEXT NOT NULL,
	path        TEXT NOT NULL,
	paragraphs  TEXT NOT NULL,
	title_words TEXT NOT NULL,
	title_word_count INTEGER NOT NULL,
	digest      TEXT NOT NULL,
	generation  INTEGER NOT NULL
);

CREATE TABLE passages (
	article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
	number     INTEGER NOT NULL,
	id         TEXT NOT NULL UNIQUE,
	spans      TEXT NOT NULL,
	words      TEXT NOT NULL,
	word_count INTEGER NOT NULL,
	text_key   TEXT NOT NULL,
	vector     BLOB,
	PRIMARY KEY (article_id, number)
);
CREATE INDEX passages_text_key ON passages (text_key);
`

func (s *Store) dbPath() string { return filepath.Join(s.opts.Dir, "zhiwen.db") }

// dsn names the database for the driver. mode is SQLite's: "rwc" or "ro".
func (s *Store) dsn(mode string, immutable bool) string {
	path, err := filepath.Abs(s.dbPath())
	if err != nil {
		path = s.dbPath()
	}
	q := url.Values{}
	q.Set("mode", mode)
	q.Set("_foreign_keys", "on")
	q.Set("_busy_timeout", "10000")
	if mode == "rwc" {
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
		q.Set("_txlock", "immediate")
	}
	if immutable {
		q.Set("immutable", "1")
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// migrate brings an empty or older database to schemaVersion and refuses a
// newer one.
func (s *Store) migrate(ctx context.Context) error {
	version, err := s.version(ctx)
	if err != nil || version == schemaVersion {
		return err
	}
	if s.readOnly {
		return fmt.Errorf("%w: %s was never filled; ingest articles first", ErrNoStore, s.dbPath())
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have been first.
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version != 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, tables); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *Store) version(ctx context.Context) (int, error) {
	var version int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version > schemaVersion {
		return 0, fmt.Errorf("%w: %s has format %d and this program reads up to %d; use the newer program, or another store folder and ingest the articles again",
			ErrNewerStore, s.dbPath(), version, schemaVersion)
	}
	return version, nil
}

// snapshot runs f on one connection inside a read transaction, so that all its
// queries see the same commit.
func (s *Store) snapshot(ctx context.Context, f func(q querier) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// database/sql would begin with the data source's lock mode, which takes
	// the writer's lock.
	if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return f(conn)
}

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common for reading.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// each runs a query and calls f for every row.
func each(ctx context.Context, q querier, f func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// placeholders returns "?,?,?" for n values.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}
