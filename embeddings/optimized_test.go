package embeddings

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What the runtime kept of a model gives the same vectors and the same fingerprint, damaged
// it is made anew, and it is not taken for another model.
func TestOptimized(t *testing.T) {
	home, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := locateRuntime(Options{})
	if err != nil {
		t.Skip(err)
	}
	cache, dir := t.TempDir(), t.TempDir()
	for _, name := range []string{modelFile, tokenizerFile} {
		data, err := os.ReadFile(filepath.Join(home, modelFolder, name))
		if err != nil {
			t.Skip(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Provider: ProviderONNX, ModelDir: dir, CacheDir: cache, Runtime: lib, Logger: slog.New(slog.DiscardHandler)}
	open := func() (fingerprint string, vector []float32) {
		t.Helper()
		e, err := newONNX(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		v, err := e.EmbedQuery(context.Background(), "押金多少")
		if err != nil {
			t.Fatal(err)
		}
		return e.info.Fingerprint, v
	}
	kept := func() (path string, info os.FileInfo) {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(cache, "optimized", "*"))
		if err != nil || len(found) != 2 {
			t.Fatalf("kept %q, %v", found, err)
		}
		info, err = os.Stat(found[0])
		if err != nil {
			t.Fatal(err)
		}
		return found[0], info
	}
	fingerprint, vector := open()
	path, first := kept()
	same := func(when string) {
		t.Helper()
		if f, v := open(); f != fingerprint || !slices.Equal(v, vector) {
			t.Errorf("%s: another fingerprint or vector", when)
		}
	}
	same("kept")
	if _, now := kept(); !now.ModTime().Equal(first.ModTime()) {
		t.Error("what was kept has been made again")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{100, len(data) / 2, len(data) - 100} {
		broken := slices.Clone(data)
		broken[at] ^= 0x10
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		same("damaged")
		if now, err := os.ReadFile(path); err != nil || slices.Equal(now, broken) {
			t.Errorf("what was damaged at %d has not been made again (%v)", at, err)
		}
		same("made again")
	}
	// Another tokenizer is another model.
	tokenizer := filepath.Join(dir, tokenizerFile)
	text, err := os.ReadFile(tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tokenizer, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, _ := open(); f == fingerprint {
		t.Error("a changed tokenizer has the same fingerprint")
	}
	// Where nothing can be kept the model opens all the same.
	if err := os.RemoveAll(filepath.Join(cache, "optimized")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cache, "optimized"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open()
}
