package weaviate

import (
	"context"
	"fmt"
	"slices"
)

// Delete takes articles out. IDs that are not held are fine.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.change(ctx, func() error { _, err := s.delete(ctx, ids); return err })
	if err != nil {
		return fmt.Errorf("delete articles: %w", err)
	}
	return nil
}

// delete returns how many articles there were.
func (s *Store) delete(ctx context.Context, ids []string) (int, error) {
	held, err := s.fetch(ctx, writing, ids, false)
	if err != nil || len(held) == 0 {
		return 0, err
	}
	var deletions []pendingObject
	var objects []object
	for id, o := range held {
		p := pendingObject{ArticleID: id, Kind: kindDelete, Version: o.Version}
		deletions = append(deletions, p)
		objects = append(objects, object{Class: s.class(pendingClass), ID: noteOf(p), Properties: p})
	}
	if err := s.put(ctx, objects); err != nil {
		return 0, err
	}
	return len(held), s.drain(ctx, deletions)
}

// Prune takes out every article whose ID is not in keep, and returns how many
// there were. What an ingest was broken off before is given up as well.
func (s *Store) Prune(ctx context.Context, keep map[string]bool) (int, error) {
	n := 0
	err := s.change(ctx, func() error {
		broken, err := s.settle(ctx)
		if err != nil {
			return err
		}
		ids, err := s.ids(ctx)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return keep[id] })
		if n, err = s.delete(ctx, ids); err != nil {
			return err
		}
		var given []pendingObject
		var versions []string
		for id, list := range broken {
			for _, p := range list {
				if !keep[id] {
					p.Replaces = p.Version
					given, versions = append(given, p), append(versions, p.Version)
				}
			}
		}
		if err := s.removeWhere(ctx, passageClass, "version", versions); err != nil {
			return err
		}
		return s.done(ctx, given)
	})
	if err != nil {
		return n, fmt.Errorf("prune articles: %w", err)
	}
	return n, nil
}
