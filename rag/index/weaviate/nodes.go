package weaviate

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// nodeStatus is what the cluster says of one of its nodes.
type nodeStatus struct {
	Name, Status string
	Shards       []struct {
		Class                string
		VectorIndexingStatus string
	}
}

func (s *Store) nodeStatuses(ctx context.Context) ([]nodeStatus, error) {
	var cluster struct{ Nodes []nodeStatus }
	err := s.client.call(ctx, s.client.searching, request{
		method: http.MethodGet, path: "/v1/nodes", query: url.Values{"output": {"verbose"}}, out: &cluster,
	})
	return cluster.Nodes, err
}

// readOnly tells whether a node takes no writes for the collection.
func (s *Store) readOnly(n nodeStatus) bool {
	for _, shard := range n.Shards {
		if strings.HasPrefix(shard.Class, s.opts.Collection) && shard.VectorIndexingStatus == "READONLY" {
			return true
		}
	}
	return false
}

// readOnlyNodes names the nodes that take no writes, as far as that is known.
func (s *Store) readOnlyNodes(ctx context.Context) []string {
	var names []string
	nodes, err := s.nodeStatuses(ctx)
	if err != nil {
		return nil // which node does not answer is said elsewhere
	}
	for _, n := range nodes {
		if s.readOnly(n) {
			names = append(names, n.Name)
		}
	}
	slices.Sort(names)
	return names
}
