package embeddings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingFilesAreNamed(t *testing.T) {
	complete := func(t *testing.T) (dir, lib string) {
		dir = t.TempDir()
		lib = filepath.Join(dir, libraryName())
		for _, name := range []string{modelFile, tokenizerFile, libraryName()} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir, lib
	}
	for _, tc := range []struct{ gone, setting string }{
		{modelFile, "embeddings.model_dir"},
		{tokenizerFile, "embeddings.model_dir"},
		{libraryName(), "embeddings.runtime"},
	} {
		dir, lib := complete(t)
		path := filepath.Join(dir, tc.gone)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		_, err := New(t.Context(), Options{ModelDir: dir, Runtime: lib})
		if !errors.Is(err, ErrModelMissing) {
			t.Fatalf("%s: error %v", tc.gone, err)
		}
		for _, want := range []string{path, "make model", tc.setting} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q lacks %q", tc.gone, err, want)
			}
		}
	}
	// An empty cache folder misses the model first.
	cache := t.TempDir()
	_, err := New(t.Context(), Options{CacheDir: cache})
	if !errors.Is(err, ErrModelMissing) || !strings.Contains(err.Error(), filepath.Join(cache, modelFolder, modelFile)) {
		t.Errorf("empty cache: %v", err)
	}
	// A folder in a file's place is no file.
	dir, _ := complete(t)
	if _, err := New(t.Context(), Options{ModelDir: dir, Runtime: dir}); !errors.Is(err, ErrModelMissing) {
		t.Errorf("folder as runtime: %v", err)
	}
}

func TestDamagedFilesAreNamed(t *testing.T) {
	f := requireFiles(t)
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(f.tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	write(tokenizerFile, string(data))
	write(modelFile, "not a model")
	_, err = New(t.Context(), Options{ModelDir: dir})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, modelFile)) {
		t.Errorf("damaged model: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, modelFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(f.model, filepath.Join(dir, modelFile)); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	write(tokenizerFile, "{")
	_, err = New(t.Context(), Options{ModelDir: dir})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, tokenizerFile)) {
		t.Errorf("damaged tokenizer: %v", err)
	}
}

func TestCacheDir(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	absolute := filepath.Join(home, "elsewhere")
	for _, tc := range []struct{ xdg, want string }{
		{"", filepath.Join(home, ".cache", "zhiwen")},
		{"relative", filepath.Join(home, ".cache", "zhiwen")},
		{absolute, filepath.Join(absolute, "zhiwen")},
	} {
		t.Setenv("XDG_CACHE_HOME", tc.xdg)
		if got, err := CacheDir(); err != nil || got != tc.want {
			t.Errorf("XDG_CACHE_HOME=%q: %q, %v, want %q", tc.xdg, got, err, tc.want)
		}
	}
}

// scripts/model and location.go must agree on every name.
func TestScriptUsesTheSameNames(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "scripts", "model"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		modelFolder + "/" + modelFile, modelFolder + "/" + tokenizerFile,
		"onnxruntime-" + runtimeVersion + "-$platform/$library",
		"library=libonnxruntime.so", "library=libonnxruntime.dylib", "library=onnxruntime.dll",
		"platform=linux-x64", "platform=linux-aarch64", "platform=osx-aarch64", "platform=win-x64",
	} {
		if !strings.Contains(string(script), want) {
			t.Errorf("scripts/model lacks %q", want)
		}
	}
	pom, err := os.ReadFile("pom.xml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(pom), "<version>"+runtimeVersion+"</version>") {
		t.Errorf("pom.xml has another version of ONNX Runtime than %s", runtimeVersion)
	}
}
