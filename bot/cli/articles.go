package cli

import (
	"fmt"
	"strings"

	"zhiwen/bot/api"
	"zhiwen/rag/zhtext"
)

// Articles lists articles: day and title, and below them where they are from
// and the ID to show them by.
func (r *Renderer) Articles(list []api.ArticleNote) {
	for _, n := range list {
		day := n.Published
		if day == "" {
			day = strings.Repeat("-", len("2006-01-02"))
		}
		indent := strings.Repeat(" ", len(day)+1)
		if r.Width > 0 && r.Width < 2*len(indent) {
			indent = "  "
		}
		r.printHanging(indent, []run{{text: day + " ", style: faint}, {zhtext.Clean(n.Title), strong, r.Links.Article(n.ID)}})
		below := []string{n.ID}
		if n.Source != "" {
			below = append(below, zhtext.Clean(n.Source))
		}
		r.print(indent, []run{{text: strings.Join(below, " · "), style: faint}})
	}
}

// Article shows an article with its paragraphs numbered.
func (r *Renderer) Article(doc api.Article) {
	r.print("", []run{{text: zhtext.Clean(doc.Title), style: strong}})
	about := []string{}
	for _, part := range []string{doc.Published, doc.Source, doc.Author, doc.ID} {
		if part != "" {
			about = append(about, zhtext.Clean(part))
		}
	}
	r.print("", []run{{text: strings.Join(about, " · "), style: faint}})
	if doc.URL != "" {
		r.print("", []run{{text: zhtext.Clean(doc.URL), style: faint}})
	}
	for _, p := range doc.Text {
		number := fmt.Sprintf("[%d] ", p.Number)
		indent := strings.Repeat(" ", len(number))
		fmt.Fprintln(r.out)
		lines := strings.Split(zhtext.Clean(p.Text), "\n")
		r.printHanging(indent, []run{{text: number, style: marker}, {text: lines[0], style: plain}})
		for _, line := range lines[1:] {
			r.print(indent, []run{{text: line, style: plain}})
		}
	}
}
