// Package reading holds what a trained reader is asked and what it says. The
// model itself is package reader; those who use one ask for a [Reader].
package reading

import "context"

// Passage is what is read: some sentences, and the title they stand under.
type Passage struct {
	Title string
	// Ahead are sentences that are read ahead of the text, where no answer is looked
	// for: who and what it is about.
	Ahead string
	Text  string
}

// Reading is what a passage says to a question.
type Reading struct {
	// Answerable is the log odds that the passage answers the question.
	Answerable float64
	// Spans are the likeliest answers, best first, no two overlapping.
	Spans []Span
}

// Span is an answer: runes [Start, End) of the passage's text.
type Span struct {
	Start, End int
	// Score is the log probability of its beginning and end, at most 0.
	Score float64
}

// NameKind is what a name names.
type NameKind int

// Kinds of names.
const (
	Person NameKind = iota
	Place
	Organisation
	OtherName // a work, a product, an event
)

// Name is a name in a text: runes [Start, End).
type Name struct {
	Start, End int
	Kind       NameKind
}

// Reader reads. It may be used by several goroutines at once.
type Reader interface {
	// Read reads each passage with the question in mind.
	Read(ctx context.Context, question string, passages []Passage) ([]Reading, error)
	// Grounded returns for each passage the log odds that it says what the
	// claim says.
	Grounded(ctx context.Context, claim string, passages []Passage) ([]float64, error)
	// Names finds the names in each text.
	Names(ctx context.Context, texts []string) ([][]Name, error)
}
