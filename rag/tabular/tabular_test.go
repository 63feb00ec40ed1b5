package tabular_test

import (
	"context"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/tabular"
)

// everywhere is an index in which every word is known.
type everywhere struct{}

func (everywhere) Frequencies(_ context.Context, terms []string) ([]int, int, error) {
	df := make([]int, len(terms))
	for i := range df {
		df[i] = 2
	}
	return df, 100, nil
}

func tables(t *testing.T, title, markdown string) []tabular.Table {
	t.Helper()
	articles, err := article.Parse([]byte("# "+title+"\n\n"+markdown), "t.md", article.Options{})
	if err != nil || len(articles) != 1 {
		t.Fatalf("%d articles, %v", len(articles), err)
	}
	return tabular.Tables(&articles[0])
}

// ask is the first table's answer, "" where no table answers.
func ask(t *testing.T, list []tabular.Table, text string) (short, calculation string) {
	t.Helper()
	analysis, err := question.Analyze(context.Background(), everywhere{}, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	query := tabular.Parse(text)
	for _, table := range list {
		if answer, ok := table.Answer(query, analysis.Words); ok {
			return answer.Text, answer.Calculation
		}
	}
	return "", ""
}

// asked is a question about tables and the answer that it should get, "" for none.
type asked struct {
	tables         []tabular.Table
	question, want string
}

func (c asked) check(t *testing.T) {
	t.Helper()
	if got, how := ask(t, c.tables, c.question); got != c.want {
		t.Errorf("%s: %q (%s), want %q", c.question, got, how, c.want)
	}
}

const shops = `
| 门店 | 城市 | 销量 | 营业额（万元） | 开业日期 | 停车场 |
|---|---|---|---|---|---|
| 南门店 | 青州 | 1,200件 | 92.5 | 2019年3月1日 | 有 |
| 河西店 | 青州 | 860件 | 57 | 2021年11月15日 | 无 |
| 桥头店 | 云城 | 1,530件 | 101.5 | 2016年8月8日 | 有 |
| 合计 | | 3,590件 | 251 | | |
`

const weather = `
| 站点 | 最高气温 | 最低气温 | 风力 |
|---|---|---|---|
| 望湖 | 12℃ | 零下3℃ | 4级 |
| 青坪 | 9℃ | 零下7℃ | 6级 |
| 石岭 | 15℃ | 1℃ | 3级 |
`

const marks = `
| 序号 | 姓名 | 语文 | 数学 | 总分 |
|---|---|---|---|---|
| 1 | 高远 | 91 | 88 | 179 |
| 2 | 尹晨 | 84 | 97 | 181 |
| 3 | 苏禾 | 95 | 79 | 174 |
`

const runs = `
| 车型 | 时速 | 全程用时 |
|---|---|---|
| 快车 | 90公里 | 40分钟 |
| 慢车 | 60公里 | 65分钟 |
`

const drinks = `
| 品名 | 规格 | 单价 | 会员价 | 备注 |
|---|---|---|---|---|
| 拿铁 | 大杯 | 28元 | 24元 | 可换燕麦奶 |
| 美式咖啡 | 中杯 | 18元 | 15元 | 可加冰 |
| 摩卡 | 大杯 | 30元 | 27元 | 不含糖 |
`

const birds = `
| 物种 | 东线 | 西线 | 租期 | 首次记录 |
|---|---|---|---|---|
| 岩鹭 | 2 | 6 | 三年 | 2019年3月1日 |
| 黑尾鸥 | 31 | 18 | 五年 | 2021年7月1日 |
`

// How many of what a row is called is a figure in it, not how many rows there are, and
// the longest is no date.
func TestNamedRows(t *testing.T) {
	list := tables(t, "鸟类调查", birds)
	for question, want := range map[string]string{"西线有多少只岩鹭": "", "首次记录最晚是什么时候": "2021年7月1日", "哪种的租期最长": "黑尾鸥"} {
		if got, how := ask(t, list, question); got != want {
			t.Errorf("%s: %q (%s), want %q", question, got, how, want)
		}
	}
}

// The fastest has the greatest speed and the least time; a difference says so when it
// is the other way round.
func TestDirections(t *testing.T) {
	list := tables(t, "两种车", runs)
	for _, c := range []struct{ question, want string }{
		{"哪种车型时速最快", "快车"}, {"哪种车型全程用时最快", "快车"}, {"哪种车型全程用时最慢", "慢车"},
		{"慢车的全程用时比快车长多少", "25分钟"}, {"快车的全程用时比慢车长多少", "短25分钟"},
	} {
		if got, how := ask(t, list, c.question); got != c.want {
			t.Errorf("%s: %q (%s), want %q", c.question, got, how, c.want)
		}
	}
}

func TestAnswers(t *testing.T) {
	class := tables(t, "三班期中成绩", marks)
	menu := tables(t, "饮品价目", drinks)
	shop, sky := tables(t, "连锁门店年度统计", shops), tables(t, "气象站观测", weather)
	for _, c := range []struct {
		tables   []tabular.Table
		question string
		want     string
	}{
		{shop, "哪家门店销量最高", "桥头店"},
		{shop, "销量最低的门店是哪家", "河西店"},
		{shop, "最高的营业额是多少", "101.5万元"},
		{shop, "青州哪家门店销量最高", "南门店"},
		{shop, "哪家门店开业最早", "桥头店"},
		{shop, "门店一共销量多少", "3,590件"},
		{shop, "青州的门店销量一共多少", "2060件"},
		{shop, "门店平均营业额是多少", "83.67万元"},
		{shop, "有几家门店有停车场", "2家"},
		{shop, "哪家门店没有停车场", "河西店"},
		{shop, "青州有几家门店", "2家"},
		{shop, "南门店比河西店销量多多少", "340件"},
		{shop, "河西店的营业额比桥头店少多少", "44.5万元"},
		{class, "谁的数学最高", "尹晨"},
		{class, "三班语文最高多少分", "95"},
		{class, "三班数学平均多少分", "88"},
		{class, "苏禾和高远谁的总分更高", "高远"},
		{menu, "拿铁和美式咖啡哪个便宜", "美式咖啡"},
		{menu, "摩卡跟拿铁哪种更贵", "摩卡"},
		{menu, "最便宜的是什么", "美式咖啡"},
		{sky, "哪个站点最低气温最低", "青坪"},
		{sky, "最高气温最高的是哪个站点", "石岭"},
		{sky, "风力最大的站点是哪个", "青坪"},
	} {
		if got, how := ask(t, c.tables, c.question); got != c.want {
			t.Errorf("%s: %q (%s), want %q", c.question, got, how, c.want)
		}
	}
}

// What the table does not speak of, or may mean otherwise, is left to the text.
func TestSilence(t *testing.T) {
	shop, sky := tables(t, "连锁门店年度统计", shops), tables(t, "气象站观测", weather)
	for _, c := range []struct {
		tables   []tabular.Table
		question string
	}{
		{shop, "哪家医院床位最多"},
		{shop, "哪家门店利润最高"},
		{shop, "2018年哪家门店销量最高"},
		{shop, "丽江哪家门店销量最高"},
		{shop, "南门店销量多少"},
		{shop, "哪家门店的店长最年轻"},
		{shop, "门店的停车场一共有多少车位"},
		{sky, "平均湿度是多少"},
		{sky, "哪个站点的雨量最大"},
		{sky, "望湖为什么刮风"},
		{tables(t, "会议", "时间：3月5日，地点：礼堂"), "会议有几个地点"},
	} {
		if got, how := ask(t, c.tables, c.question); got != "" {
			t.Errorf("%s: %q (%s), want no answer", c.question, got, how)
		}
	}
}

// A cell may hold commas, a row may leave cells blank, and text between rows ends
// the table.
func TestTables(t *testing.T) {
	list := tables(t, "名册", "| 姓名 | 工作 | 年龄 |\n|---|---|---|\n| 王明 | 采购，验收 | 30岁 |\n| 李青 | | 28岁 |\n\n以上。\n\n| 姓名 | 年龄 |\n|---|---|\n| 赵云 | 41岁 |\n| 孙乐 | 52岁 |\n")
	if len(list) != 2 {
		t.Fatalf("%d tables, want 2", len(list))
	}
	if got := list[0].Rows[0].Cells[1]; got != "采购，验收" {
		t.Errorf("a cell with a comma reads %q", got)
	}
	if got := list[0].Rows[1].Cells; got[1] != "" || got[2] != "28岁" {
		t.Errorf("a row with a blank cell reads %+v", got)
	}
}

const purchases = `
## 采购结果

| 包号 | 供应商 | 成交金额 | 交货 | 备注 |
|---|---|---|---|---|
| 甲包 | 青石书业有限公司 | 18.6万元 | 20天 | 含运费。 |
| 乙包 | 望江家具有限公司 | 42万元 | 35天 | 旧柜运走！分两批 |
| 丙包 | 北岸电器有限公司 | 27.4万元 | 15天 | |
`

// No row is lost to a heading right above the table or to a full stop in a cell, and a
// row goes by the column that is asked for.
func TestEveryRow(t *testing.T) {
	list := tables(t, "学校采购公告", purchases)
	if len(list) != 1 || len(list[0].Rows) != 3 {
		t.Fatalf("%d tables: %+v", len(list), list)
	}
	for _, c := range []asked{
		{list, "成交金额一共多少", "88万元"},
		{list, "成交金额合计", "88万元"},
		{list, "成交金额最高的是哪家公司", "望江家具有限公司"},
		{list, "哪个供应商的成交金额最高", "望江家具有限公司"},
		{list, "哪个包号的成交金额最低", "甲包"},
		{list, "成交金额最高的是哪一包", "乙包"},
	} {
		c.check(t)
	}
	a := list[0].Article
	for _, row := range list[0].Rows {
		text, _ := a.Paragraph(row.Paragraph)
		if runes := []rune(text); string(runes[row.Start:row.Start+len([]rune(row.Text))]) != row.Text {
			t.Errorf("%q does not stand at %d of %q", row.Text, row.Start, text)
		}
	}
}

// A table of which a row cannot be read says nothing: its sum would be wrong.
func TestTornTable(t *testing.T) {
	rows := []article.Paragraph{
		{Text: "品名：花盆，数量：4个，存放：东库"}, {Text: "品名：铁锹，数量：2把，存放：东库"},
	}
	whole := &article.Article{Title: "清单", Paragraphs: rows}
	if got := tabular.Tables(whole); len(got) != 1 {
		t.Errorf("%d tables of a whole one", len(got))
	}
	for _, rest := range []string{"（续）品名：水桶，数量：9个，存放：西库。清点人：\n品名：绳子，数量：3根", "又，品名：水桶，数量：9个"} {
		for _, paragraphs := range [][]article.Paragraph{{rows[0], rows[1], {Text: rest}}, {{Text: rest}, rows[0], rows[1]}} {
			if got := tabular.Tables(&article.Article{Title: "清单", Paragraphs: paragraphs}); len(got) != 0 {
				t.Errorf("%d tables beside %q", len(got), rest)
			}
		}
	}
}
