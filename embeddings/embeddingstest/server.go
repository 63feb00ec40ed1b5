package embeddingstest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"zhiwen/embeddings"
)

// Key and Model are what the server accepts.
const (
	Key   = "sk-test-0123456789"
	Model = "bge-small-zh-v1.5"
)

// Server is a local HTTP server that speaks OpenAI's protocol at /v1 and
// Ollama's at /, with another embedder's vectors, lengthened so that clients
// must normalise them.
type Server struct {
	*httptest.Server
	backend embeddings.Embedder

	mu       sync.Mutex
	faults   []Fault
	requests int
	largest  int
}

// Fault is what goes wrong with one request; the zero value is nothing.
type Fault struct {
	Status     int    // this HTTP status instead of vectors
	RetryAfter string // the header that goes with it
	Drop       bool   // close the connection without an answer
	Half       bool   // close it in the middle of the answer
	Short      bool   // leave the last vector out
	Empty      bool   // leave all vectors out
	Dimension  int    // cut vectors to this size
	Zero       bool   // only zeros
	Shuffle    bool   // data in another order than their index (OpenAI only)
	Hang       func() // call this, then answer only when the client is gone
}

// NewServer starts a server that is closed at the end of the test.
func NewServer(tb testing.TB, backend embeddings.Embedder) *Server {
	tb.Helper()
	s := &Server{backend: backend}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/embeddings", s.openAI)
	mux.HandleFunc("POST /api/embed", s.ollama)
	s.Server = httptest.NewServer(mux)
	tb.Cleanup(s.Close)
	return s
}

// Next makes the following requests go wrong, one fault each.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Requests counts the requests so far; largest is the most texts in one.
func (s *Server) Requests() (count, largest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.largest
}

func (s *Server) begin(texts int) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.largest = max(s.largest, texts)
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f
}

type openAIItem struct {
	Object    string    `json:"object"`
	Index     int       `json:"index"`
	Embedding []float32 `json:"embedding"`
}

func (s *Server) openAI(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	err := json.NewDecoder(r.Body).Decode(&req)
	f := s.begin(len(req.Input))
	fail := func(code int, message string) {
		answer(w, code, map[string]any{"error": map[string]any{"message": message, "type": "invalid_request_error"}})
	}
	switch {
	case err != nil:
		fail(http.StatusBadRequest, err.Error())
		return
	case r.Header.Get("Authorization") != "Bearer "+Key:
		fail(http.StatusUnauthorized, "incorrect API key provided")
		return
	case req.Model != Model:
		fail(http.StatusNotFound, "the model does not exist")
		return
	case f.Status != 0:
		w.Header().Set("Retry-After", f.RetryAfter)
		fail(f.Status, "as the test wants it")
		return
	}
	vectors := s.vectors(r.Context(), w, req.Input, f)
	data := make([]openAIItem, len(vectors))
	for i, v := range vectors {
		at := i
		if f.Shuffle {
			at = len(vectors) - 1 - i
		}
		data[at] = openAIItem{Object: "embedding", Index: i, Embedding: v}
	}
	answer(w, http.StatusOK, map[string]any{
		"object": "list", "data": data, "model": req.Model,
		"usage": map[string]int{"prompt_tokens": len(req.Input), "total_tokens": len(req.Input)},
	})
}

func (s *Server) ollama(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Model string          `json:"model"`
		Input json.RawMessage `json:"input"` // one text or a list of them
	}
	err := json.NewDecoder(r.Body).Decode(&req)
	var texts []string
	if err == nil && json.Unmarshal(req.Input, &texts) != nil {
		var one string
		err = json.Unmarshal(req.Input, &one)
		texts = []string{one}
	}
	f := s.begin(len(texts))
	switch {
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	case req.Model != Model:
		answer(w, http.StatusNotFound, map[string]string{"error": "model not found, try pulling it first"})
		return
	case f.Status != 0:
		w.Header().Set("Retry-After", f.RetryAfter)
		answer(w, f.Status, map[string]string{"error": "as the test wants it"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"model": req.Model, "embeddings": s.vectors(r.Context(), w, texts, f)})
}

// vectors embeds the texts and does to the result what the fault asks for.
func (s *Server) vectors(ctx context.Context, w http.ResponseWriter, texts []string, f Fault) [][]float32 {
	if f.Hang != nil {
		f.Hang()
		<-ctx.Done()
		panic(http.ErrAbortHandler)
	}
	if f.Half {
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write([]byte(`{"data": [{"index": 0, "embedding": [0.1,`))
	}
	if f.Drop || f.Half {
		panic(http.ErrAbortHandler) // net/http closes the connection
	}
	vectors, err := s.backend.EmbedDocuments(ctx, texts)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for i, v := range vectors {
		for k := range v {
			v[k] *= 3
			if f.Zero {
				v[k] = 0
			}
		}
		if f.Dimension > 0 {
			vectors[i] = v[:f.Dimension]
		}
	}
	if f.Short {
		vectors = vectors[:len(vectors)-1]
	}
	if f.Empty {
		vectors = vectors[:0]
	}
	return vectors
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone is no error
}
