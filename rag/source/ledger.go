package source

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/rag/fetch"
)

// schema holds what is known of sources. Times are Unix milliseconds, 0 for never;
// articles is a JSON list of IDs.
const schema = `
CREATE TABLE IF NOT EXISTS source_looks (
	name     TEXT PRIMARY KEY,
	looked   INTEGER NOT NULL,
	changed  INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	failures INTEGER NOT NULL,
	problems INTEGER NOT NULL,
	error    TEXT NOT NULL,
	gone     INTEGER NOT NULL,
	articles INTEGER NOT NULL,
	mark     TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source_pages (
	source   TEXT NOT NULL,
	url      TEXT NOT NULL,
	kind     TEXT NOT NULL,
	via      TEXT NOT NULL,
	etag     TEXT NOT NULL,
	modified TEXT NOT NULL,
	stamp    TEXT NOT NULL,
	looked   INTEGER NOT NULL,
	gone     INTEGER NOT NULL,
	failed   INTEGER NOT NULL,
	articles TEXT NOT NULL,
	PRIMARY KEY (source, url)
) WITHOUT ROWID;
`

// State is what is remembered of a source from one look to the next.
type State struct {
	Looked   time.Time // the last look, zero for never
	Changed  time.Time // the last look that found something new, zero for never
	Due      time.Time // when the next one is
	Failures int       // looks in a row that failed
	Problems int       // what could not be read at the last look
	Error    string    // the first of these, "" for none
	Gone     int       // articles kept though their page or file is gone
	Articles int       // held from the source
	Mark     string    // of a folder's Snapshot
}

// Ledger keeps the states of sources and of the pages that they named, in the
// store's database.
type Ledger struct{ db *sql.DB }

// OpenLedger makes the tables where they do not exist yet. The database must be
// open for writing.
func OpenLedger(ctx context.Context, db *sql.DB) (*Ledger, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("create the tables of sources: %w", err)
	}
	return &Ledger{db}, nil
}

// States reads what is known of all sources, by name. A database in which nothing
// was ever followed knows none; it may be open for reading only.
func States(ctx context.Context, db *sql.DB) (map[string]State, error) {
	wrong := func(err error) error { return fmt.Errorf("read the states of sources: %w", err) }
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'source_looks'").Scan(&tables); err != nil {
		return nil, wrong(err)
	}
	out := map[string]State{}
	if tables == 0 {
		return out, nil
	}
	rows, err := db.QueryContext(ctx, "SELECT name, looked, changed, due, failures, problems, error, gone, articles, mark FROM source_looks")
	if err != nil {
		return nil, wrong(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var st State
		var looked, changed, due int64
		if err := rows.Scan(&name, &looked, &changed, &due, &st.Failures, &st.Problems, &st.Error, &st.Gone, &st.Articles, &st.Mark); err != nil {
			return nil, wrong(err)
		}
		st.Looked, st.Changed, st.Due = fromMillis(looked), fromMillis(changed), fromMillis(due)
		out[name] = st
	}
	if err := rows.Err(); err != nil {
		return nil, wrong(err)
	}
	return out, nil
}

// State reads that of one source; the zero value when it was never looked at.
func (l *Ledger) State(ctx context.Context, name string) (State, error) {
	all, err := States(ctx, l.db)
	return all[name], err
}

// Save writes the state of a source.
func (l *Ledger) Save(ctx context.Context, name string, st State) error {
	_, err := l.db.ExecContext(ctx, "INSERT OR REPLACE INTO source_looks (name, looked, changed, due, failures, problems, error, gone, articles, mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		name, millis(st.Looked), millis(st.Changed), millis(st.Due), st.Failures, st.Problems, st.Error, st.Gone, st.Articles, st.Mark)
	if err != nil {
		return fmt.Errorf("save the state of the source %s: %w", name, err)
	}
	return nil
}

// page is what is known of an address that a source named, or of its own.
type page struct {
	url  string
	kind Kind   // KindPage, or that of a list of addresses
	via  string // the list that named it, "" for the source's own address
	fetch.Validators
	stamp    string // of a page, its list's word on its age; of a list, what was chosen from it
	looked   time.Time
	gone     time.Time // since when it is there no more
	failed   bool      // at the last look
	articles []string  // IDs of what is held of it
}

// pages reads those of a source, by address.
func (l *Ledger) pages(ctx context.Context, name string) (map[string]*page, error) {
	wrong := func(err error) error { return fmt.Errorf("read the pages of the source %s: %w", name, err) }
	rows, err := l.db.QueryContext(ctx, "SELECT url, kind, via, etag, modified, stamp, looked, gone, failed, articles FROM source_pages WHERE source = ? ORDER BY url", name)
	if err != nil {
		return nil, wrong(err)
	}
	defer rows.Close()
	out := map[string]*page{}
	for rows.Next() {
		p := &page{}
		var looked, gone int64
		var articles string
		if err := rows.Scan(&p.url, &p.kind, &p.via, &p.ETag, &p.LastModified, &p.stamp, &looked, &gone, &p.failed, &articles); err != nil {
			return nil, wrong(err)
		}
		if err := json.Unmarshal([]byte(articles), &p.articles); err != nil {
			return nil, wrong(err)
		}
		p.looked, p.gone = fromMillis(looked), fromMillis(gone)
		out[p.url] = p
	}
	if err := rows.Err(); err != nil {
		return nil, wrong(err)
	}
	return out, nil
}

// savePages writes pages of a source, all of them or none.
func (l *Ledger) savePages(ctx context.Context, name string, pages []*page) error {
	return l.inOne(ctx, func(tx *sql.Tx) error {
		for _, p := range pages {
			articles, err := json.Marshal(append([]string{}, p.articles...))
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO source_pages (source, url, kind, via, etag, modified, stamp, looked, gone, failed, articles) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				name, p.url, p.kind, p.via, p.ETag, p.LastModified, p.stamp, millis(p.looked), millis(p.gone), p.failed, string(articles))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget drops what is known of pages of a source, whose articles were removed.
func (l *Ledger) Forget(ctx context.Context, name string, urls []string) error {
	return l.inOne(ctx, func(tx *sql.Tx) error {
		for _, u := range urls {
			if _, err := tx.ExecContext(ctx, "DELETE FROM source_pages WHERE source = ? AND url = ?", name, u); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *Ledger) inOne(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err == nil {
		if err = f(tx); err == nil {
			err = tx.Commit()
		} else {
			err = errors.Join(err, tx.Rollback())
		}
	}
	if err != nil {
		return fmt.Errorf("save the pages of a source: %w", err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
