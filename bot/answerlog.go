package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhiwen/rag"
)

// ErrNoAnswer says that the answer log has no such answer (any more).
var ErrNoAnswer = errors.New("no such answer in the log")

// AnswerLog keeps every answer given, with its citations, so that a later vote
// or a request to share it finds what was said.
type AnswerLog struct {
	db *sql.DB
}

// NewAnswerLog works on a database that [Migrate] has prepared.
func NewAnswerLog(db *sql.DB) *AnswerLog { return &AnswerLog{db: db} }

// Record is an answer as it was given.
type Record struct {
	Request Request
	Reply   Reply
	At      time.Time
}

// Add logs an answer. The same request again replaces its answer.
func (l *AnswerLog) Add(ctx context.Context, req Request, reply Reply) error {
	a := reply.Answer
	citations, err := json.Marshal(a.Citations)
	if err != nil {
		return fmt.Errorf("log the answer: %w", err)
	}
	_, err = l.db.ExecContext(ctx, `INSERT OR REPLACE INTO bot_answers
		(id, request, surface, thread, user, asked, question, answer, refused, reason, answerer, citations, took_ms, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, req.ID, req.Surface, req.Thread, req.User, req.Text, a.Question, a.Text, a.Refused, a.Reason, a.Answerer,
		citations, float64(reply.Took)/float64(time.Millisecond), time.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("log the answer: %w", err)
	}
	return nil
}

// Get returns a logged answer, or ErrNoAnswer.
func (l *AnswerLog) Get(ctx context.Context, id string) (Record, error) {
	var r Record
	var citations []byte
	var took float64
	var at int64
	a := &r.Reply.Answer
	err := l.db.QueryRowContext(ctx, `SELECT id, request, surface, thread, user, asked, question, answer, refused, reason, answerer, citations, took_ms, at
		FROM bot_answers WHERE id = ?`, id).Scan(&a.ID, &r.Request.ID, &r.Request.Surface, &r.Request.Thread, &r.Request.User,
		&r.Request.Text, &a.Question, &a.Text, &a.Refused, &a.Reason, &a.Answerer, &citations, &took, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, ErrNoAnswer
	}
	if err != nil {
		return Record{}, fmt.Errorf("read answer %s: %w", id, err)
	}
	if err := json.Unmarshal(citations, &a.Citations); err != nil {
		return Record{}, fmt.Errorf("read answer %s: %w", id, err)
	}
	r.Reply.Language = LanguageOf(r.Request.Text, Chinese)
	r.Reply.Took = time.Duration(took * float64(time.Millisecond))
	r.At = time.UnixMilli(at)
	return r, nil
}

// Totals are counts over a period of the log.
type Totals struct {
	Answers, Refused, Up, Down int
}

// Totals counts what was answered and how it was voted since a time.
func (l *AnswerLog) Totals(ctx context.Context, since time.Time) (Totals, error) {
	var t Totals
	err := l.db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM bot_answers WHERE at >= ?1),
		(SELECT count(*) FROM bot_answers WHERE at >= ?1 AND refused),
		(SELECT count(*) FROM bot_feedback WHERE at >= ?1 AND vote = 'up'),
		(SELECT count(*) FROM bot_feedback WHERE at >= ?1 AND vote = 'down')`, since.UnixMilli()).
		Scan(&t.Answers, &t.Refused, &t.Up, &t.Down)
	if err != nil {
		return Totals{}, fmt.Errorf("count answers: %w", err)
	}
	return t, nil
}

// Prune forgets answers older than keep; 0 keeps them all. Votes carry their
// own copy of the answer and stay.
func (l *AnswerLog) Prune(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	if _, err := l.db.ExecContext(ctx, `DELETE FROM bot_answers WHERE at < ?`, time.Now().Add(-keep).UnixMilli()); err != nil {
		return fmt.Errorf("forget old answers: %w", err)
	}
	return nil
}

// citationsOf decodes stored citations.
func citationsOf(raw []byte) ([]rag.Citation, error) {
	var c []rag.Citation
	err := json.Unmarshal(raw, &c)
	return c, err
}
