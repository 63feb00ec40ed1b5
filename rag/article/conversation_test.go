package article

import (
	"strings"
	"testing"
)

// What is said stays with who says it, in whatever way a conversation is written down, and
// no line of it is the title.
func TestConversations(t *testing.T) {
	type said struct{ name, clock, text string }
	talk := []said{
		{"张三", "10:01", "明天的会几点开？"}, {"李四", "10:02", "下午三点，三楼会议室"}, {"张三", "10:03", "要带电脑吗？"},
		{"李四", "10:04", "要带。请通知以下各位："}, {"王小明", "10:05", "编辑部、校对组"}, {"张三", "10:06", "好"},
	}
	forms := map[string]func(s said) string{
		"name":                   func(s said) string { return s.name + "：" + s.text },
		"name, narrow colon":     func(s said) string { return s.name + ": " + s.text },
		"name and time":          func(s said) string { return s.name + " " + s.clock + "：" + s.text },
		"name, time in brackets": func(s said) string { return s.name + "(" + s.clock + ")：" + s.text },
		"name, day and time":     func(s said) string { return s.name + " 2024-05-06 " + s.clock + ":07：" + s.text },
		"time and name":          func(s said) string { return s.clock + " " + s.name + "：" + s.text },
		"time in brackets":       func(s said) string { return "[" + s.clock + "] " + s.name + "：" + s.text },
		"day, time, dash":        func(s said) string { return "2024/5/6 " + s.clock + " - " + s.name + ": " + s.text },
		"name above":             func(s said) string { return s.name + "：\n" + s.text },
		"name and time above":    func(s said) string { return s.name + " 2024-05-06 " + s.clock + ":07\n" + s.text },
		"time and name above":    func(s said) string { return "2024-05-06 " + s.clock + ":07 " + s.name + "\n" + s.text },
	}
	for name, form := range forms {
		for _, gap := range []string{"\n", "\n\n"} {
			for _, title := range []string{"", "产品群聊天记录\n\n"} {
				text, want := title, ""
				for _, s := range talk {
					text += form(s) + gap
					want += "{} " + strings.ReplaceAll(form(s), "\n", " / ") + "\n"
				}
				wantTitle := strings.TrimSpace(title)
				if title == "" {
					wantTitle = "张三、李四、王小明的对话"
				}
				a := parseOne(t, text, "a.txt")
				if got := outline(a); got != want || a.Title != wantTitle {
					t.Errorf("%s: %s\n%swant %s\n%s", name, a.Title, got, wantTitle, want)
				}
			}
		}
	}
	for _, tags := range [][2]string{{"<p>", "</p>"}, {"<div>", "</div>"}, {"", "<br>"}, {"<p><b>", "</p>"}} {
		page, want := "<html><body><h1>产品群</h1>", ""
		for _, s := range talk {
			head := s.name + "："
			if strings.HasSuffix(tags[0], "<b>") {
				head += "</b>"
			}
			page += tags[0] + head + s.text + tags[1]
			want += "{} " + s.name + "：" + s.text + "\n"
		}
		if got := outline(parseOne(t, page+"</body></html>", "a.html")); got != want {
			t.Errorf("%v: got\n%swant\n%s", tags, got, want)
		}
	}
}

func TestInterviews(t *testing.T) {
	const answer = "水厂建于1986年，经过三次扩建，现在每天供水五万吨，服务三十多万人，是全市最大的水厂。"
	for _, c := range []struct{ name, text, title, want string }{
		{"offices", "专访陈思远\n\n东江日报记者：请介绍一下水厂。\n水务局局长陈思远：" + answer + "\n东江日报记者：今年有什么计划？\n水务局局长陈思远：更换管网。\n", "专访陈思远",
			"{} 东江日报记者：请介绍一下水厂。\n{} 水务局局长陈思远：" + answer + "\n{} 东江日报记者：今年有什么计划？\n{} 水务局局长陈思远：更换管网。\n"},
		{"an answer of several paragraphs", "专访陈思远\n\n日前，本刊专访了水务局局长陈思远，请他谈谈水厂。\n\n记者：请介绍一下水厂。\n\n陈思远：" + answer + "\n\n我们还要建一个泵站。\n\n记者：谢谢。\n", "专访陈思远",
			"{} 日前，本刊专访了水务局局长陈思远，请他谈谈水厂。\n{} 记者：请介绍一下水厂。\n{} 陈思远：" + answer + " / 我们还要建一个泵站。\n{} 记者：谢谢。\n"},
		{"days", "2024年5月6日\n张三：明天的会几点开？\n李四：下午三点。\n2024年5月7日\n张三：改到几点了？\n李四：上午十点。\n", "张三、李四的对话",
			"{2024年5月6日} 2024年5月6日 / 张三：明天的会几点开？\n{2024年5月6日} 李四：下午三点。\n{2024年5月7日} 2024年5月7日 / 张三：改到几点了？\n{2024年5月7日} 李四：上午十点。\n"},
		{"minutes with parts", "周会纪要\n\n时间：2025年4月14日\n主持人：陈思远\n1、进展。\n吴静：联调完成。\n刘洋：修复了三个缺陷。\n2、计划。\n吴静：下周上线。\n刘洋：编写文档。\n3、其他。\n报销截止5月8日。\n", "周会纪要",
			"{} 时间：2025年4月14日\n{} 主持人：陈思远\n{1、进展} 1、进展 / 吴静：联调完成。\n{1、进展} 刘洋：修复了三个缺陷。\n{2、计划} 2、计划 / 吴静：下周上线。\n{2、计划} 刘洋：编写文档。\n{3、其他} 3、其他 / 报销截止5月8日。\n"},
		{"what follows the last answer", "专访陈思远\n\n记者：请介绍一下水厂。\n陈思远：" + answer + "\n记者：谢谢。\n陈思远：不客气。\n采访结束后，陈思远又去了工地查看进度。\n", "专访陈思远",
			"{} 记者：请介绍一下水厂。\n{} 陈思远：" + answer + "\n{} 记者：谢谢。\n{} 陈思远：不客气。\n{} 采访结束后，陈思远又去了工地查看进度。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := parseOne(t, c.text, "a.txt")
			if got := outline(a); got != c.want || a.Title != c.title {
				t.Errorf("%s\n%swant %s\n%s", a.Title, got, c.title, c.want)
			}
		})
	}
	long := strings.Repeat("我们还要建一个泵站，明年开工。", 40)
	for _, p := range parseOne(t, "专访\n\n记者：请介绍一下水厂。\n陈思远："+long+"\n"+long+"\n记者：谢谢。\n陈思远：不客气。\n", "a.txt").Paragraphs {
		if strings.HasPrefix(p.Text, "我们") && p.Section != "陈思远" {
			t.Errorf("nobody says %.30s", p.Text)
		}
	}
}

// Fields are no conversation, and neither are questions and answers.
func TestNoConversation(t *testing.T) {
	for _, text := range []string{
		"姓名：李娜\n电话：8011\n姓名：王强\n电话：8012\n姓名：赵敏\n电话：8013\n",
		"时间：6月1日\n地点：三楼\n主持人：陈思远\n记录人：吴静\n出席人员：全体职工\n",
		"问：几点开门？\n答：八点开门。\n问：要买票吗？\n答：不用买票。\n",
		"第一条：八点上班。\n第二条：五点下班。\n第一条：不得迟到。\n",
		"9:00 签到：一楼大厅\n9:30 开幕式：领导致辞\n10:00 签约：五个项目\n",
	} {
		if _, c := joinTurns(unwrap(splitLines(text))); c != nil {
			t.Errorf("between %v:\n%s", c.speakers, text)
		}
	}
}
