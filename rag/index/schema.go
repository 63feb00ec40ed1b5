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
const schemaVersion = 2

// tables creates the present version.
//
// store holds one row. Its generation counts commits that changed articles;
// articles and passages are how many there are; contents is the sum of the
// articles' roll checksums (see rollEntry); checksum covers the row.
//
// articles.generation is the commit that wrote the article last, passages how
// many it has and word_count their words; checksum covers what it says (see articleRow). articles.digest
// tells whether a source has changed: it covers the article, its passages and
// the texts that were embedded, and is empty while the article waits to be
// embedded anew. articles_roll is read alone to know what there is.
//
// passages.spans is JSON: [paragraph, start, end] each, in runes. Words are
// separated by blanks; word_count and title_word_count tell how many there
// are. passages.vector is little-endian float32 of length 1; text_key is the
// digest of the text that it stands for. checksum covers the row without the
// vector, vector_checksum the vector (0: there is none).
//
// pending names the articles that an ingest has still to write.
const tables = `
CREATE TABLE store (
	id          INTEGER PRIMARY KEY CHECK (id = 1),
	generation  INTEGER NOT NULL DEFAULT 0,
	provider    TEXT NOT NULL DEFAULT '',
	model       TEXT NOT NULL DEFAULT '',
	dimension   INTEGER NOT NULL DEFAULT 0,
	fingerprint TEXT NOT NULL DEFAULT '',
	last_ingest TEXT NOT NULL DEFAULT '',
	articles    INTEGER NOT NULL DEFAULT 0,
	passages    INTEGER NOT NULL DEFAULT 0,
	contents    INTEGER NOT NULL DEFAULT 0,
	checksum    INTEGER NOT NULL DEFAULT 0
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
	generation  INTEGER NOT NULL,
	passages    INTEGER NOT NULL DEFAULT 0,
	word_count  INTEGER NOT NULL DEFAULT 0,
	checksum    INTEGER NOT NULL DEFAULT 0
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
	checksum   INTEGER NOT NULL DEFAULT 0,
	vector_checksum INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (article_id, number)
);
CREATE INDEX passages_text_key ON passages (text_key);
` + additions

// additions are the parts of the present version that version 1 lacked, apart
// from columns.
const additions = `
CREATE INDEX articles_roll ON articles (id, generation, passages, checksum, published, word_count, title_word_count);
CREATE INDEX articles_waiting ON articles (id) WHERE digest = '';
CREATE TABLE pending (id TEXT PRIMARY KEY) WITHOUT ROWID;
`

func (s *Store) dbPath() string { return filepath.Join(s.opts.Dir, databaseFile) }

const databaseFile = "zhiwen.db"

// dsn names a database for the driver. mode is SQLite's: "rwc" or "ro".
func dsn(path, mode string, immutable bool) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
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
	version, err := s.version(ctx, s.db)
	if err != nil || version == schemaVersion {
		return err
	}
	if s.readOnly {
		if version == 0 {
			return fmt.Errorf("%w: %s was never filled; ingest articles first", ErrNoStore, s.dbPath())
		}
		return fmt.Errorf("%w: %s has format %d and has to be brought to format %d first, which takes permission to write: run zhiwen doctor --repair",
			ErrReadOnly, s.dbPath(), version, schemaVersion)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return s.migrateLocked(ctx)
}

// migrateLocked is migrate for whoever holds the write lock.
func (s *Store) migrateLocked(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int
	// Another process may have been first.
	switch version, err = s.version(ctx, tx); {
	case err != nil || version == schemaVersion:
		return err
	case version == 0:
		_, err = tx.ExecContext(ctx, tables)
	default:
		s.log.Info("the store is brought to a newer format", "from", version, "to", schemaVersion)
		err = s.migrateFirst(ctx, tx)
	}
	if err == nil {
		err = updateStore(ctx, tx, func(*storeRow) error { return nil })
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return err
	}
	return commit(tx)
}

// version reads the format's number. A database with tables but without a
// number, or with an impossible one, is damaged or not ours.
func (s *Store) version(ctx context.Context, q querier) (int, error) {
	var version, tables int
	// In one statement, as another process may be making the tables.
	err := q.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM sqlite_master WHERE name IN ('store', 'articles', 'passages')), (SELECT user_version FROM pragma_user_version)").Scan(&tables, &version)
	if err != nil {
		return 0, err
	}
	switch {
	case version < 0 || version == 0 && tables > 0 || version > 0 && tables < 3:
		return 0, fmt.Errorf("%w: %s has format number %d and %d of the 3 tables of a store; its header is damaged, or it is another program's database; restore a backup (zhiwen restore), or move the folder away and ingest the articles again",
			ErrDamaged, s.dbPath(), version, tables)
	case version > schemaVersion:
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

// anys makes arguments of a query out of strings.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// maxParameters bounds the parameters of one query, which SQLite limits.
const maxParameters = 500
