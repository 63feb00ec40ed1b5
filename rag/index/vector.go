package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/philippgille/chromem-go"
)

// vectorIndex ranks passages by cosine similarity, by brute force over all of
// them in memory. Reading is safe concurrently; adding and removing is not.
type vectorIndex struct {
	docs      *chromem.Collection
	dimension int // 0: no vectors yet
}

// scored is a passage found by one side.
type scored struct {
	id    string
	score float64
}

func newVectorIndex() (*vectorIndex, error) {
	// The collection would call this for a document without a vector; the
	// store never adds one.
	none := func(context.Context, string) ([]float32, error) {
		return nil, errors.New("vector index: document without a vector")
	}
	docs, err := chromem.NewDB().CreateCollection("passages", nil, none)
	if err != nil {
		return nil, fmt.Errorf("vector index: %w", err)
	}
	return &vectorIndex{docs: docs}, nil
}

// add puts a vector of length 1 in, or replaces the one with the same ID.
func (v *vectorIndex) add(ctx context.Context, id string, vector []float32) error {
	if err := checkVector(vector, v.dimension); err != nil {
		return fmt.Errorf("passage %s: %w", id, err)
	}
	v.dimension = len(vector)
	return v.docs.AddDocument(ctx, chromem.Document{ID: id, Embedding: vector})
}

// remove takes vectors out. Unknown IDs are fine.
func (v *vectorIndex) remove(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil // chromem would take no IDs for all of them
	}
	return v.docs.Delete(ctx, nil, nil, ids...)
}

// search returns the k most similar passages, ties in the order of their IDs.
func (v *vectorIndex) search(ctx context.Context, query []float32, k int) ([]scored, error) {
	count := v.docs.Count()
	if err := checkVector(query, v.dimension); err != nil {
		return nil, err
	}
	if count == 0 || k <= 0 {
		return nil, nil
	}
	// chromem fails when asked for more than there are, and cuts ties in an
	// arbitrary order: ask for more until the last one is no tie of the k-th.
	for n := min(k+8, count); ; n = min(2*n, count) {
		found, err := v.docs.QueryEmbedding(ctx, query, n, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("vector search: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err // chromem stops early without saying so
		}
		if n < count && n > k && found[n-1].Similarity == found[k-1].Similarity {
			continue
		}
		sort.Slice(found, func(i, j int) bool {
			if found[i].Similarity != found[j].Similarity {
				return found[i].Similarity > found[j].Similarity
			}
			return found[i].ID < found[j].ID
		})
		out := make([]scored, 0, k)
		for _, f := range found[:min(k, len(found))] {
			out = append(out, scored{f.ID, float64(f.Similarity)})
		}
		return out, nil
	}
}

// checkVector refuses what has no direction or the wrong length.
func checkVector(v []float32, dimension int) error {
	if len(v) == 0 {
		return fmt.Errorf("%w: it is empty", ErrVector)
	}
	if dimension != 0 && len(v) != dimension {
		return fmt.Errorf("%w: it has %d dimensions and the store's have %d: another embedder made it", ErrVector, len(v), dimension)
	}
	var sum float64
	for i, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("%w: entry %d is no number", ErrVector, i)
		}
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return fmt.Errorf("%w: all entries are zero", ErrVector)
	}
	return nil
}

// unit returns the vector at length 1, in memory of its own.
func unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	out := make([]float32, len(v))
	norm := math.Sqrt(sum)
	for i, x := range v {
		out[i] = float32(float64(x) / norm)
	}
	return out
}

func encodeVector(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func decodeVector(b []byte) ([]float32, error) {
	if len(b)%4 != 0 {
		return nil, fmt.Errorf("%w: %d bytes stored", ErrVector, len(b))
	}
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v, nil
}
