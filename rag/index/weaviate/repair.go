package weaviate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// Repair mends what Check found, and returns what was done, as sentences. What
// was broken off is completed; passages that nobody finds are removed; articles
// that are damaged, or that some nodes lack a part of, are written again, out of
// what was read again from their files or out of what the cluster has of them.
// Nobody may write meanwhile.
func (s *Store) Repair(ctx context.Context, found []index.Problem, again []article.Article, progress func(done, total int)) ([]string, error) {
	var done []string
	rewrite := map[string]bool{}
	for _, p := range found {
		if p.Kind == index.ProblemArticle || p.Kind == index.ProblemVector {
			rewrite[p.Article] = true
		}
	}
	err := s.change(ctx, func() error {
		if _, err := s.settle(ctx); err != nil {
			return err
		}
		if err := s.sweep(ctx); err != nil {
			return err
		}
		var report index.AddReport
		err := s.add(ctx, again, index.AddOptions{Progress: progress}, rewrite, &report)
		if n := report.Added + report.Changed; n > 0 {
			done = append(done, fmt.Sprintf("articles written again: %d, of whose passages %d were embedded", n, report.Embedded))
		}
		if err != nil {
			return err
		}
		n, err := s.removeRemains(ctx)
		if n > 0 {
			done = append(done, fmt.Sprintf("versions that were replaced or removed, and whose passages are gone now: %d", n))
		}
		return err
	})
	return done, err
}

// removeRemains removes the passages of versions that no article names on any
// node, and counts these versions.
func (s *Store) removeRemains(ctx context.Context) (int, error) {
	named, present := map[string]bool{}, map[string]bool{}
	for _, n := range s.client.nodes {
		err := each(ctx, s, n, articleClass, "version", func(o *articleObject) error { named[o.Version] = true; return nil })
		if err == nil {
			err = each(ctx, s, n, passageClass, "version", func(p *passageObject) error { present[p.Version] = true; return nil })
		}
		if err != nil {
			return 0, fmt.Errorf("to repair, all nodes must answer: %w", errors.Join(err, ErrUnavailable))
		}
	}
	maps.DeleteFunc(present, func(version string, _ bool) bool { return named[version] })
	return len(present), s.removeWhere(ctx, passageClass, "version", slices.Sorted(maps.Keys(present)))
}
