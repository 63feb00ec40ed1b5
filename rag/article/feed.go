package article

import (
	"regexp"
	"strings"
)

var feedRoot = regexp.MustCompile(`(?s)^\s*(?:<\?xml.*?\?>\s*)?(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]`)

// parseFeed reads RSS and Atom: an article for each entry.
func parseFeed(text string, opts Options) ([]draft, error) {
	// The text is UTF-8 by now, whatever the document says of itself.
	if at := strings.Index(text, "?>"); strings.HasPrefix(strings.TrimSpace(text), "<?xml") && at > 0 {
		text = text[at+2:]
	}
	root, err := parseXML([]byte(text))
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
					link := strings.TrimSpace(c.content())
					if rel := c.attrs["rel"]; c.attrs["href"] != "" && (rel == "" || rel == "alternate") {
						link = c.attrs["href"]
					}
					if isWebAddress(link) && m.url == "" {
						m.url = link
					}
				case "author", "creator":
					if m.author == "" {
						m.author = oneLine(c.content())
					}
				case "pubDate", "published", "date", "issued":
					if day, ok := parseDay(oneLine(c.content())); ok {
						m.published = day
					}
				}
			}
			if m.published.IsZero() {
				m.published, _ = parseDay(oneLine(e.child("updated").content()))
			}
			body := ""
			for _, field := range []string{"encoded", "content", "description", "summary"} {
				if body = e.child(field).content(); strings.TrimSpace(body) != "" {
					break
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

// child is the first element of a name right below e, nil when there is none.
func (e *element) child(name string) *element {
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}
