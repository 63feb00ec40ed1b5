package embeddings

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// script runs scripts/model DIR with only the tools it needs and, when mvn is
// not "", a Maven made of that shell script.
func script(t *testing.T, dir, mvn string) (output string, err error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix shell")
	}
	bin := t.TempDir()
	for _, tool := range []string{"bash", "env", "uname", "mkdir", "mktemp", "rm", "mv", "chmod", "dirname", "cut", "grep", "head", "sha256sum", "shasum", "unzip", "python3", "cp"} {
		if path, err := exec.LookPath(tool); err == nil {
			if err := os.Symlink(path, filepath.Join(bin, tool)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if mvn != "" {
		if err := os.WriteFile(filepath.Join(bin, "mvn"), []byte("#!/usr/bin/env bash\n"+mvn), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	path, err := filepath.Abs(filepath.Join("..", "scripts", "model"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, dir)
	cmd.Env = []string{"PATH=" + bin, "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestScriptSaysWhatIsWrong(t *testing.T) {
	outputFolder := `for a in "$@"; do case $a in -DoutputDirectory=*) to=${a#*=};; esac; done; mkdir -p "$to"; `
	for _, tc := range []struct {
		name, mvn string
		want      []string
	}{
		{"no Maven", "", []string{"Maven (mvn) is not installed", "embeddings.model_dir", "embeddings.runtime"}},
		{"no network", `echo "[ERROR] Unknown host"; exit 1`, []string{"Unknown host", "Is there a network", "Run this again"}},
		{"other bytes", outputFolder + `for j in langchain4j-embeddings-bge-small-zh-v15-q-0.36.2 onnxruntime-1.26.0; do echo other >"$to/$j.jar"; done`,
			[]string{"is not the file that was pinned", "It was not used"}},
		{"nothing delivered", outputFolder, []string{"did not deliver"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "cache")
			out, err := script(t, dir, tc.mvn)
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Fatalf("error %v, want exit status 1\n%s", err, out)
			}
			for _, want := range tc.want {
				if !strings.Contains(out, want) {
					t.Errorf("the output lacks %q:\n%s", want, out)
				}
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != 0 {
				t.Errorf("left behind in the folder: %v, %v", left, err)
			}
		})
	}
	t.Run("folder cannot be made", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := script(t, filepath.Join(file, "cache"), ""); err == nil || !strings.Contains(out, "cannot create the folder") {
			t.Errorf("error %v, output %s", err, out)
		}
	})
}

// Complete files are left alone without Maven; a damaged one is noticed.
func TestScriptKeepsWhatIsThere(t *testing.T) {
	f := requireFiles(t)
	dir := t.TempDir()
	for from, to := range map[string]string{
		f.model:     filepath.Join(dir, modelFolder, modelFile),
		f.tokenizer: filepath.Join(dir, modelFolder, tokenizerFile),
		f.runtime:   filepath.Join(dir, "onnxruntime-"+runtimeVersion+"-"+platform(), libraryName()),
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := script(t, dir, ""); err != nil {
		t.Fatalf("first: %v\n%s", err, out)
	}
	best := time.Hour
	for range 3 {
		began := time.Now()
		if out, err := script(t, dir, ""); err != nil || out != "" {
			t.Fatalf("second: %v\n%s", err, out)
		}
		best = min(best, time.Since(began))
	}
	if best > 200*time.Millisecond {
		t.Errorf("looking at complete files took %v, want at most 200 ms", best)
	}
	tokenizer := filepath.Join(dir, modelFolder, tokenizerFile)
	if err := os.WriteFile(tokenizer, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Minute) // file systems with coarse times
	if err := os.Chtimes(tokenizer, later, later); err != nil {
		t.Fatal(err)
	}
	if out, err := script(t, dir, ""); err == nil || !strings.Contains(out, "Maven") {
		t.Errorf("a damaged file went unnoticed: %v\n%s", err, out)
	}
}
