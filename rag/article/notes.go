package article

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNoteMark is how long the mark of a note is, in runes.
const maxNoteMark = 4

// marker writes the mark of a note in brackets, so that it does not become a figure
// of the sentence, and remembers what it points to. Other superscripts are text.
func (e *extractor) marker(n *html.Node) bool {
	text := strings.Trim(strings.TrimSpace(plainText(n)), "[]［］【】()（）〔〕 ")
	var link *html.Node
	if n.DataAtom == atom.A {
		link = n
	}
	for c := range n.Descendants() {
		if c.DataAtom == atom.A {
			link = c
		}
	}
	if link == nil || text == "" || utf8.RuneCountInString(text) > maxNoteMark {
		return false
	}
	e.text.WriteString("[" + text + "]")
	if _, id, ok := strings.Cut(attr(link, "href"), "#"); ok && id != "" && e.noted[id] == "" {
		e.noted[id] = text
	}
	return true
}

// isNoteMark tells whether a link says that it is the mark of a note, raised or not.
func isNoteMark(n *html.Node) bool {
	return strings.Contains(attr(n, "epub:type"), "noteref") || attr(n, "role") == "doc-noteref"
}

// isAnchor tells whether a link leads to a place of the page and says nothing: from a
// note back to its mark (↩), or to the heading that it stands in (¶).
func isAnchor(n *html.Node) bool {
	if !strings.Contains(attr(n, "href"), "#") || hasWords(plainText(n)) {
		return false
	}
	for c := range n.Descendants() {
		if c.DataAtom == atom.Img || c.DataAtom == atom.Svg { // has words of its own
			return false
		}
	}
	return n.FirstChild != nil
}

// noteLabel is what stands ahead of a note that a mark has pointed to, "" for other
// elements and for notes that repeat their mark themselves.
func (e *extractor) noteLabel(n *html.Node) (label string, isNote bool) {
	switch n.DataAtom {
	case atom.Li, atom.Aside, atom.P, atom.Div, atom.Dd, atom.Section:
	default:
		return "", false
	}
	mark := e.noted[attr(n, "id")]
	if mark == "" {
		return "", false
	}
	text := strings.TrimLeft(plainText(n), " \r\n\t[［【(（〔^↑")
	if rest, ok := strings.CutPrefix(text, mark); ok && (rest == "" || !strings.ContainsAny(rest[:1], "0123456789")) {
		return "", true
	}
	return "[" + mark + "] ", true
}

// moveNotes puts the notes that a renderer gathered at the end of a document at the
// end of the sections that have their marks: what stands over a note is what it is
// about.
func moveNotes(body *html.Node) {
	var gathered *html.Node
	marks := map[string]*html.Node{}
	for n := range body.Descendants() {
		if n.DataAtom == atom.Div && attr(n, "role") == "doc-endnotes" && n.Parent == body {
			gathered = n
		}
		if id, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && isNoteMark(n) && marks[id] == nil {
			marks[id] = n
		}
	}
	if gathered == nil {
		return
	}
	ends := sectionEnds(body, gathered)
	var notes []*html.Node
	for n := range gathered.Descendants() {
		if n.DataAtom == atom.Li && marks[attr(n, "id")] != nil {
			notes = append(notes, n)
		}
	}
	for _, n := range notes {
		at := marks[attr(n, "id")]
		for at.Parent != nil && at.Parent != body {
			at = at.Parent
		}
		if at.Parent == nil || at == gathered { // the mark stands in another note
			continue
		}
		n.Parent.RemoveChild(n)
		n.Data, n.DataAtom = "div", atom.Div
		body.InsertBefore(n, ends[at])
	}
}

// sectionEnds is what follows the section in which each part of a document stands: the
// next heading, or the notes.
func sectionEnds(body, notes *html.Node) map[*html.Node]*html.Node {
	ends := map[*html.Node]*html.Node{}
	var end *html.Node
	for c := body.LastChild; c != nil; c = c.PrevSibling {
		ends[c] = end
		if c == notes || isHeadingTag(c.DataAtom) {
			end = c
		}
	}
	return ends
}

// attributionClass is what books and pages call the line that says whose a quotation is.
var attributionClass = regexp.MustCompile(`(?i)(?:^|[-_ ])(?:attribution|quote-author|quote-source|epigraph-(?:author|source))(?:[-_ ]|$)`)

// attributes tells whether an element says below a quotation whose it is.
func attributes(n *html.Node) bool {
	if !isBlockTag(n.DataAtom) {
		return false
	}
	if n.DataAtom == atom.Footer {
		return n.Parent != nil && n.Parent.DataAtom == atom.Blockquote
	}
	return attributionClass.MatchString(attr(n, "class"))
}

func isHeadingTag(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

var (
	noteDefinition = regexp.MustCompile(`(?m)^( {0,3})\[\^([^\]\s]{1,40})\]:`)
	noteMention    = regexp.MustCompile(`\[\^([^\]\s]{1,40})\]`)
)

// unusedNotes are the notes of a Markdown document that no mark points to.
func unusedNotes(source string) map[string]bool {
	uses := map[string]int{}
	for _, m := range noteMention.FindAllStringSubmatch(source, -1) {
		uses[m[1]]++
	}
	unused := map[string]bool{}
	for _, m := range noteDefinition.FindAllStringSubmatch(source, -1) {
		if uses[m[2]]--; uses[m[2]] == 0 {
			unused[m[2]] = true
		}
	}
	return unused
}

// keepNote writes the head of a note that no mark points to as a paragraph: the
// renderer would drop it.
func keepNote(line string, unused map[string]bool) string {
	m := noteDefinition.FindStringSubmatch(line)
	if m == nil || !unused[m[2]] {
		return line
	}
	return m[1] + `\[` + m[2] + `\]` + line[len(m[0]):]
}
