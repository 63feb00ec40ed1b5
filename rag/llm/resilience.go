package llm

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"
	"github.com/tmc/langchaingo/llms"
)

// ResilienceOptions bound what a call may cost.
type ResilienceOptions struct {
	// Deadline is for a whole call with all its retries; 0 means 2 minutes.
	Deadline time.Duration
	// MaxTries counts the first try too; 0 means 3.
	MaxTries int
	// FirstPause is the pause before the first retry, which then doubles with
	// jitter; 0 means 500 ms.
	FirstPause time.Duration
	// MaxPause is the longest pause, also when the server asks for a longer
	// one: then the call fails with ErrRateLimited at once. 0 means 10 s.
	MaxPause time.Duration
	// BreakerFailures is how many calls in a row must fail before the model
	// is left alone; 0 means 3.
	BreakerFailures int
	// BreakerPause is for how long; 0 means 30 s.
	BreakerPause time.Duration
	// Log may be nil.
	Log *slog.Logger
}

// NewResilientModel returns model with one deadline over each call, bounded
// retries while nothing of the answer has been delivered, and a circuit
// breaker: while that is open, calls fail at once with [ErrCircuitOpen]. It is
// safe for concurrent use when model is.
func NewResilientModel(model llms.Model, o ResilienceOptions) llms.Model {
	o.Deadline = durationOr(o.Deadline, 2*time.Minute)
	o.FirstPause = durationOr(o.FirstPause, 500*time.Millisecond)
	o.MaxPause = durationOr(o.MaxPause, 10*time.Second)
	o.BreakerPause = durationOr(o.BreakerPause, 30*time.Second)
	if o.MaxTries <= 0 {
		o.MaxTries = 3
	}
	if o.BreakerFailures <= 0 {
		o.BreakerFailures = 3
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &resilient{model: model, o: o}
	r.breaker = gobreaker.NewCircuitBreaker[*llms.ContentResponse](gobreaker.Settings{
		Name:         "language model",
		MaxRequests:  1,
		Timeout:      o.BreakerPause,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return int(c.ConsecutiveFailures) >= o.BreakerFailures },
		IsSuccessful: func(err error) bool { return err == nil },
		IsExcluded:   func(err error) bool { return err != nil && !isOutage(err) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			o.Log.Warn("circuit breaker of the language model", "from", from.String(), "to", to.String())
		},
	})
	return r
}

func durationOr(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// isOutage tells whether a failure says that the server is down rather than
// that this one request was wrong or given up.
func isOutage(err error) bool {
	for _, kind := range []error{ErrUnavailable, ErrTimeout, ErrRateLimited, ErrGarbage, ErrUnauthorized, ErrModelNotFound} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

type resilient struct {
	model   llms.Model
	o       ResilienceOptions
	breaker *gobreaker.CircuitBreaker[*llms.ContentResponse]
}

var _ llms.Model = (*resilient)(nil)

// Call implements [llms.Model].
func (r *resilient) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, r, prompt, options...)
}

// GenerateContent implements [llms.Model].
func (r *resilient) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	resp, err := r.breaker.Execute(func() (*llms.ContentResponse, error) {
		return r.try(ctx, messages, options)
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return nil, ErrCircuitOpen
	}
	return resp, err
}

func (r *resilient) try(ctx context.Context, messages []llms.MessageContent, options []llms.CallOption) (*llms.ContentResponse, error) {
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, r.o.Deadline)
	defer cancel()
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = r.o.FirstPause, r.o.MaxPause
	var last error
	resp, err := backoff.Retry(ctx, func() (*llms.ContentResponse, error) {
		resp, err := r.model.GenerateContent(ctx, messages, options...)
		last = err
		if err == nil {
			return resp, nil
		}
		if !retryable(err) {
			return nil, backoff.Permanent(err)
		}
		var e *ModelError
		if errors.As(err, &e) && e.RetryAfter > 0 {
			deadline, _ := ctx.Deadline()
			if e.RetryAfter > r.o.MaxPause || e.RetryAfter > time.Until(deadline) {
				return nil, backoff.Permanent(err)
			}
			return nil, errors.Join(err, &backoff.RetryAfterError{Duration: e.RetryAfter})
		}
		return nil, err
	},
		backoff.WithBackOff(pauses), backoff.WithMaxTries(uint(r.o.MaxTries)), backoff.WithMaxElapsedTime(r.o.Deadline),
		backoff.WithNotify(func(err error, pause time.Duration) {
			r.o.Log.Warn("language model failed, trying again", "err", last, "pause", pause)
		}))
	switch {
	case err == nil:
		return resp, nil
	case outer.Err() != nil: // cancelled or out of time by the caller's own clock
		if errors.Is(outer.Err(), context.Canceled) {
			return nil, outer.Err()
		}
		return nil, &ModelError{Kind: ErrTimeout}
	case last != nil:
		return nil, last
	}
	return nil, err
}
