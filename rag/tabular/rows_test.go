package tabular_test

import (
	"testing"
)

const stock = `
| 货品 | 仓库 | 库存 | 单价（元） |
|---|---|---|---|
| 麻绳 | 东库 | 40捆 | 12 |
| 油布 | 东库 | 25捆 | 面议 |
| 草席 | 西库 | 60捆 | 9 |
`

// A row is not lost to a cell of words among figures, to a subtotal or to a heading above
// a group of rows; a row with a blank first cell may be anything, so nothing is computed.
func TestRowsAreWhole(t *testing.T) {
	mixed := tables(t, "仓储盘点", stock)
	subtotals := tables(t, "书店进货", "| 类别 | 书名 | 册数 |\n|---|---|---|\n| 童书 | 小鹿 | 30册 |\n| 童书 | 星空 | 20册 |\n| 童书小计 | | 50册 |\n| 文学 | 渡口 | 45册 |\n| 文学小计 | | 45册 |\n")
	summed := tables(t, "书店进货", "| 类别 | 书名 | 册数 |\n|---|---|---|\n| 童书 | 小鹿 | 30册 |\n| 文学 | 渡口 | 45册 |\n| | 合计 | 75册 |\n")
	blank := tables(t, "果园采收", "| 园区 | 品种 | 产量 |\n|---|---|---|\n| 南坡 | 脆柿 | 30吨 |\n| 北坡 | 脆柿 | 12吨 |\n| | 磨盘柿 | 55吨 |\n| 河滩 | 脆柿 | 8吨 |\n| 山口 | 脆柿 | 9吨 |\n")
	part := tables(t, "在校人数", "| 人员 | 人数 |\n|---|---|\n| 学生 | 900人 |\n| 其中住校 | 300人 |\n| 教师 | 80人 |\n")
	groups := tables(t, "花卉价目", "| 品名 | 规格 | 单价 |\n|---|---|---|\n| 盆栽类 | | |\n| 绿萝 | 小盆 | 15元 |\n| 茶梅 | 大盆 | 68元 |\n| 切花类 | | |\n| 百合 | 一束 | 80元 |\n| 雏菊 | 一束 | 22元 |\n")
	spanned := tables(t, "手工坊价目", "<table><tr><th>项目</th><th>时长</th><th>价格</th></tr><tr><td colspan=3>拓印课</td></tr><tr><td>墨拓</td><td>1小时</td><td>45元</td></tr><tr><td>彩拓</td><td>2小时</td><td>70元</td></tr><tr><td colspan=3>陶艺课</td></tr><tr><td>拉坯</td><td>2小时</td><td>120元</td></tr><tr><td>上釉</td><td>1小时</td><td>60元</td></tr></table>")
	for _, c := range []asked{
		{mixed, "库存一共多少", "125捆"},
		{mixed, "库存最多的货品是什么", "草席"},
		{mixed, "单价最高的货品是什么", ""},
		{subtotals, "册数一共多少", "95册"},
		{subtotals, "册数最多的是哪本书名", "渡口"},
		{summed, "册数一共多少", "75册"},
		{summed, "册数最少的书名是哪个", "小鹿"},
		{blank, "产量一共多少", ""},
		{blank, "产量最高的是哪个园区", ""},
		{part, "人数一共多少", "980人"},
		{groups, "哪种最贵", "百合"},
		{groups, "单价一共多少", "185元"},
		{groups, "盆栽类哪种最贵", ""},
		{groups, "茶梅和雏菊哪个便宜", "雏菊"},
		{spanned, "哪项最贵", ""},
		{spanned, "拓印课哪项最贵", "彩拓"},
		{spanned, "彩拓和墨拓哪个便宜", "墨拓"},
		{spanned, "彩拓和上釉哪个便宜", ""},
	} {
		c.check(t)
	}
}

// Which of two tables with the same columns is meant, the question has to say.
func TestTwins(t *testing.T) {
	list := tables(t, "门票收入", "## 春季\n\n| 景点 | 收入 |\n|---|---|\n| 古塔 | 40万元 |\n| 湖滨 | 25万元 |\n\n## 秋季\n\n| 景点 | 收入 |\n|---|---|\n| 古塔 | 30万元 |\n| 湖滨 | 55万元 |\n")
	for _, c := range []asked{
		{list, "收入最高的景点是哪个", ""},
		{list, "门票收入一共多少", ""},
		{list, "春季收入最高的景点是哪个", "古塔"},
		{list, "秋季收入一共多少", "85万元"},
		{list, "古塔和湖滨哪个收入高", ""},
	} {
		c.check(t)
	}
}

const bids = `
## 评审情况

| 标段 | 中标单位 | 报价 | 得分 | 项目经理 | 计量单位 |
|---|---|---|---|---|---|
| 第1标段 | 长河路桥集团 | 820万元 | 88.5 | 田野 | 公里 |
| 第2标段 | 松岭建设有限公司 | 760万元 | 93.1 | 岳川 | 座 |
| 第3标段 | 松岭建设有限公司 | 915万元 | 85.0 | 岳川 | 座 |
`

// A row is shown by the column that the question asks for, whatever the table calls it.
func TestAskedColumn(t *testing.T) {
	list := tables(t, "柳溪县乡道改造评标结果", bids)
	people := tables(t, "仓管月报", "| 工号 | 姓名 | 部门 | 出勤 |\n|---|---|---|---|\n| A07 | 梁青 | 收货部 | 22天 |\n| A12 | 秦朗 | 发货部 | 19天 |\n")
	gifts := tables(t, "捐书名录", "| 批次 | 单位 | 捐书 |\n|---|---|---|\n| 第1批 | 青禾公司 | 30本 |\n| 第2批 | 双桥公司 | 25本 |\n| 第3批 | 双桥公司 | 20本 |\n")
	radios := tables(t, "收音机对比", "| 型号 | 支持无线充电 |\n|---|---|\n| 春江A | 是 |\n| 春江B | 否 |\n| 晨星C | 是 |\n")
	plans := tables(t, "营地产品", "| 线路 | 承办方 | 人均费用 |\n|---|---|---|\n| 溯溪 | 山野社 | 380元 |\n| 露营 | 星火社 | 260元 |\n")
	for _, c := range []asked{
		{list, "报价最高的是哪家公司", "松岭建设有限公司"},
		{list, "报价最低的是哪家单位", "松岭建设有限公司"},
		{list, "得分最低的是哪家企业", "松岭建设有限公司"},
		{list, "哪家报价最低", "松岭建设有限公司"},
		{list, "哪个标段报价最低", "第2标段"},
		{list, "报价最高的标段是哪个", "第3标段"},
		{list, "得分最高的中标单位是哪家", "松岭建设有限公司"},
		{list, "得分最高的项目经理是谁", "岳川"},
		{list, "柳溪县三个标段报价合计多少", "2495万元"},
		{list, "这三个标段的报价加起来多少", "2495万元"},
		{list, "报价最高的是", "第3标段"},
		{list, "岳川报价加起来多少", "1675万元"},
		{list, "四个标段报价合计多少", ""},
		{list, "桥头镇三个标段报价合计多少", ""},
		{list, "报价最高的是哪位律师", ""},
		{people, "谁出勤最多", "梁青"},
		{people, "出勤最少的是谁", "秦朗"},
		{people, "出勤最多的是哪个部门", "收货部"},
		{people, "出勤最多的员工是谁", "梁青"},
		{gifts, "捐书最多的是哪家公司", ""},
		{gifts, "捐书最多的是哪一批", "第1批"},
		{gifts, "捐书的公司有几家", ""},
		{radios, "支持无线充电的有几款", "2款"},
		{radios, "不支持无线充电的有几款", "1款"},
		{plans, "人均费用最低的是哪条线路", "露营"},
		{plans, "哪条线路最贵", "溯溪"},
	} {
		c.check(t)
	}
}
