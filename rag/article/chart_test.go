package article

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const aChart = `<w:drawing><a:graphic><a:graphicData><c:chart r:id="rId7"/></a:graphicData></a:graphic></w:drawing>`

// points are the remembered values of a reference.
func points(kind, format string, values ...string) string {
	var b strings.Builder
	for i, v := range values {
		if v != "" {
			b.WriteString(`<c:pt idx="` + strconv.Itoa(i) + `"><c:v>` + v + `</c:v></c:pt>`)
		}
	}
	return `<c:` + kind + `Ref><c:f>Sheet1!$B$1</c:f><c:` + kind + `Cache><c:formatCode>` + format + `</c:formatCode>` + b.String() + `</c:` + kind + `Cache></c:` + kind + `Ref>`
}

func chartSer(name, categories, values string) string {
	return `<c:ser><c:tx>` + points("str", "", name) + `</c:tx>` + categories + values + `</c:ser>`
}

func chartPart(title, series string) string {
	return `<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>` + title + `</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart>` + series + `</c:barChart></c:plotArea></c:chart></c:chartSpace>`
}

// The figures that a diagram remembers are a table of its series and categories,
// whatever kind of diagram it is.
func TestCharts(t *testing.T) {
	cat := func(names ...string) string { return `<c:cat>` + points("str", "", names...) + `</c:cat>` }
	val := func(format string, values ...string) string {
		return `<c:val>` + points("num", format, values...) + `</c:val>`
	}
	for _, c := range []struct{ name, series, want string }{
		{"series and categories", chartSer("梨", cat("2023年", "2024年"), val("General", "5", "6.5")) + chartSer("苹果", cat("2023年", "2024年"), val("General", "7", "8")),
			"{} 产量\n{产量} 2023年，梨：5，苹果：7\n{产量} 2024年，梨：6.5，苹果：8\n"},
		{"one series", chartSer("产值（万元）", cat("东厂", "西厂"), val("#,##0", "120", "35")), "{} 产量\n{产量} 东厂，产值：120万元\n{产量} 西厂，产值：35万元\n"},
		{"gaps", chartSer("梨", cat("2022年", "2023年", "2024年"), val("General", "5", "", "6")), "{} 产量\n{产量} 2022年，梨：5\n{产量} 2024年，梨：6\n"},
		{"shares and binary fractions", chartSer("占比", cat("东厂", "西厂"), val("0.0%", "0.125", "0.30000000000000004")) + chartSer("均价", cat("东厂", "西厂"), val("General", "12.300000000000001", "9")),
			"{} 产量\n{产量} 东厂，占比：12.5%，均价：12.3\n{产量} 西厂，占比：30.0%，均价：9\n"},
		{"days", chartSer("水位", `<c:cat>`+points("num", "yyyy/m/d", "45413", "45414")+`</c:cat>`, val("General", "12", "13")), "{} 产量\n{产量} 2024-05-01，水位：12\n{产量} 2024-05-02，水位：13\n"},
		{"two levels of categories", chartSer("梨", `<c:cat><c:multiLvlStrRef><c:multiLvlStrCache><c:lvl><c:pt idx="0"><c:v>春</c:v></c:pt><c:pt idx="1"><c:v>秋</c:v></c:pt></c:lvl><c:lvl><c:pt idx="0"><c:v>2024年</c:v></c:pt></c:lvl></c:multiLvlStrCache></c:multiLvlStrRef></c:cat>`, val("General", "5", "6")),
			"{} 产量\n{产量} 2024年 春，梨：5\n{产量} 2024年 秋，梨：6\n"},
		{"points", chartSer("甲", `<c:xVal>`+points("num", "General", "1", "2")+`</c:xVal>`, `<c:yVal>`+points("num", "General", "10", "20")+`</c:yVal>`) + chartSer("乙", `<c:xVal>`+points("num", "General", "3", "4")+`</c:xVal>`, `<c:yVal>`+points("num", "General", "30", "40")+`</c:yVal>`),
			"{} 产量\n{产量} 1，甲：10\n{产量} 2，甲：20\n{产量} 3，乙：30\n{产量} 4，乙：40\n"},
		{"circles", chartSer("甲", `<c:xVal>`+points("num", "General", "1", "2")+`</c:xVal>`, `<c:yVal>`+points("num", "General", "10", "20")+`</c:yVal><c:bubbleSize>`+points("num", "General", "7", "8")+`</c:bubbleSize>`),
			"{} 产量\n{产量} 1，甲：10，甲大小：7\n{产量} 2，甲：20，甲大小：8\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			part := chartPart("产量", c.series)
			word, told := wordOutline(t, wordPlain("果园的产量如下图，单位是吨。")+`<w:p><w:r>`+aChart+`</w:r></w:p>`, map[string]string{
				"word/_rels/document.xml.rels": `<Relationships><Relationship Id="rId7" Target="charts/chart1.xml"/></Relationships>`, "word/charts/chart1.xml": part,
			})
			if want := "{} 果园的产量如下图，单位是吨。\n" + c.want; word != want || told != "" {
				t.Errorf("%s%swant\n%s", word, told, want)
			}
			frame := `<p:graphicFrame><p:xfrm><a:off x="0" y="5000000"/></p:xfrm>` + aChart + `</p:graphicFrame>`
			slides := slideShow(t, map[string]string{"ppt/slides/_rels/slide1.xml.rels": `<Relationships><Relationship Id="rId7" Target="../charts/chart1.xml"/></Relationships>`, "ppt/charts/chart1.xml": part},
				slideShape("body", 0, 0, "果园的产量如下图，单位是吨。")+frame)
			if want := "{} 果园的产量如下图，单位是吨。\n" + c.want; slides != want {
				t.Errorf("%swant\n%s", slides, want)
			}
		})
	}
}

// A diagram that a table has no room for is told of and costs no more than it is long.
func TestLargeChart(t *testing.T) {
	var many strings.Builder
	for i := range 1000 {
		many.WriteString(chartSer("梨"+strconv.Itoa(i), "", `<c:val><c:numLit><c:pt idx="`+strconv.Itoa(i)+`"><c:v>5</c:v></c:pt></c:numLit></c:val>`))
	}
	for name, series := range map[string]string{"series": many.String(), "a point far out": chartSer("梨", "", `<c:val><c:numLit><c:pt idx="999999999"><c:v>5</c:v></c:pt></c:numLit></c:val>`)} {
		word, told := wordOutline(t, wordPlain("果园的产量如下图，单位是吨。")+`<w:p><w:r>`+aChart+`</w:r></w:p>`, map[string]string{
			"word/_rels/document.xml.rels": `<Relationships><Relationship Id="rId7" Target="charts/chart1.xml"/></Relationships>`, "word/charts/chart1.xml": chartPart("产量", series),
		})
		if word != "{} 果园的产量如下图，单位是吨。\n" || !strings.Contains(told, "a diagram: 产量") {
			t.Errorf("%s: %s%s", name, word, told)
		}
	}
}

// slideShow reads a presentation of the given slides.
func slideShow(t *testing.T, parts map[string]string, slides ...string) string {
	t.Helper()
	return outline(slideShowArticle(t, parts, slides...))
}

func slideShowArticle(t *testing.T, parts map[string]string, slides ...string) Article {
	t.Helper()
	all := map[string]string{}
	ids, relations := "", ""
	for i, s := range slides {
		n := strconv.Itoa(i + 1)
		ids += `<p:sldId id="` + n + `" r:id="rId` + n + `"/>`
		relations += `<Relationship Id="rId` + n + `" Target="slides/slide` + n + `.xml"/>`
		all["ppt/slides/slide"+n+".xml"] = `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>` + s + `</p:spTree></p:cSld></p:sld>`
	}
	all["ppt/presentation.xml"] = `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>` + ids + `</p:sldIdLst></p:presentation>`
	all["ppt/_rels/presentation.xml.rels"] = `<Relationships>` + relations + `</Relationships>`
	for name, text := range parts {
		all[name] = text
	}
	return parseOne(t, string(office(t, all)), "a.pptx")
}

// What is indented below a paragraph of a slide stays with it, and what PowerPoint
// numbers has its number.
func TestSlideLevels(t *testing.T) {
	para := func(text, properties string) string {
		return `<a:p><a:pPr ` + properties + `</a:pPr><a:r><a:t>` + text + `</a:t></a:r></a:p>`
	}
	level := func(n int, text string) string { return para(text, `lvl="`+strconv.Itoa(n)+`">`) }
	auto := func(n int, text, kind string) string {
		return para(text, `lvl="`+strconv.Itoa(n)+`"><a:buAutoNum type="`+kind+`" startAt="3"/>`)
	}
	for _, c := range []struct{ name, paragraphs, want string }{
		{"one level", level(0, "费用低") + level(0, "工期短"), "{方案} 方案 / 费用低 / 工期短\n"},
		{"two levels", level(0, "优点") + level(1, "费用低") + level(1, "工期短") + level(0, "缺点") + level(1, "要封航"), "{方案} 方案 / 优点 / 费用低 / 工期短\n{方案} 缺点 / 要封航\n"},
		{"three levels", level(0, "优点") + level(1, "费用低") + level(2, "仅503万元") + level(1, "工期短"), "{方案} 方案 / 优点 / 费用低 / 仅503万元 / 工期短\n"},
		{"the first one indented", level(1, "费用低。") + level(0, "缺点") + level(1, "要封航"), "{方案} 方案 / 费用低。\n{方案} 缺点 / 要封航\n"},
		{"levels that do not exist", auto(12, "关闸。", "arabicPeriod") + auto(-1, "排水。", "arabicPeriod"), "{方案} 方案 / 3. 关闸。\n{方案} 4. 排水。\n"},
		{"numbers", auto(0, "关闸。", "arabicPeriod") + auto(0, "排水。", "arabicPeriod"), "{方案} 方案 / 3. 关闸。\n{方案} 4. 排水。\n"},
		{"numbers below numbers", auto(0, "关闸。", "ea1ChsPeriod") + auto(1, "东闸。", "alphaLcParenR") + auto(1, "西闸。", "alphaLcParenR") + auto(0, "排水。", "ea1ChsPeriod"), "{方案} 方案 / 三. 关闸。 / c) 东闸。 / d) 西闸。\n{方案} 四. 排水。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := slideShow(t, nil, slideShape("ctrTitle", -1, 0, "灯塔修复工程"), slideShape("title", -1, 0, "方案")+`<p:sp><p:nvSpPr><p:nvPr><p:ph type="body"/></p:nvPr></p:nvSpPr><p:txBody>`+c.paragraphs+`</p:txBody></p:sp>`)
			if got != c.want {
				t.Errorf("%swant\n%s", got, c.want)
			}
		})
	}
}

// What stands on the first slide below the title stays there, and its day is that of
// the presentation.
func TestTitleSlide(t *testing.T) {
	for _, c := range []struct{ day, want, published string }{
		{"2024年1月12日", "{} 市场部 王二 / 2024年1月12日\n", "2024-01-12"},
		{"活动时间：2024年1月12日", "{} 市场部 王二 / 活动时间：2024年1月12日\n", ""},
		{"2024年13月12日", "{} 市场部 王二 / 2024年13月12日\n", ""},
	} {
		a := slideShowArticle(t, nil, slideShape("ctrTitle", -1, 0, "灯塔修复工程")+slideShape("body", 0, 1, "市场部 王二", c.day), slideShape("title", -1, 0, "方案")+slideShape("body", 0, 1, "费用低"))
		if got, want := outline(a), c.want+"{方案} 方案 / 费用低\n"; got != want || publishedDay(a) != c.published {
			t.Errorf("%s %swant %s\n%s", publishedDay(a), got, c.published, want)
		}
	}
}

// What lies on a sheet is read: text boxes, and diagrams that are not drawn from its cells.
func TestSheetDrawings(t *testing.T) {
	f := excelize.NewFile()
	if err := f.SetSheetRow("Sheet1", "A1", &[]any{"品名", "单价"}); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetRow("Sheet1", "A2", &[]any{"雪梨", 12}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("说明"); err != nil {
		t.Fatal(err)
	}
	for sheet, text := range map[string]string{"Sheet1": "价格含税，不含运费。", "说明": "本表每月一日更新。"} {
		if err := f.AddShape(sheet, &excelize.Shape{Cell: "D2", Type: "rect", Paragraph: []excelize.RichTextRun{{Text: text}}}); err != nil {
			t.Fatal(err)
		}
	}
	chart := &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "Sheet1!$B$1", Categories: "Sheet1!$A$2", Values: "Sheet1!$B$2"}}, Title: []excelize.RichTextRun{{Text: "单价走势"}}}
	if err := f.AddChart("Sheet1", "D9", chart); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := f.Write(&raw); err != nil {
		t.Fatal(err)
	}
	checkOutline(t, raw.String(), "表.xlsx", "{Sheet1} Sheet1 / 品名：雪梨，单价：12\n{Sheet1} 价格含税，不含运费。\n{说明} 说明 / 本表每月一日更新。\n")
}

// A diagram on a sheet is read from what it remembers where the cells behind it are not.
func TestSheetChart(t *testing.T) {
	f := excelize.NewFile()
	if err := f.SetSheetRow("Sheet1", "A1", &[]any{"旧", "梨"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("图"); err != nil {
		t.Fatal(err)
	}
	if err := f.AddChart("图", "D9", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "Sheet1!$B$1", Values: "Sheet1!$B$2"}}}); err != nil {
		t.Fatal(err)
	}
	series := chartSer("梨", `<c:cat>`+points("str", "", "2023年")+`</c:cat>`, `<c:val>`+points("num", "General", "5")+`</c:val>`)
	const figures = "{图} 图 / 产量\n{图 › 产量} 2023年，梨：5\n"
	for _, c := range []struct {
		hidden       bool
		series, want string
	}{
		{false, series, "{Sheet1} Sheet1 / 旧：梨\n{图} 图 / 产量\n"},
		{false, strings.NewReplacer("numRef", "numLit", "numCache", "numLit").Replace(series), "{Sheet1} Sheet1 / 旧：梨\n" + figures},
		{true, series, figures},
	} {
		if c.hidden {
			f.SetActiveSheet(1)
		}
		if err := f.SetSheetVisible("Sheet1", !c.hidden); err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if err := f.Write(&raw); err != nil {
			t.Fatal(err)
		}
		a := parseOne(t, string(withPart(t, raw.Bytes(), "xl/charts/chart1.xml", chartPart("产量", c.series))), "表.xlsx")
		if got := outline(a); got != c.want {
			t.Errorf("hidden %v: %swant\n%s", c.hidden, got, c.want)
		}
	}
}

// withPart is a package with another text in one of its parts.
func withPart(t *testing.T, raw []byte, name, text string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(all)
	}
	parts[name] = text
	return office(t, parts)
}
