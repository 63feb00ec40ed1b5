//go:build unix

package index_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// childMeasures makes the test binary open a store, ask, and say what it took.
const childMeasures = "ZHIWEN_TEST_CHILD_MEASURES" // folder

// sizeOptions are those of the measured stores: vectors of 512 random numbers
// that depend on the text alone, and words between blanks.
func sizeOptions(dir string) index.Options {
	e := &indextest.HashEmbedder{Dimension: 512}
	return index.Options{Dir: dir, Embedder: e, EmbedderInfo: info(e), Segment: strings.Fields}
}

// sized makes articles of about n passages altogether, five each, out of words
// as frequent as those of a language.
func sized(n int, from uint64) []article.Article {
	r := rand.New(rand.NewPCG(from, 7))
	words := rand.New(rand.NewPCG(1, 7))
	vocabulary := make([]string, 30_000)
	for i := range vocabulary {
		vocabulary[i] = string([]rune{rune(0x4e00 + words.IntN(4000)), rune(0x4e00 + words.IntN(4000))})
	}
	zipf := rand.NewZipf(r, 1.1, 30, uint64(len(vocabulary)-1))
	some := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = vocabulary[zipf.Uint64()]
		}
		return strings.Join(out, " ")
	}
	out := make([]article.Article, (n+4)/5)
	for i := range out {
		a := &out[i]
		a.ID = fmt.Sprintf("s%d-%06d", from, i)
		a.Path, a.Title = a.ID+".txt", some(6)
		a.Published = time.Date(2000+i%25, 1, 1+i%28, 0, 0, 0, 0, time.UTC)
		for range 5 {
			a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: some(75) + "。"})
		}
	}
	return out
}

// cost is what a process took.
type cost struct {
	CPU      float64 // seconds
	Megabyte float64 // the most that was resident
}

func spent() cost {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return cost{}
	}
	return cost{
		CPU:      float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9,
		Megabyte: float64(u.Maxrss) / 1024,
	}
}

// measured is what a process that only asks took.
type measured struct {
	Cold     cost    // open the store and ask one question
	Warm     float64 // CPU milliseconds a question, of 200 others
	WarmWall float64 // median milliseconds
	Status   float64 // CPU milliseconds
	Planted  float64 // share of questions whose own passage is first by meaning
	Whole    cost
}

// planted is a question whose passage is known: some of its words, and its own
// vector.
type planted struct {
	Text, ID string
	Vector   []float32
}

// plant writes n questions about the articles into a file.
func plant(t *testing.T, e index.Embedder, articles []article.Article, n int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 3))
	var list []planted
	for range n {
		a := articles[r.IntN(len(articles))]
		passages := article.Split(a, article.SplitOptions{})
		p := passages[r.IntN(len(passages))]
		v, err := e.EmbedQuery(context.Background(), article.EmbeddingText(&a, p))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, planted{strings.Join(strings.Fields(p.Text())[:8], "") + "？", p.ID, v})
	}
	b, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "questions.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// measureInChild asks for passages by their own vectors and some of their words.
func measureInChild(dir string) {
	ctx := context.Background()
	var list []planted
	b, err := os.ReadFile(os.Getenv("ZHIWEN_TEST_QUESTIONS"))
	check(err)
	check(json.Unmarshal(b, &list))
	b = nil
	runtime.GC()
	var m measured
	first := 0
	before := spent()
	o := sizeOptions(dir)
	o.ReadOnly = true
	s, err := index.Open(ctx, o)
	check(err)
	ask := func(q planted) {
		_, err := s.Keyword(ctx, q.Text, 30)
		check(err)
		hits, err := s.Vector(ctx, q.Vector, 30)
		check(err)
		if len(hits) > 0 && hits[0].Passage.ID == q.ID {
			first++
		}
	}
	questions := len(list) - 1
	ask(list[questions])
	now := spent()
	m.Cold = cost{now.CPU - before.CPU, now.Megabyte}
	before, first = now, 0
	took := make([]float64, questions)
	for i := range took {
		start := time.Now()
		ask(list[i])
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	now = spent()
	slices.Sort(took)
	m.Warm, m.WarmWall = (now.CPU-before.CPU)*1000/float64(questions), took[questions/2]
	m.Planted = float64(first) / float64(questions)
	before = spent()
	_, err = s.Status(ctx)
	check(err)
	m.Status = (spent().CPU - before.CPU) * 1000
	m.Whole = spent()
	check(json.NewEncoder(os.Stdout).Encode(m))
}

// TestSize measures stores of the sizes in ZHIWEN_SIZES, such as "1000 100000",
// and prints a row of docs/benchmarks.md for each.
func TestSize(t *testing.T) {
	sizes := strings.Fields(os.Getenv("ZHIWEN_SIZES"))
	if len(sizes) == 0 {
		t.Skip("measures the sizes in ZHIWEN_SIZES")
	}
	ctx := context.Background()
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if kept := os.Getenv("ZHIWEN_SIZE_DIR"); kept != "" {
			dir = filepath.Join(kept, size)
		}
		before, start := spent(), time.Now()
		s := open(t, sizeOptions(dir))
		all := sized(n, 1)
		passages := 0
		if c, err := s.Catalog(ctx); err == nil && c.Passages == 0 {
			passages = add(t, s, all...).Passages
		}
		ingest, wall := spent(), time.Since(start)
		before2, start2 := spent(), time.Now()
		add(t, s, sized(5, 2)...) // one article more
		one, oneWall := spent(), time.Since(start2)
		s.Close()
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childMeasures+"="+dir, "ZHIWEN_TEST_QUESTIONS="+plant(t, sizeOptions(dir).Embedder, all, 201))
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		var m measured
		if err := json.Unmarshal(out, &m); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("| %d | %.1f / %.0f | %.0f / %.0f | %.2f / %.0f | %.1f / %.1f | %.0f | %.3f |\n",
			passages, ingest.CPU-before.CPU, wall.Seconds(), (one.CPU-before2.CPU)*1000, oneWall.Seconds()*1000,
			m.Cold.CPU, m.Whole.Megabyte, m.Warm, m.WarmWall, m.Status, m.Planted)
		if m.Planted < 1 {
			t.Errorf("%d passages: only %.3f of the planted ones are found first", n, m.Planted)
		}
	}
}
