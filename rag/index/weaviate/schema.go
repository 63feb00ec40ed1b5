package weaviate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"zhiwen/rag/index"
	"zhiwen/rag/index/bm25"
)

// schemaVersion changes with the classes and with what stands in them.
const schemaVersion = 1

// The classes of a collection, behind its name.
const (
	articleClass = "Article"
	passageClass = "Passage"
	pendingClass = "Pending"
	storeClass   = "Store"
)

func (s *Store) class(name string) string { return s.opts.Collection + name }

func (s *Store) classNames() []string {
	return []string{s.class(articleClass), s.class(passageClass), s.class(pendingClass), s.class(storeClass)}
}

// property describes a property of a class.
type property struct {
	Name         string   `json:"name"`
	DataType     []string `json:"dataType"`
	Tokenization string   `json:"tokenization,omitempty"`
	Filterable   bool     `json:"indexFilterable"`
	Searchable   bool     `json:"indexSearchable"`
}

// kept is a text that is only given back, exact one that is compared as a whole,
// searched one that is words between blanks.
func kept(name string) property {
	return property{Name: name, DataType: []string{"text"}, Tokenization: "field"}
}

func exact(name string) property {
	p := kept(name)
	p.Filterable = true
	return p
}

func searched(name string) property {
	return property{Name: name, DataType: []string{"text"}, Tokenization: "whitespace", Filterable: true, Searchable: true}
}

// number is a whole number that is counted and compared.
func number(name string) property {
	return property{Name: name, DataType: []string{"int"}, Filterable: true}
}

// classes describes the classes of a collection.
//
// Article: paragraphs is JSON; day is published as a number, 20210825, and
// absent when unknown; year is 0 then; passages, words and titleWords are how many there are, of
// words in all passages; digest tells whether a source has changed, embedder
// whose vectors it has; version names its passages.
//
// Passage: spans is JSON: [paragraph, start, end] each, in runes; terms and
// titleTerms are words between blanks; textKey is the digest of the text that
// the vector stands for. The checksums cover what stands there, vectorSum the
// vector.
//
// Pending: an article that is to be written (kind "write") or removed
// ("delete"), or was ("done"), under a version. replaces names the versions, between
// blanks, whose passages nobody reads any more.
//
// Store: one object, whose value is JSON (see description).
func (s *Store) classes() map[string][]property {
	return map[string][]property{
		articleClass: {
			exact("articleId"), kept("title"), kept("published"), kept("author"), kept("source"), kept("url"), kept("path"),
			kept("paragraphs"), number("day"), number("year"), number("passages"), number("words"), number("titleWords"),
			kept("digest"), exact("embedder"), exact("version"), kept("checksum"),
		},
		passageClass: {
			kept("passageId"), kept("articleId"), exact("version"), number("number"), kept("spans"),
			searched("terms"), searched("titleTerms"), exact("textKey"), kept("checksum"), kept("vectorSum"),
		},
		pendingClass: {exact("articleId"), exact("kind"), exact("version"), kept("replaces"), kept("note")},
		storeClass:   {kept("value")},
	}
}

func (s *Store) createClass(ctx context.Context, name string, properties []property) error {
	body := map[string]any{
		"class": s.class(name), "properties": properties, "vectorizer": "none",
		"replicationConfig": map[string]any{"factor": s.opts.Replicas, "asyncEnabled": s.opts.Replicas > 1, "deletionStrategy": "TimeBasedResolution"},
		"invertedIndexConfig": map[string]any{
			"bm25":      map[string]any{"k1": bm25.K1, "b": bm25.B},
			"stopwords": map[string]any{"preset": "none"},
		},
		"vectorIndexConfig": map[string]any{"distance": "cosine", "skip": name != passageClass},
	}
	switch {
	case name == storeClass || name == pendingClass:
		body["shardingConfig"] = map[string]any{"desiredCount": 1}
	case s.opts.Shards > 0:
		body["shardingConfig"] = map[string]any{"desiredCount": s.opts.Shards}
	}
	err := s.client.call(ctx, changing, request{method: http.MethodPost, path: "/v1/schema", body: body})
	var said *statusError
	if errors.As(err, &said) && strings.Contains(said.text, "already exists") {
		return nil // another process was first
	}
	return err
}

// create makes what the collection lacks.
func (s *Store) create(ctx context.Context) error {
	for _, name := range []string{articleClass, passageClass, pendingClass, storeClass} {
		if err := s.createClass(ctx, name, s.classes()[name]); err != nil {
			return fmt.Errorf("make class %s: %w", s.class(name), err)
		}
	}
	return nil
}

// drop removes a class and all that is in it.
func (s *Store) drop(ctx context.Context, name string) error {
	return s.client.call(ctx, changing, request{method: http.MethodDelete, path: "/v1/schema/" + s.class(name)})
}

// classConfig is what a server says of a class.
type classConfig struct {
	Class             string
	ReplicationConfig struct {
		Factor       int
		AsyncEnabled bool
	}
	Properties []struct {
		Name, Tokenization string
		DataType           []string
	}
}

// config reads a class from the cluster's schema.
func (s *Store) config(ctx context.Context, name string) (classConfig, error) {
	var got classConfig
	err := s.client.call(ctx, s.client.searching, request{method: http.MethodGet, path: "/v1/schema/" + s.class(name), out: &got})
	return got, err
}

// inspect compares the classes with what they have to be. It returns ErrNoStore
// when there are none.
func (s *Store) inspect(ctx context.Context) error {
	missing := 0
	for name, want := range s.classes() {
		got, err := s.config(ctx, name)
		if errors.Is(err, errNotFound) {
			missing++
			continue
		}
		if err != nil {
			return err
		}
		have := map[string]string{}
		for _, p := range got.Properties {
			have[p.Name] = strings.Join(p.DataType, ",") + " " + p.Tokenization
		}
		for _, p := range want {
			if have[p.Name] != strings.Join(p.DataType, ",")+" "+p.Tokenization {
				return fmt.Errorf("%w: class %s has no property %s as this program (schema %d) needs it; name another collection (index.collection), or ingest with the program that made it",
					ErrSchema, got.Class, p.Name, schemaVersion)
			}
		}
		s.replicas = got.ReplicationConfig.Factor
	}
	if missing > 0 {
		return fmt.Errorf("%w on the cluster %s: ingest articles first (zhiwen ingest FOLDER, or zhiwen ingest --shipped)", index.ErrNoStore, s)
	}
	return nil
}

// description is what the object of the class Store says.
type description struct {
	Schema     int
	Embedder   index.EmbedderInfo
	LastIngest time.Time
	// Change is another one after every change of the articles.
	Change int64
}

func (s *Store) describe(ctx context.Context, l limits) (d description, err error) {
	var o struct{ Properties struct{ Value string } }
	err = s.get(ctx, l, storeClass, uuid("store"), &o)
	if errors.Is(err, errNotFound) {
		return description{Schema: schemaVersion}, nil
	}
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(o.Properties.Value), &d); err != nil {
		return d, fmt.Errorf("%w: what describes the collection %s cannot be read: %w", index.ErrDamaged, s, err)
	}
	if d.Schema != schemaVersion {
		return d, fmt.Errorf("%w: the collection %s has schema %d and this program reads %d; use the program of the other version, or name another collection (index.collection) and ingest the articles again",
			ErrSchema, s, d.Schema, schemaVersion)
	}
	return d, nil
}

// update changes what describes the collection.
func (s *Store) update(ctx context.Context, change func(*description)) error {
	d, err := s.describe(ctx, writing)
	if err != nil {
		return err
	}
	change(&d)
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.put(ctx, []object{{Class: s.class(storeClass), ID: uuid("store"), Properties: map[string]any{"value": string(b)}}})
}
