package index

import (
	"context"
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

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bindex "github.com/blevesearch/bleve_index_api"

	"zhiwen/rag/zhtext"
)

// The keyword side is one folder per generation of the database,
// keyword-<generation>, complete once it carries that name and never changed
// afterwards. Readers share it without locks; a writer makes the next one
// beside it.
const (
	keywordPrefix = "keyword-"
	keywordFormat = 1 // raise it when the mapping or the stamp changes
	stampFile     = "stamp.json"
	bodyField     = "body"
	titleField    = "title"
)

// stamp describes a keyword folder. Lengths are counted here because bleve
// knows only how many distinct terms a field has.
type stamp struct {
	Format     int   `json:"format"`
	Generation int64 `json:"generation"`
	Passages   int   `json:"passages"`
	BodyWords  int64 `json:"body_words"`
	TitleWords int64 `json:"title_words"`
	LongestHan int   `json:"longest_han"` // the longest Chinese word, in runes
	// Files are the checksums of the folder's files. bleve maps them into
	// memory and would crash the process over one that is damaged.
	Files map[string]uint32 `json:"files"`
}

// wordsDoc is a passage as the keyword index sees it: words between blanks.
type wordsDoc struct {
	ID    string `json:"-"`
	Body  string `json:"body"`
	Title string `json:"title"`
}

// keywordIndex is an open keyword folder, or one in memory.
type keywordIndex struct {
	stamp  stamp
	index  bleve.Index
	reader bindex.IndexReader
}

func keywordMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	err := m.AddCustomAnalyzer("words", map[string]any{
		"type": custom.Name, "tokenizer": whitespace.Name,
	})
	if err != nil {
		return nil, fmt.Errorf("keyword mapping: %w", err)
	}
	text := bleve.NewTextFieldMapping()
	text.Analyzer = "words"
	text.Store, text.IncludeInAll, text.IncludeTermVectors, text.DocValues = false, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt(bodyField, text)
	doc.AddFieldMappingsAt(titleField, text)
	doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.DefaultMapping = doc
	m.DefaultAnalyzer = "words"
	m.ScoringModel = bindex.BM25Scoring
	return m, nil
}

// buildKeyword makes the keyword folder of a generation out of the documents
// that docs yields.
func buildKeyword(dir string, generation int64, docs yielder) error {
	return publishKeyword(dir, generation, func(tmp string) (stamp, error) {
		st := stamp{Format: keywordFormat, Generation: generation}
		m, err := keywordMapping()
		if err != nil {
			return st, err
		}
		// The builder renames its parts into place, so they must be on one disk.
		builder, err := bleve.NewBuilder(tmp, m, map[string]any{"buildPathPrefix": tmp})
		if err != nil {
			return st, err
		}
		err = docs(func(d wordsDoc) error {
			st.count(d)
			return builder.Index(d.ID, d)
		})
		if err == nil && st.Passages == 0 {
			err = errors.New("no passages") // the builder panics without documents
		}
		if err != nil {
			return st, err
		}
		return st, builder.Close()
	})
}

// updateKeyword makes the keyword folder that st describes out of that of an
// earlier generation, with which it shares the files that stay the same.
func updateKeyword(dir string, from int64, st stamp, gone []string, docs yielder) error {
	return publishKeyword(dir, st.Generation, func(tmp string) (stamp, error) {
		if err := cloneKeyword(keywordPath(dir, from), tmp); err != nil {
			return st, err
		}
		index, err := bleve.OpenUsing(tmp, map[string]any{"bolt_timeout": "1s"})
		if err != nil {
			return st, err
		}
		batch := index.NewBatch()
		for _, id := range gone {
			batch.Delete(id)
		}
		var counted stamp
		err = docs(func(d wordsDoc) error {
			counted.count(d)
			return batch.Index(d.ID, d)
		})
		st.LongestHan = max(st.LongestHan, counted.LongestHan)
		if err == nil {
			err = index.Batch(batch) // returns when it is on disk
		}
		return st, errors.Join(err, index.Close())
	})
}

// maxSegments bounds how many parts an index grows by updates, since each
// search visits all of them.
const maxSegments = 12

// cloneKeyword makes a folder's index anew in another one. Segments are never
// written to after they are finished, so links will do; bleve's root is.
func cloneKeyword(from, to string) error {
	segments, err := filepath.Glob(filepath.Join(from, "store", "*.zap"))
	if err != nil {
		return err
	}
	if len(segments) > maxSegments {
		return fmt.Errorf("it has %d parts already", len(segments))
	}
	if err := os.Mkdir(filepath.Join(to, "store"), 0o755); err != nil {
		return err
	}
	for _, path := range segments {
		target := filepath.Join(to, "store", filepath.Base(path))
		if os.Link(path, target) == nil {
			continue
		}
		if err := copyFile(path, target); err != nil { // a file system without links
			return err
		}
	}
	for _, name := range []string{"index_meta.json", filepath.Join("store", "root.bolt")} {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}

// publishKeyword lets make fill a folder and gives it its name when that is
// complete.
func publishKeyword(dir string, generation int64, make func(tmp string) (stamp, error)) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("make keyword index: %w", err)
		}
	}()
	tmp, err := os.MkdirTemp(dir, keywordPrefix+"new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	st, err := make(tmp)
	if err != nil {
		return err
	}
	if st.Files, err = checksums(tmp); err != nil {
		return err
	}
	if err := st.write(filepath.Join(tmp, stampFile)); err != nil {
		return err
	}
	if err := readable(tmp); err != nil {
		return err
	}
	// What stands under the name already did not open.
	if err := os.RemoveAll(keywordPath(dir, generation)); err != nil {
		return err
	}
	return os.Rename(tmp, keywordPath(dir, generation))
}

// checksums returns the CRC-32C of every file in a folder but the stamp, by
// its path in the folder.
func checksums(dir string) (map[string]uint32, error) {
	out := map[string]uint32{}
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
		_, err = io.Copy(sum, f)
		out[filepath.ToSlash(name)] = sum.Sum32()
		return err
	})
	return out, err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// readable lets other users read what bleve keeps to its owner, as far as
// they can read the folder around it.
func readable(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, 0o755)
		default:
			return os.Chmod(path, 0o644)
		}
	})
}

func keywordPath(dir string, generation int64) string {
	return filepath.Join(dir, keywordPrefix+strconv.FormatInt(generation, 10))
}

// yielder calls yield for each document.
type yielder func(yield func(wordsDoc) error) error

func (st *stamp) count(d wordsDoc) {
	st.Passages++
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

func (st stamp) write(path string) error {
	b, err := json.Marshal(st)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// keywordInMemory is the keyword side of a store that cannot be written to
// and has no folder of the right generation.
func keywordInMemory(generation int64, docs yielder) (*keywordIndex, error) {
	m, err := keywordMapping()
	if err != nil {
		return nil, err
	}
	index, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("keyword index in memory: %w", err)
	}
	st := stamp{Format: keywordFormat, Generation: generation}
	batch := index.NewBatch()
	flush := func() error {
		defer batch.Reset()
		return index.Batch(batch)
	}
	err = docs(func(d wordsDoc) error {
		st.count(d)
		if err := batch.Index(d.ID, d); err != nil {
			return err
		}
		if batch.Size() < 1000 {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		index.Close()
		return nil, fmt.Errorf("keyword index in memory: %w", err)
	}
	return readKeyword(index, st)
}

// openKeyword opens the keyword folder of a generation.
func openKeyword(dir string, generation int64) (*keywordIndex, error) {
	path := keywordPath(dir, generation)
	b, err := os.ReadFile(filepath.Join(path, stampFile))
	if err != nil {
		return nil, fmt.Errorf("open keyword index: %w", err)
	}
	var st stamp
	if err := json.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("open keyword index %s: %w", path, err)
	}
	if st.Format != keywordFormat || st.Generation != generation {
		return nil, fmt.Errorf("open keyword index %s: it is of format %d and generation %d", path, st.Format, st.Generation)
	}
	files, err := checksums(path)
	if err != nil {
		return nil, fmt.Errorf("open keyword index: %w", err)
	}
	if !maps.Equal(files, st.Files) {
		return nil, fmt.Errorf("open keyword index %s: its files are damaged", path)
	}
	index, err := bleve.OpenUsing(path, map[string]any{"read_only": true, "bolt_timeout": "1s"})
	if err != nil {
		return nil, fmt.Errorf("open keyword index %s: %w", path, err)
	}
	k, err := readKeyword(index, st)
	if err != nil {
		return nil, err
	}
	if n, err := k.reader.DocCount(); err != nil || n != uint64(st.Passages) {
		k.close()
		return nil, fmt.Errorf("open keyword index %s: it holds %d passages of %d", path, n, st.Passages)
	}
	return k, nil
}

func readKeyword(index bleve.Index, st stamp) (*keywordIndex, error) {
	inner, err := index.Advanced()
	if err == nil {
		var reader bindex.IndexReader
		if reader, err = inner.Reader(); err == nil {
			return &keywordIndex{stamp: st, index: index, reader: reader}, nil
		}
	}
	index.Close()
	return nil, fmt.Errorf("read keyword index: %w", err)
}

func (k *keywordIndex) close() error {
	return errors.Join(k.reader.Close(), k.index.Close())
}

// keywordGenerations lists the finished keyword folders, newest first.
func keywordGenerations(dir string) []int64 {
	entries, _ := os.ReadDir(dir)
	var out []int64
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), keywordPrefix)
		if n, err := strconv.ParseInt(digits, 10, 64); ok && err == nil {
			out = append(out, n)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i] > out[j] })
	return out
}

// sweepKeyword removes leftovers of killed writers and the folders that no
// reader will open any more: all but that of the generation and the newest one
// before it, which a reader may be about to open. A reader that has an older
// one open keeps its files until it closes them. The caller holds the lock.
func sweepKeyword(dir string, generation int64) error {
	var errs []error
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), keywordPrefix+"new-") || strings.HasPrefix(e.Name(), "probe-") {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	previous := false
	for _, n := range keywordGenerations(dir) {
		if n == generation {
			continue
		}
		if n < generation && !previous {
			previous = true
			continue
		}
		errs = append(errs, os.RemoveAll(keywordPath(dir, n)))
	}
	return errors.Join(errs...)
}

// documents yields the passages of the articles that are newer than a
// generation, as the keyword side sees them.
func documents(ctx context.Context, q querier, since int64) yielder {
	return func(yield func(wordsDoc) error) error {
		return each(ctx, q, func(scan func(...any) error) error {
			var d wordsDoc
			if err := scan(&d.ID, &d.Body, &d.Title); err != nil {
				return err
			}
			return yield(d)
		}, `SELECT p.id, p.words, a.title_words FROM passages p JOIN articles a ON a.id = p.article_id
			WHERE a.generation > ? ORDER BY p.article_id, p.number`, since)
	}
}
