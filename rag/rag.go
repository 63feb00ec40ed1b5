package rag

import (
	"context"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
)

// Question is what somebody asks, with what was said before.
type Question struct {
	ID   string
	Text string
	// History holds the earlier turns of the conversation, oldest first.
	History []Turn
	// Now anchors relative dates ("去年"); zero means the clock's time.
	Now time.Time
}

// Turn is one earlier question and the answer that was given to it.
type Turn struct {
	// Question is the stand-alone form of what was asked, Asked what the person wrote;
	// "" where that is the same or not known.
	Question, Asked string
	Answer          string
	// Cites are the places that the answer's markers stand for; nil where only its text
	// is known.
	Cites []Place
}

// Place is where a marker of an answer leads.
type Place struct {
	Marker     int    `json:"marker"`
	ArticleID  string `json:"article_id"`
	Paragraph  int    `json:"paragraph"`
	Start, End int    // in runes of the paragraph
}

// Turn is the answer as a turn of the conversation, with what the person wrote.
func (a Answer) Turn(asked string) Turn {
	t := Turn{Question: a.Question, Asked: asked, Answer: a.Text}
	for _, c := range a.Citations {
		t.Cites = append(t.Cites, Place{c.Marker, c.ArticleID, c.Paragraph, c.Start, c.End})
	}
	return t
}

// Hit is a passage that retrieval found.
type Hit struct {
	// Rank counts from 1 in the list that the hit stands in.
	Rank    int
	Score   float64
	Passage article.Passage
	Article *article.Article // the whole article, shared: do not change it
	// KeywordRank and VectorRank are the hit's ranks on either side, 0 when
	// that side did not find it.
	KeywordRank, VectorRank int
	// Similarity is the cosine between question and passage, 0 when the vector
	// side did not find it.
	Similarity float64
}

// Citation points at the verbatim source of a claim:
// Quote == []rune(paragraph)[Start:End].
type Citation struct {
	Marker     int     `json:"marker"` // the number in brackets in the answer, from 1
	ArticleID  string  `json:"article_id"`
	Title      string  `json:"title"`
	Published  string  `json:"published"` // 2006-01-02, "" when unknown
	URL        string  `json:"url"`
	Path       string  `json:"path"`
	Section    string  `json:"section,omitempty"` // the headings that it stands below
	Page       int     `json:"page,omitempty"`    // in a source that has pages, from 1
	Paragraph  int     `json:"paragraph"`         // from 1
	Start      int     `json:"start"`             // in runes of the paragraph, inclusive
	End        int     `json:"end"`               // exclusive
	Quote      string  `json:"quote"`
	Highlights []Range `json:"highlights,omitempty"` // the parts of Quote that the claim rests on
}

// Range is a half-open range of runes.
type Range struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Answer is what leaves the program: every sentence of Text has been verified
// against the paragraph that its markers ([1]) point to.
type Answer struct {
	ID       string `json:"id"`
	Question string `json:"question"` // the stand-alone question that was answered
	Text     string `json:"answer"`
	// Short is the short answer alone, "" where none is given.
	Short string `json:"short"`
	// Mode is in which of its ways the answer was given.
	Mode     Mode   `json:"mode"`
	Refused  bool   `json:"refused"`
	Reason   Reason `json:"reason"`   // why it was refused, "" otherwise
	Answerer string `json:"answerer"` // "extractive", or provider and model
	// Objected says that what was asked only objected to the answer before.
	Objected  bool       `json:"objected,omitempty"`
	Citations []Citation `json:"citations"`
	// Notices say what the reader should know about how the answer came about:
	// a model that was down, a sentence that was left out.
	Notices []string `json:"notices,omitempty"`
	Timings Timings  `json:"timings_ms"`
	Usage   *Usage   `json:"usage,omitempty"`
	Trace   *Trace   `json:"trace,omitempty"` // when the caller asked for it
}

// Mode is the way in which a question was answered.
type Mode string

const (
	ModeShort   Mode = "short"   // a short answer with its sentence
	ModeQuotes  Mode = "quotes"  // sentences of the sources
	ModeModel   Mode = "model"   // a language model's sentences, checked
	ModeRefusal Mode = "refusal" // the material does not answer
	ModeTalk    Mode = "talk"    // nothing was asked of the material
)

// Reason says why a question was refused.
type Reason string

const (
	ReasonNone       Reason = ""
	ReasonNotCovered Reason = "not_covered" // nothing in the material answers it
	ReasonEdition    Reason = "edition"     // the year or edition asked about is not covered
	ReasonUnverified Reason = "unverified"  // what the generator said did not stand up
	ReasonEmptyStore Reason = "empty_store" // there is no material at all
	ReasonNoQuestion Reason = "no_question" // there is nothing to look for in the question
)

// Timings are wall-clock milliseconds.
type Timings struct {
	Embed    float64 `json:"embed"`
	Retrieve float64 `json:"retrieve"`
	Generate float64 `json:"generate"`
	Verify   float64 `json:"verify"`
	Total    float64 `json:"total"`
}

// Usage counts tokens as the model's server reported them.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Index is what the chain needs of a searchable collection. Hits come best
// first with ties in the order of the passages' IDs, ranked from 1, with
// Article filled in.
type Index interface {
	// Keyword ranks passages by the question's words (BM25).
	Keyword(ctx context.Context, question string, k int) ([]Hit, error)
	// Vector ranks passages by cosine similarity to a normalised vector.
	Vector(ctx context.Context, vector []float32, k int) ([]Hit, error)
	// Frequencies tells in how many passages each term occurs as a word,
	// and how many passages there are. Unknown terms have frequency 0.
	Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error)
	// Catalog describes the whole collection.
	Catalog(ctx context.Context) (Catalog, error)
}

// Library is an index that can hand out its articles.
type Library interface {
	// Articles returns all articles in a fixed order, shared: do not change them. Damaged
	// ones are left out.
	Articles(ctx context.Context) ([]*article.Article, error)
	// Article returns one article, shared: do not change it. The error wraps
	// [ErrNoArticle] where there is none of the ID, and [ErrDamaged] where the one that
	// there is is not what was ingested.
	Article(ctx context.Context, id string) (*article.Article, error)
}

// Named is a [Library] that looks up what its articles are called without reading them.
type Named interface {
	// Named returns the IDs of the articles with exactly this title or address, sorted.
	Named(ctx context.Context, name string) ([]string, error)
}

// Limited is an index that knows why it may not find everything it should.
type Limited interface {
	// Limits are empty while all is well.
	Limits() []Limit
}

// Limit is such a reason and what repairs it, as a sentence for readers.
type Limit struct{ Chinese, English string }

// Catalog says what a collection covers, for refusals and overviews.
type Catalog struct {
	Articles int
	Passages int
	// First and Last are the earliest and latest days of publication.
	First, Last time.Time
	// Years counts articles by the year of publication (0: unknown).
	Years map[int]int
	// Titles are at most 20 titles, newest first.
	Titles []string
}

// Embedder turns a question into a vector of length 1.
type Embedder interface {
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
}

// SentenceEmbedder turns sentences, a question among them, into vectors of length 1 that
// can be compared.
type SentenceEmbedder interface {
	EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error)
}

// Generator drafts an answer from the hits, claim by claim. It calls emit for
// each claim as soon as it is complete; an error from emit stops it and is
// returned. The chain verifies each claim before anything is shown.
type Generator interface {
	// Name is how the answerer is named to users, for example "extractive"
	// or "openai/gpt-4o-mini".
	Name() string
	Generate(ctx context.Context, req Request, emit func(Claim) error) (Draft, error)
}

// Request is what a generator works from.
type Request struct {
	Question string // stands alone
	Read     string // the same as a reader reads it: in the words of what was found
	Language string // "zh" or "en": the language to answer in
	Hits     []Hit  // best first
	// Whole holds every article as one hit each, in a fixed order, when the
	// generator may read the whole collection; nil otherwise.
	Whole   []Hit
	History []Turn // for tone only; the facts come from the hits
	Now     time.Time
	// Analysis is what the question is taken to mean, Evidence the hits'
	// paragraphs ready to be matched.
	Analysis question.Analysis
	Evidence *evidence.Evidence
	// Reader reads single sentences of the evidence once more, Alike compares them with
	// the question; nil: there is none.
	Reader reading.Reader
	Alike  SentenceEmbedder
}

// Draft is what remains to be said of a generation after its claims.
type Draft struct {
	// Refused says that the generator found no answer in the hits.
	Refused bool
	Prompt  string // what was sent to a model, for the trace
	Raw     string // what the model said, for the trace
	Usage   *Usage
	// Truncated says that the model's output was cut off.
	Truncated bool
	// Incomplete says that a part of the question found no answer.
	Incomplete bool
	// Candidates are the sentences that an answer was chosen from, for the trace.
	Candidates []CandidateNote
	// Conflict says that the sources give different values for what was asked.
	Conflict bool
}

// Condenser rewrites a follow-up into a question that stands alone; "" asks for
// the rewrite by rule.
type Condenser interface {
	Condense(ctx context.Context, q Question) (string, error)
}

// What a generator drafts and what became of it are nouns of package grounding,
// which checks the one and makes the other.
type (
	Claim   = grounding.Claim
	Source  = grounding.Source
	Verdict = grounding.Verdict
)
