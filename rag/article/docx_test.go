package article

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

// office packs the parts of a document.
func office(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wordOutline reads a document of Word and returns its outline and what was left out.
func wordOutline(t *testing.T, body string, parts map[string]string) (string, string) {
	t.Helper()
	all := map[string]string{"word/document.xml": `<w:document xmlns:w="w" xmlns:mc="mc"><w:body>` + body + `</w:body></w:document>`}
	for name, text := range parts {
		all[name] = text
	}
	var told []Omission
	articles, err := Parse(office(t, all), "a.docx", Options{Omitted: func(o Omission) { told = append(told, o) }})
	if err != nil || len(articles) != 1 {
		t.Fatalf("%d articles, %v", len(articles), err)
	}
	return outline(articles[0]), omissions(told)
}

// wordRun is a run with properties.
func wordRun(text, properties string) string {
	return `<w:r><w:rPr>` + properties + `</w:rPr><w:t>` + text + `</w:t></w:r>`
}

func TestWordStruckOut(t *testing.T) {
	got, told := wordOutline(t, `<w:p>`+wordRun("站房造价", `<w:strike w:val="0"/>`)+wordRun("45万元", `<w:strike/>`)+
		wordRun("46万元", `<w:dstrike w:val="true"/>`)+wordRun("52万元。", `<w:dstrike w:val="false"/><w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>`)+`</w:p>`, nil)
	if got != "{} 站房造价52万元。\n" || told != "hidden: 45万元\nhidden: 46万元\n" {
		t.Errorf("%s%s", got, told)
	}
}

func TestWordScript(t *testing.T) {
	const up, down = `<w:vertAlign w:val="superscript"/>`, `<w:vertAlign w:val="subscript"/>`
	got, _ := wordOutline(t, `<w:p>`+wordRun("径流量为2.6×10", "")+wordRun("8", up)+wordRun("m", `<w:vertAlign w:val="baseline"/>`)+wordRun("3", up)+
		wordRun("，含沙10", "")+wordRun("-", up)+wordRun("2", up)+wordRun("，CO", "")+wordRun("2", down)+wordRun("少，以年报为准", "")+wordRun("1", up)+wordRun("。", "")+`</w:p>`, nil)
	if want := "{} 径流量为2.6×10⁸m³，含沙10⁻²，CO₂少，以年报为准[1]。\n"; got != want {
		t.Errorf("%s want %s", got, want)
	}
}

func TestWordTextBox(t *testing.T) {
	const box = `<w:txbxContent><w:p><w:r><w:t>咨询电话是0577-5550142。</w:t></w:r></w:p></w:txbxContent>`
	got, _ := wordOutline(t, `<w:p><w:r><w:t>本办法由镇资产办负责解释。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>`+box+`</mc:Choice><mc:Fallback><w:pict>`+box+`</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`, nil)
	if want := "{} 咨询电话是0577-5550142。\n{} 本办法由镇资产办负责解释。\n"; got != want {
		t.Errorf("%s want %s", got, want)
	}
}

func wordItem(text, list, level string) string {
	return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + list + `"/></w:numPr></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func wordPlain(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func wordRow(cells ...string) string {
	return `<w:tr><w:tc>` + strings.Join(cells, `</w:tc><w:tc>`) + `</w:tc></w:tr>`
}

func wordLevel(level, format, text, more string) string {
	return `<w:lvl w:ilvl="` + level + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/>` + more + `<w:lvlText w:val="` + text + `"/></w:lvl>`
}

func wordNumbering() map[string]string {
	return map[string]string{
		"word/numbering.xml": `<w:numbering xmlns:w="w">
			<w:abstractNum w:abstractNumId="0">` + wordLevel("0", "chineseCountingThousand", "第%1章", "") +
			wordLevel("1", "chineseCountingThousand", "第%2条", `<w:lvlRestart w:val="0"/>`) + wordLevel("2", "chineseCounting", "（%3）", "") +
			wordLevel("3", "decimal", "%4.", "") + wordLevel("12", "decimal", "%1", "") + `</w:abstractNum>
			<w:abstractNum w:abstractNumId="1">` + wordLevel("0", "decimal", "%1.", `<w:pStyle w:val="Step"/>`) + wordLevel("1", "lowerLetter", "%1.%2)", `<w:pStyle w:val="Substep"/>`) + `</w:abstractNum>
			<w:abstractNum w:abstractNumId="2">` + wordLevel("0", "bullet", "•", "") + `</w:abstractNum>
			<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
			<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
			<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
			<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num></w:numbering>`,
		"word/styles.xml": `<w:styles xmlns:w="w"><w:style w:styleId="Title"><w:name w:val="title"/></w:style><w:style w:styleId="Step"><w:name w:val="Step"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
			<w:style w:styleId="Substep"><w:name w:val="Substep"/><w:basedOn w:val="Step"/></w:style></w:styles>`,
	}
}

func TestWordNumbering(t *testing.T) {
	styled := func(text, style, more string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + more + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	const deleted = `<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>旧条</w:delText></w:r></w:del></w:p>`
	for _, c := range []struct{ name, body, want string }{
		{"articles of rules",
			styled("租赁办法", "Title", "") + wordItem("总则", "1", "0") + wordItem("租期如下：", "1", "1") + wordItem("商铺不超过五年；", "1", "2") + wordItem("仓库不超过八年，其中：", "1", "2") + wordItem("砖混结构的六年；", "1", "3") + wordItem("钢结构的八年。", "1", "3") +
				deleted + wordItem("租金按月缴纳。", "1", "1") + wordItem("附则", "1", "0") + wordItem("下列情形可以减免：", "1", "1") + wordItem("遭受水灾的。", "1", "2"),
			"{第一章 总则 › 第一条} 第一章 总则 / 第一条 租期如下： / （一）商铺不超过五年； / （二）仓库不超过八年，其中： / 1. 砖混结构的六年； / 2. 钢结构的八年。\n" +
				"{第一章 总则 › 第二条} 第二条 租金按月缴纳。\n{第二章 附则 › 第三条} 第二章 附则 / 第三条 下列情形可以减免： / （一）遭受水灾的。\n"},
		{"lists that count on and begin anew", wordItem("关上闸门。", "2", "0") + wordItem("先关东闸。", "2", "1") + wordItem("排空积水。", "2", "0") + wordItem("换密封圈。", "3", "0") + wordItem("打开闸门。", "3", "0") + wordItem("再看一遍。", "2", "0"),
			"{} 1. 关上闸门。\n{} 1.a) 先关东闸。\n{} 2. 排空积水。\n{} 5. 换密封圈。\n{} 6. 打开闸门。\n{} 7. 再看一遍。\n"},
		{"by style", styled("关上闸门。", "Step", "") + styled("先关东闸。", "Substep", "") + styled("不算数的。", "Step", `<w:numPr><w:numId w:val="0"/></w:numPr>`) + styled("排空积水。", "Step", ""),
			"{} 1. 关上闸门。\n{} 1.a) 先关东闸。\n{} 不算数的。\n{} 2. 排空积水。\n"},
		{"bullets", wordItem("关上闸门。", "4", "0") + wordItem("没有这张表。", "9", "0") + wordItem("没有这一级。", "2", "99999"), "{} 关上闸门。\n{} 没有这张表。\n{} 1. 没有这一级。\n"},
		{"cells", `<w:tbl>` + wordRow(wordPlain("序号"), wordPlain("品名"), wordPlain("单价")) + wordRow(wordItem("", "2", "0"), wordPlain("雪梨"), wordPlain("12元")) + wordRow(wordItem("", "2", "0"), wordPlain("苹果"), wordPlain("9元")) + `</w:tbl>`,
			"{} 序号：1.，品名：雪梨，单价：12元\n{} 序号：2.，品名：苹果，单价：9元\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := wordOutline(t, c.body, wordNumbering()); got != c.want {
				t.Errorf("%swant\n%s", got, c.want)
			}
		})
	}
}

func TestFormatNumber(t *testing.T) {
	for _, c := range []struct {
		format string
		n      int
		want   string
	}{
		{"chineseCounting", 10, "十"}, {"chineseCounting", 21, "二十一"}, {"chineseCountingThousand", 110, "一百一十"}, {"chineseCountingThousand", 1005, "一千零五"},
		{"ideographDigital", 12, "一二"}, {"lowerLetter", 28, "bb"}, {"upperLetter", 3, "C"}, {"lowerRoman", 4, "iv"}, {"upperRoman", 1994, "MCMXCIV"},
		{"decimal", 7, "7"}, {"upperRoman", 32767, "32767"}, {"lowerLetter", 32767, "32767"}, {"chineseCounting", 0, "〇"}, {"decimalEnclosedCircle", 3, "③"}, {"bullet", 1, ""},
	} {
		if got := formatNumber(c.n, c.format); got != c.want {
			t.Errorf("%s of %d = %s, want %s", c.format, c.n, got, c.want)
		}
	}
}

// A label as long as a book is not written in front of each paragraph.
func TestWordNumberingBounds(t *testing.T) {
	parts := wordNumbering()
	parts["word/numbering.xml"] = strings.ReplaceAll(parts["word/numbering.xml"], `"第%2条"`, `"`+strings.Repeat("第%1条", 1000)+`"`)
	if got, _ := wordOutline(t, wordItem("租金按月缴纳。", "1", "1"), parts); got != "{} 租金按月缴纳。\n" {
		t.Error(got)
	}
}
