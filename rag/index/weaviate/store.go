package weaviate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/index"
	"zhiwen/rag/index/cache"
)

// Options of Open. Only Hosts is required.
type Options struct {
	// Hosts are the addresses of the nodes, "10.0.0.1:8080" or with a scheme.
	Hosts []string
	// Key is the API key. Empty: none is sent.
	Key string
	// Collection is the name that the classes begin with. Empty: "Zhiwen".
	Collection string
	// Replicas is how many nodes keep each object, Shards into how many parts a
	// class is cut, when the collection is made. Zero: 3 replicas, and as many
	// parts as there are nodes.
	Replicas, Shards int
	// Consistency is QUORUM (the default), ONE or ALL: how many replicas must
	// have done a write, and take part in a read.
	Consistency string
	// Embedder is needed to add articles, EmbedderInfo names it; see
	// index.Options.
	Embedder     index.Embedder
	EmbedderInfo index.EmbedderInfo
	// Reindex accepts a collection of another embedder: its passages are
	// dropped, and the next Add makes them anew.
	Reindex bool
	// ReadOnly opens an existing collection and changes nothing.
	ReadOnly bool
	// Timeout bounds a search with all its retries. Zero: 4.5 seconds, so that an
	// error comes while somebody still waits for the answer.
	Timeout time.Duration
	// Logger is told of retries and repairs. Nil: silent.
	Logger *slog.Logger
	// Segment cuts a text into words at ingest. Nil: the dictionary of zhtext.
	Segment func(text string) []string
}

// Store is an open collection. All methods are safe for concurrent use.
type Store struct {
	opts     Options
	log      *slog.Logger
	client   *client
	replicas int // of the collection

	mu      sync.RWMutex // guards what follows
	state   state
	damaged map[string]string // what is wrong with articles that are left out

	cache     cache.Cache[*entry]
	frequency frequencies
}

// state is what the process holds of the collection.
type state struct {
	description
	catalog           rag.Catalog
	words, titleWords int64 // of all passages
	pending           int   // articles still to be written
}

var (
	_ rag.Index   = (*Store)(nil)
	_ rag.Library = (*Store)(nil)
	_ rag.Limited = (*Store)(nil)
)

// collectionName is what Weaviate takes for a class.
var collectionName = regexp.MustCompile(`^[A-Z][_0-9A-Za-z]{0,200}$`)

// Open connects to a collection, and makes it when there is none, unless it is
// opened for reading, which gives ErrNoStore. Other errors to branch on are
// ErrUnavailable, ErrKey, ErrSchema and index.ErrOtherEmbedder.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(o)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("open the collection: %w", err)
	}
	return s, nil
}

// connect makes a Store that knows nothing of its collection yet.
func connect(o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Collection == "" {
		o.Collection = "Zhiwen"
	}
	if o.Replicas == 0 {
		o.Replicas = 3
	}
	if o.Consistency == "" {
		o.Consistency = "QUORUM"
	}
	if !collectionName.MatchString(o.Collection) {
		return nil, fmt.Errorf("open the collection: %q is no name of a collection; it begins with a capital letter and has letters, digits and _ only", o.Collection)
	}
	c, err := newClient(o.Hosts, o.Key)
	if err != nil {
		return nil, fmt.Errorf("open the collection %s: %w", o.Collection, err)
	}
	if o.Timeout > 0 {
		c.searching = limits{o.Timeout, o.Timeout}
	}
	return &Store{opts: o, log: o.Logger, client: c, cache: cache.Cache[*entry]{Bytes: cacheBytes}}, nil
}

func (s *Store) open(ctx context.Context) error {
	err := s.inspect(ctx)
	if errors.Is(err, index.ErrNoStore) && !s.opts.ReadOnly {
		if err = s.create(ctx); err == nil {
			err = s.inspect(ctx)
		}
	}
	if err != nil {
		return err
	}
	if err := s.load(ctx, s.client.searching); err != nil {
		return err
	}
	have, want := s.state.Embedder, s.opts.EmbedderInfo
	if s.state.catalog.Articles == 0 || have == (index.EmbedderInfo{}) || want == (index.EmbedderInfo{}) || have.Same(want) {
		return nil
	}
	if !s.opts.Reindex {
		return fmt.Errorf("%w: the vectors in %s were made by %s and the configured embedder is %s; configure that one again, or re-index the collection with the new one (zhiwen ingest --reindex)",
			index.ErrOtherEmbedder, s, have, want)
	}
	return s.dropPassages(ctx)
}

// dropPassages makes a collection that another embedder filled wait for this
// one: vectors of another length do not fit into the class.
func (s *Store) dropPassages(ctx context.Context) error {
	if err := s.writable(); err != nil {
		return err
	}
	if err := s.drop(ctx, passageClass); err != nil {
		return err
	}
	if err := s.createClass(ctx, passageClass, s.classes()[passageClass]); err != nil {
		return err
	}
	if err := s.update(ctx, func(d *description) { d.Embedder = index.EmbedderInfo{}; d.Change++ }); err != nil {
		return err
	}
	return s.load(ctx, s.client.searching)
}

// String names the collection and where it is, for messages.
func (s *Store) String() string {
	names := make([]string, len(s.client.nodes))
	for i, n := range s.client.nodes {
		names[i] = n.String()
	}
	return s.opts.Collection + " on " + strings.Join(names, ", ")
}

// Close lets go of the connections.
func (s *Store) Close() error {
	s.client.http.CloseIdleConnections()
	return nil
}

func (s *Store) writable() error {
	if s.opts.ReadOnly {
		return fmt.Errorf("%w: %s was opened for reading", index.ErrReadOnly, s)
	}
	return nil
}

// needed is how many replicas must have done a write.
func (s *Store) needed() int {
	switch s.opts.Consistency {
	case "ONE":
		return 1
	case "ALL":
		return s.replicas
	}
	return s.replicas/2 + 1
}

// quorum is how many nodes a search asks: with those that a write waits for they
// are more than the replicas.
func (s *Store) quorum() int {
	if s.opts.Consistency == "ALL" {
		return 1 // a write waited for all of them
	}
	return s.needed()
}

// covered tells whether the hosts suffice for a quorum: one address in front of
// all nodes does not.
func (s *Store) covered() bool { return len(s.client.nodes) >= s.quorum() }

// present fails when no quorum of the replicas answers, where the search itself
// does not ask so many.
func (s *Store) present(ctx context.Context) error {
	if s.covered() {
		return nil
	}
	return s.alive(ctx)
}

// alive fails when no quorum of the replicas answers.
func (s *Store) alive(ctx context.Context) error {
	_, err := s.describe(ctx, s.client.searching)
	return err
}

// Destroy removes the collection with all that is in it.
func (s *Store) Destroy(ctx context.Context) error {
	if err := s.writable(); err != nil {
		return err
	}
	for name := range s.classes() {
		if err := s.drop(ctx, name); err != nil {
			return fmt.Errorf("remove the collection %s: %w", s, err)
		}
	}
	return nil
}
