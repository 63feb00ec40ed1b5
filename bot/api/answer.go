package api

import (
	"context"
	"encoding/json"
	"io"

	"zhiwen/rag"
)

// Chain is what answers: a [rag.Chain].
type Chain interface {
	Answer(ctx context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error)
	Search(ctx context.Context, question string, k int) ([]rag.Hit, error)
}

// Answer is an answer as a document: [rag.Answer] with the question as it was
// asked (the stand-alone form that was answered stands in the trace) and, when
// the request asked for an explanation, what retrieval found and which claims
// were left out because no source holds them.
type Answer struct {
	rag.Answer
	Question  string        `json:"question"`
	Citations []Citation    `json:"citations"`
	Hits      []rag.HitNote `json:"hits,omitempty"`
	Dropped   []rag.Verdict `json:"dropped,omitempty"`
}

// Link adds the addresses of the quoted words.
func (a *Answer) Link(l Links) { a.Citations = l.Citations(a.Answer.Citations) }

// Search is the result of a search.
type Search struct {
	ID       string        `json:"id"`
	Question string        `json:"question"`
	Hits     []rag.HitNote `json:"hits"`
}

// Failure takes the place of an answer that could not be given.
type Failure struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Error    string `json:"error"`
}

// Status describes a store and what works on it.
type Status struct {
	Store      string `json:"store"`
	Articles   int    `json:"articles"`
	Passages   int    `json:"passages"`
	Provider   string `json:"provider"` // of the embeddings
	Model      string `json:"model"`
	Dimension  int    `json:"dimension"`
	Bytes      int64  `json:"bytes"`
	LastIngest string `json:"last_ingest"` // RFC 3339, "" for never
	// Problems say what keeps the store from being whole and what repairs it.
	Problems []string       `json:"problems"`
	LLM      LLMStatus      `json:"llm"`
	Sources  []SourceStatus `json:"sources"` // that are followed, as the settings have them
}

// LLMStatus says which language model words the answers and whether it answers.
type LLMStatus struct {
	Answerer  string `json:"answerer"` // "extractive" without a language model
	Reachable bool   `json:"reachable"`
	Busy      bool   `json:"busy,omitempty"` // reachable, but it did not answer at once
	Detail    string `json:"detail,omitempty"`
}

// Ask answers a request. Earlier questions that came without an answer are
// answered first, in order.
func Ask(ctx context.Context, chain Chain, r Request, o rag.AnswerOptions) (Answer, error) {
	q := rag.Question{ID: r.ID, Text: r.Question}
	for _, e := range r.History {
		turn := rag.Turn{Question: e.Question, Answer: e.Answer}
		if turn.Answer == "" {
			a, err := chain.Answer(ctx, rag.Question{Text: e.Question, History: q.History}, rag.AnswerOptions{})
			if err != nil {
				return Answer{}, err
			}
			turn = a.Turn(e.Question)
		}
		q.History = append(q.History, turn)
	}
	a, err := chain.Answer(ctx, q, o)
	if err != nil {
		return Answer{}, err
	}
	if r.ID != "" {
		a.ID = r.ID
	}
	return NewAnswer(a, r.Question), nil
}

// NewAnswer makes the document of an answer to the question as it was asked.
func NewAnswer(a rag.Answer, asked string) Answer {
	doc := Answer{Answer: a, Question: asked, Citations: Links{}.Citations(a.Citations)}
	if a.Trace != nil {
		doc.Hits = a.Trace.Hits
		for _, v := range a.Trace.Claims {
			if !v.Supported {
				doc.Dropped = append(doc.Dropped, v)
			}
		}
	}
	return doc
}

// Find searches for a request's question.
func Find(ctx context.Context, chain Chain, r Request, k int) (Search, error) {
	found, err := chain.Search(ctx, r.Question, k)
	if err != nil {
		return Search{}, err
	}
	return Search{ID: r.ID, Question: r.Question, Hits: rag.NoteHits(found)}, nil
}

// Write writes a document as one line of JSON, Chinese and "<" as they are.
func Write(w io.Writer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(doc)
}
