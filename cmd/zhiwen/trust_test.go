package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"zhiwen/seeds"
)

// timings differ from run to run; nothing else may.
var timings = regexp.MustCompile(`"timings_ms":\{[^}]*\}`)

// What is restored answers every fixed question to the byte as what was backed
// up did.
func TestRestoredStoreAnswersTheSame(t *testing.T) {
	requireModel(t)
	isolate(t)
	store := shippedStore(t)
	var questions strings.Builder
	for _, line := range bytes.Split(bytes.TrimSpace(seeds.Questions()), []byte("\n")) {
		var q struct {
			Question string `json:"user_input"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		questions.WriteString(q.Question + "\n")
	}
	ask := func(store string) string {
		t.Helper()
		status, out, errs := zhiwen(t, questions.String(), "ask", "--store", store, "--batch", "-")
		if status != 0 {
			t.Fatalf("exit status %d: %s", status, errs)
		}
		return timings.ReplaceAllString(out, "")
	}
	want := ask(store)
	if n := strings.Count(want, "\n"); n < 100 || n != strings.Count(questions.String(), "\n") {
		t.Fatalf("%d answers", n)
	}
	backup := filepath.Join(t.TempDir(), "copy.db")
	if status, _, errs := zhiwen(t, "", "backup", "--store", store, backup); status != 0 {
		t.Fatal(errs)
	}
	for name, prepare := range map[string]func(dir string) []string{
		"an empty folder": func(string) []string { return nil },
		"a store that holds something else": func(dir string) []string {
			path := filepath.Join(t.TempDir(), "other.txt")
			if err := os.WriteFile(path, []byte("灯塔修好了\n\n海边的灯塔修好了，高三十七米，二〇二四年三月一日重新点亮。\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, _, errs := zhiwen(t, "", "ingest", "--store", dir, path); status != 0 {
				t.Fatal(errs)
			}
			return []string{"--replace"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			args := append([]string{"restore", "--store", dir}, prepare(dir)...)
			if status, _, errs := zhiwen(t, "", append(args, backup)...); status != 0 {
				t.Fatal(errs)
			}
			if got := ask(dir); got != want {
				g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
				for i := range min(len(g), len(w)) {
					if g[i] != w[i] {
						t.Fatalf("answer %d is\n%s\nand was\n%s", i+1, g[i], w[i])
					}
				}
				t.Fatalf("%d answers of %d", len(g), len(w))
			}
		})
	}
}

// Store, backup and all that is derived are for their owner alone, and names
// that would act on the terminal are shown as what they are.
func TestFilesAndNames(t *testing.T) {
	requireModel(t)
	isolate(t)
	dir := t.TempDir()
	folder, store := filepath.Join(dir, "in"), filepath.Join(dir, "store")
	hostile := "\x1b]0;owned\x07\u202etxt.exe"
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	text := "灯塔修好了\n\n海边的灯塔修好了，高三十七米，二〇二四年三月一日重新点亮。\n"
	for name, content := range map[string]string{
		hostile + ".txt": text, hostile + ".bin": "x", hostile + ".md": "", hostile + ".csv": "\x00\x01\x02",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(folder, hostile+"link")); err != nil {
		t.Fatal(err)
	}
	shown := func(args ...string) string {
		_, out, errs := zhiwen(t, "", args...)
		if strings.ContainsFunc(out+errs, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
		}) {
			t.Errorf("%s: %q", args, out+errs)
		}
		return out + errs
	}
	said := shown("ingest", "--store", store, folder)
	if !strings.Contains(said, "leads out of the folder") || !strings.Contains(said, `\x1b]0;owned\x07\u202etxt.exelink`) {
		t.Errorf("the link is not named: %s", said)
	}
	for _, args := range [][]string{{"ask", "灯塔多高"}, {"search", "灯塔"}, {"articles"}, {"status"}, {"doctor"}, {"backup"}} {
		if args[0] == "backup" {
			args = append(args, filepath.Join(dir, "copy.db"))
		}
		shown(append(args, "--store", store)...)
	}
	seen := 0
	for _, root := range []string{store, filepath.Join(dir, "copy.db")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %v", path, info.Mode())
			}
			seen++
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if seen < 6 {
		t.Errorf("only %d files", seen)
	}
}
