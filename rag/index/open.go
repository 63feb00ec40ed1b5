package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3" // and the driver "sqlite3"

	"zhiwen/rag/index/cache"
	"zhiwen/rag/index/ingest"
)

// Embedder turns texts into vectors. Its vectors all have one length.
type Embedder = ingest.Embedder

// EmbedderInfo names an embedder. Two embedders whose vectors may not be mixed
// differ in at least one field.
type EmbedderInfo struct {
	Provider, Model string
	Dimension       int
	// Fingerprint is a digest of what makes the vectors: weights, pooling,
	// instruction. It decides alone when both sides have one.
	Fingerprint string
}

// String is the embedder's name for people.
func (i EmbedderInfo) String() string {
	if i == (EmbedderInfo{}) {
		return "none"
	}
	return fmt.Sprintf("%s/%s (%d dimensions)", i.Provider, i.Model, i.Dimension)
}

// Same tells whether the vectors of the two may be mixed.
func (i EmbedderInfo) Same(j EmbedderInfo) bool {
	if i.Dimension != 0 && j.Dimension != 0 && i.Dimension != j.Dimension {
		return false
	}
	if i.Fingerprint != "" && j.Fingerprint != "" {
		return i.Fingerprint == j.Fingerprint
	}
	return i.Provider == j.Provider && i.Model == j.Model
}

// Options of Open. Only Dir is required.
type Options struct {
	// Dir is the store's folder. It is made when absent, unless ReadOnly.
	Dir string
	// Embedder is needed to add articles and by the langchaingo adapters.
	Embedder Embedder
	// EmbedderInfo names Embedder. A store that another one filled is refused
	// with ErrOtherEmbedder. Zero: accept whatever filled the store.
	EmbedderInfo EmbedderInfo
	// Reindex accepts a store of another embedder: its vectors are dropped,
	// and the next Add embeds its articles anew, those in the store included.
	Reindex bool
	// ReadOnly opens an existing store and writes nothing, not even a
	// derived index that is missing.
	ReadOnly bool
	// Logger is told of repairs. Nil: silent.
	Logger *slog.Logger
	// Segment cuts a text into words at ingest. Nil: the dictionary of
	// zhtext, loaded when first needed and dropped after each Add.
	Segment func(text string) []string
	// LockWait is how long a writer waits for another process to finish.
	// Zero: 10 seconds. Negative: not at all.
	LockWait time.Duration
}

// Store is an open collection. All methods are safe for concurrent use.
type Store struct {
	opts     Options
	log      *slog.Logger
	db       *sql.DB
	readOnly bool // asked for, or all that the folder permits

	writing    chan struct{} // holds a token while this Store writes
	refreshing sync.Mutex    // held while a refresh is prepared

	mu       sync.RWMutex // guards what follows
	held     held
	derived  *derived // nil: no passages
	closed   bool
	embedder EmbedderInfo // of the vectors in the store

	cache cache.Cache[*entry]
	state condition
}

// Open opens the store in a folder, and makes it when there is none.
//
// A folder that cannot be written to is opened for reading. A damaged
// database gives ErrDamaged, one of a newer program ErrNewerStore, one that
// another embedder filled ErrOtherEmbedder.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Dir == "" {
		return nil, errors.New("open store: no folder given")
	}
	s := newStore(o)
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, s.explain("open store", err)
	}
	return s, nil
}

func newStore(o Options) *Store {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.LockWait == 0 {
		o.LockWait = 10 * time.Second
	}
	return &Store{opts: o, log: o.Logger, readOnly: o.ReadOnly, writing: make(chan struct{}, 1), cache: cache.Cache[*entry]{Bytes: cacheBytes}}
}

func (s *Store) open(ctx context.Context) error {
	if !s.readOnly && exists(s.repairedPath()) {
		unlock, err := s.lock(ctx)
		if err != nil {
			return err
		}
		err = s.putInPlace()
		unlock()
		if err != nil {
			return err
		}
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	s.state.file, _ = os.Stat(s.dbPath())
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.checkEmbedder(ctx); err != nil {
		return err
	}
	if _, err := s.refresh(ctx, false); err != nil {
		return err
	}
	s.tidy()
	return nil
}

// tidy removes what killed processes left behind, unless somebody is writing.
func (s *Store) tidy() {
	if s.readOnly || len(leftovers(s.opts.Dir)) == 0 {
		return
	}
	unlock, ok := s.tryLock()
	if !ok {
		return
	}
	defer unlock()
	if err := sweep(s.opts.Dir, s.held.version, false); err != nil {
		s.log.Warn("leftovers were not removed", "error", err)
	}
}

// connect opens the database in the best mode that the folder permits.
func (s *Store) connect(ctx context.Context) error {
	if !s.readOnly {
		switch err := s.makeDir(); {
		case err == nil:
		case exists(s.dbPath()):
			s.log.Warn("the store's folder cannot be written to; opened for reading", "dir", s.opts.Dir, "error", err)
			s.readOnly = true
		default:
			return fmt.Errorf("%w: cannot make a store in the folder %s: %w", ErrReadOnly, s.opts.Dir, err)
		}
	}
	if s.readOnly && !exists(s.dbPath()) {
		return fmt.Errorf("%w in the folder %s: ingest articles first (zhiwen ingest FOLDER, or zhiwen ingest --shipped)", ErrNoStore, s.opts.Dir)
	}
	if !s.readOnly {
		return s.try(ctx, dsn(s.dbPath(), "rwc", false))
	}
	// A WAL database can be read only with its shared-memory file, which
	// cannot be made in a folder without permission to write. With nothing
	// left in the log the database file alone is the whole truth.
	err := s.try(ctx, dsn(s.dbPath(), "ro", false))
	if err != nil && empty(s.dbPath()+"-wal") {
		err = s.try(ctx, dsn(s.dbPath(), "ro", true))
	}
	return err
}

// makeDir makes the folder and proves that files can be made in it.
func (s *Store) makeDir() error {
	if err := os.MkdirAll(s.opts.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.opts.Dir, "probe-*")
	if err != nil {
		return err
	}
	f.Close()
	// Another process that opens the store may have swept it away.
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !exists(s.dbPath()) {
		if exists(s.repairedPath()) {
			return nil // it takes its place under the lock
		}
		// SQLite would let everybody read the database; the files that it puts
		// beside it have the permissions of this one.
		db, err := os.OpenFile(s.dbPath(), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		return db.Close()
	}
	// SQLite would open a file without write permission for reading and fail
	// at the first commit only.
	db, err := os.OpenFile(s.dbPath(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return db.Close()
}

func (s *Store) try(ctx context.Context, dsn string) error {
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return err
	}
	s.db = db
	var tables int
	for began := time.Now(); ; {
		err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables)
		if err == nil {
			return nil
		}
		// Switching a new database to WAL is refused at once while another process
		// does the same, whatever busy_timeout says.
		var sq sqlite3.Error
		if errors.As(err, &sq) && sq.Code == sqlite3.ErrBusy && ctx.Err() == nil && time.Since(began) < s.opts.LockWait {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		db.Close()
		s.db = nil
		return err
	}
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func empty(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Size() == 0
}

// checkEmbedder compares the embedder with the one that filled the store.
func (s *Store) checkEmbedder(ctx context.Context) error {
	st, err := readStore(ctx, s.db)
	if err != nil {
		return err
	}
	have, want := st.embedder, s.opts.EmbedderInfo
	s.embedder = have
	if st.articles == 0 || have == (EmbedderInfo{}) || want == (EmbedderInfo{}) || have.Same(want) {
		return nil
	}
	if !s.opts.Reindex {
		return fmt.Errorf("%w: the vectors in %s were made by %s and the configured embedder is %s; configure that one again, or re-index the store with the new one (zhiwen ingest --reindex)",
			ErrOtherEmbedder, s.opts.Dir, have, want)
	}
	return s.dropVectors(ctx)
}

// dropVectors makes a store that another embedder filled wait for this one.
func (s *Store) dropVectors(ctx context.Context) error {
	if s.readOnly {
		return fmt.Errorf("re-index: %w", s.refuseWrite())
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	err = s.commit(ctx, func(tx *sql.Tx, st *storeRow) error {
		for _, q := range []string{
			"UPDATE passages SET vector = NULL, text_key = '', vector_checksum = 0",
			fmt.Sprintf("UPDATE articles SET digest = '', generation = %d", st.generation),
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		st.embedder = EmbedderInfo{}
		return recount(ctx, tx, st)
	})
	s.embedder = EmbedderInfo{}
	return err
}

// DB is the store's database, for tables of the bot's own (conversations,
// feedback). Transactions begun on it take SQLite's writer lock.
func (s *Store) DB() *sql.DB { return s.db }

// ReadOnly tells whether the store refuses to be written to.
func (s *Store) ReadOnly() bool { return s.readOnly }

// Close releases the store's files. Calls after the first do nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	if s.derived != nil {
		errs = append(errs, s.derived.close())
		s.derived = nil
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}

func (s *Store) refuseWrite() error {
	if s.opts.ReadOnly {
		return fmt.Errorf("%w: %s was opened for reading", ErrReadOnly, s.opts.Dir)
	}
	return fmt.Errorf("%w: the folder %s or the database in it cannot be written to; check their permissions, or choose another store folder",
		ErrReadOnly, s.opts.Dir)
}
