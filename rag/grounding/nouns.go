package grounding

import (
	"zhiwen/rag/article"
)

// Claim is one sentence of a draft.
type Claim struct {
	Text string // without citation marks
	// Cites are the spans that the generator says the claim rests on. A span
	// of a whole passage piece is fine: the verifier finds the sentence.
	Cites []Source
	// Short marks a short answer cut out of its source ahead of the sentences.
	Short bool
}

// Source is a span of an article.
type Source struct {
	Article *article.Article
	Span    article.Span
}

// Verdict is what became of one claim.
type Verdict struct {
	Claim string `json:"claim"`
	// Shown is the claim with the hedges of its source, when it lacks some.
	Shown     string `json:"shown,omitempty"`
	Supported bool   `json:"supported"`
	// Marked says that the generator named a source itself.
	Marked bool `json:"marked"`
	// Repaired says that another source than the one the generator named holds
	// the claim.
	Repaired bool `json:"repaired,omitempty"`
	// Why says what no source holds; empty when supported.
	Why string `json:"why,omitempty"`
	// Decided names the guard or the score that decided: "verbatim", "reader",
	// "figure", "negation" …; Score is the reader's, in log odds.
	Decided string  `json:"decided,omitempty"`
	Score   float64 `json:"score,omitempty"`
	// Coverage is the share of the claim's words that its source covers.
	Coverage float64 `json:"coverage"`
	// Invented is how many of its runes are in runs that nothing in the source has.
	Invented  int    `json:"invented,omitempty"`
	ArticleID string `json:"article_id,omitempty"`
	Paragraph int    `json:"paragraph,omitempty"`
	Start     int    `json:"start,omitempty"`
	End       int    `json:"end,omitempty"`
	Quote     string `json:"quote,omitempty"`
	// More are further sentences that a claim of several parts rests on.
	More []Span `json:"more,omitempty"`
	// Calculation is how a derived figure was recomputed.
	Calculation string `json:"calculation,omitempty"`
}

// Span is a stretch of a paragraph of the evidence.
type Span struct {
	ArticleID string `json:"article_id"`
	Paragraph int    `json:"paragraph"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Quote     string `json:"quote"`
}
