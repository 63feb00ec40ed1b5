package article

import (
	"strconv"
	"strings"
)

// wordReader reads a document of Word.
type wordReader struct {
	opts   Options
	levels map[string]int // of headings, by style; 0 for the title
	toc    map[string]bool
	blocks []block
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
	m, err := p.coreMeta()
	if err != nil {
		return draft{}, err
	}
	r := &wordReader{opts: opts, levels: map[string]int{}, toc: map[string]bool{}}
	r.readStyles(styles)
	body := document.find("body")
	r.walk(body)
	for _, part := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		notes, err := p.xmlPart(part)
		if err != nil {
			return draft{}, err
		}
		for _, kind := range []string{"footnote", "endnote"} {
			notes.all(kind, func(n *element) {
				if text := oneLine(r.runs(n)); text != "" && n.attrs["type"] == "" {
					r.blocks = append(r.blocks, block{text: "[" + n.attrs["id"] + "] " + text, kind: blockNote, marked: true})
				}
			})
		}
	}
	for name := range p.files {
		if strings.HasPrefix(name, "word/header") || strings.HasPrefix(name, "word/footer") || name == "word/comments.xml" {
			part, err := p.xmlPart(name)
			if err != nil {
				return draft{}, err
			}
			part.all("p", func(e *element) { opts.omit(OmitFurniture, r.runs(e)) })
		}
	}
	for _, b := range r.blocks { // the title in the text is better than the one in the properties
		if b.kind == blockTitle {
			m.title = ""
		}
	}
	return assemble(r.blocks, m, opts), p.tellCharts(opts)
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
func value(e *element) string {
	if e == nil {
		return ""
	}
	return e.attrs["val"]
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
			r.blocks = append(r.blocks, r.table(c).blocks()...)
		case "del", "moveFrom", "Fallback", "sectPr", "instrText":
		default:
			r.walk(c)
		}
	}
}

func (r *wordReader) paragraph(p *element) {
	// A text box stands inside a paragraph and is text of its own.
	p.all("txbxContent", func(box *element) { r.walk(box) })
	text := r.runs(p)
	if strings.TrimSpace(text) == "" {
		return
	}
	b := block{text: strings.TrimSpace(text), marked: true}
	properties := p.find("pPr")
	style := value(properties.find("pStyle"))
	if r.toc[style] {
		r.opts.omit(OmitRelated, text)
		return
	}
	level, heading := r.levels[style]
	if own := properties.find("outlineLvl"); own != nil {
		if n, err := strconv.Atoi(value(own)); err == nil && n < 9 {
			level, heading = n+1, true
		}
	}
	switch {
	case heading && level == 0:
		b.kind, b.level = blockTitle, 1
	case heading:
		b.kind, b.level = blockHeading, level+1
	case properties.find("numPr") != nil, strings.HasPrefix(strings.ToLower(style), "list"):
		b.kind = blockItem
	}
	r.blocks = append(r.blocks, b)
}

// runs is the text of a paragraph without what is deleted or hidden.
func (r *wordReader) runs(p *element) string {
	var b strings.Builder
	var walk func(e *element)
	walk = func(e *element) {
		for _, c := range e.children {
			switch c.name {
			case "t":
				b.WriteString(c.content())
			case "tab":
				b.WriteByte(' ')
			case "br", "cr":
				b.WriteByte('\n')
			case "noBreakHyphen":
				b.WriteByte('-')
			case "footnoteReference", "endnoteReference":
				b.WriteString("[" + c.attrs["id"] + "]")
			case "r":
				if hidden := c.find("vanish"); hidden != nil && value(hidden) != "0" && value(hidden) != "false" {
					r.opts.omit(OmitHidden, c.content())
					continue
				}
				walk(c)
			case "del", "moveFrom", "instrText", "delText", "txbxContent", "Fallback", "pPr", "":
			default:
				walk(c)
			}
		}
	}
	walk(p)
	return b.String()
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
			tc.all("p", func(p *element) {
				if text := oneLine(r.runs(p)); text != "" {
					parts = append(parts, text)
				}
			})
			c := cell{text: strings.Join(parts, " ")}
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
				cells = append(cells, cell{text: c.text, left: true, above: c.above})
			}
		})
		g.rows = append(g.rows, cells)
		if row.find("trPr").find("tblHeader") != nil && (g.headers == len(g.rows)-1 || g.headers < 0 && len(g.rows) == 1) {
			g.headers = len(g.rows)
		}
	})
	return g
}
