package embeddings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
)

// CacheStore keeps vectors by key. Keys are 64 hexadecimal digits; they cover
// the embedder's fingerprint, so that a store may serve several embedders.
type CacheStore interface {
	// Get returns those of the keys that are known. The caller may keep the
	// vectors and change them.
	Get(ctx context.Context, keys []string) (map[string][]float32, error)
	Put(ctx context.Context, vectors map[string][]float32) error
}

// CacheKey is the key under which Cache keeps the vector of text.
func CacheKey(info Info, text string) string {
	sum := sha256.Sum256([]byte(info.Fingerprint + "\n" + text))
	return hex.EncodeToString(sum[:])
}

// Cache embeds only texts whose vectors the store does not hold, each once.
// Questions pass it by: they seldom come back and are nobody's to keep. A store
// that fails costs time, not the result; logger (nil for nobody) hears of it.
func Cache(e Embedder, store CacheStore, logger *slog.Logger) Embedder {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &cache{Embedder: e, store: store, logger: logger}
}

type cache struct {
	Embedder
	store  CacheStore
	logger *slog.Logger
}

func (c *cache) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if len(texts) == 0 {
		return c.Embedder.EmbedDocuments(ctx, texts)
	}
	info := c.Embedder.Info()
	keys := make([]string, len(texts))
	for i, text := range texts {
		keys[i] = CacheKey(info, text)
	}
	known, err := c.store.Get(ctx, keys)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("embeddings: %w", ctx.Err())
		}
		c.logger.Warn("vector cache cannot be read", slog.Any("error", err))
	}
	vectors := make([][]float32, len(texts))
	var missing []string
	at := make(map[string][]int) // key → where its vector belongs
	for i, key := range keys {
		// A vector of another size was not made by this embedder.
		if v, ok := known[key]; ok && len(v) > 0 && (info.Dimension == 0 || len(v) == info.Dimension) {
			vectors[i] = v
			continue
		}
		if at[key] == nil {
			missing = append(missing, texts[i])
		}
		at[key] = append(at[key], i)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("embeddings: %w", err)
	}
	if len(missing) == 0 {
		return vectors, nil
	}
	fresh, err := c.Embedder.EmbedDocuments(ctx, missing)
	if err != nil {
		return nil, err
	}
	if len(fresh) != len(missing) {
		return nil, fmt.Errorf("embeddings: %d vectors for %d texts: %w", len(fresh), len(missing), ErrCount)
	}
	put := make(map[string][]float32, len(missing))
	for i, text := range missing {
		key := CacheKey(info, text)
		put[key] = fresh[i]
		for n, k := range at[key] {
			vectors[k] = fresh[i]
			if n > 0 { // the caller may change one of them
				vectors[k] = slices.Clone(fresh[i])
			}
		}
	}
	if err := c.store.Put(ctx, put); err != nil {
		c.logger.Warn("vector cache cannot be written", slog.Any("error", err))
	}
	return vectors, nil
}
