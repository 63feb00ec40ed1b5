package article

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes each paragraph behind its section.
func outline(a Article) string {
	var b strings.Builder
	for _, p := range a.Paragraphs {
		fmt.Fprintf(&b, "{%s} %s\n", p.Section, strings.ReplaceAll(p.Text, "\n", " / "))
	}
	return b.String()
}

// parseOne reads a document of one article.
func parseOne(t *testing.T, text, path string) Article {
	t.Helper()
	got, err := Parse([]byte(text), path, Options{})
	if err != nil || len(got) != 1 {
		t.Fatalf("%d articles, %v", len(got), err)
	}
	return got[0]
}

// checkOutline compares the outline of a document of one article.
func checkOutline(t *testing.T, text, path, want string) {
	t.Helper()
	if got := outline(parseOne(t, text, path)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestStructure(t *testing.T) {
	for _, c := range []struct{ name, path, raw, title, want string }{
		{"headings of all levels", "a.md", "# 手册\n\n序言说了三件事。\n\n## 安装\n\n先接电源。\n\n再开阀门。\n\n### 冬天\n\n先预热十分钟。\n\n水温到40度为止。\n\n## 拆卸\n\n先关阀门。\n", "手册",
			"{} 序言说了三件事。\n{安装} 安装 / 先接电源。\n{安装} 再开阀门。\n{安装 › 冬天} 冬天 / 先预热十分钟。\n{安装 › 冬天} 水温到40度为止。\n{拆卸} 拆卸 / 先关阀门。\n"},
		{"several main headings", "a.md", "# 甲型\n\n每分钟22页。\n\n# 乙型\n\n每分钟38页。\n", "甲型、乙型",
			"{甲型} 甲型 / 每分钟22页。\n{乙型} 乙型 / 每分钟38页。\n"},
		{"headings in HTML", "a.html", "<html><body><h1>手册</h1><h2>安装</h2><p>先接电源。</p><p>再开阀门。</p></body></html>", "手册",
			"{安装} 安装 / 先接电源。\n{安装} 再开阀门。\n"},
		{"headings without a text", "a.md", "# 手册\n\n## 安装\n\n## 拆卸\n\n先关阀门。\n\n## 附录\n", "手册",
			"{拆卸} 安装 / 拆卸 / 先关阀门。\n{} 附录\n"},
		{"a law", "a.txt", "渡口管理条例\n\n第一章 总则\n\n第一条 为了管理渡口，制定本条例。\n\n第二条 渡口分为三级：\n\n（一）一级渡口；\n\n（二）二级渡口。\n\n分级办法由县里规定。\n\n第二章 船员\n\n第三条 船员应当年满十八岁。\n", "渡口管理条例",
			"{第一章 总则 › 第一条} 第一章 总则 / 第一条 为了管理渡口，制定本条例。\n{第一章 总则 › 第二条} 第二条 渡口分为三级： / （一）一级渡口； / （二）二级渡口。\n{第一章 总则 › 第二条} 分级办法由县里规定。\n{第二章 船员 › 第三条} 第二章 船员 / 第三条 船员应当年满十八岁。\n"},
		{"a list with its lead-in", "a.md", "# 通知\n\n参会者带以下物品：\n\n- 身份证\n- 两张照片\n\n八点开门。\n", "通知",
			"{} 参会者带以下物品： / 身份证 / 两张照片\n{} 八点开门。\n"},
		{"a list in HTML", "a.html", "<html><body><h1>通知</h1><p>参会者带以下物品：</p><ul><li>身份证</li><li>两张照片</li></ul><p>八点开门。</p></body></html>", "通知",
			"{} 参会者带以下物品： / 身份证 / 两张照片\n{} 八点开门。\n"},
		{"a list without marks", "a.txt", "通知\n\n参会者带以下物品：\n1.身份证\n2.两张照片\n\n八点开门。\n", "通知",
			"{} 参会者带以下物品： / 1.身份证 / 2.两张照片\n{} 八点开门。\n"},
		{"questions and answers", "a.txt", "常见问题\n\n问：几点开门？\n\n答：八点开门。\n\n问：要买票吗？\n\n答：不用买票。\n", "常见问题",
			"{} 问：几点开门？ / 答：八点开门。\n{} 问：要买票吗？ / 答：不用买票。\n"},
		{"questions without marks", "a.txt", "常见问题\n\n几点开门？\n\n每天八点开门。\n\n周一闭馆。\n\n要不要买票？\n\n不用买票，凭证入场。\n", "常见问题",
			"{几点开门？} 几点开门？ / 每天八点开门。\n{几点开门？} 周一闭馆。\n{要不要买票？} 要不要买票？ / 不用买票，凭证入场。\n"},
		{"a conversation with speakers and times above", "a.txt", "王小明 2024-05-06 10:32:01\n评审会改到下午三点。\n地点不变。\n\n李娜 2024-05-06 10:33:12\n收到\n", "王小明、李娜的对话",
			"{} 王小明 2024-05-06 10:32:01 / 评审会改到下午三点。地点不变。\n{} 李娜 2024-05-06 10:33:12 / 收到\n"},
		{"a conversation with times ahead", "a.txt", "[10:32] 王小明：评审会改到下午三点\n[10:33] 李娜：收到，我通知财务部。\n", "王小明、李娜的对话",
			"{} [10:32] 王小明：评审会改到下午三点\n{} [10:33] 李娜：收到，我通知财务部。\n"},
		{"a conversation with speakers alone", "a.txt", "王小明：评审会改到下午三点\n李娜：收到，我通知财务部。\n", "王小明：评审会改到下午三点",
			"{} 王小明：评审会改到下午三点 / 李娜：收到，我通知财务部。\n"},
		{"a conversation in Markdown", "a.md", "# 产品群\n\n**王小明** 10:32\n评审会改到下午三点\n\n**李娜** 10:33\n收到，我通知财务部。\n", "产品群",
			"{} 王小明 10:32 / 评审会改到下午三点\n{} 李娜 10:33 / 收到，我通知财务部。\n"},
		{"a headline with a colon", "a.txt", "本地快讯：大桥通车\n\n东江大桥今天正式通车，全长1860米。\n", "本地快讯：大桥通车",
			"{} 东江大桥今天正式通车，全长1860米。\n"},
		{"code", "a.md", "# 部署\n\n配置如下。\n\n```yaml\nserver:\n  port: 9130\n\n  workers: 4\n```\n", "部署",
			"{} 配置如下。\n{} server: /   port: 9130 /  /   workers: 4\n"},
		{"code in HTML", "a.html", "<html><body><h1>部署</h1><p>配置如下。</p><pre>port = 9130\n  workers = 4</pre></body></html>", "部署",
			"{} 配置如下。\n{} port = 9130 /   workers = 4\n"},
		{"prose in pre", "a.html", "<html><body><h1>公告</h1><pre>东江大桥今天通车，\n全长1860米。</pre></body></html>", "公告",
			"{} 东江大桥今天通车，全长1860米。\n"},
		{"a Markdown table", "a.md", "# 价目\n\n| 品名 | 单价（元） | 产地 |\n| --- | --- | --- |\n| 雪梨 | 12 | 东乡 |\n| 合计 | 12 | |\n\n以上含税。\n", "价目",
			"{} 品名：雪梨，单价：12元，产地：东乡\n{} 品名：合计，单价：12元\n{} 以上含税。\n"},
		{"an HTML table with a caption and merged cells", "a.html", `<html><body><h1>产量</h1><table><caption>三年产量</caption><thead><tr><th rowspan="2">厂</th><th colspan="2">产量（吨）</th></tr><tr><th>2023年</th><th>2024年</th></tr></thead>
			<tbody><tr><td rowspan="2">东厂</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr><tr><td colspan="3">外县</td></tr><tr><td>西厂</td><td colspan="2">停产</td></tr></tbody></table></body></html>`, "产量",
			"{} 三年产量\n{三年产量} 厂：东厂，产量（吨）2023年：5，产量（吨）2024年：6\n{三年产量} 厂：东厂，产量（吨）2023年：7，产量（吨）2024年：8\n{三年产量} 外县\n{三年产量 › 外县} 厂：西厂，产量（吨）2023年：停产\n"},
		{"a table of names and values", "a.html", "<html><body><h1>参数</h1><table><tr><td>扬程</td><td>32米</td></tr><tr><td>转速</td><td>2900转</td></tr></table></body></html>", "参数",
			"{} 扬程：32米\n{} 转速：2900转\n"},
		{"two rows of headers without marks", "a.html", `<html><body><h1>预算</h1><table><tr><td rowspan="2">科目</td><td colspan="2">预算（万元）</td></tr><tr><td>2023年</td><td>2024年</td></tr><tr><td>灌浆</td><td>120</td><td>35</td></tr><tr><td>透镜</td><td>260</td><td>—</td></tr></table></body></html>`, "预算",
			"{} 科目：灌浆，预算（万元）2023年：120，预算（万元）2024年：35\n{} 科目：透镜，预算（万元）2023年：260，预算（万元）2024年：—\n"},
		{"a form", "a.html", `<html><body><h1>登记</h1><table><tr><td>名称</td><td>烘干机</td><td>编号</td><td>HG-027</td></tr><tr><td>购置日期</td><td>2021年8月3日</td><td>金额</td><td>865元</td></tr><tr><td>保管人</td><td>李娜</td><td>地点</td><td>3号车间</td></tr></table></body></html>`, "登记",
			"{} 名称：烘干机，编号：HG-027\n{} 购置日期：2021年8月3日，金额：865元\n{} 保管人：李娜，地点：3号车间\n"},
		{"a form with marked labels", "a.html", `<html><body><h1>登记</h1><table><tr><th>姓名</th><td>李娜</td><th>性别</th><td>女</td></tr><tr><th>特长</th><td colspan="3">急救、手语</td></tr></table></body></html>`, "登记",
			"{} 姓名：李娜，性别：女\n{} 特长：急救、手语\n"},
		{"a table of words with headers", "a.html", `<html><body><h1>值班</h1><table><tr><td>日期</td><td>早班</td><td>地点</td><td>晚班</td></tr><tr><td>周一</td><td>李娜</td><td>南门</td><td>王强</td></tr><tr><td>周二</td><td>赵敏</td><td>北门</td><td>钱伟</td></tr></table></body></html>`, "值班",
			"{} 日期：周一，早班：李娜，地点：南门，晚班：王强\n{} 日期：周二，早班：赵敏，地点：北门，晚班：钱伟\n"},
		{"marked names of rows", "a.html", `<html><body><h1>地块</h1><table><tr><th>地区</th><td>东山</td></tr><tr><th>面积</th><td>88亩</td></tr></table></body></html>`, "地块",
			"{} 地区：东山\n{} 面积：88亩\n"},
		{"a note below a table", "a.html", `<html><body><h1>价目</h1><table><tr><td>品名</td><td>单价（元）</td></tr><tr><td>雪梨</td><td>12</td></tr><tr><td>注：含税。</td></tr></table></body></html>`, "价目",
			"{} 品名：雪梨，单价：12元\n{} 注：含税。\n"},
		{"what is struck out", "a.html", `<html><body><h1>水库</h1><p>票价由<del>20元</del>30元起，<span style="text-decoration: line-through">周一</span>周二闭馆。</p></body></html>`, "水库",
			"{} 票价由30元起，周二闭馆。\n"},
		{"raised and lowered figures", "a.html", `<html><body><h1>水库</h1><p>库容3.2×10<sup>6</sup>m<sup>3</sup>，水中CO<sub>2</sub>低于10<sup>-3</sup>级，建于光绪十二年<sup>1</sup>。</p></body></html>`, "水库",
			"{} 库容3.2×10⁶m³，水中CO₂低于10⁻³级，建于光绪十二年[1]。\n"},
		{"how words are read", "a.html", `<html><body><h1>渡口</h1><p>渡口用<ruby>舢<rt>shān</rt>板<rt>bǎn</rt></ruby>运货。</p></body></html>`, "渡口",
			"{} 渡口用舢板运货。\n"},
		{"short lines with breaks", "a.html", `<html><body><h1>指南</h1><p>地址：青云路18号<br>电话 5550011<br>周一闭馆</p></body></html>`, "指南",
			"{} 地址：青云路18号 / 电话 5550011 / 周一闭馆\n"},
		{"a table that arranges the page", "a.html", "<html><body><h1>参数</h1><table><tr><td><p>水泵的扬程是32米，转速是2900转，可以连续运转八小时。</p></td></tr></table></body></html>", "参数",
			"{} 水泵的扬程是32米，转速是2900转，可以连续运转八小时。\n"},
		{"JSON with a title", "a.json", `{"title": "水泵参数", "扬程": "32米"}`, "水泵参数",
			"{} title：水泵参数\n{} 扬程：32米\n"},
		{"a question with its answer", "a.jsonl", `{"id":"q1","question":"可以开哪些发票？","answer":["普通发票。","专用发票。"]}`, "可以开哪些发票？",
			"{} 普通发票。\n{} 专用发票。\n"},
		{"CSV", "价目.csv", "品名,单价（元）,备注\n雪梨,12,\"含税,含运费\"\n苹果,\"1,200\",\n", "价目",
			"{} 品名：雪梨，单价：12元，备注：含税,含运费\n{} 品名：苹果，单价：1,200元\n"},
		{"TSV", "a.txt", "品名\t单价\t产地\n雪梨\t12元\t东乡\n苹果\t9元\t西乡\n", "a",
			"{} 品名：雪梨，单价：12元，产地：东乡\n{} 品名：苹果，单价：9元，产地：西乡\n"},
		{"Markdown with HTML", "a.md", "# 票价\n\n门票为20元。<br>学生半价。\n\n<div>\n\n## 时间\n\n每天八点开门。\n\n</div>\n", "票价",
			"{} 门票为20元。\n{} 学生半价。\n{时间} 时间 / 每天八点开门。\n"},
		{"components", "a.mdx", "import {Note} from './note'\n\n# 票价\n\n<Note type=\"x\">\n老人**凭证**免票。\n</Note>\n\n<Accordion title=\"要预约吗？\">\n不用。\n</Accordion>\n", "票价",
			"{} 老人凭证免票。\n{要预约吗？} 要预约吗？ / 不用。\n"},
		{"components that say much in attributes", "a.mdx", "# 票价\n\n<Card title=\"老人\" color=\"light blue\" description=\"凭证免票\">\n六十岁起。\n</Card>\n\n现场买<Price label=\"每张20元\"/>。\n", "票价",
			"{老人} 老人 / 凭证免票 / 六十岁起。\n{老人} 现场买 / 每张20元 / 。\n"},
		{"terms and descriptions", "a.html", "<html><body><h1>说明书</h1><p>本品用于缓解轻至中度疼痛，也用于普通感冒引起的发热，饭后服用。</p><dl><dt>生产企业</dt><dd>滇南制药有限公司</dd><dt>注意事项</dt><dd><p>忌酒。</p><p>避光。</p></dd></dl></body></html>", "说明书",
			"{} 本品用于缓解轻至中度疼痛，也用于普通感冒引起的发热，饭后服用。\n{} 生产企业：滇南制药有限公司\n{} 注意事项\n{} 忌酒。\n{} 避光。\n"},
		{"fields of minutes", "a.txt", "产品周会会议纪要\n\n时间:2025年4月14日14:00\n地点:三楼银杏会议室\n主持人:陈思远\n缺席:郑凯(出差)\n\n会议决定将上线日期推迟到5月8日。\n", "产品周会会议纪要",
			"{} 时间:2025年4月14日14:00\n{} 地点:三楼银杏会议室\n{} 主持人:陈思远\n{} 缺席:郑凯(出差)\n{} 会议决定将上线日期推迟到5月8日。\n"},
		{"fields above a list", "a.md", "# 周会纪要\n\n主持人:陈思远\n记录人:吴静\n\n一、进展\n支付模块联调已完成。\n首页设计稿已定稿。\n\n- 刘洋:修复缺陷\n- 吴静:确认进度\n", "周会纪要",
			"{} 主持人:陈思远\n{} 记录人:吴静\n{} 一、进展 / 支付模块联调已完成。\n{} 首页设计稿已定稿。\n{} 刘洋:修复缺陷\n{} 吴静:确认进度\n"},
		{"parties of a contract", "a.md", "# 房屋租赁合同\n\n甲方(出租人):何建平\n\n乙方(承租人):许晓琳\n\n租赁期限为两年,自2025年5月1日起至2027年4月30日止。\n", "房屋租赁合同",
			"{} 甲方(出租人):何建平\n{} 乙方(承租人):许晓琳\n{} 租赁期限为两年,自2025年5月1日起至2027年4月30日止。\n"},
		{"footnotes", "a.md", "# 产量\n\n产量增长12%[^1]。\n\n[^1]: 来自统计局。\n", "产量",
			"{} 产量增长12%[1]。\n{} [1] 来自统计局。\n"},
		{"a caption apart", "a.html", "<html><body><h1>大桥</h1><p>东江大桥今天通车，全长1860米。</p><figure><img src=x><figcaption>图1 东江大桥的三座桥塔</figcaption></figure><p>桥面宽三十米，双向六车道。</p></body></html>", "大桥",
			"{} 东江大桥今天通车，全长1860米。\n{} 图1 东江大桥的三座桥塔\n{} 桥面宽三十米，双向六车道。\n"},
		{"dates of a changelog", "a.md", "## 更新日志\n\n### 2.4.1\n\n*2024-03-11*\n\n- 修复闪退\n\n### 2.4.0\n\n*2024-02-02*\n\n- 新增夜间模式\n", "更新日志",
			"{2.4.1} 2.4.1 / 2024-03-11\n{2.4.1} 修复闪退\n{2.4.0} 2.4.0 / 2024-02-02\n{2.4.0} 新增夜间模式\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := parseOne(t, c.raw, c.path)
			if got := outline(a); got != c.want || a.Title != c.title {
				t.Errorf("title %s\n%swant %s\n%s", a.Title, got, c.title, c.want)
			}
		})
	}
}

// The headings over a passage are searched with it and are no part of it.
func TestSearchText(t *testing.T) {
	a := Article{ID: "a", Title: "手册", Paragraphs: []Paragraph{
		{Text: "安装\n先接电源。", Section: "第一部分 › 安装"},
		{Text: "再开阀门。", Section: "第一部分 › 安装"},
		{Text: "先关阀门。", Section: "第二部分"},
	}}
	passages := Split(a, SplitOptions{JoinRunes: -1})
	var got []string
	for _, p := range passages {
		got = append(got, strings.ReplaceAll(SearchText(&a, p), "\n", " / "))
		if strings.Contains(p.Text(), "部分") {
			t.Errorf("the heading is in the passage: %s", p.Text())
		}
	}
	want := "第一部分 / 安装 / 先接电源。|第一部分 › 安装 / 再开阀门。|第二部分 / 先关阀门。"
	if strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
	if text := EmbeddingText(&a, passages[1]); text != "手册\n第一部分 › 安装\n再开阀门。" {
		t.Errorf("embedded: %q", text)
	}
}
