package article

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// pdfPage is the lines of one page.
type pdfPage struct {
	number int
	lines  []string
}

// parsePDF reads the text layer of a PDF, and where a page has none, what is drawn
// on it, if tesseract is installed. Running heads and page numbers are left out;
// paragraphs know the page on which they begin.
func parsePDF(from io.ReaderAt, size int64, opts Options) (d draft, err error) {
	doc, err := openPDF(from, size)
	if err != nil {
		return draft{}, err
	}
	defer doc.close()
	var pages []pdfPage
	var empty []int
	recognized := 0
	for i := range doc.pages {
		if err := opts.stopped(); err != nil {
			return draft{}, err
		}
		if err := doc.refresh(); err != nil {
			return draft{}, err
		}
		p, drawn, unsure, err := readPage(doc, i+1)
		if err != nil {
			opts.omit(OmitUnreadable, fmt.Sprintf("page %d: %v", i+1, err))
		}
		if drawn {
			recognized++
		}
		if len(unsure) > 0 {
			opts.omit(OmitRecognized, fmt.Sprintf("page %d: these figures could not be read for certain, and %s stands in their place: %s", i+1, uncertain, strings.Join(unsure, " ")))
		}
		if len(p.lines) == 0 && err == nil {
			empty = append(empty, i+1)
		}
		opts.progress("pages", i+1, doc.pages)
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
	m := meta{title: doc.title()}
	if fileTitle.MatchString(m.title) {
		m.title = ""
	}
	d = assemble(joinPages(pages), m, opts)
	if len(d.paragraphs) == 0 {
		return draft{}, ErrNoText
	}
	return d, nil
}

// readPage reads one page, counted from 1: drawn says that its text was recognised
// in pictures, unsure which figures were not.
func readPage(doc *pdfDocument, number int) (p pdfPage, drawn bool, unsure []string, err error) {
	p.number = number
	page := doc.page(number)
	text, err := doc.text(page)
	if err != nil {
		return p, false, nil, err
	}
	for _, l := range splitLines(strings.ReplaceAll(text, "\r\n", "\n")) {
		if strings.ContainsAny(l.text, "，。；：、") { // running text, not the cells of a table
			l.text = closeGaps(l.text)
		}
		p.lines = append(p.lines, l.text)
	}
	few := runeLen(strings.Join(p.lines, ""))
	if few >= fewOnPage || !isDrawn(doc.reader, page) {
		return p, false, nil, nil
	}
	lines, unsure, err := recognize(doc.reader, page)
	if errors.Is(err, errNoOCR) {
		return p, false, nil, nil // said once, with the pages that it concerns
	}
	if runeLen(strings.Join(lines, "")) <= 2*few {
		return p, false, nil, err
	}
	p.lines = lines
	return p, true, unsure, err
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
