package article

import (
	"strings"
	"testing"
)

// partNumbered are the ways to number three parts of a text.
var partNumbered = [][3]string{
	{"一、", "二、", "三、"}, {"（一）", "（二）", "（三）"}, {"1、", "2、", "3、"}, {"1.", "2.", "3."}, {"1. ", "2. ", "3. "}, {"（1）", "（2）", "（3）"},
	{"1 ", "2 ", "3 "}, {"2.1 ", "2.2 ", "2.3 "}, {"2.1", "2.2", "2.3"}, {"2.1.1 ", "2.1.2 ", "2.1.3 "}, {"2.1、", "2.2、", "2.3、"},
	{"第一章 ", "第二章 ", "第三章 "}, {"第一章", "第二章", "第三章"}, {"第一节　", "第二节　", "第三节　"}, {"第一部分 ", "第二部分 ", "第三部分 "},
}

// Numbered lines that name what stands below them are headings in whatever way they are
// numbered, with or without a full stop, and in whatever a text is kept in.
func TestPartHeads(t *testing.T) {
	names := [3]string{"停水时间", "停水范围和用户", "停水安排"}
	texts := [3]string{"6月3日8时至18时，恢复供水的时间另行通知。", "青云路、东山路沿线。", "请提前储水。"}
	const lead = "因管网改造，部分区域需要停水，有关事项如下。"
	containers := map[string]func(t *testing.T, lines []string) string{
		"plain": func(t *testing.T, lines []string) string {
			return outline(parseOne(t, strings.Join(lines, "\n"), "a.txt"))
		},
		"blanks": func(t *testing.T, lines []string) string {
			return outline(parseOne(t, strings.Join(lines, "\n\n"), "a.txt"))
		},
		"HTML": func(t *testing.T, lines []string) string {
			return outline(parseOne(t, "<html><body><p>"+strings.Join(lines, "</p><p>")+"</p></body></html>", "a.html"))
		},
		"Word": func(t *testing.T, lines []string) string {
			body := ""
			for _, l := range lines {
				body += wordPlain(l)
			}
			got, _ := wordOutline(t, body, nil)
			return got
		},
		"PDF": func(t *testing.T, lines []string) string {
			d := assemble(joinPages([]pdfPage{{number: 1, lines: lines[:3]}, {number: 2, lines: lines[3:]}}), meta{}, Options{})
			return outline(Article{Paragraphs: d.paragraphs})
		},
	}
	for container, read := range containers {
		for _, numbers := range partNumbered {
			for _, form := range []string{"bare", "stopped", "run in"} {
				if form == "run in" && (strings.HasPrefix(numbers[0], "第") || numbers[0] == "1 ") {
					continue
				}
				lines, want := []string{"停水通知", lead}, "{} "+lead+"\n"
				for i, name := range names {
					head := numbers[i] + name
					switch form {
					case "bare":
						lines = append(lines, head, texts[i])
					case "stopped":
						lines = append(lines, head+"。", texts[i])
					case "run in":
						lines = append(lines, head+"。"+texts[i])
					}
					want += "{" + head + "} " + head + " / " + texts[i] + "\n"
				}
				if got := read(t, lines); strings.ReplaceAll(got, "　", " ") != strings.ReplaceAll(want, "　", " ") {
					t.Errorf("%s, %s, %s: got\n%swant\n%s", container, numbers[0], form, got, want)
				}
			}
		}
	}
}

// Numbers of several levels lie below each other.
func TestPartLevels(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"decimals", "手册\n\n1 概述\n本机测水温，精度0.1度。\n2 安装\n2.1 准备\n先断电，再开壳。\n2.1.1 工具\n螺丝刀和扳手。\n2.1.2 人员\n两名电工，持证上岗。\n2.2 接线\n红正黑负。\n3 维护\n每半年清洗一次。\n",
			"{1 概述} 1 概述 / 本机测水温，精度0.1度。\n{2 安装 › 2.1 准备} 2 安装 / 2.1 准备 / 先断电，再开壳。\n{2 安装 › 2.1 准备 › 2.1.1 工具} 2.1.1 工具 / 螺丝刀和扳手。\n{2 安装 › 2.1 准备 › 2.1.2 人员} 2.1.2 人员 / 两名电工，持证上岗。\n{2 安装 › 2.2 接线} 2.2 接线 / 红正黑负。\n{3 维护} 3 维护 / 每半年清洗一次。\n"},
		{"points and decimals", "报告\n\n1. 概况\n产值3.2亿元，增长8%。\n1.1 生产\n水泵2万台，合格率99%。\n1.2 销售\n1.2.1 国内\n销售1.5万台。\n1.2.2 国外\n出口5000台。\n2. 计划\n2.1、目标\n产值4亿元。\n",
			"{1. 概况} 1. 概况 / 产值3.2亿元，增长8%。\n{1. 概况 › 1.1 生产} 1.1 生产 / 水泵2万台，合格率99%。\n{1. 概况 › 1.2 销售 › 1.2.1 国内} 1.2 销售 / 1.2.1 国内 / 销售1.5万台。\n{1. 概况 › 1.2 销售 › 1.2.2 国外} 1.2.2 国外 / 出口5000台。\n{2. 计划 › 2.1、目标} 2. 计划 / 2.1、目标 / 产值4亿元。\n"},
		{"the ways of notices", "方案\n\n为了做好工作，制定本方案。\n一、工作目标\n全年不停水，水质达标。\n二、工作措施\n（一）加强领导。\n成立小组，由总经理任组长。\n（二）落实责任。\n1、部门责任。\n各部门负责本部门的工作。\n2、个人责任。\n谁主管谁负责。\n三、其他事项。\n未尽事宜另行通知。\n",
			"{} 为了做好工作，制定本方案。\n{一、工作目标} 一、工作目标 / 全年不停水，水质达标。\n{二、工作措施 › （一）加强领导} 二、工作措施 / （一）加强领导 / 成立小组，由总经理任组长。\n{二、工作措施 › （二）落实责任 › 1、部门责任} （二）落实责任 / 1、部门责任 / 各部门负责本部门的工作。\n{二、工作措施 › （二）落实责任 › 2、个人责任} 2、个人责任 / 谁主管谁负责。\n{三、其他事项} 三、其他事项 / 未尽事宜另行通知。\n"},
		{"one paragraph", "通知\n\n因管网改造，需要停水。一、停水时间。6月3日8时至18时。二、停水范围。青云路、东山路。三、停水安排。请提前储水，水厂派车送水。\n",
			"{} 因管网改造，需要停水。\n{一、停水时间} 一、停水时间 / 6月3日8时至18时。\n{二、停水范围} 二、停水范围 / 青云路、东山路。\n{三、停水安排} 三、停水安排 / 请提前储水，水厂派车送水。\n"},
		{"a part without a name", "公告\n\n公园延长开放，请看下文。\n一、入园费用。\n全票80元，乡民免费。\n二、入园时间。\n每天八点到二十点。\n三、如有变动，另行公告。\n特此公告。\n",
			"{} 公园延长开放，请看下文。\n{一、入园费用} 一、入园费用 / 全票80元，乡民免费。\n{二、入园时间} 二、入园时间 / 每天八点到二十点。\n{} 三、如有变动，另行公告。\n{} 特此公告。\n"},
		{"without a title", "第一部分 总体要求\n坚持质量第一，全面推进。\n第二部分 重点任务\n更换管网，新建泵站。\n",
			"{第一部分 总体要求} 第一部分 总体要求 / 坚持质量第一，全面推进。\n{第二部分 重点任务} 第二部分 重点任务 / 更换管网，新建泵站。\n"},
		{"hard-wrapped lines", "可行性研究报告\n\n    东江水厂位于东江市东郊，始建于一九八六年，原设计供水能力为每日两万\n吨，经过三次扩建，现有供水能力为每日五万吨，服务三十多万人。\n    第一章 项目概况\n1.1 建设地点\n    本项目建设地点位于原厂区的东侧，占地四十五亩，地势平坦，交通便利，距\n离市区八公里。\n1.2 建设规模\n    新建每日五万吨的净水车间一座，配套建设取水泵站、清水池、送水泵房和综\n合楼，总建筑面积为八千平方米。\n",
			"{} 东江水厂位于东江市东郊，始建于一九八六年，原设计供水能力为每日两万吨，经过三次扩建，现有供水能力为每日五万吨，服务三十多万人。\n{第一章 项目概况 › 1.1 建设地点} 第一章 项目概况 / 1.1 建设地点 / 本项目建设地点位于原厂区的东侧，占地四十五亩，地势平坦，交通便利，距离市区八公里。\n{第一章 项目概况 › 1.2 建设规模} 1.2 建设规模 / 新建每日五万吨的净水车间一座，配套建设取水泵站、清水池、送水泵房和综合楼，总建筑面积为八千平方米。\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkOutline(t, c.text, "a.txt", c.want) })
	}
}

// Numbered lines that say something are text, and so are the items of a list and figures
// with a unit.
func TestNumberedSentences(t *testing.T) {
	const lead = "请大家阅读下面的内容，互相转告。"
	for _, items := range [][]string{
		{"、服从安排。", "、遵守规定。", "、报名费100元。"},
		{"、报名费100元。", "、报名时间为六月一日。", "、自带文具。"},
		{"、带好身份证。", "、不得迟到。", "、场内禁止吸烟。"},
		{"、请服从现场管理。", "、由文化馆负责安排。", "、每人限领两件物品。"},
		{".身份证", ".近期照片", ".报名材料"},
		{"、报名费100元", "、资料费20元", "、住宿费300元"},
		{"、报名时间：6月1日至5日", "、报名地点：文化馆", "、联系电话：8011"},
	} {
		for _, below := range []string{"大家准时到场，逾期作废。", ""} { // what follows the list
			text, want := "活动须知\n\n"+lead+"\n", "{} "+lead+"\n"
			for i, item := range items {
				text += string(rune('1'+i)) + item + "\n"
			}
			text += below
			a := parseOne(t, text, "a.txt")
			for i, item := range items {
				if !strings.Contains(outline(a), string(rune('1'+i))+item+"\n") && !strings.Contains(outline(a), string(rune('1'+i))+item+" / ") {
					t.Errorf("%s is lost:\n%s", item, outline(a))
				}
			}
			for _, p := range a.Paragraphs {
				if p.Section != "" {
					t.Errorf("%s: a section %s", want, p.Section)
				}
			}
		}
	}
	for _, text := range []string{
		"说明\n\n版本和价格说明如下，仅供参考。\n2.1 版修复了闪退。\n3.5 元一张。\n2.1万人参加了活动。\n",
		"行情\n\n市场价格总体平稳，没有异常。\n2.1 元\n昨天的价格。\n2.2 元\n今天的价格。\n2.3 元\n预计价格。\n",
		"收费\n\n收费情况如下，概不退还。\n1、报名费100元\n现场缴纳，只收现金。\n2、资料费20元\n现金或者刷卡都可以。\n",
		"须知\n\n活动的要求如下，请遵守。\n1、自带文具。\n2、爱护书籍。\n损坏的照价赔偿，遗失的加倍。\n",
	} {
		for _, p := range parseOne(t, text, "a.txt").Paragraphs {
			if p.Section != "" || strings.Contains(p.Text, "\n") {
				t.Errorf("%q is no heading: {%s}", p.Text, p.Section)
			}
		}
	}
}
