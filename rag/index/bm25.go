package index

import (
	"container/heap"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	bindex "github.com/blevesearch/bleve_index_api"

	"zhiwen/rag/index/bm25"
)

// The scores are computed here (package bm25) and bleve keeps the postings,
// because bleve 2.5.7's own "bm25" differs from the formula in four ways that
// change the order of hits: its average length counts a field's distinct terms,
// not its words; term frequencies enter as their square root; a disjunction
// multiplies each term's weight by its idf once more; and the sum is scaled by
// the share of the query's terms that match.

// search ranks the passages by BM25 over body and title, summed, with ties in
// the order of the passages' IDs. Each term counts once.
func (k *keywordIndex) search(ctx context.Context, terms []string, n int) ([]scored, error) {
	if n <= 0 {
		return nil, nil
	}
	scores := map[uint64]float64{}
	for _, f := range []struct {
		name  string
		words int64
		boost float64
	}{
		{bodyField, k.stamp.BodyWords, 1},
		{titleField, k.stamp.TitleWords, bm25.TitleBoost},
	} {
		known, err := k.known(f.name, terms)
		if err != nil {
			return nil, err
		}
		mean := float64(f.words) / float64(k.stamp.Passages)
		weights := bm25.Weights(known, f.boost)
		for i, t := range known {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := k.score(ctx, t, f.name, weights[i], mean, scores); err != nil {
				return nil, err
			}
		}
	}
	return k.best(scores, n)
}

// score adds a term's part to the scores of the passages it occurs in.
func (k *keywordIndex) score(ctx context.Context, term, field string, weight, mean float64, scores map[uint64]float64) error {
	postings, err := k.reader.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return fmt.Errorf("keyword search: %w", err)
	}
	defer postings.Close()
	idf := bm25.IDF(float64(postings.Count()), float64(k.stamp.Passages))
	var doc bindex.TermFieldDoc
	for {
		p, err := postings.Next(doc.Reset())
		if err != nil {
			return fmt.Errorf("keyword search: %w", err)
		}
		if p == nil {
			return nil
		}
		tf := float64(p.Freq)
		length := math.Round(1 / (p.Norm * p.Norm)) // bleve keeps 1/sqrt(length)
		scores[binary.BigEndian.Uint64(p.ID)] += bm25.Score(weight, idf, tf, length, mean)
	}
}

// known returns the terms that occur in a field, each once, in their order.
func (k *keywordIndex) known(field string, terms []string) ([]string, error) {
	contains, err := k.dictionary(field)
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{}
	for _, t := range terms {
		if seen[t] || t == "" {
			continue
		}
		seen[t] = true
		ok, err := contains.Contains([]byte(t))
		if err != nil {
			return nil, fmt.Errorf("keyword search: %w", err)
		}
		if ok {
			out = append(out, t)
		}
	}
	return out, nil
}

func (k *keywordIndex) dictionary(field string) (bindex.FieldDictContains, error) {
	reader, ok := k.reader.(bindex.IndexReaderContains)
	if !ok {
		return nil, fmt.Errorf("keyword search: %T has no dictionary", k.reader)
	}
	dict, err := reader.FieldDictContains(field)
	if err != nil {
		return nil, fmt.Errorf("keyword search: %w", err)
	}
	return dict, nil
}

// frequency returns in how many passages a term occurs as a word of the body.
func (k *keywordIndex) frequency(ctx context.Context, term string) (int, error) {
	postings, err := k.reader.TermFieldReader(ctx, []byte(term), bodyField, false, false, false)
	if err != nil {
		return 0, fmt.Errorf("term frequency: %w", err)
	}
	defer postings.Close()
	return int(postings.Count()), nil
}

// best returns the n best passages. All ties of the last one take part, since
// only their IDs, which cost a look-up each, tell which of them stay.
func (k *keywordIndex) best(scores map[uint64]float64, n int) ([]scored, error) {
	var top minHeap
	for _, s := range scores {
		if len(top) < n {
			heap.Push(&top, s)
		} else if s > top[0] {
			top[0] = s
			heap.Fix(&top, 0)
		}
	}
	if len(top) == 0 {
		return nil, nil
	}
	var out []scored
	for doc, s := range scores {
		if s < top[0] {
			continue
		}
		id, err := k.reader.ExternalID(binary.BigEndian.AppendUint64(nil, doc))
		if err != nil {
			return nil, fmt.Errorf("keyword search: %w", err)
		}
		out = append(out, scored{id, s})
	}
	slices.SortFunc(out, func(a, b scored) int {
		if a.score != b.score {
			if a.score > b.score {
				return -1
			}
			return 1
		}
		return strings.Compare(a.id, b.id)
	})
	return out[:min(n, len(out))], nil
}

// minHeap keeps the largest of the numbers that it is offered, the least on top.
type minHeap []float64

// offer takes a number in if it is among the n largest so far.
func (h *minHeap) offer(x float64, n int) {
	if len(*h) < n {
		heap.Push(h, x)
	} else if x > (*h)[0] {
		(*h)[0] = x
		heap.Fix(h, 0)
	}
}

func (h minHeap) Len() int           { return len(h) }
func (h minHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h minHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *minHeap) Push(x any)        { *h = append(*h, x.(float64)) }
func (h *minHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
