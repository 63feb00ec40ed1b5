package embeddings

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/blevesearch/mmap-go"
	ort "github.com/yalue/onnxruntime_go"
	"golang.org/x/sync/errgroup"
)

const (
	maxTokens = 512 // what the model's position embeddings allow
	pooling   = "cls"
)

// environment guards the one ONNX Runtime that a process can load. The library
// keeps it in globals of its own, hence this one.
var environment sync.Mutex

// onnx embeds in this process. Each text is a run of its own: dynamic
// quantisation scales a tensor by its extremes, so in a batch a text's vector
// would depend on its neighbours, and padding would cost what batching saves.
// Several runs go side by side instead, one thread each.
type onnx struct {
	info      Info
	tokenizer *tokenizer
	session   *ort.DynamicAdvancedSession
	mapped    mmap.MMap     // the optimised model that the session lives on, nil: none
	running   chan struct{} // holds one element for each run
	mu        sync.RWMutex  // held for reading during a run, for writing by Close
	closed    bool
}

// newONNX loads the tokenizer, hashes the model and creates the session at the
// same time: together they take as long as the session alone.
func newONNX(ctx context.Context, o Options) (*onnx, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := locate(o)
	if err != nil {
		return nil, err
	}
	threads := o.Threads
	if threads <= 0 {
		threads = min(runtime.GOMAXPROCS(0), 4)
	}
	name := o.Model
	if name == "" {
		name = defaultModel
		if o.ModelDir != "" {
			name = filepath.Base(o.ModelDir)
		}
	}
	e := &onnx{running: make(chan struct{}, threads)}
	began := time.Now()
	var saved optimized
	if cache, err := cacheDir(o); err == nil {
		saved, _ = optimizedOf(cache, f) // without it the model opens more slowly
	}
	kept := saved.known()
	digest, dimension, err := e.load(f, saved, kept)
	if err != nil && kept { // what was kept is damaged: the model itself may not be
		digest, dimension, err = e.load(f, saved, false)
	}
	if err != nil {
		return nil, fmt.Errorf("embeddings: load model: %w", err)
	}
	e.info = Info{Provider: ProviderONNX, Model: name, Dimension: dimension, Fingerprint: digest}
	o.Logger.Debug("embedding model loaded",
		slog.String("model", name), slog.Int("dimension", dimension),
		slog.Int("threads", threads), slog.Duration("took", time.Since(began)))
	return e, nil
}

// load loads the model, or what is kept of it, and returns its fingerprint and the size of
// its vectors. A failed load leaves nothing behind.
func (e *onnx) load(f files, saved optimized, kept bool) (digest string, dimension int, err error) {
	part := ""
	if kept {
		if e.mapped, err = saved.mapped(); err != nil {
			return "", 0, err
		}
	} else if part = saved.part(); part != "" {
		defer os.Remove(part)
	}
	var work errgroup.Group
	work.Go(func() (err error) {
		e.tokenizer, err = loadTokenizer(f.tokenizer, maxTokens)
		return err
	})
	summed := make(chan error, 1)
	work.Go(func() (err error) {
		if kept {
			digest, err = saved.fingerprint()
		} else {
			digest, err = fingerprint(f)
		}
		summed <- err
		return err
	})
	work.Go(func() (err error) {
		if err := loadRuntime(f.runtime); err != nil {
			return err
		}
		if kept {
			if <-summed == nil { // the runtime is not shown what is damaged
				dimension, err = e.openKept(saved.path)
			}
			return err
		}
		if dimension, err = e.open(f.model, part); err != nil && part != "" {
			part = "" // the disk may be full: half a model is not kept
			dimension, err = e.open(f.model, "")
		}
		return err
	})
	if err := work.Wait(); err != nil {
		return "", 0, errors.Join(err, e.destroy())
	}
	if part != "" {
		saved.keep(part, digest)
	}
	return digest, dimension, nil
}

// destroy frees session and mapping.
func (e *onnx) destroy() error {
	var err error
	if e.session != nil {
		err = e.session.Destroy()
		e.session = nil
	}
	if e.mapped != nil {
		err = errors.Join(err, e.mapped.Unmap())
		e.mapped = nil
	}
	return err
}

// loadRuntime loads the shared library unless this process has one already.
// It is never unloaded: another embedder may be using it.
func loadRuntime(path string) error {
	environment.Lock()
	defer environment.Unlock()
	if ort.IsInitialized() {
		return nil
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("%s is not an ONNX Runtime %s library for this computer (%s): %w",
			path, runtimeVersion, platform(), err)
	}
	return nil
}

// SessionOptions are those of a small model that several goroutines run, one sequence
// each at a time. The caller destroys them; the runtime must have been loaded.
func SessionOptions() (*ort.SessionOptions, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	for _, set := range []func() error{
		func() error { return options.SetIntraOpNumThreads(1) },
		func() error { return options.SetInterOpNumThreads(1) },
		func() error { return options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableExtended) },
		// A memory plan is kept for every input length, and lengths vary.
		func() error { return options.SetMemPattern(false) },
	} {
		if err := set(); err != nil {
			options.Destroy()
			return nil, fmt.Errorf("set session options: %w", err)
		}
	}
	return options, nil
}

// open creates the session and returns the vectors' size. With a path in keep the model is
// written there as it was optimised.
func (e *onnx) open(path, keep string) (int, error) {
	options, err := SessionOptions()
	if err != nil {
		return 0, err
	}
	defer options.Destroy()
	if keep != "" {
		if err := options.AddSessionConfigEntry("session.save_model_format", "ORT"); err != nil {
			return 0, err
		}
		if err := options.SetOptimizedModelFilePath(keep); err != nil {
			return 0, err
		}
	}
	e.session, err = ort.NewDynamicAdvancedSession(path, inputNames, outputNames, options)
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", path, err)
	}
	return e.try(path)
}

// openKept creates the session on an optimised model that stays mapped into memory, so that
// its weights are not copied.
func (e *onnx) openKept(path string) (int, error) {
	options, err := SessionOptions()
	if err != nil {
		return 0, err
	}
	defer options.Destroy()
	if err := options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelDisableAll); err != nil {
		return 0, err
	}
	for _, entry := range []string{"session.use_ort_model_bytes_directly", "session.use_ort_model_bytes_for_initializers"} {
		if err := options.AddSessionConfigEntry(entry, "1"); err != nil {
			return 0, err
		}
	}
	e.session, err = ort.NewDynamicAdvancedSessionWithONNXData(e.mapped, inputNames, outputNames, options)
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", path, err)
	}
	Forget(e.mapped)
	return e.try(path)
}

// Names of the model's tensors.
var inputNames, outputNames = []string{"input_ids", "attention_mask", "token_type_ids"}, []string{"last_hidden_state"}

// try embeds the shortest input, to learn the vectors' size.
func (e *onnx) try(path string) (int, error) {
	v, err := e.run([]int64{0})
	if err != nil {
		return 0, fmt.Errorf("try %s: %w", path, err)
	}
	return len(v), nil
}

// run returns the normalised vector of one sequence of ids.
func (e *onnx) run(ids []int64) ([]float32, error) {
	n := len(ids)
	shape := ort.NewShape(1, int64(n))
	mask := make([]int64, n)
	for i := range mask {
		mask[i] = 1
	}
	var inputs []ort.Value
	defer func() {
		for _, in := range inputs {
			in.Destroy()
		}
	}()
	for _, data := range [][]int64{ids, mask, make([]int64, n)} {
		tensor, err := ort.NewTensor(shape, data)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, tensor)
	}
	outputs := []ort.Value{nil}
	if err := e.session.Run(inputs, outputs); err != nil {
		return nil, err
	}
	defer outputs[0].Destroy()
	hidden, ok := outputs[0].(*ort.Tensor[float32])
	if !ok || len(hidden.GetShape()) != 3 {
		return nil, fmt.Errorf("the model's output is not one vector for each token")
	}
	// The first token, [CLS], stands for the whole text.
	vector := make([]float32, hidden.GetShape()[2])
	copy(vector, hidden.GetData())
	return vector, normalize(vector)
}

// EmbedDocuments embeds the texts, several at the same time. Each goroutine
// turns its own text into ids, so that no processor waits for that. Long texts
// come first: whichever is last, the others then wait for it the least.
func (e *onnx) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	work, workCtx := errgroup.WithContext(ctx)
	work.SetLimit(cap(e.running))
	order := make([]int, len(texts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(texts[b]), len(texts[a])) })
	for _, i := range order {
		work.Go(func() (err error) {
			vectors[i], err = e.EmbedQuery(workCtx, texts[i])
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return vectors, nil
}

// EmbedQuery embeds one text. The model takes questions without an
// instruction in front.
func (e *onnx) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	select {
	case e.running <- struct{}{}:
		defer func() { <-e.running }()
	case <-ctx.Done():
		return nil, fmt.Errorf("embeddings: %w", ctx.Err())
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("embeddings: %w", err)
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return nil, ErrClosed
	}
	v, err := e.run(e.tokenizer.encode(text))
	if err != nil {
		return nil, fmt.Errorf("embeddings: embed with %s: %w", e.info.Model, err)
	}
	return v, nil
}

func (e *onnx) Info() Info { return e.info }

// Close frees the session once its runs have ended.
func (e *onnx) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	if err := e.destroy(); err != nil {
		return fmt.Errorf("embeddings: close: %w", err)
	}
	return nil
}

// fingerprint digests what determines the vectors. The runtime's version is
// not part of it: it changes the last digits only.
func fingerprint(f files) (string, error) {
	h := sha256.New()
	for _, path := range []string{f.model, f.tokenizer} {
		sum, err := sumOf(path)
		if err != nil {
			return "", fmt.Errorf("read model: %w", err)
		}
		h.Write(sum)
	}
	fmt.Fprintf(h, "%s\n%d\n%s\n", pooling, maxTokens, "lowercase by vocabulary")
	return hex.EncodeToString(h.Sum(nil)), nil
}
