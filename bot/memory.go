package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zhiwen/rag"
)

// MemoryOptions bounds what is remembered. Zero values mean the defaults.
type MemoryOptions struct {
	Turns  int           // turns per thread; 0 means 6
	Expiry time.Duration // after this a turn is forgotten; 0 means 24 hours
	// Answer is how many runes of an answer are kept for the context of later
	// questions; 0 means 600.
	Answer int
	Now    func() time.Time // nil means time.Now
}

// Memory is what was said in each thread, in the database: the last few turns,
// for a while.
type Memory struct {
	db   *sql.DB
	opts MemoryOptions
}

// NewMemory works on a database that [Migrate] has prepared.
func NewMemory(db *sql.DB, opts MemoryOptions) *Memory {
	if opts.Turns <= 0 {
		opts.Turns = 6
	}
	if opts.Expiry <= 0 {
		opts.Expiry = 24 * time.Hour
	}
	if opts.Answer <= 0 {
		opts.Answer = 600
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Memory{db: db, opts: opts}
}

// History returns the turns of a thread that still count, oldest first,
// without the given request's own.
func (m *Memory) History(ctx context.Context, thread, request string) ([]rag.Turn, error) {
	rows, err := m.db.QueryContext(ctx, `SELECT question, asked, answer, cites FROM bot_turns
		WHERE thread = ? AND request <> ? AND at >= ? ORDER BY at DESC, request DESC LIMIT ?`,
		thread, request, m.opts.Now().Add(-m.opts.Expiry).UnixMilli(), m.opts.Turns)
	if err != nil {
		return nil, fmt.Errorf("read the conversation: %w", err)
	}
	defer rows.Close()
	var turns []rag.Turn
	for rows.Next() {
		var t rag.Turn
		var cites string
		if err := rows.Scan(&t.Question, &t.Asked, &t.Answer, &cites); err != nil {
			return nil, fmt.Errorf("read the conversation: %w", err)
		}
		if cites != "" { // "" before this was kept
			if err := json.Unmarshal([]byte(cites), &t.Cites); err != nil {
				return nil, fmt.Errorf("read the conversation: %w", err)
			}
		}
		turns = append(turns, t)
	}
	slices.Reverse(turns)
	return turns, rows.Err()
}

// Add remembers a turn. The same request again replaces its turn.
func (m *Memory) Add(ctx context.Context, thread, request string, t rag.Turn) error {
	if r := []rune(t.Answer); len(r) > m.opts.Answer {
		t.Answer = string(r[:m.opts.Answer])
	}
	cites, err := json.Marshal(t.Cites)
	if err != nil {
		return fmt.Errorf("remember the conversation: %w", err)
	}
	_, err = m.db.ExecContext(ctx, `INSERT INTO bot_turns (thread, request, question, asked, answer, cites, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (thread, request) DO UPDATE SET question = excluded.question, asked = excluded.asked, answer = excluded.answer, cites = excluded.cites, at = excluded.at`,
		thread, request, t.Question, t.Asked, t.Answer, string(cites), m.opts.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("remember the conversation: %w", err)
	}
	_, err = m.db.ExecContext(ctx, `DELETE FROM bot_turns WHERE thread = ?1 AND request NOT IN
		(SELECT request FROM bot_turns WHERE thread = ?1 ORDER BY at DESC, request DESC LIMIT ?2)`, thread, m.opts.Turns)
	if err != nil {
		return fmt.Errorf("remember the conversation: %w", err)
	}
	return nil
}

// Forget drops a thread.
func (m *Memory) Forget(ctx context.Context, thread string) error {
	if _, err := m.db.ExecContext(ctx, `DELETE FROM bot_turns WHERE thread = ?`, thread); err != nil {
		return fmt.Errorf("forget the conversation: %w", err)
	}
	return nil
}

// Prune drops every expired turn.
func (m *Memory) Prune(ctx context.Context) error {
	if _, err := m.db.ExecContext(ctx, `DELETE FROM bot_turns WHERE at < ?`, m.opts.Now().Add(-m.opts.Expiry).UnixMilli()); err != nil {
		return fmt.Errorf("forget old conversations: %w", err)
	}
	return nil
}
