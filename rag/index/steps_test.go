//go:build unix

package index_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// A life is all that is done to a store that changes it, step by step; each
// step can be done again when it was broken off. States are what the store
// holds after a step: authors by article.
type life struct {
	dir, backup string
	all         []article.Article
	salt        string // of the embedder
}

type state map[string]string

type step struct {
	name  string
	do    func(ctx context.Context, l *life) error
	after func(before state, l *life) state
	// damages says that articles may be missing until the next step has been
	// done, if that is said.
	damages bool
}

func newLife(dir string) *life {
	return &life{dir: filepath.Join(dir, "store"), backup: filepath.Join(dir, "backups", "copy.db"), all: synthetic(12, 8)}
}

func (l *life) options() index.Options {
	e := &indextest.HashEmbedder{Dimension: 16, Salt: l.salt}
	return index.Options{Dir: l.dir, Embedder: e, EmbedderInfo: info(e), Segment: runes, LockWait: 5 * time.Second}
}

// with opens the store for f.
func (l *life) with(ctx context.Context, o index.Options, f func(s *index.Store) error) error {
	s, err := index.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}

// written returns the articles from..to with an author.
func (l *life) written(from, to int, author string) []article.Article {
	out := append([]article.Article(nil), l.all[from:to]...)
	for i := range out {
		out[i].Author = author
	}
	return out
}

// adds is a step that adds articles; afterwards the store holds them.
func adds(name string, from, to int, author string) step {
	return step{name: name,
		do: func(ctx context.Context, l *life) error {
			return l.with(ctx, l.options(), func(s *index.Store) error {
				_, err := s.Add(ctx, l.written(from, to, author), index.AddOptions{})
				return err
			})
		},
		after: func(before state, l *life) state {
			for _, a := range l.all[from:to] {
				before[a.ID] = author
			}
			return before
		},
	}
}

func same(before state, _ *life) state { return before }

// steps of a life.
var steps = []step{
	adds("ingest", 0, 4, "first"),
	adds("ingest more", 4, 8, "first"),
	adds("changed re-ingest", 0, 4, "second"),
	{name: "prune",
		do: func(ctx context.Context, l *life) error {
			keep := map[string]bool{}
			for _, a := range l.all[:6] {
				keep[a.ID] = true
			}
			return l.with(ctx, l.options(), func(s *index.Store) error { _, err := s.Prune(ctx, keep); return err })
		},
		after: func(before state, l *life) state {
			delete(before, l.all[6].ID)
			delete(before, l.all[7].ID)
			return before
		},
	},
	{name: "reindex",
		do: func(ctx context.Context, l *life) error {
			l.salt = "b"
			o := l.options()
			o.Reindex = true
			return l.with(ctx, o, func(s *index.Store) error { _, err := s.Add(ctx, nil, index.AddOptions{}); return err })
		},
		after: same,
	},
	{name: "backup",
		do: func(ctx context.Context, l *life) error {
			l.salt = "b"
			return l.with(ctx, l.options(), func(s *index.Store) error {
				if err := os.MkdirAll(filepath.Dir(l.backup), 0o700); err != nil {
					return err
				}
				_, err := s.Backup(ctx, l.backup)
				if errors.Is(err, os.ErrExist) { // by the attempt that was broken off
					return nil
				}
				return err
			})
		},
		after: same,
	},
	adds("ingest after the backup", 6, 12, "third"),
	{name: "a text is damaged", damages: true,
		do: func(ctx context.Context, l *life) error {
			return l.with(ctx, l.options(), func(s *index.Store) error {
				_, err := s.DB().Exec("UPDATE articles SET title = 'x' WHERE id = ?", l.all[1].ID)
				return err
			})
		},
		after: same,
	},
	{name: "repair", damages: true, do: repair, after: same},
	adds("ingest what is missing", 0, 4, "second"),
	{name: "pages are damaged", damages: true,
		do: func(ctx context.Context, l *life) error {
			var root int
			err := l.with(ctx, l.options(), func(s *index.Store) error {
				return s.DB().QueryRow("SELECT rootpage FROM sqlite_master WHERE name = 'passages'").Scan(&root)
			})
			if err != nil {
				return err
			}
			f, err := os.OpenFile(filepath.Join(l.dir, "zhiwen.db"), os.O_RDWR, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt(make([]byte, 100), int64(root-1)*4096)
			return errors.Join(err, f.Close())
		},
		after: same,
	},
	{name: "repair of pages", damages: true, do: repair, after: same},
	{name: "ingest all again", do: func(ctx context.Context, l *life) error {
		return l.with(ctx, l.options(), func(s *index.Store) error {
			all := append(l.written(0, 4, "second"), l.written(4, 6, "first")...)
			_, err := s.Add(ctx, append(all, l.written(6, 12, "third")...), index.AddOptions{})
			return err
		})
	}, after: same},
	{name: "restore",
		do: func(ctx context.Context, l *life) error {
			_, err := index.Restore(ctx, l.options(), l.backup, true)
			return err
		},
		after: func(_ state, l *life) state {
			out := state{}
			for i, a := range l.all[:6] {
				out[a.ID] = "second"
				if i >= 4 {
					out[a.ID] = "first"
				}
			}
			return out
		},
	},
	adds("ingest after restoring", 8, 9, "fourth"),
}

func repair(ctx context.Context, l *life) error {
	_, err := index.Repair(ctx, l.options())
	return err
}

// states are what the store holds before each step, and at the end.
func (l *life) states() []state {
	out := []state{{}}
	for _, s := range steps {
		next := state{}
		for id, author := range out[len(out)-1] {
			next[id] = author
		}
		out = append(out, s.after(next, l))
	}
	return out
}

// live does the steps from one on and tells of each that is done.
func (l *life) live(ctx context.Context, from int, done func(i int)) error {
	if from > 4 {
		l.salt = "b"
	}
	for i := from; i < len(steps); i++ {
		if err := steps[i].do(ctx, l); err != nil {
			return fmt.Errorf("%s: %w", steps[i].name, err)
		}
		done(i)
	}
	return nil
}

// afterCrash looks at a store that was left in the middle of a step: what was
// acknowledged is there, every article is the one before the step or the one
// after it, and what is missing is said to be. Then the rest of its life is
// lived, and nothing is left over.
func (l *life) afterCrash(t *testing.T, broken int) {
	t.Helper()
	ctx := context.Background()
	states := l.states()
	if broken < len(steps) {
		l.look(t, broken, states)
	}
	if err := l.live(ctx, broken, func(int) {}); err != nil {
		t.Fatalf("the rest after step %d: %v", broken, err)
	}
	if got, h := l.held(t); fmt.Sprint(got) != fmt.Sprint(states[len(steps)]) || !h.OK() {
		t.Errorf("in the end the store holds %v, not %v; %+v", got, states[len(steps)], h)
	}
	if r, err := index.Check(ctx, l.options(), nil); err != nil || len(r.Problems) > 0 {
		t.Errorf("in the end: %+v, %v", r.Problems, err)
	}
	folders := 0
	for _, dir := range []string{l.dir, filepath.Dir(l.backup)} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			switch name := e.Name(); {
			case strings.HasPrefix(name, "zhiwen.db-"), name == "zhiwen.db", name == "lock", name == "copy.db", strings.HasPrefix(name, "zhiwen.db.damaged-"):
			case strings.HasPrefix(name, "index-") && !strings.HasPrefix(name, "index-new-"):
				folders++
			default:
				t.Errorf("left behind: %s", name)
			}
		}
	}
	if folders > 2 {
		t.Errorf("%d folders of indexes are left", folders)
	}
}

// look compares the store with what it may hold in the middle of a step.
func (l *life) look(t *testing.T, broken int, states []state) {
	t.Helper()
	before, after := states[broken], states[broken+1]
	l.salt = ""
	if broken > 4 {
		l.salt = "b"
	}
	damaged := steps[broken].damages || broken > 0 && steps[broken-1].damages
	if _, err := os.Stat(l.dir); errors.Is(err, os.ErrNotExist) && len(before) == 0 {
		return
	}
	o := l.options()
	if steps[broken].name == "reindex" {
		o.EmbedderInfo = index.EmbedderInfo{} // either one's
	}
	s, err := index.Open(context.Background(), o)
	if err != nil {
		if !damaged {
			t.Errorf("in step %q: %v", steps[broken].name, err)
		}
		return
	}
	defer s.Close()
	articles, err := s.Articles(context.Background())
	if err != nil {
		t.Error(err)
	}
	h, got := s.Health(), state{}
	for _, a := range articles {
		got[a.ID] = a.Author
		if a.Author != before[a.ID] && a.Author != after[a.ID] || a.Author == "" {
			t.Errorf("in step %q article %s is that of %q", steps[broken].name, a.ID, a.Author)
		}
		whole := l.written(0, len(l.all), a.Author)
		for _, w := range whole {
			if w.ID == a.ID && fmt.Sprint(w.Paragraphs) != fmt.Sprint(a.Paragraphs) {
				t.Errorf("article %s is not whole", a.ID)
			}
		}
	}
	for id := range before {
		if _, kept := after[id]; kept && got[id] == "" && (!damaged || h.OK()) {
			t.Errorf("in step %q article %s, which was acknowledged, is lost: %+v", steps[broken].name, id, h)
		}
	}
	for id := range after {
		if got[id] == "" && before[id] == "" && h.OK() && len(got) > len(before) && !restores(broken) {
			t.Errorf("in step %q article %s is missing and nobody says so", steps[broken].name, id)
		}
	}
}

func restores(i int) bool { return steps[i].name == "restore" }

// held opens the store and says what is in it.
func (l *life) held(t *testing.T) (state, index.Health) {
	t.Helper()
	out := state{}
	var h index.Health
	err := l.with(context.Background(), l.options(), func(s *index.Store) error {
		articles, err := s.Articles(context.Background())
		for _, a := range articles {
			out[a.ID] = a.Author
		}
		h = s.Health()
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return out, h
}

// share is the part of all crash points that a run tries: every nth.
func share() int {
	switch {
	case os.Getenv("ZHIWEN_SOAK") == "1":
		return 1
	case testing.Short():
		return 40
	default:
		return 13
	}
}

// Each point at which something becomes lasting fails, just before and just
// after it.
func TestFailureAtEveryCommit(t *testing.T) {
	defer index.SetPassing(nil)
	tried := 0
	for n := 1 + rand.IntN(share()); ; n += share() {
		l, passed, done := newLife(t.TempDir()), 0, 0
		where := ""
		index.SetPassing(func(point string) error {
			if passed++; passed == n {
				where = point
				return errors.New("injected failure at: " + point)
			}
			return nil
		})
		err := l.live(context.Background(), 0, func(int) { done++ })
		index.SetPassing(nil)
		if where == "" {
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d of %d points tried", tried, passed)
			if passed < 60 {
				t.Errorf("there are only %d points", passed)
			}
			return
		}
		tried++
		l.afterCrash(t, done)
		if t.Failed() {
			t.Fatalf("failed at point %d, %s, in step %d (%v)", n, where, done, err)
		}
	}
}

const (
	childLives = "ZHIWEN_TEST_CHILD_LIVES" // folder
	dieAt      = "ZHIWEN_TEST_DIE_AT"      // which point, 0: none
)

// liveInChild tells of each step that is done, and dies at the point.
func liveInChild(dir string) {
	n, _ := strconv.Atoi(os.Getenv(dieAt))
	passed := 0
	index.SetPassing(func(string) error {
		if passed++; passed == n {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			time.Sleep(time.Minute)
		}
		return nil
	})
	check(newLife(dir).live(context.Background(), 0, func(i int) { fmt.Println(i) }))
}

// livesAndDies starts a child and returns how many steps it did, and whether it was killed.
func livesAndDies(t *testing.T, dir string, at int, after time.Duration) (done int, killed bool) {
	t.Helper()
	said, killed := runChild(t, after, childLives+"="+dir, dieAt+"="+strconv.Itoa(at))
	return strings.Count(said, "\n"), killed
}

// The process dies at each of those points.
func TestKilledAtEveryCommit(t *testing.T) {
	tried := 0
	for n := 1 + rand.IntN(share()); ; n += share() {
		dir := t.TempDir()
		done, killed := livesAndDies(t, dir, n, 0)
		if !killed {
			break
		}
		tried++
		newLife(dir).afterCrash(t, done)
		if t.Failed() {
			t.Fatalf("killed at point %d, in step %d", n, done)
		}
	}
	t.Logf("killed at %d points", tried)
}

// The process dies at any moment of ingest, re-ingest, prune, reindex, backup,
// repair and restore.
func TestKilledAnywhere(t *testing.T) {
	start := time.Now()
	if _, killed := livesAndDies(t, t.TempDir(), 0, 0); killed {
		t.Fatal("killed by somebody else")
	}
	whole := time.Since(start)
	in := map[string]int{}
	for range kills(4) {
		dir := t.TempDir()
		after := time.Duration(rand.Int64N(int64(whole)))
		done, killed := livesAndDies(t, dir, 0, max(after, time.Millisecond))
		if !killed || done == len(steps) { // it had lived to its end
			continue
		}
		in[steps[done].name]++
		newLife(dir).afterCrash(t, done)
		if t.Failed() {
			t.Fatalf("killed after %v, in step %d", after, done)
		}
	}
	t.Logf("a life takes %v; killed in %v", whole.Round(time.Millisecond), in)
}
