package article

import (
	"testing"
	"time"
)

// Published comes from what says so, and is unknown otherwise.
func TestPublished(t *testing.T) {
	for _, c := range []struct{ name, path, raw, want string }{
		{"front matter", "a.md", "---\ntitle: 通车\ndate: 2024-03-02\n---\n大桥今天通车了。", "2024-03-02"},
		{"TOML front matter", "a.md", "+++\ntitle = '通车'\ndate = 2024-03-02\n+++\n大桥今天通车了。", "2024-03-02"},
		{"TOML with a zone", "a.md", "+++\ntitle = '通车'\ndate = 2024-03-02T23:00:00Z\n+++\n大桥今天通车了。", "2024-03-03"},
		{"a line that says so", "a.txt", "通车\n\n发布时间：2024-03-02\n\n大桥今天通车了。", "2024-03-02"},
		{"a line of its own", "a.txt", "通车\n\n2024年3月2日\n\n大桥今天通车了，全长三百米。", "2024-03-02"},
		{"a meta element", "a.html", "<html><head><meta property='article:published_time' content='2024-03-02T08:00:00+08:00'></head><body><p>大桥今天通车了。</p></body></html>", "2024-03-02"},
		{"a time element", "a.html", "<html><body><h1>通车</h1><time datetime='2024-03-02'>周六</time><p>大桥今天通车了，全长三百米。</p></body></html>", "2024-03-02"},
		{"a dateline", "a.txt", "通车\n\n本报讯（记者 王二）3月2日，2024年第一座大桥通车，全长三百米。", "2024-03-02"},
		{"a dateline of an agency", "a.txt", "通车\n\n青山社东江2024年3月2日电 大桥今天通车，全长三百米。", "2024-03-02"},
		{"the title", "a.md", "# 值班记录（2024 年 03 月 02 日）\n\n大桥今天通车了。", "2024-03-02"},
		{"the file's name", "2024-03-02-通车.md", "# 通车\n\n大桥今天通车了。", "2024-03-02"},
		{"the file's name in figures", "日报20240302.txt", "通车\n\n大桥今天通车了。", "2024-03-02"},
		{"a record's date", "a.jsonl", `{"title":"通车","date":"2024/3/2","text":"大桥今天通车了。"}`, "2024-03-02"},
		{"a record's time", "a.jsonl", `{"title":"通车","publishTime":"2024-03-02 08:00:00","text":"大桥今天通车了。"}`, "2024-03-02"},
		{"a record's seconds", "a.jsonl", `{"title":"通车","pub_time":1709310000,"text":"大桥今天通车了。"}`, "2024-03-02"},
		{"a record's milliseconds", "a.json", `[{"title":"通车","publish_time":1709310000000,"text":"大桥今天通车了。"}]`, "2024-03-02"},
		{"a record's year", "a.jsonl", `{"title":"通车","date":"2024","text":"大桥今天通车了。"}`, ""},
		{"a story that begins with a day", "a.md", "# 纠纷案\n\n2013年4月7日，政府原则同意方案。\n\n2017年8月17日，主管部门解除协议。", ""},
		{"a day in the text", "a.txt", "通车\n\n大桥在2024年3月2日通车，全长三百米。", ""},
		{"days of a changelog", "a.md", "# 更新\n\n## 2.1\n\n2024-03-02\n\n- 修复闪退\n\n## 2.0\n\n2024-02-02\n\n- 夜间模式", ""},
		{"a day under a heading", "a.md", "# 更新\n\n## 2.1\n\n2024-03-02\n\n- 修复闪退，请升级。", ""},
		{"two days in the title", "a.md", "# 2024年3月2日至2024年3月5日值班表\n\n三人一组。", ""},
		{"a day to come", "a.md", "# 2034年3月2日的计划\n\n三人一组。", ""},
		{"the calendar of the Republic", "a.txt", "家長會\n\n發布日期：中華民國113年3月2日\n\n各位家長，今年的家長會分兩場，請看附件。", "2024-03-02"},
		{"the calendar of the Republic, a line", "a.txt", "家長會\n\n中華民國一一三年三月二日\n\n各位家長，今年的家長會分兩場，請看附件。", "2024-03-02"},
		{"the calendar of the Republic, front matter", "a.md", "---\ndate: 民國113年3月2日\n---\n大橋今天通車了。", "2024-03-02"},
		{"the calendar of the Republic, in figures", "a.txt", "家長會\n\n發布日期：113-03-02　發布單位：教務處　點閱數：25\n\n各位家長，今年的家長會分兩場，請看附件。", "2024-03-02"},
		{"a line that also counts readers", "a.txt", "家长会\n\n作者：教务处　　时间：2024-03-02　　浏览：18次\n\n各位家长，今年的家长会分两场，请看附件。", "2024-03-02"},
		{"a judgement", "a.txt", "民事判决书\n\n原告请求被告退还货款三万元。\n\n驳回原告的诉讼请求。\n\n审 判 员　　高行健\n二〇二四年三月二日\n法官助理　　闵　慧\n书 记 员　　韩　露", "2024-03-02"},
		{"a stretch of months", "a.txt", "项目小结\n\n时间：2021.07 - 2023.05\n\n三年育苗四十万株，把成活率提高到九成。", ""},
		{"an event's time", "a.txt", "家长会\n\n时间：2024年3月2日上午9点\n地点：礼堂\n\n请各位家长准时参加，带好学生证。", ""},
		{"an event's day among its fields", "a.txt", "家长会\n\n日期：2024年3月2日\n地点：礼堂\n\n请各位家长准时参加，带好学生证。", ""},
		{"a field of an event", "a.txt", "家长会\n\n活动时间：2024年3月2日\n\n请各位家长准时参加，带好学生证。", ""},
		{"a line that announces", "a.txt", "家长会\n\n定于2024年3月2日举行\n\n请各位家长准时参加，带好学生证。", ""},
		{"a day by which something ends", "a.txt", "家长会\n\n报名截止 2024年3月2日\n\n请各位家长准时参加，带好学生证。", ""},
		{"a day over a programme", "a.txt", "家长会\n\n2024年3月2日\n\n09:00 签到\n\n10:00 校长讲话，各班主任随后介绍情况。", ""},
		{"a day between two texts", "a.txt", "家长会\n\n各位家长，今年的家长会分两场，请看下文。\n\n2024年3月2日\n\n初一初二的家长参加，初三的家长下周再来。", ""},
		{"a day below a text", "a.txt", "家长会\n\n各位家长，今年的家长会分两场，请看附件。\n\n青山中学\n\n2024年3月2日", "2024-03-02"},
		{"a day below a text with who signs", "a.txt", "家长会\n\n各位家长，今年的家长会分两场，请看附件。\n\n青山中学 2024年3月2日\n\n附件：日程表", "2024-03-02"},
		{"a date field", "a.txt", "家长会\n\n日期：2024-03-02\n\n各位家长，今年的家长会分两场，请看附件。", "2024-03-02"},
		{"a day and a medium", "a.txt", "家长会\n\n2024-03-02 08:15 青山日报\n\n各位家长，今年的家长会分两场，请看附件。", "2024-03-02"},
		{"a day that a label of another language gives", "a.txt", "通车\n\nPublished: 2024-03-02\n\n大桥今天通车了，全长三百米。", "2024-03-02"},
		{"the day on which a book came out", "a.txt", "通车\n\n出版日期：2024-03-02\n\n大桥今天通车了，全长三百米。", "2024-03-02"},
		{"a medium called after events", "a.txt", "通车\n\n2024-03-02 来源：会议周刊\n\n大桥今天通车了，全长三百米。", "2024-03-02"},
		{"the day of a contract", "a.txt", "合同\n\n签订日期：2024-03-02\n\n甲方向乙方出租房屋一间，租期三年。", ""},
		{"a day below a text with days of events", "a.txt", "招聘启事\n\n图书馆招聘编目员两名，要求本科学历。\n\n报名时间：2024年5月1日至5月9日\n面试时间：2024年5月12日\n\n图书馆\n2024年3月2日", "2024-03-02"},
		{"a day below a judgment", "a.txt", "判决书\n\n原告的请求合法有据，本院予以支持。\n\n审判员　王二\n二〇二四年三月二日\n书记员　李三", "2024-03-02"},
		{"an event behind a dateline", "a.txt", "灯会\n\n本报讯（记者 王二）记者获悉，第三届灯会2024年3月2日在东湖开幕，免费参观。", ""},
		{"what will be on the day behind a dateline", "a.txt", "灯会\n\n本报讯（记者 王二）2024年3月2日，第三届灯会将在东湖开幕，免费参观。", ""},
		{"what somebody did behind a dateline", "a.txt", "拾金不昧\n\n本报讯（记者 王二）2024年3月2日，市民张三将捡到的钱包交给警察，里面有三千元。", "2024-03-02"},
		{"what will open behind a dateline", "a.txt", "通车\n\n本报讯（记者 王二）2024年3月2日，东江大桥将正式通车，全长三百米。", ""},
		{"a report of what will be", "a.txt", "灯会\n\n本报讯（记者 王二）2024年3月2日，记者从市政府获悉，第三届灯会将在东湖开幕。", "2024-03-02"},
		{"a title that announces", "a.md", "# 关于2024年3月2日停水的通知\n\n东街停水三个小时。", ""},
		{"a title of what is over", "a.md", "# 2024年3月2日安全生产会议纪要\n\n大家谈了两个小时。", "2024-03-02"},
		{"a title that announces, dated", "a.md", "# 停水通知（2024年3月2日）\n\n东街停水三个小时。", "2024-03-02"},
		{"a file's name that announces", "2024年3月2日停水通知.txt", "停水\n\n东街停水三个小时。", ""},
		{"a time element in a sentence", "a.html", "<html><body><h1>灯会</h1><p>灯会于<time datetime='2024-03-02'>周六</time>开幕，全长三百米的灯带同时点亮。</p></body></html>", ""},
		{"a time element of an event", "a.html", "<html><body><h1>灯会</h1><div><time itemprop='startDate' datetime='2024-03-02'>周六</time></div><p>灯会开幕，全长三百米的灯带同时点亮。</p></body></html>", ""},
		{"a number that is no day", "a20249999.txt", "通车\n\n大桥今天通车了。", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			articles, err := Parse([]byte(c.raw), c.path, Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
			if err != nil || len(articles) != 1 {
				t.Fatalf("%d articles, %v", len(articles), err)
			}
			if got := publishedDay(articles[0]); got != c.want {
				t.Errorf("published %q, want %q", got, c.want)
			}
		})
	}
}

// The day that stands below a text is the text's too: it says when it was signed.
func TestSigned(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"a letter", "通知\n\n各位家长，今年的家长会分两场，请看附件。\n\n青山中学\n2024年3月2日\n", "{} 各位家长，今年的家长会分两场，请看附件。\n{} 青山中学 / 2024年3月2日\n"},
		{"several days", "通知\n\n2024年2月2日\n\n各位家长，今年的家长会分两场，请看附件。\n\n青山中学\n2024年3月2日\n", "{} 2024年2月2日 / 各位家长，今年的家长会分两场，请看附件。\n{} 青山中学 / 2024年3月2日\n"},
		{"a contract", "合同\n\n甲方向乙方出租房屋一间，租期三年。\n\n甲方（盖章）：\n乙方（盖章）：\n\n2024年3月2日\n", "{} 甲方向乙方出租房屋一间，租期三年。\n{} 甲方（盖章）：\n{} 乙方（盖章）：\n{} 2024年3月2日\n"},
		{"a judgment", "判决书\n\n原告的请求合法有据，本院予以支持。\n\n审判员　王二\n二〇二四年三月二日\n书记员　李三\n", "{} 原告的请求合法有据，本院予以支持。\n{} 审判员 王二 / 二〇二四年三月二日 / 书记员 李三\n"},
		{"a label", "合同\n\n甲方向乙方出租房屋一间，租期三年。\n\n签订日期：2024年3月2日\n", "{} 甲方向乙方出租房屋一间，租期三年。\n{} 签订日期：2024年3月2日\n"},
		{"a day above a text", "通知\n\n2024年3月2日\n\n各位家长，今年的家长会分两场，请看附件。\n", "{} 各位家长，今年的家长会分两场，请看附件。\n"},
		{"the page's own day", "通知\n\n各位家长，今年的家长会分两场，请看附件。\n\n发布日期：2024年3月2日\n", "{} 各位家长，今年的家长会分两场，请看附件。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.raw, "a.txt", c.want)
		})
	}
}

// A date that names no day is told of, wherever it stands.
func TestUndated(t *testing.T) {
	for _, c := range []struct{ path, raw, want string }{
		{"a.jsonl", `{"title":"通车","published":"2024","text":"大桥通车了。"}`, "published: 2024"},
		{"a.jsonl", `{"title":"通车","date":"2024年3月","text":"大桥通车了。"}`, "published: 2024年3月"},
		{"a.jsonl", `{"title":"通车","published":"2024-03","date":"2024-03-02","text":"大桥通车了。"}`, ""},
		{"a.json", `[{"title":"通车","published":"2024-03","text":"大桥通车了。"}]`, "published: 2024-03"},
		{"a.md", "---\ntitle: 通车\ndate: 2024\n---\n大桥通车了。", "date: 2024"},
		{"a.md", "---\ntitle: 通车（2024年3月2日）\ndate: 2024\n---\n大桥通车了。", ""},
		{"a.html", "<html><head><meta name='date' content='2024-03'></head><body><h1>通车</h1><p>大桥今天通车了，全长三百米。</p></body></html>", "published: 2024-03"},
		{"a.xml", "<rss version='2.0'><channel><title>要闻</title><item><title>通车</title><pubDate>2024</pubDate><description>大桥通车了。</description></item></channel></rss>", "pubDate: 2024"},
	} {
		told := ""
		articles, err := Parse([]byte(c.raw), c.path, Options{Omitted: func(o Omission) { told += o.Text }})
		if err != nil || len(articles) != 1 || told != c.want {
			t.Errorf("%s: %d articles, %v, told of %q, want %q", c.raw, len(articles), err, told, c.want)
		}
	}
}
