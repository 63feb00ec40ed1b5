package weaviate

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"zhiwen/rag/index"
)

// ProblemNode: a node of the cluster does not answer or is not well.
const ProblemNode = "node"

const (
	remedyNode   = "start the node, or look into its log"
	remedyIngest = "ingest its file again"
	remedyRepair = "run zhiwen doctor --repair"
	remedyWait   = "wait for the replicas to agree and look again, or " + remedyRepair
)

// Check looks at the nodes, and reads the whole collection: every article,
// passage and vector is compared with its checksum, on every node that can be
// reached. Nothing is changed. progress, which may be nil, is told of passages.
func (s *Store) Check(ctx context.Context, progress func(done, total int)) (index.CheckReport, error) {
	r := index.CheckReport{Problems: []index.Problem{}}
	report := func(kind, article, path, remedy, format string, args ...any) {
		r.Problems = append(r.Problems, index.Problem{Kind: kind, Article: article, Path: path, Remedy: remedy, Text: fmt.Sprintf(format, args...)})
	}
	if err := s.load(ctx, s.client.searching); err != nil {
		return r, err
	}
	answering, err := s.checkNodes(ctx, report)
	if err != nil {
		return r, err
	}
	if s.replicas > 1 {
		for _, class := range []string{articleClass, passageClass} {
			got, err := s.config(ctx, class)
			if err != nil {
				return r, err
			}
			if !got.ReplicationConfig.AsyncEnabled {
				report(index.ProblemIndex, "", "", "set replicationConfig.asyncEnabled of the class", "replicas of class %s that missed something do not catch up by themselves", got.Class)
			}
		}
	}
	c := checker{s: s, report: report, articles: map[string]*articleNote{}}
	for _, n := range answering {
		if err := c.readArticles(ctx, n); err != nil {
			return r, err
		}
	}
	for i, n := range answering {
		if err := c.readPassages(ctx, n, i == 0, progress); err != nil {
			return r, err
		}
	}
	r.Articles, r.Passages = len(c.articles), c.passages
	broken, err := s.broken(ctx)
	if err != nil {
		return r, err
	}
	for _, id := range broken {
		report(index.ProblemPending, id, "", remedyIngest+", or give it up with zhiwen ingest --prune", "an ingest or a removal was broken off before it was done")
	}
	return r, nil
}

// checkNodes looks at each node and returns those that answer.
func (s *Store) checkNodes(ctx context.Context, report func(kind, article, path, remedy, format string, args ...any)) ([]*node, error) {
	var answering []*node
	for _, n := range s.client.nodes {
		err := s.client.at(ctx, n, request{method: http.MethodGet, path: "/v1/.well-known/ready"})
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case elsewhere(err):
			report(ProblemNode, "", "", remedyNode, "the node at %v", err)
			continue
		case err != nil:
			return nil, err
		}
		answering = append(answering, n)
	}
	if len(answering) == 0 {
		return nil, ErrUnavailable
	}
	nodes, err := s.nodeStatuses(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if s.readOnly(n) {
			report(ProblemNode, "", "", "make room on its disk and set its shards to READY again (docs/cluster.md)", "the node %s takes no writes", n.Name)
		}
		if n.Status != "HEALTHY" {
			report(ProblemNode, "", "", remedyNode, "the cluster says that its node %s is %s", n.Name, n.Status)
		}
	}
	if len(nodes) < s.replicas {
		report(ProblemNode, "", "", "start the others, or let them join", "the cluster has %d nodes, and the collection wants %d replicas", len(nodes), s.replicas)
	}
	return answering, nil
}

// checker compares what the nodes hold.
type checker struct {
	s        *Store
	report   func(kind, article, path, remedy, format string, args ...any)
	articles map[string]*articleNote
	passages int // of the versions that the articles name
}

// articleNote is what is known of an article.
type articleNote struct {
	version, path string
	passages      int
}

func (c *checker) readArticles(ctx context.Context, n *node) error {
	seen := 0
	err := each(ctx, c.s, n, articleClass, articleFields, func(o *articleObject) error {
		if o.Version == gone {
			return nil
		}
		seen++
		if _, err := o.entry(); err != nil {
			c.report(index.ProblemArticle, o.ArticleID, o.Path, remedyRepair, "on %s: %v", n, err)
			return nil
		}
		if held := c.articles[o.ArticleID]; held != nil && held.version != o.Version {
			c.report(index.ProblemArticle, o.ArticleID, o.Path, remedyWait, "%s has another version of it", n)
			return nil
		}
		c.articles[o.ArticleID] = &articleNote{o.Version, o.Path, o.Passages}
		return nil
	})
	if err == nil && seen < len(c.articles) {
		c.report(index.ProblemList, "", "", remedyWait, "%s has %d articles of %d", n, seen, len(c.articles))
	}
	return err
}

// checkedPassage is a passage with its vector.
type checkedPassage struct {
	passageObject
	Additional struct {
		ID     string
		Vector []float32
	} `json:"_additional"`
}

func (c *checker) readPassages(ctx context.Context, n *node, first bool, progress func(done, total int)) error {
	total := 0
	for _, a := range c.articles {
		total += a.passages
	}
	counts := make(map[string]int, len(c.articles))
	remains := 0
	done := 0
	err := each(ctx, c.s, n, passageClass, passageFields+" _additional{id vector}", func(p *checkedPassage) error {
		if done++; first && progress != nil {
			progress(min(done, total), total)
		}
		a := c.articles[p.ArticleID]
		switch {
		case p.sum() != p.Checksum:
			c.report(index.ProblemArticle, p.ArticleID, "", remedyRepair, "on %s: its passage %d does not have its checksum", n, p.Number)
		case vectorSum(p.Additional.Vector) != p.VectorSum:
			c.report(index.ProblemVector, p.ArticleID, "", remedyRepair, "on %s: the vector of its passage %d does not have its checksum", n, p.Number)
		case a == nil || a.version != p.Version:
			remains++
		default:
			counts[p.ArticleID]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id, a := range c.articles {
		if counts[id] != a.passages {
			c.report(index.ProblemArticle, id, a.path, remedyWait, "on %s: %d of its %d passages are there", n, counts[id], a.passages)
		}
		if first {
			c.passages += counts[id]
		}
	}
	if remains > 0 {
		c.report(index.ProblemLeftover, "", "", remedyRepair+", when nobody ingests", "%s has %d passages of articles that were replaced or removed; nobody finds them", n, remains)
	}
	return nil
}

// broken lists the articles of changes that were begun and not done.
func (s *Store) broken(ctx context.Context) ([]string, error) {
	var ids []string
	_, err := ask(ctx, s.client, 1, writing, func(ctx context.Context, n *node) (struct{}, error) {
		ids = nil
		return struct{}{}, each(ctx, s, n, pendingClass, "articleId kind", func(p *pendingObject) error {
			if p.Kind != kindDone {
				ids = append(ids, p.ArticleID)
			}
			return nil
		})
	})
	slices.Sort(ids)
	return slices.Compact(ids), err
}
