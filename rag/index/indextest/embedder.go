package indextest

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"
)

// HashEmbedder gives equal texts equal vectors and others unrelated ones. It
// stands in for an embedder where meaning does not matter.
type HashEmbedder struct {
	Dimension int
	// Salt tells embedders apart that disagree about every text.
	Salt string
	// Fail, when set, is asked before texts are embedded.
	Fail  func() error
	texts atomic.Int64
}

// Texts is how many texts have been embedded as documents.
func (e *HashEmbedder) Texts() int { return int(e.texts.Load()) }

// EmbedDocuments embeds texts and spoils the slice, as embedders may.
func (e *HashEmbedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if e.Fail != nil {
		if err := e.Fail(); err != nil {
			return nil, err
		}
	}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = e.vector(t)
		texts[i] = ""
	}
	e.texts.Add(int64(len(texts)))
	return out, nil
}

// EmbedQuery embeds a question as if it were a document.
func (e *HashEmbedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	return e.vector(text), ctx.Err()
}

func (e *HashEmbedder) vector(text string) []float32 {
	h := fnv.New128a()
	h.Write([]byte(e.Salt + text))
	sum := h.Sum(nil)
	r := rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])))
	v := make([]float32, e.Dimension)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}
