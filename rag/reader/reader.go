// Package reader holds the trained models that read. The reader tells where in a
// passage the answer to a question stands, whether the passage answers it at all, and
// where names are; the checker, whether a passage says what a claim says.
//
// Both are small encoders (bge-small-zh-v1.5, 24 million parameters) with linear
// heads, made by scripts/reader; MODEL.md is their card. They run in this process on
// the ONNX Runtime that the embedder uses, and are part of the program, weights and
// vocabulary included. Start with [Open].
package reader

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"zhiwen/embeddings"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

//go:embed reader.onnx
var readerWeights []byte

//go:embed checker.onnx
var checkerWeights []byte

//go:embed tokenizer.json
var vocabulary []byte

// Limits of the input in tokens, as in training (scripts/reader/network.py).
// What is longer is cut at its end.
const (
	maxQuestion = 96
	maxTitle    = 24
	maxEvidence = 320 // with what is read ahead of it
	maxAhead    = 80

	clsID, sepID = 101, 102
)

// maxSpanTokens is the longest answer that is looked for.
const maxSpanTokens = 60

// maxSpans is how many spans a Reading holds at most.
const maxSpans = 10

// ErrClosed is returned by a reader that has been closed.
var ErrClosed = errors.New("reader: closed")

var _ reading.Reader = (*Model)(nil)

// Model reads. It may be used by several goroutines at once.
type Model struct {
	tokenizer *embeddings.Tokenizer
	colon     []int64
	reader    network
	checker   network       // opened when the first claim is checked: most answers quote
	running   chan struct{} // holds one element for each run
	mu        sync.RWMutex  // held for reading during a run, for writing by Close
	closed    bool
}

// Open loads the model. o says where ONNX Runtime is, as for embeddings.New;
// an error wraps embeddings.ErrModelMissing when it is not there.
func Open(o embeddings.Options) (*Model, error) {
	threads := o.Threads
	if threads <= 0 {
		threads = min(runtime.GOMAXPROCS(0), 4)
	}
	m := &Model{
		reader:  network{weights: readerWeights, outputs: []string{"spans", "marks", "names"}},
		checker: network{weights: checkerWeights, outputs: []string{"held"}},
		running: make(chan struct{}, threads),
	}
	var work errgroup.Group
	work.Go(func() (err error) {
		m.tokenizer, err = embeddings.ParseTokenizer(vocabulary)
		return err
	})
	work.Go(func() error {
		if err := embeddings.LoadRuntime(o); err != nil {
			return err
		}
		return m.reader.open()
	})
	if err := work.Wait(); err != nil {
		m.reader.close()
		return nil, fmt.Errorf("load the reader: %w", err)
	}
	for _, p := range m.tokenizer.Pieces(plain("：")) {
		m.colon = append(m.colon, p.ID)
	}
	return m, nil
}

// Close frees the models once their runs have ended.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return errors.Join(m.reader.close(), m.checker.close())
}

// Read reads each passage with the question in mind, several at a time.
func (m *Model) Read(ctx context.Context, question string, passages []reading.Passage) ([]reading.Reading, error) {
	out := make([]reading.Reading, len(passages))
	first := m.pieces(question, maxQuestion)
	err := m.each(ctx, passages, func(i int, p reading.Passage) error {
		in := m.input(first, p)
		logits, err := m.run(&m.reader, in)
		if err != nil {
			return err
		}
		spans, marks := logits[0], logits[1]
		out[i] = reading.Reading{Answerable: float64(marks[0]), Spans: bestSpans(spans, in)}
		return nil
	})
	return out, err
}

// Grounded returns for each passage the log odds that it says what the claim says.
func (m *Model) Grounded(ctx context.Context, claim string, passages []reading.Passage) ([]float64, error) {
	out := make([]float64, len(passages))
	first := m.pieces(claim, maxQuestion)
	err := m.each(ctx, passages, func(i int, p reading.Passage) error {
		logits, err := m.run(&m.checker, m.input(first, p))
		if err != nil {
			return err
		}
		out[i] = float64(logits[0][0])
		return nil
	})
	return out, err
}

// each calls read for each passage, as many side by side as there are threads.
func (m *Model) each(ctx context.Context, passages []reading.Passage, read func(int, reading.Passage) error) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(cap(m.running))
	for i, p := range passages {
		work.Go(func() error {
			select {
			case m.running <- struct{}{}:
				defer func() { <-m.running }()
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return read(i, p)
		})
	}
	return work.Wait()
}

// input is one sequence: [CLS] question [SEP] title：sentences ahead, evidence [SEP].
type input struct {
	ids, types []int64
	text       []rune // the evidence
	evidence   []embeddings.Piece
	first      int // where the evidence begins
}

func (m *Model) pieces(text string, most int) []embeddings.Piece {
	pieces := m.tokenizer.Pieces(zhtext.Simplified(plain(text)))
	return pieces[:min(len(pieces), most)]
}

func (m *Model) input(first []embeddings.Piece, p reading.Passage) input {
	ahead := m.pieces(p.Ahead, maxAhead)
	in := input{text: []rune(p.Text), evidence: m.pieces(p.Text, maxEvidence-len(ahead))}
	add := func(kind int64, ids ...int64) {
		for _, id := range ids {
			in.ids, in.types = append(in.ids, id), append(in.types, kind)
		}
	}
	add(0, clsID)
	for _, t := range first {
		add(0, t.ID)
	}
	add(0, sepID)
	if title := m.pieces(p.Title, maxTitle); len(title) > 0 {
		for _, t := range title {
			add(1, t.ID)
		}
		add(1, m.colon...)
	}
	for _, t := range ahead {
		add(1, t.ID)
	}
	in.first = len(in.ids)
	for _, t := range in.evidence {
		add(1, t.ID)
	}
	add(1, sepID)
	return in
}

// Names finds the names in each text.
func (m *Model) Names(ctx context.Context, texts []string) ([][]reading.Name, error) {
	out := make([][]reading.Name, len(texts))
	passages := make([]reading.Passage, len(texts))
	for i, t := range texts {
		passages[i].Text = t
	}
	err := m.each(ctx, passages, func(i int, p reading.Passage) error {
		pieces := m.pieces(p.Text, maxEvidence)
		in := input{ids: []int64{clsID}}
		for _, t := range pieces {
			in.ids = append(in.ids, t.ID)
		}
		in.ids = append(in.ids, sepID)
		in.types = make([]int64, len(in.ids))
		logits, err := m.run(&m.reader, in)
		if err != nil {
			return err
		}
		out[i] = namesOf(logits[2], pieces)
		return nil
	})
	return out, err
}

// run returns what n makes of a sequence, unless the model is closed.
func (m *Model) run(n *network, in input) ([][]float32, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, ErrClosed
	}
	return n.run(in)
}
