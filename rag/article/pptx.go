package article

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// parsePPTX reads the slides of a presentation in their order; the number of the
// slide is the page.
func parsePPTX(p *zipPackage, name string, opts Options) (draft, error) {
	show, err := p.xmlPart("ppt/presentation.xml")
	if err != nil {
		return draft{}, err
	}
	relations, err := p.relations("ppt/presentation.xml")
	if err != nil {
		return draft{}, err
	}
	m, err := p.coreMeta()
	if err != nil {
		return draft{}, err
	}
	var blocks []block
	var failed error
	number := 0
	show.find("sldIdLst").all("sldId", func(id *element) {
		number++
		// The relation's ID and the slide's own are attributes of one local name.
		part := ""
		for _, v := range id.attrs {
			if relations[v] != "" {
				part = relations[v]
			}
		}
		slide, err := p.slide(part, number, opts)
		if failed == nil {
			failed = err
		}
		blocks = append(blocks, slide...)
	})
	if failed != nil {
		return draft{}, failed
	}
	if len(blocks) > 0 && blocks[0].kind == blockHeading {
		blocks[0].kind, blocks[0].level = blockTitle, 1 // the first slide's title is the presentation's
		m.title = ""
	}
	if m.title == "" && len(blocks) > 0 && blocks[0].kind != blockTitle {
		m.title = nameTitle(name)
	}
	m.published = titleDay(blocks, opts)
	return assemble(blocks, m, opts), p.tellCharts(opts)
}

// maxTitleSlide is how many lines a slide has that is only the title of what follows.
const maxTitleSlide = 6

// titleDay is the day that the first slide names below the title, on a line of its own.
func titleDay(blocks []block, opts Options) time.Time {
	first := blocks
	if end := slices.IndexFunc(blocks, func(b block) bool { return b.page > 1 }); end >= 0 {
		first = blocks[:end]
	}
	if len(first) > maxTitleSlide || len(first) == len(blocks) {
		return time.Time{}
	}
	for i, b := range first {
		if b.kind != blockText && b.kind != blockItem || !isDateLine(b.text) || !saysPublished(b.text) || amongEvents(first, i) {
			continue
		}
		if days := fullDates(b.text); len(days) > 0 && !isAhead(days[0], opts.now()) {
			return days[0]
		}
	}
	return time.Time{}
}

func (p *zipPackage) slide(part string, number int, opts Options) ([]block, error) {
	root, err := p.xmlPart(part)
	if err != nil || root == nil {
		return nil, err
	}
	if s := root.find("sld"); s != nil && s.attrs["show"] == "0" {
		opts.omit(OmitHidden, fmt.Sprintf("slide %d: %s", number, textOf(root)))
		return nil, nil
	}
	charts, err := p.diagrams(part)
	if err != nil {
		return nil, err
	}
	r := &slideReader{opts: opts, page: number, charts: charts}
	rows := readingOrder(root.find("spTree"))
	for _, row := range rows {
		for _, shape := range row {
			r.shape(shape)
		}
	}
	if len(rows) > 0 && len(rows[0]) == 1 {
		r.nameSlide(rows[0][0])
	}
	r.close()
	if r.charts.failed != nil {
		return nil, r.charts.failed
	}
	if n := len(r.blocks); n > 0 && r.blocks[n-1].kind == blockText {
		r.blocks[n-1].kind = blockItem // it is no heading over the next slide
	}
	if err := r.notes(p, charts.parts); err != nil {
		return nil, err
	}
	return append(r.titles, r.blocks...), nil
}

// slideReader reads a slide.
type slideReader struct {
	opts           Options
	page           int
	titles, blocks []block
	charts         diagrams
}

// sameRow is how far apart the tops of shapes of one row are, in the units of
// Office: the height of a line.
const sameRow = 228_600

// placedShape is a shape with those behind it that have no place of their own.
type placedShape struct {
	x, y   int64
	shapes []*element
}

// readingOrder puts the shapes of a slide, which lie in the order in which they
// were drawn, into rows from the top, each from the left. The shapes of a group
// stay together.
func readingOrder(tree *element) [][]*element {
	if tree == nil {
		return nil
	}
	var first []*element // without a place, before all that have one
	var placed []placedShape
	for _, c := range tree.children {
		switch x, y, ok := placeOf(c); {
		case c.name == "", c.name == "nvGrpSpPr", c.name == "grpSpPr":
		case ok && !isTitle(c):
			placed = append(placed, placedShape{x, y, []*element{c}})
		case len(placed) == 0 || isTitle(c): // titles come first wherever they lie
			first = append(first, c)
		default:
			last := &placed[len(placed)-1]
			last.shapes = append(last.shapes, c)
		}
	}
	var rows [][]*element
	if len(first) > 0 {
		rows = append(rows, first)
	}
	slices.SortStableFunc(placed, func(a, b placedShape) int { return cmp.Compare(a.y, b.y) })
	for len(placed) > 0 {
		n := 1
		for n < len(placed) && placed[n].y-placed[0].y < sameRow {
			n++
		}
		row := placed[:n]
		slices.SortStableFunc(row, func(a, b placedShape) int { return cmp.Compare(a.x, b.x) })
		var shapes []*element
		for _, p := range row {
			shapes = append(shapes, p.shapes...)
		}
		rows, placed = append(rows, shapes), placed[n:]
	}
	return rows
}

func placeOf(shape *element) (x, y int64, ok bool) {
	off := shape.find("xfrm").find("off")
	if off == nil {
		return 0, 0, false
	}
	x, errX := strconv.ParseInt(off.attrs["x"], 10, 48)
	y, errY := strconv.ParseInt(off.attrs["y"], 10, 48)
	return x, y, errX == nil && errY == nil
}

func isTitle(shape *element) bool {
	kind := placeholder(shape)
	return shape.name == "sp" && (kind == "title" || kind == "ctrTitle")
}

// placeholder is what a shape holds the place of, "" for none.
func placeholder(shape *element) string {
	ph := shape.find("nvPr").find("ph")
	if ph == nil {
		return ""
	}
	return ph.attrs["type"]
}

// shape reads a shape or all shapes of a group.
func (r *slideReader) shape(e *element) {
	switch e.name {
	case "Fallback":
	case "tbl":
		r.table(e)
	case "sp":
		r.text(e)
	case "chart":
		blocks, _ := r.charts.read(e, r.page)
		r.blocks = append(r.blocks, blocks...)
	default:
		for _, c := range e.children {
			r.shape(c)
		}
	}
}

func (r *slideReader) table(t *element) {
	g := grid{headers: -1, page: r.page}
	t.all("tr", func(row *element) {
		var cells []cell
		row.all("tc", func(tc *element) {
			cells = append(cells, cell{text: oneLine(textOf(tc)), left: tc.attrs["hMerge"] == "1", above: tc.attrs["vMerge"] == "1"})
		})
		g.rows = append(g.rows, cells)
	})
	r.blocks = append(r.blocks, g.blocks()...)
}

func (r *slideReader) text(shape *element) {
	kind := placeholder(shape)
	if kind == "sldNum" || kind == "dt" || kind == "ftr" {
		r.opts.omit(OmitFurniture, textOf(shape))
		return
	}
	if isTitle(shape) {
		if text := oneLine(textOf(shape)); text != "" {
			r.titles = append(r.titles, block{text: text, kind: blockHeading, level: 2, page: r.page, marked: true})
		}
		return
	}
	r.paragraphs(shape.find("txBody"), blockText)
}

// paragraphs reads the paragraphs of a shape. What is indented below one belongs to
// it: they are a paragraph, a line each, as a list is with the line that leads to it.
func (r *slideReader) paragraphs(e *element, kind blockKind) {
	var numbers bulletNumbers
	top := -1 // the level of the paragraph that is open, -1 without one
	e.all("p", func(para *element) {
		text := strings.TrimSpace(textOf(para))
		if text == "" {
			return
		}
		properties := para.child("pPr")
		level, _ := levelOf(properties.attr("lvl"))
		text = numbers.next(level, properties.child("buAutoNum")) + text
		if n := len(r.blocks); top >= 0 && level > top && utf8.RuneCountInString(r.blocks[n-1].text)+utf8.RuneCountInString(text) < maxList {
			last := &r.blocks[n-1]
			last.text += "\n" + text
			if last.kind == blockText {
				last.kind = blockItem
			}
			return
		}
		top = level
		r.blocks = append(r.blocks, block{text: text, kind: kind, page: r.page, marked: true})
	})
}

// bulletNumbers counts the paragraphs of a shape that PowerPoint numbers.
type bulletNumbers [listLevels]struct {
	kind string
	n    int
}

// numberKinds are the beginnings of the names of PowerPoint's ways to number, with the
// way of Word that is the same.
var numberKinds = []struct{ prefix, format string }{
	{"arabic", "decimal"}, {"alphaLc", "lowerLetter"}, {"alphaUc", "upperLetter"}, {"romanLc", "lowerRoman"}, {"romanUc", "upperRoman"},
	{"circleNum", "decimalEnclosedCircle"}, {"ea1Chs", "chineseCounting"}, {"ea1Cht", "chineseCounting"}, {"ea1Jpn", "chineseCounting"},
}

// next counts a paragraph of a level and returns its number with the gap behind, ""
// where auto is nil.
func (b *bulletNumbers) next(level int, auto *element) string {
	for deeper := level + 1; deeper < listLevels; deeper++ {
		b[deeper].kind = ""
	}
	at := &b[level]
	if auto == nil {
		at.kind = ""
		return ""
	}
	kind := auto.attrs["type"]
	if at.kind != kind {
		at.kind, at.n = kind, max(startOf(auto.attrs["startAt"]), 1)
	} else {
		at.n++
	}
	for _, k := range numberKinds {
		if !strings.HasPrefix(kind, k.prefix) {
			continue
		}
		number := formatNumber(at.n, k.format)
		switch {
		case strings.HasSuffix(kind, "ParenBoth"):
			return "(" + number + ") "
		case strings.HasSuffix(kind, "ParenR"):
			return number + ") "
		case strings.HasSuffix(kind, "Period"):
			return number + ". "
		}
		return number + " "
	}
	return ""
}

// nameSlide takes the only line of the shape at the top for the title of a slide
// that has none: what the slide says would stand below the title of the one before.
func (r *slideReader) nameSlide(top *element) {
	if len(r.titles) > 0 || len(r.blocks) < 2 || top.name != "sp" {
		return
	}
	if line := strings.TrimSpace(textOf(top)); line == r.blocks[0].text && isHeadingText(line) {
		r.blocks[0].kind, r.blocks[0].level = blockHeading, 2
	}
}

// close keeps the last line of a slide from being taken for a heading: nothing
// stands below it but the next slide. The first slide ends with a name or a day.
func (r *slideReader) close() {
	if n := len(r.blocks); n > 0 && r.page > 1 && r.blocks[n-1].kind == blockText {
		r.blocks[n-1].kind = blockItem
	}
}

// notes reads what the speaker noted to the slide.
func (r *slideReader) notes(p *zipPackage, relations map[string]string) error {
	for _, target := range relations {
		if path.Base(path.Dir(target)) != "notesSlides" {
			continue
		}
		notes, err := p.xmlPart(target)
		if err != nil {
			return err
		}
		notes.all("sp", func(sp *element) {
			if placeholder(sp) == "body" {
				r.paragraphs(sp, blockNote)
			}
		})
	}
	return nil
}

// textOf is the text of a shape: runs joined, paragraphs and breaks on lines.
func textOf(e *element) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	var walk func(e *element)
	walk = func(e *element) {
		for _, c := range e.children {
			switch c.name {
			case "t":
				b.WriteString(c.content())
			case "br":
				b.WriteByte('\n')
			case "":
			case "p":
				if b.Len() > 0 {
					b.WriteByte('\n')
				}
				walk(c)
			default:
				walk(c)
			}
		}
	}
	walk(e)
	return b.String()
}
