package embeddings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"time"

	lcembeddings "github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/llms/ollama"
	"github.com/tmc/langchaingo/llms/openai"
)

// maxResponse bounds what is read of one response: 2,048 vectors of 4,096
// components as JSON are about 100 MB.
const maxResponse = 256 << 20

// StatusError says that a remote provider answered with an HTTP error.
type StatusError struct {
	Code int
	// RetryAfter is how long the provider asks to wait, 0 when it does not say.
	RetryAfter time.Duration
	Err        error
}

func (e *StatusError) Error() string {
	hint := ""
	switch {
	case e.Code == http.StatusUnauthorized || e.Code == http.StatusForbidden:
		hint = "; check the API key"
	case e.Code == http.StatusNotFound:
		hint = "; check the base URL and the model's name"
	case e.Code == http.StatusTooManyRequests:
		hint = "; it is asked too often, or a quota is used up"
	}
	return fmt.Sprintf("answered with HTTP status %d%s (%v)", e.Code, hint, e.Err)
}

func (e *StatusError) Unwrap() error { return e.Err }

// ErrUnreachable says that a remote provider could not be reached or broke the
// connection off.
var ErrUnreachable = errors.New("cannot reach the server")

// httpClient is an embedding client of langchaingo whose errors keep what a
// retry needs to know. langchaingo's own errors lose the status, Retry-After
// and the cause, so every call listens to its own HTTP traffic.
type httpClient struct {
	name    string
	http    *http.Client
	ollama  bool
	secrets secrets
	connect func(*http.Client) (lcembeddings.EmbedderClient, error)
}

func (c *httpClient) CreateEmbedding(ctx context.Context, texts []string) ([][]float32, error) {
	vectors, err := c.create(ctx, texts)
	return vectors, c.secrets.hide(err)
}

func (c *httpClient) create(ctx context.Context, texts []string) ([][]float32, error) {
	listener := &listener{base: c.http.Transport, sort: !c.ollama}
	if listener.base == nil {
		listener.base = http.DefaultTransport
	}
	h := *c.http
	h.Transport = listener
	client, err := c.connect(&h)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	vectors, err := client.CreateEmbedding(ctx, texts)
	switch {
	case err == nil:
		return vectors, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s: %w", c.name, ctx.Err())
	case listener.err != nil:
		return nil, fmt.Errorf("%s: %w: %w", c.name, ErrUnreachable, listener.err)
	case listener.status >= 400:
		return nil, fmt.Errorf("%s: %w", c.name, &StatusError{Code: listener.status, RetryAfter: listener.retryAfter, Err: c.secrets.hide(err)})
	case errors.Is(err, openai.ErrUnexpectedResponseLength), errors.Is(err, ollama.ErrIncompleteEmbedding),
		errors.Is(err, ollama.ErrEmptyResponse), listener.empty:
		return nil, fmt.Errorf("%s: %w for %d texts", c.name, ErrCount, len(texts))
	default:
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
}

// listener notes how the requests of one call fared. It is used by one
// goroutine at a time.
type listener struct {
	base http.RoundTripper
	sort bool // order OpenAI's data by index, which langchaingo ignores

	status     int
	retryAfter time.Duration
	empty      bool
	err        error
}

func (l *listener) RoundTrip(req *http.Request) (*http.Response, error) {
	l.status, l.retryAfter, l.empty, l.err = 0, 0, false, nil
	resp, err := l.base.RoundTrip(req)
	if err != nil {
		l.err = err
		return nil, err
	}
	// Read here, so that a connection that breaks off inside the body counts
	// as such and not as malformed JSON.
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	resp.Body.Close()
	if err != nil {
		l.err = err
		return nil, err
	}
	l.status = resp.StatusCode
	l.retryAfter = parseRetryAfter(resp.Header.Get("Retry-After"), time.Now())
	if l.sort && resp.StatusCode == http.StatusOK {
		body, l.empty = sortByIndex(body)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// parseRetryAfter reads the header's two forms, seconds and a date (RFC 9110,
// section 10.2.3). Anything else, and the past, are 0.
func parseRetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 && seconds < 1<<30 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// sortByIndex orders the data of an OpenAI embeddings response by their index
// and tells whether there are none. A response in order, without indexes or
// not understood comes back as it was.
func sortByIndex(body []byte) (sorted []byte, empty bool) {
	var response struct {
		Data []json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &response) != nil {
		return body, false
	}
	type item struct {
		index int
		raw   json.RawMessage
	}
	items := make([]item, len(response.Data))
	distinct := make(map[int]bool, len(items))
	for i, raw := range response.Data {
		var head struct {
			Index int `json:"index"`
		}
		if json.Unmarshal(raw, &head) != nil {
			return body, false
		}
		items[i] = item{head.Index, raw}
		distinct[head.Index] = true
	}
	byIndex := func(i, k int) bool { return items[i].index < items[k].index }
	if len(distinct) < len(items) || sort.SliceIsSorted(items, byIndex) {
		return body, len(items) == 0
	}
	sort.Slice(items, byIndex)
	for i := range items {
		response.Data[i] = items[i].raw
	}
	out, err := json.Marshal(response)
	if err != nil {
		return body, false
	}
	return out, false
}
