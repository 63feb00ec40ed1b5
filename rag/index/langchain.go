package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/schema"
	"github.com/tmc/langchaingo/vectorstores"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Keys of the metadata of documents that VectorStore and Retriever return.
// AddDocuments reads those that describe an article.
const (
	MetaID        = "id"         // string: the passage's ID; when adding, the article's
	MetaArticleID = "article_id" // string
	MetaTitle     = "title"      // string
	MetaPublished = "published"  // string: 2006-01-02, "" when unknown
	MetaAuthor    = "author"     // string
	MetaSource    = "source"     // string
	MetaURL       = "url"        // string
	MetaPath      = "path"       // string
	MetaParagraph = "paragraph"  // int: the first one that the passage stands in, from 1
)

var (
	_ vectorstores.VectorStore = VectorStore{}
	_ schema.Retriever         = Retriever{}
	_ Embedder                 = embeddings.Embedder(nil)
)

// VectorStore offers a Store as a langchaingo vector store. A document that is
// added becomes an article of one paragraph; a passage that is found becomes a
// document with the passage's text.
type VectorStore struct{ Store *Store }

// AddDocuments adds articles and returns their IDs: the metadata's "id", or
// else a digest of the content. It understands the option Deduplicater; a name
// space and an embedder of its own cannot be had.
func (v VectorStore) AddDocuments(ctx context.Context, docs []schema.Document, options ...vectorstores.Option) ([]string, error) {
	o := apply(options)
	if o.NameSpace != "" || o.Embedder != nil {
		return nil, errors.New("add documents: a store has no name spaces and one embedder only")
	}
	var articles []article.Article
	var ids []string
	for _, d := range docs {
		if o.Deduplicater != nil && o.Deduplicater(ctx, d) {
			continue
		}
		a, err := fromDocument(d)
		if err != nil {
			return nil, fmt.Errorf("add documents: %w", err)
		}
		articles, ids = append(articles, a), append(ids, a.ID)
	}
	if len(articles) == 0 {
		return nil, nil
	}
	if _, err := v.Store.Add(ctx, articles, AddOptions{}); err != nil {
		return nil, err
	}
	return ids, nil
}

func fromDocument(d schema.Document) (article.Article, error) {
	if d.PageContent == "" {
		return article.Article{}, errors.New("a document has no content")
	}
	text := func(key string) string { s, _ := d.Metadata[key].(string); return s }
	a := article.Article{
		ID: text(MetaID), Title: text(MetaTitle), Author: text(MetaAuthor),
		Source: text(MetaSource), URL: text(MetaURL), Path: text(MetaPath),
		Paragraphs: []article.Paragraph{{Text: d.PageContent}},
	}
	if a.ID == "" {
		sum := sha256.Sum256([]byte(d.PageContent))
		a.ID = hex.EncodeToString(sum[:8])
	}
	if a.Title == "" {
		runes := []rune(d.PageContent)
		a.Title = string(runes[:min(40, len(runes))])
	}
	if day := text(MetaPublished); day != "" {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return a, fmt.Errorf("document %s: published: %w", a.ID, err)
		}
		a.Published = t
	}
	return a, nil
}

// SimilaritySearch returns the passages whose vectors are most similar to the
// query's. It understands the options ScoreThreshold (a cosine), Embedder and
// Filters (a map[string]any that the document's metadata must hold).
func (v VectorStore) SimilaritySearch(ctx context.Context, query string, numDocuments int, options ...vectorstores.Option) ([]schema.Document, error) {
	o := apply(options)
	if o.NameSpace != "" {
		return nil, errors.New("similarity search: a store has no name spaces")
	}
	filters, ok := o.Filters.(map[string]any)
	if o.Filters != nil && !ok {
		return nil, fmt.Errorf("similarity search: filters are a map[string]any, not %T", o.Filters)
	}
	var embedder Embedder = v.Store.opts.Embedder
	if o.Embedder != nil {
		embedder = o.Embedder
	}
	if embedder == nil {
		return nil, fmt.Errorf("similarity search: %w", ErrNoEmbedder)
	}
	vector, err := embedder.EmbedQuery(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("similarity search: %w", err)
	}
	k := numDocuments
	if len(filters) > 0 { // filtered afterwards, so all take part
		c, err := v.Store.Catalog(ctx)
		if err != nil {
			return nil, err
		}
		k = c.Passages
	}
	hits, err := v.Store.Vector(ctx, vector, k)
	if err != nil {
		return nil, err
	}
	out := make([]schema.Document, 0, len(hits))
	for _, h := range hits {
		if len(out) == numDocuments || float32(h.Score) < o.ScoreThreshold {
			break
		}
		if d := toDocument(h); matches(d, filters) {
			out = append(out, d)
		}
	}
	return out, nil
}

func apply(options []vectorstores.Option) vectorstores.Options {
	o := vectorstores.Options{ScoreThreshold: -1}
	for _, set := range options {
		set(&o)
	}
	return o
}

func matches(d schema.Document, filters map[string]any) bool {
	for key, want := range filters {
		if d.Metadata[key] != want {
			return false
		}
	}
	return true
}

func toDocument(h rag.Hit) schema.Document {
	a := h.Article
	m := map[string]any{
		MetaID: h.Passage.ID, MetaArticleID: a.ID, MetaTitle: a.Title, MetaPublished: "",
		MetaAuthor: a.Author, MetaSource: a.Source, MetaURL: a.URL, MetaPath: a.Path, MetaParagraph: 0,
	}
	if !a.Published.IsZero() {
		m[MetaPublished] = a.Published.Format(time.DateOnly)
	}
	if len(h.Passage.Spans) > 0 {
		m[MetaParagraph] = h.Passage.Spans[0].Paragraph
	}
	return schema.Document{PageContent: h.Passage.Text(), Metadata: m, Score: float32(h.Score)}
}

// Retriever offers a Store as a langchaingo retriever over both sides, words
// and meaning, fused by rank as the chain does it.
type Retriever struct {
	Store *Store
	// K is how many documents are returned. Zero: 5.
	K int
	// Depth is how many hits of each side are fused. Zero: 30.
	Depth int
}

// GetRelevantDocuments returns the best passages for a query, best first. The
// documents' scores are those of the fusion: only their order means anything.
func (r Retriever) GetRelevantDocuments(ctx context.Context, query string) ([]schema.Document, error) {
	if r.Store.opts.Embedder == nil {
		return nil, fmt.Errorf("retrieve: %w", ErrNoEmbedder)
	}
	k, depth := r.K, r.Depth
	if k == 0 {
		k = 5
	}
	if depth == 0 {
		depth = 30
	}
	depth = max(k, depth)
	vector, err := r.Store.opts.Embedder.EmbedQuery(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("retrieve: %w", err)
	}
	byVector, err := r.Store.Vector(ctx, vector, depth)
	if err != nil {
		return nil, err
	}
	byWord, err := r.Store.Keyword(ctx, query, depth)
	if err != nil {
		return nil, err
	}
	var out []schema.Document
	for _, h := range rag.Fuse(query, byWord, byVector, nil, k) {
		out = append(out, toDocument(h))
	}
	return out, nil
}
