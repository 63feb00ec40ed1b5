package embeddings_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhiwen/embeddings"
	"zhiwen/embeddings/embeddingstest"
)

func TestBatchSplits(t *testing.T) {
	server := embeddingstest.NewServer(t, embeddingstest.Local(t))
	e := remote(t, "openai", server, 1) // batches of 16
	if _, err := e.EmbedDocuments(t.Context(), numbered(40)); err != nil {
		t.Fatal(err)
	}
	if count, largest := server.Requests(); count != 3 || largest != 16 {
		t.Errorf("%d requests with at most %d texts, want 3 with 16", count, largest)
	}
}

func TestBatchStopsBetweenBatches(t *testing.T) {
	server := embeddingstest.NewServer(t, embeddingstest.Local(t))
	e := remote(t, "openai", server, 1)
	ctx, cancel := context.WithCancel(t.Context())
	server.Next(embeddingstest.Fault{}, embeddingstest.Fault{Hang: cancel})
	if _, err := e.EmbedDocuments(ctx, numbered(64)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if count, _ := server.Requests(); count != 2 {
		t.Errorf("%d requests, want 2: none after the cancelled one", count)
	}
}

func TestRetry(t *testing.T) {
	backend := embeddingstest.Local(t)
	limited := embeddingstest.Fault{Status: 429}
	broken := embeddingstest.Fault{Status: 503}
	dropped := embeddingstest.Fault{Drop: true}
	for _, tc := range []struct {
		name     string
		faults   []embeddingstest.Fault
		requests int
		code     int // of the final error, 0 for success
	}{
		{"works", nil, 1, 0},
		{"limited once", []embeddingstest.Fault{limited}, 2, 0},
		{"broken, then dropped", []embeddingstest.Fault{broken, dropped}, 3, 0},
		{"half an answer", []embeddingstest.Fault{{Half: true}}, 2, 0},
		{"never again", []embeddingstest.Fault{broken, broken, broken, broken}, 3, 503},
		{"wrong key", []embeddingstest.Fault{{Status: 401}}, 1, 401},
		{"no model", []embeddingstest.Fault{{Status: 404}}, 1, 404},
		{"longer than allowed", []embeddingstest.Fault{{Status: 429, RetryAfter: "3600"}}, 1, 429},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := embeddingstest.NewServer(t, backend)
			e := embeddings.Retry(remote(t, "openai", server, 1),
				embeddings.RetryOptions{Tries: 3, First: time.Millisecond, Longest: 10 * time.Second})
			server.Next(tc.faults...)
			v, err := e.EmbedQuery(t.Context(), "再试一次")
			var status *embeddings.StatusError
			switch {
			case tc.code == 0 && (err != nil || len(v) != 512):
				t.Errorf("vector of %d, error %v", len(v), err)
			case tc.code != 0 && (!errors.As(err, &status) || status.Code != tc.code):
				t.Errorf("error %v, want status %d", err, tc.code)
			}
			if count, _ := server.Requests(); count != tc.requests {
				t.Errorf("%d requests, want %d", count, tc.requests)
			}
		})
	}
}

func TestRetryWaitsAsLongAsAsked(t *testing.T) {
	server := embeddingstest.NewServer(t, embeddingstest.Local(t))
	e := embeddings.Retry(remote(t, "openai", server, 1), embeddings.RetryOptions{First: time.Millisecond})
	server.Next(embeddingstest.Fault{Status: 429, RetryAfter: "1"})
	began := time.Now()
	if _, err := e.EmbedDocuments(t.Context(), []string{"等一秒"}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("tried again after %v, the server asked for 1 s", took)
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	server := embeddingstest.NewServer(t, embeddingstest.Local(t))
	e := embeddings.Retry(remote(t, "ollama", server, 1), embeddings.RetryOptions{})
	server.Next(embeddingstest.Fault{Status: 429, RetryAfter: "60"})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := e.EmbedQuery(ctx, "等不及")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	var status *embeddings.StatusError
	if !errors.As(err, &status) {
		t.Errorf("error %v does not say what it was waiting for", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestUnreachableServer(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, provider := range []string{"openai", "ollama"} {
		e, err := embeddings.New(t.Context(), embeddings.Options{Provider: provider, BaseURL: gone.URL, APIKey: embeddingstest.Key, Tries: 1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.EmbedQuery(t.Context(), "有人吗")
		if !errors.Is(err, embeddings.ErrUnreachable) || !strings.Contains(err.Error(), gone.URL) {
			t.Errorf("%s: error %v, want ErrUnreachable with the address", provider, err)
		}
	}
}

func TestOpenAIAnswerOutOfOrder(t *testing.T) {
	backend := embeddingstest.Local(t)
	server := embeddingstest.NewServer(t, backend)
	e := remote(t, "openai", server, 1)
	texts := numbered(5)
	want, err := backend.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	server.Next(embeddingstest.Fault{Shuffle: true})
	got, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if d := distance(got[i], want[i]); d > 1e-4 {
			t.Errorf("vector %d is off by %v", i, d)
		}
	}
}

func TestExpectedDimension(t *testing.T) {
	server := embeddingstest.NewServer(t, embeddingstest.Local(t))
	e, err := embeddings.New(t.Context(), embeddings.Options{
		Provider: "openai", Model: embeddingstest.Model, BaseURL: server.URL + "/v1", APIKey: embeddingstest.Key, Dimension: 1024,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.EmbedQuery(t.Context(), "维数"); !errors.Is(err, embeddings.ErrDimension) {
		t.Errorf("error %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		o    embeddings.Options
		want string
	}{
		"unknown provider": {embeddings.Options{Provider: "opnai"}, "openai, ollama"},
		"no key":           {embeddings.Options{Provider: "openai"}, "API key"},
		"no key, Mistral":  {embeddings.Options{Provider: "mistral"}, "API key"},
		"no address":       {embeddings.Options{Provider: "ollama", BaseURL: "localhost:11434"}, "https://host/v1"},
		"other scheme":     {embeddings.Options{Provider: "openai", BaseURL: "ftp://host/v1"}, "https://host/v1"},
	} {
		if _, err := embeddings.New(t.Context(), tc.o); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tc.want)
		}
	}
}

func TestCacheEmbedsOnlyWhatIsNew(t *testing.T) {
	backend := embeddingstest.Local(t)
	server := embeddingstest.NewServer(t, backend)
	store := &memory{}
	e := embeddings.Cache(remote(t, "openai", server, 1), store, nil)
	first, err := e.EmbedDocuments(t.Context(), []string{"甲", "乙", "甲"})
	if err != nil {
		t.Fatal(err)
	}
	if _, largest := server.Requests(); largest != 2 {
		t.Errorf("%d texts were embedded, want 2: one came twice", largest)
	}
	second, err := e.EmbedDocuments(t.Context(), []string{"乙", "丙", "甲"})
	if err != nil {
		t.Fatal(err)
	}
	if distance(second[0], first[1]) != 0 || distance(second[2], first[0]) != 0 || distance(first[0], first[2]) != 0 {
		t.Error("the cache mixed vectors up")
	}
	if count, _ := server.Requests(); count != 2 || store.hits != 2 {
		t.Errorf("%d requests and %d hits, want 2 and 2", count, store.hits)
	}
	if _, err := e.EmbedDocuments(t.Context(), []string{"丙", "乙"}); err != nil {
		t.Fatal(err)
	}
	if count, _ := server.Requests(); count != 2 {
		t.Errorf("%d requests, want 2: everything was known", count)
	}
	if _, err := e.EmbedQuery(t.Context(), "问题"); err != nil {
		t.Fatal(err)
	}
	if len(store.vectors) != 3 {
		t.Errorf("the store holds %d vectors, want 3: no questions", len(store.vectors))
	}
}

func TestCacheKnowsItsEmbedder(t *testing.T) {
	store := &memory{}
	one := embeddings.Cache(fixed{dimension: 3, fingerprint: "a"}, store, nil)
	two := embeddings.Cache(fixed{dimension: 4, fingerprint: "b"}, store, nil)
	for _, e := range []embeddings.Embedder{one, two, one} {
		v, err := e.EmbedDocuments(t.Context(), []string{"同一段"})
		if err != nil || len(v[0]) != e.Info().Dimension {
			t.Fatalf("vectors %v, error %v", v, err)
		}
	}
	if len(store.vectors) != 2 || store.hits != 1 {
		t.Errorf("%d vectors and %d hits, want 2 and 1", len(store.vectors), store.hits)
	}
	// A vector of another size under the right key is not used.
	store.vectors[embeddings.CacheKey(one.Info(), "同一段")] = []float32{1}
	if v, err := one.EmbedDocuments(t.Context(), []string{"同一段"}); err != nil || len(v[0]) != 3 {
		t.Errorf("vectors %v, error %v", v, err)
	}
}

func TestCacheSurvivesItsStore(t *testing.T) {
	e := embeddings.Cache(fixed{dimension: 3}, &memory{err: errors.New("disk full")}, nil)
	if v, err := e.EmbedDocuments(t.Context(), []string{"甲", "甲"}); err != nil || len(v) != 2 {
		t.Errorf("%d vectors, error %v", len(v), err)
	}
}

func TestFromClientRefusesBadVectors(t *testing.T) {
	nan := float32(math.NaN())
	for name, tc := range map[string]struct {
		vectors [][]float32
		want    error
	}{
		"zero":            {[][]float32{{1, 0}, {0, 0}}, embeddings.ErrBadVector},
		"not a number":    {[][]float32{{1, 0}, {1, nan}}, embeddings.ErrBadVector},
		"infinite":        {[][]float32{{1, 0}, {1, float32(math.Inf(1))}}, embeddings.ErrBadVector},
		"uneven":          {[][]float32{{1, 0}, {1, 0, 0}}, embeddings.ErrDimension},
		"no components":   {[][]float32{{}, {}}, embeddings.ErrBadVector},
		"one too many":    {[][]float32{{1}, {1}, {1}}, embeddings.ErrCount},
		"none":            {nil, embeddings.ErrCount},
		"as it should be": {[][]float32{{1, 0}, {3, 4}}, nil},
	} {
		client := clientFunc(func(texts []string) [][]float32 {
			texts[0] = "rewritten" // as some clients do
			return tc.vectors
		})
		texts := []string{"甲", "乙"}
		v, err := embeddings.FromClient(client, embeddings.Info{Provider: "test"}).EmbedDocuments(t.Context(), texts)
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: error %v, want %v", name, err, tc.want)
		}
		if tc.want == nil && (len(v) != 2 || math.Abs(float64(v[1][1])-0.8) > 1e-6) {
			t.Errorf("%s: %v", name, v)
		}
		if texts[0] != "甲" {
			t.Errorf("%s: the client rewrote the caller's texts", name)
		}
	}
}

type clientFunc func(texts []string) [][]float32

func (f clientFunc) CreateEmbedding(_ context.Context, texts []string) ([][]float32, error) {
	return f(texts), nil
}

// fixed gives every text the same vector, where only the bookkeeping around an
// embedder is looked at.
type fixed struct {
	dimension   int
	fingerprint string
}

func (f fixed) EmbedDocuments(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i := range vectors {
		vectors[i] = make([]float32, f.dimension)
		vectors[i][0] = 1
	}
	return vectors, nil
}

func (f fixed) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	v, err := f.EmbedDocuments(ctx, []string{text})
	return v[0], err
}

func (f fixed) Info() embeddings.Info {
	return embeddings.Info{Dimension: f.dimension, Fingerprint: f.fingerprint}
}

func (f fixed) Close() error { return nil }

func numbered(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("第%d段文字", i)
	}
	return texts
}

// distance is the largest difference between components.
func distance(a, b []float32) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	var d float64
	for i := range a {
		d = max(d, math.Abs(float64(a[i])-float64(b[i])))
	}
	return d
}
