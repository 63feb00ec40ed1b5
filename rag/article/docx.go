package article

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordReader reads a document of Word.
type wordReader struct {
	opts   Options
	levels map[string]int // of headings, by style; 0 for the title
	toc    map[string]bool
	lists  *wordLists
	blocks []block
	charts diagrams
}

func parseDOCX(p *zipPackage, opts Options) (draft, error) {
	document, err := p.xmlPart("word/document.xml")
	if err != nil {
		return draft{}, err
	}
	styles, err := p.xmlPart("word/styles.xml")
	if err != nil {
		return draft{}, err
	}
	numbering, err := p.xmlPart("word/numbering.xml")
	if err != nil {
		return draft{}, err
	}
	m, err := p.coreMeta()
	if err != nil {
		return draft{}, err
	}
	charts, err := p.diagrams("word/document.xml")
	if err != nil {
		return draft{}, err
	}
	r := &wordReader{opts: opts, charts: charts, levels: map[string]int{}, toc: map[string]bool{}, lists: readLists(numbering, styles)}
	r.readStyles(styles)
	r.walk(document.find("body"))
	r.blocks = layOutBlocks(r.blocks)
	if r.charts.failed != nil {
		return draft{}, r.charts.failed
	}
	if err := r.readNotes(p); err != nil {
		return draft{}, err
	}
	if err := r.readMargins(p); err != nil {
		return draft{}, err
	}
	for _, b := range r.blocks { // the title in the text is better than the one in the properties
		if b.kind == blockTitle {
			m.title = ""
		}
	}
	return assemble(r.blocks, m, opts), p.tellCharts(opts)
}

// readNotes reads what stands at the foot of pages and at the end.
func (r *wordReader) readNotes(p *zipPackage) error {
	for _, part := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		notes, err := p.xmlPart(part)
		if err != nil {
			return err
		}
		for _, kind := range []string{"footnote", "endnote"} {
			notes.all(kind, func(n *element) {
				if text := oneLine(r.runs(n)); text != "" && n.attrs["type"] == "" {
					r.blocks = append(r.blocks, block{text: "[" + n.attrs["id"] + "] " + text, kind: blockNote, marked: true})
				}
			})
		}
	}
	return nil
}

// readMargins reads the lines of headers and footers that say something, each once:
// a contract has its number there. Names of houses, numbers of pages and what
// reviewers noted are left out.
func (r *wordReader) readMargins(p *zipPackage) error {
	seen := map[string]bool{}
	for _, b := range r.blocks {
		seen[oneLine(b.text)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		margin := strings.HasPrefix(name, "word/header") || strings.HasPrefix(name, "word/footer")
		if !margin && name != "word/comments.xml" {
			continue
		}
		part, err := p.xmlPart(name)
		if err != nil {
			return err
		}
		part.all("p", func(e *element) {
			text := oneLine(r.runs(e))
			switch {
			case seen[text]:
			case margin && !countsPages(e) && (labelled.MatchString(text) || strings.ContainsFunc(text, unicode.IsDigit)):
				r.blocks = append(r.blocks, block{text: text, kind: blockNote, marked: true})
			default:
				r.opts.omit(OmitFurniture, text)
			}
			seen[text] = true
		})
	}
	return nil
}

// countsPages tells whether a paragraph holds a field for the number of a page.
func countsPages(p *element) bool {
	found := false
	counts := func(instruction string) {
		for _, word := range strings.Fields(strings.ToUpper(instruction)) {
			found = found || word == "PAGE" || word == "NUMPAGES" || word == "SECTIONPAGES"
		}
	}
	p.all("instrText", func(e *element) { counts(e.content()) })
	p.all("fldSimple", func(e *element) { counts(e.attrs["instr"]) })
	return found
}

// readStyles finds the styles of headings, by name, level or what they rest on.
func (r *wordReader) readStyles(styles *element) {
	base := map[string]string{}
	styles.all("style", func(s *element) {
		id := s.attrs["styleId"]
		name := strings.ToLower(value(s.find("name")))
		base[id] = value(s.find("basedOn"))
		switch {
		case name == "title" || name == "标题":
			r.levels[id] = 0
		case strings.HasPrefix(name, "heading ") || strings.HasPrefix(name, "标题 "):
			if n, err := strconv.Atoi(strings.Fields(name)[1]); err == nil && n > 0 && n < 10 {
				r.levels[id] = n
			}
		case strings.HasPrefix(name, "toc "), name == "table of figures":
			r.toc[id] = true
		default:
			if level := s.find("outlineLvl"); level != nil {
				if n, err := strconv.Atoi(value(level)); err == nil && n < 9 {
					r.levels[id] = n + 1
				}
			}
		}
	})
	for id := range base {
		if _, known := r.levels[id]; known {
			continue
		}
		for at, n := base[id], 0; at != "" && n < 10; at, n = base[at], n+1 {
			if level, known := r.levels[at]; known && level > 0 {
				r.levels[id] = level
				break
			}
		}
	}
}

// value is the val attribute of an element, "" without one.
func value(e *element) string { return e.attr("val") }

// isOn tells whether a property is there and not switched off.
func isOn(e *element) bool {
	return e != nil && value(e) != "0" && value(e) != "false"
}

// walk reads paragraphs and tables, in text boxes and controls too.
func (r *wordReader) walk(e *element) {
	if e == nil {
		return
	}
	for _, c := range e.children {
		switch c.name {
		case "p":
			r.paragraph(c)
		case "tbl":
			if from := len(r.blocks); r.arranges(c) {
				r.walk(c)
				frameHeadings(r.blocks[from:])
			} else {
				r.blocks = append(r.blocks, r.table(c).blocks()...)
			}
		case "del", "moveFrom", "Fallback", "sectPr", "instrText":
		default:
			r.walk(c)
		}
	}
}

// boxes reads the text boxes and diagrams of a paragraph, each a text of its own. A box stands
// there twice, once for old programs.
func (r *wordReader) boxes(e *element) {
	for _, c := range e.children {
		switch c.name {
		case "del", "moveFrom", "Fallback":
		case "txbxContent":
			r.walk(c)
		case "chart":
			blocks, _ := r.charts.read(c, 0)
			r.blocks = append(r.blocks, blocks...)
		default:
			r.boxes(c)
		}
	}
}

func (r *wordReader) paragraph(p *element) {
	r.boxes(p)
	properties := p.child("pPr")
	style := value(properties.child("pStyle"))
	text := strings.TrimSpace(r.runs(p))
	if r.toc[style] {
		if text != "" {
			r.opts.omit(OmitRelated, text)
		}
		return
	}
	number := r.number(p, text)
	if text == "" {
		return
	}
	b := block{text: number + text, marked: true}
	level, heading := r.headingLevel(properties)
	switch {
	case heading && level == 0:
		b.kind, b.level = blockTitle, 1
	case heading:
		b.kind, b.level = blockHeading, level+1
	case number != "" && (clause.MatchString(b.text) || chapter.MatchString(b.text)):
		b.kind = blockText // a part of a law, whatever Word counts it with
	case isListed(properties), strings.HasPrefix(strings.ToLower(style), "list"):
		b.kind = blockItem
	}
	r.blocks = append(r.blocks, b)
}

// headingLevel is the level of a paragraph that is a heading by its style or its own
// level, 0 of the title.
func (r *wordReader) headingLevel(properties *element) (level int, heading bool) {
	level, heading = r.levels[value(properties.child("pStyle"))]
	if n, err := strconv.Atoi(value(properties.child("outlineLvl"))); err == nil && n < 9 {
		level, heading = n+1, true
	}
	return level, heading
}

// isListed tells whether a paragraph itself says that it belongs to a list.
func isListed(properties *element) bool {
	place := properties.child("numPr")
	return place != nil && value(place.child("numId")) != "0"
}

// number is what Word shows in front of a paragraph. Word counts an empty one too,
// but not one that is deleted or hidden with its end.
func (r *wordReader) number(p *element, text string) string {
	properties := p.child("pPr")
	mark := properties.child("rPr")
	if text == "" && (mark.child("del") != nil || mark.child("moveFrom") != nil || isOn(mark.child("vanish"))) {
		return ""
	}
	return r.lists.number(properties)
}

// runText gathers the text of runs. A raised or lowered text may be cut into
// several, so it is written where it ends.
type runText struct {
	text   strings.Builder
	align  string // of what stands in script: superscript or subscript
	script strings.Builder
}

func (t *runText) write(s string) {
	if t.align == "superscript" || t.align == "subscript" {
		t.script.WriteString(s)
		return
	}
	t.text.WriteString(s)
}

// turn goes on to a run of another alignment.
func (t *runText) turn(align string) {
	if align == t.align {
		return
	}
	script := t.script.String()
	t.script.Reset()
	switch t.align {
	case "superscript":
		before, _ := utf8.DecodeLastRuneInString(t.text.String())
		t.text.WriteString(raised(before, script))
	case "subscript":
		t.text.WriteString(lowered(script))
	}
	t.align = align
}

// runs is the text of a paragraph without what is deleted, struck out or hidden.
func (r *wordReader) runs(p *element) string {
	var t runText
	var walk func(e *element)
	walk = func(e *element) {
		for _, c := range e.children {
			switch c.name {
			case "t":
				t.write(c.content())
			case "tab", "ptab":
				t.write("\t") // see layOutBlocks
			case "br", "cr":
				t.write("\n")
			case "noBreakHyphen":
				t.write("-")
			case "footnoteReference", "endnoteReference":
				t.write("[" + c.attrs["id"] + "]")
			case "r":
				properties := c.child("rPr")
				if isOn(properties.child("vanish")) || isOn(properties.child("strike")) || isOn(properties.child("dstrike")) {
					r.opts.omit(OmitHidden, c.content())
					continue
				}
				t.turn(value(properties.child("vertAlign")))
				walk(c)
			case "del", "moveFrom", "instrText", "delText", "txbxContent", "Fallback", "pPr", "rPr", "":
			default:
				walk(c)
			}
		}
	}
	walk(p)
	t.turn("")
	return t.text.String()
}

// table reads a table with its merged cells.
func (r *wordReader) table(t *element) grid {
	g := grid{headers: -1}
	above := map[int]string{}
	t.all("tr", func(row *element) {
		var cells []cell
		row.all("tc", func(tc *element) {
			properties := tc.find("tcPr")
			var parts []string
			var inner []grid
			tc.allOf(func(e *element) bool {
				switch e.name {
				case "p":
					r.boxes(e)
					text := oneLine(r.runs(e))
					if text = strings.TrimSpace(r.number(e, text) + text); text != "" {
						parts = append(parts, text)
					}
				case "tbl":
					inner = append(inner, r.table(e))
				case "del", "moveFrom":
				default:
					return true
				}
				return false
			})
			c := cell{text: strings.Join(parts, " "), header: isBold(tc), inner: inner}
			x := len(cells)
			if merge := properties.find("vMerge"); merge != nil {
				if value(merge) == "restart" {
					above[x] = c.text
				} else {
					c = cell{text: above[x], above: true}
				}
			}
			cells = append(cells, c)
			n, _ := strconv.Atoi(value(properties.find("gridSpan")))
			for i := 1; i < min(n, maxColumns); i++ {
				cells = append(cells, cell{text: c.text, left: true, above: c.above, header: c.header})
			}
		})
		g.rows = append(g.rows, cells)
		if row.find("trPr").find("tblHeader") != nil && (g.headers == len(g.rows)-1 || g.headers < 0 && len(g.rows) == 1) {
			g.headers = len(g.rows)
		}
	})
	if n := len(g.rows); n > 0 && !slices.ContainsFunc(g.rows[n-1], func(c cell) bool { return !c.header }) {
		for _, row := range g.rows { // bold to the last row: it sets none apart
			for i := range row {
				row[i].header = false
			}
		}
	}
	return g
}

// isBold tells whether no text of a cell is plain by its own properties.
func isBold(tc *element) bool {
	plain := false
	tc.all("r", func(run *element) {
		b := run.find("rPr").find("b")
		plain = plain || hasWords(run.content()) && !isOn(b)
	})
	return !plain
}
