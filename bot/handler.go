package bot

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"zhiwen/rag"
)

// Answerer is what the bots need of a chain: one answer to one question, its
// sentences handed out one by one as soon as each has been verified. An error
// from onSentence, which may be nil, stops the answer.
type Answerer interface {
	Answer(ctx context.Context, q rag.Question, onSentence OnSentence) (rag.Answer, error)
}

// OnSentence receives one verified sentence, ending in its markers ("[1]"),
// with the citations that it is the first to use.
type OnSentence func(rag.Sentence) error

// Causes with which the work on a question may end early.
var (
	// ErrStopped says that the user pressed stop or deleted the question.
	ErrStopped = errors.New("stopped by the user")
	// ErrShutdown says that the process is ending; the question stays queued.
	ErrShutdown = errors.New("shutting down")
	// ErrTooSlow says that the answer took longer than allowed.
	ErrTooSlow = errors.New("the answer took too long")
)

// Request is a question with where it came from.
type Request struct {
	// ID identifies the question for ever, for example the inbox key.
	ID      string
	Surface string // "dm", "mention", "slash", …
	Thread  string // whose history counts; "" for none
	User    string
	Text    string
	Asked   time.Time // anchors "last year"; zero means now
}

// Reply is an answer with how it came about.
type Reply struct {
	Answer   rag.Answer `json:"answer"`
	Language Language   `json:"language"`
	// TooSlow says that the deadline passed: Answer then holds what the
	// fallback found, or nothing.
	TooSlow bool `json:"too_slow,omitempty"`
	// Failed says that Answer is an apology, made by the adapter.
	Failed bool          `json:"failed,omitempty"`
	Took   time.Duration `json:"took"`
}

// HandlerOptions sets how questions are handled. Zero values mean the
// defaults.
type HandlerOptions struct {
	// Deadline is how long an answer may take; 0 means 3 minutes 30 seconds.
	Deadline time.Duration
	// Fallback answers, without a language model, a question whose deadline
	// has passed; nil means that there is none.
	Fallback Answerer
	// FallbackDeadline is how long it may take; 0 means 20 seconds.
	FallbackDeadline time.Duration
	Memory           MemoryOptions
	// DefaultLanguage is used for questions without letters; "" means Chinese.
	DefaultLanguage Language
	Log             *slog.Logger // nil means slog.Default()
}

// Handler turns a question from a chat into an answer: it adds what was said
// before in the thread, keeps the deadline, remembers the turn and writes the
// answer log.
type Handler struct {
	answerer Answerer
	memory   *Memory
	answers  *AnswerLog
	opts     HandlerOptions
}

// NewHandler works on a database that [Migrate] has prepared.
func NewHandler(a Answerer, db *sql.DB, opts HandlerOptions) *Handler {
	if opts.Deadline <= 0 {
		opts.Deadline = 3*time.Minute + 30*time.Second
	}
	if opts.FallbackDeadline <= 0 {
		opts.FallbackDeadline = 20 * time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	return &Handler{answerer: a, memory: NewMemory(db, opts.Memory), answers: NewAnswerLog(db), opts: opts}
}

// Memory is the handler's conversation memory.
func (h *Handler) Memory() *Memory { return h.memory }

// Answerable tells whether a question has an answer, without a language model
// where there is a way to do without. Nothing of it is logged or remembered.
func (h *Handler) Answerable(ctx context.Context, question string) bool {
	by := h.opts.Fallback
	if by == nil {
		by = h.answerer
	}
	a, err := h.answer(ctx, by, rag.Question{ID: newID(), Text: question}, h.opts.FallbackDeadline, nil)
	return err == nil && !a.Refused && a.Text != ""
}

// Answers is the handler's answer log.
func (h *Handler) Answers() *AnswerLog { return h.answers }

// Handle answers a question. Sentences go to onSentence (which may be nil)
// while the answer is made. When the deadline passes it returns a Reply that
// says so, not an error. When ctx is cancelled it returns the cause.
func (h *Handler) Handle(ctx context.Context, req Request, onSentence OnSentence) (Reply, error) {
	began := time.Now()
	reply := Reply{Language: LanguageOf(req.Text, h.opts.DefaultLanguage)}
	// The answer may be known by the question's ID, and that one is shown to
	// users and exported; the request's own says where it was asked.
	q := rag.Question{ID: newID(), Text: req.Text, Now: req.Asked}
	if req.Thread != "" {
		history, err := h.memory.History(ctx, req.Thread, req.ID)
		if err != nil {
			// An answer without history is better than none.
			h.opts.Log.WarnContext(ctx, "answering without the conversation so far", "error", err)
		}
		q.History = history
	}
	answer, err := h.answer(ctx, h.answerer, q, h.opts.Deadline, onSentence)
	if errors.Is(err, ErrTooSlow) {
		reply.TooSlow = true
		answer = rag.Answer{}
		if h.opts.Fallback != nil {
			var ferr error
			if answer, ferr = h.answer(ctx, h.opts.Fallback, q, h.opts.FallbackDeadline, nil); ferr != nil {
				h.opts.Log.WarnContext(ctx, "no sources either after the deadline", "error", ferr)
				answer = rag.Answer{}
			}
		}
		err = context.Cause(ctx)
	}
	if err != nil {
		return Reply{}, err
	}
	if answer.ID == "" {
		answer.ID = q.ID
	}
	if answer.Question == "" {
		answer.Question = req.Text
	}
	reply.Answer = answer
	reply.Took = time.Since(began)
	// Talk asks nothing, so that a follow-up does not follow it.
	if req.Thread != "" && answer.Text != "" && answer.Mode != rag.ModeTalk {
		if err := h.memory.Add(ctx, req.Thread, req.ID, answer.Turn(req.Text)); err != nil {
			h.opts.Log.WarnContext(ctx, "the turn was not remembered", "error", err)
		}
	}
	if err := h.answers.Add(ctx, req, reply); err != nil {
		h.opts.Log.WarnContext(ctx, "the answer was not logged", "error", err)
	}
	return reply, nil
}

type outcome struct {
	answer rag.Answer
	err    error
}

// answer calls an answerer and returns when it does, when the deadline passes
// or when ctx ends, whichever is first: an answerer that ignores its context
// must not hold a worker for ever. Once it has returned, onSentence is not
// called any more.
func (h *Handler) answer(ctx context.Context, a Answerer, q rag.Question, deadline time.Duration, onSentence OnSentence) (rag.Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, deadline, ErrTooSlow)
	defer cancel()
	var mu sync.Mutex
	over := false
	defer func() {
		mu.Lock()
		over = true
		mu.Unlock()
	}()
	guarded := OnSentence(func(s rag.Sentence) error {
		mu.Lock()
		defer mu.Unlock()
		if over || ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if onSentence == nil {
			return nil
		}
		return onSentence(s)
	})
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				h.opts.Log.Error("the answerer panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				done <- outcome{err: fmt.Errorf("answer the question: internal error: %v", p)}
			}
		}()
		answer, err := a.Answer(ctx, q, guarded)
		done <- outcome{answer, err}
	}()
	select {
	case out := <-done:
		if out.err != nil && ctx.Err() != nil {
			return out.answer, context.Cause(ctx)
		}
		return out.answer, out.err
	case <-ctx.Done():
		return rag.Answer{}, context.Cause(ctx)
	}
}

// newID returns 16 random hexadecimal digits.
func newID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
