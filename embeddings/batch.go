package embeddings

import (
	"context"
	"fmt"
	"slices"
)

// Batch splits long lists of texts into calls of at most size texts, one after
// another, and stops between them when the context ends. A size below 1 is 1.
func Batch(e Embedder, size int) Embedder {
	return &batch{Embedder: e, size: max(size, 1)}
}

type batch struct {
	Embedder
	size int
}

func (b *batch) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for part := range slices.Chunk(texts, b.size) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("embeddings: %w after %d of %d texts", err, len(vectors), len(texts))
		}
		more, err := b.Embedder.EmbedDocuments(ctx, part)
		if err != nil {
			return nil, err
		}
		if len(more) != len(part) {
			return nil, fmt.Errorf("embeddings: %d vectors for %d texts: %w", len(more), len(part), ErrCount)
		}
		vectors = append(vectors, more...)
	}
	return vectors, nil
}
