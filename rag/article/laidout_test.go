package article

import (
	"strings"
	"testing"
)

// inBlanks sets columns apart with blanks, with tabulators, or with each cell at the right
// of its column.
func inBlanks(rows [][]string, with string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for x, c := range row {
			widths[x] = max(widths[x], cells(c))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for x, c := range row {
			pad := strings.Repeat(" ", widths[x]-cells(c))
			switch {
			case with == "tabs" && x > 0:
				line += "\t" + c
			case with == "tabs":
				line += c
			case with == "right":
				line += pad + c + "  "
			default:
				line += c + pad + "    "
			}
		}
		b.WriteString(strings.TrimRight(line, " \t") + "\n")
	}
	return b.String()
}

// Rows of tables that blanks lay out know their headers as those of other tables do,
// whatever stands around them.
func TestLaidOutTables(t *testing.T) {
	const above, below = "国庆期间的安排如下，请按时到岗，不要迟到。", "请做好交接，遇到突发事件立即报告。"
	for _, c := range []struct {
		name string
		rows [][]string
		want string
	}{
		{"days", [][]string{{"日期", "姓名", "电话"}, {"10月1日", "陆文清", "8011"}, {"10月2日", "谭小芸", "8012"}, {"10月3日", "王强", "8013"}},
			"{} 日期：10月1日，姓名：陆文清，电话：8011\n{} 日期：10月2日，姓名：谭小芸，电话：8012\n{} 日期：10月3日，姓名：王强，电话：8013\n"},
		{"a unit", [][]string{{"品名", "单价（元）"}, {"雪梨", "12"}, {"苹果", "9"}},
			"{} 品名：雪梨，单价：12元\n{} 品名：苹果，单价：9元\n"},
		{"words alone", [][]string{{"姓名", "部门", "岗位"}, {"李娜", "财务部", "会计"}, {"王强", "工程部", "电工"}},
			"{} 姓名：李娜，部门：财务部，岗位：会计\n{} 姓名：王强，部门：工程部，岗位：电工\n"},
		{"headers of its own", [][]string{{"渠首", "闸门", "流量计"}, {"东渠", "三孔", "5.2"}, {"西渠", "两孔", "3.1"}},
			"{} 渠首：东渠，闸门：三孔，流量计：5.2\n{} 渠首：西渠，闸门：两孔，流量计：3.1\n"},
		{"a cell without a text", [][]string{{"日期", "姓名", "备注"}, {"周一", "李娜", "带班"}, {"周二", "王强", ""}, {"周三", "", "停班"}, {"周四", "赵敏", "带班"}},
			"{} 日期：周一，姓名：李娜，备注：带班\n{} 日期：周二，姓名：王强\n{} 日期：周三，备注：停班\n{} 日期：周四，姓名：赵敏，备注：带班\n"},
		{"blanks in a cell", [][]string{{"时间", "比赛", "地点"}, {"6月1日 19:00", "东江队 对 西山队", "体育场"}, {"6月2日 19:00", "南湖队 对 北岭队", "体育馆"}},
			"{} 时间：6月1日 19:00，比赛：东江队 对 西山队，地点：体育场\n{} 时间：6月2日 19:00，比赛：南湖队 对 北岭队，地点：体育馆\n"},
		{"fields", [][]string{{"名称", "水泵"}, {"型号", "甲十二"}, {"功率", "3千瓦"}, {"重量", "20千克"}},
			"{} 名称：水泵\n{} 型号：甲十二\n{} 功率：3千瓦\n{} 重量：20千克\n"},
		{"fields beside each other", [][]string{{"姓名", "李娜", "性别", "女"}, {"电话", "8011", "邮编", "400000"}, {"年龄", "32", "学历", "本科"}},
			"{} 姓名：李娜，性别：女\n{} 电话：8011，邮编：400000\n{} 年龄：32，学历：本科\n"},
	} {
		want := "{} " + above + "\n" + c.want + "{} " + below + "\n"
		for _, with := range []string{"blanks", "tabs", "right"} {
			table := inBlanks(c.rows, with)
			for name, text := range map[string]string{
				"a text":         "安排\n\n" + above + "\n\n" + table + "\n" + below + "\n",
				"close together": "安排\n" + above + "\n" + table + below + "\n",
				"Markdown":       "# 安排\n\n" + above + "\n\n" + table + "\n" + below + "\n",
				"indented":       "安排\n\n" + above + "\n\n  " + strings.ReplaceAll(strings.TrimSpace(table), "\n", "\n  ") + "\n\n" + below + "\n",
			} {
				path := "a.txt"
				if name == "Markdown" {
					path = "a.md"
				}
				if got := wordLines(t, "安排\n"+above+"\n"+table+below, with == "tabs"); with != "right" && got != want {
					t.Errorf("%s with %s in Word: got\n%swant\n%s", c.name, with, got, want)
				}
				if with == "right" && (name == "indented" || strings.HasPrefix(table, " ")) {
					continue
				}
				if got := outline(parseOne(t, text, path)); got != want {
					t.Errorf("%s with %s in %s: got\n%swant\n%s%s", c.name, with, name, got, want, table)
				}
			}
		}
	}
	// Headers that come again below the names of several columns.
	for _, table := range []string{
		"          用水量（吨）      水费（元）\n小区      去年    今年    去年    今年\n东苑       820     790    2460    2370\n西苑       640     655    1920    1965\n",
		"            用水量（吨）      水费（元）\n          去年    今年    去年    今年\n东苑       820     790    2460    2370\n西苑       640     655    1920    1965\n",
	} {
		got := outline(parseOne(t, "用水\n\n"+above+"\n\n"+table+"\n"+below+"\n", "a.txt"))
		for _, row := range []string{"东苑，用水量（吨）去年：820，用水量（吨）今年：790，水费（元）去年：2460，水费（元）今年：2370\n", "西苑，用水量（吨）去年：640，用水量（吨）今年：655，水费（元）去年：1920，水费（元）今年：1965\n"} {
			if !strings.Contains(got, row) {
				t.Errorf("headers over headers: got\n%swant\n%s", got, row)
			}
		}
	}
	// Several tabulators reach as far as somebody saw it, wherever the stops are.
	for _, rows := range []string{"品名\t\t单价\n雪梨\t12元\n红富士大苹果\t9元\n", "品名\t单价\n雪梨\t\t\t12元\n红富士大苹果\t\t9元\n"} {
		want := "{} " + above + "\n{} 品名：雪梨，单价：12元\n{} 品名：红富士大苹果，单价：9元\n{} " + below + "\n"
		checkOutline(t, "安排\n\n"+above+"\n"+rows+below+"\n", "a.txt", want)
		if got := wordLines(t, "安排\n"+above+"\n"+rows+below, true); got != want {
			t.Errorf("in Word: got\n%swant\n%s", got, want)
		}
	}
	checkOutline(t, "产量\n\n"+above+"\n\n          2023年    2024年\n东厂        5         6\n西厂        7         8\n", "a.txt",
		"{} "+above+"\n{} 东厂，2023年：5，2024年：6\n{} 西厂，2023年：7，2024年：8\n")
	checkOutline(t, "值班\n\n"+above+"\n\n日期      姓名      电话\n----      ----      ----\n周一      李娜      8011\n乙组\n周二      王强      8012\n", "a.txt",
		"{} "+above+"\n{} 日期：周一，姓名：李娜，电话：8011\n{} 乙组\n{乙组} 日期：周二，姓名：王强，电话：8012\n")
}

// wordLines reads lines in a document of Word: a paragraph each, or broken in one.
func wordLines(t *testing.T, text string, broken bool) string {
	t.Helper()
	body := ""
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		body += `<w:p><w:r><w:t xml:space="preserve">` + strings.ReplaceAll(line, "\t", `</w:t><w:tab/><w:t>`) + `</w:t></w:r></w:p>`
	}
	got, _ := wordOutline(t, body, nil)
	if broken {
		head, rows, _ := strings.Cut(body, "不要迟到。")
		first, rest, _ := strings.Cut(rows, `</w:p>`)
		body = head + "不要迟到。" + first + `</w:p>` + strings.ReplaceAll(rest, `</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">`, `</w:t><w:br/><w:t xml:space="preserve">`)
		if again, _ := wordOutline(t, body, nil); again != got {
			t.Errorf("broken in a paragraph:\n%sor in several\n%s", again, got)
		}
	}
	return got
}

// What stands in columns and has no headers is no table.
func TestNotLaidOut(t *testing.T) {
	for _, text := range []string{
		"他走了。  她也走了。\n天黑了。  灯亮了。\n雨停了。  风起了。\n",
		"他走了，  没有回头\n天黑了，  灯亮了\n雨停了，  风起了\n",
		"床前明月光  疑是地上霜\n举头望明月  低头思故乡\n春眠不觉晓  处处闻啼鸟\n",
		"张三    李四    王五\n赵六    钱七    孙八\n周九    吴十    郑一\n",
		"甲方：王强    乙方：李娜\n电话：8011    电话：8012\n地址：东山    地址：西山\n",
		"第一章 总则    1\n第二章 分则    5\n第三章 附则    9\n",
		"上午    开幕式    王强\n下午    培训    李娜\n晚上    联欢    赵敏\n",
		"会议    开始\n大家    入场\n",
		"本次活动  由文化馆主办，全程免费\n报名  从6月1日开始，6月5日结束\n每人  限报一项，不得重复\n",
	} {
		a := parseOne(t, "材料\n\n下面的内容供大家参考，请互相转告。\n\n"+text, "a.txt")
		for _, p := range a.Paragraphs[1:] {
			if strings.Contains(p.Text, "：") && !strings.Contains(text, "：") {
				t.Errorf("no table:\n%s%s", text, outline(a))
				break
			}
		}
		all := strings.Join(strings.Fields(strings.Join(paragraphTexts(a.Paragraphs), "")), "")
		if !strings.Contains(all, strings.Join(strings.Fields(text), "")) {
			t.Errorf("not whole:\n%s%s", text, outline(a))
		}
	}
}
