// Package source follows the places that articles come from: folders, web pages,
// sitemaps, and RSS and Atom feeds.
//
// A [Source] names a place, how often to look at it, and what to do with what is
// there no more. [Looker.Look] looks at one on the web: it asks only for what has
// changed since the last time, hands over articles in batches ([Take]) and tells
// in a [Report] what it found. What it knows of a source it keeps in a [Ledger],
// tables of the store's database, so that a look that was broken off goes on where
// it stood. [Snapshot] is what tells whether a folder has changed. [Next] says when
// to look again.
//
// The package knows neither stores nor embedders: whoever looks puts the articles
// where they belong.
package source

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind is what stands at a source's location.
type Kind string

// The kinds of sources. KindAny is an address whose kind shows when it is read.
const (
	KindAny     Kind = ""
	KindFolder  Kind = "folder"
	KindPage    Kind = "page"
	KindSitemap Kind = "sitemap"
	KindFeed    Kind = "feed"
)

// Source is a place that articles come from.
type Source struct {
	Name     string // by which it is remembered
	Kind     Kind
	Location string        // a folder or a web address
	Every    time.Duration // between two looks
	// Remove takes out the articles of what is there no more; otherwise they stay.
	Remove bool
	// Linked reads the pages that a feed's entries link to, instead of the texts
	// in the feed.
	Linked bool
	// Only and Except choose among the addresses that a sitemap or, with Linked, a
	// feed names: patterns in which * stands for any characters. Empty: all.
	Only, Except []string
}

// The times between looks at sources that do not set their own.
const (
	EveryFolder = time.Minute
	EveryWeb    = time.Hour
)

// every is how often a source is looked at.
func (s Source) every() time.Duration {
	switch {
	case s.Every > 0:
		return s.Every
	case s.Kind == KindFolder:
		return EveryFolder
	}
	return EveryWeb
}

// longest is how far back-off stretches the time between two looks.
const longest = 24 * time.Hour

// Next says how long after a look the next one is due: after failures in a row the
// first soon, the others at growing distances, and never before the server wants
// to be asked again.
func (s Source) Next(failures int, retryAfter time.Duration) time.Duration {
	wait := s.every()
	if failures > 0 {
		wait = min(max(s.every()/8, min(time.Minute, s.every()))<<min(failures-1, 20), max(longest, s.every()))
	}
	return max(wait, retryAfter)
}

// filter chooses among addresses.
type filter struct {
	only, except []*regexp.Regexp
	stamp        string // another one for another choice
}

func newFilter(s Source) filter {
	compile := func(patterns []string) []*regexp.Regexp {
		var out []*regexp.Regexp
		for _, p := range patterns {
			out = append(out, regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*")+"$"))
		}
		return out
	}
	return filter{compile(s.Only), compile(s.Except), fmt.Sprintf("%q %q %v", s.Only, s.Except, s.Linked)}
}

func (f filter) takes(address string) bool {
	match := func(patterns []*regexp.Regexp) bool {
		for _, p := range patterns {
			if p.MatchString(address) {
				return true
			}
		}
		return false
	}
	return (len(f.only) == 0 || match(f.only)) && !match(f.except)
}

// IsAddress tells a web address from a path.
func IsAddress(s string) bool {
	lower := strings.ToLower(s)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// String names a source to people.
func (s Source) String() string {
	if s.Name == s.Location {
		return s.Name
	}
	return fmt.Sprintf("%s (%s)", s.Name, s.Location)
}
