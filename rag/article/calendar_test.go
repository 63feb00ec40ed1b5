package article

import (
	"strings"
	"testing"
)

// Each event of a calendar says what it is, when, where and who.
func TestCalendar(t *testing.T) {
	for _, c := range []struct{ name, event, want string }{
		{"a meeting", "DTSTART;TZID=Asia/Shanghai:20240503T090000\nDTEND;TZID=Asia/Shanghai:20240503T103000\nSUMMARY:评审会\nLOCATION:三楼\\, 梅厅\nDESCRIPTION:请带样品。\nORGANIZER;CN=王二:mailto:wang@example.cn\nATTENDEE;CN=\"李:娜\";ROLE=REQ-PARTICIPANT:mailto:li@example.cn\nATTENDEE:MAILTO:zhao@example.cn",
			"评审会 / 时间：2024年5月3日（周五）09:00至10:30 / 地点：三楼, 梅厅 / 组织者：王二 / 参加者：李:娜、zhao@example.cn / 请带样品。"},
		{"the world's clock", "DTSTART:20240503T010000Z\nDTEND:20240503T180000Z\nSUMMARY:评审会", "评审会 / 时间：2024年5月3日（周五）09:00至2024年5月4日（周六）02:00"},
		{"a zone elsewhere", "DTSTART;TZID=America/New_York:20240503T090000\nSUMMARY:评审会", "评审会 / 时间：2024年5月3日（周五）09:00（America/New_York时间）"},
		{"a zone of Windows", "DTSTART;TZID=\"China Standard Time\":20240503T090000\nDURATION:PT1H30M\nSUMMARY:评审会", "评审会 / 时间：2024年5月3日（周五）09:00至10:30"},
		{"a day", "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240504\nSUMMARY:校庆", "校庆 / 时间：2024年5月3日（周五）"},
		{"several days", "DTSTART;VALUE=DATE:20240501\nDTEND;VALUE=DATE:20240506\nSUMMARY:假期", "假期 / 时间：2024年5月1日（周三）至2024年5月5日（周日）"},
		{"again and again", "DTSTART:20240503T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20240630T000000Z\nSUMMARY:例会", "例会 / 时间：2024年5月3日（周五）09:00 / 重复：每2周的周一、周五，到2024年6月30日"},
		{"every month", "DTSTART:20240503T090000\nRRULE:FREQ=MONTHLY;COUNT=3\nSUMMARY:例会", "例会 / 时间：2024年5月3日（周五）09:00 / 重复：每月，共3次"},
		{"called off", "DTSTART:20240503T090000\nSTATUS:CANCELLED\nSUMMARY:例会", "例会 / 时间：2024年5月3日（周五）09:00 / 状态：已取消"},
		{"lines that were cut, an alarm", "DTSTART:20240503T090000\nSUMMARY:评\n 审会\nBEGIN:VALARM\nDESCRIPTION:提醒\nEND:VALARM", "评审会 / 时间：2024年5月3日（周五）09:00"},
		{"a long description", "SUMMARY:评审会\nDESCRIPTION:请带样品。\\n\\n九点开门。", "评审会|{评审会} 请带样品。|{评审会} 九点开门。"},
		{"days that are left out", "DTSTART:20240503T090000\nRRULE:FREQ=WEEKLY\nEXDATE;TZID=Asia/Shanghai:20240510T090000,20240517T090000\nRDATE;VALUE=DATE:20240519\nSUMMARY:例会",
			"例会 / 时间：2024年5月3日（周五）09:00 / 重复：每周 / 另有：2024年5月19日（周日） / 除外：2024年5月10日（周五）09:00、2024年5月17日（周五）09:00"},
		{"a description in HTML", "SUMMARY:例会\nDESCRIPTION:<p>请带<b>样品</b>。</p>九点&nbsp;开门。", "例会|{例会} 请带样品。|{例会} 九点 开门。"},
		{"a comment and whom to ask", "SUMMARY:例会\nCONTACT:王二\\, 5512\nCOMMENT:请穿运动鞋。", "例会 / 联系：王二, 5512 / 请穿运动鞋。"},
		{"a character that was cut", "SUMMARY:例\xe4\n \xbc\x9a", "例会"},
		{"no name", "DTSTART:20240503T090000\nLOCATION:梅厅", "时间：2024年5月3日（周五）09:00 / 地点：梅厅"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:工作\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n" + strings.ReplaceAll(c.event, "\n", "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
			a := parseOne(t, raw, "a.txt")
			name, _, _ := strings.Cut(c.want, " / ")
			name, _, _ = strings.Cut(name, "|")
			if strings.HasPrefix(name, "时间") {
				name = ""
			}
			want := "{" + name + "} " + strings.ReplaceAll(c.want, "|", "\n") + "\n"
			if got := outline(a); got != want || a.Title != "工作" || !a.Published.IsZero() {
				t.Errorf("%s, %v\n%swant\n%s", a.Title, a.Published, got, want)
			}
		})
	}
}

// An invitation in a mail is read once, whether it is shown or attached or both.
func TestInvitation(t *testing.T) {
	const invite = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240503T090000\nSUMMARY:评审会\nEND:VEVENT\nEND:VCALENDAR\n"
	const inline, attached = "--x\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n" + invite, "--x\nContent-Type: text/calendar; name=invite.ics\nContent-Disposition: attachment; filename=invite.ics\n\n" + invite
	for _, parts := range []string{inline, attached, inline + attached} {
		raw := mailHead + "multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n各位，请看附件里的邀请，收到请回复。\n" + parts + "--x--\n"
		articles, err := Parse([]byte(raw), "a.eml", Options{})
		if err != nil || len(articles) != 2 {
			t.Fatalf("%d articles, %v", len(articles), err)
		}
		if got := outline(articles[1]); got != "{评审会} 评审会 / 时间：2024年5月3日（周五）09:00\n" || articles[1].Title != "评审会" {
			t.Errorf("%s: %s", articles[1].Title, got)
		}
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add("DTSTART;TZID=\"a\":20240503T090000\nDURATION:P1W\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:a\\nb")
	f.Add("BEGIN:VEVENT\nEND:VEVENT\nEND:VEVENT\nEND:X\nDUE:20240503")
	f.Fuzz(func(t *testing.T, event string) {
		_, _ = Parse([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"+event+"\nEND:VEVENT\nEND:VCALENDAR"), "a.ics", Options{})
	})
}
