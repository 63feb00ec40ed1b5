package article

import (
	"strings"
	"testing"
)

// A table in a cell of a table is read as one: nothing of it is lost or runs into the
// cell, and its rows stand below the row that holds it.
func TestNestedTables(t *testing.T) {
	const inner, deeper = "<table><tr><th>姓名</th><th>电话</th></tr><tr><td>张三</td><td>5550</td></tr><tr><td>李四</td><td>5551</td></tr></table>", "<table><tr><th>班</th><th>时间</th></tr><tr><td>早班</td><td>" + "INNER" + "</td></tr><tr><td>晚班</td><td>8点</td></tr></table>"
	page := func(cell string) string {
		return "<html><body><h1>手册</h1><p>各科的人员和电话如下表，每月更新一次。</p><table><tr><th>部门</th><th>人员</th></tr><tr><td>一科</td><td>" + cell + "</td></tr><tr><td>二科</td><td>暂缺</td></tr></table></body></html>"
	}
	const lead, last = "{} 各科的人员和电话如下表，每月更新一次。\n", "{} 部门：二科，人员：暂缺\n"
	for _, c := range []struct{ name, raw, want string }{
		{"alone", page(inner), "{} 部门：一科\n{一科 › 人员} 姓名：张三，电话：5550\n{一科 › 人员} 姓名：李四，电话：5551\n"},
		{"behind a text", page("值班表<br>" + inner), "{} 部门：一科，人员：值班表\n{一科 › 人员} 姓名：张三，电话：5550\n{一科 › 人员} 姓名：李四，电话：5551\n"},
		{"two", page(inner + "其余：" + "<table><tr><td>王五</td><td>5552</td></tr><tr><td>赵六</td><td>5553</td></tr></table>"),
			"{} 部门：一科，人员：其余：\n{一科 › 人员 › 其余} 姓名：张三，电话：5550\n{一科 › 人员 › 其余} 姓名：李四，电话：5551\n{一科 › 人员 › 其余} 王五：5552\n{一科 › 人员 › 其余} 赵六：5553\n"},
		{"with a caption", page(strings.Replace(inner, "<table>", "<table><caption>值班</caption>", 1)), "{} 部门：一科\n{一科 › 人员} 值班\n{一科 › 人员 › 值班} 姓名：张三，电话：5550\n{一科 › 人员 › 值班} 姓名：李四，电话：5551\n"},
		{"three deep", page(strings.Replace(deeper, "INNER", inner, 1)), "{} 部门：一科\n{一科 › 人员} 班：早班\n{一科 › 人员 › 早班 › 时间} 姓名：张三，电话：5550\n{一科 › 人员 › 早班 › 时间} 姓名：李四，电话：5551\n{一科 › 人员} 班：晚班，时间：8点\n"},
		{"in a column of rows", strings.Replace(page(inner), "<td>一科</td><td>", "<td rowspan=1>一科</td><td colspan=1>", 1), "{} 部门：一科\n{一科 › 人员} 姓名：张三，电话：5550\n{一科 › 人员} 姓名：李四，电话：5551\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.raw, "a.html", lead+c.want+last)
		})
	}
	t.Run("one that arranges the page", func(t *testing.T) {
		checkOutline(t, "<html><body><h1>手册</h1><table><tr><td><table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table></td><td><p>水泵的扬程是32米，转速是2900转，可以连续运转八小时。</p></td></tr></table></body></html>", "a.html",
			"{} 甲：乙\n{} 丙：丁\n{} 水泵的扬程是32米，转速是2900转，可以连续运转八小时。\n")
	})
	t.Run("Word", func(t *testing.T) {
		table := "<w:tbl>" + wordRow(wordPlain("姓名"), wordPlain("电话")) + wordRow(wordPlain("张三"), wordPlain("5550")) + wordRow(wordPlain("李四"), wordPlain("5551")) + "</w:tbl>"
		got, _ := wordOutline(t, "<w:tbl>"+wordRow(wordPlain("部门"), wordPlain("人员"), wordPlain("楼层"))+wordRow(wordPlain("一科"), wordPlain("见下")+table, wordPlain("3"))+wordRow(wordPlain("二科"), table, wordPlain("4"))+"</w:tbl>", nil)
		want := "{} 部门：一科，人员：见下，楼层：3\n{一科 › 人员} 姓名：张三，电话：5550\n{一科 › 人员} 姓名：李四，电话：5551\n{} 部门：二科，楼层：4\n{二科 › 人员} 姓名：张三，电话：5550\n{二科 › 人员} 姓名：李四，电话：5551\n"
		if got != want {
			t.Errorf("%swant\n%s", got, want)
		}
	})
	t.Run("Word, a table around all", func(t *testing.T) {
		table := "<w:tbl>" + wordRow(wordPlain("姓名"), wordPlain("电话")) + wordRow(wordPlain("张三"), wordPlain("5550")) + "</w:tbl>"
		if got, _ := wordOutline(t, "<w:tbl>"+wordRow(table)+"</w:tbl>", nil); got != "{} 姓名：张三，电话：5550\n" {
			t.Error(got)
		}
	})
}
