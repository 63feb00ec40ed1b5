package fetch

import (
	"errors"
	"fmt"
	"time"
)

// Reasons for which a document could not be had. An [Error] wraps one of them.
var (
	ErrAddress     = errors.New("that is no web address")
	ErrPrivate     = errors.New("the address belongs to this machine or its network")
	ErrRobots      = errors.New("the site's robots.txt forbids it")
	ErrGone        = errors.New("the page is gone")
	ErrDenied      = errors.New("the server wants to know who asks")
	ErrBusy        = errors.New("the server asks to be left alone for a while")
	ErrServer      = errors.New("the server failed")
	ErrStatus      = errors.New("the server answered with a status that is no document")
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrTimeout     = errors.New("it took too long")
	ErrTooLarge    = errors.New("the document is too large")
	ErrRedirects   = errors.New("it redirects without an end")
	ErrUnfit       = errors.New("the page is no article")
)

// Error is why one address could not be read.
type Error struct {
	URL        string
	Status     int           // of the response, 0 without one
	RetryAfter time.Duration // how long the server asked to be left alone, 0 if it did not
	Err        error         // wraps one of the reasons above
	Hint       string        // what to do about it
}

// Error says what went wrong, where, and what to do.
func (e *Error) Error() string {
	status := ""
	if e.Status != 0 {
		status = fmt.Sprintf(" (status %d)", e.Status)
	}
	hint := ""
	if e.Hint != "" {
		hint = "; " + e.Hint
	}
	return fmt.Sprintf("read %s: %v%s%s", e.URL, e.Err, status, hint)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// passing tells whether the same request may well succeed in a moment.
func passing(err error) bool {
	return errors.Is(err, ErrBusy) || errors.Is(err, ErrServer) || errors.Is(err, ErrUnreachable)
}
