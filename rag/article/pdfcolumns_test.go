package article

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Tables of PDF files that other programs made know their headers: drawn row by row or
// column by column, with headers over headers, over several pages with the headers on each.
func TestPDFTables(t *testing.T) {
	read := func(name string) Article {
		articles, err := ParseFile(t.Context(), filepath.Join("testdata", "formats", name), Options{})
		if err != nil || len(articles) != 1 {
			t.Fatalf("%s: %d articles, %v", name, len(articles), err)
		}
		return articles[0]
	}
	got := outline(read("calc.pdf")) // it draws the days of a column after all texts
	for _, row := range []string{
		"梧桐苑，用水量（吨）去年：820，用水量（吨）今年：790，水费（元）去年：2460，水费（元）今年：2370\n",
		"合计，用水量（吨）去年：1460，用水量（吨）今年：1445，水费（元）去年：4380，水费（元）今年：4335\n",
		"{} 日期：6月2日，值班人：石小满，完成率：87.5%\n",
		"{} 日期：6月3日，值班人：方知夏，完成率：100.0%\n",
	} {
		if !strings.Contains(got, row) {
			t.Errorf("calc.pdf lacks %sin\n%s", row, got)
		}
	}
	long := read("platypus.pdf")
	if long.Title != "水果批发价目" { // and not what reportlab calls a document without a title
		t.Errorf("title %s", long.Title)
	}
	rows, last := 0, 0
	for _, p := range long.Paragraphs {
		if strings.HasPrefix(p.Text, "品名：") && strings.Contains(p.Text, fmt.Sprintf("，单价：%d元，库存：%d箱", 9+rows, 20+2*rows)) {
			rows, last = rows+1, p.Page
		}
	}
	if rows != 30 || last < 2 || strings.Contains(outline(long), "品名 单价") {
		t.Errorf("%d rows, the last on page %d:\n%s", rows, last, outline(long))
	}
}

// Where a line is no row, its blanks are left as they are.
func TestArrangeRows(t *testing.T) {
	word := func(text string, left, base float64) pdfText {
		return pdfText{text: text, left: left, right: left + 5*float64(cells(text)), base: base, em: 10}
	}
	apart := func(w pdfText) pdfText {
		w.apart = true
		return w
	}
	for _, c := range []struct {
		name  string
		lines []string
		texts [][]pdfText
		want  string
	}{
		{"words of a text", []string{"王 强 说\n", "今天 休息\n"}, [][]pdfText{{word("王", 0, 90), word("强", 12, 90), word("说", 24, 90)}, {word("今天", 0, 75), word("休息", 22, 75)}}, "王 强 说\n今天 休息\n"},
		{"lines of two columns", []string{"东风吹来\n", "花儿开了\n", "西山有雨\n", "鸟儿归巢\n"}, [][]pdfText{{word("东风吹来", 0, 90)}, {word("花儿开了", 0, 75)}, {word("西山有雨", 100, 90)}, {word("鸟儿归巢", 100, 75)}}, "东风吹来\n花儿开了\n西山有雨\n鸟儿归巢\n"},
		{"a table", []string{"品名 单价\n", "梨 12\n", "桃 9\n"}, [][]pdfText{{word("品名", 0, 90), apart(word("单价", 50, 90))}, {word("梨", 0, 75), apart(word("12", 50, 75))}, {word("桃", 0, 60), apart(word("9", 50, 60))}}, "品名      单价\n梨        12\n桃        9\n"},
		{"a cell that leaves little room", []string{"品名 单价\n", "胡萝卜汁 12\n", "桃 9\n"}, [][]pdfText{{word("品名", 0, 90), apart(word("单价", 43, 90))}, {word("胡萝卜汁", 0, 75), word("12", 43, 75)}, {word("桃", 0, 60), apart(word("9", 43, 60))}}, "品名    单价\n胡萝卜汁  12\n桃      9\n"},
		{"drawn column by column", []string{"品名\n", "梨\n", "桃\n", "单价 库存\n", "12 30\n", "9 20\n"}, [][]pdfText{{word("品名", 0, 90)}, {word("梨", 0, 75)}, {word("桃", 0, 60)}, {word("单价", 50, 90), apart(word("库存", 100, 90))}, {word("12", 50, 75), apart(word("30", 100, 75))}, {word("9", 50, 60), apart(word("20", 100, 60))}}, "品名      单价      库存\n梨        12        30\n桃        9         20\n"},
	} {
		if got := strings.Join(arrangeRows(c.lines, c.texts), ""); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}
