package weaviate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Errors that callers branch on, besides those of package index.
var (
	// ErrUnavailable: too few nodes answer for what was asked.
	ErrUnavailable = errors.New("the Weaviate cluster cannot answer")
	// ErrKey: the cluster refuses the key.
	ErrKey = errors.New("the Weaviate cluster refuses the key")
	// ErrSchema: the collection was made by another version of the program, or
	// by something else.
	ErrSchema = errors.New("the collection has another schema")

	errNotFound = errors.New("not found")
)

// Bounds of what a request may take. A search has to fail while somebody still
// waits for it; a batch of passages may take its time.
const (
	searchTotal  = 4500 * time.Millisecond
	writeAttempt = 30 * time.Second
	writeTotal   = 2 * time.Minute
	schemaTotal  = time.Minute
	// hedgeAfter is how long a node may keep a search waiting before another
	// one is asked as well.
	hedgeAfter = time.Second
	// downFor is how long a node that did not answer is asked last, and
	// catchUp how long after its return, since it lacks what was written
	// meanwhile until the others have told it.
	downFor = 3 * time.Second
	catchUp = time.Minute
	// maxReply bounds an answer in bytes.
	maxReply = 512 << 20
)

// client speaks Weaviate's REST and GraphQL interfaces with all nodes.
type client struct {
	nodes []*node
	// searching bounds what somebody waits for. Nodes that are slow are not asked
	// twice, which would make them slower; those that are down say so at once.
	searching limits
	next      atomic.Uint32
	http      *http.Client
	key       string
}

// node is an address at which the cluster can be reached.
type node struct {
	base string // "http://127.0.0.1:8080"

	mu     sync.Mutex
	failed time.Time // when it last did not answer
	back   time.Time // when it first answered after that
}

func newClient(hosts []string, key string) (*client, error) {
	c := &client{key: key, searching: limits{searchTotal, searchTotal}, http: &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: time.Second}).DialContext,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     time.Minute,
		Proxy:               http.ProxyFromEnvironment,
	}}}
	for _, h := range hosts {
		base, err := address(h)
		if err != nil {
			return nil, err
		}
		c.nodes = append(c.nodes, &node{base: base})
	}
	if len(c.nodes) == 0 {
		return nil, errors.New("no host of the cluster is given")
	}
	return c, nil
}

// address completes a host to the beginning of an address.
func address(host string) (string, error) {
	text := strings.TrimSpace(host)
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", fmt.Errorf("%q is no address of a node; it must look like 10.0.0.1:8080 or https://node1.example.org", host)
	}
	return strings.TrimRight(text, "/"), nil
}

func (n *node) String() string { _, host, _ := strings.Cut(n.base, "://"); return host }

// rank is 0 for a node that is well, 1 for one that has to catch up, 2 for one
// that did not answer.
func (n *node) rank(now time.Time) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.failed.IsZero():
		return 0
	case n.back.IsZero() && now.Sub(n.failed) < downFor:
		return 2
	case n.back.IsZero() || now.Sub(n.back) < catchUp:
		return 1
	}
	n.failed, n.back = time.Time{}, time.Time{}
	return 0
}

// answered and silent keep note of how the node is.
func (n *node) answered() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.failed.IsZero() && n.back.IsZero() {
		n.back = time.Now()
	}
}

func (n *node) silent() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failed, n.back = time.Now(), time.Time{}
}

// order lists the nodes in the order in which they are to be asked: those that
// are well first, each call beginning with another one.
func (c *client) order() []*node {
	now, from := time.Now(), int(c.next.Add(1))%len(c.nodes)
	out := append(slices.Clone(c.nodes[from:]), c.nodes[:from]...)
	slices.SortStableFunc(out, func(a, b *node) int { return a.rank(now) - b.rank(now) })
	return out
}

// request is one call of the REST interface.
type request struct {
	method, path string
	query        url.Values
	body         any // encoded as JSON; nil: none
	out          any // filled from JSON; nil: thrown away
}

// statusError is an answer that says no.
type statusError struct {
	node   *node
	status int
	text   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s answers %d: %s", e.node, e.status, e.text)
}

// silentError is no answer, or none that was complete.
type silentError struct {
	node *node
	err  error
}

func (e *silentError) Error() string { return fmt.Sprintf("%s: %v", e.node, e.err) }
func (e *silentError) Unwrap() error { return e.err }

// elsewhere tells whether another node, or the same one a moment later, may do
// what failed here.
func elsewhere(err error) bool {
	var s *statusError
	if errors.As(err, &s) {
		return s.status >= 500 || s.status == http.StatusTooManyRequests
	}
	var none *silentError
	return errors.As(err, &none)
}

// at makes one call to one node.
func (c *client) at(ctx context.Context, n *node, r request) error {
	var body io.Reader
	if r.body != nil {
		b, err := encode(r.body)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	target := n.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // without the address, which is said
		}
		return &silentError{n, err}
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return &silentError{n, err}
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		n.answered()
		return fmt.Errorf("%w: %s answers %d; set index.api_key or index.api_key_file to a key that may read and write", ErrKey, n, resp.StatusCode)
	case resp.StatusCode == http.StatusNotFound:
		n.answered()
		return fmt.Errorf("%s: %s: %w", n, r.path, errNotFound)
	case resp.StatusCode >= 300:
		if resp.StatusCode < 500 {
			n.answered()
		}
		return &statusError{n, resp.StatusCode, messageOf(reply)}
	}
	n.answered()
	if r.out == nil {
		return nil
	}
	if err := json.Unmarshal(reply, r.out); err != nil {
		return fmt.Errorf("%s: the answer to %s is not what a Weaviate server says: %w", n, r.path, err)
	}
	return nil
}

// encode writes JSON without making < and > unreadable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// messageOf takes the sentence out of an error document.
func messageOf(reply []byte) string {
	var doc struct {
		Message string
		Error   json.RawMessage
	}
	var list []struct{ Message string }
	if json.Unmarshal(reply, &doc) == nil {
		if doc.Message != "" {
			return doc.Message
		}
		if json.Unmarshal(doc.Error, &list) == nil && len(list) > 0 {
			return list[0].Message
		}
	}
	text := strings.TrimSpace(string(reply))
	return text[:min(len(text), 300)]
}

// limits bound a call: one try, and all of them together.
type limits struct{ attempt, total time.Duration }

var (
	writing  = limits{writeAttempt, writeTotal}
	changing = limits{schemaTotal, schemaTotal}
)

// call makes a call to one node, and to the next ones where that fails.
func (c *client) call(ctx context.Context, l limits, r request) error {
	_, err := ask(ctx, c, 1, l, func(ctx context.Context, n *node) (struct{}, error) {
		return struct{}{}, c.at(ctx, n, r)
	})
	return err
}

// ask returns what f says of want different nodes, asked at once. Where one
// fails or keeps waiting, another takes its turn; when all have failed, they are
// asked again after a moment, until the time is over.
func ask[T any](outer context.Context, c *client, want int, l limits, f func(ctx context.Context, n *node) (T, error)) ([]T, error) {
	ctx, cancel := context.WithTimeout(outer, l.total)
	defer cancel()
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = 100*time.Millisecond, time.Second
	var last error
	out, err := backoff.Retry(ctx, func() ([]T, error) {
		out, err := round(ctx, c, min(want, len(c.nodes)), l, f)
		if last = err; err != nil && !errors.Is(err, ErrUnavailable) {
			err = backoff.Permanent(err)
		}
		return out, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(0))
	switch {
	case outer.Err() != nil:
		return nil, outer.Err()
	case err != nil && last != nil: // who did not answer, rather than that time is over
		return nil, last
	}
	return out, err
}

// round asks every node once at most.
func round[T any](ctx context.Context, c *client, want int, l limits, f func(ctx context.Context, n *node) (T, error)) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, l.attempt)
	defer cancel()
	type result struct {
		node  *node
		value T
		err   error
	}
	waiting := c.order()
	results := make(chan result, len(waiting)) // whoever is late must not wait
	running := 0
	start := func() {
		if len(waiting) > 0 {
			n := waiting[0]
			waiting = waiting[1:]
			running++
			go func() {
				v, err := f(ctx, n)
				results <- result{n, v, err}
			}()
		}
	}
	for range want {
		start()
	}
	hedge := time.NewTicker(hedgeAfter)
	defer hedge.Stop()
	var out []T
	var failures []error
	for running > 0 {
		select {
		case <-hedge.C:
			for range want - len(out) {
				start()
			}
		case r := <-results:
			running--
			switch {
			case r.err == nil:
				if out = append(out, r.value); len(out) == want {
					return out, nil
				}
			case !elsewhere(r.err):
				return nil, r.err
			default:
				var none *silentError
				if errors.As(r.err, &none) {
					r.node.silent()
				}
				failures = append(failures, r.err)
				start()
			}
		}
	}
	return nil, unavailable(len(c.nodes), want, failures)
}

// unavailable says who did not answer and how many would have had to.
func unavailable(all, want int, failures []error) error {
	texts := make([]string, len(failures))
	for i, f := range failures {
		texts[i] = f.Error()
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	return fmt.Errorf("%w: %d of its %d nodes must answer (%s); start the nodes that are down, or look at index.hosts and index.consistency",
		ErrUnavailable, want, all, strings.Join(texts, "; "))
}
