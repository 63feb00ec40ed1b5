package web

import (
	"fmt"
	"net/http"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// knowledgeID is what Dify calls the collection.
const knowledgeID = "zhiwen"

// retrievalRequest is what Dify sends to an external knowledge base.
type retrievalRequest struct {
	Knowledge string           `json:"knowledge_id" jsonschema:"zhiwen"`
	Query     string           `json:"query"`
	Setting   retrievalSetting `json:"retrieval_setting"`
	Condition *condition       `json:"metadata_condition,omitempty" jsonschema:"cannot be honoured: leave it out, or without conditions"`
}

type retrievalSetting struct {
	TopK      int     `json:"top_k"`
	Threshold float64 `json:"score_threshold,omitempty" jsonschema:"0 to 1"`
}

type condition struct {
	Conditions []map[string]any `json:"conditions,omitempty"`
}

type retrievalResult struct {
	Records []record `json:"records"`
}

type record struct {
	Content string  `json:"content"`
	Score   float64 `json:"score" jsonschema:"0 to 1: how similar passage and query are in meaning"`
	Title   string  `json:"title"`
	Meta    meta    `json:"metadata"`
}

type meta struct {
	Path      string `json:"path"`
	Article   string `json:"article_id"`
	Passage   string `json:"passage_id"`
	Paragraph int    `json:"paragraph"`
	Published string `json:"published"`
	Source    string `json:"source"`
	Link      string `json:"link"`
}

func (s *Server) retrieval(w http.ResponseWriter, r *http.Request) error {
	raw, err := readBody(r)
	if err != nil {
		return err
	}
	var req retrievalRequest
	if err := api.Decode(raw, &req); err != nil {
		return err
	}
	switch {
	case req.Knowledge != knowledgeID:
		return &httpError{status: http.StatusNotFound, code: "no_knowledge", err: fmt.Errorf("there is no knowledge base %q here; its ID is %q", req.Knowledge, knowledgeID)}
	case req.Condition != nil && len(req.Condition.Conditions) > 0:
		return badRequest("metadata_condition", "passages cannot be chosen by metadata_condition; leave it out")
	case req.Setting.TopK < 1 || req.Setting.TopK > maxK:
		return badRequest("retrieval_setting.top_k", "top_k is %d; it must be between 1 and %d", req.Setting.TopK, maxK)
	case req.Setting.Threshold < 0 || req.Setting.Threshold > 1:
		return badRequest("retrieval_setting.score_threshold", "score_threshold is %g; it must be between 0 and 1", req.Setting.Threshold)
	}
	query, err := api.CleanQuestion(req.Query)
	if err != nil {
		return err
	}
	hits, err := s.gate.Search(r.Context(), query, req.Setting.TopK)
	if err != nil {
		return err
	}
	links := s.links(r)
	result := retrievalResult{Records: []record{}}
	for i, note := range rag.NoteHits(hits) {
		score := similarity(hits, i)
		if score < req.Setting.Threshold {
			continue
		}
		a := hits[i].Article
		where := a.URL
		if where == "" {
			where = a.Path
		}
		result.Records = append(result.Records, record{Content: note.Text, Score: score, Title: note.Title, Meta: meta{
			Path: where, Article: note.ArticleID, Passage: note.PassageID, Paragraph: note.Paragraph, Published: note.Published,
			Source: a.Source, Link: links.Citation(rag.Citation{ArticleID: note.ArticleID, Paragraph: note.Paragraph, Start: hits[i].Passage.Spans[0].Start, End: hits[i].Passage.Spans[0].End}),
		}})
	}
	return send(w, http.StatusOK, result)
}

// similarity is the cosine of a hit, from 0 to 1. A hit that only its words
// found is less similar than those that its meaning found: it gets the least of
// theirs.
func similarity(hits []rag.Hit, i int) float64 {
	if s := hits[i].Similarity; s > 0 {
		return min(s, 1)
	}
	least := 1.0
	found := false
	for _, h := range hits {
		if h.VectorRank > 0 {
			least, found = min(least, max(h.Similarity, 0)), true
		}
	}
	if !found {
		return 0
	}
	return least
}
