package article

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// fold is a part of a page that a reader unfolds, or a frame in which it is arranged,
// inside another one perhaps.
type fold struct {
	around *fold
	frame  bool
	least  int           // the outermost level of the headings in a frame, 0 without one
	path   []sectionHead // the headings around it, once it is open
	base   int
}

// within tells whether a fold is o or stands in it.
func (f *fold) within(o *fold) bool {
	for ; f != nil; f = f.around {
		if f == o {
			return true
		}
	}
	return o == nil
}

// levelSummary is the level of what stands in front of a fold.
const levelSummary = 6

// maxSummary is the longest summary that is a heading, in runes.
const maxSummary = 60

// folded notes on the blocks from a place on that they are the text of a fold, or what
// stands in front of it: a heading, with whatever it is marked as itself.
func (e *extractor) folded(n *html.Node, from int) {
	e.flush()
	if n.DataAtom == atom.Details {
		putInto(e.blocks[from:], &fold{})
		return
	}
	for i := from; i < len(e.blocks); i++ {
		b := &e.blocks[i]
		if e.marked {
			b.text = emphasis.Replace(b.text)
		}
		if utf8.RuneCountInString(b.text) <= maxSummary && !strings.Contains(b.text, "\n") {
			b.kind, b.level, b.summary = blockHeading, levelSummary, true
		}
	}
}

// putInto puts blocks, which may stand in folds, into another one.
func putInto(blocks []block, f *fold) {
	for i := range blocks {
		if b := &blocks[i]; b.fold == nil {
			b.fold = f
		} else if outermost := b.fold.outermost(); outermost != f {
			outermost.around = f
		}
	}
}

// frame notes that the headings in a cell, or in a table that arranges a page, stand over
// nothing outside of it, unless one ends it.
func (e *extractor) frame(n *html.Node, from int) {
	e.flush()
	frameHeadings(e.blocks[min(from, len(e.blocks)):])
}

func frameHeadings(blocks []block) {
	headed := false
	for _, b := range blocks {
		if b.kind == blockTitle {
			return
		}
		headed = headed || b.level > 0
	}
	if headed && blocks[len(blocks)-1].level == 0 {
		putInto(blocks, &fold{frame: true})
	}
}

// cellKind is what a text is that stands in a cell of a table that arranges a page:
// one in bold letters may be a heading.
func cellKind(cell *html.Node) blockKind {
	for n := range cell.Descendants() {
		switch n.DataAtom {
		case atom.P, atom.Div, atom.B, atom.Strong:
			return blockText
		}
	}
	return blockItem
}

// tableOf is the table that a cell stands in.
func tableOf(cell *html.Node) *html.Node {
	for n := cell.Parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.Table {
			return n
		}
	}
	return nil
}

func (f *fold) outermost() *fold {
	for f.around != nil {
		f = f.around
	}
	return f
}

// turn goes on to what stands in another fold, or in none: what the folds that end had
// for headings is left.
func (s *sections) turn(to *fold) {
	for s.fold != nil && !to.within(s.fold) {
		least := s.fold.least
		s.path, s.base = s.fold.path, s.fold.base
		s.fold = s.fold.around
		if s.clause, s.open, s.answers = "", false, false; least > 0 {
			s.leave(least) // it would have been left without the frame
		}
	}
	var opened []*fold
	for f := to; f != s.fold; f = f.around {
		opened = append(opened, f)
	}
	for _, f := range slices.Backward(opened) {
		if f.path, f.base = slices.Clone(s.path), s.base; !f.frame {
			s.base = len(s.path)
		}
		s.fold = f
		s.clause, s.open, s.answers = "", false, false
	}
}

// isProse tells whether a cell holds several paragraphs or parts of a page: headings
// with a text below.
func isProse(cell *html.Node) bool {
	paragraphs, headed := 0, false
	for n := range cell.Descendants() {
		switch n.DataAtom {
		case atom.H1, atom.Article, atom.Section:
			return true
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			headed = true
		case atom.P:
			if paragraphs++; paragraphs > 3 {
				return true
			}
		}
	}
	return headed && !isHeadingAlone(cell)
}

// isHeadingAlone tells whether a cell holds a heading and nothing else: it names a column
// or a row.
func isHeadingAlone(cell *html.Node) bool {
	headed := false
	for n := range cell.Descendants() {
		if n.Type != html.TextNode || strings.TrimSpace(n.Data) == "" {
			continue
		}
		inside := false
		for p := n.Parent; p != nil && p != cell && !inside; p = p.Parent {
			switch p.DataAtom {
			case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
				inside = true
			}
		}
		if !inside {
			return false
		}
		headed = true
	}
	return headed
}
