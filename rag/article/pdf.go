package article

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
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
		if hasGap(l.text) { // where it stands counts
			l.text = strings.Repeat(" ", l.indent) + l.text
		} else if strings.ContainsAny(l.text, "，。；：、") { // running text, not the cells of a table
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

// What a browser prints at the edges of a page: its address with the number of the page,
// and when it was printed with its title.
var (
	browserFoot = regexp.MustCompile(`^(?:https?|file)://\S+ \d+/\d+$`)
	browserLine = regexp.MustCompile(browserFoot.String() + `|^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? (?:[上下]午 ?)?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?(?: |$)`)
)

// edgeLines is how many lines at the head and foot of a page may run through the
// document.
const edgeLines = 2

// maxFigures is how many figures of a line are compared one by one.
const maxFigures = 4

// runningKeys are the ways in which a line at the edge of a page may come back on
// other pages: the same but for its figures, of which each is the same too or grows
// with the number of the page. Rows of a table that differ in anything else are none.
func runningKeys(line string, page int, foot bool) []string {
	line = strings.Join(strings.Fields(line), "")
	keys := []string{fmt.Sprint(foot, " ")}
	at, n := 0, 0
	for _, m := range figures.FindAllStringIndex(line, -1) {
		for i := range keys {
			keys[i] += line[at:m[0]]
		}
		at = m[1]
		figure := line[m[0]:m[1]]
		value, err := strconv.Atoi(figure)
		if n++; err != nil { // Roman ones number pages
			figure = "#"
		}
		with := make([]string, 0, 2*len(keys))
		for _, k := range keys {
			with = append(with, k+figure)
			if err == nil && n <= maxFigures {
				with = append(with, fmt.Sprintf("%s<%d>", k, value-page))
			}
		}
		keys = with
	}
	for i := range keys {
		keys[i] += line[at:]
	}
	return keys
}

// dropRunning takes off the lines at the edges of pages that come back on others,
// and lines that hold a page's number alone.
func dropRunning(pages []pdfPage, opts Options) {
	type count struct{ last, pages int }
	seen := map[string]count{}
	edges := func(p pdfPage, each func(i int, keys []string)) {
		for i, l := range p.lines {
			var keys []string
			if i < edgeLines {
				keys = runningKeys(l, p.number, false)
			}
			if i >= len(p.lines)-edgeLines {
				keys = append(keys, runningKeys(l, p.number, true)...)
			}
			if keys != nil {
				each(i, keys)
			}
		}
	}
	for _, p := range pages {
		edges(p, func(_ int, keys []string) {
			for _, k := range keys {
				if c := seen[k]; c.last != p.number {
					seen[k] = count{p.number, c.pages + 1}
				}
			}
		})
	}
	least := max(2, min(3, len(pages)/2))
	runs := func(key string) bool { return seen[key].pages >= least }
	for k, p := range pages {
		drop := map[int]bool{}
		browser := slices.ContainsFunc(p.lines, func(l string) bool { return browserFoot.MatchString(oneLine(l)) })
		edges(p, func(i int, keys []string) {
			l := p.lines[i]
			printed := browser && browserLine.MatchString(oneLine(l))
			alone := strings.Trim(figures.ReplaceAllString(strings.Join(strings.Fields(l), ""), ""), "-—–·第页共/|.") == ""
			if alone || printed || len(pages) > 1 && slices.ContainsFunc(keys, runs) && runeLen(l) < 60 && !endsSentence(l) {
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
	var lines []textLine
	var of []int // the page of each, from 0
	for i, p := range pages {
		for _, l := range p.lines {
			for _, l := range splitLines(l) {
				lines, of = append(lines, l), append(of, i)
			}
		}
	}
	tables := laidOutTables(lines)
	previous := "" // the line before
	width := 0     // of the column that it stood in
	at := 0        // of the line among all
	for _, p := range pages {
		column := columnOf(p.lines)
		for _, l := range p.lines {
			if len(tables) > 0 && at == tables[0].to {
				tables = tables[1:]
			}
			at++
			if len(tables) > 0 && at > tables[0].from {
				if end(); at-1 == tables[0].from {
					blocks = append(blocks, tables[0].onPages(func(line int) int { return pages[of[line]].number })...)
				}
				previous = ""
				continue
			}
			l = oneLine(l)
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
