package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// RepairReport says what Repair did.
type RepairReport struct {
	Done []string `json:"done"` // sentences
	// Missing are articles that were damaged or had gone, and are to be
	// ingested again; until then the store names them as pending.
	Missing []Problem `json:"missing"`
	// Embed says that articles wait for an embedder: the next Add does it.
	Embed bool `json:"-"`
}

func (r *RepairReport) did(format string, args ...any) {
	r.Done = append(r.Done, fmt.Sprintf(format, args...))
}

// Repair mends what Check found as far as the store alone allows it. Articles
// that are damaged are taken out and put down as pending; a database that
// SQLite cannot read throughout is kept beside the new one, into which all that
// is sound is copied; what is derived is made anew. Nobody may write meanwhile.
func Repair(ctx context.Context, o Options) (RepairReport, error) {
	r := RepairReport{Done: []string{}, Missing: []Problem{}}
	s := newStore(o)
	defer s.Close()
	if !exists(s.dbPath()) && !exists(s.repairedPath()) {
		return r, fmt.Errorf("repair store: %w in the folder %s", ErrNoStore, o.Dir)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return r, fmt.Errorf("repair store: %w", err)
	}
	defer unlock()
	if err := s.putInPlace(); err != nil {
		return r, fmt.Errorf("repair store: %w", err)
	}
	if err := s.repairDatabase(ctx, &r); err != nil {
		return r, s.explain("repair store", err)
	}
	if err := s.repairRows(ctx, &r); err != nil {
		return r, s.explain("repair store", err)
	}
	if n := len(leftovers(o.Dir)); n > 0 {
		r.did("%s removed", number(n, "leftover of a killed process was", "leftovers of killed processes were"))
	}
	if open := s.openToOthers(); len(open) > 0 {
		for _, path := range open {
			err = errors.Join(err, os.Chmod(path, 0o600))
		}
		err = errors.Join(err, os.Chmod(o.Dir, 0o700))
		r.did("the store's files can be read by their owner only")
	}
	// What is derived is made anew, whatever state it is in.
	err = errors.Join(err, sweep(o.Dir, version{generation: -1}, true))
	r.did("the index is built anew")
	return r, err
}

// repairDatabase opens the database, or makes a new one out of what can be read
// of it.
func (s *Store) repairDatabase(ctx context.Context, r *RepairReport) error {
	err := s.connect(ctx)
	if err == nil {
		var lines []string
		lines, err = column(ctx, s.db, "PRAGMA integrity_check(1)")
		if err == nil && len(lines) == 1 && lines[0] == "ok" {
			return s.migrateLocked(ctx)
		}
		// Indexes can be made anew where they are.
		if _, err = s.db.ExecContext(ctx, "REINDEX"); err == nil {
			if lines, err = column(ctx, s.db, "PRAGMA integrity_check(1)"); err == nil && len(lines) == 1 && lines[0] == "ok" {
				r.did("SQLite's indexes were made anew")
				return s.migrateLocked(ctx)
			}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.salvage(ctx, r)
}

// salvage copies what is sound into a new database and puts it in the place of
// the damaged one, which is kept.
func (s *Store) salvage(ctx context.Context, r *RepairReport) error {
	dir, err := os.MkdirTemp(s.opts.Dir, repairPrefix+"*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fresh := newStore(Options{Dir: dir, Logger: s.log, LockWait: s.opts.LockWait})
	defer fresh.Close()
	if err := fresh.connect(ctx); err != nil {
		return err
	}
	if err := fresh.migrate(ctx); err != nil {
		return err
	}
	if s.db != nil {
		if err := s.copySound(ctx, fresh, r); err != nil {
			return err
		}
	}
	if _, err := fresh.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return err
	}
	if err := fresh.db.Close(); err != nil {
		return err
	}
	fresh.db = nil
	if err := syncFile(fresh.dbPath()); err != nil {
		return err
	}
	if err := rename(fresh.dbPath(), s.repairedPath(), "repaired"); err != nil {
		return err
	}
	kept, err := s.setAside()
	if err != nil {
		return err
	}
	if err := s.putInPlace(); err != nil {
		return err
	}
	r.did("the database could not be read throughout; what is sound was copied into a new one, and the damaged one kept as %s", kept)
	return s.connect(ctx)
}

// repairPrefix begins the names of folders that a repair works in.
const repairPrefix = "repair-new-"

// repairedPath is where a complete new database waits until the damaged one
// has been set aside.
func (s *Store) repairedPath() string { return s.dbPath() + ".repaired" }

// putInPlace ends a replacement that was killed or is under way: if the damaged
// database has been set aside the new one takes its place, otherwise nothing has
// happened yet. The caller holds the write lock.
func (s *Store) putInPlace() error {
	if !exists(s.repairedPath()) {
		return nil
	}
	if exists(s.dbPath()) {
		return os.Remove(s.repairedPath())
	}
	if _, err := s.setAside(); err != nil { // the log of the damaged one, at most
		return err
	}
	return rename(s.repairedPath(), s.dbPath(), "repaired in place")
}

// copySound copies all sound articles and all readable rows of the bots' tables.
func (s *Store) copySound(ctx context.Context, to *Store, r *RepairReport) error {
	ids := map[string]bool{}
	for _, order := range []string{"NOT INDEXED", "INDEXED BY articles_roll", "NOT INDEXED ORDER BY rowid DESC"} {
		// Each stops at the first damaged page; together they reach further.
		some, _ := column(ctx, s.db, "SELECT id FROM articles "+order)
		for _, id := range some {
			ids[id] = true
		}
	}
	for _, v := range folders(s.opts.Dir) {
		for id := range s.articlesIn(v) {
			ids[id] = true
		}
	}
	old, _, _ := readStoreUnchecked(ctx, s.db)
	err := to.commit(ctx, func(tx *sql.Tx, st *storeRow) error {
		st.embedder, st.lastIngest = old.embedder, old.lastIngest
		st.generation = max(st.generation, old.generation) + 1
		return eachArticle(ctx, s.db, slices.Sorted(maps.Keys(ids)), true, func(id string, rows articleRows, wrong error) error {
			if wrong != nil {
				r.Missing = append(r.Missing, Problem{Kind: ProblemArticle, Article: id, Path: rows.path, Text: wrong.Error(), Remedy: remedyIngest})
				_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO pending (id) VALUES (?)", id)
				return err
			}
			for i := range rows.passages {
				if p := &rows.passages[i]; p.vectorSum() != p.vectorChecksum {
					p.vector, p.vectorChecksum = nil, 0
				}
			}
			var digest string
			if err := s.db.QueryRowContext(ctx, "SELECT digest FROM articles WHERE id = ?", id).Scan(&digest); err != nil || rows.withoutVector() > 0 {
				digest, r.Embed = "", true
			}
			return writeArticle(ctx, tx, st, &rows, digest)
		})
	})
	if err != nil {
		return err
	}
	return s.copyOthers(ctx, to, r)
}

// others are the tables that are not the store's own: those of the bots, and of
// the sources that are followed.
const others = "(name LIKE 'bot!_%' ESCAPE '!' OR name LIKE 'source!_%' ESCAPE '!')"

// copyOthers copies the tables that are not the store's own.
func (s *Store) copyOthers(ctx context.Context, to *Store, r *RepairReport) error {
	statements, err := column(ctx, s.db, "SELECT sql FROM sqlite_master WHERE "+others+" AND sql IS NOT NULL ORDER BY type DESC")
	if err != nil {
		r.did("the conversations and the memory of sources could not be read: %v", err)
		return nil
	}
	for _, statement := range statements {
		if _, err := to.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	names, err := column(ctx, s.db, "SELECT name FROM sqlite_master WHERE type = 'table' AND "+others)
	if err != nil {
		return err
	}
	for _, name := range names {
		if n, err := copyTable(ctx, s.db, to.db, name); err != nil {
			r.did("%d rows of the table %s were copied before it could not be read: %v", n, name, err)
		}
	}
	return ctx.Err()
}

func copyTable(ctx context.Context, from, to *sql.DB, name string) (n int, err error) {
	quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+quoted)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	tx, err := to.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err = rows.Scan(into...); err != nil {
			break
		}
		if _, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO "+quoted+" VALUES ("+placeholders(len(values))+")", values...); err != nil {
			break
		}
		n++
	}
	return n, errors.Join(err, rows.Err(), tx.Commit())
}

// repairRows takes damaged articles out, marks those without vectors, and makes
// the store's row and the list of articles agree with what is there.
func (s *Store) repairRows(ctx context.Context, r *RepairReport) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	st, sum, err := readStoreUnchecked(ctx, tx)
	if err != nil {
		return err
	}
	before := st
	if sum != st.sum() {
		r.did("the row that describes the store was written anew; check with zhiwen status that it names the right embedding model")
	}
	// The highest generation that is known, so that nothing derived is ever
	// taken for a newer one.
	for _, v := range folders(s.opts.Dir) {
		st.generation = max(st.generation, v.generation)
	}
	if err := tx.QueryRowContext(ctx, "SELECT max(?, coalesce(max(generation), 0)) FROM articles", st.generation).Scan(&st.generation); err != nil {
		return err
	}
	st.generation++
	if _, err := tx.ExecContext(ctx, "REINDEX articles"); err != nil {
		return err
	}
	ids, err := column(ctx, tx, "SELECT id FROM articles NOT INDEXED")
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(ids))
	var waiting []string
	err = eachArticle(ctx, tx, ids, true, func(id string, rows articleRows, wrong error) error {
		there[id] = wrong == nil
		if wrong != nil {
			r.Missing = append(r.Missing, Problem{Kind: ProblemArticle, Article: id, Path: rows.path, Text: wrong.Error(), Remedy: remedyIngest})
		} else if rows.withoutVector() > 0 {
			waiting = append(waiting, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range folders(s.opts.Dir) {
		if v.generation < before.generation {
			continue
		}
		for id := range s.articlesIn(v) {
			if _, known := there[id]; !known {
				there[id] = false
				r.Missing = append(r.Missing, Problem{Kind: ProblemPending, Article: id, Text: "it is in an index and not in the database", Remedy: remedyIngest})
			}
		}
	}
	for _, m := range r.Missing {
		for _, q := range []string{"DELETE FROM articles WHERE id = ?", "INSERT OR IGNORE INTO pending (id) VALUES (?)"} {
			if _, err := tx.ExecContext(ctx, q, m.Article); err != nil {
				return err
			}
		}
	}
	for _, id := range waiting {
		_, err := tx.ExecContext(ctx, "UPDATE passages SET vector = NULL, vector_checksum = 0, text_key = '' WHERE article_id = ?", id)
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE articles SET digest = '', generation = ? WHERE id = ?", st.generation, id)
		}
		if err != nil {
			return err
		}
	}
	r.Embed = r.Embed || len(waiting) > 0
	if _, err := tx.ExecContext(ctx, "DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)"); err != nil {
		return err
	}
	if err := recount(ctx, tx, &st); err != nil {
		return err
	}
	if st.articles != before.articles || st.passages != before.passages || st.contents != before.contents {
		r.did("the list of articles was written anew: %s", number(int(st.articles), "article", "articles"))
	}
	if n := len(r.Missing); n > 0 {
		r.did("%s taken out and noted as missing", number(n, "damaged article was", "damaged articles were"))
	}
	if err := writeStore(ctx, tx, st); err != nil {
		return err
	}
	return commit(tx)
}

// articlesIn returns the IDs of the articles in a folder.
func (s *Store) articlesIn(v version) map[string]bool {
	out := map[string]bool{}
	d, err := openDerived(s.opts.Dir, v)
	if err != nil {
		s.log.Warn("an index cannot be read", "error", err)
		return out
	}
	defer d.close()
	for _, segment := range d.vectors.segments {
		for row := range segment.count {
			if !segment.gone[row] {
				out[articleOf(segment.id(row))] = true
			}
		}
	}
	return out
}
