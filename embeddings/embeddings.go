package embeddings

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"

	lcembeddings "github.com/tmc/langchaingo/embeddings"
)

// Embedder turns texts into vectors. It satisfies langchaingo's interface of
// the same name and may be used by several goroutines at once.
//
// EmbedDocuments returns one vector for each text, in the order of the texts;
// it never changes the slice it is given. Every vector has Info().Dimension
// components and Euclidean length 1. Either all texts succeed or none.
type Embedder interface {
	EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error)
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
	// Info describes the embedder. Dimension is 0 as long as a remote
	// embedder that was not told its dimension has not embedded anything.
	Info() Info
	// Close frees what the embedder holds; calls after it fail with ErrClosed.
	Close() error
}

var _ lcembeddings.Embedder = Embedder(nil)

// Info says what determines an embedder's vectors.
type Info struct {
	Provider  string // "onnx", "openai", ...
	Model     string // the model's name
	Dimension int    // components of a vector
	// Fingerprint is a hexadecimal digest of what determines the vectors: for
	// "onnx" the model's and the tokenizer's bytes, the pooling and the length
	// limit; otherwise the provider and the model.
	// Vectors of different fingerprints must not be compared.
	Fingerprint string
}

// ProviderONNX is the provider that runs in this process.
const ProviderONNX = "onnx"

// Options says which embedder New makes. The zero value is the default model
// in this process, with its files in the cache folder.
type Options struct {
	// Provider is one of Providers(); "" means "onnx".
	Provider string
	// Model is the model's name. "" means "bge-small-zh-v1.5" for "onnx" and
	// the provider's usual embedding model otherwise.
	Model string

	// ModelDir is the folder with model.onnx and tokenizer.json, "" for the
	// one in the cache folder. A model of one's own must be of the BGE kind:
	// a BERT with inputs input_ids, attention_mask and token_type_ids, whose
	// last_hidden_state at [CLS] is the vector, and a WordPiece tokenizer.
	// Only for "onnx", as are the next three.
	ModelDir string
	// Runtime is ONNX Runtime's shared library (libonnxruntime.so, .dylib or
	// onnxruntime.dll), "" for the one in the cache folder.
	Runtime string
	// CacheDir is the cache folder, "" for CacheDir().
	CacheDir string
	// Threads is how many texts are embedded at the same time; 0 means the
	// number of processors, at most 4.
	Threads int

	// BaseURL is where a remote provider listens, "" for its usual address.
	BaseURL string
	// APIKey is sent to a remote provider.
	APIKey string
	// Dimension is the vectors' expected size. A remote provider that returns
	// another is an error; 0 accepts the first answer's.
	Dimension int
	// BatchSize is the number of texts in one request to a remote provider;
	// 0 means 64. Models in this process take texts one by one, because
	// dynamic quantisation makes a vector depend on its neighbours in a batch.
	BatchSize int
	// Tries is how often a request to a remote provider is made at most when
	// it fails for a passing reason (see Retry); 0 means 4, 1 never again.
	Tries int
	// HTTPClient sends a remote provider's requests, nil for one with a
	// timeout of a minute.
	HTTPClient *http.Client

	// Logger hears what the caller may want to know (how long loading took),
	// nil for nobody.
	Logger *slog.Logger
}

// Providers lists what Options.Provider accepts.
func Providers() []string {
	return []string{ProviderONNX, "openai", "ollama", "googleai", "mistral"}
}

// New makes the embedder that o describes. Remote providers are not contacted
// before the first text; they come with Batch and Retry around them. An error
// wraps ErrModelMissing when a file of the model in this process is not there.
func New(ctx context.Context, o Options) (Embedder, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	switch o.Provider {
	case "", ProviderONNX:
		e, err := newONNX(ctx, o)
		if err != nil {
			return nil, err // e itself would be an interface that is not nil
		}
		return e, nil
	case "openai", "ollama", "googleai", "mistral":
		return newRemote(o)
	default:
		return nil, fmt.Errorf("embeddings: unknown provider %q (known: %s)", o.Provider, strings.Join(Providers(), ", "))
	}
}

// normalize scales v to length 1 in place. A vector without a direction (all
// zero, or with a component that is not a finite number) is an error.
func normalize(v []float32) error {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return ErrBadVector
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return nil
}
