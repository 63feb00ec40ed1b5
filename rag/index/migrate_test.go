package index_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"zhiwen/rag/article"
)

// What version 1 of the store wrote is read, and what had been damaged in it
// is found.
func TestFirstVersion(t *testing.T) {
	ctx := context.Background()
	first := func(t *testing.T) string {
		t.Helper()
		script, err := os.ReadFile(filepath.Join("testdata", "version1.sql"))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		db := openDatabase(t, filepath.Join(dir, "zhiwen.db"))
		if _, err := db.Exec(string(script)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	var want []article.Article
	b, err := os.ReadFile(filepath.Join("testdata", "version1.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Dir = first(t)
	s := open(t, o)
	got, err := s.Articles(ctx)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d articles, %v", len(got), err)
	}
	for i := range want {
		if !reflect.DeepEqual(*got[i], want[i]) {
			t.Errorf("%+v, want %+v", *got[i], want[i])
		}
	}
	if h := s.Health(); !h.OK() {
		t.Errorf("%+v", h)
	}
	v, _ := o.Embedder.EmbedQuery(ctx, "x")
	if hits, err := s.Vector(ctx, v, 10); err != nil || len(hits) != 5 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
	var note string
	if err := s.DB().QueryRow("SELECT text FROM bot_notes").Scan(&note); err != nil || note != "kept" {
		t.Errorf("the bot's own table: %q, %v", note, err)
	}

	o.Dir = first(t)
	if _, err := openDatabase(t, filepath.Join(o.Dir, "zhiwen.db")).Exec("UPDATE articles SET title = '动物园迎来三胞胎熊猫' WHERE id = 'panda'"); err != nil {
		t.Fatal(err)
	}
	s = open(t, o)
	if got, err := s.Articles(ctx); err != nil || len(got) != 2 {
		t.Errorf("%d articles, %v", len(got), err)
	}
	if h := s.Health(); len(h.Damaged) != 1 || h.Damaged["panda"] == "" {
		t.Errorf("%+v", h)
	}
}
