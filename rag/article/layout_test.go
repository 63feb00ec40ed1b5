package article

import (
	"strings"
	"testing"
)

// A table that only arranges a page keeps the chapters that stand in its cells, however
// the cells stand, and its headings reach no further than the table.
func TestLayoutTables(t *testing.T) {
	const head, tail = `<html><body><h1>办事指南</h1><p>办事前请先看清楚下面的说明，再来窗口办理。</p>`, `<p>其余请打电话8011，工作日有人接听。</p></body></html>`
	const lead, rest = "{} 办事前请先看清楚下面的说明，再来窗口办理。\n", "{} 其余请打电话8011，工作日有人接听。\n"
	heads := []string{"办理条件", "办理材料"}
	texts := []string{"年满十八周岁，持有居住证。", "身份证原件和复印件。"}
	want := lead + "{办理条件} 办理条件 / 年满十八周岁，持有居住证。\n{办理材料} 办理材料 / 身份证原件和复印件。\n" + rest
	unmarked := strings.NewReplacer("{办理条件}", "{}", "{办理材料}", "{}").Replace(want)
	for name, layout := range map[string]string{
		"cells side by side":     "<table><tr><td>H1T1</td><td>H2T2</td></tr></table>",
		"cells below each other": "<table><tr><td>H1T1</td></tr><tr><td>H2T2</td></tr></table>",
		"headings of their own":  "<table><tr><td>H1</td></tr><tr><td>T1</td></tr><tr><td>H2</td></tr><tr><td>T2</td></tr></table>",
		"one cell":               "<table><tr><td>H1T1H2T2</td></tr></table>",
		"a table in a table":     "<table><tr><td><table><tr><td>H1T1</td></tr></table></td></tr><tr><td><table><tr><td>H2</td></tr><tr><td>T2</td></tr></table></td></tr></table>",
		"a table each":           "<table><tr><td>H1</td></tr></table><table><tr><td>T1</td></tr></table><table><tr><td>H2T2</td></tr></table>",
		"a pattern of cells":     "<table width=100%><tr><td width=20></td><td>H1T1</td><td></td></tr><tr><td></td><td>H2T2</td><td></td></tr></table>",
		"said to arrange":        `<table role="presentation"><tr><td>H1</td><td>T1</td></tr><tr><td>H2</td><td>T2</td></tr></table>`,
	} {
		for _, tag := range []string{"h2", "h3", "h4", "h6", "b"} {
			for _, text := range []string{"p", "div", ""} {
				page := layout
				for i := range heads {
					n := string(rune('1' + i))
					heading := "<" + tag + ">" + heads[i] + "</" + tag + ">"
					if tag == "b" && (text == "" || name == "said to arrange") {
						heading = "<p>" + heading + "</p>"
					}
					body := texts[i]
					if text != "" {
						body = "<" + text + ">" + body + "</" + text + ">"
					}
					page = strings.NewReplacer("H"+n, heading, "T"+n, body).Replace(page)
				}
				want := want
				if tag == "b" {
					want = unmarked
					if name == "cells side by side" || name == "a pattern of cells" {
						continue // nothing tells it from a table of data
					}
				}
				if got := outline(parseOne(t, head+page+tail, "a.html")); got != want {
					t.Errorf("%s, %s and %s: got\n%swant\n%s%s", name, tag, text, got, want, page)
				}
			}
		}
	}
	// Headings that name the columns of a table of data do so.
	checkOutline(t, head+"<table><tr><td><h4>个人</h4></td><td><h4>单位</h4></td></tr><tr><td><p>带身份证原件</p></td><td><p>带营业执照原件</p></td></tr></table>"+tail, "a.html",
		lead+"{} 个人：带身份证原件，单位：带营业执照原件\n"+rest)
	checkOutline(t, head+"<table><tr><th><h3>课程</h3></th><th><h3>时间</h3></th></tr><tr><td>书法</td><td>周一九点</td></tr></table>"+tail, "a.html",
		lead+"{} 课程：书法，时间：周一九点\n"+rest)
	// A table of data in one that arranges the page stands below the heading of its cell.
	checkOutline(t, head+"<table><tr><td><h2>窗口</h2><table border=1><tr><th>窗口</th><th>电话</th></tr><tr><td>一号</td><td>8011</td></tr></table></td></tr><tr><td><h2>时间</h2>周一至周五九点开门。</td></tr></table>"+tail, "a.html",
		lead+"{窗口} 窗口 / 窗口：一号，电话：8011\n{时间} 时间 / 周一至周五九点开门。\n"+rest)
	// Numbered parts in a cell.
	checkOutline(t, "<html><body><h1>停水通知</h1><table><tr><td><p>一、停水时间</p><p>6月3日8时至18时，恢复供水另行通知。</p><p>二、停水范围</p><p>青云路、东山路沿线。</p></td></tr></table></body></html>", "a.html",
		"{一、停水时间} 一、停水时间 / 6月3日8时至18时，恢复供水另行通知。\n{二、停水范围} 二、停水范围 / 青云路、东山路沿线。\n")
}

// Cells side by side that hold headings in bold letters over sentences are no row of data:
// each is read to its end before the next.
func TestBoldHeadingsSideBySide(t *testing.T) {
	type part struct{ head, text string }
	layouts := [][][][]part{ // rows of cells of parts
		{{{{"借书须知", "每人每次可借五册，借期三十天。"}}, {{"食堂", "早餐六点半开始供应。"}}}, {{{"停车", "地下车库每月二百元。"}}, {{"医务室", "工作日有人值班。"}}}},
		{{{{"借书须知", "每人每次可借五册，借期三十天。"}, {"健身房", "开放到晚上九点。"}}, {{"食堂", "早餐六点半开始供应。"}, {"停车", "地下车库每月二百元。"}}}},
		{{{{"借书须知", "每人每次可借五册，借期三十天。"}, {"健身房", "开放到晚上九点。"}}, {{"", "请保持安静。"}}}, {{{"食堂", "早餐六点半开始供应。"}}, {{"停车", "地下车库每月二百元。"}}}},
	}
	const lead, rest = "这里写明各处的时间和价钱，请先看一看再来。", "其余请打电话8011，工作日有人接听。"
	for i, rows := range layouts {
		want, word := "{} "+lead+"\n", ""
		html := map[string]string{"<p><b>H</b></p><p>T</p>": "", "<b>H</b><br>T<br>": "", "<div><strong>H</strong></div><div>T</div>": "", `<p><span style="font-weight:bold">H</span></p><p>T</p>`: ""}
		for _, row := range rows {
			var cells []string
			for form := range html {
				html[form] += "<tr>"
			}
			for _, c := range row {
				inWord := ""
				for form := range html {
					html[form] += "<td>"
				}
				for _, p := range c {
					if p.head != "" {
						want += "{} " + p.head + " / " + p.text + "\n"
						inWord += `<w:p>` + wordRun(p.head, `<w:b/>`) + `</w:p>`
					} else {
						want += "{} " + p.text + "\n"
					}
					inWord += wordPlain(p.text)
					for form := range html {
						if p.head == "" {
							html[form] += p.text
						} else {
							html[form] += strings.NewReplacer("H", p.head, "T", p.text).Replace(form)
						}
					}
				}
				cells = append(cells, inWord)
				for form := range html {
					html[form] += "</td>"
				}
			}
			word += wordRow(cells...)
		}
		want += "{} " + rest + "\n"
		for form, page := range html {
			checkOutline(t, "<html><body><h1>职工手册</h1><p>"+lead+"</p><table>"+page+"</table><p>"+rest+"</p></body></html>", form+".html", want)
		}
		if got, _ := wordOutline(t, wordPlain(lead)+"<w:tbl>"+word+"</w:tbl>"+wordPlain(rest), nil); got != want {
			t.Errorf("layout %d in Word: got\n%swant\n%s", i, got, want)
		}
	}
	// In the rows of a table whose columns have names they are words of a cell.
	const data = "{} 窗口：一号，说明：注意 请带身份证原件。\n{} 窗口：二号，说明：下午开放。\n"
	for name, head := range map[string]string{"marked": "<tr><th>窗口</th><th>说明</th></tr>", "bold": "<tr><td><b>窗口</b></td><td><b>说明</b></td></tr>"} {
		a := parseOne(t, "<html><body><h1>职工手册</h1><p>"+lead+"</p><table>"+head+"<tr><td>一号</td><td><p><b>注意</b></p><p>请带身份证原件。</p></td></tr><tr><td>二号</td><td>下午开放。</td></tr></table></body></html>", "a.html")
		if got := outline(a); name == "marked" && got != "{} "+lead+"\n"+data || !strings.Contains(got, "一号") || !strings.Contains(got, "注意 请带身份证原件。") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got, _ := wordOutline(t, "<w:tbl>"+wordRow("<w:p>"+wordRun("窗口", "<w:b/>")+"</w:p>", "<w:p>"+wordRun("说明", "<w:b/>")+"</w:p>")+
		wordRow(wordPlain("一号"), "<w:p>"+wordRun("注意", "<w:b/>")+"</w:p>"+wordPlain("请带身份证原件。"))+wordRow(wordPlain("二号"), wordPlain("下午开放。"))+"</w:tbl>", nil); got != data {
		t.Errorf("data in Word: %s", got)
	}
}

// A frame drawn as a table of one column keeps its paragraphs and headings.
func TestWordFrame(t *testing.T) {
	heading := func(text string) string {
		return `<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	got, _ := wordOutline(t, wordPlain("职工之家的各处这样使用。")+"<w:tbl>"+wordRow(heading("借书须知")+wordPlain("每人每次可借五册。")+wordPlain("借期三十天。"))+"</w:tbl>"+wordPlain("其余请打电话8011。"), nil)
	if want := "{} 职工之家的各处这样使用。\n{借书须知} 借书须知 / 每人每次可借五册。\n{借书须知} 借期三十天。\n{} 其余请打电话8011。\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	got, _ = wordOutline(t, wordPlain("职工之家的各处这样使用。")+"<w:tbl>"+wordRow(heading("借书须知")+wordPlain("每人每次可借五册。"), heading("食堂")+wordPlain("早餐六点半开始供应。"))+"</w:tbl>"+wordPlain("其余请打电话8011。"), nil)
	if want := "{} 职工之家的各处这样使用。\n{借书须知} 借书须知 / 每人每次可借五册。\n{食堂} 食堂 / 早餐六点半开始供应。\n{} 其余请打电话8011。\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
