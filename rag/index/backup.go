package index

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/mattn/go-sqlite3"
)

// These begin the names of backups that are not complete yet, and of what a
// restore works on.
const (
	backupPrefix  = "backup-new-"
	restorePrefix = "restore-new-"
)

// Copy describes a store or the backup of one.
type Copy struct {
	Path       string    `json:"path"`
	Articles   int       `json:"articles"`
	Passages   int       `json:"passages"`
	Generation int64     `json:"generation"` // how many commits it has seen
	LastIngest time.Time `json:"last_ingest"`
	Bytes      int64     `json:"bytes"`
}

func (st storeRow) describe(path string) Copy {
	c := Copy{Path: path, Articles: int(st.articles), Passages: int(st.passages), Generation: st.generation}
	c.LastIngest, _ = time.Parse(time.RFC3339, st.lastIngest)
	if info, err := os.Stat(path); err == nil {
		c.Bytes = info.Size()
	}
	return c
}

// Backup writes the database as it is now into a new file, which appears under
// its name when it is complete and has been compared with its checksums.
// Others read and write meanwhile. What is derived is not part of it.
func (s *Store) Backup(ctx context.Context, path string) (Copy, error) {
	sweepBackups(filepath.Dir(path))
	if exists(path) {
		return Copy{}, fmt.Errorf("back up store: %s: %w; name a file that is not there yet", path, fs.ErrExist)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(path), backupPrefix+"*")
	if err != nil {
		return Copy{}, fmt.Errorf("back up store: %w", err)
	}
	defer os.RemoveAll(tmp)
	inUse := flock.New(filepath.Join(tmp, "lock"))
	if _, err := inUse.TryLock(); err != nil {
		return Copy{}, fmt.Errorf("back up store: %w", err)
	}
	defer inUse.Close()
	part := filepath.Join(tmp, databaseFile)
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return Copy{}, fmt.Errorf("back up store: %w", err)
	}
	f.Close()
	if err := copyDatabase(ctx, s.db, part); err != nil {
		return Copy{}, s.explain("back up store", err)
	}
	done, err := inspect(ctx, part, s.opts)
	if err == nil {
		err = syncFile(part)
	}
	if err == nil {
		err = rename(part, path, "backup")
	}
	if err != nil {
		return Copy{}, fmt.Errorf("back up store: %w", err)
	}
	done.Path = path
	return done, nil
}

// sweepBackups removes what killed backups left in a folder: each that is under
// way holds a lock.
func sweepBackups(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, backupPrefix+"*"))
	for _, path := range left {
		if !exists(filepath.Join(path, "lock")) {
			continue // it may be about to take its lock
		}
		lock := flock.New(filepath.Join(path, "lock"))
		if ok, err := lock.TryLock(); ok && err == nil {
			os.RemoveAll(path)
		}
		lock.Close()
	}
}

// copyDatabase makes the database in a file the same as another one. It takes
// one step, which reads one commit and holds nobody up.
func copyDatabase(ctx context.Context, from *sql.DB, to string) error {
	return rawConn(ctx, from, func(source *sqlite3.SQLiteConn) error {
		target, err := (&sqlite3.SQLiteDriver{}).Open(dsn(to, "rw", false))
		if err != nil {
			return err
		}
		err = copyPages(target, source)
		if err == nil {
			// A backup is one file.
			_, err = target.(*sqlite3.SQLiteConn).Exec("PRAGMA journal_mode = DELETE", nil)
		}
		return errors.Join(err, target.Close())
	})
}

func copyPages(target driver.Conn, source *sqlite3.SQLiteConn) error {
	backup, err := target.(*sqlite3.SQLiteConn).Backup("main", source, "main")
	if err != nil {
		return err
	}
	complete, err := backup.Step(-1)
	err = errors.Join(err, backup.Close())
	if err == nil && !complete {
		err = errors.New("the copy is not complete")
	}
	return err
}

func rawConn(ctx context.Context, db *sql.DB, f func(*sqlite3.SQLiteConn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error { return f(c.(*sqlite3.SQLiteConn)) })
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// inspect reads all of a backup and refuses one that is damaged or cut off.
func inspect(ctx context.Context, path string, o Options) (Copy, error) {
	s := newStore(Options{Dir: filepath.Dir(path), ReadOnly: true, Logger: o.Logger})
	defer s.Close()
	refuse := func(what any) error {
		return fmt.Errorf("%w: %s is no complete and sound copy of a store (%v)", ErrNoCopy, path, what)
	}
	db, err := sql.Open("sqlite3", dsn(path, "ro", true))
	if err != nil {
		return Copy{}, refuse(err)
	}
	s.db = db
	version, err := s.version(ctx, db)
	switch {
	case errors.Is(err, ErrNewerStore):
		return Copy{}, fmt.Errorf("%w: %s was written by a newer program", ErrNewerStore, path)
	case err != nil:
		return Copy{}, refuse(err)
	case version == 0:
		return Copy{}, refuse("it is empty")
	}
	var r CheckReport
	s.checkPages(ctx, db, &r)
	if version < schemaVersion { // without checksums
		if len(r.Problems) > 0 {
			return Copy{}, refuse(r.Problems[0].Text)
		}
		return Copy{Path: path}, ctx.Err()
	}
	st, err := readStore(ctx, db)
	if err != nil {
		return Copy{}, refuse(err)
	}
	roll, whole, err := readRoll(ctx, db, st)
	if err == nil && !whole {
		err = errors.New("its list of articles is damaged")
	}
	if err == nil {
		err = eachArticle(ctx, db, held{roll: roll}.ids(), true, func(id string, rows articleRows, wrong error) error {
			if wrong == nil && rows.checksum != roll[id].checksum {
				wrong = errOtherSum
			}
			for i := range rows.passages {
				if _, err := rows.passages[i].decode(); wrong == nil {
					wrong = err
				}
			}
			if wrong != nil {
				return fmt.Errorf("article %s: %w", id, wrong)
			}
			return nil
		})
	}
	if ctx.Err() != nil {
		return Copy{}, ctx.Err()
	}
	if err != nil {
		return Copy{}, refuse(err)
	}
	if len(r.Problems) > 0 {
		return Copy{}, refuse(r.Problems[0].Text)
	}
	return st.describe(path), nil
}

// ErrHoldsArticles: restoring would replace the articles of a store.
var ErrHoldsArticles = errors.New("the store holds articles already")

// Restore makes the store in a folder the same as a backup, the bots' tables
// included, while others read it; they see it at their next refresh. A backup
// that is not sound is refused, and a store with articles is replaced only if
// replace is set. The store is then opened for writing by whoever needs what is
// derived from it.
func Restore(ctx context.Context, o Options, path string, replace bool) (restored Copy, err error) {
	from, err := inspect(ctx, path, o)
	if err != nil {
		return Copy{}, fmt.Errorf("restore store: %w; nothing in %s was changed", err, o.Dir)
	}
	s := newStore(o)
	defer s.Close()
	if err := s.makeDir(); err != nil {
		return Copy{}, fmt.Errorf("restore store: %w: cannot write to the folder %s: %w", ErrReadOnly, o.Dir, err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return Copy{}, fmt.Errorf("restore store: %w", err)
	}
	defer unlock()
	if err := s.putInPlace(); err != nil {
		return Copy{}, fmt.Errorf("restore store: %w", err)
	}
	last := int64(0)
	for _, v := range folders(o.Dir) {
		last = max(last, v.generation)
	}
	present, err := s.present(ctx)
	switch {
	case err != nil && !replace:
		return Copy{}, fmt.Errorf("restore store: the store in %s is damaged (%w); replace it with --replace: its database is kept beside the new one", o.Dir, err)
	case err != nil:
		if _, err := s.setAside(); err != nil {
			return Copy{}, fmt.Errorf("restore store: %w", err)
		}
		if err := s.makeDir(); err != nil {
			return Copy{}, fmt.Errorf("restore store: %w", err)
		}
		if err := s.connect(ctx); err != nil {
			return Copy{}, s.explain("restore store", err)
		}
	case present.Articles > 0 && !replace:
		return Copy{}, fmt.Errorf("restore store: %w: %s has %d articles, last ingested %s; the backup has %d, last ingested %s%s. To replace them, and the conversations with them, give --replace",
			ErrHoldsArticles, o.Dir, present.Articles, day(present.LastIngest), from.Articles, day(from.LastIngest), older(from, present))
	}
	restored, err = s.replaceWith(ctx, path, max(last, present.Generation))
	if err != nil {
		return Copy{}, s.explain("restore store", err)
	}
	return restored, sweep(o.Dir, version{generation: -1}, true)
}

// replaceWith makes the database the same as a backup, but for a generation
// after last, in one transaction. The caller holds the write lock.
func (s *Store) replaceWith(ctx context.Context, backup string, last int64) (done Copy, err error) {
	dir, err := os.MkdirTemp(s.opts.Dir, restorePrefix+"*")
	if err != nil {
		return done, err
	}
	defer os.RemoveAll(dir)
	fresh := newStore(Options{Dir: dir, Logger: s.log})
	defer fresh.Close()
	if err := fresh.connect(ctx); err != nil {
		return done, err
	}
	source, err := sql.Open("sqlite3", dsn(backup, "ro", true))
	if err != nil {
		return done, err
	}
	defer source.Close()
	copyAll := func(from, to *sql.DB) error {
		return rawConn(ctx, from, func(from *sqlite3.SQLiteConn) error {
			return rawConn(ctx, to, func(to *sqlite3.SQLiteConn) error { return copyPages(to, from) })
		})
	}
	if err := copyAll(source, fresh.db); err != nil {
		return done, err
	}
	if err := fresh.migrateLocked(ctx); err != nil {
		return done, err
	}
	// Those who have the store open must see that it changed.
	err = fresh.update(ctx, func(_ *sql.Tx, st *storeRow) error {
		st.generation = max(st.generation, last) + 1
		done = st.describe(s.dbPath())
		return nil
	})
	if err == nil {
		err = pass("restore")
	}
	if err == nil {
		err = copyAll(fresh.db, s.db)
	}
	if err == nil {
		err = pass("restore, done")
	}
	if err == nil {
		// The file itself may still be empty: the pages are in the log.
		err = s.db.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&done.Bytes)
	}
	return done, err
}

// present connects to the database and describes it, if there is one.
func (s *Store) present(ctx context.Context) (Copy, error) {
	if err := s.connect(ctx); err != nil {
		return Copy{}, err
	}
	version, err := s.version(ctx, s.db)
	if err != nil || version == 0 {
		return Copy{}, err
	}
	if version < schemaVersion {
		n := 0
		err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM articles").Scan(&n)
		return Copy{Articles: n}, err
	}
	st, err := readStore(ctx, s.db)
	return st.describe(s.dbPath()), err
}

// setAside closes a damaged database and gives it another name.
func (s *Store) setAside() (kept string, err error) {
	if s.db != nil {
		s.db.Close()
		s.db = nil
	}
	kept = s.dbPath() + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	for _, suffix := range []string{"", "-wal"} {
		if !exists(s.dbPath() + suffix) {
			continue
		}
		if err := rename(s.dbPath()+suffix, kept+suffix, "aside"); err != nil {
			return "", err
		}
		s.log.Warn("a part of the damaged database is kept", "file", kept+suffix)
	}
	os.Remove(s.dbPath() + "-shm")
	return kept, nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format(time.DateTime)
}

func older(backup, present Copy) string {
	if backup.Generation < present.Generation {
		return " and is older"
	}
	return ""
}
