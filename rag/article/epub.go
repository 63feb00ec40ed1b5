package article

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// parseEPUB reads the chapters of a book in their order.
func parseEPUB(p *zipPackage, opts Options) (draft, error) {
	start, err := p.xmlPart("META-INF/container.xml")
	if err != nil {
		return draft{}, err
	}
	rootfile := start.find("rootfile")
	if rootfile == nil {
		return draft{}, fmt.Errorf("%w: the book does not say where it begins", ErrDamaged)
	}
	at := rootfile.attrs["full-path"]
	book, err := p.xmlPart(at)
	if err != nil {
		return draft{}, err
	}
	if book == nil {
		return draft{}, fmt.Errorf("%w: %s is missing", ErrDamaged, at)
	}
	if p.has("META-INF/rights.xml") || p.has("META-INF/license.lcpl") {
		return draft{}, fmt.Errorf("%w of its shop", ErrLocked)
	}
	described := book.find("metadata")
	m := meta{title: oneLine(described.find("title").content()), author: oneLine(described.find("creator").content()), source: oneLine(described.find("publisher").content())}
	m.published, m.undated = bookDay(described, opts)
	files, kinds := map[string]string{}, map[string]string{}
	book.find("manifest").all("item", func(i *element) {
		if href, err := url.PathUnescape(i.attrs["href"]); err == nil {
			files[i.attrs["id"]] = path.Join(path.Dir(at), href)
		}
		kinds[i.attrs["id"]] = i.attrs["properties"]
	})
	var blocks []block
	var failed error
	noted := map[string]string{} // a chapter's notes may stand in another file
	book.find("spine").all("itemref", func(ref *element) {
		id := ref.attrs["idref"]
		if failed != nil || files[id] == "" {
			return
		}
		raw, err := p.read(files[id])
		if err != nil {
			failed = err
			return
		}
		if strings.Contains(kinds[id], "nav") {
			opts.omit(OmitRelated, "table of contents")
			return
		}
		root, err := html.Parse(bytes.NewReader(raw))
		if err != nil {
			opts.omit(OmitUnreadable, files[id])
			return
		}
		body := goquery.NewDocumentFromNode(root).Find("body")
		if body.Length() == 0 {
			return
		}
		blocks = append(blocks, extract(root, body.Get(0), true, true, noted, opts).blocks...)
	})
	if failed != nil {
		return draft{}, failed
	}
	for i := range blocks { // the book has the title, a chapter has a heading
		if blocks[i].kind == blockTitle {
			blocks[i].kind = blockHeading
		}
	}
	return assemble(blocks, m, opts), nil
}

// bookDay is the day on which a book says that it was published, and what stands in its
// place. The day of a file is none.
func bookDay(described *element, opts Options) (day time.Time, undated string) {
	described.all("date", func(d *element) {
		event, text := d.attrs["event"], oneLine(d.content())
		if !day.IsZero() || event != "" && !strings.Contains(event, "publication") {
			return
		}
		at, ok := parseDay(text)
		if ok && at.Year() >= 1900 && !isAhead(at, opts.now()) {
			day = at
		} else {
			undated = "date: " + text
		}
	})
	return day, undated
}
