package index_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// corpus is a store whose contents the test knows.
type corpus struct {
	options  index.Options
	articles map[string]article.Article
	probes   []probe
}

// probe is a question with what a sound store answers to it.
type probe struct {
	question string
	vector   []float32
	words    []rag.Hit
	meaning  []rag.Hit
}

func newCorpus(t *testing.T, n int) *corpus {
	t.Helper()
	ctx := context.Background()
	c := &corpus{options: options(t), articles: map[string]article.Article{}}
	s := open(t, c.options)
	all := synthetic(n, 9)
	for part := 0; part < n; part += n / 4 { // so that the index has several parts
		add(t, s, all[part:part+n/4]...)
	}
	for i, a := range all {
		c.articles[a.ID] = a
		if i%5 != 0 {
			continue
		}
		p := probe{question: a.Title + string([]rune(a.Paragraphs[i%10].Text)[:20])}
		p.vector, _ = c.options.Embedder.EmbedQuery(ctx, p.question)
		var err, verr error
		p.words, err = s.Keyword(ctx, p.question, 10)
		p.meaning, verr = s.Vector(ctx, p.vector, 10)
		if err != nil || verr != nil || len(p.words) != 10 || len(p.meaning) != 10 {
			t.Fatalf("%v, %v, %d and %d hits", err, verr, len(p.words), len(p.meaning))
		}
		c.probes = append(c.probes, p)
	}
	s.Close()
	return c
}

// earlier is the author of some articles for a while.
const earlier = "somebody else"

// check opens a copy of the store that was damaged and asks it everything. The
// answers are right, or the damage is named: by an error that says where, or by
// Limits. Text that was never ingested fails the test in any case.
func (c *corpus) check(t *testing.T, dir string, readOnly bool) (named string) {
	t.Helper()
	ctx := context.Background()
	o := c.options
	o.Dir, o.ReadOnly = dir, readOnly
	s, err := index.Open(ctx, o)
	if err != nil {
		if !strings.Contains(err.Error(), dir) {
			t.Errorf("the error does not say where: %v", err)
		}
		return err.Error()
	}
	defer s.Close()
	wrong := ""
	for _, p := range c.probes {
		words, err := s.Keyword(ctx, p.question, 10)
		if err != nil {
			return err.Error()
		}
		meaning, err := s.Vector(ctx, p.vector, 10)
		if err != nil {
			return err.Error()
		}
		for _, h := range append(words, meaning...) {
			got := *h.Article
			if got.Author == earlier {
				wrong, got.Author = "an earlier state of "+got.ID, ""
			}
			if want := c.articles[got.ID]; !reflect.DeepEqual(got, want) {
				t.Errorf("article %s is not what was ingested", got.ID)
			}
			for _, sp := range h.Passage.Spans {
				text, ok := h.Article.Paragraph(sp.Paragraph)
				if r := []rune(text); !ok || string(r[sp.Start:sp.End]) != sp.Text {
					t.Errorf("passage %s is not verbatim", h.Passage.ID)
				}
			}
		}
		if !reflect.DeepEqual(words, p.words) || !reflect.DeepEqual(meaning, p.meaning) {
			wrong = p.question
		}
	}
	all, err := s.Articles(ctx)
	if err != nil {
		return err.Error()
	}
	catalog, err := s.Catalog(ctx)
	if err != nil {
		return err.Error()
	}
	if len(all) != len(c.articles) || catalog.Articles != len(c.articles) {
		wrong = fmt.Sprintf("%d articles, and %d in the catalog", len(all), catalog.Articles)
	}
	for _, l := range s.Limits() {
		named += l.English
	}
	if wrong != "" && named == "" {
		t.Errorf("answers differ and nobody says so: %s", wrong)
	}
	return named
}

// files lists the files of a store, but for the lock and SQLite's index of the
// log, which it makes anew when nobody has the database open.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" && !strings.HasSuffix(path, "-shm") {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatal(out, err)
	}
	return out
}

func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "store")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func flips() int {
	if os.Getenv("ZHIWEN_SOAK") == "1" {
		return 1000
	}
	if testing.Short() {
		return 10
	}
	return 50
}

// One bit flips, anywhere in the store.
func TestFlippedBits(t *testing.T) {
	seed := uint64(1) // CI breaks the same bits each time, a soak others
	if os.Getenv("ZHIWEN_SOAK") == "1" {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := newCorpus(t, 16)
	logged := withLog(t, c)
	groups := map[string][]string{}
	for _, path := range files(t, c.options.Dir) {
		kind, _, _ := strings.Cut(filepath.Base(path), "-")
		if strings.HasSuffix(path, ".zap") {
			kind = "words"
		}
		groups[kind] = append(groups[kind], path)
	}
	for kind, paths := range groups {
		t.Run(kind, func(t *testing.T) {
			named := 0
			for i := range flips() {
				if flipped(t, r, c, c.options.Dir, paths[r.IntN(len(paths))], anywhere, i%3 == 0) {
					named++
				}
			}
			t.Logf("%d of %d flips were named, the others changed nothing", named, flips())
		})
	}
	// Most of a database is text and vectors, and a bit that flips anywhere hardly
	// ever hits what leads to them.
	t.Run("indexes of zhiwen.db", func(t *testing.T) {
		named := 0
		for i := range flips() {
			if flipped(t, r, c, c.options.Dir, filepath.Join(c.options.Dir, "zhiwen.db"), leading, i%3 == 0) {
				named++
			}
		}
		t.Logf("%d of %d flips were named, the others changed nothing", named, flips())
		if named < flips()/4 {
			t.Errorf("only %d of %d flips in what is used were named", named, flips())
		}
	})
	t.Run("zhiwen.db-wal", func(t *testing.T) {
		named := 0
		for i := range flips() {
			if flipped(t, r, c, logged, filepath.Join(logged, "zhiwen.db-wal"), anywhere, i%3 == 0) {
				named++
			}
		}
		t.Logf("%d of %d flips were named, the others changed nothing", named, flips())
	})
}

func anywhere(r *rand.Rand, b []byte) int { return r.IntN(len(b)) }

// leading picks a byte of a database: each kind of page is as likely as any
// other, and in a page the list of its cells as likely as the cells.
func leading(r *rand.Rand, b []byte) int {
	const size = 4096
	kinds := map[byte][]int{}
	for page := 0; page < len(b); page += size {
		kind := b[page]
		if page == 0 {
			kind = 0xff
		}
		kinds[kind] = append(kinds[kind], page)
	}
	kind := slices.Sorted(maps.Keys(kinds))[r.IntN(len(kinds))]
	page := kinds[kind][r.IntN(len(kinds[kind]))]
	from, to := 0, size
	if kind != 0xff { // the cells are at the end, the list of them at the beginning
		cells := int(binary.BigEndian.Uint16(b[page+3:]))
		content := int(binary.BigEndian.Uint16(b[page+5:]))
		if r.IntN(2) == 0 && content > 0 && content < size {
			from = content
		} else {
			to = min(size, 12+2*cells)
		}
	}
	return page + from + r.IntN(to-from)
}

// flipped flips a bit of a file of a copy of the store and checks the copy.
func flipped(t *testing.T, r *rand.Rand, c *corpus, dir, path string, where func(*rand.Rand, []byte) int, readOnly bool) bool {
	t.Helper()
	to := filepath.Join(t.TempDir(), "store")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(to)
	name, err := filepath.Rel(dir, path)
	if err != nil {
		t.Fatal(err)
	}
	victim := filepath.Join(to, name)
	b, err := os.ReadFile(victim)
	if err != nil {
		t.Fatal(err)
	}
	at, bit := where(r, b), r.IntN(8)
	b[at] ^= 1 << bit
	if err := os.WriteFile(victim, b, 0o600); err != nil {
		t.Fatal(err)
	}
	failed := t.Failed()
	named := c.check(t, to, readOnly)
	if t.Failed() && !failed {
		t.Logf("bit %d of byte %d of %s, read-only %v; named: %q", bit, at, name, readOnly, named)
	}
	return named != ""
}

// withLog copies the store while a part of it is still in SQLite's log.
func withLog(t *testing.T, c *corpus) string {
	t.Helper()
	s := open(t, c.options)
	defer s.Close()
	changed := synthetic(16, 9)[:6]
	for i := range changed {
		changed[i].Author = earlier
		add(t, s, changed[i])
		changed[i].Author = ""
		add(t, s, changed[i])
	}
	to := copyFolder(t, c.options.Dir)
	os.Remove(filepath.Join(to, "zhiwen.db-shm"))
	if st, err := os.Stat(filepath.Join(to, "zhiwen.db-wal")); err != nil || st.Size() < 1<<16 {
		t.Fatalf("the log: %v, %v", st, err)
	}
	return to
}

// The log is lost, or an older copy of the database is put in place.
func TestLostLogAndOldCopies(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(t *testing.T, old, dir string){
		"log lost":    func(t *testing.T, _, dir string) { os.Remove(filepath.Join(dir, "zhiwen.db-wal")) },
		"log cut off": func(t *testing.T, _, dir string) { truncate(t, filepath.Join(dir, "zhiwen.db-wal")) },
		"older copy": func(t *testing.T, old, dir string) {
			os.Remove(filepath.Join(dir, "zhiwen.db-wal"))
			b, err := os.ReadFile(filepath.Join(old, "zhiwen.db"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "zhiwen.db"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			s := open(t, o)
			all := synthetic(20, 4)
			add(t, s, all[:10]...)
			s.Close()
			old := copyFolder(t, o.Dir)
			s = open(t, o)
			for _, a := range all[10:] {
				add(t, s, a)
			}
			dir := copyFolder(t, o.Dir)
			os.Remove(filepath.Join(dir, "zhiwen.db-shm"))
			spoil(t, old, dir)
			o.Dir = dir
			for _, readOnly := range []bool{true, false, false} {
				o.ReadOnly = readOnly
				s = open(t, o)
				if h := s.Health(); !h.Lost {
					t.Fatalf("read-only %v: nobody says that something was lost: %+v", readOnly, h)
				}
				s.Close()
			}
			// The next ingest knows what is missing, whatever it is given.
			s = open(t, o)
			add(t, s, write("other", "另一篇", "与其他文章无关的一段文字。"))
			if h := s.Health(); h.Lost || h.Pending == 0 || h.Pending > 10 {
				t.Errorf("after another article: %+v", h)
			}
			add(t, s, all...)
			if h := s.Health(); !h.OK() {
				t.Errorf("after ingesting again: %+v", h)
			}
			if st, err := s.Status(ctx); err != nil || st.Articles != 21 {
				t.Errorf("%+v, %v", st, err)
			}
		})
	}
}

// A damaged article is replaced from its source by ingesting it again.
func TestIngestHeals(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := open(t, o)
	add(t, s, indextest.Articles()...)
	for _, q := range []string{
		"UPDATE articles SET paragraphs = replace(paragraphs, '一百五十克', '一百三十克') WHERE id = 'panda'",
		"UPDATE passages SET vector = zeroblob(64) WHERE article_id = 'tea'",
	} {
		if _, err := s.DB().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	s = reopen(t, s, o)
	hits, err := s.Keyword(ctx, "熊猫幼崽体重", 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		if h.Article.ID == "panda" {
			t.Errorf("quoted %s", h.Passage.Text())
		}
	}
	if _, err := s.Article(ctx, "panda"); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("a damaged article: %v", err)
	}
	if l := s.Limits(); len(l) == 0 || !strings.Contains(l[0].English, "panda") || !strings.Contains(l[0].Chinese, "panda") {
		t.Errorf("limits %+v", l)
	}
	if r := add(t, s, indextest.Articles()...); r.Changed != 2 || r.Unchanged != 1 {
		t.Errorf("report %+v", r)
	}
	if h := s.Health(); !h.OK() {
		t.Errorf("after ingesting again: %+v", h)
	}
	if hits, err := s.Keyword(ctx, "熊猫幼崽体重", 1); err != nil || len(hits) != 1 || hits[0].Passage.ID != "panda#1" {
		t.Errorf("%v, %v", hits, err)
	}
}

// An ingest that is broken off is known to be incomplete, until it is complete
// or what it lacked is given up.
func TestBrokenOffIngest(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := options(t)
	s := open(t, o)
	all := synthetic(40, 7)
	_, err := s.Add(ctx, all, index.AddOptions{Progress: func(done, _ int) {
		if done == 10 {
			cancel()
		}
	}})
	if err == nil {
		t.Fatal("not broken off")
	}
	s = reopen(t, s, o)
	h := s.Health()
	if h.Pending == 0 || h.Pending > 30 {
		t.Errorf("%+v", h)
	}
	if l := s.Limits(); len(l) != 1 || !strings.Contains(l[0].English, fmt.Sprint(h.Pending)) {
		t.Errorf("%+v", l)
	}
	keep := map[string]bool{}
	for _, a := range all[:5] {
		keep[a.ID] = true
	}
	if _, err := s.Prune(context.Background(), keep); err != nil {
		t.Fatal(err)
	}
	if h := s.Health(); !h.OK() {
		t.Errorf("after pruning: %+v", h)
	}
	add(t, s, all...)
	if h := s.Health(); !h.OK() {
		t.Errorf("%+v", h)
	}
}

// openDatabase opens a database without any of the store's care.
func openDatabase(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
