package article

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// pdfMemory bounds what the reader of PDF may take, in pages of 64 KiB: 1 GiB.
const pdfMemory = 1 << 14

// startPDF starts PDFium in its sandbox, once and only when a PDF comes: that
// takes more than a second. It sees no files.
var startPDF = sync.OnceValues(func() (pdfium.Pool, error) {
	return webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig:      wazero.NewFSConfig(),
		RuntimeConfig: wazero.NewRuntimeConfig().WithMemoryLimitPages(pdfMemory),
		Stdout:        io.Discard, Stderr: io.Discard,
	})
})

// pdfPage is the lines of one page.
type pdfPage struct {
	number int
	lines  []string
}

// parsePDF reads the text layer of a PDF, and where a page has none, what is drawn
// on it, if tesseract is installed. Running heads and page numbers are left out;
// paragraphs know the page on which they begin.
func parsePDF(raw []byte, name string, opts Options) (d draft, err error) {
	pool, err := startPDF()
	if err != nil {
		return draft{}, fmt.Errorf("start the reader of PDF: %w", err)
	}
	reader, err := pool.GetInstance(time.Minute)
	if err != nil {
		return draft{}, fmt.Errorf("start the reader of PDF: %w", err)
	}
	defer reader.Close()
	// Through a reader, so that the sandbox does not hold a second copy.
	opened, err := reader.OpenDocument(&requests.OpenDocument{FileReader: bytes.NewReader(raw), FileReaderSize: int64(len(raw))})
	if err != nil {
		if strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "security") {
			return draft{}, ErrLocked
		}
		return draft{}, fmt.Errorf("%w: it is no readable PDF (%v)", ErrDamaged, err)
	}
	defer reader.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: opened.Document})
	count, err := reader.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return draft{}, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	var pages []pdfPage
	var empty []int
	recognized := 0
	for i := range count.PageCount {
		if err := opts.stopped(); err != nil {
			return draft{}, err
		}
		page := requests.Page{ByIndex: &requests.PageByIndex{Document: opened.Document, Index: i}}
		p, drawn, err := readPage(reader, page, i+1)
		if err != nil {
			opts.omit(OmitUnreadable, fmt.Sprintf("page %d: %v", i+1, err))
		}
		if drawn {
			recognized++
		}
		if len(p.lines) == 0 && err == nil {
			empty = append(empty, i+1)
		}
		if opts.Page != nil {
			opts.Page(i+1, count.PageCount)
		}
		pages = append(pages, p)
	}
	if recognized > 0 {
		opts.omit(OmitRecognized, fmt.Sprintf("%d of %d pages hold pictures of text; what was recognised may be wrong in places", recognized, len(pages)))
	}
	if !slices.ContainsFunc(pages, func(p pdfPage) bool { return len(p.lines) > 0 }) {
		return draft{}, ErrNoText
	}
	for _, n := range empty {
		opts.omit(OmitUnreadable, fmt.Sprintf("page %d: it holds no text; if it holds a picture of one, %s", n, ocrHint()))
	}
	dropRunning(pages, opts)
	m := meta{}
	if title, err := reader.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: opened.Document, Tag: "Title"}); err == nil {
		if m.title = oneLine(title.Value); fileTitle.MatchString(m.title) {
			m.title = ""
		}
	}
	d = assemble(joinPages(pages), m, opts)
	if len(d.paragraphs) == 0 {
		return draft{}, ErrNoText
	}
	return d, nil
}

// readPage reads one page: drawn says that its text was recognised in pictures.
func readPage(reader pdfium.Pdfium, page requests.Page, number int) (p pdfPage, drawn bool, err error) {
	p.number = number
	text, err := reader.GetPageText(&requests.GetPageText{Page: page})
	if err != nil {
		return p, false, err
	}
	for _, l := range splitLines(strings.ReplaceAll(text.Text, "\r\n", "\n")) {
		if strings.ContainsAny(l.text, "，。；：、") { // running text, not the cells of a table
			l.text = closeGaps(l.text)
		}
		p.lines = append(p.lines, l.text)
	}
	few := runeLen(strings.Join(p.lines, ""))
	if few >= fewOnPage || !isDrawn(reader, page) {
		return p, false, nil
	}
	lines, err := recognize(reader, page)
	if errors.Is(err, errNoOCR) {
		return p, false, nil // said once, with the pages that it concerns
	}
	if runeLen(strings.Join(lines, "")) <= 2*few {
		return p, false, err
	}
	p.lines = lines
	return p, true, err
}

var figures = regexp.MustCompile(`\d+|[ivxlcIVXLC]+\b`)

// edgeLines is how many lines at the head and foot of a page may run through the
// document.
const edgeLines = 2

// dropRunning takes off the lines at the edges of pages that come back on others
// but for their figures, and lines that hold a page's number alone.
func dropRunning(pages []pdfPage, opts Options) {
	shape := func(line string) string { return figures.ReplaceAllString(strings.Join(strings.Fields(line), ""), "#") }
	seen := map[string]map[int]bool{}
	edges := func(p pdfPage, each func(i int)) {
		for i := range p.lines {
			if i < edgeLines || i >= len(p.lines)-edgeLines {
				each(i)
			}
		}
	}
	for _, p := range pages {
		edges(p, func(i int) {
			s := shape(p.lines[i])
			if seen[s] == nil {
				seen[s] = map[int]bool{}
			}
			seen[s][p.number] = true
		})
	}
	least := max(2, min(3, len(pages)/2))
	for k, p := range pages {
		drop := map[int]bool{}
		edges(p, func(i int) {
			s := shape(p.lines[i])
			if len(pages) > 1 && len(seen[s]) >= least && runeLen(p.lines[i]) < 60 && !endsSentence(p.lines[i]) || strings.Trim(s, "#-—–·第页共/|. ") == "" {
				drop[i] = true
			}
		})
		var kept []string
		for i, l := range p.lines {
			if drop[i] {
				opts.omit(OmitFurniture, l)
			} else {
				kept = append(kept, l)
			}
		}
		pages[k].lines = kept
	}
}

// joinPages makes paragraphs of lines: one goes on while its lines fill the
// column and no sentence has ended, over pages too.
func joinPages(pages []pdfPage) []block {
	var blocks []block
	var open joiner
	begun := 0
	end := func() {
		if open.Len() > 0 {
			blocks = append(blocks, block{text: open.String(), page: begun})
			open = joiner{}
		}
	}
	previous := "" // the line before
	width := 0     // of the column that it stood in
	for _, p := range pages {
		column := columnOf(p.lines)
		for _, l := range p.lines {
			full := cells(previous)*10 >= width*8 && width >= minColumn
			first, _ := utf8.DecodeRuneInString(l)
			goes := open.Len() > 0 && strings.ContainsRune("，。；：、！？）”》", first) || open.Len() > 0 && !endsSentence(previous) && (full || isComma(open.last) && !endsLeadIn(previous)) && !listItem.MatchString(l) && !clause.MatchString(l) && !chapter.MatchString(l)
			if !goes {
				end()
				begun = p.number
			}
			open.add(l)
			previous, width = l, column
		}
	}
	end()
	return blocks
}

// columnOf is how wide the full lines of a page are, in cells.
func columnOf(lines []string) int {
	var widths []int
	for _, l := range lines {
		widths = append(widths, cells(l))
	}
	if len(widths) == 0 {
		return 0
	}
	sort.Ints(widths)
	return widths[len(widths)*9/10]
}
