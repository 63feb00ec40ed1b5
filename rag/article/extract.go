package article

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"zhiwen/rag/zhtext"
)

// extractor walks a page and collects its blocks in order.
type extractor struct {
	opts  Options
	sight *visibility
	// marked says that the source was Markdown or a word processor's: there is no
	// navigation to find.
	marked bool
	// all takes everything that a reader sees, whatever it looks like.
	all bool

	lengths  map[*html.Node]int // runes of text in sentences below a node
	total    int
	content  *html.Node // holds the text
	from, to int        // the blocks of content

	blocks   []block
	arranges map[*html.Node]bool // tables that only arrange what stands in their cells
	text     strings.Builder
	term     string // that begins the next description, see inPair
	// mark is the number of the item that begins here; numbers are those of the
	// items of the lists that have been met.
	mark        string
	numbers     map[*html.Node]int
	noted       map[string]string // the marks of notes, by the ID of what they point to
	runes, link int
	kind        blockKind
	level       int
	soft        bool
}

// measure fills in lengths and returns the node's.
func (e *extractor) measure(n *html.Node, linked bool) int {
	sum := 0
	if n.Type == html.TextNode {
		if t := strings.TrimSpace(n.Data); !linked || endsSentence(t) {
			sum = utf8.RuneCountInString(t)
			if sum < 12 && !endsSentence(t) {
				sum = 0
			}
		}
	}
	if n.Type == html.ElementNode {
		if neverText(n.DataAtom) || isControl(n.DataAtom) {
			return 0
		}
		if gone, _ := e.sight.sees(n, false); gone {
			return 0
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += e.measure(c, linked || n.DataAtom == atom.A)
	}
	if n.Type == html.ElementNode {
		e.lengths[n] = sum
	}
	return sum
}

// mainContent is the deepest element that holds most of the text.
func (e *extractor) mainContent(body *html.Node) *html.Node {
	n := body
	for !e.all {
		var next *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && e.lengths[c]*10 >= e.total*8 && e.total > 0 && !isPart(c.DataAtom) {
				next = c
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// isPart tells whether an element is part of a text, which begins above it: a list
// has a line that leads to it.
func isPart(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Table, atom.Pre, atom.Ol, atom.Ul, atom.Dl, atom.Details:
		return true
	}
	return false
}

// gone tells whether a reader does not see an element, and says so.
func (e *extractor) gone(n *html.Node) bool {
	gone, _ := e.sight.sees(n, false)
	if gone && e.opts.Omitted != nil {
		e.opts.omit(OmitHidden, plainText(n))
	}
	return gone
}

// plainText is the text below a node.
func plainText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && (c.Parent == nil || !neverText(c.Parent.DataAtom)) {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
		if b.Len() > 4*maxOmission*utf8.UTFMax {
			break
		}
	}
	return b.String()
}

// walk is recursive: the parser limits the depth to 512.
func (e *extractor) walk(n *html.Node, linked, dim bool) {
	switch n.Type {
	case html.TextNode:
		if dim {
			e.opts.omit(OmitHidden, n.Data)
			return
		}
		e.write(n.Data, linked)
		return
	case html.ElementNode:
		if n.DataAtom == atom.Img && e.all {
			e.opts.omit(OmitCaption, attr(n, "alt"))
			e.opts.omit(OmitCaption, attr(n, "title"))
		}
		if neverText(n.DataAtom) || e.gone(n) {
			return
		}
		_, dim = e.sight.sees(n, dim)
		if isControl(n.DataAtom) && !e.marked && (!e.all || n.DataAtom == atom.Nav) || e.isChrome(n) {
			if e.opts.Omitted != nil {
				e.opts.omit(OmitFurniture, plainText(n))
			}
			return
		}
	case html.CommentNode, html.DoctypeNode:
		return
	}
	broken := isBlockTag(n.DataAtom) || standsApart(n)
	if broken {
		e.flush()
	}
	if n == e.content {
		e.flush()
		e.from = len(e.blocks)
	}
	outerKind, outerLevel, outerSoft, outerMark := e.kind, e.level, e.soft, e.mark
	switch n.DataAtom {
	case atom.Br:
		e.text.WriteByte('\n')
	case atom.Td, atom.Th:
		if e.arranges[tableOf(n)] {
			e.flush()
			broken = true
			e.kind, e.level = cellKind(n), 0
			defer e.frame(n, len(e.blocks))
		} else if e.text.Len() > 0 {
			e.text.WriteByte(' ')
		}
	case atom.Pre:
		if e.pre(n, dim) {
			return
		}
	case atom.Table:
		if e.table(n) {
			if n == e.content {
				e.to = len(e.blocks)
			}
			return
		}
		if e.arranges[n] {
			defer e.frame(n, len(e.blocks))
		}
	case atom.Sup, atom.Sub:
		if n.DataAtom == atom.Sup && e.marker(n) {
			return
		}
		if text := script(n, e.text.String()); text != "" {
			e.write(text, linked)
			return
		}
	case atom.A:
		if isNoteMark(n) && e.marker(n) || isAnchor(n) {
			return
		}
	case atom.Rt, atom.Rp:
		e.opts.omit(OmitRepeated, plainText(n)) // how what stands below is read
		return
	case atom.H1:
		e.kind, e.level = blockTitle, 1
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		e.kind, e.level = blockHeading, int(n.Data[1]-'0')
	case atom.Details, atom.Summary:
		e.kind, e.level = blockText, 0
		defer e.folded(n, len(e.blocks))
	case atom.Dt:
		if e.inPair(n) {
			e.term = e.cellText(n) + "：" // its description begins with it
			return
		}
		e.kind, e.level = blockItem, 0
	case atom.Dd:
		e.text.WriteString(e.term)
		e.term = ""
		e.kind, e.level = blockItem, 0
	case atom.Li:
		e.kind, e.level = blockItem, 0
		e.mark += e.markOf(n)
	case atom.Tr:
		e.kind, e.level = blockItem, 0
	case atom.Figcaption:
		e.kind, e.level = blockNote, 0
	case atom.Footer, atom.Form:
		e.soft = !e.marked && !e.all && !attributes(n)
	case 0:
		// An element of a component library may say in a title what it is about.
		if title := attr(n, "title"); hasWords(title) && broken && n.Type == html.ElementNode {
			e.blocks = append(e.blocks, block{text: oneLine(title), kind: blockHeading, level: 6})
		}
		if e.all && n.Type == html.ElementNode {
			e.properties(n)
		}
	}
	if attributes(n) {
		e.kind, e.level = blockItem, 0
		if !attribution.MatchString(strings.TrimSpace(plainText(n))) {
			e.mark = "——"
		}
	}
	if label, ok := e.noteLabel(n); ok {
		e.kind, e.level, e.mark = blockNote, 0, label
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		e.walk(c, linked || n.DataAtom == atom.A, dim)
	}
	if broken {
		e.flush()
	}
	e.kind, e.level, e.soft = outerKind, outerLevel, outerSoft
	if e.mark != "" { // an item without a text
		e.mark = outerMark
	}
	if n == e.content {
		e.flush()
		e.to = len(e.blocks)
	}
}

// properties takes over what an element of a component library shows of its
// attributes besides its title: those written in Chinese, for the others name
// colours, places and files.
func (e *extractor) properties(n *html.Node) {
	for _, a := range n.Attr {
		if a.Key != "title" && strings.ContainsFunc(a.Val, zhtext.IsHan) {
			e.flush()
			e.blocks = append(e.blocks, block{text: oneLine(a.Val), kind: e.kind, level: e.level, marked: e.marked})
		}
	}
}

// pre takes preformatted text over with its line breaks. Prose in it, whose lines
// an editor broke, is put together again. It does not flush.
func (e *extractor) pre(n *html.Node, dim bool) bool {
	e.flush()
	var b strings.Builder
	for c := range n.Descendants() {
		if c.DataAtom == atom.Br {
			b.WriteByte('\n')
		}
		if c.Type == html.TextNode && !e.inGone(c, n) {
			b.WriteString(c.Data)
		}
	}
	text := strings.ReplaceAll(strings.Trim(b.String(), "\n"), "\r", "")
	if !hasWords(text) || dim {
		return dim
	}
	if isCode(n, text) {
		if e.mark != "" { // code is verbatim
			e.blocks = append(e.blocks, block{text: e.withMark(""), kind: e.kind, marked: e.marked})
		}
		e.blocks = append(e.blocks, block{text: text, kind: blockCode, marked: e.marked})
		return true
	}
	var open joiner
	for _, b := range unwrap(splitLines(text)) {
		if b.kind != blockText {
			e.blocks = append(e.blocks, b)
			continue
		}
		open.add(b.text)
		if !isComma(open.last) {
			e.blocks = append(e.blocks, block{text: e.withMark(open.String()), kind: e.kind, level: e.level, marked: e.marked, soft: e.soft})
			open = joiner{}
		}
	}
	e.blocks = append(e.blocks, block{text: e.withMark(open.String()), kind: e.kind, level: e.level, marked: e.marked, soft: e.soft})
	return true
}

// inGone tells whether a node stands in an element below root that nobody sees.
func (e *extractor) inGone(n, root *html.Node) bool {
	for p := n.Parent; p != nil && p != root; p = p.Parent {
		if gone, dim := e.sight.sees(p, false); gone || dim || neverText(p.DataAtom) {
			return true
		}
	}
	return false
}

// isCode tells code from prose: it says so, or most of it is no Chinese, or its
// lines are no sentences.
func isCode(n *html.Node, text string) bool {
	for c := range n.Descendants() {
		if c.DataAtom == atom.Code {
			return true
		}
	}
	han, all := 0, 0
	for _, r := range text {
		if r > ' ' {
			all++
			if zhtext.IsHan(r) {
				han++
			}
		}
	}
	return han*3 < all || !strings.ContainsAny(text, "。，")
}

// script is what a raised or lowered element writes behind a text, "" where it is
// more than a short text.
func script(n *html.Node, before string) string {
	text := strings.TrimSpace(plainText(n))
	if !isScript(text) {
		return ""
	}
	if n.DataAtom == atom.Sub {
		return lowered(text)
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, " \r\n"))
	return raised(last, text)
}

func (e *extractor) write(data string, linked bool) {
	data = strings.ReplaceAll(data, "\u00a0", " ")
	data = whiteSpace.ReplaceAllStringFunc(data, func(s string) string {
		if strings.Contains(s, "\n") {
			return "\r" // a soft break, see softBreaks
		}
		return " "
	})
	n := utf8.RuneCountInString(strings.TrimSpace(data))
	e.runes += n
	if linked {
		e.link += n
	}
	e.text.WriteString(data)
}

// shortLine is the width, in cells, from which on a line may have been broken inside
// a sentence.
const shortLine = 36

// flush ends a block. Line breaks inside it end a paragraph only after a
// sentence or ahead of an indentation, or when two follow each other.
func (e *extractor) flush() {
	text := e.text.String()
	e.text.Reset()
	links := 0.0
	if e.runes > 0 {
		links = float64(e.link) / float64(e.runes)
	}
	e.runes, e.link = 0, 0
	var open joiner
	var last string // the line before
	broken, room := false, shortLine
	if e.marked {
		room = narrowWrap
	}
	end := func() {
		if open.Len() > 0 {
			e.blocks = append(e.blocks, block{text: e.withMark(open.String()), kind: e.kind, level: e.level, links: links, marked: e.marked, soft: e.soft})
			open = joiner{}
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = softBreaks(line)
		indented := strings.HasPrefix(line, "\u3000") || strings.HasPrefix(line, "  ")
		line = strings.Trim(line, " \t\u3000")
		if line == "" {
			broken = last != ""
			continue
		}
		if broken || indented || endsSentence(last) || isHeadingText(last) && endsSentence(line) || areFields(last, line) || turnHead.MatchString(last) || turnHead.MatchString(line) || standsAlone(last) || standsAlone(line) {
			end()
		}
		if open.Len() > 0 && e.kind != blockTitle && e.kind != blockHeading && cells(last) < room {
			open.WriteByte('\n') // it was not broken for want of room
			open.last = '\n'
		}
		open.add(line)
		last, broken = line, false
	}
	end()
}

// standsAlone tells whether a line is no part of a sentence.
func standsAlone(line string) bool {
	return isFurniture(line) || readByline(line, &meta{}) || readMetaLine(line, &meta{})
}

// softBreaks turns the line ends of the source into blanks, or into nothing
// between Chinese characters.
func softBreaks(line string) string {
	if !strings.Contains(line, "\r") {
		return line
	}
	parts := strings.FieldsFunc(line, func(r rune) bool { return r == '\r' })
	var b strings.Builder
	last := ' '
	for _, part := range parts {
		part = strings.Trim(part, " ")
		if b.Len() > 0 {
			part = strings.TrimLeft(part, " \u3000")
		}
		if part == "" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(part)
		if b.Len() > 0 && last < 0x2000 && first < 0x2000 {
			b.WriteByte(' ')
		}
		b.WriteString(part)
		last, _ = utf8.DecodeLastRuneInString(part)
	}
	return b.String()
}

// isChrome judges an element by its name, unless much of the text is in it.
func (e *extractor) isChrome(n *html.Node) bool {
	if e.marked || e.all || n.DataAtom == atom.Body || n.DataAtom == atom.Html || n == e.content || e.lengths[n]*10 > e.total*3 {
		return false
	}
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		if chromeName.MatchString(a.Val) {
			return true
		}
	}
	return false
}
