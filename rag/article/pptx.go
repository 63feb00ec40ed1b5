package article

import (
	"fmt"
	"path"
	"strings"
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
	return assemble(blocks, m, opts), p.tellCharts(opts)
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
	var titles, blocks []block
	var walk func(e *element)
	walk = func(e *element) {
		for _, c := range e.children {
			switch c.name {
			case "Fallback":
			case "tbl":
				g := grid{headers: -1, page: number}
				c.all("tr", func(row *element) {
					var cells []cell
					row.all("tc", func(tc *element) {
						cells = append(cells, cell{text: oneLine(textOf(tc)), left: tc.attrs["hMerge"] == "1", above: tc.attrs["vMerge"] == "1"})
					})
					g.rows = append(g.rows, cells)
				})
				blocks = append(blocks, g.blocks()...)
			case "sp":
				kind := ""
				if ph := c.find("nvPr").find("ph"); ph != nil {
					kind = ph.attrs["type"]
				}
				if kind == "sldNum" || kind == "dt" || kind == "ftr" {
					opts.omit(OmitFurniture, textOf(c))
					continue
				}
				if kind == "title" || kind == "ctrTitle" {
					if text := oneLine(textOf(c)); text != "" {
						titles = append(titles, block{text: text, kind: blockHeading, level: 2, page: number, marked: true})
					}
					continue
				}
				c.find("txBody").all("p", func(para *element) {
					if text := strings.TrimSpace(textOf(para)); text != "" {
						blocks = append(blocks, block{text: text, page: number, marked: true})
					}
				})
			default:
				walk(c)
			}
		}
	}
	walk(root)
	relations, err := p.relations(part)
	if err != nil {
		return nil, err
	}
	for _, target := range relations {
		if path.Base(path.Dir(target)) != "notesSlides" {
			continue
		}
		notes, err := p.xmlPart(target)
		if err != nil {
			return nil, err
		}
		notes.all("sp", func(sp *element) {
			if ph := sp.find("nvPr").find("ph"); ph == nil || ph.attrs["type"] != "body" {
				return
			}
			sp.all("p", func(para *element) {
				if text := strings.TrimSpace(textOf(para)); text != "" {
					blocks = append(blocks, block{text: text, kind: blockNote, page: number, marked: true})
				}
			})
		})
	}
	return append(titles, blocks...), nil
}

// textOf is the text of a shape: runs joined, paragraphs and breaks on lines.
func textOf(e *element) string {
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
