package index

import "fmt"

// LargeStore is from how many passages on a store is called large. A search by
// meaning looks at every vector and the words of every passage count, so time
// and memory grow with the number: docs/benchmarks.md has the figures.
const LargeStore = 300_000

// Outgrown says what to expect of a store with so many passages, and what to do
// about it; "" if that is not many.
func Outgrown(passages int) string {
	if passages < LargeStore {
		return ""
	}
	return fmt.Sprintf("The store holds %d passages. A question takes about %d ms of computing and the process %.1f GB here, and both grow with the number; "+
		"beyond a million keep the collection on a cluster (docs/benchmarks.md, Size).",
		passages, passages/7000, 0.3+float64(passages)*2.05e-6)
}
