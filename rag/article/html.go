package article

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	htmlTag = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|div|p|br|article|section|table|h[1-6]|ul|ol|span|font|center)(?:\s[^<>]*)?/?>`)
	// Names that sites give to what stands around a text. TRS_Editor, a common
	// name for the text itself, must not be caught.
	chromeName  = regexp.MustCompile(`(?i)(?:^|[-_ ])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|share|sharing|footer|foot|sidebar|side|related|recommends?|comments?|adverts?|ads?|banner|copyright|toolbar|tools|hot|rank|ranking|login|search|pagination|pager|tags?|qrcode|qr|appqr_wrap|appendqr_wrap)(?:[-_ ]|$)`)
	pictureName = regexp.MustCompile(`(?i)(?:^|[-_ ])(?:img|pic|picture|photo|image|figure|caption)s?(?:[-_ ]|$)`)
	siteSuffix  = regexp.MustCompile(`\s*(?:[_|｜]|\s[-–—]\s?|-{1,2})\s*[^_|｜\-–—]{2,24}$`)
	whiteSpace  = regexp.MustCompile(`[ \t\r\n\f]+`)
)

func looksLikeHTML(text string) bool {
	return len(htmlTag.FindAllStringIndex(text[:min(len(text), 64<<10)], 2)) > 1 || htmlTag.MatchString(text[:min(len(text), 4<<10)])
}

// parseHTML reads a page or a fragment of one.
func parseHTML(source string, m meta, opts Options) draft {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		// The parser refuses to nest deeper than 512 elements: read such a page
		// without the elements that only group.
		if root, err = html.Parse(strings.NewReader(flatten(source))); err != nil {
			return draft{}
		}
	}
	doc := goquery.NewDocumentFromNode(root)
	found := metaFromHead(doc)
	m.fill(found)
	e := extractor{lengths: map[*html.Node]int{}}
	body := root
	if b := doc.Find("body"); b.Length() > 0 {
		body = b.Get(0)
	}
	e.total = e.measure(body, false)
	e.content = e.mainContent(body)
	e.walk(body, false)
	e.flush()
	// What stands outside the text can hold its title and its date.
	blocks := e.blocks[e.from:e.to]
	for _, b := range e.blocks[:e.from] {
		if b.kind == blockTitle && m.title == "" {
			m.title = b.text
		}
		readMetaLine(b.text, &m)
	}
	if m.title == "" && !hasTitle(blocks) {
		m.title = pageTitle(doc)
	}
	return assemble(blocks, m, opts)
}

func hasTitle(blocks []block) bool {
	for _, b := range blocks {
		if b.kind == blockTitle && b.text != "" {
			return true
		}
	}
	return false
}

// flatten keeps the tags that break lines or hide text and drops the rest.
func flatten(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Raw())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := append([]byte(nil), z.Raw()...)
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.P, atom.Br, atom.H1, atom.H2, atom.H3, atom.Script, atom.Style, atom.Title, atom.Meta:
				b.Write(raw)
			default:
				if isBlockTag(a) {
					b.WriteString("<p>")
				}
			}
		}
	}
}

// metaFromHead reads what a page says about itself for machines.
func metaFromHead(doc *goquery.Document) meta {
	values := map[string]string{}
	doc.Find("meta").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", s.AttrOr("property", s.AttrOr("itemprop", "")))
		if content := strings.TrimSpace(s.AttrOr("content", "")); name != "" && content != "" {
			if name = strings.ToLower(name); values[name] == "" {
				values[name] = content
			}
		}
	})
	first := func(names ...string) string {
		for _, n := range names {
			if values[n] != "" {
				return values[n]
			}
		}
		return ""
	}
	m := meta{
		title:  first("articletitle", "og:title", "twitter:title"),
		author: first("author", "article:author"),
		source: first("contentsource", "source", "mediaid", "og:article:source"),
		url:    first("og:url", "url"),
	}
	if canonical := doc.Find("link[rel=canonical]").AttrOr("href", ""); isWebAddress(canonical) {
		m.url = canonical
	} else if !isWebAddress(m.url) {
		m.url = ""
	}
	if isWebAddress(m.author) {
		m.author = ""
	}
	dates := []string{first("article:published_time", "og:published_time", "pubdate", "publishdate", "publish_time", "datepublished", "dc.date", "dcterms.created", "date")}
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var ld struct {
			DatePublished string `json:"datePublished"`
		}
		if json.Unmarshal([]byte(s.Text()), &ld) == nil {
			dates = append(dates, ld.DatePublished)
		}
	})
	dates = append(dates, doc.Find("time[datetime]").AttrOr("datetime", ""))
	for _, d := range dates {
		if day, ok := parseDay(d); ok {
			m.published = day
			break
		}
	}
	return m
}

// pageTitle is the title of the browser's window without the site's name.
func pageTitle(doc *goquery.Document) string {
	title := oneLine(doc.Find("title").First().Text())
	for range 2 {
		cut := strings.TrimSpace(siteSuffix.ReplaceAllString(title, ""))
		if utf8.RuneCountInString(cut) < 6 {
			break
		}
		title = cut
	}
	return title
}

// extractor walks a page and collects its blocks in order.
type extractor struct {
	lengths  map[*html.Node]int // runes of text in sentences below a node
	total    int
	content  *html.Node // holds the text
	from, to int        // the blocks of content

	blocks      []block
	text        strings.Builder
	runes, link int
	kind        blockKind
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
	if n.Type == html.ElementNode && isHidden(n) {
		return 0
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
	for {
		var next *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && e.lengths[c]*10 >= e.total*8 && e.total > 0 && c.DataAtom != atom.P {
				next = c
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
}

// walk is recursive: the parser limits the depth to 512.
func (e *extractor) walk(n *html.Node, linked bool) {
	switch n.Type {
	case html.TextNode:
		e.write(n.Data, linked)
		return
	case html.ElementNode:
		if isHidden(n) || e.isChrome(n) {
			return
		}
	case html.CommentNode, html.DoctypeNode:
		return
	}
	broken := isBlockTag(n.DataAtom)
	if broken {
		e.flush()
	}
	if n == e.content {
		e.flush()
		e.from = len(e.blocks)
	}
	switch n.DataAtom {
	case atom.Br:
		e.text.WriteByte('\n')
	case atom.Td, atom.Th:
		if e.text.Len() > 0 {
			e.text.WriteByte(' ')
		}
	}
	outer := e.kind
	switch n.DataAtom {
	case atom.H1:
		e.kind = blockTitle
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		e.kind = blockHeading
	case atom.Li, atom.Tr, atom.Dd, atom.Dt:
		e.kind = blockItem
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		e.walk(c, linked || n.DataAtom == atom.A)
	}
	if broken {
		e.flush()
	}
	e.kind = outer
	if n == e.content {
		e.flush()
		e.to = len(e.blocks)
	}
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
	broken := false
	end := func() {
		if open.Len() > 0 {
			e.blocks = append(e.blocks, block{open.String(), e.kind, links})
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
		if broken || indented || endsSentence(last) || isHeadingText(last) && endsSentence(line) || standsAlone(last) || standsAlone(line) {
			end()
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

// isHidden tells whether a reader does not see an element, or only uses it.
func isHidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Canvas, atom.Form,
		atom.Button, atom.Select, atom.Input, atom.Textarea, atom.Nav, atom.Footer, atom.Aside, atom.Figcaption,
		atom.Video, atom.Audio, atom.Object, atom.Img, atom.Head:
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			if style := strings.ReplaceAll(strings.ToLower(a.Val), " ", ""); strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// isChrome judges an element by its name, unless much of the text is in it.
func (e *extractor) isChrome(n *html.Node) bool {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html || n == e.content || e.lengths[n]*10 > e.total*3 {
		return false
	}
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		if chromeName.MatchString(a.Val) {
			return true
		}
		if pictureName.MatchString(a.Val) && e.lengths[n] <= 200 {
			return true
		}
	}
	return false
}

func isBlockTag(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Article, atom.Section, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Caption, atom.Blockquote, atom.Pre, atom.Hr,
		atom.Figure, atom.Figcaption, atom.Address, atom.Form, atom.Fieldset, atom.Center, atom.Body, atom.Details, atom.Summary:
		return true
	}
	return false
}
