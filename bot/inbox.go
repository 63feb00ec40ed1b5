package bot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// State is how far an inbox entry has come.
type State string

// An entry goes from queued to working to posting to done. Whatever is not
// done when the process dies is queued again by [Inbox.Resume].
const (
	StateQueued  State = "queued"
	StateWorking State = "working"
	// StatePosting says that the reply is settled and stored with the entry:
	// it may already be visible, in part or in whole.
	StatePosting State = "posting"
	StateDone    State = "done"
)

// minKeep is how long keys of finished entries are kept at least: chat
// services deliver an event again for up to an hour.
const minKeep = time.Hour

// ErrInboxFull says that too many questions wait already.
var ErrInboxFull = errors.New("too many questions are waiting")

// Entry is a question that was received.
type Entry struct {
	// Key tells deliveries of the same question apart from other questions,
	// for example team/channel/timestamp.
	Key string
	// Thread names the conversation; its questions are answered in order.
	Thread string
	User   string
	// Surface is where it was asked, for logs: "dm", "mention", "slash".
	Surface string
	Text    string
	// Payload is the adapter's own note of how to answer.
	Payload []byte
	// Asked is when the user sent it; it orders the questions of a thread.
	Asked    time.Time
	Received time.Time
	State    State
	// Attempts counts how often work on it has begun.
	Attempts int
	// Stream names a visible message that is still being written, if any.
	Stream string
	// Reply is the settled reply in the adapter's own form, from posting on.
	Reply []byte
	// Join makes the bot a participant of the thread.
	Join bool
}

// InboxOptions bounds an inbox. Zero values mean the defaults.
type InboxOptions struct {
	// Backlog is how many unfinished questions are accepted; 0 means 1000.
	Backlog int
	// Owner names this process among those that might use the same database:
	// see [NewOwner]. "" leaves everything to everybody.
	Owner string
	// Lease is for how long a claim on the inbox holds when it is not renewed;
	// 0 means 30 s.
	Lease time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Inbox remembers every question from the moment it was received until it is
// answered, in the database. It is safe for concurrent use.
type Inbox struct {
	db      *sql.DB
	backlog int
	owner   string
	lease   time.Duration
	now     func() time.Time

	mu      sync.Mutex
	pending []*insertion
	leading bool
}

type insertion struct {
	entry Entry
	added bool
	err   error
	done  chan struct{}
}

// NewInbox works on a database that [Migrate] has prepared.
func NewInbox(db *sql.DB, opts InboxOptions) *Inbox {
	if opts.Backlog <= 0 {
		opts.Backlog = 1000
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Lease <= 0 {
		opts.Lease = 30 * time.Second
	}
	return &Inbox{db: db, backlog: opts.Backlog, owner: opts.Owner, lease: opts.Lease, now: opts.Now}
}

// Add stores an entry and returns once it is committed. It reports false when
// an entry with the same key was there before: a repeated delivery. An entry
// in [StateDone] only reserves its key. ErrInboxFull is returned when the
// backlog is used up.
//
// Calls that come at the same time share one transaction, so that a burst of
// deliveries costs a few commits and not hundreds.
func (b *Inbox) Add(ctx context.Context, e Entry) (bool, error) {
	in := &insertion{entry: e, done: make(chan struct{})}
	b.mu.Lock()
	b.pending = append(b.pending, in)
	lead := !b.leading
	b.leading = true
	b.mu.Unlock()
	if lead {
		go b.flush()
	}
	select {
	case <-in.done:
		return in.added, in.err
	case <-ctx.Done():
		// It may still be stored: the delivery will be repeated and recognised.
		return false, ctx.Err()
	}
}

// flush commits what is pending until nothing is.
func (b *Inbox) flush() {
	for {
		b.mu.Lock()
		batch := b.pending
		b.pending = nil
		if len(batch) == 0 {
			b.leading = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		err := b.insert(batch)
		for _, in := range batch {
			if err != nil {
				in.added, in.err = false, err
			}
			close(in.done)
		}
	}
}

func (b *Inbox) insert(batch []*insertion) error {
	// The batch belongs to several callers: none of their contexts may end it.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store the question: %w", err)
	}
	defer tx.Rollback()
	now := b.now().UnixMilli()
	var waiting int
	// Writing first takes the write lock at once instead of upgrading later.
	if _, err := tx.ExecContext(ctx, `DELETE FROM bot_once WHERE key = ''`); err != nil {
		return fmt.Errorf("store the question: %w", err)
	}
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM bot_inbox WHERE state <> 'done'`).Scan(&waiting); err != nil {
		return fmt.Errorf("store the question: %w", err)
	}
	for _, in := range batch {
		e := in.entry
		if e.State == "" {
			e.State = StateQueued
		}
		if e.Received.IsZero() {
			e.Received = b.now()
		}
		if e.Asked.IsZero() {
			e.Asked = e.Received
		}
		if e.State == StateDone {
			e.Text, e.Payload = "", nil // only the key is wanted
		}
		if e.Payload == nil {
			e.Payload = []byte{}
		}
		if e.State != StateDone && waiting >= b.backlog {
			var known bool
			if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM bot_inbox WHERE key = ?)`, e.Key).Scan(&known); err != nil {
				return fmt.Errorf("store the question: %w", err)
			}
			if !known {
				in.err = ErrInboxFull
			}
			continue
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO bot_inbox
			(key, thread, user, surface, text, payload, state, asked, received, changed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
			e.Key, e.Thread, e.User, e.Surface, e.Text, e.Payload, e.State,
			e.Asked.UnixMicro(), e.Received.UnixMilli(), now)
		if err != nil {
			return fmt.Errorf("store the question: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("store the question: %w", err)
		}
		in.added = n == 1
		if in.added && e.State != StateDone {
			waiting++
		}
		if e.Join {
			if err := join(ctx, tx, e.Thread, now); err != nil {
				return err
			}
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store the question: %w", err)
	}
	return nil
}

// Waiting lists the queued entries in the order in which they were asked,
// with Key, Thread, User, Asked and Received only.
func (b *Inbox) Waiting(ctx context.Context) ([]Entry, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT key, thread, user, asked, received FROM bot_inbox WHERE state = 'queued' ORDER BY asked, seq`)
	if err != nil {
		return nil, fmt.Errorf("list waiting questions: %w", err)
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		e := Entry{State: StateQueued}
		var asked, received int64
		if err := rows.Scan(&e.Key, &e.Thread, &e.User, &asked, &received); err != nil {
			return nil, fmt.Errorf("list waiting questions: %w", err)
		}
		e.Asked, e.Received = time.UnixMicro(asked), time.UnixMilli(received)
		out = append(out, e)
	}
	return out, rows.Err()
}

// Get returns the entry with the key, or sql.ErrNoRows.
func (b *Inbox) Get(ctx context.Context, key string) (Entry, error) {
	var e Entry
	var asked, received int64
	err := b.db.QueryRowContext(ctx, `SELECT key, thread, user, surface, text, payload, state, asked, received, attempts, stream, reply
		FROM bot_inbox WHERE key = ?`, key).Scan(&e.Key, &e.Thread, &e.User, &e.Surface, &e.Text, &e.Payload, &e.State,
		&asked, &received, &e.Attempts, &e.Stream, &e.Reply)
	if err != nil {
		return Entry{}, fmt.Errorf("read question %s: %w", key, err)
	}
	e.Asked, e.Received = time.UnixMicro(asked), time.UnixMilli(received)
	return e, nil
}

// Start takes a queued entry into work and returns it as it is now, after
// edits. It reports false when the entry is no longer queued, or the inbox no
// longer ours.
func (b *Inbox) Start(ctx context.Context, key string) (Entry, bool, error) {
	ok, err := b.change(ctx, `UPDATE bot_inbox SET state = 'working', attempts = attempts + 1, changed = ?1
		WHERE key = ?2 AND state = 'queued' AND `+ours("?3"), key, b.owner)
	if err != nil || !ok {
		return Entry{}, false, err
	}
	e, err := b.Get(ctx, key)
	return e, err == nil, err
}

// Streaming notes the visible message that is being written for an entry, so
// that a later start can find it; "" when there is none any more.
func (b *Inbox) Streaming(ctx context.Context, key, message string) error {
	_, err := b.change(ctx, `UPDATE bot_inbox SET stream = ?2, changed = ?1 WHERE key = ?3 AND `+ours("?4"), message, key, b.owner)
	return err
}

// Posting settles the reply of an entry before any of it becomes visible. It
// reports false when the entry's text is no longer the one that the reply
// answers, or the inbox no longer ours.
func (b *Inbox) Posting(ctx context.Context, key, text string, reply []byte) (bool, error) {
	return b.change(ctx, `UPDATE bot_inbox SET state = 'posting', reply = ?2, changed = ?1
		WHERE key = ?3 AND state <> 'done' AND text = ?4 AND `+ours("?5"), reply, key, text, b.owner)
}

// Done finishes an entry. Posted names the message that answers it, outcome
// says how it ended ("answered", "refused", "stopped", "deleted", …).
func (b *Inbox) Done(ctx context.Context, key, posted, outcome string) error {
	_, err := b.change(ctx, `UPDATE bot_inbox SET state = 'done', posted = ?2, outcome = ?3, stream = '', reply = NULL, text = '', payload = x'', changed = ?1
		WHERE key = ?4 AND `+ours("?5"), posted, outcome, key, b.owner)
	return err
}

// Requeue gives an unfinished entry back: it keeps its place and its reply.
func (b *Inbox) Requeue(ctx context.Context, key string) error {
	_, err := b.change(ctx, `UPDATE bot_inbox SET state = 'queued', changed = ?1 WHERE key = ?2 AND state IN ('working', 'posting') AND `+ours("?3"), key, b.owner)
	return err
}

// Release gives an entry back whose work was interrupted by the end of the
// process and not by anything about it: however often that happens, it counts
// as one attempt.
func (b *Inbox) Release(ctx context.Context, key string) error {
	_, err := b.change(ctx, `UPDATE bot_inbox SET state = 'queued', attempts = min(attempts, 1), changed = ?1
		WHERE key = ?2 AND state IN ('working', 'posting') AND `+ours("?3"), key, b.owner)
	return err
}

// Forget drops a finished entry, so that the same may be asked for again.
func (b *Inbox) Forget(ctx context.Context, key string) error {
	if _, err := b.db.ExecContext(ctx, `DELETE FROM bot_inbox WHERE key = ? AND state = 'done'`, key); err != nil {
		return fmt.Errorf("forget a question: %w", err)
	}
	return nil
}

// Edit replaces the text of an entry whose reply is not settled yet. It returns
// the entry's state, "" when nothing was replaced: too late, or no other text.
// Work that has begun on the old text is the caller's to end.
func (b *Inbox) Edit(ctx context.Context, key, text string) (State, error) {
	var state State
	err := b.db.QueryRowContext(ctx, `UPDATE bot_inbox SET text = ?2, changed = ?1
		WHERE key = ?3 AND state IN ('queued', 'working') AND reply IS NULL AND text <> ?2 RETURNING state`,
		b.now().UnixMilli(), text, key).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("edit the question: %w", err)
	}
	return state, nil
}

// Withdraw finishes an entry that is still queued and reports whether it was.
func (b *Inbox) Withdraw(ctx context.Context, key, outcome string) (bool, error) {
	return b.change(ctx, `UPDATE bot_inbox SET state = 'done', outcome = ?2, text = '', payload = x'', changed = ?1 WHERE key = ?3 AND state = 'queued'`, outcome, key)
}

// WithdrawThread finishes what is still queued of a thread and returns the keys.
func (b *Inbox) WithdrawThread(ctx context.Context, thread, outcome string) ([]string, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT key FROM bot_inbox WHERE thread = ? AND state = 'queued' ORDER BY asked, seq`, thread)
	if err != nil {
		return nil, fmt.Errorf("withdraw questions: %w", err)
	}
	keys, err := scanKeys(rows)
	if err != nil {
		return nil, fmt.Errorf("withdraw questions: %w", err)
	}
	var gone []string
	for _, key := range keys {
		ok, err := b.Withdraw(ctx, key, outcome)
		if err != nil {
			return gone, err
		}
		if ok {
			gone = append(gone, key)
		}
	}
	return gone, nil
}

// scanKeys reads rows of one key each.
func scanKeys(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var keys []string
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// Resume queues again what a former process left unfinished and returns those
// entries.
func (b *Inbox) Resume(ctx context.Context) ([]Entry, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT key FROM bot_inbox WHERE state IN ('working', 'posting') ORDER BY asked, seq`)
	if err != nil {
		return nil, fmt.Errorf("resume questions: %w", err)
	}
	keys, err := scanKeys(rows)
	if err != nil {
		return nil, fmt.Errorf("resume questions: %w", err)
	}
	var out []Entry
	for _, key := range keys {
		if err := b.Requeue(ctx, key); err != nil {
			return nil, err
		}
		e, err := b.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Depth counts unfinished entries.
func (b *Inbox) Depth(ctx context.Context) (int, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `SELECT count(*) FROM bot_inbox WHERE state <> 'done'`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count waiting questions: %w", err)
	}
	return n, nil
}

// Ahead counts the unfinished entries that were asked before the given one.
func (b *Inbox) Ahead(ctx context.Context, key string) (int, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `SELECT count(*) FROM bot_inbox a, bot_inbox b
		WHERE b.key = ? AND a.state <> 'done' AND (a.asked, a.seq) < (b.asked, b.seq)`, key).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count waiting questions: %w", err)
	}
	return n, nil
}

// keepOnce is how long it is remembered what was done only once.
const keepOnce = 180 * 24 * time.Hour

// Prune forgets entries finished longer than keep ago (an hour at least),
// threads nobody has written in for keepThreads (0: keeps them), and after half
// a year what [Inbox.Once] was asked. It never touches what is unfinished.
func (b *Inbox) Prune(ctx context.Context, keep, keepThreads time.Duration) error {
	keep = max(keep, minKeep)
	now := b.now()
	if _, err := b.db.ExecContext(ctx, `DELETE FROM bot_inbox WHERE state = 'done' AND changed < ?`, now.Add(-keep).UnixMilli()); err != nil {
		return fmt.Errorf("forget finished questions: %w", err)
	}
	if _, err := b.db.ExecContext(ctx, `DELETE FROM bot_once WHERE at < ?`, now.Add(-keepOnce).UnixMilli()); err != nil {
		return fmt.Errorf("forget old marks: %w", err)
	}
	if keepThreads <= 0 {
		return nil
	}
	if _, err := b.db.ExecContext(ctx, `DELETE FROM bot_threads WHERE seen < ?`, now.Add(-max(keepThreads, keep)).UnixMilli()); err != nil {
		return fmt.Errorf("forget old threads: %w", err)
	}
	return nil
}

// Joined tells whether the bot takes part in a thread.
func (b *Inbox) Joined(ctx context.Context, thread string) (bool, error) {
	var ok bool
	if err := b.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM bot_threads WHERE thread = ?)`, thread).Scan(&ok); err != nil {
		return false, fmt.Errorf("look up thread: %w", err)
	}
	return ok, nil
}

// Once reports true the first time it is called with a key, in this process or
// any former one.
func (b *Inbox) Once(ctx context.Context, key string) (bool, error) {
	res, err := b.db.ExecContext(ctx, `INSERT INTO bot_once (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING`, key, b.now().UnixMilli())
	if err != nil {
		return false, fmt.Errorf("mark %s: %w", key, err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func join(ctx context.Context, tx *sql.Tx, thread string, now int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO bot_threads (thread, seen) VALUES (?, ?) ON CONFLICT (thread) DO UPDATE SET seen = excluded.seen`, thread, now)
	if err != nil {
		return fmt.Errorf("join thread: %w", err)
	}
	return nil
}

// change runs an update whose first parameter is the present time and reports
// whether it touched a row.
func (b *Inbox) change(ctx context.Context, query string, args ...any) (bool, error) {
	res, err := b.db.ExecContext(ctx, query, append([]any{b.now().UnixMilli()}, args...)...)
	if err != nil {
		return false, fmt.Errorf("update question: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
