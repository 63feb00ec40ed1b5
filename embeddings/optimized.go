package embeddings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/blevesearch/mmap-go"
)

// optimized is a model as the runtime rearranges it whenever it opens it, kept in the
// cache folder: what was rearranged before opens in a third of the time, and is mapped
// instead of copied. A sidecar vouches for it.
type optimized struct {
	path string // of the model; the sidecar lies beside it
	made sidecar
}

// sidecar says what an optimised model was made of, and what it is.
type sidecar struct {
	Model       fileState `json:"model"`
	Tokenizer   fileState `json:"tokenizer"`
	Runtime     string    `json:"runtime"`     // version and platform
	Fingerprint string    `json:"fingerprint"` // of model and tokenizer
	SHA256      string    `json:"sha256"`      // of the optimised model
}

// fileState tells whether a file is still the one it was.
type fileState struct {
	Path     string `json:"path"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // nanoseconds since 1970
}

func stateOf(path string) (fileState, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fileState{}, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return fileState{}, err
	}
	return fileState{abs, info.Size(), info.ModTime().UnixNano()}, nil
}

// optimizedOf names the optimised form of a model. made holds all but the sums.
func optimizedOf(cache string, f files) (o optimized, err error) {
	if o.made.Model, err = stateOf(f.model); err != nil {
		return o, err
	}
	if o.made.Tokenizer, err = stateOf(f.tokenizer); err != nil {
		return o, err
	}
	o.made.Runtime = runtimeVersion + " " + platform()
	sum := sha256.Sum256([]byte(o.made.Model.Path))
	o.path = filepath.Join(cache, "optimized", hex.EncodeToString(sum[:8])+".ort")
	return o, nil
}

func (o optimized) sidecarPath() string { return o.path + ".json" }

// known reads the sidecar; false where there is none or it is of other files.
func (o *optimized) known() bool {
	if o.path == "" {
		return false
	}
	data, err := os.ReadFile(o.sidecarPath())
	if err != nil {
		return false
	}
	var s sidecar
	if json.Unmarshal(data, &s) != nil {
		return false
	}
	want := o.made
	want.Fingerprint, want.SHA256 = s.Fingerprint, s.SHA256
	if s != want || s.Fingerprint == "" {
		return false
	}
	o.made = s
	return true
}

// mapped maps the optimised model into memory.
func (o optimized) mapped() (mmap.MMap, error) {
	file, err := os.Open(o.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return mmap.Map(file, mmap.RDONLY, 0)
}

// fingerprint is that of the model, where the file is what the sidecar vouches for.
func (o optimized) fingerprint() (string, error) {
	sum, err := sumOf(o.path) // read, for what is read of a mapping stays in memory
	if err == nil && hex.EncodeToString(sum) != o.made.SHA256 {
		err = fmt.Errorf("%s is damaged", o.path)
	}
	return o.made.Fingerprint, err
}

// part is where the runtime writes the optimised model; "" if it cannot. What processes that
// were killed have left is swept away; one that still writes goes without.
func (o optimized) part() string {
	if o.path == "" || os.MkdirAll(filepath.Dir(o.path), 0o700) != nil {
		return ""
	}
	left, _ := filepath.Glob(o.path + ".*.part*") // the pattern is well formed
	for _, path := range left {
		os.Remove(path)
	}
	return fmt.Sprintf("%s.%d.part", o.path, os.Getpid())
}

// keep puts what the runtime wrote into its place. What fails costs time at the next start
// only. A process beside this one may do the same: the last one's files stay.
func (o optimized) keep(part, fingerprint string) {
	sum, err := sumOf(part)
	if err != nil {
		return
	}
	o.made.Fingerprint, o.made.SHA256 = fingerprint, hex.EncodeToString(sum)
	data, err := json.Marshal(o.made)
	if err != nil || os.Rename(part, o.path) != nil {
		return
	}
	side := part + ".json"
	defer os.Remove(side)
	if os.WriteFile(side, data, 0o600) == nil {
		os.Rename(side, o.sidecarPath()) //nolint:errcheck // see above
	}
}

// sumOf is the SHA-256 of a file.
func sumOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
