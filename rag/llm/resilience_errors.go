package llm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What can go wrong with a model. A [ModelError] is one of these; test with
// errors.Is.
var (
	ErrNoModel        = errors.New("no language model is configured")
	ErrUnavailable    = errors.New("the model's server cannot be reached or is failing")
	ErrTimeout        = errors.New("the model did not answer in time")
	ErrUnauthorized   = errors.New("the model's server refuses the key")
	ErrModelNotFound  = errors.New("the model's server does not have the model or the address")
	ErrRateLimited    = errors.New("the model's server allows no more requests for now")
	ErrContextTooLong = errors.New("the prompt is longer than the model's context")
	ErrRejected       = errors.New("the model's server rejects the request")
	ErrEmpty          = errors.New("the model answered with nothing")
	ErrCut            = errors.New("the answer was cut off mid-way")
	ErrEndless        = errors.New("the model did not stop")
	ErrGarbage        = errors.New("the model's server did not speak its protocol")
	ErrCircuitOpen    = errors.New("the model failed repeatedly and is left alone for a while")
)

// ModelError is a failed call, classified once. Its text never holds a key.
type ModelError struct {
	Kind     error // one of the sentinels above
	Provider string
	Status   int // of HTTP, 0 when there was no response
	// RetryAfter is how long the server asked to wait, 0 when it did not say.
	RetryAfter time.Duration
	// ContextTokens is the context's size where the server told it with
	// ErrContextTooLong, else 0.
	ContextTokens int
	// Started says that part of the answer had been delivered already.
	Started bool
	Detail  string // what the server or the connection said, scrubbed and short
}

func (e *ModelError) Error() string {
	var b strings.Builder
	if e.Provider != "" {
		fmt.Fprintf(&b, "%s: ", e.Provider)
	}
	b.WriteString(e.Kind.Error())
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	return b.String()
}

func (e *ModelError) Unwrap() error { return e.Kind }

// classify turns the outcome of a call into one typed error, or nil. The wire
// knows more than err: langchaingo drops status codes' headers, replaces
// network errors by a sentence, reports a cut or cancelled stream as a success
// and skips errors that a server sends within a stream.
func classify(ctx context.Context, provider string, err error, w *wire, started bool) error {
	seen := w.snapshot()
	e := &ModelError{Provider: provider, Status: seen.status, RetryAfter: seen.retryAfter, Started: started}
	if seen.status == http.StatusOK {
		e.Status = 0
	}
	switch {
	case seen.message != "":
		e.Detail = seen.message
	case seen.transport != nil:
		e.Detail = seen.transport.Error()
	case err != nil:
		e.Detail = err.Error()
	}
	if cause := ctx.Err(); cause != nil {
		if errors.Is(cause, context.Canceled) {
			return cause
		}
		e.Kind, e.Detail, e.Status = ErrTimeout, "", 0
		return e
	}
	if err == nil && seen.inStream == "" && (seen.terminated || !seen.streamed) {
		return nil
	}
	e.Kind = kindOf(seen, err, started)
	if e.Kind == ErrContextTooLong {
		e.ContextTokens = contextSize(e.Detail)
	}
	return e
}

func kindOf(seen wireState, err error, started bool) error {
	said := strings.ToLower(seen.message + " " + seen.inStream)
	if err != nil {
		said += " " + strings.ToLower(err.Error())
	}
	switch code := seen.status; {
	case saysContextTooLong(said):
		return ErrContextTooLong
	case code == http.StatusUnauthorized, code == http.StatusForbidden, strings.Contains(said, "api key not valid"):
		return ErrUnauthorized
	case code == http.StatusNotFound:
		return ErrModelNotFound
	case code == http.StatusTooManyRequests:
		return ErrRateLimited
	case code == http.StatusRequestEntityTooLarge:
		return ErrContextTooLong
	case code == http.StatusRequestTimeout, code >= 500: // 529 is Anthropic's "overloaded"
		return ErrUnavailable
	case code >= 400:
		return ErrRejected
	case code == 0 && seen.transport != nil:
		return ErrUnavailable
	case started || seen.bodyErr != nil && seen.parsed:
		return ErrCut
	case seen.inStream != "":
		return ErrUnavailable
	case code == http.StatusOK && !seen.parsed && seen.bytes > 0:
		return ErrGarbage
	case code == http.StatusOK && seen.streamed && !seen.terminated && seen.bytes > 0:
		return ErrCut
	case code == http.StatusOK:
		return ErrEmpty
	}
	return ErrUnavailable
}

// saysContextTooLong recognises the ways in which servers say that a prompt
// does not fit: OpenAI and vLLM, llama.cpp, Anthropic, Google, Ollama.
func saysContextTooLong(said string) bool {
	for _, phrase := range []string{
		"context_length_exceeded", "maximum context length", "context length", "exceed_context_size",
		"exceeds the available context", "prompt is too long", "input token count", "context window",
	} {
		if strings.Contains(said, phrase) {
			return true
		}
	}
	return false
}

// retryable tells whether trying again can help: the server was busy or away,
// and nothing of the answer has been shown.
func retryable(err error) bool {
	var e *ModelError
	if !errors.As(err, &e) || e.Started {
		return false
	}
	switch e.Kind {
	case ErrUnavailable, ErrRateLimited, ErrEmpty, ErrCut, ErrGarbage:
		return true
	}
	return false
}

// Explain puts a failure into a sentence for somebody who asked a question:
// what happened and what they can do, without technical terms. lang is "zh"
// or "en". The sentence ends with a full stop and can stand before "…the
// answer below was copied from the sources".
func Explain(err error, lang string) string {
	zh, en := explain(err)
	if lang == "en" {
		return en
	}
	return zh
}

func explain(err error) (zh, en string) {
	switch {
	case err == nil:
		return "", ""
	case errors.Is(err, ErrNoModel):
		return "没有设置语言模型。", "No language model is set up."
	case errors.Is(err, ErrCircuitOpen):
		return "语言模型连续出错，暂停使用片刻，稍后会自动恢复。", "The language model kept failing and is paused; it will be tried again shortly."
	case errors.Is(err, ErrUnauthorized):
		return "语言模型的服务不接受当前的密钥，请检查 llm 的密钥设置。", "The language model's service does not accept the key; please check the llm key setting."
	case errors.Is(err, ErrModelNotFound):
		return "语言模型的服务里没有设置的模型（或地址不对），请检查 llm.model 和 llm.base_url。", "The service does not know the configured model, or its address is wrong; please check llm.model and llm.base_url."
	case errors.Is(err, ErrRateLimited):
		var e *ModelError
		if errors.As(err, &e) && e.RetryAfter > 0 {
			n := int(e.RetryAfter.Round(time.Second) / time.Second)
			return fmt.Sprintf("语言模型的服务目前请求过多，请约 %d 秒后再试。", n), fmt.Sprintf("The language model's service is too busy; please try again in about %d seconds.", n)
		}
		return "语言模型的服务目前请求过多，请稍后再试。", "The language model's service is too busy; please try again later."
	case errors.Is(err, ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return "语言模型没有在规定时间内回答。", "The language model did not answer in time."
	case errors.Is(err, context.Canceled):
		return "提问已取消。", "The question was cancelled."
	case errors.Is(err, ErrContextTooLong):
		return "资料太长，超出了语言模型一次能读的长度。", "The passages are longer than the language model can read at once."
	case errors.Is(err, ErrEmpty):
		return "语言模型没有给出任何回答。", "The language model gave no answer."
	case errors.Is(err, ErrCut):
		return "语言模型的回答中途断开了。", "The language model's answer broke off."
	case errors.Is(err, ErrEndless):
		return "语言模型的回答没完没了，已被停止。", "The language model did not stop and was cut short."
	case errors.Is(err, ErrGarbage):
		return "语言模型的地址返回了无法理解的内容，请检查 llm.base_url。", "The language model's address answered with something unreadable; please check llm.base_url."
	case errors.Is(err, ErrRejected):
		return "语言模型的服务拒绝了这次请求，请检查 llm.provider 和 llm.model。", "The language model's service rejected the request; please check llm.provider and llm.model."
	}
	return "目前连接不上语言模型。", "The language model cannot be reached right now."
}
