package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// What is derived from the database is one folder per generation of it,
// index-<generation>-<contents>, complete once it carries that name and never
// changed afterwards. Readers share it without locks; a writer makes the next
// one beside it.
const (
	folderPrefix = "index-"
	newFolder    = folderPrefix + "new-"
	folderFormat = 2 // raise it when what is in a folder changes
	stampFile    = "stamp.json"
)

// version says which content of the database something was derived from.
type version struct {
	generation, contents int64
}

func (v version) folder(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("%s%d-%016x", folderPrefix, v.generation, uint64(v.contents)))
}

// stamp describes a folder. Lengths are counted here because bleve knows only
// how many distinct terms a field has.
type stamp struct {
	Format     int   `json:"format"`
	Generation int64 `json:"generation"`
	Contents   int64 `json:"contents"`
	Passages   int   `json:"passages"`
	Vectors    int   `json:"vectors"`
	BodyWords  int64 `json:"body_words"`
	TitleWords int64 `json:"title_words"`
	LongestHan int   `json:"longest_han"` // the longest Chinese word, in runes
	// Segments are the files of vectors.
	Segments []segmentStamp `json:"segments"`
	// Damaged says what was wrong with articles that are left out, by ID.
	Damaged map[string]string `json:"damaged,omitempty"`
	// Files are the checksums of the folder's files. They are mapped into
	// memory, and the process would crash over one that is damaged.
	Files map[string]uint32 `json:"files"`
	// Checksum is that of the stamp with Checksum 0.
	Checksum uint32 `json:"checksum"`
}

// segmentStamp is a file of vectors and those of its rows that do not count.
type segmentStamp struct {
	File string `json:"file"`
	Gone []int  `json:"gone,omitempty"`
}

func (st stamp) version() version { return version{st.Generation, st.Contents} }

// encode returns the stamp as it is written.
func (st stamp) encode() ([]byte, error) {
	st.Checksum = 0
	b, err := json.Marshal(st)
	if err != nil {
		return nil, err
	}
	st.Checksum = crc32.Checksum(b, castagnoli)
	b, err = json.Marshal(st)
	return append(b, '\n'), err
}

func (st stamp) write(path string) error {
	b, err := st.encode()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// readStamp reads the stamp of a folder and checks the folder's files.
func readStamp(path string) (st stamp, err error) {
	b, err := os.ReadFile(filepath.Join(path, stampFile))
	if err != nil {
		return st, err
	}
	if err := json.Unmarshal(b, &st); err != nil {
		return st, fmt.Errorf("%s: %w", path, err)
	}
	if again, err := st.encode(); err != nil || string(again) != string(b) {
		return st, fmt.Errorf("%s: its stamp is damaged", path)
	}
	if st.Format != folderFormat {
		return st, fmt.Errorf("%s: it is of format %d", path, st.Format)
	}
	files, err := checksums(path)
	if err != nil {
		return st, err
	}
	if !maps.Equal(files, st.Files) {
		return st, fmt.Errorf("%s: its files are damaged", path)
	}
	return st, nil
}

// count takes a document into account.
func (st *stamp) count(d *document) {
	st.Passages++
	if d.vector != nil {
		st.Vectors++
	}
	for _, w := range strings.Fields(d.Body) {
		st.BodyWords++
		st.measure(w)
	}
	for _, w := range strings.Fields(d.Title) {
		st.TitleWords++
		st.measure(w)
	}
}

func (st *stamp) measure(word string) {
	if first, _ := utf8.DecodeRuneInString(word); zhtext.IsHan(first) {
		st.LongestHan = max(st.LongestHan, utf8.RuneCountInString(word))
	}
}

// publishFolder lets make fill a folder and gives it its name when that is
// complete.
func publishFolder(dir string, make func(tmp string) (stamp, error)) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("make index: %w", err)
		}
	}()
	tmp, err := os.MkdirTemp(dir, newFolder+"*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	st, err := make(tmp)
	if err != nil {
		return err
	}
	st.Format = folderFormat
	if st.Files, err = checksums(tmp); err != nil {
		return err
	}
	if err := st.write(filepath.Join(tmp, stampFile)); err != nil {
		return err
	}
	if err := asDatabase(tmp, dir); err != nil {
		return err
	}
	// What stands under the name already did not open.
	if err := os.RemoveAll(st.version().folder(dir)); err != nil {
		return err
	}
	return rename(tmp, st.version().folder(dir), "index")
}

// checksums returns the CRC-32C of every file in a folder but the stamp, by
// its path in the folder.
func checksums(dir string) (map[string]uint32, error) {
	out := map[string]uint32{}
	buffer := make([]byte, 1<<18)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == stampFile {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := crc32.New(castagnoli)
		_, err = io.CopyBuffer(sum, struct{ io.Reader }{f}, buffer)
		out[filepath.ToSlash(name)] = sum.Sum32()
		return err
	})
	return out, err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// asDatabase lets those read what is in a folder who can read the database
// beside it, which its owner may have opened to others.
func asDatabase(folder, dir string) error {
	files := fs.FileMode(0o600)
	if info, err := os.Stat(filepath.Join(dir, databaseFile)); err == nil {
		files |= info.Mode().Perm() & 0o044
	}
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, files|0o100|files&0o044>>2)
		default:
			return os.Chmod(path, files)
		}
	})
}

// folders lists the finished folders, newest first.
func folders(dir string) []version {
	entries, _ := os.ReadDir(dir)
	var out []version
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), folderPrefix)
		generation, contents, split := strings.Cut(name, "-")
		n, err := strconv.ParseInt(generation, 10, 64)
		c, cerr := strconv.ParseUint(contents, 16, 64)
		if ok && split && err == nil && cerr == nil {
			out = append(out, version{n, int64(c)})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].generation > out[j].generation })
	return out
}

// leftovers are what killed writers and earlier versions of the program left.
// The caller holds the write lock.
func leftovers(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var out []string
	for _, e := range entries {
		for _, prefix := range []string{newFolder, "probe-", "keyword-", backupPrefix, repairPrefix, restorePrefix} {
			if strings.HasPrefix(e.Name(), prefix) {
				out = append(out, filepath.Join(dir, e.Name()))
				break
			}
		}
	}
	return out
}

// sweep removes leftovers and the folders that no reader will open any more:
// all but that of the present version and the newest one before it, which a
// reader may be about to open. A reader that has an older one open keeps its
// files until it closes them. Folders that are newer than the database are
// evidence that it has lost something, and stay unless all is set. The caller
// holds the write lock.
func sweep(dir string, present version, all bool) error {
	var errs []error
	for _, path := range leftovers(dir) {
		errs = append(errs, pass("sweep"), os.RemoveAll(path))
	}
	previous := false
	for _, v := range folders(dir) {
		switch {
		case v == present:
		case v.generation >= present.generation && !all:
		case v.generation < present.generation && !previous:
			previous = true
		default:
			errs = append(errs, pass("sweep"), os.RemoveAll(v.folder(dir)))
		}
	}
	return errors.Join(errs...)
}
