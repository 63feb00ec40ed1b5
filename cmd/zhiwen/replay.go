package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"sync"
	"time"

	"github.com/tmc/langchaingo/llms"
)

// replay is a language model that keeps its answers in a file and gives them
// again when the same is asked, so that checks can be measured over and over
// on what a slow model said once. Only eval uses it.
type replay struct {
	llms.Model
	mu    sync.Mutex
	file  *os.File
	known map[string]replayed
	saved time.Duration // by answers given again, see takeSaved
}

// replayed is a line of the file.
type replayed struct {
	Key  string `json:"key"` // digest of the messages
	Text string `json:"text"`
	Stop string `json:"stop"`
	// TookMS is what the model needed, in milliseconds.
	TookMS float64        `json:"took_ms"`
	Info   map[string]any `json:"info,omitempty"`
}

// newReplay reads the answers kept so far; a file that does not exist is made.
func newReplay(model llms.Model, path string) (*replay, error) {
	r := &replay{Model: model, known: map[string]replayed{}}
	old, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("read kept answers: %w", err)
	default:
		defer old.Close()
		lines := bufio.NewScanner(old)
		lines.Buffer(nil, 1<<22)
		for n := 1; lines.Scan(); n++ {
			var line replayed
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				return nil, fmt.Errorf("read kept answers: %s:%d: %w", path, n, err)
			}
			for name, v := range line.Info { // counts, which JSON makes floats
				if n, ok := v.(float64); ok && n == math.Trunc(n) {
					line.Info[name] = int(n)
				}
			}
			r.known[line.Key] = line
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("read kept answers: %s: %w", path, err)
		}
	}
	r.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("keep answers: %w", err)
	}
	return r, nil
}

// GenerateContent gives the kept answer, or asks the model and keeps its answer.
func (r *replay) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	asked, err := json.Marshal(messages)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	digest := sha256.Sum256(asked)
	key := hex.EncodeToString(digest[:])
	r.mu.Lock()
	line, ok := r.known[key]
	if ok {
		r.saved += time.Duration(line.TookMS * float64(time.Millisecond))
	}
	r.mu.Unlock()
	if ok {
		var o llms.CallOptions
		for _, set := range options {
			set(&o)
		}
		if o.StreamingFunc != nil {
			if err := o.StreamingFunc(ctx, []byte(line.Text)); err != nil {
				return nil, err
			}
		}
		return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: line.Text, StopReason: line.Stop, GenerationInfo: line.Info}}}, nil
	}
	started := time.Now()
	answer, err := r.Model.GenerateContent(ctx, messages, options...)
	if err != nil || len(answer.Choices) == 0 {
		return answer, err
	}
	first := answer.Choices[0]
	return answer, r.keep(replayed{
		Key: key, Text: first.Content, Stop: first.StopReason, Info: first.GenerationInfo,
		TookMS: float64(time.Since(started).Milliseconds()),
	})
}

// takeSaved is the time that kept answers have spared since it was last called.
func (r *replay) takeSaved() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	saved := r.saved
	r.saved = 0
	return saved
}

func (r *replay) keep(line replayed) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[line.Key] = line
	b, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	if _, err := r.file.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}
