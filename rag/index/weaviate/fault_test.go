package weaviate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/index/weaviate"
)

// killable skips where the nodes are not those of scripts/cluster, because it
// kills them.
func killable(t *testing.T) weaviate.Options {
	t.Helper()
	o := options(t)
	if testing.Short() || len(o.Hosts) != 3 {
		t.Skip("nodes are killed, which takes a while")
	}
	for i, line := range strings.Split(strings.TrimSpace(script(t, "status")), "\n") {
		_, port, _ := strings.Cut(o.Hosts[i], ":")
		if !strings.Contains(line, "port "+port) {
			t.Skipf("node %d of scripts/cluster is not %s: %s", i, o.Hosts[i], line)
		}
	}
	return o
}

// killedDuring is how many passages are added around each kill.
func killedDuring() int {
	if os.Getenv("ZHIWEN_SOAK") != "" {
		return 20_000
	}
	return 500
}

// Any one node is killed while articles are added and questions asked: all
// articles arrive, every question is answered, and the node catches up.
func TestNodeKilled(t *testing.T) {
	o := killable(t)
	s := open(t, o)
	e := &indextest.WordEmbedder{Dimension: 16}
	o.Embedder, o.EmbedderInfo, o.Segment = e, index.EmbedderInfo{Provider: "test", Model: "words", Dimension: 16}, strings.Fields
	o.Timeout = time.Minute // nodes, ingest and whatever else runs here share the cores
	known, planted := indextest.Corpus(500, 40, 10)
	if _, err := again(t, o).Add(t.Context(), known, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	all := known
	for node := range 3 {
		// Readers and writers as other machines have them.
		writer := again(t, o)
		r := &questioner{s: again(t, o), e: e, planted: planted}
		stop := r.begin(t, fmt.Sprint("node ", node))
		articles, _ := indextest.Corpus(killedDuring(), 0, uint64(20+node))
		var acknowledged atomic.Int64
		added := make(chan error, 1)
		go func() {
			report, err := writer.Add(t.Context(), articles, index.AddOptions{Progress: func(done, _ int) { acknowledged.Store(int64(done)) }})
			if err == nil && report.Added != len(articles) {
				err = fmt.Errorf("%+v", report)
			}
			added <- err
		}()
		for acknowledged.Load() < int64(len(articles)/4) && len(added) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		at := acknowledged.Load()
		script(t, "kill", strconv.Itoa(node))
		if err := <-added; err != nil || at == int64(len(articles)) {
			t.Errorf("node %d killed after %d articles: %v", node, at, err)
		}
		all = append(all, articles...)
		held, err := again(t, o).Articles(t.Context())
		if err != nil || len(held) != len(all) {
			t.Errorf("without node %d: %d articles of %d, %v", node, len(held), len(all), err)
		}
		// What is changed and removed now must not come back with the node.
		for i := range all[:5] {
			all[i].Title += fmt.Sprint(" without ", node)
			all[i].Paragraphs = all[i].Paragraphs[:len(all[i].Paragraphs)-1]
		}
		if _, err := writer.Add(t.Context(), all[:5], index.AddOptions{}); err != nil {
			t.Errorf("without node %d: %v", node, err)
		}
		last := len(all) - 1
		if err := writer.Delete(t.Context(), all[last].ID, all[last-1].ID); err != nil {
			t.Errorf("without node %d: %v", node, err)
		}
		r.removed.Store(all[last].ID, true)
		r.removed.Store(all[last-1].ID, true)
		all = all[:last-1]
		began := time.Now()
		script(t, "start", strconv.Itoa(node))
		caughtUp(t, o, all)
		took := time.Since(began).Round(time.Second)
		stop()
		t.Logf("node %d killed after %d articles of %d, caught up %v after its start began; %d questions meanwhile, the slowest in %v", node, at, len(articles), took, r.asked, r.slowest)
	}
	exact(t, s, all)
}

// questioner asks a collection one question after the other.
type questioner struct {
	s       *weaviate.Store
	e       *indextest.WordEmbedder
	planted []indextest.Planted
	removed sync.Map // IDs of articles that nobody may find any more

	asked   int
	slowest time.Duration
}

// begin asks until it is stopped. All questions must be answered.
func (q *questioner) begin(t *testing.T, when string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ; ctx.Err() == nil; q.asked++ {
			q.ask(t, when)
			time.Sleep(50 * time.Millisecond) // the nodes have to catch up as well
		}
	}()
	return func() { cancel(); <-done }
}

func (q *questioner) ask(t *testing.T, when string) {
	gone := map[string]bool{}
	q.removed.Range(func(id, _ any) bool { gone[id.(string)] = true; return true })
	if _, err := q.s.Refresh(t.Context()); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	text := q.planted[q.asked%len(q.planted)].Question
	v, _ := q.e.EmbedQuery(t.Context(), text)
	began := time.Now()
	words, err := q.s.Keyword(t.Context(), text, 10)
	if err != nil || len(words) == 0 {
		t.Errorf("%s, words: %d hits, %v", when, len(words), err)
	}
	meaning, err := q.s.Vector(t.Context(), v, 10)
	if err != nil || len(meaning) != 10 {
		t.Errorf("%s, vectors: %d hits, %v", when, len(meaning), err)
	}
	q.slowest = max(q.slowest, time.Since(began))
	for _, h := range append(words, meaning...) {
		if gone[h.Article.ID] {
			t.Errorf("%s: article %s was removed and is found", when, h.Article.ID)
		}
	}
}

// caughtUp waits until every node has everything, and nothing else. An ingest, of
// nothing here, removes what came back with a node.
func caughtUp(t *testing.T, o weaviate.Options, want []article.Article) {
	t.Helper()
	s := again(t, o)
	var problems []index.Problem
	for range 90 {
		if _, err := s.Add(t.Context(), nil, index.AddOptions{}); err != nil {
			t.Error(err)
		}
		report, err := s.Check(t.Context(), nil)
		if err == nil && len(report.Problems) == 0 && report.Articles == len(want) {
			return
		}
		problems = report.Problems
		time.Sleep(time.Second)
	}
	t.Errorf("a node does not catch up: %d problems, the first %+v", len(problems), problems[:min(3, len(problems))])
}

// With two nodes of three down everything says so within five seconds.
func TestTwoNodesDown(t *testing.T) {
	o := killable(t)
	s := open(t, o)
	if _, err := s.Add(t.Context(), indextest.Articles(), index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	empty := o
	empty.Collection += "Empty"
	nothing := open(t, empty)
	for _, alive := range []int{0, 2} {
		for i := range 3 {
			if i != alive {
				script(t, "kill", strconv.Itoa(i))
			}
		}
		vector := make([]float32, 16)
		vector[0] = 1
		fresh := indextest.Articles()[0]
		fresh.ID = fmt.Sprint("fresh", alive)
		one := o
		one.Hosts = o.Hosts[alive : alive+1] // one address in front of all
		var wait sync.WaitGroup
		for name, f := range map[string]func() error{
			"open":    func() error { _, err := weaviate.Open(t.Context(), o); return err },
			"open it": func() error { _, err := weaviate.Open(t.Context(), one); return err },
			"words":   func() error { _, err := s.Keyword(t.Context(), "大桥", 3); return err },
			"none":    func() error { _, err := s.Keyword(t.Context(), "zzz", 3); return err },
			"vectors": func() error { _, err := s.Vector(t.Context(), vector, 3); return err },
			"df":      func() error { _, _, err := s.Frequencies(t.Context(), []string{fmt.Sprint("词", alive)}); return err },
			"article": func() error { _, err := s.Article(t.Context(), "nobody"); return err },
			"refresh": func() error { _, err := s.Refresh(t.Context()); return err },
			"status":  func() error { _, err := s.Status(t.Context()); return err },
			"empty":   func() error { _, err := nothing.Keyword(t.Context(), "大桥", 3); return err },
			"add":     func() error { _, err := s.Add(t.Context(), []article.Article{fresh}, index.AddOptions{}); return err },
		} {
			wait.Go(func() {
				began := time.Now()
				err := f()
				if !errors.Is(err, weaviate.ErrUnavailable) {
					t.Errorf("%s with node %d alone: %v", name, alive, err)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("%s with node %d alone took %v", name, alive, took)
				}
			})
		}
		wait.Wait()
		for i := range 3 {
			if i != alive {
				script(t, "start", strconv.Itoa(i))
			}
		}
		caughtUp(t, o, indextest.Articles())
	}
	if hits, err := s.Keyword(t.Context(), "大桥", 3); err != nil || len(hits) == 0 {
		t.Errorf("when they are back: %v, %v", hits, err)
	}
}
