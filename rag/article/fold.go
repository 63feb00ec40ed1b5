package article

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// fold is a part of a page that a reader unfolds, inside another one perhaps.
type fold struct {
	around *fold
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
		f := &fold{}
		for i := from; i < len(e.blocks); i++ {
			if b := &e.blocks[i]; b.fold == nil {
				b.fold = f
			} else if outermost := b.fold.outermost(); outermost != f {
				outermost.around = f
			}
		}
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
		s.path, s.base = s.fold.path, s.fold.base
		s.fold = s.fold.around
		s.clause, s.open, s.answers = "", false, false
	}
	var opened []*fold
	for f := to; f != s.fold; f = f.around {
		opened = append(opened, f)
	}
	for _, f := range slices.Backward(opened) {
		f.path, f.base = slices.Clone(s.path), s.base
		s.base = len(s.path)
		s.fold = f
		s.clause, s.open, s.answers = "", false, false
	}
}
