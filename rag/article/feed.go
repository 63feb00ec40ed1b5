package article

import (
	"encoding/xml"
	"regexp"
	"strings"
)

var feedRoot = regexp.MustCompile(`(?s)^\s*(?:<\?xml.*?\?>\s*)?(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<(?:rss|feed|rdf:RDF)[\s>]`)

// parseFeed reads RSS and Atom: an article for each entry.
func parseFeed(text string, opts Options) ([]draft, error) {
	root, err := feedTree(text)
	if err != nil {
		return nil, err
	}
	source := ""
	for _, name := range []string{"channel", "feed"} {
		if e := root.find(name); e != nil && source == "" {
			source = oneLine(e.child("title").content())
		}
	}
	var drafts []draft
	for _, name := range []string{"item", "entry"} {
		root.all(name, func(e *element) {
			m := meta{title: oneLine(e.child("title").content()), source: source}
			for _, c := range e.children {
				switch c.name {
				case "link":
					if link := linkOf(c); m.url == "" {
						m.url = link
					}
				case "author", "creator":
					if m.author == "" {
						m.author = oneLine(c.content())
					}
				case "pubDate", "published", "date", "issued":
					if day, ok := parseDay(oneLine(c.content())); ok {
						m.published = day
					} else {
						m.undated = c.name + ": " + oneLine(c.content())
					}
				}
			}
			if m.published.IsZero() {
				m.published, _ = parseDay(oneLine(e.child("updated").content()))
			}
			body := ""
			for _, field := range []string{"encoded", "content", "description", "summary"} {
				switch text := e.child(field).content(); {
				case strings.TrimSpace(text) == "":
				case body == "":
					body = text
				case !strings.Contains(string(compact(body)), string(compact(text))):
					opts.omit(OmitRepeated, text) // a summary of what is read
				}
			}
			if strings.TrimSpace(body) == "" {
				opts.omit(OmitUnreadable, "an entry without a text: "+m.title)
				return
			}
			d := parseMarkup(body, m, true, opts)
			d.line = len(drafts) + 1
			drafts = append(drafts, d)
		})
	}
	return drafts, nil
}

// feedTree reads the XML of a feed. Names of characters that HTML has and XML has
// not (&nbsp;) are frequent in feeds and are read.
func feedTree(text string) (*element, error) {
	// The text is UTF-8 by now, whatever the document says of itself.
	if at := strings.Index(text, "?>"); strings.HasPrefix(strings.TrimSpace(text), "<?xml") && at > 0 {
		text = text[at+2:]
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	return readXML(d)
}

// linkOf is the web address that a link of an entry leads to; "" for none.
func linkOf(link *element) string {
	address := strings.TrimSpace(link.content())
	if rel := link.attrs["rel"]; link.attrs["href"] != "" {
		if rel != "" && rel != "alternate" {
			return ""
		}
		address = link.attrs["href"]
	}
	if !isWebAddress(address) {
		return ""
	}
	return address
}

// FeedEntry is an entry of a feed, without its text.
type FeedEntry struct {
	URL     string // of the page that it stands for
	Updated string // when it was changed, as the feed writes it; "" when it does not
}

// FeedEntries lists the entries of an RSS or Atom feed that link to a page. isFeed
// is false for what is no feed; an error wraps ErrDamaged or says why the bytes
// are no text.
func FeedEntries(raw []byte, opts Options) (entries []FeedEntry, isFeed bool, err error) {
	text, err := decode(raw, opts)
	if err != nil || !feedRoot.MatchString(text[:min(len(text), 8<<10)]) {
		return nil, false, err
	}
	root, err := feedTree(text)
	if err != nil {
		return nil, true, err
	}
	for _, name := range []string{"item", "entry"} {
		root.all(name, func(e *element) {
			entry := FeedEntry{}
			for _, c := range e.children {
				switch c.name {
				case "link":
					if entry.URL == "" {
						entry.URL = linkOf(c)
					}
				case "updated", "modified":
					entry.Updated = oneLine(c.content())
				}
			}
			if entry.URL != "" {
				entries = append(entries, entry)
			}
		})
	}
	return entries, true, nil
}
