package index_test

import (
	"fmt"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// Small articles share commits, each of which waits for the disk: an ingest of
// 200 takes a handful of them. Run with -v it says how long they waited.
func TestSmallArticlesShareCommits(t *testing.T) {
	defer index.SetPassing(nil)
	var small []article.Article
	for i, a := range synthetic(200, 12) {
		small = append(small, write(fmt.Sprintf("s%03d", i), a.Title, a.Paragraphs[0].Text))
	}
	o := options(t)
	s := open(t, o)
	commits := 0
	var since time.Time
	var waited time.Duration
	index.SetPassing(func(point string) error {
		switch point {
		case "commit":
			commits++
			since = time.Now()
		case "commit, done":
			waited += time.Since(since)
		}
		return nil
	})
	start := time.Now()
	if r := add(t, s, small...); r.Added != 200 {
		t.Errorf("%+v", r)
	}
	took := time.Since(start)
	t.Logf("200 articles of a passage: %v, of it %v for %d commits", took.Round(time.Millisecond), waited.Round(time.Millisecond), commits)
	if commits > 10 {
		t.Errorf("%d commits for 200 small articles", commits)
	}
}
