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
	htmlTag = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|div|p|br|article|section|table|h[1-6]|ul|ol|span|font|center|details|summary)(?:\s[^<>]*)?/?>`)
	// Names that sites give to what stands around a text. TRS_Editor, a common
	// name for the text itself, must not be caught.
	chromeName = regexp.MustCompile(`(?i)(?:^|[-_ ])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|share|sharing|footer|foot|sidebar|side|related|recommends?|comments?|adverts?|ads?|banner|copyright|toolbar|tools|hot|rank|ranking|login|search|pagination|pager|tags?|qrcode|qr|appqr_wrap|appendqr_wrap)(?:[-_ ]|$)`)
	siteSuffix = regexp.MustCompile(`\s*(?:[_|｜]|\s[-–—]\s?|-{1,2})\s*[^_|｜\-–—]{2,24}$`)
	whiteSpace = regexp.MustCompile(`[ \t\r\n\f]+`)
)

func looksLikeHTML(text string) bool {
	return len(htmlTag.FindAllStringIndex(text[:min(len(text), 64<<10)], 2)) > 1 || htmlTag.MatchString(text[:min(len(text), 4<<10)])
}

// parseHTML reads a page or a fragment of one.
func parseHTML(source string, m meta, opts Options) draft {
	return parseMarkup(source, m, false, opts)
}

// parseMarkup is parseHTML for sources that may have been marked up by hand: then
// all that they hold is text.
func parseMarkup(source string, m meta, marked bool, opts Options) draft {
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
	body := root
	if b := doc.Find("body"); b.Length() > 0 {
		body = b.Get(0)
	}
	if marked {
		moveNotes(body)
	}
	quiet := opts
	var left []Omission
	if opts.Omitted != nil {
		quiet.Omitted = func(o Omission) { left = append(left, o) }
	}
	e := extract(root, body, marked, false, map[string]string{}, quiet)
	if !e.holdsText() { // what looks like furniture is all there is
		left = nil
		e = extract(root, body, marked, true, map[string]string{}, quiet)
	}
	for _, o := range left {
		opts.Omitted(o)
	}
	// What stands outside the text can hold its title and its date.
	blocks := e.blocks[e.from:e.to]
	for _, b := range e.blocks[:e.from] {
		switch {
		case b.kind == blockTitle && m.title == "":
			m.title = b.text
		case readOutside(b.text, &m):
		default:
			opts.omit(OmitFurniture, b.text)
		}
	}
	for _, b := range e.blocks[e.to:] {
		opts.omit(OmitFurniture, b.text)
	}
	if m.title == "" && !hasTitle(blocks) {
		m.title = pageTitle(doc)
	}
	return assemble(blocks, m, opts)
}

// readOutside is readMetaLine for a line that does not stand in the text.
func readOutside(line string, m *meta) bool {
	found := *m
	if !readMetaLine(line, &found) || found.published != m.published && !saysPublished(line) {
		return false
	}
	*m = found
	return true
}

// extract collects the blocks below body. noted are the marks of notes that have
// been read, see extractor.
func extract(root, body *html.Node, marked, all bool, noted map[string]string, opts Options) *extractor {
	e := &extractor{opts: opts, sight: newVisibility(root), marked: marked, all: all || marked, lengths: map[*html.Node]int{}, numbers: map[*html.Node]int{}, noted: noted, arranges: map[*html.Node]bool{}}
	e.total = e.measure(body, false)
	e.content = e.mainContent(body)
	e.walk(body, false, false)
	e.flush()
	return e
}

// holdsText tells whether anything but headings was found where the text is.
func (e *extractor) holdsText() bool {
	for _, b := range e.blocks[e.from:e.to] {
		if b.kind != blockTitle && hasWords(b.text) && !isFurniture(b.text) {
			return true
		}
	}
	return false
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
	dates = append(dates, ownTime(doc.Get(0)))
	for _, d := range dates {
		if day, ok := parseDay(d); ok {
			m.published = day
			break
		}
		if d != "" && m.undated == "" {
			m.undated = "published: " + oneLine(d)
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
