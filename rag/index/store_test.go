package index_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/index/ingest"
)

func TestOpenRefuses(t *testing.T) {
	ctx := context.Background()
	filled := func(t *testing.T) index.Options {
		o := options(t)
		s := open(t, o)
		add(t, s, indextest.Articles()...)
		s.Close()
		return o
	}
	overwrite := func(t *testing.T, o index.Options, at int64, text string) {
		t.Helper()
		f, err := os.OpenFile(filepath.Join(o.Dir, "zhiwen.db"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt([]byte(text), at); err != nil {
			t.Fatal(err)
		}
	}
	other := &indextest.HashEmbedder{Dimension: 16, Salt: "2"}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T) index.Options
		want    error
		says    string // what to do
	}{
		{"no folder given", func(*testing.T) index.Options { return index.Options{} }, nil, "no folder"},
		{"no store to read", func(t *testing.T) index.Options {
			return index.Options{Dir: filepath.Join(t.TempDir(), "none"), ReadOnly: true}
		}, index.ErrNoStore, "ingest articles first"},
		{"never filled", func(t *testing.T) index.Options {
			dir := t.TempDir()
			os.WriteFile(filepath.Join(dir, "zhiwen.db"), nil, 0o644)
			return index.Options{Dir: dir, ReadOnly: true}
		}, index.ErrNoStore, "ingest articles first"},
		{"a file in the way", func(t *testing.T) index.Options {
			path := filepath.Join(t.TempDir(), "file")
			os.WriteFile(path, nil, 0o644)
			return index.Options{Dir: path}
		}, index.ErrReadOnly, "folder"},
		{"newer", func(t *testing.T) index.Options {
			o := filled(t)
			s := open(t, o)
			if _, err := s.DB().Exec("PRAGMA user_version = 99"); err != nil {
				t.Fatal(err)
			}
			s.Close()
			return o
		}, index.ErrNewerStore, "newer program"},
		{"other embedder", func(t *testing.T) index.Options {
			o := filled(t)
			o.Embedder, o.EmbedderInfo = other, info(other)
			return o
		}, index.ErrOtherEmbedder, "--reindex"},
		{"other fingerprint", func(t *testing.T) index.Options {
			o := options(t)
			o.EmbedderInfo.Fingerprint = "a"
			s := open(t, o)
			add(t, s, indextest.Articles()...)
			s.Close()
			o.EmbedderInfo.Fingerprint = "b"
			return o
		}, index.ErrOtherEmbedder, "--reindex"},
		{"no database", func(t *testing.T) index.Options {
			o := filled(t)
			overwrite(t, o, 0, "this is no database")
			return o
		}, index.ErrDamaged, "ingest the articles again"},
		{"damaged pages", func(t *testing.T) index.Options {
			o := filled(t)
			overwrite(t, o, 4096, strings.Repeat("x", 3*4096))
			return o
		}, index.ErrDamaged, "ingest the articles again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := c.prepare(t)
			s, err := index.Open(ctx, o)
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want %v and %q", err, c.want, c.says)
			}
			if o.Dir != "" && !strings.Contains(err.Error(), o.Dir) {
				t.Errorf("%v: does not say where", err)
			}
		})
	}
}

func TestReindex(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := open(t, o)
	add(t, s, indextest.Articles()...)
	s.Close()

	other := &indextest.HashEmbedder{Dimension: 24, Salt: "2"}
	o.Embedder, o.EmbedderInfo, o.Reindex = other, info(other), true
	s = open(t, o)
	if st, err := s.Status(ctx); err != nil || st.Waiting != 3 {
		t.Fatalf("status %+v, %v", st, err)
	}
	if hits, err := s.Keyword(ctx, "熊猫幼崽", 3); err != nil || len(hits) == 0 {
		t.Errorf("words are not found while vectors are missing: %v, %v", hits, err)
	}
	// One of the articles is given, the others are in the store only.
	if r := add(t, s, indextest.Articles()[1]); r.Changed != 3 || r.Embedded != 5 {
		t.Errorf("report %+v", r)
	}
	v, _ := other.EmbedQuery(ctx, "x")
	if hits, err := s.Vector(ctx, v, 10); err != nil || len(hits) != 5 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
	if st, err := s.Status(ctx); err != nil || st.Waiting != 0 || st.Embedder != info(other) {
		t.Errorf("status %+v, %v", st, err)
	}
	if r := add(t, s, indextest.Articles()...); r.Unchanged != 3 {
		t.Errorf("report %+v", r)
	}
}

func TestStatusAndPrune(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := open(t, o)
	if st, err := s.Status(ctx); err != nil || st.Articles != 0 || !st.LastIngest.IsZero() {
		t.Errorf("empty: %+v, %v", st, err)
	}
	add(t, s, indextest.Articles()...)
	st, err := s.Status(ctx)
	if err != nil || st.Articles != 3 || st.Passages != 5 || st.Embedder != o.EmbedderInfo ||
		st.Bytes < 10_000 || time.Since(st.LastIngest) > time.Minute || st.Dir != o.Dir {
		t.Errorf("filled: %+v, %v", st, err)
	}
	n, err := s.Prune(ctx, map[string]bool{"tea": true, "nobody": true})
	if err != nil || n != 2 {
		t.Errorf("pruned %d, %v", n, err)
	}
	if _, err := s.Article(ctx, "panda"); !errors.Is(err, index.ErrNoArticle) {
		t.Errorf("a pruned article: %v", err)
	}
	if a, err := s.Article(ctx, "tea"); err != nil || a.Title != "春茶开采" {
		t.Errorf("a kept article: %v, %v", a, err)
	}
	if n, err := s.Prune(ctx, map[string]bool{"tea": true}); err != nil || n != 0 {
		t.Errorf("pruned %d again, %v", n, err)
	}
}

func TestAddDuplicatesAndProgress(t *testing.T) {
	s := open(t, options(t))
	first, second := write("same", "甲", "第一篇文章的内容。"), write("same", "乙", "第二篇文章的内容。")
	second.Path = "second.txt"
	var told []string
	r, err := s.Add(context.Background(), []article.Article{first, second, write("b", "丙", "第三篇。")}, index.AddOptions{
		Progress: func(done, total int) { told = append(told, fmt.Sprintf("%d/%d", done, total)) },
	})
	if err != nil || r.Added != 2 || len(r.Skipped) != 1 || r.Skipped[0] != (ingest.Duplicate{ID: "same", Kept: "same.txt", Left: "second.txt"}) {
		t.Errorf("report %+v, %v", r, err)
	}
	if got := strings.Join(told, " "); got != "0/2 1/2 2/2" {
		t.Errorf("progress %s", got)
	}
	for _, bad := range []article.Article{{Title: "x", Paragraphs: first.Paragraphs}, {ID: "x"}} {
		if _, err := s.Add(context.Background(), []article.Article{bad}, index.AddOptions{}); err == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
}

// oddEmbedder returns what a broken server might.
type oddEmbedder struct {
	indextest.HashEmbedder
	spoil func([][]float32) [][]float32
}

func (e *oddEmbedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	v, err := e.HashEmbedder.EmbedDocuments(ctx, texts)
	return e.spoil(v), err
}

func TestAddRefusesOddVectors(t *testing.T) {
	for name, spoil := range map[string]func([][]float32) [][]float32{
		"none":          func([][]float32) [][]float32 { return nil },
		"too few":       func(v [][]float32) [][]float32 { return v[1:] },
		"empty":         func(v [][]float32) [][]float32 { v[0] = nil; return v },
		"short":         func(v [][]float32) [][]float32 { v[1] = v[1][1:]; return v },
		"zero":          func(v [][]float32) [][]float32 { clear(v[0]); return v },
		"not a number":  func(v [][]float32) [][]float32 { v[0][0] = float32(math.NaN()); return v },
		"infinite":      func(v [][]float32) [][]float32 { v[0][0] = float32(math.Inf(1)); return v },
		"all too short": func(v [][]float32) [][]float32 { v[0], v[1] = v[0][1:], v[1][1:]; return v },
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			o.Embedder = &oddEmbedder{indextest.HashEmbedder{Dimension: 16}, spoil}
			s := open(t, o)
			_, err := s.Add(context.Background(), []article.Article{write("a", "题", "一段文字。"), write("b", "题目", "又一段文字。")}, index.AddOptions{})
			if err == nil {
				t.Fatal("accepted")
			}
			if c, _ := s.Catalog(context.Background()); c.Articles != 0 {
				t.Errorf("%d articles with unusable vectors", c.Articles)
			}
		})
	}
}

// What was committed before the embedder fails stays and is found.
func TestEmbedderFailsHalfWay(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	e := o.Embedder.(*indextest.HashEmbedder)
	boom := errors.New("connection refused")
	calls := 0
	e.Fail = func() error {
		if calls++; calls == 3 {
			return boom
		}
		return nil
	}
	s := open(t, o)
	articles := synthetic(40, 7)
	r, err := s.Add(ctx, articles, index.AddOptions{})
	if !errors.Is(err, boom) || r.Added == 0 || r.Added == 40 {
		t.Fatalf("report %+v, %v", r, err)
	}
	if c, _ := s.Catalog(ctx); c.Articles != r.Added {
		t.Errorf("%d articles held, %d reported", c.Articles, r.Added)
	}
	if hits, err := s.Keyword(ctx, articles[0].Paragraphs[3].Text[:60], 1); err != nil || len(hits) != 1 {
		t.Errorf("found %v, %v", hits, err)
	}
	before := r.Added
	r = add(t, s, articles...)
	if r.Unchanged != before || r.Added != 40-before {
		t.Errorf("second time: %+v after %d", r, before)
	}
}

// Anything derived may be lost or spoilt.
func TestKeywordFolderIsRebuilt(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(t *testing.T, folder string){
		"missing":      func(t *testing.T, f string) { os.RemoveAll(f) },
		"no stamp":     func(t *testing.T, f string) { os.Remove(filepath.Join(f, "stamp.json")) },
		"broken stamp": func(t *testing.T, f string) { os.WriteFile(filepath.Join(f, "stamp.json"), []byte("{"), 0o644) },
		"wrong stamp": func(t *testing.T, f string) {
			os.WriteFile(filepath.Join(f, "stamp.json"), []byte(`{"format":1,"generation":1}`), 0o644)
		},
		"no segments": func(t *testing.T, f string) { removeAll(t, filepath.Join(f, "store", "*.zap")) },
		"no root":     func(t *testing.T, f string) { os.Remove(filepath.Join(f, "store", "root.bolt")) },
		"other bytes": func(t *testing.T, f string) {
			paths, err := filepath.Glob(filepath.Join(f, "store", "*.zap"))
			if err != nil || len(paths) != 1 {
				t.Fatal(paths, err)
			}
			b, err := os.ReadFile(paths[0])
			if err != nil {
				t.Fatal(err)
			}
			b[len(b)/3] ^= 0x55
			if err := os.WriteFile(paths[0], b, 0o644); err != nil {
				t.Fatal(err)
			}
		},
		"truncated":      func(t *testing.T, f string) { truncate(t, filepath.Join(f, "store", "*.zap")) },
		"truncated root": func(t *testing.T, f string) { truncate(t, filepath.Join(f, "store", "root.bolt")) },
	} {
		for _, readOnly := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/readonly=%v", name, readOnly), func(t *testing.T) {
				o := options(t)
				s := open(t, o)
				add(t, s, indextest.Articles()...)
				s.Close()
				folders, err := filepath.Glob(filepath.Join(o.Dir, "index-*"))
				if err != nil || len(folders) != 1 {
					t.Fatalf("%v, %v", folders, err)
				}
				spoil(t, folders[0])
				o.ReadOnly = readOnly
				s = open(t, o)
				if hits, err := s.Keyword(ctx, "熊猫幼崽体重", 1); err != nil || len(hits) != 1 || hits[0].Passage.ID != "panda#1" {
					t.Errorf("found %v, %v", hits, err)
				}
			})
		}
	}
}

func removeAll(t *testing.T, pattern string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	for _, p := range paths {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
}

func truncate(t *testing.T, pattern string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(p, st.Size()/2); err != nil {
			t.Fatal(err)
		}
	}
}

// Two handles stand for two processes: they share nothing but the folder.
func TestRefreshSeesAnotherWriter(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	reader, writer := open(t, o), open(t, o)
	v, _ := o.Embedder.EmbedQuery(ctx, "x")
	for i := range 6 {
		articles := indextest.Articles()
		for j := range articles {
			articles[j].ID += fmt.Sprint(i)
		}
		add(t, writer, articles...)
		if i > 0 {
			if err := writer.Delete(ctx, fmt.Sprintf("tea%d", i-1)); err != nil {
				t.Fatal(err)
			}
		}
		if changed, err := reader.Refresh(ctx); err != nil || !changed {
			t.Fatalf("refresh: %v, %v", changed, err)
		}
		if changed, err := reader.Refresh(ctx); err != nil || changed {
			t.Fatalf("second refresh: %v, %v", changed, err)
		}
		want := (i+1)*4 + 1
		if hits, err := reader.Vector(ctx, v, 100); err != nil || len(hits) != want {
			t.Fatalf("round %d: %d hits by vector, want %d, %v", i, len(hits), want, err)
		}
		if hits, err := reader.Keyword(ctx, "记", 100); err != nil || len(hits) != want {
			t.Fatalf("round %d: %d hits by word, want %d, %v", i, len(hits), want, err)
		}
	}
	if n, err := filepath.Glob(filepath.Join(o.Dir, "index-*")); err != nil || len(n) > 2 {
		t.Errorf("keyword folders left: %v, %v", n, err)
	}
}

func TestWritersTakeTurns(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := o
	slow.Embedder = &indextest.HashEmbedder{Dimension: 16, Fail: func() error { close(entered); <-leave; return nil }}
	first, second := open(t, slow), open(t, o)
	done := make(chan error)
	go func() {
		_, err := first.Add(ctx, indextest.Articles()[:1], index.AddOptions{})
		done <- err
	}()
	<-entered

	hasty := o
	hasty.LockWait = 50 * time.Millisecond
	_, err := open(t, hasty).Add(ctx, indextest.Articles(), index.AddOptions{})
	if !errors.Is(err, index.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) || !strings.Contains(err.Error(), o.Dir) {
		t.Errorf("%v; want who holds the store", err)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := second.Add(short, indextest.Articles(), index.AddOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting is not cut short: %v", err)
	}
	patient := make(chan error)
	go func() {
		_, err := second.Add(ctx, indextest.Articles(), index.AddOptions{})
		patient <- err
	}()
	close(leave)
	if err := errors.Join(<-done, <-patient); err != nil {
		t.Error(err)
	}
	if st, err := second.Status(ctx); err != nil || st.Articles != 3 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestReadOnly(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	o.Dir = filepath.Join(o.Dir, "a b?c=d#e%20中文")
	s := open(t, o)
	add(t, s, indextest.Articles()...)
	if _, err := s.DB().Exec("CREATE TABLE bot_notes (text TEXT); INSERT INTO bot_notes VALUES ('x')"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	o.ReadOnly = true
	s = open(t, o)
	if hits, err := s.Keyword(ctx, "熊猫幼崽体重", 1); err != nil || len(hits) != 1 {
		t.Errorf("found %v, %v", hits, err)
	}
	var note string
	if err := s.DB().QueryRow("SELECT text FROM bot_notes").Scan(&note); err != nil || note != "x" {
		t.Errorf("the bot's own table: %q, %v", note, err)
	}
	_, addErr := s.Add(ctx, indextest.Articles(), index.AddOptions{})
	_, pruneErr := s.Prune(ctx, nil)
	for _, err := range []error{addErr, pruneErr, s.Delete(ctx, "tea")} {
		if !errors.Is(err, index.ErrReadOnly) || !strings.Contains(err.Error(), o.Dir) {
			t.Errorf("writing: %v", err)
		}
	}
	var sqlErr error
	if _, sqlErr = s.DB().Exec("DELETE FROM articles"); sqlErr == nil {
		t.Error("the database can be written to")
	}
	s.Close()
	if _, err := s.Keyword(ctx, "熊猫", 1); err == nil {
		t.Error("a closed store answers")
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	var _ *sql.DB = s.DB()
}

func TestManyOpenANewStoreAtOnce(t *testing.T) {
	o := options(t)
	o.Dir = filepath.Join(o.Dir, "new", "store")
	errs := make(chan error)
	for range 8 {
		go func() {
			s, err := index.Open(context.Background(), o)
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// What one process makes to see whether it may write, another sweeps away.
func TestOpenWhileLeftoversAreSwept(t *testing.T) {
	o := options(t)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			probes, _ := filepath.Glob(filepath.Join(o.Dir, "probe-*"))
			for _, p := range probes {
				os.Remove(p)
			}
		}
	}()
	defer stop()
	for range 50 {
		if s := open(t, o); s.ReadOnly() {
			t.Fatal("the store was opened for reading")
		}
	}
}
