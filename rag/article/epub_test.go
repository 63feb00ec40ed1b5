package article

import (
	"strings"
	"testing"
	"time"
)

// book packs a book of chapters, which are the bodies of pages.
func book(t *testing.T, metadata string, chapters ...string) []byte {
	t.Helper()
	parts := map[string]string{"META-INF/container.xml": `<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>`}
	items, spine := "", ""
	for i, c := range chapters {
		name := string(rune('a'+i)) + ".xhtml"
		parts["OPS/"+name] = `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>` + c + `</body></html>`
		items += `<item id="` + name + `" href="` + name + `"/>`
		spine += `<itemref idref="` + name + `"/>`
	}
	parts["OPS/book.opf"] = `<package xmlns:dc="dc" xmlns:opf="opf"><metadata><dc:title>渡口志</dc:title>` + metadata + `</metadata><manifest>` + items + `</manifest><spine>` + spine + `</spine></package>`
	return office(t, parts)
}

func TestBookDay(t *testing.T) {
	for _, c := range []struct{ metadata, want string }{
		{`<dc:date>2024-03-02</dc:date>`, "2024-03-02"},
		{`<dc:date>2024-03-02T08:00:00+00:00</dc:date>`, "2024-03-02"},
		{`<dc:date opf:event="modification">2025-01-01</dc:date><dc:date opf:event="publication">2024-03-02</dc:date>`, "2024-03-02"},
		{`<dc:date opf:event="modification">2025-01-01</dc:date>`, ""},
		{`<dc:date>2024</dc:date>`, ""},
		{`<dc:date>0101-01-01T00:00:00+00:00</dc:date>`, ""},
		{`<dc:date>2034-03-02</dc:date>`, ""},
		{``, ""},
	} {
		var told []string
		opts := Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Omitted: func(o Omission) { told = append(told, o.Text) }}
		articles, err := Parse(book(t, c.metadata, "<p>渡口建于光绪十二年，有船三只。</p>"), "a.epub", opts)
		if err != nil || len(articles) != 1 {
			t.Fatalf("%d articles, %v", len(articles), err)
		}
		got := publishedDay(articles[0])
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.metadata, got, c.want)
		}
		if lost := got == "" && strings.Contains(c.metadata, "<dc:date>"); lost != (len(told) == 1) {
			t.Errorf("%s: told of %q", c.metadata, told)
		}
	}
}

// Notes of a book stand behind their marks, in whatever file, and what says whose a
// quotation is stays with it.
func TestBookNotes(t *testing.T) {
	const text = "{} 渡口建于光绪十二年[1]。\n"
	for _, c := range []struct {
		name     string
		chapters []string
		want     string
	}{
		{"beside the text", []string{`<p>渡口建于光绪十二年<a epub:type="noteref" href="#n1">1</a>。</p><aside epub:type="footnote" id="n1"><p>见县志。</p></aside><p>有船三只。</p>`}, text + "{} [1] 见县志。\n{} 有船三只。\n"},
		{"in a file of their own", []string{`<p>渡口建于光绪十二年<sup><a href="b.xhtml#n1">[1]</a></sup>。</p>`, `<ol><li id="n1">见县志。<a href="a.xhtml#r1">↩</a></li></ol>`}, text + "{} [1] 见县志。\n"},
		{"raised without a link", []string{`<p>渡口建于光绪十二年<sup>1</sup>。</p>`}, text},
		{"a quotation", []string{`<blockquote><p>船到桥头自然直。</p><footer>船工</footer></blockquote><p>有船三只。</p>`}, "{} 船到桥头自然直。 / ——船工\n{} 有船三只。\n"},
		{"a quotation by class", []string{`<p class="epigraph">船到桥头自然直。</p><p class="epigraph-source">《渡口歌》</p><p>有船三只。</p>`}, "{} 船到桥头自然直。 / ——《渡口歌》\n{} 有船三只。\n"},
		{"a quotation with a dash", []string{`<p>船到桥头自然直。</p><p>——《渡口歌》</p><p>有船三只。</p>`}, "{} 船到桥头自然直。 / ——《渡口歌》\n{} 有船三只。\n"},
		{"a heading with a dash", []string{`<p>船到桥头自然直。</p><h2>渡口</h2><p>——三代船工</p><p>有船三只。</p>`}, "{} 船到桥头自然直。\n{渡口} 渡口 / ——三代船工 / 有船三只。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, string(book(t, "", c.chapters...)), "a.epub", c.want)
		})
	}
}
