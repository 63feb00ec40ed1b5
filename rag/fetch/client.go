package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// Defaults of Options.
const (
	DefaultUserAgent    = "zhiwen (reads articles for questions and answers)"
	DefaultMaxBytes     = 64 << 20
	DefaultTimeout      = time.Minute
	DefaultMaxRedirects = 5
)

// Options bound a client. The zero value has the defaults, no pause, and reads
// nothing but the public internet.
type Options struct {
	UserAgent    string
	MaxBytes     int64         // of a document, unpacked; 0: DefaultMaxBytes
	Timeout      time.Duration // of one request, to the last byte; 0: DefaultTimeout
	MaxRedirects int           // 0: DefaultMaxRedirects
	// Pause is the least time between the beginnings of two requests to a host. A
	// Crawl-delay in robots.txt may make it longer.
	Pause time.Duration
	// IgnoreRobots reads what robots.txt forbids.
	IgnoreRobots bool
	// Allow are networks that are read although they are not public.
	Allow []netip.Prefix
	// Wait is the longest that a server's Retry-After is waited for within one
	// Get; 0: 20 seconds. For longer ones Get returns ErrBusy, and refuses that
	// host without asking until the time is over.
	Wait time.Duration
	// First is the pause ahead of a second try, which doubles; 0: one second.
	First time.Duration
	Log   *slog.Logger
}

// maxTries is how often a request is made that fails in a way that passes.
const maxTries = 3

// Client reads from the web. It may be used by several goroutines.
type Client struct {
	o         Options
	transport *http.Transport

	mu    sync.Mutex
	hosts map[string]*host
}

// host is what is known of a server, by scheme and name.
type host struct {
	pause *rate.Limiter

	mu     sync.Mutex
	rules  *rules    // of its robots.txt, nil: not read yet
	closed time.Time // it asked to be left alone until then
}

// New makes a client.
func New(o Options) *Client {
	if o.UserAgent == "" {
		o.UserAgent = DefaultUserAgent
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxRedirects <= 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	if o.Wait <= 0 {
		o.Wait = 20 * time.Second
	}
	if o.First <= 0 {
		o.First = time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{o: o, hosts: map[string]*host{}}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: c.guard}
	c.transport = &http.Transport{
		// No proxy: it would be what is dialled, and nobody would look at the
		// addresses behind it.
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	return c
}

// Close ends the connections that are kept for later.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Validators are what a server said of a document, to ask it later whether there
// is another one.
type Validators struct {
	ETag         string
	LastModified string
}

// Page is a document from the web.
type Page struct {
	URL         string // where it was found, after all redirects
	ContentType string // as the server says; may be wrong or empty
	Body        []byte // unpacked; nil when NotModified
	Validators
	// NotModified says that the document is the one that Validators were of.
	NotModified bool
}

// Get reads the document at an address. Known are the validators of the last
// time, or the zero value. All errors but that of ctx are an *Error.
func (c *Client) Get(ctx context.Context, address string, known Validators) (*Page, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = c.o.First
	page, err := backoff.Retry(ctx, func() (*Page, error) {
		page, err := c.once(ctx, u, known)
		switch wrong := (*Error)(nil); {
		case err == nil:
			return page, nil
		case ctx.Err() != nil:
			return nil, backoff.Permanent(ctx.Err())
		case !passing(err) || errors.As(err, &wrong) && wrong.RetryAfter > c.o.Wait:
			return nil, backoff.Permanent(err)
		case wrong != nil && wrong.RetryAfter > 0:
			return nil, errors.Join(err, &backoff.RetryAfterError{Duration: wrong.RetryAfter})
		}
		return nil, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return page, nil
	}
	if wrong := (*Error)(nil); errors.As(err, &wrong) {
		return nil, wrong
	}
	return nil, err
}

// once follows one address to its end. Redirects are followed here and not by
// net/http, because each of them is asked for anew: its address, its robots.txt,
// its pause.
func (c *Client) once(ctx context.Context, u *url.URL, known Validators) (*Page, error) {
	jar, _ := cookiejar.New(nil) // some sites redirect in a circle until their cookie comes back
	client := &http.Client{Transport: c.transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for hop := 0; ; hop++ {
		if hop > c.o.MaxRedirects {
			return nil, &Error{URL: u.String(), Err: fmt.Errorf("%w: %d times", ErrRedirects, hop), Hint: "look at it with a browser and name the page itself"}
		}
		if err := c.enter(ctx, client, u); err != nil {
			return nil, err
		}
		page, next, err := c.request(ctx, client, u, known)
		if err != nil || next == nil {
			return page, err
		}
		if next, err = parseAddress(next.String()); err != nil {
			return nil, err
		}
		u = next
	}
}

// enter waits for a host's turn and asks its robots.txt.
func (c *Client) enter(ctx context.Context, client *http.Client, u *url.URL) error {
	h := c.host(u)
	if left := h.closedFor(); left > 0 {
		return &Error{URL: u.String(), RetryAfter: left, Err: ErrBusy, Hint: "try again in " + left.Round(time.Second).String()}
	}
	if !c.o.IgnoreRobots {
		rules, err := c.rulesOf(ctx, client, u, h)
		if err != nil {
			return err
		}
		if !rules.allow(u) {
			return &Error{URL: u.String(), Err: ErrRobots, Hint: rules.hint()}
		}
	}
	return h.pause.Wait(ctx)
}

func (c *Client) host(u *url.URL) *host {
	key := u.Scheme + "://" + u.Host
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[key]
	if h == nil {
		limit := rate.Inf
		if c.o.Pause > 0 {
			limit = rate.Every(c.o.Pause)
		}
		h = &host{pause: rate.NewLimiter(limit, 1)}
		c.hosts[key] = h
	}
	return h
}

func (h *host) closedFor() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Until(h.closed)
}

// request makes one request. next is where it redirects to, nil when it does not.
func (c *Client) request(ctx context.Context, client *http.Client, u *url.URL, known Validators) (page *Page, next *url.URL, err error) {
	limited, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, &Error{URL: u.String(), Err: ErrAddress}
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8")
	req.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5")
	if known.ETag != "" {
		req.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		req.Header.Set("If-Modified-Since", known.LastModified)
	}
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, c.failed(ctx, u, err)
	}
	defer resp.Body.Close()
	c.o.Log.DebugContext(ctx, "fetched", "url", u.String(), "status", resp.StatusCode, "took", time.Since(began))
	switch resp.StatusCode {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		body, err := c.read(ctx, u, resp)
		if err != nil {
			return nil, nil, err
		}
		return &Page{URL: u.String(), ContentType: resp.Header.Get("Content-Type"), Body: body,
			Validators: Validators{resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")}}, nil, nil
	case http.StatusNotModified:
		if known == (Validators{}) {
			return nil, nil, &Error{URL: u.String(), Status: resp.StatusCode, Err: ErrStatus, Hint: "it says that nothing has changed, though nothing was known"}
		}
		return &Page{URL: u.String(), Validators: known, NotModified: true}, nil, nil
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		to, err := resp.Location()
		if err != nil {
			return nil, nil, &Error{URL: u.String(), Status: resp.StatusCode, Err: ErrRedirects, Hint: "it does not say where to"}
		}
		return nil, to, nil
	}
	return nil, nil, c.refused(u, resp)
}

// read takes the body, as far as it may go.
func (c *Client) read(ctx context.Context, u *url.URL, resp *http.Response) ([]byte, error) {
	large := &Error{URL: u.String(), Err: ErrTooLarge, Hint: fmt.Sprintf("the limit is %d MB, see web.max_mb", c.o.MaxBytes>>20)}
	if resp.ContentLength > c.o.MaxBytes {
		return nil, large
	}
	if packed := resp.Header.Get("Content-Encoding"); packed != "" && !strings.EqualFold(packed, "identity") {
		return nil, &Error{URL: u.String(), Err: fmt.Errorf("%w: it is packed as %q, which nobody asked for", ErrStatus, packed)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.o.MaxBytes+1))
	if err != nil {
		return nil, c.failed(ctx, u, err)
	}
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) { // a file that is packed itself: sitemap.xml.gz
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(z, c.o.MaxBytes+1))
		}
		if err != nil {
			return nil, &Error{URL: u.String(), Err: fmt.Errorf("%w: it cannot be unpacked: %v", ErrStatus, err)}
		}
	}
	if int64(len(body)) > c.o.MaxBytes {
		return nil, large
	}
	return body, nil
}

// failed puts the error of a connection into words.
func (c *Client) failed(ctx context.Context, u *url.URL, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var timeout net.Error
	switch name := (*net.DNSError)(nil); {
	case errors.Is(err, ErrPrivate):
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return &Error{URL: u.String(), Err: err, Hint: "if it is meant to be read, name it in web.allow_private"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{URL: u.String(), Err: fmt.Errorf("%w: more than %s", ErrTimeout, c.o.Timeout), Hint: "try again, or give it more with web.timeout"}
	case errors.As(err, &name) && name.IsNotFound:
		return &Error{URL: u.String(), Err: fmt.Errorf("%w: there is no host %s", ErrUnreachable, u.Hostname()), Hint: "check the spelling"}
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &Error{URL: u.String(), Err: fmt.Errorf("%w: %v", ErrUnreachable, err), Hint: "try again later"}
}

// refused puts a status into words.
func (c *Client) refused(u *url.URL, resp *http.Response) error {
	e := &Error{URL: u.String(), Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"))}
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		e.Err, e.Hint = ErrGone, "check the address"
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusProxyAuthRequired || code == http.StatusUnavailableForLegalReasons:
		e.Err, e.Hint = ErrDenied, "save the page from a browser and ingest the file"
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		e.Err, e.Hint = ErrBusy, "try again later"
		if e.RetryAfter > 0 {
			e.Hint = "try again in " + e.RetryAfter.Round(time.Second).String()
			h := c.host(u)
			h.mu.Lock()
			h.closed = time.Now().Add(e.RetryAfter)
			h.mu.Unlock()
		}
	case code >= 500:
		e.Err, e.Hint = ErrServer, "try again later"
	default:
		e.Err = ErrStatus
	}
	return e
}

// maxRetryAfter is the longest that a server is believed.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter reads the header in both of its forms; 0 when there is none.
func retryAfter(value string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), maxRetryAfter)
}
