package article

import (
	"strings"
	"testing"
)

const mailHead = "From: =?utf-8?B?5Y2T6Z2S6bub?= <zhuo@example.cn>\nSubject: meeting\nDate: Tue, 19 Mar 2024 09:42:00 +0800\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Type: "

// What a mail quotes stands below a heading that says so, behind what it says itself.
func TestQuotedMail(t *testing.T) {
	const own = "会议改到3月28日下午2点，地点换成梅厅。\n\n卓青黛\n采购组\n\n"
	const wantOwn = "{} 会议改到3月28日下午2点，地点换成梅厅。\n{} 卓青黛\n{} 采购组\n"
	// below is the same quote under each way to introduce it.
	below := func(head, fields string) string {
		in := "{" + head + "} "
		return wantOwn + in + head + " / " + fields + "各位：\n" + in + "会议定于3月22日上午9点，在兰厅召开。\n" + in + "楼明远\n"
	}
	for _, c := range []struct{ name, text, want string }{
		{"Chinese", own + "在 2024年3月20日，王小明 写道：\n> 各位：\n> \n> 会议定于3月22日上午9点，在兰厅召开。\n>\n> 楼明远\n", below("在 2024年3月20日，王小明 写道：", "")},
		{"with an address", own + "楼明远 <lou@example.cn> 于2024年3月15日周五 16:08写道：\n\n>各位：\n>会议定于3月22日上午9点，在兰厅召开。\n>楼明远\n", below("楼明远 <lou@example.cn> 于2024年3月15日周五 16:08写道：", "")},
		{"English, broken", own + "On Fri, Mar 15, 2024 at 4:08 PM 楼明远\n<lou@example.cn> wrote:\n> 各位：\n> 会议定于3月22日上午9点，在兰厅召开。\n> 楼明远\n", below("On Fri, Mar 15, 2024 at 4:08 PM 楼明远 <lou@example.cn> wrote:", "")},
		{"without marks", own + "-----原始邮件-----\n发件人：楼明远\n发送时间：2024年3月15日 16:08\n收件人：采购组\n主题：会议预定\n\n各位：\n\n会议定于3月22日上午9点，在兰厅召开。\n楼明远\n",
			strings.Replace(below("原始邮件 发件人：楼明远 发送时间：2024年3月15日 16:08", "收件人：采购组 / 主题：会议预定\n{原始邮件 发件人：楼明远 发送时间：2024年3月15日 16:08} "), "\n\n", "\n", 1)},
		{"header lines alone", own + "From: Lou\nSent: Friday, March 15, 2024\nTo: us\n\n各位：\n\n会议定于3月22日上午9点，在兰厅召开。\n楼明远\n", below("From: Lou Sent: Friday, March 15, 2024", "To: us\n{From: Lou Sent: Friday, March 15, 2024} ")},
		{"in one line", own + "发件人：楼明远 发送时间：2024年3月15日 主题：会议预定\n各位：\n会议定于3月22日上午9点，在兰厅召开。\n楼明远\n", below("发件人：楼明远 发送时间：2024年3月15日 主题：会议预定", "")},
		{"the quote first", "楼明远 写道：\n> 各位：\n> 会议定于3月22日上午9点，在兰厅召开。\n> 楼明远\n\n" + own, below("楼明远 写道：", "")},
		{"a quote in a quote", "同意。\n\n甲 写道：\n> 我看可以。\n> 乙 写道：\n>> 能否提前一周？\n> 请定。\n",
			"{} 同意。\n{甲 写道：} 甲 写道： / 我看可以。\n{甲 写道： › 乙 写道：} 乙 写道： / 能否提前一周？\n{甲 写道：} 甲 写道： / 请定。\n"},
		{"what looks like furniture or metadata", "同意。\n\n> 发布时间：2024-01-02\n> 阅读原文\n> 来源：江城发布\n",
			"{} 同意。\n{引用} 引用 / 发布时间：2024-01-02\n{引用} 阅读原文\n{引用} 来源：江城发布\n"},
		{"answers piece by piece", "逐条答复如下。\n\n> 时间能改吗？\n\n可以，改到周五。\n\n> 地点呢？\n\n仍在兰厅。\n",
			"{} 逐条答复如下。\n{引用} 引用 / 时间能改吗？\n{回复} 回复 / 可以，改到周五。\n{引用} 引用 / 地点呢？\n{回复} 回复 / 仍在兰厅。\n"},
		{"no quote", "阈值如下：\n>80℃时停机，鲁迅写道：\n无事。\n", "{} 阈值如下：\n{} >80℃时停机，鲁迅写道：\n{} 无事。\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkMail(t, "text/plain; charset=utf-8\n\n"+c.text, c.want) })
	}
}

// Mail programs quote in elements of a page, in which authors indent too.
func TestQuotedPage(t *testing.T) {
	const own = "<p>会议改到3月28日下午2点，地点换成梅厅。</p><div>卓青黛</div>"
	const wantOwn = "{} 会议改到3月28日下午2点，地点换成梅厅。\n{} 卓青黛\n"
	for _, c := range []struct{ name, page, want string }{
		{"cited", own + `<div class="gmail_attr">楼明远 写道：<br></div><blockquote class="gmail_quote"><p>各位：</p><p>会议定于3月22日。</p></blockquote>`,
			wantOwn + "{楼明远 写道：} 楼明远 写道： / 各位：\n{楼明远 写道：} 会议定于3月22日。\n"},
		{"header lines", own + `<div><b>发件人：</b> 楼明远<br><b>发送时间：</b> 2024年3月15日<br><b>主题：</b> 会议</div><blockquote><p>会议定于3月22日。</p></blockquote>`,
			wantOwn + "{发件人： 楼明远 发送时间： 2024年3月15日} 发件人： 楼明远 发送时间： 2024年3月15日 / 主题： 会议\n{发件人： 楼明远 发送时间： 2024年3月15日} 会议定于3月22日。\n"},
		{"no element", own + `<hr><div><p><b>From:</b> Lou<br><b>Sent:</b> Friday<br><b>To:</b> us</p></div><p>会议定于3月22日。</p>`,
			wantOwn + "{From: Lou Sent: Friday} From: Lou Sent: Friday / To: us\n{From: Lou Sent: Friday} 会议定于3月22日。\n"},
		{"an author's own", `<p>会议如下。</p><blockquote style="margin-left:40px"><p>时间是周五。</p></blockquote>`, "{} 会议如下。\n{} 时间是周五。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkMail(t, "text/html; charset=utf-8\n\n<html><body>"+c.page+"</body></html>\n", c.want)
		})
	}
}

func checkMail(t *testing.T, raw, want string) {
	t.Helper()
	got, err := Parse([]byte(mailHead+raw), "a.eml", Options{Omitted: func(o Omission) { t.Errorf("left out: %s %q", o.Reason, o.Text) }})
	if err != nil || len(got) != 1 {
		t.Fatalf("%d articles, %v", len(got), err)
	}
	if a := got[0]; a.Title != "meeting" || a.Author != "卓青黛" || a.Published.Format("2006-01-02") != "2024-03-19" {
		t.Errorf("%q by %q, %v", a.Title, a.Author, a.Published)
	}
	if all := outline(got[0]); all != want {
		t.Errorf("got\n%swant\n%s", all, want)
	}
}

// A table that a mail brings has the mail's day and subject, unless it says its own.
func TestAttachedTable(t *testing.T) {
	for _, c := range []struct{ name, file, title, day, want string }{
		{"without a day", "价目.csv", "价目", "2024-03-19", "{meeting} 品名：雪梨，单价：12元\n{meeting} 品名：苹果，单价：9元\n"},
		{"with a day in its name", "价目2024-02-01.csv", "价目2024-02-01", "2024-02-01", "{meeting} 品名：雪梨，单价：12元\n{meeting} 品名：苹果，单价：9元\n"},
		{"no table", "说明.txt", "说明", "", "{} 品名是雪梨，单价是12元，不含运费。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "品名,单价\n雪梨,12元\n苹果,9元\n"
			if c.day == "" {
				text = "品名是雪梨，单价是12元，不含运费。\n"
			}
			articles, err := Parse([]byte(mailHead+"multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n各位，请看附件里的价目，收到请回复。\n--x\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=\""+c.file+"\"\n\n"+text+"--x--\n"), "a.eml", Options{})
			if err != nil || len(articles) != 2 {
				t.Fatalf("%d articles, %v", len(articles), err)
			}
			day := publishedDay(articles[1])
			if got := outline(articles[1]); got != c.want || day != c.day || articles[1].Title != c.title {
				t.Errorf("%s, %s\n%swant\n%s", articles[1].Title, day, got, c.want)
			}
		})
	}
}
