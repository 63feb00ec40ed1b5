package embeddings_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/embeddings/embeddingstest"
)

// memory is a CacheStore for tests that counts what it was asked for.
type memory struct {
	mu      sync.Mutex
	vectors map[string][]float32
	hits    int
	err     error
}

func (m *memory) Get(_ context.Context, keys []string) (map[string][]float32, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make(map[string][]float32)
	for _, k := range keys {
		if v, ok := m.vectors[k]; ok {
			found[k] = append([]float32(nil), v...)
			m.hits++
		}
	}
	return found, m.err
}

func (m *memory) Put(_ context.Context, vectors map[string][]float32) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if m.vectors == nil {
		m.vectors = make(map[string][]float32)
	}
	maps.Copy(m.vectors, vectors)
	return nil
}

func remote(t *testing.T, provider string, server *embeddingstest.Server, tries int) embeddings.Embedder {
	t.Helper()
	base := server.URL
	if provider != "ollama" {
		base += "/v1"
	}
	e, err := embeddings.New(t.Context(), embeddings.Options{
		Provider: provider, Model: embeddingstest.Model, BaseURL: base, APIKey: embeddingstest.Key,
		BatchSize: 16, Tries: tries,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) {
	backend := embeddingstest.Local(t)
	for name, open := range map[string]func(t *testing.T) embeddings.Embedder{
		"onnx": func(t *testing.T) embeddings.Embedder { return embeddingstest.Local(t) },
		"batch": func(t *testing.T) embeddings.Embedder {
			return embeddings.Batch(embeddingstest.Local(t), 3)
		},
		"retry": func(t *testing.T) embeddings.Embedder {
			return embeddings.Retry(embeddingstest.Local(t), embeddings.RetryOptions{})
		},
		"cache": func(t *testing.T) embeddings.Embedder {
			return embeddings.Cache(embeddingstest.Local(t), &memory{}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) { embeddingstest.Run(t, open) })
	}
	for _, provider := range []string{"openai", "ollama", "googleai", "mistral"} {
		t.Run(provider, func(t *testing.T) {
			embeddingstest.Run(t, func(t *testing.T) embeddings.Embedder {
				return remote(t, provider, embeddingstest.NewServer(t, backend), 1)
			})
		})
	}
}

func TestFaults(t *testing.T) {
	for _, provider := range []string{"openai", "ollama"} {
		t.Run(provider, func(t *testing.T) {
			embeddingstest.Faults(t, func(t *testing.T, s *embeddingstest.Server) embeddings.Embedder {
				return remote(t, provider, s, 1)
			})
		})
	}
}
