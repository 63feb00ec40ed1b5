package api

import (
	"fmt"
	"net/url"
	"strings"

	"zhiwen/rag"
)

// Links makes addresses of the pages that 'zhiwen serve' has for articles.
// Without a base there are none.
type Links struct {
	// Base is the address of the server, without a slash at its end.
	Base string
}

// Article is the address of an article's page, "" without a base.
func (l Links) Article(id string) string {
	if l.Base == "" {
		return ""
	}
	return l.Base + ArticlePath(id)
}

// Citation is the address of the very words that a citation quotes: the
// article's page with the words marked, at their paragraph.
func (l Links) Citation(c rag.Citation) string {
	if l.Base == "" {
		return ""
	}
	return l.Base + CitationPath(c)
}

// ArticlePath is what follows the base in the address of an article's page: /a/ID. The
// IDs . and .. would lead elsewhere there, escaped or not, because they stand for folders
// in every path; they go into the query: /a/?id=..
func ArticlePath(id string) string {
	if id == "." || id == ".." {
		return "/a/?id=" + id
	}
	return "/a/" + url.PathEscape(id)
}

// CitationPath is what follows the base in the address of quoted words:
// /a/ID?q=3:32-66#p3 are the characters 32 to 66 of paragraph 3.
func CitationPath(c rag.Citation) string {
	path, and := ArticlePath(c.ArticleID), "?"
	if strings.Contains(path, "?") { // never in an ID, where it is escaped
		and = "&"
	}
	return fmt.Sprintf("%s%sq=%d:%d-%d#p%d", path, and, c.Paragraph, c.Start, c.End, c.Paragraph)
}

// Citation is a citation with the address of the words it quotes.
type Citation struct {
	rag.Citation
	Link string `json:"link,omitempty" jsonschema:"address of the quoted words on this server"`
}

// Citations adds the addresses to citations.
func (l Links) Citations(list []rag.Citation) []Citation {
	out := make([]Citation, len(list))
	for i, c := range list {
		out[i] = Citation{c, l.Citation(c)}
	}
	return out
}
