package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/time/rate"
)

const (
	// robotsAge is how long a robots.txt is kept (RFC 9309: at most a day).
	robotsAge = 12 * time.Hour
	// robotsRetry is how long a host is left alone whose robots.txt failed.
	robotsRetry = 5 * time.Minute
	// maxRobots is how much of it is read, in bytes (RFC 9309: at least 500 KiB).
	maxRobots = 1 << 20
	// maxCrawlDelay is the longest that a Crawl-delay is obeyed.
	maxCrawlDelay = 30 * time.Second
)

// rules are those of a host's robots.txt for us.
type rules struct {
	group  *robotstxt.Group // nil: all or nothing, see failed
	failed error            // why it could not be read, which forbids everything
	until  time.Time
}

func (r *rules) allow(u *url.URL) bool {
	if r.failed != nil {
		return false
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return r.group == nil || r.group.Test(path)
}

func (r *rules) hint() string {
	if r.failed != nil {
		return fmt.Sprintf("it could not be read (%v), and until it can be, nothing else is; try again later", r.failed)
	}
	return "ask whoever runs the site, or save the page from a browser and ingest the file; web.robots switches this off for sites of your own"
}

// rulesOf reads a host's robots.txt, once in a while. A host without one forbids
// nothing; one whose file fails or cannot be reached is not read at all, as RFC
// 9309 has it.
func (c *Client) rulesOf(ctx context.Context, client *http.Client, u *url.URL, h *host) (*rules, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rules != nil && time.Now().Before(h.rules.until) {
		return h.rules, nil
	}
	r := &rules{until: time.Now().Add(robotsAge)}
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	status, body, err := c.robots(ctx, client, at)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, ErrPrivate), errors.Is(err, ErrUnreachable), errors.Is(err, ErrTimeout):
		return nil, err // not the file's fault: the page itself would say the same
	case err != nil:
		r.failed = err
	case status >= 500 || status == http.StatusTooManyRequests:
		r.failed = fmt.Errorf("status %d", status)
	case status == http.StatusOK:
		parsed, err := robotstxt.FromBytes(body)
		if err != nil { // a page where the file should be: there is no file
			break
		}
		r.group = parsed.FindGroup(c.o.UserAgent)
		if delay := min(r.group.CrawlDelay, maxCrawlDelay); delay > c.o.Pause {
			h.pause.SetLimit(rate.Every(delay))
		}
	}
	if r.failed != nil {
		r.until = time.Now().Add(robotsRetry)
	}
	h.rules = r
	return r, nil
}

// robots gets the file. Redirects are followed, on whatever host.
func (c *Client) robots(ctx context.Context, client *http.Client, at *url.URL) (status int, body []byte, err error) {
	limited, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	for range c.o.MaxRedirects + 1 {
		req, err := http.NewRequestWithContext(limited, http.MethodGet, at.String(), nil)
		if err != nil {
			return 0, nil, err
		}
		req.Header.Set("User-Agent", c.o.UserAgent)
		resp, err := client.Do(req)
		if err != nil {
			return 0, nil, c.failed(ctx, at, err)
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxRobots))
		resp.Body.Close()
		if err != nil {
			return 0, nil, c.failed(ctx, at, err)
		}
		if to, err := resp.Location(); err == nil && resp.StatusCode >= 300 && resp.StatusCode < 400 {
			if to, err = parseAddress(to.String()); err != nil {
				return 0, nil, err
			}
			at = to
			continue
		}
		return resp.StatusCode, body, nil
	}
	return http.StatusNotFound, nil, nil // RFC 9309: as if there were none
}
