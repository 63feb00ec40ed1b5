//go:build unix

package index_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

// The test binary is its own child: with one of these set it does that
// instead of testing.
const (
	childIngests = "ZHIWEN_TEST_CHILD_INGESTS" // folder
	childReads   = "ZHIWEN_TEST_CHILD_READS"   // folder
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(childIngests) != "":
		ingestInChild(os.Getenv(childIngests))
	case os.Getenv(index.ChildOracle) != "":
		dir, number, _ := strings.Cut(os.Getenv(index.ChildOracle), " ")
		check(index.OracleChild(dir, number))
	case os.Getenv(childLives) != "":
		liveInChild(os.Getenv(childLives))
	case os.Getenv(childMeasures) != "":
		measureInChild(os.Getenv(childMeasures))
	case os.Getenv(childReads) != "":
		readInChild(os.Getenv(childReads))
	default:
		os.Exit(m.Run())
	}
}

func childOptions(dir string) index.Options {
	e := &indextest.HashEmbedder{Dimension: 16}
	return index.Options{Dir: dir, Embedder: e, EmbedderInfo: info(e), Segment: runes}
}

// ingestInChild adds and removes articles for ever; a line tells of each
// article that is acknowledged.
func ingestInChild(dir string) {
	ctx := context.Background()
	s, err := index.Open(ctx, childOptions(dir))
	check(err)
	articles := synthetic(30, 5)
	for round := 0; ; round++ {
		for i := range articles {
			articles[i].Author = fmt.Sprintf("%d in %d", os.Getpid(), round)
		}
		for part := 0; part < len(articles); part += 10 {
			_, err := s.Add(ctx, articles[part:part+10], index.AddOptions{
				Progress: func(done, _ int) {
					if done > 0 {
						fmt.Println(articles[part+done-1].ID, articles[part+done-1].Author)
					}
				},
			})
			check(err)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// kills is how many children a test kills: so many when it is to be short.
func kills(short int) int {
	switch {
	case os.Getenv("ZHIWEN_SOAK") == "1":
		return 200
	case testing.Short():
		return short
	}
	return 20
}

// runChild runs this test binary as a child with the variables, killed after a time
// (0: never), and returns what it wrote and whether it was killed.
func runChild(t *testing.T, after time.Duration, env ...string) (said string, killed bool) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		defer time.AfterFunc(after, func() { c.Process.Kill() }).Stop()
	}
	read, _ := io.ReadAll(out)
	c.Wait()
	if code := c.ProcessState.ExitCode(); code > 0 {
		t.Fatalf("the child stopped by itself: %s", stderr.String())
	}
	return string(read), c.ProcessState.ExitCode() == -1
}

// Killed at any moment, an ingest leaves a store that opens and holds every
// article it acknowledged; the next one completes it.
func TestKilledIngest(t *testing.T) {
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	acknowledged := map[string]string{}
	for range kills(6) {
		after := 50*time.Millisecond + time.Duration(r.IntN(900))*time.Millisecond
		said, killed := runChild(t, after, childIngests+"="+dir)
		if !killed {
			t.Fatal("the child was not killed")
		}
		latest := map[string]string{}
		lines := strings.Split(said, "\n")
		for _, line := range lines[:len(lines)-1] { // the last one may be cut
			id, author, _ := strings.Cut(line, " ")
			latest[id] = author
		}
		for id, author := range latest {
			acknowledged[id] = author
		}
		verifyStore(t, dir, acknowledged)
	}
	t.Logf("%d articles acknowledged", len(acknowledged))
	if len(acknowledged) == 0 {
		t.Error("no child got so far as to acknowledge an article")
	}
	s := open(t, childOptions(dir))
	if rep := add(t, s, synthetic(30, 5)...); rep.Added+rep.Changed+rep.Unchanged != 30 {
		t.Errorf("report %+v", rep)
	}
	if st, err := s.Status(context.Background()); err != nil || st.Articles != 30 {
		t.Errorf("status %+v, %v", st, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "index-new-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// verifyStore opens a store after a crash: nothing acknowledged is missing,
// and both sides find every passage.
func verifyStore(t *testing.T, dir string, acknowledged map[string]string) {
	t.Helper()
	ctx := context.Background()
	s, err := index.Open(ctx, childOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var verdict string
	if err := s.DB().QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s, %v", verdict, err)
	}
	for id, author := range acknowledged {
		a, err := s.Article(ctx, id)
		if err != nil {
			t.Fatalf("acknowledged and lost: %v", err)
		}
		// A later version may have been committed without being told of.
		if a.Author < author && len(a.Author) == len(author) && strings.Fields(a.Author)[0] == strings.Fields(author)[0] {
			t.Fatalf("article %s is that of %q, acknowledged was %q", id, a.Author, author)
		}
	}
	c, err := s.Catalog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if c.Passages == 0 {
		return
	}
	e := childOptions(dir).Embedder
	articles, err := s.Articles(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range articles {
		p := article.Split(*a, article.SplitOptions{})[0]
		v, _ := e.EmbedQuery(ctx, article.EmbeddingText(a, p))
		hits, err := s.Vector(ctx, v, 1)
		if err != nil || len(hits) != 1 || hits[0].Passage.ID != p.ID {
			t.Fatalf("vector side after a crash: %s: %v, %v", p.ID, hits, err)
		}
	}
	hits, err := s.Keyword(ctx, articles[0].Title+articles[0].Paragraphs[0].Text, c.Passages)
	if err != nil || len(hits) < c.Passages*9/10 {
		t.Fatalf("keyword side after a crash: %d hits of %d passages, %v", len(hits), c.Passages, err)
	}
}

// readInChild reports what a user without permission to write can do.
func readInChild(dir string) {
	ctx := context.Background()
	type report struct {
		Open, Add string
		Hits      int
		ReadOnly  bool
	}
	var r report
	s, err := index.Open(ctx, childOptions(dir))
	if err != nil {
		r.Open = err.Error()
	} else {
		r.ReadOnly = s.ReadOnly()
		hits, _ := s.Keyword(ctx, "熊猫", 10)
		r.Hits = len(hits)
		_, err = s.Add(ctx, indextest.Articles(), index.AddOptions{})
		r.Add = fmt.Sprint(err)
	}
	check(json.NewEncoder(os.Stdout).Encode(r))
}

// asNobody runs the test binary as a user who owns nothing.
func asNobody(t *testing.T, env ...string) []byte {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "test")
	b, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, b, 0o755); err != nil {
		t.Fatal(err)
	}
	for p := filepath.Dir(binary); p != os.TempDir() && p != "/"; p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(binary)
	c.Env = append(os.Environ(), env...)
	c.Dir = "/"
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := c.Output()
	if err != nil {
		t.Fatalf("child: %v: %s", err, out)
	}
	return out
}

// openToAll lets others read a store, as its owner may decide.
func openToAll(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return os.Chmod(path, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFolderWithoutPermissionToWrite(t *testing.T) {
	type report struct {
		Open, Add string
		Hits      int
		ReadOnly  bool
	}
	for _, c := range []struct {
		name  string
		spoil func(dir string) error
	}{
		{"as it was left", func(string) error { return nil }},
		{"without a keyword index", func(dir string) error {
			folders, err := filepath.Glob(filepath.Join(dir, "index-*"))
			for _, f := range folders {
				err = os.RemoveAll(f)
			}
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			s := open(t, childOptions(dir))
			add(t, s, indextest.Articles()...)
			s.Close()
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			openToAll(t, dir)
			if err := os.Chmod(dir, 0o555); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(dir, 0o755) })
			for p := filepath.Dir(dir); p != os.TempDir() && p != "/"; p = filepath.Dir(p) {
				if err := os.Chmod(p, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			var r report
			if err := json.Unmarshal(asNobody(t, childReads+"="+dir), &r); err != nil {
				t.Fatal(err)
			}
			if r.Open != "" || !r.ReadOnly || r.Hits != 2 {
				t.Errorf("reading: %+v", r)
			}
			if !strings.Contains(r.Add, "cannot be written to") || !strings.Contains(r.Add, dir) {
				t.Errorf("writing: %s", r.Add)
			}
		})
	}
	t.Run("no store there", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "store")
		if err := os.Mkdir(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		for p := filepath.Dir(dir); p != os.TempDir() && p != "/"; p = filepath.Dir(p) {
			if err := os.Chmod(p, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		var r report
		if err := json.Unmarshal(asNobody(t, childReads+"="+dir), &r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(r.Open, "cannot make a store in the folder "+dir) {
			t.Errorf("opening: %+v", r)
		}
	})
}

// A reader that stays open, as the chat bot does, neither blocks a writer in
// another process nor is disturbed by it.
func TestReaderBesideWriterProcess(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	reader := open(t, childOptions(dir))
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childIngests+"="+dir)
	var said, stderr strings.Builder
	c.Stdout, c.Stderr = &said, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	v, _ := childOptions(dir).Embedder.EmbedQuery(ctx, "x")
	title := synthetic(30, 5)[0].Title
	refreshed := 0
	for deadline := time.Now().Add(30 * time.Second); refreshed < 10 && time.Now().Before(deadline); {
		changed, err := reader.Refresh(ctx)
		if err != nil {
			t.Error(err)
			break
		}
		if changed {
			refreshed++
		}
		byWord, kerr := reader.Keyword(ctx, title, 5)
		byVector, verr := reader.Vector(ctx, v, 5)
		if kerr != nil || verr != nil || refreshed > 2 && (len(byWord) == 0 || len(byVector) == 0) {
			t.Errorf("after %d refreshes: %d hits, %v; %d hits, %v", refreshed, len(byWord), kerr, len(byVector), verr)
			break
		}
	}
	c.Process.Kill()
	if c.Wait(); c.ProcessState.ExitCode() != -1 {
		t.Fatalf("the writer stopped by itself: %s", stderr.String())
	}
	if refreshed < 10 || strings.Count(said.String(), "\n") < 5 {
		t.Errorf("%d refreshes; the writer acknowledged %d articles", refreshed, strings.Count(said.String(), "\n"))
	}
	t.Logf("%d refreshes beside %d acknowledged articles", refreshed, strings.Count(said.String(), "\n"))
}
