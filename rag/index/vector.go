package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/philippgille/chromem-go"
)

// vectorIndex finds the passages whose vectors may be among the most similar
// ones to a query's: a scan over all codes gives each similarity but for an
// error that is known, and whoever might be among the best with it is a
// candidate. The exact similarities of the candidates are chromem-go's.
type vectorIndex struct {
	segments []*segment
	count    int // vectors that are not gone
}

// scored is a passage found by one side.
type scored struct {
	id    string
	score float64
}

func newVectorIndex(segments ...*segment) *vectorIndex {
	v := &vectorIndex{}
	for _, s := range segments {
		if s != nil {
			v.segments = append(v.segments, s)
			v.count += s.count - len(s.gone)
		}
	}
	return v
}

func (v *vectorIndex) close() error {
	var errs []error
	for _, s := range v.segments {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

const (
	queryLevels = 4095
	// roundingError bounds what adding up 4-byte floats loses of a cosine.
	roundingError = 1e-5
)

// candidates returns the passages among which the k most similar ones to a
// query of length 1 are, ties of the k-th included.
func (v *vectorIndex) candidates(query []float32, k int) []string {
	if len(v.segments) == 0 || k <= 0 {
		return nil
	}
	lists := make([]bounds, len(v.segments))
	best := make(minHeap, 0, k) // the k best lower bounds
	for i, s := range v.segments {
		lists[i] = s.bounds(query)
		for row, mean := range lists[i].mean {
			if s.gone[row] {
				continue
			}
			best.offer(float64(mean-lists[i].width(s, row)), k)
		}
	}
	least := math.Inf(-1)
	if len(best) == k {
		least = best[0]
	}
	var out []string
	for i, s := range v.segments {
		for row, mean := range lists[i].mean {
			if float64(mean+lists[i].width(s, row)) >= least && !s.gone[row] {
				out = append(out, s.id(row))
			}
		}
	}
	return out
}

// bounds are the cosines of a query with a segment's vectors, as far as their
// codes tell, and how far off the query's own code is.
type bounds struct {
	mean []float32
	lost float32
}

// width bounds the difference of a mean from the cosine: what either rounding
// took away times the length of the other side.
func (b bounds) width(s *segment, row int) float32 {
	lost := s.float(s.errors, row)
	return lost + b.lost*(1+lost) + roundingError
}

func (s *segment) bounds(query []float32) bounds {
	// Sums must fit an int32.
	levels := min(queryLevels, math.MaxInt32/codeLevels/s.stride)
	code := make([]int16, s.stride)
	scale, lost := quantize(query, levels, func(i, c int) { code[i] = int16(c) })
	dots := make([]int32, s.count)
	dotProducts(s.data[:s.count*s.stride], code, dots)
	b := bounds{mean: make([]float32, s.count), lost: lost}
	for row, dot := range dots {
		b.mean[row] = float32(dot) * scale * s.float(s.scales, row)
	}
	return b
}

// rankExactly returns the k vectors that are most similar to a query, ties in
// the order of their IDs.
func rankExactly(ctx context.Context, vectors map[string][]float32, query []float32, k int) ([]scored, error) {
	if len(vectors) == 0 || k <= 0 {
		return nil, nil
	}
	// The collection would call this for a document without a vector.
	none := func(context.Context, string) ([]float32, error) {
		return nil, errors.New("vector index: document without a vector")
	}
	docs, err := chromem.NewDB().CreateCollection("candidates", nil, none)
	if err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	for id, v := range vectors {
		if err := docs.AddDocument(ctx, chromem.Document{ID: id, Embedding: v}); err != nil {
			return nil, fmt.Errorf("vector search: %w", err)
		}
	}
	// All of them, because chromem cuts ties in an arbitrary order.
	found, err := docs.QueryEmbedding(ctx, query, len(vectors), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err // chromem stops early without saying so
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

// readVectors reads the vectors of passages from the database, and says by
// article what is wrong with those that are damaged. With all set the database
// is of the version that the IDs are from, and what cannot be found in it is
// damaged as well: a flipped bit in SQLite's index of IDs hides a sound row.
func readVectors(ctx context.Context, q querier, ids []string, all bool) (vectors map[string][]float32, damaged map[string]error, err error) {
	vectors, damaged = make(map[string][]float32, len(ids)), map[string]error{}
	read := func(ids []string) error {
		return each(ctx, q, func(scan func(...any) error) error {
			var p passageRow
			if err := scan(&p.articleID, &p.id, &p.textKey, &p.vector, &p.vectorChecksum); err != nil {
				return err
			}
			v, err := p.decode()
			if err != nil {
				damaged[p.articleID] = err
			} else if v != nil {
				vectors[p.id] = v
			}
			return nil
		}, "SELECT article_id, id, "+vectorColumns+" FROM passages WHERE id IN ("+placeholders(len(ids))+")", anys(ids)...)
	}
	for part := range slices.Chunk(ids, maxParameters) {
		if read(part) == nil {
			continue
		}
		for _, id := range part { // to know which
			if err := read([]string{id}); err != nil {
				damaged[articleOf(id)] = err
			}
		}
	}
	for _, id := range ids {
		if a := articleOf(id); all && vectors[id] == nil && damaged[a] == nil {
			damaged[a] = fmt.Errorf("the vector of its passage %s cannot be found", id)
		}
	}
	return vectors, damaged, ctx.Err()
}

// decode returns the row's vector, nil when it has none.
func (r *passageRow) decode() ([]float32, error) {
	if r.vectorSum() != r.vectorChecksum {
		return nil, fmt.Errorf("the vector of its passage %s does not have its checksum", r.id)
	}
	if r.vector == nil {
		return nil, nil
	}
	return decodeVector(r.vector)
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
