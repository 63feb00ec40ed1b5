package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"

	"zhiwen/rag"
)

// ErrBusy says that as many questions are being worked on as may be.
var ErrBusy = errors.New("too many questions at once; try again in a moment")

// maxRecalled is how many answered questions a [Gate] knows the stand-alone
// form of.
const maxRecalled = 4096

// Gate is a chain that works on a bounded number of questions at once and turns
// the others away with [ErrBusy]. It also remembers what the questions it
// answered mean by themselves and what their answers cited, so that a program that
// sends a conversation back as it saw it ("那2025年呢") is understood.
type Gate struct {
	chain Chain
	slots chan struct{}
	// Answered is called with each answer, Refused with each question that was
	// turned away; nil: nobody.
	Answered func(rag.Answer)
	Refused  func()

	mu    sync.Mutex
	known map[[sha256.Size]byte]rag.Turn // without their answers
	order [][sha256.Size]byte            // of known, the oldest first
}

// NewGate lets atOnce questions through at the same time.
func NewGate(chain Chain, atOnce int) *Gate {
	return &Gate{chain: chain, slots: make(chan struct{}, atOnce), known: map[[sha256.Size]byte]rag.Turn{}}
}

// Load tells how many questions are being worked on and how many may be.
func (g *Gate) Load() (working, atOnce int) { return len(g.slots), cap(g.slots) }

func (g *Gate) enter() (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, nil
	default:
		if g.Refused != nil {
			g.Refused()
		}
		return nil, ErrBusy
	}
}

// Answer answers a question, or returns [ErrBusy].
func (g *Gate) Answer(ctx context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error) {
	leave, err := g.enter()
	if err != nil {
		return rag.Answer{}, err
	}
	defer leave()
	history := make([]rag.Turn, len(q.History))
	for i, t := range q.History {
		history[i] = g.recall(t)
	}
	q.History = history
	a, err := g.chain.Answer(ctx, q, o)
	if err != nil {
		return a, err
	}
	g.remember(a.Turn(q.Text))
	if g.Answered != nil {
		g.Answered(a)
	}
	return a, nil
}

// Search ranks passages, or returns [ErrBusy].
func (g *Gate) Search(ctx context.Context, question string, k int) ([]rag.Hit, error) {
	leave, err := g.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	return g.chain.Search(ctx, question, k)
}

func turnKey(question, answer string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.TrimSpace(question) + "\x00" + strings.TrimSpace(answer)))
}

// recall adds to a turn, as a program saw it, what its question was taken to mean and
// where its answer's markers led.
func (g *Gate) recall(t rag.Turn) rag.Turn {
	g.mu.Lock()
	defer g.mu.Unlock()
	known, ok := g.known[turnKey(t.Question, t.Answer)]
	if !ok {
		return t
	}
	known.Answer = t.Answer
	return known
}

// remember keeps what a program does not send back.
func (g *Gate) remember(t rag.Turn) {
	if t.Question == "" || t.Question == t.Asked && len(t.Cites) == 0 {
		return
	}
	key := turnKey(t.Asked, t.Answer)
	t.Answer = ""
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.known[key]; !ok {
		if len(g.order) == maxRecalled {
			delete(g.known, g.order[0])
			g.order = g.order[1:]
		}
		g.order = append(g.order, key)
	}
	g.known[key] = t
}
