package extract

import "testing"

func TestAskedEnd(t *testing.T) {
	for _, c := range []struct{ text, asked, at, want string }{
		{"租赁期限为两年，自2025年5月1日起至2027年4月30日止。", "租赁期限到哪天", "2025年5月1日", "2027年4月30日"},
		{"租赁期限为两年，自2025年5月1日起至2027年4月30日止。", "合同什么时候到期", "2025年5月1日", "2027年4月30日"},
		{"租赁期限为两年，自2025年5月1日起至2027年4月30日止。", "租期从哪天开始", "2027年4月30日", "2025年5月1日"},
		{"租赁期限为两年，自2025年5月1日起至2027年4月30日止。", "租赁期限是什么时候", "2025年5月1日", "2025年5月1日"},
		{"报名4月15日起，4月28日止，扫码填表。", "报名什么时候截止", "4月15日", "4月28日"},
		{"2024年3月1日开工，2025年6月1日通车。", "什么时候结束", "2024年3月1日", "2024年3月1日"},
	} {
		p, at := paragraphOf(c.text, c.at)
		got := askedEnd(c.asked, p, at, p.Sentences[0].Range)
		if text := string(p.Text[got.Start:got.End]); text != c.want {
			t.Errorf("%s: %s, want %s", c.asked, text, c.want)
		}
	}
}
