package index_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// A backup is made while another process writes, and holds one of its states.
func TestBackupWhileWriting(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	writer, reader := open(t, o), open(t, o)
	all := synthetic(24, 3)
	add(t, writer, all[:4]...)
	done := make(chan error)
	go func() {
		var errs []error
		for i := 4; i < len(all); i++ {
			_, err := writer.Add(ctx, all[i:i+1], index.AddOptions{})
			errs = append(errs, err)
		}
		done <- errors.Join(errs...)
	}()
	for i := range 4 {
		path := filepath.Join(t.TempDir(), "copy.db")
		made, err := reader.Backup(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		to := o
		to.Dir = filepath.Join(t.TempDir(), "restored")
		if _, err := index.Restore(ctx, to, path, false); err != nil {
			t.Fatal(err)
		}
		s := open(t, to)
		got, err := s.Articles(ctx)
		if err != nil || len(got) != made.Articles || len(got) < 4 {
			t.Fatalf("backup %d: %d articles of %d, %v", i, len(got), made.Articles, err)
		}
		for j, a := range got { // their IDs are in order
			if !reflect.DeepEqual(*a, all[j]) {
				t.Errorf("article %s is another one", a.ID)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "backup-new-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRestore(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := open(t, o)
	add(t, s, indextest.Articles()...)
	if _, err := s.DB().Exec("CREATE TABLE bot_notes (text TEXT); INSERT INTO bot_notes VALUES ('kept')"); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(ctx, backup); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second backup into the same file: %v", err)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	want, err := s.Keyword(ctx, "熊猫幼崽体重", 10)
	if err != nil {
		t.Fatal(err)
	}
	// Somebody has the store open while it is restored to its older state.
	if _, err := s.DB().Exec("DELETE FROM bot_notes"); err != nil {
		t.Fatal(err)
	}
	add(t, s, synthetic(5, 1)...)
	if _, err := index.Restore(ctx, o, backup, false); !errors.Is(err, index.ErrHoldsArticles) || !strings.Contains(err.Error(), "is older") {
		t.Errorf("%v", err)
	}
	if done, err := index.Restore(ctx, index.Options{Dir: t.TempDir()}, backup, false); err != nil || done.Bytes < size(t, backup)/2 {
		t.Errorf("restored into an empty folder: %+v, %v; the backup has %d bytes", done, err, size(t, backup))
	}
	if _, err := index.Restore(ctx, o, backup, true); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(ctx); err != nil || !changed {
		t.Fatalf("%v, %v", changed, err)
	}
	got, err := s.Keyword(ctx, "熊猫幼崽体重", 10)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v, %v", got, want, err)
	}
	if h := s.Health(); !h.OK() {
		t.Errorf("%+v", h)
	}
	var note string
	if err := s.DB().QueryRow("SELECT text FROM bot_notes").Scan(&note); err != nil || note != "kept" {
		t.Errorf("%q, %v", note, err)
	}
	// It goes on from there.
	add(t, s, synthetic(5, 1)...)
	if c, err := s.Catalog(ctx); err != nil || c.Articles != 8 {
		t.Errorf("%+v, %v", c, err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// Half a copy, or one with a flipped bit, is refused, and the store stays.
func TestRestoreRefusesDamagedBackups(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := open(t, o)
	add(t, s, synthetic(12, 2)...)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	to := o
	to.Dir = t.TempDir()
	keep := open(t, to)
	add(t, keep, indextest.Articles()...)
	r := rand.New(rand.NewPCG(5, 6))
	spoilt := filepath.Join(t.TempDir(), "spoilt.db")
	refused := 0
	for i := range 40 {
		b := append([]byte(nil), sound...)
		if i%2 == 0 {
			b = b[:r.IntN(len(b))]
		} else {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		if err := os.WriteFile(spoilt, b, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := to
		dir.Dir = filepath.Join(t.TempDir(), "new")
		_, err := index.Restore(ctx, dir, spoilt, false)
		if err != nil {
			refused++
			if !strings.Contains(err.Error(), spoilt) {
				t.Errorf("%v", err)
			}
			continue
		}
		// The bit means nothing.
		got, err := open(t, dir).Articles(ctx)
		if err != nil || len(got) != 12 {
			t.Fatalf("%d articles, %v", len(got), err)
		}
		for j, want := range synthetic(12, 2) {
			if !reflect.DeepEqual(*got[j], want) {
				t.Errorf("article %s is another one", want.ID)
			}
		}
	}
	if refused < 20 {
		t.Errorf("%d of 40 refused", refused)
	}
	if c, err := keep.Catalog(ctx); err != nil || c.Articles != 3 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Check finds what was broken, and Repair leaves a store that is sound, names
// what it had to take out, and is whole after the next ingest.
func TestCheckAndRepair(t *testing.T) {
	ctx := context.Background()
	all := synthetic(12, 6)
	execute := func(statements ...string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			db := openDatabase(t, filepath.Join(dir, "zhiwen.db"))
			for _, q := range statements {
				if _, err := db.Exec(q); err != nil {
					t.Fatal(err)
				}
			}
			db.Close()
		}
	}
	for _, c := range []struct {
		name    string
		spoil   func(t *testing.T, dir string)
		kind    string
		missing int
	}{
		{"text", execute("UPDATE articles SET paragraphs = replace(paragraphs, '。', '！') WHERE id = 'a00003'"), index.ProblemArticle, 1},
		{"title", execute("UPDATE articles SET title = 'x' WHERE id = 'a00003'"), index.ProblemArticle, 1},
		{"words", execute("UPDATE passages SET words = 'x' WHERE id = 'a00003#1'"), index.ProblemArticle, 1},
		{"passage gone", execute("DELETE FROM passages WHERE id = 'a00003#2'"), index.ProblemArticle, 1},
		{"article gone", execute("DELETE FROM passages WHERE article_id = 'a00003'", "DELETE FROM articles WHERE id = 'a00003'"), index.ProblemList, 1},
		{"vector", execute("UPDATE passages SET vector = zeroblob(64) WHERE id = 'a00003#1'"), index.ProblemVector, 0},
		{"no vectors", execute("UPDATE passages SET vector = NULL, vector_checksum = 0"), index.ProblemVector, 0},
		{"store row", execute("UPDATE store SET generation = generation + 5"), index.ProblemStore, 0},
		{"an index that is gone", func(t *testing.T, dir string) {
			folders, _ := filepath.Glob(filepath.Join(dir, "index-*"))
			for _, f := range folders {
				os.RemoveAll(f)
			}
		}, index.ProblemIndex, 0},
		{"leftovers", func(t *testing.T, dir string) { os.Mkdir(filepath.Join(dir, "index-new-1"), 0o700) }, index.ProblemLeftover, 0},
		{"open to all", func(t *testing.T, dir string) { openToAll(t, dir) }, index.ProblemPermissions, 0},
		{"pages", func(t *testing.T, dir string) {
			f, err := os.OpenFile(filepath.Join(dir, "zhiwen.db"), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			for _, page := range []int64{info.Size() / 4096 / 2, info.Size()/4096 - 3} {
				if _, err := f.WriteAt([]byte(strings.Repeat("x", 4096)), page*4096); err != nil {
					t.Fatal(err)
				}
			}
		}, index.ProblemDatabase, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t)
			s := open(t, o)
			add(t, s, all[:6]...)
			add(t, s, all[6:]...)
			s.Close()
			if r, err := index.Check(ctx, o, nil); err != nil || len(r.Problems) != 0 || r.Articles != 12 {
				t.Fatalf("before: %+v, %v", r, err)
			}
			c.spoil(t, o.Dir)
			found, err := index.Check(ctx, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			kinds := map[string]bool{}
			for _, p := range found.Problems {
				kinds[p.Kind] = true
				if p.Text == "" || p.Remedy == "" {
					t.Errorf("%+v", p)
				}
			}
			if !kinds[c.kind] {
				t.Errorf("found %+v, want %s", found.Problems, c.kind)
			}
			r, err := index.Repair(ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			if c.missing >= 0 && len(r.Missing) != c.missing || c.missing < 0 && len(r.Missing) == 12 {
				t.Errorf("missing %+v, want %d", r.Missing, c.missing)
			}
			s = open(t, o)
			if h := s.Health(); h.Pending != len(r.Missing) || h.List || h.Lost || len(h.Damaged) > 0 {
				t.Errorf("after the repair: %+v, missing %d", h, len(r.Missing))
			}
			if r.Embed {
				add(t, s)
			}
			got, err := s.Articles(ctx)
			if err != nil || len(got) != 12-len(r.Missing) {
				t.Errorf("%d articles, %d missing, %v", len(got), len(r.Missing), err)
			}
			byID := map[string]article.Article{}
			for _, a := range all {
				byID[a.ID] = a
			}
			for _, a := range got {
				if !reflect.DeepEqual(*a, byID[a.ID]) {
					t.Errorf("article %s is another one", a.ID)
				}
			}
			add(t, s, all...)
			s.Close()
			if r, err := index.Check(ctx, o, nil); err != nil || len(r.Problems) != 0 || r.Articles != 12 {
				t.Errorf("in the end: %+v, %v", r, err)
			}
		})
	}
}
