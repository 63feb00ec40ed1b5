package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// knowledgeID is what Dify calls the collection.
const knowledgeID = "zhiwen"

// retrievalRequest is what Dify sends to an external knowledge base.
type retrievalRequest struct {
	Knowledge string             `json:"knowledge_id" jsonschema:"zhiwen"`
	Query     string             `json:"query"`
	Setting   retrievalSetting   `json:"retrieval_setting"`
	Condition *metadataCondition `json:"metadata_condition,omitempty"`
}

type retrievalSetting struct {
	TopK      int     `json:"top_k"`
	Threshold float64 `json:"score_threshold,omitempty" jsonschema:"0 to 1"`
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
	Author    string `json:"author"`
	URL       string `json:"url"`
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
	case req.Setting.TopK < 1 || req.Setting.TopK > maxK:
		return badRequest("retrieval_setting.top_k", "top_k is %d; it must be between 1 and %d", req.Setting.TopK, maxK)
	case req.Setting.Threshold < 0 || req.Setting.Threshold > 1:
		return badRequest("retrieval_setting.score_threshold", "score_threshold is %g; it must be between 0 and 1", req.Setting.Threshold)
	}
	query, err := api.CleanQuestion(req.Query)
	if err != nil {
		return err
	}
	wanted, err := req.Condition.compile()
	if err != nil {
		return err
	}
	hits, err := s.searchAmong(r.Context(), query, req.Setting.TopK, wanted)
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
			Source: a.Source, Author: a.Author, URL: a.URL, Link: links.Citation(rag.Citation{ArticleID: note.ArticleID, Paragraph: note.Paragraph, Start: hits[i].Passage.Spans[0].Start, End: hits[i].Passage.Spans[0].End}),
		}})
	}
	return send(w, http.StatusOK, result)
}

// maxSearched is how many passages are ranked at most to find those that a
// condition wants.
const maxSearched = 200_000

// searchAmong ranks the k best of the passages that are wanted: it looks further
// down the ranking until it has so many or there are no more.
func (s *Server) searchAmong(ctx context.Context, query string, k int, wanted chooser) ([]rag.Hit, error) {
	if wanted == nil {
		return s.gate.Search(ctx, query, k)
	}
	for n := 10 * k; ; n *= 10 {
		hits, err := s.gate.Search(ctx, query, n)
		if err != nil {
			return nil, err
		}
		more := len(hits) >= n && n < maxSearched
		hits = slices.DeleteFunc(hits, func(h rag.Hit) bool { return !wanted(h) })
		if len(hits) >= k || !more {
			return hits[:min(k, len(hits))], nil
		}
	}
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
