package llm

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/tmc/langchaingo/llms"
)

// opened is a provider's model with the gaps of its client closed: errors are
// classified, a stream that ends without saying so is an error, a panic is an
// error, and the token counts stand under the same names everywhere.
type opened struct {
	model    llms.Model
	provider string
	scrub    func(string) string
	extra    []llms.CallOption // what this provider needs with every call
}

var _ llms.Model = (*opened)(nil)

// Call implements [llms.Model].
func (m *opened) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, m, prompt, options...)
}

// GenerateContent implements [llms.Model]. Its errors are [*ModelError],
// context.Canceled, or what the streaming function returned.
func (m *opened) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (resp *llms.ContentResponse, err error) {
	var call llms.CallOptions
	for _, opt := range options {
		opt(&call)
	}
	watched, w := withWire(ctx)
	var mu sync.Mutex // a client's reader may outlive the call
	var started, over bool
	var stop error // what the caller's streaming function returned
	options = append(append([]llms.CallOption{}, m.extra...), options...)
	if call.StreamingFunc != nil {
		options = append(options, llms.WithStreamingFunc(func(ctx context.Context, chunk []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if over {
				return context.Canceled
			}
			if stop != nil || len(chunk) == 0 {
				return stop
			}
			started = true
			stop = call.StreamingFunc(ctx, chunk)
			return stop
		}))
	}
	func() {
		defer func() { // empty answers make some clients dereference nil
			if p := recover(); p != nil {
				resp, err = nil, fmt.Errorf("client failed: %v", p)
			}
		}()
		resp, err = m.model.GenerateContent(watched, messages, options...)
	}()
	mu.Lock()
	over = true
	mu.Unlock()
	if stop != nil {
		return nil, stop
	}
	if err = classify(ctx, m.provider, err, w, started); err != nil {
		var e *ModelError
		if errors.As(err, &e) {
			e.Detail = m.scrub(e.Detail)
		}
		return nil, err
	}
	seen := w.snapshot()
	if !started && (resp == nil || contentOf(resp) == "") {
		kind := ErrEmpty
		if seen.status != 0 && !seen.parsed && call.StreamingFunc != nil && m.provider != "googleai" && m.provider != "bedrock" {
			kind = ErrGarbage
		}
		return nil, &ModelError{Kind: kind, Provider: m.provider}
	}
	finish(resp, seen)
	return resp, nil
}

// contentOf joins what a response says; Anthropic's comes in several choices.
func contentOf(resp *llms.ContentResponse) string {
	text := ""
	for _, c := range resp.Choices {
		if c != nil {
			text += c.Content
		}
	}
	return text
}

// finish fills in what the wire saw and the client did not pass on.
func finish(resp *llms.ContentResponse, seen wireState) {
	for _, c := range resp.Choices {
		if c == nil {
			continue
		}
		if c.GenerationInfo == nil {
			c.GenerationInfo = map[string]any{}
		}
		if c.StopReason == "" {
			c.StopReason = seen.stopReason
		}
		if seen.usage.prompt > 0 {
			c.GenerationInfo["PromptTokens"] = seen.usage.prompt
			c.GenerationInfo["CompletionTokens"] = seen.usage.completion
		}
	}
}

// usageOf reads the token counts of a response, whatever the provider calls
// them. ok is false when the server told none.
func usageOf(resp *llms.ContentResponse) (prompt, completion int, ok bool) {
	for _, c := range resp.Choices {
		if c == nil {
			continue
		}
		prompt = intOf(c.GenerationInfo, "PromptTokens", "InputTokens", "input_tokens")
		completion = intOf(c.GenerationInfo, "CompletionTokens", "OutputTokens", "output_tokens")
		if prompt > 0 || completion > 0 {
			return prompt, completion, true
		}
	}
	return 0, 0, false
}

func intOf(info map[string]any, names ...string) int {
	for _, name := range names {
		switch n := info[name].(type) {
		case int:
			if n > 0 {
				return n
			}
		case int32:
			if n > 0 {
				return int(n)
			}
		case int64:
			if n > 0 {
				return int(n)
			}
		}
	}
	return 0
}

// wasTruncated tells whether the model stopped because it ran out of tokens.
func wasTruncated(resp *llms.ContentResponse) bool {
	for _, c := range resp.Choices {
		if c == nil {
			continue
		}
		switch c.StopReason {
		case "length", "max_tokens", "FinishReasonMaxTokens", "MAX_TOKENS", "model_length":
			return true
		}
	}
	return false
}

// late is a model that its server is to name, opened while the server could
// not be reached. Each call tries again until the server answers.
type late struct {
	open func(context.Context) (llms.Model, error)

	mu    sync.Mutex
	model llms.Model // nil: not named yet
}

var _ llms.Model = (*late)(nil)

// Call implements [llms.Model].
func (l *late) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, l, prompt, options...)
}

// GenerateContent implements [llms.Model].
func (l *late) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	model, err := l.named(ctx)
	if err != nil {
		return nil, err
	}
	return model.GenerateContent(ctx, messages, options...)
}

func (l *late) named(ctx context.Context) (llms.Model, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.model == nil {
		model, err := l.open(ctx)
		if err != nil {
			return nil, err
		}
		l.model = model
	}
	return l.model, nil
}

// isUnreachable tells a server that is not there from one that answers wrong.
func isUnreachable(err error) bool {
	var e *url.Error
	return errors.As(err, &e)
}
