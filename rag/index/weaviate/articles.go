package weaviate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// cacheBytes bounds the text that a Store keeps in memory.
const cacheBytes = 64 << 20

// wanted is an article, and which version of it a passage belongs to.
type wanted struct{ id, version string }

// entries returns articles by ID. One that is not there is left out, and so is a
// damaged one, which Health names. An article that is kept in memory is good if
// it has the version that is wanted ("": any).
func (s *Store) entries(ctx context.Context, l limits, want []wanted) (map[string]*entry, error) {
	out := make(map[string]*entry, len(want))
	var missing []string
	for _, w := range want {
		e := s.cache.Get(w.id)
		switch {
		case e != nil && (w.version == "" || w.version == e.version):
			out[w.id] = e
		case !slices.Contains(missing, w.id):
			missing = append(missing, w.id)
		}
	}
	found, err := s.fetch(ctx, l, missing, true)
	if err != nil {
		return nil, err
	}
	for id, o := range found {
		e, err := o.entry()
		if err != nil {
			s.damage(id, err)
			continue
		}
		s.cache.Put(e.article.ID, e)
		out[id] = e
	}
	return out, nil
}

// fetch reads articles as a quorum has them. Only their versions are filled in
// unless text is asked for.
func (s *Store) fetch(ctx context.Context, l limits, ids []string, text bool) (map[string]*articleObject, error) {
	out := make(map[string]*articleObject, len(ids))
	for part := range slices.Chunk(ids, 100) {
		uuids := make([]string, len(part))
		for i, id := range part {
			uuids[i] = uuid("article", id)
		}
		if err := s.fetchPart(ctx, l, part, fmt.Sprintf("(where:%s limit:%d)", oneOf("id", uuids), len(part)), text, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fetchPart reads the articles with the IDs, which a selection of the class
// gives. Where the nodes that are asked disagree, the replicas are.
func (s *Store) fetchPart(ctx context.Context, l limits, ids []string, selection string, text bool, out map[string]*articleObject) error {
	fields := "articleId version digest embedder"
	if text {
		fields = articleFields
	}
	query := fmt.Sprintf("{Get{a:%s%s{%s}}}", s.class(articleClass), selection, fields)
	answers, err := ask(ctx, s.client, s.quorum(), l, func(ctx context.Context, n *node) (map[string]*articleObject, error) {
		var got struct{ A []*articleObject }
		err := s.client.query(ctx, n, query, &got)
		found := make(map[string]*articleObject, len(got.A))
		for _, o := range got.A {
			found[o.ArticleID] = o
		}
		return found, err
	})
	if err != nil {
		return err
	}
	var unsure []string
	for _, id := range ids {
		first := answers[0][id]
		agreed := !slices.ContainsFunc(answers[1:], func(a map[string]*articleObject) bool {
			return (a[id] == nil) != (first == nil) || first != nil && a[id].Version != first.Version
		})
		switch {
		case !agreed:
			unsure = append(unsure, id)
		case first != nil && first.Version != gone:
			out[id] = first
		}
	}
	if !s.covered() {
		unsure = ids // what one node says is not enough
	}
	return s.fetchEach(ctx, l, unsure, out)
}

// fetchEach reads articles one by one from a quorum of the replicas.
func (s *Store) fetchEach(ctx context.Context, l limits, ids []string, out map[string]*articleObject) error {
	found := make([]*articleObject, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i, id := range ids {
		g.Go(func() error {
			var o struct{ Properties *articleObject }
			err := s.get(ctx, l, articleClass, uuid("article", id), &o)
			if errors.Is(err, errNotFound) {
				return nil
			}
			if o.Properties != nil && o.Properties.Version != gone {
				found[i] = o.Properties
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, id := range ids {
		delete(out, id)
		if found[i] != nil {
			out[id] = found[i]
		}
	}
	return nil
}

// Article returns an article, shared: do not change it. ErrNoArticle when the
// collection does not hold it, ErrDamaged when it is not what was ingested.
func (s *Store) Article(ctx context.Context, id string) (*article.Article, error) {
	entries, err := s.entries(ctx, s.client.searching, []wanted{{id: id}})
	if err != nil {
		return nil, fmt.Errorf("read article %s: %w", id, err)
	}
	if e := entries[id]; e != nil {
		return e.article, nil
	}
	s.mu.RLock()
	wrong := s.damaged[id]
	s.mu.RUnlock()
	if wrong != "" {
		return nil, index.DamagedArticle(id, wrong)
	}
	return nil, index.NoArticle(id)
}

// Articles returns all articles in the order of their IDs, shared: do not change
// them. Damaged ones are left out and named by Health.
func (s *Store) Articles(ctx context.Context) ([]*article.Article, error) {
	ids, err := s.ids(ctx)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	out := make([]*article.Article, 0, len(ids))
	err = s.each(ctx, ids, func(a *article.Article) error {
		out = append(out, a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	return out, nil
}

// each reads articles some at a time, in the order of ids; those that are not there
// are passed over.
func (s *Store) each(ctx context.Context, ids []string, take func(*article.Article) error) error {
	for part := range slices.Chunk(ids, 100) {
		want := make([]wanted, len(part))
		for i, id := range part {
			want[i].id = id
		}
		entries, err := s.entries(ctx, writing, want)
		if err != nil {
			return err
		}
		for _, id := range part {
			if e := entries[id]; e != nil {
				if err := take(e.article); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// ids lists the IDs of all articles that any of a quorum of nodes has, sorted.
// Some of them may be gone, which reading them tells.
func (s *Store) ids(ctx context.Context) ([]string, error) {
	long := limits{10 * time.Minute, 20 * time.Minute} // a list of millions takes its time
	all, err := ask(ctx, s.client, s.quorum(), long, func(ctx context.Context, n *node) ([]string, error) {
		var ids []string
		err := each(ctx, s, n, articleClass, "articleId version", func(o *articleObject) error {
			if o.Version != gone {
				ids = append(ids, o.ArticleID)
			}
			return nil
		})
		return ids, err
	})
	if err != nil {
		return nil, err
	}
	union := map[string]bool{}
	for _, ids := range all {
		for _, id := range ids {
			union[id] = true
		}
	}
	return slices.Sorted(maps.Keys(union)), ctx.Err()
}

// pageSize is how many objects are listed at once.
const pageSize = 500

// each calls f for every object of a class that a node knows of.
func each[T any](ctx context.Context, s *Store, n *node, class, fields string, f func(*T) error) error {
	if !strings.Contains(fields, "_additional") {
		fields += " _additional{id}"
	}
	for after := ""; ; {
		var got struct{ A []listed[T] }
		err := s.client.query(ctx, n, fmt.Sprintf("{Get{a:%s(limit:%d after:%s){%s}}}", s.class(class), pageSize, quote(after), fields), &got)
		if err != nil {
			return err
		}
		for i := range got.A {
			if err := f(&got.A[i].value); err != nil {
				return err
			}
		}
		if len(got.A) < pageSize {
			return ctx.Err()
		}
		after = got.A[len(got.A)-1].id
	}
}

// listed is an object of a list with its ID.
type listed[T any] struct {
	value T
	id    string
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *listed[T]) UnmarshalJSON(b []byte) error {
	var more struct {
		Additional struct{ ID string } `json:"_additional"`
	}
	if err := json.Unmarshal(b, &more); err != nil {
		return err
	}
	l.id = more.Additional.ID
	return json.Unmarshal(b, &l.value)
}
