package article

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
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
		"old.xyz": "不读", "~$c.docx": "不读",
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
		{"a folder twice", in("sub", "again"), in("sub/f.htm"), []error{ErrLinkOut}, false},
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
	t.Run("what is not read is named", func(t *testing.T) {
		l, err := List(t.Context(), in("."))
		if want := strings.Join(in("e.png", "noext", "old.xyz"), "\n"); strings.Join(l.Skipped, "\n") != want {
			t.Errorf("Skipped:\n%s\nwant:\n%s (%v)", strings.Join(l.Skipped, "\n"), want, err)
		}
	})
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

// A link in a folder is followed only within what was named.
func TestWalkLinksOut(t *testing.T) {
	dir := tree(t, map[string]string{
		"in/a.txt": "甲", "out/b.txt": "乙", "out/deep/c.txt": "丙", "in-beside/d.txt": "丁",
		"in/file.txt": "-> ../out/b.txt", "in/folder": "-> ../out/deep", "in/far": "-> /", "in/beside": "-> ../in-beside",
		"in/sub/back.txt": "-> ../../in/a.txt", "here": "-> in",
	})
	at := func(names ...string) (out []string) {
		for _, n := range names {
			out = append(out, filepath.Join(dir, filepath.FromSlash(n)))
		}
		return out
	}
	for _, c := range []struct {
		name               string
		paths, want, named []string
	}{
		{"the folder", at("in"), at("in/a.txt"), at("in/beside", "in/far", "in/file.txt", "in/folder")},
		{"a link that was named", at("here"), at("here/a.txt"), at("here/beside", "here/far", "here/file.txt", "here/folder")},
		{"with what it leads to", at("in", "out/deep"), at("in/a.txt", "in/folder/c.txt"), at("in/beside", "in/far", "in/file.txt")},
		{"a file behind a link", at("in/file.txt"), at("in/file.txt"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Walk(context.Background(), c.paths)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for _, path := range c.named {
				if err == nil || !errors.Is(err, ErrLinkOut) || !strings.Contains(err.Error(), path+": ") {
					t.Errorf("%s is not named: %v", path, err)
				}
			}
			if len(c.named) == 0 && err != nil {
				t.Error(err)
			}
		})
	}
}
