package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bindex "github.com/blevesearch/bleve_index_api"
)

const (
	bodyField  = "body"
	titleField = "title"
)

// document is a passage as what is derived sees it: words between blanks, and
// a vector if there is one.
type document struct {
	ID     string `json:"-"`
	Body   string `json:"body"`
	Title  string `json:"title"`
	vector []float32
}

// documents calls yield for each document.
type documents func(yield func(*document) error) error

// keywordIndex is an open keyword index, on disk or in memory.
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

// buildKeyword fills an empty folder with the keyword index of the documents.
func buildKeyword(folder string, docs documents) error {
	m, err := keywordMapping()
	if err != nil {
		return err
	}
	// The builder renames its parts into place, so they must be on one disk.
	builder, err := bleve.NewBuilder(folder, m, map[string]any{"buildPathPrefix": folder})
	if err != nil {
		return err
	}
	n := 0
	err = docs(func(d *document) error {
		n++
		return builder.Index(d.ID, d)
	})
	if err == nil && n == 0 {
		err = errors.New("no passages") // the builder panics without documents
	}
	if err != nil {
		return err
	}
	return builder.Close()
}

// maxSegments bounds how many parts an index grows by updates, since each
// search visits all of them.
const maxSegments = 12

// updateKeyword changes a copy of a keyword index.
func updateKeyword(folder string, gone []string, docs documents) error {
	index, err := bleve.OpenUsing(folder, map[string]any{"bolt_timeout": "1s"})
	if err != nil {
		return err
	}
	batch := index.NewBatch()
	for _, id := range gone {
		batch.Delete(id)
	}
	err = docs(func(d *document) error { return batch.Index(d.ID, d) })
	if err == nil {
		err = index.Batch(batch) // returns when it is on disk
	}
	return errors.Join(err, index.Close())
}

// cloneKeyword makes a folder's keyword index anew in another one. Segments are
// never written to after they are finished, so links will do; bleve's root is.
func cloneKeyword(from, to string) error {
	segments, err := filepath.Glob(filepath.Join(from, "store", "*.zap"))
	if err != nil {
		return err
	}
	if len(segments) > maxSegments {
		return fmt.Errorf("it has %d parts already", len(segments))
	}
	if err := os.Mkdir(filepath.Join(to, "store"), 0o700); err != nil {
		return err
	}
	for _, path := range segments {
		if err := linkFile(path, filepath.Join(to, "store", filepath.Base(path))); err != nil {
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

// linkFile gives a file a second name, or copies it where the file system has
// no links.
func linkFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	return copyFile(from, to)
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// keywordInMemory makes a keyword index in memory.
func keywordInMemory(docs documents) (bleve.Index, error) {
	m, err := keywordMapping()
	if err != nil {
		return nil, err
	}
	index, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("keyword index in memory: %w", err)
	}
	batch := index.NewBatch()
	flush := func() error {
		defer batch.Reset()
		return index.Batch(batch)
	}
	err = docs(func(d *document) error {
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
	return index, nil
}

// openKeyword opens the keyword index of a folder.
func openKeyword(folder string, st stamp) (*keywordIndex, error) {
	index, err := bleve.OpenUsing(folder, map[string]any{"read_only": true, "bolt_timeout": "1s"})
	if err != nil {
		return nil, err
	}
	k, err := readKeyword(index, st)
	if err != nil {
		return nil, err
	}
	if n, err := k.reader.DocCount(); err != nil || n != uint64(st.Passages) {
		k.close()
		return nil, fmt.Errorf("it holds %d passages of %d", n, st.Passages)
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
