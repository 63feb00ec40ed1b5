package embeddings

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// The default model and runtime. scripts/model unpacks them under the same
// names; a test holds the two together.
const (
	defaultModel   = "bge-small-zh-v1.5"
	modelFolder    = "bge-small-zh-v1.5-q"
	runtimeVersion = "1.26.0"

	modelFile     = "model.onnx"
	tokenizerFile = "tokenizer.json"
)

// CacheDir is where `make model` puts model and runtime:
// $XDG_CACHE_HOME/zhiwen, or ~/.cache/zhiwen.
func CacheDir() (string, error) {
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "zhiwen"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("embeddings: find the cache folder: %w", err)
	}
	return filepath.Join(home, ".cache", "zhiwen"), nil
}

// files are the three files that a model in this process needs.
type files struct {
	model, tokenizer, runtime string
}

// locate finds the files that o names, or those in the cache folder.
func locate(o Options) (files, error) {
	dir := o.ModelDir
	if dir == "" {
		cache, err := cacheDir(o)
		if err != nil {
			return files{}, err
		}
		dir = filepath.Join(cache, modelFolder)
	}
	f := files{model: filepath.Join(dir, modelFile), tokenizer: filepath.Join(dir, tokenizerFile)}
	for _, check := range []struct{ what, path string }{
		{"the embedding model", f.model},
		{"the embedding model's tokenizer", f.tokenizer},
	} {
		if err := mustBeFile(check.what, check.path, "embeddings.model_dir", "a folder with model.onnx and tokenizer.json"); err != nil {
			return files{}, err
		}
	}
	var err error
	f.runtime, err = locateRuntime(o)
	return f, err
}

// locateRuntime finds the library that o names, or the one in the cache folder.
func locateRuntime(o Options) (string, error) {
	lib := o.Runtime
	if lib == "" {
		cache, err := cacheDir(o)
		if err != nil {
			return "", err
		}
		lib = filepath.Join(cache, "onnxruntime-"+runtimeVersion+"-"+platform(), libraryName())
	}
	return lib, mustBeFile("ONNX Runtime", lib, "embeddings.runtime", "the ONNX Runtime library ("+libraryName()+")")
}

func cacheDir(o Options) (string, error) {
	if o.CacheDir != "" {
		return o.CacheDir, nil
	}
	return CacheDir()
}

func mustBeFile(what, path, setting, own string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Mode().IsRegular():
		return nil
	case err == nil:
		return missing(what, path, setting, own, "it is not a file")
	case os.IsNotExist(err):
		return missing(what, path, setting, own, "there is no such file")
	default:
		return missing(what, path, setting, own, err.Error())
	}
}

func missing(what, path, setting, own, why string) error {
	return fmt.Errorf("embeddings: load %s from %s: %s: %w; "+
		"get it with `make model` (needs Maven and a network, once), or set %s to %s of your own",
		what, path, why, ErrModelMissing, setting, own)
}

// platform names this operating system and processor the way ONNX Runtime's
// own packages do.
func platform() string {
	system, arch := runtime.GOOS, runtime.GOARCH
	switch system {
	case "darwin":
		system = "osx"
	case "windows":
		system = "win"
	}
	switch arch {
	case "amd64":
		arch = "x64"
	case "arm64":
		arch = "aarch64"
	}
	return system + "-" + arch
}

func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime.dylib"
	default:
		return "libonnxruntime.so"
	}
}
