package article

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// pdfMemory bounds what the reader of PDF may take, in pages of 64 KiB: 1 GiB.
const pdfMemory = 1 << 14

// startPDF starts PDFium in its sandbox, once and only when a PDF comes. It sees no files.
var startPDF = sync.OnceValues(func() (pdfium.Pool, error) {
	defer debug.FreeOSMemory() // compiling it leaves some 80 MB of garbage
	folder := ""
	if cache, err := os.UserCacheDir(); err == nil {
		folder = filepath.Join(cache, "zhiwen", "pdfium")
	}
	return newPDFium(folder)
})

// newPDFium starts PDFium. Compiling it takes more than a second, so what comes out is
// kept in a folder; without one, or where what is there is no good, it is compiled anew.
func newPDFium(folder string) (pdfium.Pool, error) {
	start := func(config wazero.RuntimeConfig) (pdfium.Pool, error) {
		return webassembly.Init(webassembly.Config{
			MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
			FSConfig:      wazero.NewFSConfig(),
			RuntimeConfig: config.WithMemoryLimitPages(pdfMemory),
			Stdout:        io.Discard, Stderr: io.Discard,
		})
	}
	if folder != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(folder); err == nil {
			if pool, err := start(wazero.NewRuntimeConfig().WithCompilationCache(cache)); err == nil {
				return pool, nil
			}
		}
	}
	return start(wazero.NewRuntimeConfig())
}

// pdfFresh is after how many bytes that were read of a document it is opened anew.
// PDFium keeps what it has read of a document until it is closed, pictures that
// nobody asked for too, and a sandbox never gives memory back.
const pdfFresh = 16 << 20

// pdfDocument is an open PDF.
type pdfDocument struct {
	from  io.ReaderAt
	size  int64
	pages int

	reader pdfium.Pdfium
	ref    references.FPDF_DOCUMENT
	read   int64 // since it was opened
	fresh  bool  // no page has been read since
}

// openPDF opens a document. Whoever does must close it: there is one sandbox.
func openPDF(from io.ReaderAt, size int64) (*pdfDocument, error) {
	d := &pdfDocument{from: from, size: size}
	if err := d.open(); err != nil {
		return nil, err
	}
	count, err := d.reader.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		d.close()
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	d.pages = count.PageCount
	return d, nil
}

func (d *pdfDocument) open() error {
	pool, err := startPDF()
	if err != nil {
		return fmt.Errorf("start the reader of PDF: %w", err)
	}
	if d.reader, err = pool.GetInstance(time.Minute); err != nil {
		return fmt.Errorf("start the reader of PDF: %w", err)
	}
	d.read, d.fresh = 0, true
	// Through a reader, so that the sandbox does not hold all of it.
	opened, err := d.reader.OpenDocument(&requests.OpenDocument{FileReader: &pdfBytes{io.NewSectionReader(d.from, 0, d.size), d}, FileReaderSize: d.size})
	if err != nil {
		d.close()
		if strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "security") {
			return ErrLocked
		}
		return fmt.Errorf("%w: it is no readable PDF (%v)", ErrDamaged, err)
	}
	d.ref = opened.Document
	return nil
}

// close gives the sandbox up, with the document in it.
func (d *pdfDocument) close() {
	if d.reader != nil {
		d.reader.Close()
		d.reader = nil
	}
}

// refresh opens the document in a new sandbox when the old one holds much of it.
func (d *pdfDocument) refresh() error {
	if d.read < pdfFresh || d.fresh {
		d.fresh = false
		return nil
	}
	d.close()
	if err := d.open(); err != nil {
		return err
	}
	d.fresh = false
	return nil
}

func (d *pdfDocument) page(number int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: d.ref, Index: number - 1}}
}

// noText takes out what is no text: the end of the string, and the mark that PDFium
// sets for a hyphen that broke a word.
var noText = strings.NewReplacer("\x00", "", "\uFFFE", "")

// text is that of a page, its columns apart (see setColumns), in one call for all of it: a call for each character, as
// GetPageText does it, takes twice the time.
func (d *pdfDocument) text(page requests.Page) (string, error) {
	loaded, err := d.reader.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return "", err
	}
	defer d.reader.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	count, err := d.reader.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: loaded.TextPage})
	if err != nil || count.Count <= 0 {
		return "", err
	}
	text, err := d.reader.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: loaded.TextPage, Count: count.Count})
	if err != nil {
		return "", err
	}
	return noText.Replace(d.setColumns(loaded.TextPage, text.Text)), nil
}

// title is the document's own, from its properties.
func (d *pdfDocument) title() string {
	title, err := d.reader.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: d.ref, Tag: "Title"})
	if err != nil {
		return ""
	}
	return oneLine(title.Value)
}

// pdfBytes are those of a document; what is read of them is counted.
type pdfBytes struct {
	*io.SectionReader
	doc *pdfDocument
}

func (b *pdfBytes) Read(p []byte) (int, error) {
	n, err := b.SectionReader.Read(p)
	b.doc.read += int64(n)
	if n > 0 {
		err = nil // PDFium gets what there is ahead of the end
	}
	return n, err
}
