package extract

import (
	"slices"
	"strings"
	"testing"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

func TestWithoutStray(t *testing.T) {
	testStretches(t, func(_ string, p *evidence.Paragraph, at, _ zhtext.Range) zhtext.Range { return withoutStray(p, at) }, []stretch{
		{"退房结清费用后7个工作日内退款。", "", "后7个工作日", "7个工作日"},
		{"初试于5月3日举行。", "", "于5月3日", "5月3日"},
		{"甲队位列后3名。", "", "后3名", "后3名"},
		{"位列前3名。", "", "前3名", "前3名"},
		{"约3公里长。", "", "约3公里", "约3公里"},
	})
}

// standing are the figures of a sentence that may be the answer to a question.
func standing(t *testing.T, sentence, asked string) []string {
	t.Helper()
	p, _ := paragraphOf(sentence, sentence)
	var out []string
	for _, s := range siblings(asked, p, 0) {
		if !s.Old && !strings.HasPrefix(s.Kind, "date") {
			out = append(out, string(p.Text[s.Start:s.End]))
		}
	}
	return out
}

func TestStanding(t *testing.T) {
	for _, c := range []struct{ sentence, asked, want string }{
		// A figure belongs to the year ahead of it.
		{"2024年上半年吞吐量312万吨，2023年同期为287万吨。", "2023年上半年吞吐量是多少", "287万吨"},
		{"2024年上半年吞吐量312万吨，2023年同期为287万吨。", "2024年上半年吞吐量是多少", "312万吨"},
		{"2024年上半年吞吐量312万吨，2023年同期为287万吨。", "上半年吞吐量是多少", "312万吨"},
		{"2024年产值1286.5亿元，比2023年同期的1176.0亿元增长9.4%。", "2023年同期产值多少", "1176.0亿元 9.4%"},
		{"2024年产值1286.5亿元，比2023年同期的1176.0亿元增长9.4%。", "2024年产值增长多少", "1286.5亿元 9.4%"},
		{"2024年售出3.8万辆，是2023年同期1.5万辆的2.5倍。", "2023年售出多少辆", "1.5万辆 2.5倍"},
		{"2024年，利润5.17亿元，上年同期为5.94亿元。", "上年同期利润多少", "5.94亿元"},
		{"2024年，利润5.17亿元，去年同期为5.94亿元。", "2023年利润多少", "5.94亿元"},
		{"2024年，利润5.17亿元，上年同期为5.94亿元。", "2024年利润多少", "5.17亿元"},
		{"2024年出口36亿元，较2023年增长8.1%。", "2024年出口增长多少", "36亿元 8.1%"},
		{"2023年产量5万吨，销量4万吨。", "2023年销量多少", "5万吨 4万吨"},
		{"2019年开工的大桥长3公里，宽30米。", "大桥长多少", "3公里 30米"},
		{"2022年发电52亿度，2023年发电58亿度。", "2023年比2022年多发电多少", "52亿度 58亿度"},
		{"去年完成投资10亿元，今年计划投资12亿元。", "完成投资多少", "10亿元"},
		{"2021年签约5亿元，2022年签约6亿元，2024年签约7亿元。", "2021年到2023年签约多少", "5亿元 6亿元"},
		{"去年签约92个，带动就业3万人。", "2021年签约多少个", "92个 3万人"},
		// What was before it changed.
		{"关门时间由17:00调整为17:30。", "关门时间调整为几点", "17:30"},
		{"关门时间由17:00调整为17:30。", "原来几点关门", "17:00"},
		{"票价由20元上涨至30元。", "原来票价多少", "20元"},
		{"论坛由3家单位联合举办并转为线上。", "论坛由几家单位举办", "3家"},
		// One of a series.
		{"奖学金分三等，一等每年1万元，二等每年6000元，三等每年3000元。", "二等奖学金每年多少", "6000元"},
		{"一等每年1万元，覆盖20%，二等每年6000元，覆盖50%。", "二等奖学金覆盖多少", "6000元 50%"},
		{"3号楼有12户，5号楼有8户，7号楼有9户。", "5号楼有几户", "5号 8户"},
		{"A级户90家，b级户40家。", "B级户有多少家", "40家"},
		{"一期投资3亿元，二期投资5亿元。", "项目投资多少", "3亿元 二期 5亿元"},
		{"一期投资3亿元，二期投资5亿元。", "三期投资多少", "3亿元 二期 5亿元"},
		{"奖金6000元（二等）和1万元（一等）。", "一等奖奖金多少", "6000元 1万元"},
		// Two things of a kind side by side.
		{"5A讲解员每次收费300元，4A讲解员每次收费200元。", "5A讲解员多少钱", "300元"},
		{"5A讲解员每次收费300元，4A讲解员每次收费200元。", "请4A讲解员一次要多少", "200元"},
		{"5A讲解员每次收费300元，4A讲解员每次收费200元。", "讲解员多少钱", "300元 200元"},
		{"红烧排骨炖50分钟，清炖排骨炖90分钟。", "清炖排骨要炖多久", "90分钟"},
		{"基恩以2小时11分获得男子全程冠军，李敏以2小时33分获得女子全程冠军。", "男子全程冠军用时多少", "2小时11分"},
		{"门票分3档，现场购票每张120元，网上购票每张100元。", "网上购票多少钱", "3 100元"},
		{"签约项目92个，落户项目20个。", "签约项目有多少个", "92个"},
		{"比赛门票分3档，每张门票120元。", "比赛门票多少钱", "3 120元"},
		// A part of a whole.
		{"公共收益共41.7万元，其中停车费26.5万元，广告费9.8万元。", "公共收益里停车费有多少", "26.5万元 9.8万元"},
		{"公共收益共41.7万元，其中停车费26.5万元，广告费9.8万元。", "公共收益有多少", "41.7万元 26.5万元 9.8万元"},
		{"停车费26.5万元，其中夜间停车费8万元。", "收益中停车费有多少", "26.5万元 8万元"},
		// What a sum is called, and what it is not.
		{"月租金2800元，押金为一个月租金。", "押金多少", "一个月"},
		{"月租金2800元，押金另付。", "租金多少", "2800元"},
		{"共付9600元，含押金。", "押金多少", "9600元"},
	} {
		got := standing(t, c.sentence, c.asked)
		want := strings.Fields(c.want)
		if c.sentence == "月租金2800元，押金为一个月租金。" { // a month, if it is one at all
			if slices.Contains(got, "2800元") {
				t.Errorf("%s: %v", c.asked, got)
			}
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s of %s: %v, want %v", c.asked, c.sentence, got, want)
		}
	}
}

func TestAskedSide(t *testing.T) {
	testStretches(t, askedSide, []stretch{
		{"体检中心由旧楼三楼迁至新建的东楼二楼，电话不变。", "体检中心搬到哪儿了", "旧楼三楼", "新建的东楼二楼"},
		{"体检中心由旧楼三楼迁至新建的东楼二楼，电话不变。", "体检中心迁到什么地方", "由旧楼三楼迁至新建的东楼二楼", "新建的东楼二楼"},
		{"体检中心由旧楼三楼迁至新建的东楼二楼，电话不变。", "体检中心搬到哪儿了", "东楼二楼", "东楼二楼"},
		{"体检中心由旧楼三楼迁至新建的东楼二楼，电话不变。", "体检中心原来在哪", "东楼二楼", "旧楼三楼"},
		{"自3月1日起，展厅从河街搬到山路。", "展厅是从哪里搬来的", "山路", "河街"},
		{"展厅3月1日起从河街搬到山路。", "展厅哪天搬的", "3月1日", "3月1日"},
		{"展厅从河街搬到山路。", "展厅从哪里搬到哪里", "从河街搬到山路", "从河街搬到山路"},
		{"展厅从河街搬到山路。", "从河街搬到山路的是什么", "展厅", "展厅"},
		{"水厂由县水务局主管改为市水务局主管。", "水厂由哪个单位主管", "县水务局", "县水务局"},
		{"展厅搬到山路。", "展厅搬到哪里", "山路", "山路"},
	})
}

func TestWholeList(t *testing.T) {
	testStretches(t, wholeList, []stretch{
		{"理赔须提供保险单、身份证、银行卡三项材料。", "理赔须提供什么", "保险单", "保险单、身份证、银行卡"},
		{"理赔须提供保险单、身份证、银行卡三项材料。", "理赔须提供哪些材料", "身份证", "保险单、身份证、银行卡"},
		{"理赔须出示保险单、身份证、银行卡。", "理赔要带什么", "身份证", ""},
		{"周三供应红烧肉、清蒸鱼和紫菜汤等菜。", "周三供应什么", "红烧肉", "红烧肉、清蒸鱼和紫菜汤"},
		{"馆内有银杏、桂花，由园林局养护。", "馆内有什么树", "银杏", "银杏、桂花"},
		{"馆内有银杏、桂花，由园林局养护。", "馆内的树由谁养护", "园林局", "园林局"},
		{"馆内有银杏、桂花。", "馆内最老的是什么", "银杏", "银杏"},
		{"二、保险单须加盖公章。", "什么须加盖公章", "保险单", "保险单"},
		{"茶、盐由官府专卖。", "盐是由谁专卖的", "官府", "官府"},
	})
}

func TestAskedCell(t *testing.T) {
	row := "参数：最大噪音，AirNest P4：64 dB(A)，AirNest P5：58 dB(A)"
	stock := "设备：输液泵，数量：10，单价：2500元，备注：现货"
	testStretches(t, askedCell, []stretch{
		{row, "AirNest P4最大噪音是多少", "P4：64", "64 dB(A)"},
		{row, "P5的最大噪音是多少", "P4：64", ""},
		{row, "P5的最大噪音是多少", "58", "58 dB(A)"},
		{row, "P4和P5的最大噪音是多少", "58", "58 dB(A)"},
		{stock, "输液泵的单价是多少", "10", ""},
		{stock, "输液泵的单价是多少", "2500", "2500元"},
		{stock, "设备输液泵多少钱", "2500元", "2500元"},
		{stock, "输液泵有几台", "10", "10"},
		{"报价：2500元", "数量是多少", "2500", "2500"}, // no row
		{"放学错开：低年级15:30放学，高年级16:10放学", "高年级几点放学", "16:10", "16:10"},
	})
}

func TestBothSides(t *testing.T) {
	become := func(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range {
		at, _ = bothSides(asked, p, at, sentence)
		return at
	}
	testStretches(t, become, []stretch{
		{"默认主题由浅色改为深色。", "默认主题从什么改为什么", "浅色", "由浅色改为深色"},
		{"自动保存间隔由10分钟改为3分钟，其余不变。", "自动保存间隔由多少改为多少", "3分钟", "由10分钟改为3分钟"},
		{"最低内存从4GB提高到8GB。", "最低内存从多少提高到多少", "8GB", "从4GB提高到8GB"},
		{"最低内存从4GB提高到8GB。", "最低内存现在是多少", "8GB", "8GB"},
		{"由林晓负责，8月改版。", "从什么改为什么", "林晓", "林晓"},
	})
}

// A stretch that ends in the middle of the next clause is cut back or none.
func TestWithinClauses(t *testing.T) {
	for _, c := range []struct {
		text, at, want string
		kind           question.Kind
	}{
		{"缺席累计达到五次的，取消当季演出资格。", "五次的，取消当季", "五次的", question.KindQuantity},
		{"电费由乙方承担，物业费由甲方承担。", "乙方承担，物业费由甲方", "", question.KindOpen},
		{"电费由乙方承担，物业费由甲方承担。", "乙方承担，物业费由甲方承担", "乙方承担，物业费由甲方承担", question.KindOpen},
		{"主题是“智能化，为生活添彩”的展览开幕。", "智能化，为生活", "智能化，为生活", question.KindName},
		{"共1,200人参加。", "1,200", "1,200", question.KindQuantity},
	} {
		p, at := paragraphOf(c.text, c.at)
		got := withinClauses(p, at, p.Sentences[0].Range, question.Part{Kind: c.kind})
		if text := string(p.Text[got.Start:got.End]); text != c.want {
			t.Errorf("%s: %q, want %q", c.at, text, c.want)
		}
	}
}

func TestSaysOnlyWhichDay(t *testing.T) {
	for at, want := range map[string]bool{"昨日": true, "明年上半年": false, "5月3日": false} {
		p, r := paragraphOf("缆车昨日开通，5月3日检修，明年上半年改造。", at)
		if got := saysOnlyWhichDay(p, r); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}

// One side of a choice is not the answer; where the reader sees both, they are.
func TestWholeChoice(t *testing.T) {
	text := "由三名董事或者监事会提议，也可由院长提议。"
	for _, c := range []struct{ asked, at, seen, want string }{
		{"谁可以提议", "监事会", "", ""},
		{"谁可以提议", "监事会", "三名董事或者监事会", "三名董事或者监事会"},
		{"谁可以提议", "三名董事", "三名董事或者监事会", "三名董事或者监事会"},
		{"谁可以提议", "三名董事", "由三名董事", ""},
		{"还有谁可以提议", "院长", "", "院长"},
		{"由董事还是监事会提议", "监事会", "", "监事会"},
	} {
		p, at := paragraphOf(text, c.at)
		if c.seen != "" {
			_, seen := paragraphOf(text, c.seen)
			p.Findings = []evidence.Finding{{Range: at}, {Range: seen}}
		}
		got := wholeChoice(c.asked, p, at, p.Sentences[0].Range)
		if shown := string(p.Text[got.Start:got.End]); shown != c.want {
			t.Errorf("%s, %s: %q, want %q", c.asked, c.at, shown, c.want)
		}
	}
}

// Where a question names nothing but a year, what is said of that year holds all of it.
func TestAsksOnlyOfYear(t *testing.T) {
	for asked, want := range map[string]bool{"2017年发生了什么": true, "2017年发生了什么事故": false, "发生了什么": false} {
		a, err := question.Analyze(t.Context(), no{}, asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := asksOnlyOfYear(a.Years, a.Parts[0]); got != want {
			t.Errorf("%s: %v", asked, got)
		}
	}
}

// A duration answers 多少 only where the question speaks of time.
func TestAsksHowLong(t *testing.T) {
	part := func(word, unit string, class zhtext.Class) question.Part {
		return question.Part{Kind: question.KindQuantity, Class: class, Unit: unit, Words: []question.Word{{Text: word}}}
	}
	days := zhtext.Quantities("7个工作日")[0]
	for _, c := range []struct {
		part question.Part
		fits bool
	}{
		{part("押金", "", zhtext.ClassAny), false},
		{part("租金", "", zhtext.ClassAny), false},
		{part("职工", "", zhtext.ClassAny), false},
		{part("期限", "", zhtext.ClassAny), true},
		{part("工龄", "", zhtext.ClassAny), true},
		{part("退还押金", "", zhtext.ClassDuration), true},
	} {
		if got := classFit(c.part, days) > 0; got != c.fits {
			t.Errorf("%s: %v", c.part.Words[0].Text, got)
		}
	}
}

// Without a reader what the rules cut out is made whole as well.
func TestWiden(t *testing.T) {
	for _, c := range []struct{ text, asked, at, want string }{
		{"展览5月3日至5月20日举行。", "展览是什么时候", "5月3日", "5月3日至5月20日"},
		{"理赔须提供保险单、身份证。", "理赔须提供什么", "保险单", "保险单、身份证"},
		{"理赔须出示保险单、身份证。", "理赔要带什么", "身份证", ""},
		{"桥长120米。", "桥长多少", "120米", "120米"},
	} {
		p, at := paragraphOf(c.text, c.at)
		short := candidate{paragraph: p, short: &span{at.Start, at.End}}
		short.widen(c.asked)
		got := ""
		if short.short != nil {
			got = string(p.Text[short.short.start:short.short.end])
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.asked, got, c.want)
		}
	}
}
