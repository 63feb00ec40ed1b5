package embeddings

import (
	"errors"
	"net/url"
	"strings"
)

// secrets are what must not stand in an error: servers echo keys, and an
// address may hold one.
type secrets []string

// secretsOf collects the key, and what an address holds beside host and path.
func secretsOf(key string, address *url.URL) secrets {
	var out secrets
	add := func(s string) {
		if len(s) >= 4 { // shorter ones would spoil whole sentences
			out = append(out, s, url.QueryEscape(s), url.PathEscape(s))
		}
	}
	add(key)
	if password, ok := address.User.Password(); ok {
		add(password)
	}
	for _, values := range address.Query() {
		for _, v := range values {
			add(v)
		}
	}
	return out
}

// clean takes the secrets out of a text.
func (s secrets) clean(text string) string {
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, "[secret]")
	}
	return text
}

// hide returns the error with a text that is clean; what it wraps can still be
// recognised.
func (s secrets) hide(err error) error {
	if err == nil || s.clean(err.Error()) == err.Error() {
		return err
	}
	return &cleanError{text: s.clean(err.Error()), err: err}
}

type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }

// Is and As look at the error that was cleaned. It is not unwrapped, so that
// nobody prints it.
func (e *cleanError) Is(target error) bool { return errors.Is(e.err, target) }
func (e *cleanError) As(target any) bool   { return errors.As(e.err, target) }

// withoutSecrets is an address as it may be shown.
func withoutSecrets(address *url.URL) string {
	shown := *address
	if shown.RawQuery != "" {
		shown.RawQuery = "[secret]"
	}
	return shown.Redacted()
}
