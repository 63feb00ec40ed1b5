package index

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lock takes the store's write lock: first this Store's own, then the one on
// the lock file, which processes take turns on. It waits up to LockWait.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if s.readOnly {
		return nil, s.refuseWrite()
	}
	wait, cancel := context.WithTimeout(ctx, max(s.opts.LockWait, time.Millisecond))
	defer cancel()
	select {
	case s.writing <- struct{}{}:
	case <-wait.Done():
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: this process is already writing to %s", ErrLocked, s.opts.Dir)
	}
	path := filepath.Join(s.opts.Dir, "lock")
	file := flock.New(path)
	ok, err := file.TryLockContext(wait, 50*time.Millisecond)
	if !ok {
		<-s.writing
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && wait.Err() == nil:
			return nil, fmt.Errorf("lock store: %w", err)
		}
		return nil, fmt.Errorf("%w: %s has been writing to %s; wait until it is done, or stop it",
			ErrLocked, holder(path), s.opts.Dir)
	}
	// Best effort: a holder without a name is still a holder.
	_ = os.WriteFile(path, fmt.Appendf(nil, "process %d (%s) since %s\n",
		os.Getpid(), filepath.Base(os.Args[0]), time.Now().Format("2006-01-02 15:04:05")), 0o644)
	return func() {
		_ = os.Truncate(path, 0)
		_ = file.Unlock()
		<-s.writing
	}, nil
}

// tryLock is lock without waiting; ok is false when somebody else writes.
func (s *Store) tryLock() (unlock func(), ok bool) {
	select {
	case s.writing <- struct{}{}:
	default:
		return nil, false
	}
	file := flock.New(filepath.Join(s.opts.Dir, "lock"))
	if ok, err := file.TryLock(); err != nil || !ok {
		<-s.writing
		return nil, false
	}
	return func() { _ = file.Unlock(); <-s.writing }, true
}

func holder(path string) string {
	b, err := os.ReadFile(path)
	if name := strings.TrimSpace(string(b)); err == nil && name != "" {
		return name
	}
	return "another process"
}

// beingWritten tells whether somebody holds the write lock right now.
func (s *Store) beingWritten() bool {
	path := filepath.Join(s.opts.Dir, "lock")
	if !exists(path) {
		return false
	}
	file := flock.New(path, flock.SetFlag(os.O_RDONLY))
	ok, err := file.TryRLock()
	if ok {
		_ = file.Unlock()
	}
	return !ok && err == nil
}
