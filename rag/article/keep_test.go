package article

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// shapes are short texts that each say something, in all the forms that look
// like what pages carry around a text.
var shapes = strings.Split(strings.TrimSpace(`
声明：本公司2024年营业收入35亿元。
声明：2024年营业收入35亿元
郑重声明：本店只在东街营业。
特别提示：景区周一闭馆。
重要提示：3月1日起票价为20元。
提示：请从南门入场。
编辑：张三负责第三车间的质检工作。
编辑：负责稿件处理与校订的人员共12名
责任编辑的月薪为8000元。
校对：三人一组，每组每天二十页。
审核：由财务科在五日内完成。
监制：国营红旗酒厂，1958年建厂。
统筹：全县十二个乡镇同步推进。
图为校庆现场，到场校友1200人。
图为新建的三号泵房。
图：2024年产量为300吨。
图1：组织结构，共五级。
左图为老站房，右图为新站房。
题图：东江大桥长1860米。
▲两台机组已于5月并网。
记者走访三县，描绘出发展蓝图
通讯员：每人每月津贴200元。
记者 节：每年11月8日。
扫码入园须出示有效证件。
游客扫码即可领取优惠券3张。
请扫描二维码报名，截止日期为5月1日。
关注天气变化的农户可拨打12121。
打开阀门前先关闭二号泵。
下载量达到30万次。
字号不小于四号，行距1.5倍。
字体大小为12磅。
当前位置海拔2300米。
您所在的位置为三号楼。
主办单位：青山市人民政府
承办：青山市文化馆，协办单位6家。
主办单位为青山市人民政府。
技术支持：每周一至周五9:00至17:00
联系我们：023-12345678
联系人：李四，电话67890123。
分享到组的数据共三列。
分享：每人15分钟。
阅读：每天30分钟
访问量 3000次每日
阅读数：3000
点击：三次为一组
更多：见附件二。
收起：先松开卡扣，再向上推。
注销：须本人到场，三日办结。
登录：连续输错5次锁定30分钟。
取消：提前24小时免费。
退出：按两次返回键。
大、中、小三种规格，单价分别为3元、2元、1元。
大 中 小 各 20 件
首页>要闻>本地
A > B > C，共三级
温度>30℃且湿度>60%时停工
时间：5月3日上午9点
地点：礼堂二楼
时间：2024年5月3日
日期：2024-05-03
名称：三号泵站
标题：无
来源：地下水，占六成
作者：三人合著
文号：青政发〔2024〕12号
索引号：000014349/2024-00012
发文机关：青山市人民政府
成文日期：2024年3月2日
有效性：长期有效
主题词：水利 防汛
链接：两端均可拆卸
2024年3月2日
2024-03-02
二〇二四年三月二日
本文来源于实验记录，数据取自第三组。
本文仅代表作者三十年来的经验总结，供同行参考。
凡转载列车须在十五分钟内完成编组。
版权所有者为李氏三兄弟。
备案号：水备2024-7
相关推荐：张三、李四、王五三人入选。
相关文件
上一篇：三号井的水位为12米
下一页：第二节 水位
原标题：无此列
原标题：东江大桥通车
点击收听：第三频道，晚八点。
语音播报每小时一次
举报：电话12345
评论：三人同意，一人反对
收藏：瓷器320件，书画85幅。
赞：7票
投诉：两件，均已办结
无
是
35亿元
12121
东江大桥
东江大桥长1860米
东江大桥长1860米。
水位为12米……
Q：几点开门？
答：八点。
● 三号泵房
1. 三号泵房
（一）三号泵房
第三条 会员每年缴费120元。
第一章 总则
——三号泵房
“三号泵房”
见附件...
The pump was replaced in 2021.
Pump 3: 12 m
`), "\n")

// A short text of any shape is kept, or told of: with and without a title, alone
// and behind other text, as plain text, Markdown, HTML and a record.
func TestShortTexts(t *testing.T) {
	if len(shapes) < 100 {
		t.Fatalf("%d shapes", len(shapes))
	}
	const other = "水位在夜里又涨了三厘米，值班员照例记进本子。"
	record := func(title, text string) string {
		raw, err := json.Marshal(map[string]string{"title": title, "text": text})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	forms := map[string]func(shape string) (raw, path string){
		"plain":              func(s string) (string, string) { return s, "a.txt" },
		"plain with a title": func(s string) (string, string) { return "值班记录\n\n" + s, "a.txt" },
		"behind other text":  func(s string) (string, string) { return "值班记录\n\n" + other + "\n\n" + s, "a.txt" },
		"ahead of other text": func(s string) (string, string) {
			return "值班记录\n\n" + s + "\n\n" + other, "a.txt"
		},
		"front matter": func(s string) (string, string) { return "---\ntitle: 值班记录\n---\n" + s, "a.md" },
		"Markdown":     func(s string) (string, string) { return "# 值班记录\n\n" + s, "a.md" },
		"HTML": func(s string) (string, string) {
			return "<html><body><h1>值班记录</h1><p>" + strings.ReplaceAll(s, ">", "&gt;") + "</p></body></html>", "a.html"
		},
		"record":              func(s string) (string, string) { return record("值班记录", s), "a.jsonl" },
		"record of no title":  func(s string) (string, string) { return record("", s), "a.jsonl" },
		"record, longer text": func(s string) (string, string) { return record("值班记录", other+"\n"+s), "a.jsonl" },
	}
	for _, tag := range []string{"pre", "aside", "form", "figcaption", "footer", "div", "section", "blockquote", "td", "li"} {
		forms["HTML <"+tag+">"] = func(s string) (string, string) {
			s = strings.ReplaceAll(s, ">", "&gt;")
			if tag == "td" {
				return "<html><body><table><tr><td>" + s + "</td></tr></table></body></html>", "a.html"
			}
			return "<html><body><" + tag + ">" + s + "</" + tag + "></body></html>", "a.html"
		}
	}
	squash := strings.NewReplacer(" ", "", "\n", "", "　", "", "●", "", "\\", "")
	for form, make := range forms {
		t.Run(form, func(t *testing.T) {
			kept := 0
			for _, shape := range shapes {
				var told []string
				raw, path := make(shape)
				articles, err := Parse([]byte(raw), path, Options{Omitted: func(o Omission) { told = append(told, o.Text) }})
				if err != nil {
					t.Errorf("%s: %v", shape, err)
					continue
				}
				want := squash.Replace(shape)
				where := describe(articles)
				if strings.Contains(squash.Replace(where), strings.TrimPrefix(want, "1.")) {
					kept++
				} else if !strings.Contains(squash.Replace(strings.Join(told, "\n")), strings.TrimPrefix(want, "1.")) {
					t.Errorf("%s vanished; kept:\n%stold: %q", shape, where, told)
				}
				if len(articles) != 1 || len(articles[0].Paragraphs) == 0 {
					t.Errorf("%s: %d articles", shape, len(articles))
				}
			}
			if kept*10 < len(shapes)*8 {
				t.Errorf("only %d of %d kept", kept, len(shapes))
			}
			t.Logf("%d of %d kept", kept, len(shapes))
		})
	}
}

// What is left out is told of, with its reason, and the rest is kept.
func TestOmissions(t *testing.T) {
	for _, c := range []struct {
		name, raw, path string
		reason          OmissionReason
		text            string
	}{
		{"navigation", "<html><body><nav>首页 要闻</nav><p>东江大桥今天通车，全长1860米。</p></body></html>", "a.html", OmitFurniture, "首页 要闻"},
		{"a menu by name", `<html><body><div class="menu">交通 旅游</div><p>东江大桥今天通车，全长1860米。</p></body></html>`, "a.html", OmitFurniture, "交通 旅游"},
		{"an editor", "东江大桥\n\n东江大桥今天通车，全长1860米。\n\n责任编辑：王二", "a.txt", OmitFurniture, "责任编辑：王二"},
		{"a caption", "东江大桥\n\n东江大桥今天通车，全长1860米。\n\n图为大桥夜景。记者 王二 摄", "a.txt", OmitCaption, "图为大桥夜景。记者 王二 摄"},
		{"hidden", `<html><body><p>东江大桥今天通车，全长1860米。</p><p style="display:none">票价90元。</p></body></html>`, "a.html", OmitHidden, "票价90元。"},
		{"related", "东江大桥\n\n东江大桥今天通车，全长1860米。\n\n相关阅读\n\n西江大桥开工", "a.txt", OmitRelated, "西江大桥开工"},
		{"words for a picture", "# 大桥\n\n东江大桥今天通车。\n\n![桥塔夜景](a.png \"张强摄\")\n", "a.md", OmitCaption, "张强摄"},
		{"MDX", "import X from './x'\n\n# 大桥\n\n<Note>\n东江大桥今天通车。\n</Note>\n", "a.mdx", OmitMarkup, "import X from './x'"},
		{"lines over a headline", "晨报\n\n东江大桥\n\n发布时间：2024-05-06\n\n东江大桥今天通车，全长1860米，两岸往来只要五分钟。", "a.txt", OmitFurniture, "晨报"},
		{"fields of records", `{"title":"桥","text":"东江大桥今天通车。","tags":["交通","要闻"]}` + "\n" + `{"text":"西江大桥开工。","tags":["开工"],"more":null}`, "a.jsonl", OmitField, `tags of 2 records: ["交通","要闻"]`},
		{"fields of an object", `[{"text":"东江大桥今天通车。","editor":"王二"}]`, "a.json", OmitField, `editor of 1 record: "王二"`},
		{"a summary in a feed", "<rss><channel><item><title>桥</title><description>今天的要闻。</description><encoded>东江大桥今天通车，全长1860米。</encoded></item></channel></rss>", "a.rss", OmitRepeated, "今天的要闻。"},
		{"the other form of a mail", "From: a@example.org\nSubject: bridge\nDate: Mon, 03 Jun 2024 09:00:00 +0800\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n" +
			"--x\nContent-Type: text/plain; charset=utf-8\n\n东江大桥今天通车。\n--x\nContent-Type: text/html; charset=utf-8\n\n<p>东江大桥今天通车。</p><p>请看图片。</p>\n--x--\n", "a.eml", OmitRepeated, "请看图片。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var told []Omission
			articles, err := Parse([]byte(c.raw), c.path, Options{Omitted: func(o Omission) { told = append(told, o) }})
			if err != nil || !strings.Contains(describe(articles), "东江大桥今天通车") {
				t.Fatalf("%v, %s", err, describe(articles))
			}
			if strings.Contains(describe(articles), c.text) {
				t.Error("it was kept")
			}
			for _, o := range told {
				if o.Reason == c.reason && o.Text == c.text && o.Path == c.path {
					return
				}
			}
			t.Errorf("not told: %+v", told)
		})
	}
}

// What describes a text below it, as a signature does, is no headline's line: what
// stands above is the text.
func TestMetadataBelow(t *testing.T) {
	var told []Omission
	articles, err := Parse([]byte("春日\n\n江上三两枝\n溪边一叶舟\n山中人不语\n月下水长流\n\n编辑：张三\n来源：晨报\n"), "a.txt", Options{Omitted: func(o Omission) { told = append(told, o) }})
	if err != nil || len(articles) != 1 {
		t.Fatal(articles, err)
	}
	for _, line := range []string{"春日", "江上三两枝", "溪边一叶舟", "山中人不语", "月下水长流"} {
		if !strings.Contains(describe(articles), line) {
			t.Errorf("%s is lost: %s, told of %v", line, describe(articles), told)
		}
	}
}

// A line that stands twice, one after the other, is kept once and told of.
func TestRepeated(t *testing.T) {
	var told []Omission
	articles, err := Parse([]byte("东江大桥\n\n全桥亮灯。\n\n全桥亮灯。\n\n桥上可以步行。"), "a.txt", Options{Omitted: func(o Omission) { told = append(told, o) }})
	if err != nil || strings.Count(describe(articles), "全桥亮灯") != 1 {
		t.Fatal(err, describe(articles))
	}
	if len(told) != 1 || told[0].Reason != OmitRepeated || told[0].Text != "全桥亮灯。" {
		t.Errorf("told of %v", told)
	}
}

func ExampleOptions_omitted() {
	raw := "东江大桥\n\n东江大桥今天通车，全长1860米。\n\n责任编辑：王二"
	_, err := Parse([]byte(raw), "bridge.txt", Options{Omitted: func(o Omission) { fmt.Println(o.Path, o.Reason, o.Text) }})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// bridge.txt furniture 责任编辑：王二
}

// What a page ends with is no furniture if it says where to turn, and a word of an item
// makes no page of a text.
func TestKeepsTail(t *testing.T) {
	page := func(tail string) string {
		return "<html><body><div class=nav><a href=a>首页</a> &gt; <a href=b>公示</a></div><h1>公示</h1><div>来源：人社局 发布日期：2024-03-11 浏览次数：15</div><div><p>经考试，现将拟录用人员予以公示，公示期七天。</p>" + tail + "</div><div>分享到：<a>微信</a></div><div>上一篇：<a href=1>放假通知</a></div></body></html>"
	}
	for _, c := range []struct{ name, path, text, want string }{
		{"a telephone number", "a.html", page("<p>监督电话：8011</p>"), "{} 经考试，现将拟录用人员予以公示，公示期七天。\n{} 监督电话：8011\n"},
		{"a number below who signs", "a.html", page("<p>青桥市人社局</p><p>联系人：曲主任</p><p>网站导航</p>"), "{} 经考试，现将拟录用人员予以公示，公示期七天。\n{} 青桥市人社局\n{} 联系人：曲主任\n"},
		{"items of Markdown", "a.md", "# 麦穗\n\n一个溯源平台。\n\n- [x] 扫码溯源\n- [ ] 批次合并\n\n## 许可\n\nMIT\n", "{} 一个溯源平台。\n{} [x] 扫码溯源\n{} [ ] 批次合并\n{} 许可\n{许可} MIT\n"},
		{"a heading", "a.txt", "收银手册\n\n扫码支付\n顾客出示付款码，收银员扫描后等待提示音。\n", "{} 扫码支付 / 顾客出示付款码，收银员扫描后等待提示音。\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkOutline(t, c.text, c.path, c.want) })
	}
}

// A field that stands with another value over each part of a text is the text's own; one that
// stands again in a list of other pages is not.
func TestOwnFields(t *testing.T) {
	log := parseOne(t, "# 编辑器更新日志\n\n## 3.2.0\n发布日期：2025-09-18\n\n- 新增批量导出。\n\n## 3.1.4\n发布日期：2025-06-02\n\n- 修复了打开大文件时的崩溃。\n", "log.md")
	text := ""
	for _, p := range log.Paragraphs {
		text += p.Text + "\n"
	}
	for _, want := range []string{"3.2.0", "发布日期：2025-09-18", "3.1.4", "发布日期：2025-06-02"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is lost: %s", want, text)
		}
	}
	if log.Title != "编辑器更新日志" || !log.Published.IsZero() {
		t.Errorf("%s of %v", log.Title, log.Published)
	}
	news := parseOne(t, "# 茶园开园\n\n发布日期：2025-09-18\n\n临江茶园今天开园，首日来了六百人。\n\n相关阅读\n\n茶园修路\n\n发布日期：2025-08-01\n\n茶园招工\n\n发布日期：2025-07-01\n", "news.md")
	if news.Published.Format("2006-01-02") != "2025-09-18" {
		t.Errorf("published %v", news.Published)
	}
}
