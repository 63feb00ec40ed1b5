package article

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree makes files (with content) and links (-> target) below a new folder.
func tree(t *testing.T, entries map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range entries {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(content, "-> "); ok {
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWalk(t *testing.T) {
	dir := tree(t, map[string]string{
		"b.txt": "乙", "a.HTML": "甲", "c.md": "丙", "d.jsonl": "{}", "e.png": "不读", ".hidden.txt": "不读",
		"sub/f.htm": "己", ".git/g.txt": "不读", "empty/": "", "noext": "庚",
		"sub/loop": "-> ..", "again": "-> sub", "same.txt": "-> b.txt",
		"broken.txt": "-> nowhere.txt", "circle.txt": "-> circle2.txt", "circle2.txt": "-> circle.txt",
	})
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
	in := func(names ...string) []string {
		out := make([]string, len(names))
		for i, n := range names {
			out[i] = filepath.Join(dir, filepath.FromSlash(n))
		}
		return out
	}
	for _, c := range []struct {
		name   string
		paths  []string
		want   []string
		errs   []error
		silent bool
	}{
		{"a folder", in("."), in("a.HTML", "again/f.htm", "b.txt", "c.md", "d.jsonl"), []error{ErrLinkLoop, ErrNotFound}, false},
		{"a file of any ending", in("noext", "e.png"), in("noext", "e.png"), nil, true},
		{"a file twice", in("b.txt", "same.txt", "b.txt"), in("b.txt"), nil, true},
		{"a folder twice", in("sub", "again"), in("sub/f.htm", "sub/loop/a.HTML", "sub/loop/b.txt", "sub/loop/c.md", "sub/loop/d.jsonl"), nil, false},
		{"nothing there", in("none"), nil, []error{ErrNotFound}, false},
		{"an empty folder", in("empty"), nil, []error{ErrEmptyFolder}, false},
		{"an empty name", []string{""}, nil, []error{ErrNotFound}, false},
		{"the others go on", in("none", "c.md"), in("c.md"), []error{ErrNotFound}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Walk(t.Context(), c.paths)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("files:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, want := range c.errs {
				if !errors.Is(err, want) {
					t.Errorf("err = %v, want %v", err, want)
				}
			}
			if c.silent && err != nil {
				t.Errorf("err = %v", err)
			}
		})
	}
	t.Run("an unreadable folder", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root may read everything")
		}
		locked := filepath.Join(dir, "locked")
		if err := os.Mkdir(locked, 0); err != nil {
			t.Fatal(err)
		}
		if got, err := Walk(t.Context(), []string{locked, filepath.Join(dir, "b.txt")}); !errors.Is(err, ErrUnreadable) || len(got) != 1 {
			t.Errorf("Walk = %v, %v", got, err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := Walk(ctx, in(".")); !errors.Is(err, context.Canceled) || len(got) > 0 {
			t.Errorf("Walk = %v, %v", got, err)
		}
	})
}

// An ID outlives another working directory and a corrected text, but two files
// of one name in two folders are told apart.
func TestIdentity(t *testing.T) {
	parse := func(raw, path string) Article {
		t.Helper()
		articles, err := Parse([]byte(raw), path, Options{})
		if err != nil || len(articles) != 1 {
			t.Fatalf("Parse = %d articles, %v", len(articles), err)
		}
		return articles[0]
	}
	const text = "通告\n\n北门今天关闭，请走南门。"
	a := parse(text, "x/notice.txt")
	for _, path := range []string{"notice.txt", "/srv/x/notice.txt", "../x/notice.txt"} {
		if got := parse(text, path); got.ID != a.ID {
			t.Errorf("%s has the ID %s, x/notice.txt has %s", path, got.ID, a.ID)
		}
	}
	corrected := parse(strings.ReplaceAll(text, "今天", "明天"), "x/notice.txt")
	if corrected.ID != a.ID {
		t.Error("a corrected text changes the ID")
	}
	if parse(text, "x/other.txt").ID == a.ID || parse(strings.ReplaceAll(text, "通告", "公告"), "x/notice.txt").ID == a.ID {
		t.Error("another file or title has the same ID")
	}

	corrected.Path = "y/notice.txt"
	run := []Article{a, corrected}
	Distinct(run)
	if run[0].ID == run[1].ID {
		t.Error("two files of one name share an ID")
	}
	reversed := []Article{corrected, a}
	Distinct(reversed)
	if reversed[0].ID != run[1].ID || reversed[1].ID != run[0].ID {
		t.Error("the order of the files changes the IDs")
	}
	copied := a
	copied.Path = "y/notice.txt"
	run = []Article{a, copied}
	if Distinct(run); run[0].ID != a.ID || run[1].ID != a.ID {
		t.Error("a copy of a file has another ID")
	}
	given := []Article{{ID: "n-1", Path: "x"}, {ID: "n-1", Path: "y", Title: "t"}}
	if Distinct(given); given[0].ID != "n-1" || given[1].ID != "n-1" {
		t.Error("given IDs were changed")
	}
	twice, err := Parse([]byte(`{"title":"日记","text":"今天有雨。"}`+"\n"+`{"title":"日记","text":"今天放晴。"}`), "d.jsonl", Options{})
	if err != nil || len(twice) != 2 || twice[0].ID == twice[1].ID {
		t.Errorf("two records of one title: %v, %v", twice, err)
	}
}
