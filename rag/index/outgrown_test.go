package index_test

import (
	"strings"
	"testing"

	"zhiwen/rag/index"
)

func TestOutgrown(t *testing.T) {
	if said := index.Outgrown(index.LargeStore - 1); said != "" {
		t.Errorf("%q", said)
	}
	// As it was measured: docs/benchmarks.md.
	if said := index.Outgrown(index.LargeStore); !strings.Contains(said, "42 ms") || !strings.Contains(said, "0.9 GB") {
		t.Errorf("%q", said)
	}
	for _, n := range []int{index.LargeStore, 1_000_000} {
		if said := index.Outgrown(n); !strings.Contains(said, "cluster") {
			t.Errorf("%d passages: %q", n, said)
		}
	}
}
