package index

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mattn/go-sqlite3"

	"zhiwen/rag"
	"zhiwen/rag/index/ingest"
)

// Errors that callers branch on. The errors that the package returns wrap them
// in sentences that say where and what to do.
var (
	// ErrNoStore: the folder holds no store, and it was to be opened read-only.
	ErrNoStore = errors.New("no store")
	// ErrReadOnly: the store cannot be written to.
	ErrReadOnly = errors.New("store is read-only")
	// ErrNewerStore: a newer version of the program wrote the store.
	ErrNewerStore = errors.New("store of a newer version")
	// ErrOtherEmbedder: another embedder made the store's vectors.
	ErrOtherEmbedder = errors.New("store of another embedder")
	// ErrDamaged: the database or an article cannot be read.
	ErrDamaged = rag.ErrDamaged
	// ErrNoCopy: a file is no copy of a store, or a damaged one.
	ErrNoCopy = errors.New("unusable copy")
	// ErrLocked: another process is writing.
	ErrLocked = errors.New("store is locked")
	// ErrVector: a vector of the wrong length, without direction (all zeros),
	// or with entries that are no numbers.
	ErrVector = ingest.ErrVector
	// ErrNoArticle: no article has the ID.
	ErrNoArticle = rag.ErrNoArticle
	// ErrNoEmbedder: the operation needs an embedder and the store was opened
	// without one.
	ErrNoEmbedder = ingest.ErrNoEmbedder

	errClosed = errors.New("store is closed")
)

// NoArticle is the error for an ID that no article has.
func NoArticle(id string) error { return fmt.Errorf("%w: %q", ErrNoArticle, id) }

// DamagedArticle is the error for an article that is not what was ingested.
func DamagedArticle(id, wrong string) error {
	return fmt.Errorf("%w: article %q: %s; run zhiwen doctor --repair", ErrDamaged, id, wrong)
}

// explain puts an error of the database into words that say what to do.
func (s *Store) explain(op string, err error) error {
	if err == nil {
		return nil
	}
	var sq sqlite3.Error
	if errors.As(err, &sq) {
		switch sq.Code {
		case sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrError, sqlite3.ErrMismatch, sqlite3.ErrFormat:
			// A plain error is one of the statement, and ours are right where
			// the description of the tables is.
			return fmt.Errorf("%s: %w: the file %s cannot be read (%v); run zhiwen doctor --repair, restore a backup, or move the folder away and ingest the articles again",
				op, ErrDamaged, s.dbPath(), err)
		case sqlite3.ErrReadonly, sqlite3.ErrPerm:
			return fmt.Errorf("%s: %w: the file %s cannot be written; check the permissions of the file and its folder",
				op, ErrReadOnly, s.dbPath())
		case sqlite3.ErrFull:
			return fmt.Errorf("%s: no space left for %s: %w", op, s.dbPath(), err)
		case sqlite3.ErrBusy:
			return fmt.Errorf("%s: %w: another program is writing to %s; try again when it is done",
				op, ErrLocked, s.dbPath())
		}
	}
	if !strings.Contains(err.Error(), s.opts.Dir) {
		return fmt.Errorf("%s in %s: %w", op, s.opts.Dir, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}
