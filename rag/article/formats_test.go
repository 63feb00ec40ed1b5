package article

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Files that other programs made, see testdata/formats/make.py.
func TestFormats(t *testing.T) {
	const bridge, deck = "东江大桥今天正式通车，全长1860米，双向六车道。", "桥面宽三十米，设计时速为八十公里。"
	const rows = "{价目} 品名：雪梨，单价：12元，产地：东乡\n{价目} 品名：苹果，单价：9.5元，产地：西乡\n"
	const word = "{} " + bridge + "\n{价目} 价目 / 集市上有以下水果： / 雪梨 / 苹果\n" + rows + "{价目} 品名：产地共计，产地：两处\n{养护} 养护 / " + deck + "\n"
	const slides = "{} " + bridge + "\n{} " + deck + "\n{价目} 价目 / 品名：雪梨，单价：12元，产地：东乡\n{价目} 品名：苹果，单价：9.5元，产地：西乡\n"
	const sheet = "{价目} 价目 / 水果价目表\n{价目 › 水果价目表} 品名：雪梨，单价：12元，产地：东乡\n{价目 › 水果价目表} 品名：苹果，单价：9.5元，产地：西乡\n{价目 › 水果价目表} 品名：合计"
	const plan = "\n{日程} 日程 / 事项：开工，日期：2024-03-02，完成：25%\n"
	for _, c := range []struct{ name, title, want, pages string }{
		{"python-docx.docx", "东江大桥", word, ""},
		{"libreoffice.docx", "东江大桥", word, ""},
		{"python-docx-contract.docx", "东江大桥养护合同", "{} 养护每年检修两次，由乙方负责。\n{} 事项：桥面清扫，负责人：王二\n{} 事项：护栏油漆，负责人：李三\n{} 合同编号：DQ-2024-018\n", ""},
		{"openpyxl.xlsx", "openpyxl", sheet + "，单价：21.5元" + plan, ""},
		{"libreoffice.xlsx", "libreoffice", sheet + "，单价：21.5元" + plan, ""},
		{"python-pptx.pptx", "东江大桥", slides, "1 1 2 2"},
		{"libreoffice.pptx", "东江大桥", slides, "1 1 2 2"},
		{"ebooklib.epub", "东江大桥", "{通车} 通车 / " + bridge + "\n{养护} 养护 / " + deck + "\n", ""},
		{"nbformat.ipynb", "东江大桥", "{} " + bridge + "\n{} workers = 4 / print(workers)\n{} 4\n", ""},
		{"reportlab.pdf", "东江大桥", "{} " + bridge + "\n{} " + deck + "\n{} 第三页说的是养护：每年检修两次。\n", "1 2 3"},
		{"chromium.pdf", "东江大桥", "{} 东江大桥 / " + bridge + "\n{} " + deck + "\n", "1 1"},
		{"python.eml", "东江大桥", "{} " + bridge + "\n{} " + deck + "\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var told []Omission
			articles, err := ParseFile(t.Context(), filepath.Join("testdata", "formats", c.name), Options{Omitted: func(o Omission) { told = append(told, o) }})
			if err != nil || len(articles) == 0 {
				t.Fatalf("%d articles, %v", len(articles), err)
			}
			if got := outline(articles[0]); got != c.want || articles[0].Title != c.title {
				t.Errorf("title %s\n%swant %s\n%s", articles[0].Title, got, c.title, c.want)
			}
			if c.pages != "" {
				var pages []string
				for _, p := range articles[0].Paragraphs {
					pages = append(pages, string(rune('0'+p.Page)))
				}
				if got := strings.Join(pages, " "); got != c.pages {
					t.Errorf("pages %s, want %s", got, c.pages)
				}
			}
			if strings.Contains(describe(articles), "九十元") {
				t.Error("hidden text is indexed")
			}
			hidden := strings.HasSuffix(c.name, "x.docx") || c.name == "libreoffice.docx" || strings.HasSuffix(c.name, ".xlsx")
			if hidden && !strings.Contains(omissions(told), "hidden: ") {
				t.Errorf("the hidden text is not told of: %s", omissions(told))
			}
			if c.name == "python.eml" {
				if len(articles) != 2 || articles[1].Title != "价目" || !strings.Contains(describe(articles), "品名：雪梨，单价：12元") {
					t.Errorf("the attachment:\n%s", describe(articles[1:]))
				}
				if articles[0].Published.Format(time.DateOnly) != "2024-03-02" || articles[0].Author != "王二" {
					t.Errorf("published %v by %s", articles[0].Published, articles[0].Author)
				}
				if !strings.Contains(omissions(told), "photo.png") {
					t.Errorf("the picture is not told of: %s", omissions(told))
				}
			}
		})
	}
	articles, err := ParseFile(t.Context(), filepath.Join("testdata", "formats", "libreoffice.pdf"), Options{})
	if err != nil || !strings.Contains(describe(articles), bridge) || !strings.Contains(describe(articles), "品名：苹果，单价：9.5元，产地：西乡") {
		t.Errorf("libreoffice.pdf: %v, %s", err, describe(articles))
	}
}

func omissions(told []Omission) string {
	var b strings.Builder
	for _, o := range told {
		b.WriteString(string(o.Reason) + ": " + o.Text + "\n")
	}
	return b.String()
}

// Formats of text that a test can write itself.
func TestTextFormats(t *testing.T) {
	for _, c := range []struct{ name, path, raw, want string }{
		{"RSS", "a.xml", `<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>青山日报</title>
			<item><title>通车</title><link>https://example.org/1</link><pubDate>Sat, 02 Mar 2024 08:00:00 +0800</pubDate><description>&lt;p&gt;大桥今天通车。&lt;/p&gt;&lt;p&gt;全长三百米。&lt;/p&gt;</description></item>
			<item><title>停水</title><link>https://example.org/2</link><description>东街今天停水。</description></item></channel></rss>`,
			"通车 2024-03-02 https://example.org/1 大桥今天通车。/全长三百米。|停水  https://example.org/2 东街今天停水。"},
		{"Atom", "a.xml", `<feed xmlns="http://www.w3.org/2005/Atom"><title>青山日报</title><entry><title>通车</title><link href="https://example.org/1"/><updated>2024-03-02T08:00:00+08:00</updated>
			<content type="html">&lt;p&gt;大桥今天通车。&lt;/p&gt;</content></entry></feed>`, "通车 2024-03-02 https://example.org/1 大桥今天通车。"},
		{"SubRip", "会议.srt", "1\n00:00:01,000 --> 00:00:03,000\n<i>大家好，</i>\n\n2\n00:00:03,000 --> 00:00:05,000\n现在开会。\n", "会议   大家好，现在开会。"},
		{"SubRip with a pause", "会议.srt", "1\n00:59:58,000 --> 00:59:59,000\n大家好，\n\n2\n01:00:03,900 --> 01:00:04,000\n现在开会。\n\n3\n01:00:09,000 --> 01:00:10,000\n先说水位。\n", "会议   大家好，现在开会。/先说水位。"},
		{"WebVTT with a pause", "会议.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\n大家好，\n\n00:09.000 --> 00:10.000\n现在开会。\n", "会议   大家好，/现在开会。"},
		{"WebVTT", "会议.vtt", "WEBVTT\n\nNOTE 旁注\n\n00:01.000 --> 00:03.000 align:start\n<v 王二>现在开会。</v>\n", "会议   王二：现在开会。"},
		{"JSON records", "a.json", `{"total":1,"articles":[{"id":"n-1","title":"通车","date":"2024-03-02","content":"大桥今天通车。"}]}`, "通车 2024-03-02  大桥今天通车。"},
		{"JSON data", "水果.json", `{"县":"青山","价目":[{"品名":"雪梨","单价":12},{"品名":"苹果","单价":9.5,"产地":null}]}`,
			"水果   县：青山/价目/品名：雪梨，单价：12/品名：苹果，单价：9.5"},
		{"MHTML", "a.mhtml", "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/1\r\nSubject: =?utf-8?B?6YCa6L2m?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><h1>通车</h1><p>大桥今天通车，全长三百米。</p></body></html>\r\n--x\r\nContent-Type: image/png\r\n\r\nx\r\n--x--\r\n",
			"通车  https://example.org/1 大桥今天通车，全长三百米。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			articles, err := Parse([]byte(c.raw), c.path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range articles {
				got = append(got, strings.Join([]string{a.Title, publishedDay(a), a.URL, strings.Join(paragraphTexts(a.Paragraphs), "/")}, " "))
			}
			if strings.Join(got, "|") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), c.want)
			}
		})
	}
}

// A text with the name of another kind of document is read, and the name told of.
func TestMisnamed(t *testing.T) {
	for path, want := range map[string]bool{"a.docx": true, "a.PDF": true, "a.txt": false, "a": false} {
		var told []string
		articles, err := Parse([]byte("# 食堂\n\n早餐七点开始供应。\n"), path, Options{Omitted: func(o Omission) { told = append(told, string(o.Reason)) }})
		if err != nil || len(articles) != 1 || strings.Contains(strings.Join(told, " "), "misnamed") != want {
			t.Errorf("%s: %d articles, %v, told of %q", path, len(articles), err, told)
		}
	}
}

// What cannot be read is refused with a reason, whatever it does.
func TestBadDocuments(t *testing.T) {
	file := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join("testdata", "formats", name))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	half := func(raw []byte) []byte { return raw[:len(raw)/2] }
	ole := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	entities := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`
	for _, c := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"PDF with a password", file("locked.pdf"), ErrLocked},
		{"PDF of pictures", file("scan.pdf"), ErrNoText},
		{"half a PDF", half(file("chromium.pdf"))[:2000], ErrDamaged},
		{"the beginning of a PDF", []byte("%PDF-1.7\n1 0 obj"), ErrDamaged},
		{"half a Word file", half(file("python-docx.docx")), ErrDamaged},
		{"half a workbook", half(file("openpyxl.xlsx")), ErrDamaged},
		{"half a presentation", half(file("python-pptx.pptx")), ErrDamaged},
		{"half a book", half(file("ebooklib.epub")), ErrDamaged},
		{"a Word file of old", ole, ErrBinary},
		{"an Office file with a password", append(append([]byte{}, ole...), utf16Bytes("EncryptedPackage")...), ErrLocked},
		{"an archive", office(t, map[string]string{"a.txt": "一"}), ErrBinary},
		{"a Word file without text", office(t, map[string]string{"word/document.xml": "<w:document xmlns:w='w'><w:body/></w:document>"}), ErrNoArticle},
		{"broken XML", office(t, map[string]string{"word/document.xml": "<w:document><w:body>"}), ErrDamaged},
		{"entities that multiply", office(t, map[string]string{"word/document.xml": entities}), ErrDamaged},
		{"elements without end", office(t, map[string]string{"word/document.xml": strings.Repeat("<a>", 100_000)}), ErrDamaged},
		{"a bomb", office(t, map[string]string{"word/document.xml": strings.Repeat("0", 9<<20)}), ErrBomb},
		{"a workbook without sheets", office(t, map[string]string{"xl/workbook.xml": "<x/>"}), ErrDamaged},
		{"a book without a beginning", office(t, map[string]string{"META-INF/container.xml": "<container/>"}), ErrDamaged},
		{"a picture", []byte("\x89PNG\r\n\x1a\n"), ErrBinary},
		{"a feed whose entities multiply", []byte(`<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "通车"><!ENTITY b "&a;&a;&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&b;</title><content>&b;</content></entry></feed>`), ErrDamaged},
		{"a feed that breaks off", []byte("<rss><channel><item><title>通车"), ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			articles, err := Parse(c.raw, "doc", Options{MaxBytes: 2 << 20})
			if !errors.Is(err, c.want) || len(articles) > 0 {
				t.Errorf("Parse = %d articles, %v; want %v", len(articles), err, c.want)
			}
			var at *PathError
			if !errors.As(err, &at) || at.Hint == "" || at.Path != "doc" {
				t.Errorf("%v does not say where and what to do", err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
