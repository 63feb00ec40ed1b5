package article

import (
	"strings"
	"testing"
)

const rules = `渡口管理规定

第一条 为规范渡口管理，维护水上秩序，保障经营者和旅客的合法权益，根据有关规定，结合本县实际，制定本规定。
第二条 本县共设渡口164处、临时渡口40处，由渡口管理站（以下简称管理站）统一管理，任何单位和个人不得擅自转让。
第三条 渡运费按下列标准收取，由经营者于每月五日前向管理站缴纳，管理站应当出具收据，并且存档备查，不得漏记：
（一）客船每月每条1,350元，其中机动船另收水费每月80元，由经营者于每月5日前向管理站缴纳；
（二）货船每月每条620元；
1.自用的农户，凭村委会证明减按每月400元收取；
（三）趸船每月每条1,100元。
第四条 逾期缴纳的，自逾期之日起按日加收滞纳金；逾期超过30日的，管理站可以收回摊位，并且依照本规定第二条和第三条的规定处理，经营者不服的，可以在收到通知之日起三十日以内向县交通局申请复核。
`

// wrap breaks each line at a width that size measures.
func wrap(text string, width int, size func(string) int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		open := ""
		for _, r := range line {
			if size(open+string(r)) > width {
				out = append(out, open)
				open = ""
			}
			open += string(r)
		}
		out = append(out, open)
	}
	return strings.Join(out, "\n")
}

// Lines that an editor broke are put together however wide they are.
func TestWrappedClauses(t *testing.T) {
	want := outline(parseOne(t, rules, "a.txt"))
	for _, c := range []struct {
		width int
		size  func(string) int
	}{{60, cells}, {76, cells}, {38, runeLen}, {60, runeLen}, {76, runeLen}} {
		if got := outline(parseOne(t, wrap(rules, c.width, c.size), "a.txt")); got != want {
			t.Errorf("%d: got\n%swant\n%s", c.width, got, want)
		}
	}
	var narrow []string // the whole of such a file is taken for columns of type
	for _, b := range unwrap(splitLines(wrap(rules, 38, cells))) {
		narrow = append(narrow, b.text)
	}
	if got := strings.Join(narrow, "\n"); got != strings.ReplaceAll(strings.TrimSpace(rules), "\n\n", "\n") {
		t.Errorf("38 cells: %s", got)
	}
}

// A mark that found no room in its line is no line.
func TestLoneMark(t *testing.T) {
	got := outline(parseOne(t, "通知\n\n参会者请带以下两样物品\n：\n（一）身份证；\n（二）照片\n。\n八点开门\n。\n", "a.txt"))
	if want := "{} 参会者请带以下两样物品： / （一）身份证； / （二）照片。\n{} 八点开门。\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestLightMarkupDetails(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"RST: definitions", "a.rst", "馆长\n  仲孙乐\n副馆长\n  百里香，\n  兼任秘书\n\n开馆时间为八点。\n", "{} 馆长：仲孙乐\n{} 副馆长：百里香，兼任秘书\n{} 开馆时间为八点。\n"},
		{"RST: items in an item", "a.rst", "手续如下。\n\n1. 填写借阅单\n\n   a. 注明用途\n   b. 导师签字\n\n2. 交押金\n", "{} 手续如下。\n{} 1. 填写借阅单\n{} a. 注明用途\n{} b. 导师签字\n{} 2. 交押金\n"},
		{"RST: a footnote", "a.rst", "不得用胶带 [#f1]_ ，也不得用胶水 [2]_。\n\n.. [#f1] 曾损毁\n   17份 <甲>。\n.. [2] 又损毁3份。\n", "{} 不得用胶带 [f1] ，也不得用胶水 [2]。\n{} [f1] 曾损毁 17份 <甲>。\n{} [2] 又损毁3份。\n"},
		{"AsciiDoc: values", "a.adoc", ":flow: 3万吨\n:plan: 日供水{flow}\n\n本厂{plan}，不是{other}。\n\n|===\n|项目 |水量\n|供水 |{flow}\n|===\n\n----\n{flow}\n----\n", "{} 本厂日供水3万吨，不是{other}。\n{} 项目：供水，水量：3万吨\n{} {flow}\n"},
		{"AsciiDoc: footnotes", "a.adoc", "== 甲\n\n运行16小时footnote:oil[满油，见 https://example.org/[说明]。]。再运行footnote:oil[]。\n\n== 乙\n\n水压正常footnote:[在八点。]。\n", "{} 运行16小时[1]。再运行[1]。\n{} [1] 满油，见 说明。\n{乙} 乙 / 水压正常[2]。\n{乙} [2] 在八点。\n"},
		{"AsciiDoc: quotes", "a.adoc", "厂长说了。\n\n[quote, 古月明, 讲话]\n水质就是\n生命线。\n\n[quote, 某人]\n____\n节约用水。\n\n人人有责。\n____\n\n完毕。\n", "{} 厂长说了。\n{} 水质就是生命线。——古月明，讲话\n{} 节约用水。\n{} 人人有责。——某人\n{} 完毕。\n"},
		{"AsciiDoc: warnings", "a.adoc", "正文一句。\n\n[WARNING]\n====\n温度不得过高。\n====\n\n[CAUTION]\n小心地滑。\n\n[IMPORTANT]\n====\n* 先关阀门。\n====\n", "{} 正文一句。\n{} WARNING: 温度不得过高。\n{} CAUTION: 小心地滑。\n{} IMPORTANT: / 先关阀门。\n"},
		{"SubRip: speakers", "a.srt", "1\n00:00:01,000 --> 00:00:03,000\n大家好，\n\n2\n00:00:03,000 --> 00:00:05,000\n现在开会。\n\n3\n00:00:05,000 --> 00:00:07,000\n- 有多少箱蜂？\n- 一百箱，去年\n\n4\n00:00:07,000 --> 00:00:09,000\n-3度时只剩九十箱。\n\n5\n00:00:09,000 --> 00:00:11,000\n王二：谢谢。\n",
			"{00:00:01} 大家好，现在开会。\n{00:00:05} - 有多少箱蜂？\n{00:00:05} - 一百箱，去年-3度时只剩九十箱。\n{00:00:09} 王二：谢谢。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.text, c.path, c.want)
		})
	}
}

// The fields of a document may have Chinese names, and end with their line.
func TestRSTFields(t *testing.T) {
	a := parseOne(t, "借阅规范\n========\n\n:作者: 上官芷\n:日期: 2021-10-09\n:版本: 4\n\n借期六十天。\n", "a.rst")
	if a.Title != "借阅规范" || a.Author != "上官芷" || a.Published.Format("2006-01-02") != "2021-10-09" || outline(a) != "{} 版本: 4\n{} 借期六十天。\n" {
		t.Errorf("%q by %q, %v\n%s", a.Title, a.Author, a.Published, outline(a))
	}
}

// Rules that were wrapped as narrowly as columns of a newspaper are no newspaper.
func TestNarrowRules(t *testing.T) {
	text := "青龙渠灌区用水管理细则\n\n" +
		"第一条 灌区用水实行计划管理，各村用水户协会应当于每年三月底以前将当年的种植\n面积、作物种类和需水量报送灌区管理所，管理所汇总后编制全年供水计划，经镇人民\n政府批准后执行，未列入计划的用水不予保证。\n" +
		"第二条 水费按方计收，粮食作物每立方米八分五厘，经济作物每立方米一角四分，养\n殖用水每立方米二角三分，由用水户协会统一代收，于每季度末月二十五日以前缴到管\n理所，逾期不缴的按日加收千分之二的滞纳金。\n" +
		"第三条 渠道发生险情需要抢修的，管理所可以暂停供水，并应当提前二十四小时通知\n各用水户，险情排除以后应当在六小时以内恢复。\n"
	want := "{第一条} 第一条 灌区用水实行计划管理，各村用水户协会应当于每年三月底以前将当年的种植面积、作物种类和需水量报送灌区管理所，管理所汇总后编制全年供水计划，经镇人民政府批准后执行，未列入计划的用水不予保证。\n" +
		"{第二条} 第二条 水费按方计收，粮食作物每立方米八分五厘，经济作物每立方米一角四分，养殖用水每立方米二角三分，由用水户协会统一代收，于每季度末月二十五日以前缴到管理所，逾期不缴的按日加收千分之二的滞纳金。\n" +
		"{第三条} 第三条 渠道发生险情需要抢修的，管理所可以暂停供水，并应当提前二十四小时通知各用水户，险情排除以后应当在六小时以内恢复。\n"
	checkOutline(t, text, "a.txt", want)
}

// Text files with lists are read as Markdown. Their lines end where the writer ended
// them, unless they are as wide as an editor makes them.
func TestLinesAmongLists(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"a curriculum vitae", "a.txt", "牧小川的履历\n\n教育背景\n2011.09 - 2015.06    东湖学院    园林植物    本科\n2015.09 - 2018.06    西岭大学    林学    硕士\n\n工作经历\n2018.07 - 2022.05    青山苗圃有限公司    技术员\n- 负责育苗，三年育苗40万株；\n- 把成活率提高到93%。\n\n技能\n嫁接、无人机巡田\n\n爱好\n- 爬山。\n- 下棋。\n",
			"{} 教育背景 / 2011.09 - 2015.06 东湖学院 园林植物 本科 / 2015.09 - 2018.06 西岭大学 林学 硕士\n{} 工作经历 / 2018.07 - 2022.05 青山苗圃有限公司 技术员\n{} 负责育苗，三年育苗40万株；\n{} 把成活率提高到93%。\n{} 技能 / 嫁接、无人机巡田\n{} 爱好 / 爬山。\n{} 下棋。\n"},
		{"items in brackets", "a.txt", "例会\n\n1. 收入4.6万元。\n2. 支出3.1万元。\n3. 结余1.5万元。\n\n会议决定：\n（1）成立清收小组。\n（2）补招两人。\n",
			"{} 1. 收入4.6万元。\n{} 2. 支出3.1万元。\n{} 3. 结余1.5万元。\n{} 会议决定： / （1）成立清收小组。\n{} （2）补招两人。\n"},
		{"wrapped by an editor", "a.md", "# 渡口\n\n渡口每天早上六点开船，一直开到晚上九点，逢大风大雾停航，\n停航时在码头挂红旗，岸上的人看得见，也可以打电话问值班室\n要不要等。\n\n码头在桥的东头，从车站步行过去大约要十五分钟，路上有一座\n石牌坊，过了牌坊再走一百步就到。\n",
			"{} 渡口每天早上六点开船，一直开到晚上九点，逢大风大雾停航，停航时在码头挂红旗，岸上的人看得见，也可以打电话问值班室要不要等。\n{} 码头在桥的东头，从车站步行过去大约要十五分钟，路上有一座石牌坊，过了牌坊再走一百步就到。\n"},
		{"a programme", "a.txt", "渔村读书节日程\n\n4月20日（周六）\n09:30 开幕式 中央广场\n14:00 讲座：怎样读旧书（主讲人 丁老师） 图书馆报告厅\n4月21日（周日）\n10:00 亲子绘本会 少儿馆\n15:00 旧书交换 中央广场\n\n报名电话：0899-1234567\n",
			"{4月20日（周六）} 4月20日（周六） / 09:30 开幕式 中央广场\n{4月20日（周六）} 14:00 讲座：怎样读旧书（主讲人 丁老师） 图书馆报告厅\n{4月21日（周日）} 4月21日（周日） / 10:00 亲子绘本会 少儿馆\n{4月21日（周日）} 15:00 旧书交换 中央广场\n{4月21日（周日）} 报名电话：0899-1234567\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkOutline(t, c.text, c.path, c.want) })
	}
}
