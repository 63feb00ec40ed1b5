package index

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag/index/bm25"
)

// reference scores documents with BM25 as the textbook has it, by counting.
func reference(docs []*document) func(terms []string) map[string]float64 {
	type field struct {
		boost, mean float64
		length      []float64
		tf          []map[string]float64
	}
	fields := []*field{{boost: 1}, {boost: bm25.TitleBoost}}
	for _, d := range docs {
		for i, text := range []string{d.Body, d.Title} {
			tf, f := map[string]float64{}, fields[i]
			for _, w := range strings.Fields(text) {
				tf[w]++
			}
			n := float64(len(strings.Fields(text)))
			f.tf, f.length, f.mean = append(f.tf, tf), append(f.length, n), f.mean+n/float64(len(docs))
		}
	}
	return func(terms []string) map[string]float64 {
		out := map[string]float64{}
		for _, f := range fields {
			occurs := func(t string) bool {
				return slices.ContainsFunc(f.tf, func(tf map[string]float64) bool { return tf[t] > 0 })
			}
			for _, t := range terms {
				weight := f.boost
				if slices.ContainsFunc(terms, func(u string) bool { return u != t && strings.Contains(u, t) && occurs(u) }) {
					weight *= bm25.PartWeight
				}
				df := 0.0
				for _, tf := range f.tf {
					if tf[t] > 0 {
						df++
					}
				}
				idf := math.Log(1 + (float64(len(docs))-df+0.5)/(df+0.5))
				for i, d := range docs {
					if tf := f.tf[i][t]; tf > 0 {
						out[d.ID] += weight * idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*f.length[i]/f.mean))
					}
				}
			}
		}
		return out
	}
}

// words makes documents of very different lengths with repeated words.
func words(r *rand.Rand, n int) []*document {
	zipf := rand.NewZipf(r, 1.3, 4, 400)
	some := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf("w%d", zipf.Uint64())
		}
		return strings.Join(out, " ")
	}
	docs := make([]*document, n)
	for i := range docs {
		docs[i] = &document{ID: fmt.Sprintf("d#%d", i), Body: some(1 + r.IntN(200)), Title: some(1 + r.IntN(12))}
	}
	return docs
}

func yield(docs []*document) documents {
	return func(f func(*document) error) error {
		for _, d := range docs {
			if err := f(d); err != nil {
				return err
			}
		}
		return nil
	}
}

func total(docs []*document) stamp {
	st := stamp{Format: folderFormat}
	for _, d := range docs {
		st.count(d)
	}
	return st
}

// compare checks rank by rank that an index scores as the reference does.
func compare(t *testing.T, r *rand.Rand, k *keywordIndex, docs []*document) {
	t.Helper()
	score := reference(docs)
	for range 20 {
		var terms []string
		for range 1 + r.IntN(12) {
			terms = append(terms, fmt.Sprintf("w%d", r.IntN(60)))
		}
		slices.Sort(terms)
		terms = append(slices.Compact(terms), "unknown")
		want := score(terms)
		got, err := k.search(context.Background(), append(terms, terms[0]), 50)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != min(50, len(want)) {
			t.Fatalf("%v: %d hits, want %d", terms, len(got), min(50, len(want)))
		}
		ids := make([]string, 0, len(want))
		for id := range want {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b string) int {
			if d := want[b] - want[a]; math.Abs(d) > 1e-9 {
				return int(math.Copysign(1, d))
			}
			return strings.Compare(a, b)
		})
		for i, g := range got {
			if math.Abs(g.score-want[g.id]) > 1e-6 {
				t.Fatalf("%v: %s scores %.9f, want %.9f", terms, g.id, g.score, want[g.id])
			}
			if g.id != ids[i] {
				t.Fatalf("%v: rank %d is %s (%.12f), want %s (%.12f)", terms, i+1, g.id, want[g.id], ids[i], want[ids[i]])
			}
		}
	}
}

func TestBM25EqualsReference(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	docs := words(r, 400)
	build(t, dir, 1, docs)
	k := openFolder(t, dir, 1)
	defer k.close()
	compare(t, r, k, docs)

	inMemory, err := keywordInMemory(yield(docs))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := readKeyword(inMemory, total(docs))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.close()
	compare(t, r, memory, docs)
}

// An index that was changed by parts scores like one that was built anew.
func TestBM25AfterUpdates(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(3, 4))
	docs := words(r, 300)
	build(t, dir, 1, docs)
	rebuilt := 0
	for generation := int64(2); generation < 20; generation++ {
		fresh := words(r, 20)
		for i := range fresh { // ten are replaced, ten are new
			if i < 10 {
				fresh[i].ID = docs[r.IntN(len(docs))].ID
			} else {
				fresh[i].ID = fmt.Sprintf("g%d#%d", generation, i)
			}
		}
		var gone []string
		for _, d := range fresh {
			gone = append(gone, d.ID)
		}
		gone = append(gone, docs[len(docs)-1].ID)
		seen := map[string]bool{}
		fresh = slices.DeleteFunc(fresh, func(d *document) bool { defer func() { seen[d.ID] = true }(); return seen[d.ID] })
		docs = slices.DeleteFunc(docs, func(d *document) bool { return slices.Contains(gone, d.ID) })
		docs = append(docs, fresh...)

		err := publishFolder(dir, func(tmp string) (stamp, error) {
			st := total(docs)
			st.Generation = generation
			if err := cloneKeyword(version{generation: generation - 1}.folder(dir), tmp); err != nil {
				return st, err
			}
			return st, updateKeyword(tmp, gone, yield(fresh))
		})
		if err != nil {
			t.Logf("built anew at generation %d: %v", generation, err)
			rebuilt++
			build(t, dir, generation, docs)
		}
		k := openFolder(t, dir, generation)
		compare(t, r, k, docs)
		k.close()
		if err := sweep(dir, version{generation: generation}, false); err != nil {
			t.Fatal(err)
		}
	}
	if rebuilt > 2 {
		t.Errorf("%d of 18 updates did not work", rebuilt)
	}
	if n := folders(dir); len(n) != 2 {
		t.Errorf("folders left: %v", n)
	}
}

func build(t *testing.T, dir string, generation int64, docs []*document) {
	t.Helper()
	err := publishFolder(dir, func(tmp string) (stamp, error) {
		st := total(docs)
		st.Generation = generation
		return st, buildKeyword(tmp, yield(docs))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openFolder(t *testing.T, dir string, generation int64) *keywordIndex {
	t.Helper()
	d, err := openDerived(dir, version{generation: generation})
	if err != nil {
		t.Fatal(err)
	}
	return d.keyword
}
