// Package zhiwen_test holds what must stay true of the project as a whole: who
// may import whom, that every package says what it is for, that files stay
// readable, and that nothing of one machine is left in them.
package zhiwen_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "zhiwen"

// mayImport is the table of docs/architecture.md: what the packages of a folder
// may import of ours besides themselves. The longest folder that fits decides.
// A trailing "/..." takes in everything below.
var mayImport = []struct {
	folder string
	of     []string
}{
	{"cmd/...", []string{"..."}},
	{"scripts/...", []string{"..."}},
	{"config/...", nil},
	{"seeds/...", nil},
	{"embeddings/...", nil},
	{"rag/zhtext/...", nil},
	{"rag/article/...", []string{"rag/zhtext/..."}},
	{"rag/question", []string{"rag/zhtext"}},
	{"rag/evidence", []string{"rag/article", "rag/question", "rag/reading", "rag/zhtext"}},
	{"rag/reading", nil},
	{"rag/reader", []string{"embeddings", "rag/reading", "rag/zhtext"}},
	{"rag/grounding", []string{"rag/article", "rag/evidence", "rag/question", "rag/reading", "rag/zhtext"}},
	{"rag/tabular", []string{"rag/article", "rag/question", "rag/zhtext"}},
	{"rag", []string{"rag/article", "rag/evidence", "rag/grounding", "rag/question", "rag/reading", "rag/tabular", "rag/zhtext"}},
	{"rag/...", []string{"rag/..."}},
	{"bot/...", []string{"bot/...", "rag/..."}},
}

// within says whether the pattern takes the folder in.
func within(folder, pattern string) bool {
	if base, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(folder+"/", base)
	}
	return folder == pattern
}

type goPackage struct {
	ImportPath string
	Doc        string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Doc,GoFiles,CgoFiles,Imports", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles)+len(p.CgoFiles) > 0 {
			list = append(list, p)
		}
	}
	if len(list) < 8 {
		t.Fatalf("go list found only %d packages", len(list))
	}
	return list
}

func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		folder := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		best := -1
		for i, rule := range mayImport {
			if within(folder, rule.folder) && (best < 0 || len(rule.folder) > len(mayImport[best].folder) || rule.folder == folder) {
				best = i
				if rule.folder == folder {
					break
				}
			}
		}
		if best < 0 {
			t.Errorf("package %s stands in no folder of the table; see docs/architecture.md", p.ImportPath)
			continue
		}
		rule := mayImport[best]
		for _, imported := range p.Imports {
			ours, ok := strings.CutPrefix(imported, module+"/")
			own := strings.HasSuffix(rule.folder, "/...") && within(ours, rule.folder)
			if !ok || own || slices.ContainsFunc(rule.of, func(of string) bool { return within(ours, of) }) {
				continue
			}
			t.Errorf("%s imports %s, which %s may not; see docs/architecture.md", p.ImportPath, imported, rule.folder)
		}
	}
}

func TestImportTable(t *testing.T) {
	for _, c := range []struct {
		folder, pattern string
		want            bool
	}{
		{"rag", "rag", true},
		{"rag", "rag/...", true},
		{"rag/index", "rag", false},
		{"rag/index", "rag/...", true},
		{"ragged", "rag/...", false},
		{"config", "...", true},
	} {
		if got := within(c.folder, c.pattern); got != c.want {
			t.Errorf("within(%q, %q) = %v", c.folder, c.pattern, got)
		}
	}
}

func TestPackageComments(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.Doc == "" {
			t.Errorf("package %s has no comment that says what it is for", p.ImportPath)
		}
	}
}

// trackedFiles are the files that git knows, or all of them where there is no
// git (a source archive).
func trackedFiles(t *testing.T) []string {
	t.Helper()
	if out, err := exec.Command("git", "ls-files", "-z").Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.HasPrefix(path, ".git/") && !strings.HasPrefix(path, "bin/") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

const maxLines = 500

func TestFileLengths(t *testing.T) {
	for _, path := range trackedFiles(t) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(path)
		if os.IsNotExist(err) { // deleted, not yet committed
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(raw, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines; split it (at most %d)", path, n, maxLines)
		}
	}
}

// The patterns are put together from pieces, so that this file does not match
// them itself.
var foreign = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"a path of one machine", regexp.MustCompile(`(?m)(^|[\s"'=(:` + "`" + `])/(work|root|farm)/`)},
	{"a package registry's host", regexp.MustCompile(`(proxy|sum)\.` + `golang\.org|repo1?\.maven` + `\.|maven\.` + `org|(files\.)?pypi\.` + `org|pythonhosted` + `\.org|registry\.` + `npmjs|index\.` + `crates`)},
	{"a key", regexp.MustCompile(`(?m)(^|[^\w-])(sk-[A-Za-z0-9]{32,}|xox[bap]-[0-9]{8,}-|AKIA[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE` + ` KEY)`)},
}

func TestNothingOfOneMachine(t *testing.T) {
	for _, path := range trackedFiles(t) {
		raw, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.IndexByte(raw, 0) >= 0 { // not text
			continue
		}
		for _, f := range foreign {
			if !f.pattern.Match(raw) { // quicker than line by line
				continue
			}
			for n, line := range bytes.Split(raw, []byte("\n")) {
				if f.pattern.Match(line) {
					t.Errorf("%s:%d has %s: %.120s", path, n+1, f.what, line)
				}
			}
		}
	}
}
