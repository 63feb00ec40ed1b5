//go:build unix

package weaviate_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// measure is how often the planted passage is among the first five, by words, by
// meaning and fused, and what it took.
type measure struct {
	words, meaning, fused int
	took                  []time.Duration
	ingest                time.Duration
	ingestCPU, askCPU     float64 // seconds, of this process and the nodes
}

type searcher interface {
	rag.Index
	Add(ctx context.Context, articles []article.Article, o index.AddOptions) (index.AddReport, error)
}

// measured adds the articles and asks the questions as the chain does: both
// sides at once, 30 hits of each.
func measured(t *testing.T, s searcher, e *indextest.WordEmbedder, articles []article.Article, questions []indextest.Planted) measure {
	t.Helper()
	began, before := time.Now(), use(t)
	if report, err := s.Add(t.Context(), articles, index.AddOptions{}); err != nil || report.Added != len(articles) {
		t.Fatalf("%+v, %v", report, err)
	}
	m := measure{ingest: time.Since(began), ingestCPU: use(t).cpu - before.cpu}
	before = use(t)
	for i, q := range questions {
		v, err := e.EmbedQuery(t.Context(), q.Question)
		if err != nil {
			t.Fatal(err)
		}
		var words, meaning []rag.Hit
		var errs [2]error
		var wait sync.WaitGroup
		began := time.Now()
		wait.Go(func() { words, errs[0] = s.Keyword(t.Context(), q.Question, 30) })
		wait.Go(func() { meaning, errs[1] = s.Vector(t.Context(), v, 30) })
		wait.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Fatalf("question %d: %v", i, errs)
		}
		m.took = append(m.took, time.Since(began))
		for list, n := range map[*[]rag.Hit]*int{&words: &m.words, &meaning: &m.meaning} {
			*n += among(*list, q.Passage)
		}
		m.fused += among(rag.Fuse(q.Question, words, meaning, nil, 5), q.Passage)
	}
	m.askCPU = use(t).cpu - before.cpu
	slices.Sort(m.took)
	return m
}

// among is 1 if the passage is one of the first five, 0 if not.
func among(hits []rag.Hit, passage string) int {
	if slices.ContainsFunc(hits[:min(5, len(hits))], func(h rag.Hit) bool { return h.Passage.ID == passage }) {
		return 1
	}
	return 0
}

func (m measure) row(where string, passages int) string {
	n := float64(len(m.took))
	at := func(share float64) float64 { return float64(m.took[int(share*(n-1))].Microseconds()) / 1000 }
	return fmt.Sprintf("| %d | %s | %.0f / %.0f | %.1f / %.1f | %.1f | %.3f / %.3f / %.3f |",
		passages, where, m.ingestCPU, m.ingest.Seconds(), at(0.5), at(0.95), m.askCPU*1000/n,
		float64(m.words)/n, float64(m.meaning)/n, float64(m.fused)/n)
}

// The cluster finds planted passages as often as the local store: hit@5 differs
// by .01 at most. It prints rows of docs/benchmarks.md; ZHIWEN_SIZES names other
// numbers of passages than 10000.
func TestSameHits(t *testing.T) {
	sizes := strings.Fields(os.Getenv("ZHIWEN_SIZES"))
	if len(sizes) == 0 {
		sizes = []string{"10000"}
	}
	hosts(t)
	if testing.Short() {
		t.Skip("10,000 passages take a while")
	}
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		e := &indextest.WordEmbedder{Dimension: 512}
		o := options(t)
		o.Embedder, o.EmbedderInfo, o.Segment = e, index.EmbedderInfo{Provider: "test", Model: "words", Dimension: 512}, strings.Fields
		o.Timeout = time.Minute
		articles, questions := indextest.Corpus(n, 400, 5)
		local, err := index.Open(t.Context(), index.Options{Dir: t.TempDir(), Embedder: e, EmbedderInfo: o.EmbedderInfo, Segment: strings.Fields})
		if err != nil {
			t.Fatal(err)
		}
		want := measured(t, local, e, articles, questions)
		local.Close()
		before := use(t)
		got := measured(t, open(t, o), e, articles, questions)
		t.Logf("\n%s\n%s\nthe nodes' memory: %d MB before, %d MB after", want.row("local", n), got.row("cluster", n), before.megabyte, use(t).megabyte)
		for _, c := range []struct {
			name      string
			got, want int
		}{{"words", got.words, want.words}, {"meaning", got.meaning, want.meaning}, {"both", got.fused, want.fused}} {
			if d := math.Abs(float64(c.got-c.want)) / float64(len(questions)); d > 0.01 {
				t.Errorf("%d passages, %s: hit@5 of %d questions is %d, locally %d", n, c.name, len(questions), c.got, c.want)
			}
		}
	}
}

// used is what this process and the nodes that scripts/cluster started have
// computed so far, and what the nodes have resident.
type used struct {
	cpu      float64 // seconds
	megabyte int
}

func use(t *testing.T) used {
	t.Helper()
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err != nil {
		t.Fatal(err)
	}
	u := used{cpu: float64(self.Utime.Nano()+self.Stime.Nano()) / 1e9}
	pids, _ := filepath.Glob(filepath.Join(os.Getenv("CLUSTER_DIR"), "node*", "pid"))
	for _, p := range pids {
		pid, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		process := filepath.Join("/proc", strings.TrimSpace(string(pid)))
		status, _ := os.ReadFile(filepath.Join(process, "status"))
		for line := range strings.Lines(string(status)) {
			var kb int
			if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
				u.megabyte += kb / 1024
			}
		}
		stat, _ := os.ReadFile(filepath.Join(process, "stat"))
		_, after, _ := strings.Cut(string(stat), ") ")
		if f := strings.Fields(after); len(f) > 12 {
			user, _ := strconv.ParseFloat(f[11], 64)
			system, _ := strconv.ParseFloat(f[12], 64)
			u.cpu += (user + system) / 100 // clock ticks
		}
	}
	return u
}
