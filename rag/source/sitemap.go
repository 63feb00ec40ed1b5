package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"
)

// ErrSitemap says that what should be a sitemap cannot be read as one.
var ErrSitemap = errors.New("the sitemap is broken")

// sitemapRoot finds the first element of a sitemap, or of an index of sitemaps.
var sitemapRoot = regexp.MustCompile(`(?s)^(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[A-Za-z]+:)?(?:urlset|sitemapindex)[\s>/]`)

// entry is an address that a list names.
type entry struct {
	url     string
	lastmod string // as the list writes it
	list    bool   // the address is of another list
}

// maxEntries is how many addresses a sitemap may hold (sitemaps.org: 50,000).
const maxEntries = 50_000

// parseSitemap lists the addresses of a sitemap, made absolute. When it breaks off
// in the middle the addresses before are returned with the error.
func parseSitemap(raw []byte, base string) ([]entry, error) {
	from, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = charset.NewReaderLabel
	var out []entry
	var now *entry
	depth, field := 0, ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("%w after %d addresses: %v", ErrSitemap, len(out), err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			switch {
			case depth == 2 && (t.Name.Local == "url" || t.Name.Local == "sitemap"):
				now = &entry{list: t.Name.Local == "sitemap"}
			case depth == 3:
				field = t.Name.Local
			default:
				field = "" // of an image, a film or a translation
			}
		case xml.CharData:
			if now == nil || depth != 3 {
				continue
			}
			switch field {
			case "loc":
				now.url += string(t)
			case "lastmod":
				now.lastmod += string(t)
			}
		case xml.EndElement:
			if depth == 2 && now != nil {
				if u, err := from.Parse(strings.TrimSpace(now.url)); err == nil && strings.TrimSpace(now.url) != "" {
					now.url, now.lastmod = u.String(), strings.TrimSpace(now.lastmod)
					out = append(out, *now)
				}
				if now = nil; len(out) > maxEntries {
					return out[:maxEntries], fmt.Errorf("%w: it holds more than %d addresses", ErrSitemap, maxEntries)
				}
			}
			depth--
		}
	}
}
