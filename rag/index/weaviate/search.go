package weaviate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"zhiwen/rag"
	"zhiwen/rag/index/bm25"
	"zhiwen/rag/index/ingest"
	"zhiwen/rag/zhtext"
)

const (
	// maxQuestion is how many runes of a question are searched for words, and
	// longestWord the longest Chinese word that is looked for in it.
	maxQuestion = 300
	longestWord = 8
	// leastCandidates is how many passages the nodes are asked for at least:
	// their scores differ from ours, so that the best are taken out of more.
	leastCandidates = 200
)

// found is a passage that a node gives for a search.
type found struct {
	passageObject
	Additional struct{ Distance float64 } `json:"_additional"`

	score float64
}

// Keyword returns the k passages that the question's words rank best (BM25).
//
// The nodes find candidates with a BM25 of their own, whose statistics are those
// of a shard. The candidates are scored here with the collection's, by the
// formula of the local index, so that the number of shards changes no rank.
func (s *Store) Keyword(ctx context.Context, question string, k int) ([]rag.Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	runes := []rune(question)
	terms := zhtext.Terms(string(runes[:min(len(runes), maxQuestion)]), longestWord)
	hits, err := s.hits(ctx, k, leastCandidates, func(n int) ([]found, bool, error) {
		if len(terms) == 0 {
			return nil, true, nil
		}
		return s.byWords(ctx, terms, n)
	})
	if err != nil {
		return nil, fmt.Errorf("keyword search: %w", err)
	}
	for i := range hits {
		hits[i].KeywordRank = hits[i].Rank
	}
	return hits, nil
}

// Vector returns the k passages whose vectors are most similar (cosine). A
// vector that cannot be compared with the collection's gives ErrVector.
func (s *Store) Vector(ctx context.Context, vector []float32, k int) ([]rag.Hit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	dimension := s.state.Embedder.Dimension
	s.mu.RUnlock()
	if err := ingest.CheckVector(vector, dimension); err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	query := numbers(ingest.Unit(vector))
	hits, err := s.hits(ctx, k, k+16, func(n int) ([]found, bool, error) { return s.byVector(ctx, query, n) })
	if err != nil {
		return nil, fmt.Errorf("vector search: %w", err)
	}
	for i := range hits {
		hits[i].VectorRank, hits[i].Similarity = hits[i].Rank, hits[i].Score
	}
	return hits, nil
}

// numbers writes a vector as GraphQL has it.
func numbers(v []float32) string {
	b := []byte{'['}
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(x), 'g', -1, 32)
	}
	return string(append(b, ']'))
}

// hits turns what a search finds into hits. search returns about n passages, best
// first, and whether there are no more. Passages of versions that are not the
// article's, or that are damaged, are left out, and the next best ones move up.
func (s *Store) hits(ctx context.Context, k, n int, search func(n int) ([]found, bool, error)) ([]rag.Hit, error) {
	s.mu.RLock()
	empty := s.state.catalog.Passages == 0
	s.mu.RUnlock()
	if k <= 0 {
		return nil, nil
	}
	if empty {
		return nil, s.alive(ctx)
	}
	for n = max(n, k); ; n *= 2 {
		n = min(n, maxResults)
		candidates, all, err := search(n)
		if err != nil {
			return nil, err
		}
		all = all || n == maxResults
		// Ties of the last one may stand further down, unless all are here.
		if !all && len(candidates) > k && candidates[k-1].score == candidates[len(candidates)-1].score {
			continue
		}
		out, err := s.resolve(ctx, candidates, k)
		if err != nil {
			return nil, err
		}
		if len(out) == k || all {
			return out, s.present(ctx)
		}
	}
}

// resolve finds the articles of the best passages.
func (s *Store) resolve(ctx context.Context, candidates []found, k int) ([]rag.Hit, error) {
	var out []rag.Hit
	for part := range slices.Chunk(candidates, max(k, 1)) {
		want := make([]wanted, len(part))
		for i, c := range part {
			want[i] = wanted{c.ArticleID, c.Version}
		}
		entries, err := s.entries(ctx, s.client.searching, want)
		if err != nil {
			return nil, err
		}
		cursors := map[string]*ingest.Cursor{}
		for i := range part {
			c := &part[i]
			e := entries[c.ArticleID]
			if e == nil || e.version != c.Version || len(out) == k {
				continue
			}
			if c.sum() != c.Checksum {
				s.damage(c.ArticleID, fmt.Errorf("its passage %d does not have its checksum", c.Number))
				continue
			}
			if cursors[c.ArticleID] == nil {
				cursors[c.ArticleID] = &ingest.Cursor{}
			}
			p, err := cursors[c.ArticleID].Passage(e.article, c.PassageID, c.Spans)
			if err != nil {
				s.damage(c.ArticleID, err)
				continue
			}
			out = append(out, rag.Hit{Rank: len(out) + 1, Score: c.score, Passage: p, Article: e.article})
		}
		if len(out) == k {
			break
		}
	}
	return out, nil
}

// search sends a query to a quorum of nodes and merges what they find. all tells
// that none of them has more.
func (s *Store) search(ctx context.Context, by, more string, n int) (merged []found, all bool, err error) {
	query := fmt.Sprintf("{Get{a:%s(%s limit:%d){%s %s}}}", s.class(passageClass), by, n, passageFields, more)
	answers, err := ask(ctx, s.client, s.quorum(), s.client.searching, func(ctx context.Context, node *node) ([]found, error) {
		var got struct{ A []found }
		return got.A, s.client.query(ctx, node, query, &got)
	})
	if err != nil {
		return nil, false, err
	}
	all = true
	seen := map[string]bool{}
	for _, list := range answers {
		all = all && len(list) < n
		for _, f := range list {
			if key := f.Version + "#" + strconv.Itoa(f.Number); !seen[key] {
				seen[key] = true
				merged = append(merged, f)
			}
		}
	}
	return merged, all, nil
}

func best(candidates []found) []found {
	slices.SortFunc(candidates, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.PassageID, b.PassageID))
	})
	return candidates
}

func (s *Store) byVector(ctx context.Context, query string, n int) ([]found, bool, error) {
	candidates, all, err := s.search(ctx, "nearVector:{vector:"+query+"}", "_additional{distance}", n)
	for i := range candidates {
		candidates[i].score = 1 - candidates[i].Additional.Distance
	}
	return best(candidates), all, err
}

func (s *Store) byWords(ctx context.Context, terms []string, n int) ([]found, bool, error) {
	by := fmt.Sprintf(`bm25:{query:%s properties:["terms","titleTerms^%g"]}`, quote(strings.Join(terms, " ")), bm25.TitleBoost)
	candidates, all, err := s.search(ctx, by, "", n)
	if err != nil || len(candidates) == 0 {
		return nil, all, err
	}
	s.mu.RLock()
	st := s.state
	s.mu.RUnlock()
	passages := float64(st.catalog.Passages)
	for _, f := range []struct {
		property string
		of       func(*found) string
		words    int64
		boost    float64
	}{
		{"terms", func(c *found) string { return c.Terms }, st.words, 1},
		{"titleTerms", func(c *found) string { return c.TitleTerms }, st.titleWords, bm25.TitleBoost},
	} {
		counts := make([]map[string]int, len(candidates))
		lengths := make([]float64, len(candidates))
		occurs := map[string]bool{}
		for i := range candidates {
			words := strings.Fields(f.of(&candidates[i]))
			counts[i], lengths[i] = make(map[string]int, len(words)), float64(len(words))
			for _, w := range words {
				counts[i][w]++
				occurs[w] = true
			}
		}
		known := slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return !occurs[t] })
		df, err := s.frequencies(ctx, f.property, known)
		if err != nil {
			return nil, false, err
		}
		weights := bm25.Weights(known, f.boost)
		for t, term := range known {
			idf := bm25.IDF(min(float64(df[t]), passages), passages)
			for i := range candidates {
				if tf := counts[i][term]; tf > 0 {
					candidates[i].score += bm25.Score(weights[t], idf, float64(tf), lengths[i], float64(f.words)/passages)
				}
			}
		}
	}
	return best(candidates), all, nil
}

// Frequencies tells in how many passages each term occurs as a word, and how
// many passages there are.
func (s *Store) Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	s.mu.RLock()
	passages = s.state.catalog.Passages
	s.mu.RUnlock()
	if passages == 0 {
		return make([]int, len(terms)), 0, s.alive(ctx)
	}
	if df, err = s.frequencies(ctx, "terms", terms); err != nil {
		return nil, 0, fmt.Errorf("term frequencies: %w", err)
	}
	return df, passages, nil
}

// maxFrequencies bounds what is remembered of words.
const maxFrequencies = 200_000

// frequencies remembers in how many passages words occur, between two refreshes.
type frequencies struct {
	mu    sync.Mutex
	known map[string]int
}

func (f *frequencies) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known = nil
}

// frequencies counts the passages that hold each term in a property, as the node
// says that knows of the most.
func (s *Store) frequencies(ctx context.Context, property string, terms []string) ([]int, error) {
	df := make([]int, len(terms))
	var missing []int
	s.frequency.mu.Lock()
	for i, t := range terms {
		n, ok := s.frequency.known[property+" "+t]
		if df[i] = n; !ok && t != "" && !strings.ContainsAny(t, " \t\r\n") {
			missing = append(missing, i)
		}
	}
	s.frequency.mu.Unlock()
	for part := range slices.Chunk(missing, 100) {
		var b strings.Builder
		for _, i := range part {
			fmt.Fprintf(&b, "t%d:%s(where:%s){meta{count}} ", i, s.class(passageClass), equals(property, terms[i]))
		}
		answers, err := ask(ctx, s.client, s.quorum(), s.client.searching, func(ctx context.Context, n *node) (map[string][]aggregate, error) {
			var got map[string][]aggregate
			return got, s.client.query(ctx, n, "{Aggregate{"+b.String()+"}}", &got)
		})
		if err != nil {
			return nil, err
		}
		for _, i := range part {
			for _, a := range answers {
				if one := a["t"+strconv.Itoa(i)]; len(one) > 0 {
					df[i] = max(df[i], one[0].Meta.Count)
				}
			}
		}
	}
	s.frequency.mu.Lock()
	defer s.frequency.mu.Unlock()
	if s.frequency.known == nil || len(s.frequency.known) > maxFrequencies {
		s.frequency.known = map[string]int{}
	}
	for _, i := range missing {
		s.frequency.known[property+" "+terms[i]] = df[i]
	}
	return df, nil
}
