package article

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What stands over a table names all of it and hides no headers.
func TestTitleOverTable(t *testing.T) {
	for _, c := range []struct{ name, path, raw, want string }{
		{"lines over CSV", "a.csv", "渔村超市价目表,,,\n更新：五月,,,\n品名,规格,单价（元）,产地\n大米,5kg,39.9,东乡\n鸡蛋,30枚,21.8,本地\n",
			"{} 渔村超市价目表 更新：五月\n{渔村超市价目表 更新：五月} 品名：大米，规格：5kg，单价：39.9元，产地：东乡\n{渔村超市价目表 更新：五月} 品名：鸡蛋，规格：30枚，单价：21.8元，产地：本地\n"},
		{"two tables in CSV", "a.csv", "甲班,,\n姓名,语文,数学\n李娜,90,85\n王强,80,88\n,,\n乙班,,\n姓名,体育,音乐\n赵敏,70,95\n钱伟,60,91\n",
			"{} 甲班\n{甲班} 姓名：李娜，语文：90，数学：85\n{甲班} 姓名：王强，语文：80，数学：88\n{} 乙班\n{乙班} 姓名：赵敏，体育：70，音乐：95\n{乙班} 姓名：钱伟，体育：60，音乐：91\n"},
		{"CSV of one column", "a.csv", "雪梨\n苹果\n香蕉\n樱桃\n", "{} 雪梨\n{} 苹果\n{} 香蕉\n{} 樱桃\n"},
		{"a cell across HTML", "a.html", "<html><body><h1>计划</h1><table><tr><td colspan=3>表1 分年投资（万元）</td></tr><tr><td>年份</td><td>土建</td><td>设备</td></tr><tr><td>2024</td><td>5000</td><td>2000</td></tr><tr><td>小计</td><td>9800</td><td>6200</td></tr></table></body></html>",
			"{} 表1 分年投资（万元）\n{表1 分年投资（万元）} 年份：2024，土建：5000，设备：2000\n{表1 分年投资（万元）} 年份：小计，土建：9800，设备：6200\n"},
		{"a cell across a form", "a.html", "<html><body><h1>登记</h1><table><tr><td colspan=4>设备登记表</td></tr><tr><td>名称</td><td>烘干机</td><td>编号</td><td>甲</td></tr><tr><td>产地</td><td>东乡</td><td>金额</td><td>面议</td></tr><tr><td>保管</td><td>李娜</td><td>地点</td><td>车间</td></tr></table></body></html>",
			"{} 设备登记表\n{设备登记表} 名称，烘干机，编号，甲\n{设备登记表} 产地，东乡，金额，面议\n{设备登记表} 保管，李娜，地点，车间\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkOutline(t, c.raw, c.path, c.want) })
	}
}

// A list in one column has no title.
func TestSheetOfOneColumn(t *testing.T) {
	f := excelize.NewFile()
	for i, name := range []string{"李娜", "王强", "赵敏", "钱伟", "孙丽"} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetCellStr("Sheet1", cell, name); err != nil {
			t.Fatal(err)
		}
	}
	var raw bytes.Buffer
	if err := f.Write(&raw); err != nil {
		t.Fatal(err)
	}
	articles, err := Parse(raw.Bytes(), "值班.xlsx", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := outline(articles[0]); strings.Contains(got, "›") || strings.Contains(got, "李娜 王强") {
		t.Errorf("got %s", got)
	}
}
