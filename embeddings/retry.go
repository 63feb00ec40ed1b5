package embeddings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// RetryOptions bound a Retry. The zero value is 4 tries within 2 minutes.
type RetryOptions struct {
	Tries   int           // how often a call is made at most, 0 means 4
	Longest time.Duration // no new try starts later than this, 0 means 2 minutes
	First   time.Duration // pause after the first failure, then about 1.5 times as long each, 0 means half a second
	Logger  *slog.Logger  // hears of each failure that is tried again, nil for nobody
}

// Retry repeats calls that failed for a passing reason: the provider was asked
// too often (429, waiting as long as its Retry-After says), it failed (5xx),
// or it could not be reached. Other errors come back at once. After the last
// try the provider's own error is returned.
func Retry(e Embedder, o RetryOptions) Embedder {
	if o.Tries <= 0 {
		o.Tries = 4
	}
	if o.Longest <= 0 {
		o.Longest = 2 * time.Minute
	}
	if o.First <= 0 {
		o.First = backoff.DefaultInitialInterval
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &retry{Embedder: e, options: o}
}

type retry struct {
	Embedder
	options RetryOptions
}

func (r *retry) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	return again(ctx, r.options, func() ([][]float32, error) { return r.Embedder.EmbedDocuments(ctx, texts) })
}

func (r *retry) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	return again(ctx, r.options, func() ([]float32, error) { return r.Embedder.EmbedQuery(ctx, text) })
}

// again calls until it works, or the error will not pass, or o's bounds.
func again[T any](ctx context.Context, o RetryOptions, call func() (T, error)) (T, error) {
	intervals := backoff.NewExponentialBackOff()
	intervals.InitialInterval = o.First
	var last error
	result, err := backoff.Retry(ctx, func() (T, error) {
		result, err := call()
		last = err
		if err == nil {
			return result, nil
		}
		return result, classify(err)
	},
		backoff.WithBackOff(intervals),
		backoff.WithMaxTries(uint(o.Tries)),
		backoff.WithMaxElapsedTime(o.Longest),
		backoff.WithNotify(func(_ error, wait time.Duration) {
			o.Logger.Warn("embedding failed, trying again", slog.Any("error", last), slog.Duration("wait", wait))
		}),
	)
	if err == nil {
		return result, nil
	}
	var zero T
	if cause := context.Cause(ctx); cause != nil && !errors.Is(last, cause) {
		return zero, fmt.Errorf("embeddings: %w while waiting to try again: %w", cause, last)
	}
	return zero, last
}

// classify tells the back-off library what to do about an error.
func classify(err error) error {
	var status *StatusError
	switch {
	case errors.As(err, &status):
		if status.Code != http.StatusTooManyRequests && status.Code != http.StatusRequestTimeout && status.Code < 500 {
			return backoff.Permanent(err)
		}
		if status.RetryAfter > 0 {
			return &backoff.RetryAfterError{Duration: status.RetryAfter}
		}
		return err
	case errors.Is(err, ErrUnreachable):
		return err
	default:
		return backoff.Permanent(err)
	}
}
