package embeddings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	lcembeddings "github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/llms/ollama"
	"github.com/tmc/langchaingo/llms/openai"
)

// provider is what a remote provider needs to be known by.
type provider struct {
	baseURL string // its usual address
	model   string // its usual embedding model for Chinese and English
	ollama  bool   // speaks Ollama's protocol instead of OpenAI's
	keyless bool   // its usual address needs no key
}

// remoteProvider describes the provider of that name. Google and Mistral are
// reached through their OpenAI-compatible addresses: langchaingo's own clients
// for their embeddings ignore the context (Mistral) or bring a gRPC stack.
func remoteProvider(name string) provider {
	switch name {
	case "ollama":
		return provider{baseURL: "http://127.0.0.1:11434", model: "bge-m3", ollama: true, keyless: true}
	case "googleai":
		return provider{baseURL: "https://generativelanguage.googleapis.com/v1beta/openai", model: "gemini-embedding-001"}
	case "mistral":
		return provider{baseURL: "https://api.mistral.ai/v1", model: "mistral-embed"}
	default:
		return provider{baseURL: "https://api.openai.com/v1", model: "text-embedding-3-small"}
	}
}

// newRemote makes a remote embedder that splits long lists of texts and
// retries each part by itself.
func newRemote(o Options) (Embedder, error) {
	e, err := newBareRemote(o)
	if err != nil {
		return nil, err
	}
	size := o.BatchSize
	if size <= 0 {
		size = 64
	}
	return Batch(Retry(e, RetryOptions{Tries: o.Tries, Logger: o.Logger}), size), nil
}

// newBareRemote makes a remote embedder that sends each request once.
func newBareRemote(o Options) (Embedder, error) {
	p := remoteProvider(o.Provider)
	if o.BaseURL == "" && !p.keyless && o.APIKey == "" {
		return nil, fmt.Errorf("embeddings: %s needs an API key; set one, or set a base URL of a server that needs none", o.Provider)
	}
	if o.BaseURL == "" {
		o.BaseURL = p.baseURL
	}
	if o.Model == "" {
		o.Model = p.model
	}
	address, err := url.Parse(o.BaseURL)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return nil, fmt.Errorf("embeddings: the base URL of %s is not an address like https://host/v1", o.Provider)
	}
	if o.HTTPClient == nil {
		o.HTTPClient = &http.Client{Timeout: time.Minute}
	}
	c := &httpClient{
		name:    o.Provider + " at " + withoutSecrets(address),
		http:    o.HTTPClient,
		ollama:  p.ollama,
		secrets: secretsOf(o.APIKey, address),
		connect: func(h *http.Client) (lcembeddings.EmbedderClient, error) {
			if p.ollama {
				return ollama.New(ollama.WithServerURL(o.BaseURL), ollama.WithModel(o.Model), ollama.WithHTTPClient(h))
			}
			key := o.APIKey
			if key == "" {
				key = "none" // langchaingo insists on one; local servers ignore it
			}
			return openai.New(openai.WithBaseURL(strings.TrimRight(o.BaseURL, "/")), openai.WithToken(key),
				openai.WithEmbeddingModel(o.Model), openai.WithHTTPClient(h))
		},
	}
	return FromClient(c, Info{Provider: o.Provider, Model: o.Model, Dimension: o.Dimension}), nil
}

// FromClient makes an Embedder of any embedding client of langchaingo, for
// providers that New does not know (Bedrock, Jina, Voyage, ...). It checks and
// normalises what the client returns. info.Dimension may be 0 for whatever the
// first answer has; an empty info.Fingerprint is made from provider and model.
// One call makes one request: see Batch and Retry.
func FromClient(client lcembeddings.EmbedderClient, info Info) Embedder {
	if info.Fingerprint == "" {
		sum := sha256.Sum256([]byte(info.Provider + "\n" + info.Model + "\n"))
		info.Fingerprint = hex.EncodeToString(sum[:])
	}
	r := &remote{client: client, info: info}
	r.dimension.Store(int64(info.Dimension))
	return r
}

// remote is an embedder behind a client of langchaingo.
type remote struct {
	client    lcembeddings.EmbedderClient
	info      Info
	dimension atomic.Int64 // 0 until known
	closed    atomic.Bool
}

func (r *remote) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if r.closed.Load() {
		return nil, ErrClosed
	}
	if len(texts) == 0 {
		return [][]float32{}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("embeddings: %w", err)
	}
	// A copy, because clients may rewrite the slice.
	vectors, err := r.client.CreateEmbedding(ctx, slices.Clone(texts))
	if err != nil {
		// Some clients replace the context's error with a sentence.
		if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
			err = fmt.Errorf("%w: %w", cause, err)
		}
		return nil, fmt.Errorf("embeddings: %w", err)
	}
	if len(vectors) != len(texts) {
		return nil, fmt.Errorf("embeddings: %s returned %d vectors for %d texts: %w",
			r.info.Provider, len(vectors), len(texts), ErrCount)
	}
	for i, v := range vectors {
		r.dimension.CompareAndSwap(0, int64(len(v)))
		if want := int(r.dimension.Load()); len(v) != want {
			return nil, fmt.Errorf("embeddings: %s returned a vector of %d components with model %s, expected %d: %w",
				r.info.Provider, len(v), r.info.Model, want, ErrDimension)
		}
		if err := normalize(v); err != nil {
			return nil, fmt.Errorf("embeddings: text %d from %s: %w", i+1, r.info.Provider, err)
		}
	}
	return vectors, nil
}

func (r *remote) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	vectors, err := r.EmbedDocuments(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

func (r *remote) Info() Info {
	info := r.info
	info.Dimension = int(r.dimension.Load())
	return info
}

func (r *remote) Close() error {
	r.closed.Store(true)
	return nil
}
