package index

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/index/ingest"
	"zhiwen/rag/zhtext"
)

// An oracle is a plain model of a store: which version of each article was
// acknowledged last. Versions count up; those that divide by four are removals.
// What an article says follows from its number and version.
type oracle struct {
	embedder *indextest.HashEmbedder

	mu       sync.Mutex
	acked    map[int]int // version by number
	searches int
}

func newOracle() *oracle {
	return &oracle{embedder: &indextest.HashEmbedder{Dimension: 24}, acked: map[int]int{}}
}

func (o *oracle) options(dir string) Options {
	return Options{
		Dir: dir, Embedder: o.embedder, EmbedderInfo: EmbedderInfo{Provider: "test", Model: "oracle", Dimension: 24},
		Segment: func(text string) []string { return strings.Split(text, "") }, LockWait: time.Minute,
	}
}

func removal(version int) bool { return version%4 == 0 }

func oracleID(number int) string { return fmt.Sprintf("n%03d", number) }

// oracleText is made of few words, so that every question finds much.
func oracleText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(rune(0x4e00 + int(r.ExpFloat64()*40)))
	}
	return b.String()
}

func oracleArticle(number, version int) article.Article {
	r := rand.New(rand.NewPCG(uint64(number), uint64(version)))
	a := article.Article{ID: oracleID(number), Title: oracleText(r, 6), Author: fmt.Sprint(version), Path: "x"}
	for range 1 + r.IntN(4) {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: oracleText(r, 210+r.IntN(80)) + "。"})
	}
	return a
}

// write brings an article to its next version and remembers that.
func (o *oracle) write(ctx context.Context, s *Store, number int) error {
	o.mu.Lock()
	version := o.acked[number] + 1
	o.mu.Unlock()
	var err error
	if removal(version) {
		err = s.Delete(ctx, oracleID(number))
	} else {
		_, err = s.Add(ctx, []article.Article{oracleArticle(number, version)}, AddOptions{})
	}
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acked[number] = version
	return nil
}

func (o *oracle) now() map[int]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[int]int{}
	for n, v := range o.acked {
		out[n] = v
	}
	return out
}

// beside searches while others write: every hit is a whole article in a version
// that is not older than what was acknowledged before the search.
func (o *oracle) beside(ctx context.Context, s *Store, r *rand.Rand, before func() error) error {
	acked := o.now()
	o.mu.Lock()
	o.searches++
	o.mu.Unlock()
	if err := before(); err != nil {
		return err
	}
	question := oracleText(r, 8)
	words, err := s.Keyword(ctx, question, 10)
	if err != nil {
		return err
	}
	v, _ := o.embedder.EmbedQuery(ctx, question)
	meaning, err := s.Vector(ctx, v, 10)
	if err != nil {
		return err
	}
	for _, h := range append(words, meaning...) {
		var number, version int
		fmt.Sscanf(h.Article.ID, "n%d", &number)
		fmt.Sscan(h.Article.Author, &version)
		if version < acked[number] || removal(version) {
			return fmt.Errorf("found version %d of article %d; %d was acknowledged", version, number, acked[number])
		}
		want := oracleArticle(number, version)
		if !reflect.DeepEqual(*h.Article, want) {
			return fmt.Errorf("article %d is not what was written as version %d", number, version)
		}
		if !slices.ContainsFunc(article.Split(want, article.SplitOptions{}), func(p article.Passage) bool { return reflect.DeepEqual(p, h.Passage) }) {
			return fmt.Errorf("passage %s is not one of version %d", h.Passage.ID, version)
		}
	}
	return nil
}

// quiet compares a store that nobody writes to with the model, and its search
// with counting and comparing everything.
func (o *oracle) quiet(ctx context.Context, s *Store, r *rand.Rand) error {
	var docs []*document
	vectors := map[string][]float32{}
	held := 0
	for number, version := range o.now() {
		a, err := s.Article(ctx, oracleID(number))
		if removal(version) {
			if err == nil {
				return fmt.Errorf("article %d was removed and is there", number)
			}
			continue
		}
		held++
		want := oracleArticle(number, version)
		if err != nil || !reflect.DeepEqual(*a, want) {
			return fmt.Errorf("article %d is not version %d: %v", number, version, err)
		}
		for _, p := range article.Split(want, article.SplitOptions{}) {
			split := func(text string) string { return strings.Join(ingest.Words(strings.Split(text, "")), " ") }
			docs = append(docs, &document{ID: p.ID, Body: split(article.SearchText(&want, p)), Title: split(want.Title)})
			v, _ := o.embedder.EmbedQuery(ctx, article.EmbeddingText(&want, p))
			vectors[p.ID] = ingest.Unit(v)
		}
	}
	if c, err := s.Catalog(ctx); err != nil || c.Articles != held || c.Passages != len(docs) {
		return fmt.Errorf("the catalog has %d articles and %d passages of %d and %d; %v", c.Articles, c.Passages, held, len(docs), err)
	}
	if h := s.Health(); !h.OK() {
		return fmt.Errorf("health %+v", h)
	}
	score := reference(docs)
	for range 3 {
		question := oracleText(r, 8)
		got, err := s.Keyword(ctx, question, 12)
		if err != nil {
			return err
		}
		if err := sameHits("words", got, score(zhtext.Terms(question, 1)), 1e-9); err != nil {
			return err
		}
		v, _ := o.embedder.EmbedQuery(ctx, question)
		cosines := map[string]float64{}
		for id, w := range vectors {
			for i, x := range ingest.Unit(v) {
				cosines[id] += float64(x) * float64(w[i])
			}
		}
		if got, err = s.Vector(ctx, v, 12); err != nil {
			return err
		}
		if err := sameHits("meaning", got, cosines, 1e-6); err != nil {
			return err
		}
	}
	return nil
}

// sameHits compares hits with all scores; closer ones than near are equal.
func sameHits(side string, got []rag.Hit, all map[string]float64, near float64) error {
	ids := make([]string, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		if d := all[b] - all[a]; math.Abs(d) > near {
			return int(math.Copysign(1, d))
		}
		return strings.Compare(a, b)
	})
	if len(got) != min(12, len(ids)) {
		return fmt.Errorf("by %s: %d hits of %d", side, len(got), len(ids))
	}
	for i, h := range got {
		if math.Abs(h.Score-all[ids[i]]) > max(near, 1e-5) {
			return fmt.Errorf("by %s: rank %d is %s (%.9f), and should be %s (%.9f)", side, i+1, h.Passage.ID, h.Score, ids[i], all[ids[i]])
		}
		if h.Passage.ID != ids[i] && math.Abs(all[h.Passage.ID]-all[ids[i]]) > near {
			return fmt.Errorf("by %s: rank %d is %s, and should be %s", side, i+1, h.Passage.ID, ids[i])
		}
	}
	return nil
}

// oracleCommits is how many commits writers make while readers search.
func oracleCommits() int {
	if os.Getenv("ZHIWEN_SOAK") == "1" {
		return 3000
	}
	if testing.Short() {
		return 40
	}
	return 80
}

// written counts commits.
func (o *oracle) written() (n int) {
	for _, v := range o.now() {
		n += v
	}
	return n
}

// Writers and readers of one Store, and of a second one on the same folder.
func TestOracleInOneProcess(t *testing.T) {
	ctx := context.Background()
	dir, o := t.TempDir(), newOracle()
	stores := make([]*Store, 2)
	for i := range stores {
		var err error
		if stores[i], err = Open(ctx, o.options(dir)); err != nil {
			t.Fatal(err)
		}
		defer stores[i].Close()
	}
	var quiet sync.RWMutex
	group, ctx := errgroup.WithContext(ctx)
	enough := func() bool { return o.written() >= oracleCommits() }
	const perWriter = 12
	for w := range 4 {
		s := stores[w%2]
		group.Go(func() error {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for !enough() {
				quiet.RLock()
				err := o.write(ctx, s, w*perWriter+r.IntN(perWriter))
				quiet.RUnlock()
				if err != nil {
					return err
				}
			}
			return nil
		})
		group.Go(func() error {
			r := rand.New(rand.NewPCG(uint64(w), 2))
			for !enough() && ctx.Err() == nil {
				err := o.beside(ctx, s, r, func() error { _, err := s.Refresh(ctx); return err })
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	compared := 0
	group.Go(func() error {
		r := rand.New(rand.NewPCG(9, 9))
		for {
			last := enough() || ctx.Err() != nil
			quiet.Lock()
			for _, s := range stores {
				_, err := s.Refresh(ctx)
				if err == nil {
					err = o.quiet(ctx, s, r)
				}
				if err != nil {
					quiet.Unlock()
					return fmt.Errorf("when nobody writes: %w", err)
				}
			}
			quiet.Unlock()
			compared++
			if last {
				return nil
			}
			time.Sleep(200 * time.Millisecond)
		}
	})
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	t.Logf("%d commits, %d searches beside them, %d times everything compared", o.written(), o.searches, compared)
}

// OracleChild writes articles of its own until its input ends, and tells of
// each that is acknowledged.
func OracleChild(dir, number string) error {
	ctx := context.Background()
	o := newOracle()
	s, err := Open(ctx, o.options(dir))
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	go func() { io.Copy(io.Discard, os.Stdin); close(stop) }()
	var own int
	fmt.Sscan(number, &own)
	r := rand.New(rand.NewPCG(uint64(own), 3))
	for {
		select {
		case <-stop:
			return s.Close()
		default:
		}
		n := own*100 + r.IntN(12)
		if err := o.write(ctx, s, n); err != nil {
			return err
		}
		fmt.Println(n, o.acked[n])
	}
}

// ChildOracle is the environment variable that makes the test binary run
// OracleChild: the folder, a blank, and the child's number.
const ChildOracle = "ZHIWEN_TEST_CHILD_ORACLE"

// Several processes write, this one reads and writes too.
func TestOracleWithProcesses(t *testing.T) {
	ctx := context.Background()
	dir, o := t.TempDir(), newOracle()
	s, err := Open(ctx, o.options(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	type child struct {
		*exec.Cmd
		in io.Closer
	}
	var children []child
	var told sync.WaitGroup
	for i := range 3 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", ChildOracle, dir, i+1))
		c.Stderr = os.Stderr
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		children = append(children, child{c, in})
		told.Go(func() {
			lines := bufio.NewScanner(out)
			for lines.Scan() {
				var number, version int
				fmt.Sscan(lines.Text(), &number, &version)
				o.mu.Lock()
				o.acked[number] = version
				o.mu.Unlock()
			}
		})
	}
	r := rand.New(rand.NewPCG(5, 5))
	for err == nil && o.written() < oracleCommits() {
		err = o.beside(ctx, s, r, func() error { _, err := s.Refresh(ctx); return err })
		if err == nil && r.IntN(10) == 0 {
			err = o.write(ctx, s, r.IntN(12))
		}
	}
	if err != nil {
		t.Error(err)
	}
	for _, c := range children {
		c.in.Close()
	}
	told.Wait()
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	if err := o.quiet(ctx, s, r); err != nil {
		t.Errorf("in the end: %v", err)
	}
	t.Logf("%d commits of 4 processes, %d searches beside them", o.written(), o.searches)
}
