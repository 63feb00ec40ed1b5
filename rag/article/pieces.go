package article

import (
	"math"
	"sort"
	"strings"

	"zhiwen/rag/zhtext"
)

// piece is one of the articles on a typeset page.
type piece struct {
	meta
	paragraphs []string
	// width is the column's, in cells, 0 while unknown.
	width  int
	opened opening
	// follows is the index of the headline that stood right above the piece,
	// -1 without one.
	follows int
	titled  bool
}

// opening says why a piece was taken to begin: only a headline between two
// texts is weak evidence, for the headline can belong somewhere else.
type opening int

const (
	openedByPage opening = iota
	openedByMark
	openedByCredit
	openedByWidth
	openedByFigures
	openedByHeadline
)

// headline is a display that may be the title of a piece.
type headline struct {
	lines []string
	after int // the piece that was open where it stood
}

func (h headline) title() string { return closeGaps(strings.Join(h.lines, " ")) }

// cutPieces divides the units into pieces and headlines. A display directly
// above running text is a small heading of that text, unless the piece before
// it has ended.
func cutPieces(units []unit) ([]*piece, []headline) {
	var pieces []*piece
	var headlines []headline
	var heads []string
	closed, pending := true, -1
	why := openedByPage
	open := func(reason opening) *piece {
		p := &piece{opened: reason, follows: pending}
		pieces = append(pieces, p)
		pending, closed, heads = -1, false, nil
		return p
	}
	current := func() *piece {
		if len(pieces) == 0 {
			return nil
		}
		return pieces[len(pieces)-1]
	}
	for i := 0; i < len(units); i++ {
		u := units[i]
		switch u.kind {
		case unitCredit:
			if p := current(); p != nil {
				readByline(u.text, &p.meta)
				if i > 0 && units[i-1].kind == unitText {
					closed, why = true, openedByCredit
				}
			}
		case unitCaption:
		case unitDisplay:
			if n := figureUnits(units[i:]); n > 0 {
				p := open(openedByFigures)
				p.paragraphs = append(p.paragraphs, figureText(units[i:i+n]))
				i += n - 1
				continue
			}
			if i+1 < len(units) && units[i+1].kind == unitText && !units[i+1].opens && !closed && sameColumn(current().width, units[i+1].width) {
				heads = append(heads, u.lines...)
				continue
			}
			if i+1 < len(units) && units[i+1].kind == unitText && pending >= 0 && len(headlines) > 0 {
				// A headline has been read: this is the first small heading.
				heads = append(heads, u.lines...)
				continue
			}
			headlines = append(headlines, headline{lines: u.lines, after: len(pieces) - 1})
			pending = len(headlines) - 1
			if !closed {
				closed, why = true, openedByHeadline
			}
		case unitText:
			p := current()
			kept := heads
			switch {
			case u.opens:
				p = open(openedByMark)
			case p == nil || closed:
				p = open(why)
			case !sameColumn(p.width, u.width):
				p = open(openedByWidth)
			}
			if p.width == 0 {
				p.width = u.width
			}
			text := u.text
			if len(kept) > 0 {
				text = closeGaps(joinHeading(kept)) + "\n" + text
			}
			heads, why = nil, openedByPage
			p.paragraphs = append(p.paragraphs, text)
		}
	}
	return pieces, headlines
}

// joinHeading joins a small heading that was broken to fit its column.
func joinHeading(lines []string) string {
	out := lines[0]
	for _, l := range lines[1:] {
		out = joinWrapped(out, l)
	}
	return out
}

// sameColumn tells whether two texts can be set in the same column. Within a
// piece, the width changes a little around pictures.
func sameColumn(a, b int) bool {
	if a == 0 || b == 0 {
		return true
	}
	return max(a, b)-min(a, b) < 6 || float64(min(a, b)) > 0.8*float64(max(a, b))
}

// figureUnits counts the displays at the beginning that pair labels with bare
// quantities: an infographic.
func figureUnits(units []unit) int {
	n, quantities := 0, 0
	var lines []string
	for k := 0; k < len(units) && units[k].kind == unitDisplay; k++ {
		for _, l := range units[k].lines {
			if quantityLine.MatchString(l) {
				quantities++
				n = k + 1 // what follows the last quantity is a headline again
			}
			lines = append(lines, l)
		}
	}
	if quantities == 0 || quantityLine.MatchString(lines[0]) && quantities == 1 {
		return 0
	}
	// The label stands right above the first quantity; what stands higher is
	// the headline.
	first := 0
	for first < len(lines) && !quantityLine.MatchString(lines[first]) {
		first++
	}
	if len(units[0].lines) > 1 && first > 1 || first > len(units[0].lines) {
		return 0
	}
	return n
}

// figureText writes an infographic with a line for each label and its quantity.
func figureText(units []unit) string {
	var out []string
	label := ""
	for _, u := range units {
		for _, l := range u.lines {
			if quantityLine.MatchString(l) {
				out = append(out, label+l)
				label = ""
				continue
			}
			if label != "" {
				out = append(out, label)
			}
			label = l
		}
	}
	if label != "" {
		out = append(out, label)
	}
	return closeGaps(strings.Join(out, "\n"))
}

// How much of a headline's wording a piece must share to take it, by whether
// they stand next to each other.
const (
	nearShare = 0.12
	farShare  = 0.55
	nearBonus = 0.25
	// maxMatches bounds the comparisons on what cannot be a page of a paper:
	// beyond it headlines are compared with their neighbours only.
	maxMatches = 40_000
)

// assignHeadlines gives each piece the headline that shares most of its wording
// (character pairs, weighted by how few pieces hold them), each headline once.
// A piece that only a foreign headline had cut off is joined to the one before.
func assignHeadlines(pieces []*piece, headlines []headline, opts Options) []*piece {
	type match struct {
		piece, headline int
		score           float64
	}
	bodies := make([]map[string]bool, len(pieces))
	df := map[string]int{}
	for i, p := range pieces {
		bodies[i] = pairs(strings.Join(p.paragraphs, "\n"))
		for pair := range bodies[i] {
			df[pair]++
		}
	}
	var matches []match
	far := len(headlines)*len(pieces) <= maxMatches
	for h, line := range headlines {
		wanted := pairs(line.title())
		for i, p := range pieces {
			// Next to a piece stands the first headline below it and the last
			// one above it.
			near := p.follows == h || i == line.after && (h == 0 || headlines[h-1].after < i)
			if !near && !far {
				continue
			}
			share := shareOf(wanted, bodies[i], df, len(pieces))
			if share < nearShare && p.follows != h || share < farShare && !near {
				continue
			}
			if near {
				share += nearBonus
			}
			matches = append(matches, match{i, h, share})
		}
	}
	sort.SliceStable(matches, func(a, b int) bool { return matches[a].score > matches[b].score })
	used := make([]bool, len(headlines))
	for _, m := range matches {
		if !pieces[m.piece].titled && !used[m.headline] {
			pieces[m.piece].titled, used[m.headline] = true, true
			pieces[m.piece].title = headlines[m.headline].title()
		}
	}
	for h, line := range headlines {
		if !used[h] {
			opts.omit(OmitFurniture, line.title())
		}
	}
	return mergeStray(pieces)
}

func mergeStray(pieces []*piece) []*piece {
	var out []*piece
	for _, p := range pieces {
		if n := len(out); n > 0 && p.opened == openedByHeadline && !p.titled && sameColumn(out[n-1].width, p.width) {
			last := out[n-1]
			last.paragraphs = append(last.paragraphs, p.paragraphs...)
			last.fill(p.meta)
			if last.width == 0 {
				last.width = p.width
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// pairs is the set of neighbouring characters, marks left out; a number counts
// as one character.
func pairs(text string) map[string]bool {
	set := map[string]bool{}
	last, token := "", ""
	end := func() {
		if token == "" {
			return
		}
		if last != "" {
			set[last+token] = true
		}
		last, token = token, ""
	}
	for _, r := range zhtext.Fold(text) {
		switch {
		case isDigit(r):
			if token != "" && !isDigit(rune(token[0])) {
				end()
			}
			token += string(r)
		case zhtext.IsHan(r) || isWordRune(r):
			end()
			token = string(r)
		default:
			end()
			last = ""
		}
	}
	end()
	return set
}

// shareOf is the weight of the wanted pairs that a body holds, from 0 to 1.
func shareOf(wanted, body map[string]bool, df map[string]int, n int) float64 {
	var all, found float64
	for pair := range wanted {
		weight := math.Log(1 + float64(n)/float64(1+df[pair]))
		all += weight
		if body[pair] {
			found += weight
		}
	}
	if all == 0 {
		return 0
	}
	return found / all
}
