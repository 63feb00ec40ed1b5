package grounding

import (
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
)

func TestContrary(t *testing.T) {
	for _, test := range []struct {
		asked, text string
		contrary    bool
	}{
		{"北门充电棚有多少充电位", "南门充电棚5月20日启用，共48个充电位。", true},
		{"南门充电棚有多少充电位", "南门充电棚5月20日启用，共48个充电位。", false},
		{"充电棚有多少充电位", "南门充电棚5月20日启用，共48个充电位。", false},
		{"南门和北门哪个先开", "南门充电棚5月20日启用。", false},
		{"高档噪音多少分贝", "噪音（低档）：36分贝", true},
		{"食堂晚餐多少钱", "午餐由8元调到10元。", true},
		{"4.2.1什么时候出的", "4.2.0 2025-02-18发布。", true},
		{"4.2.0什么时候出的", "4.2.0 2025-02-18发布。", false},
		{"去年年卡什么价", "现在年卡1980元。", true},
		{"年卡去年什么价", "年卡去年1880元，现在1980元。", false},
		{"去年年卡什么价", "2024年年卡1980元，现在2080元。", false},
		{"周六几点开门", "周一至周五9:00开门。", true},
		{"周三几点开门", "周一至周五9:00开门。", false},
		{"K7什么时候上市", "K5于2025年5月20日上市。", true},
		{"K5什么时候上市", "K5于2025年5月20日上市，与K4不同。", false},
		{"K5的颜色", "XB-210有三种颜色。", false}, // no other of its kind
		{"4月收到多少投诉", "3月共收到投诉17件。", true},
		{"3月收到多少投诉", "3月共收到投诉17件。", false},
		{"4月收到多少投诉", "3月12日收到投诉17件。", false}, // a day may stand for what happened
		{"4月的投诉什么时候答复", "5月答复。", false},
		{"标准版救护车费报多少", "尊享版：另含救护车费用1000元。", true},
		{"尊享版救护车费报多少", "尊享版：另含救护车费用1000元。", false},
	} {
		a := &article.Article{ID: "a", Title: "说明", Paragraphs: []article.Paragraph{{Text: test.text}, {Text: "标准版：意外身故20万元。"}}}
		ev := evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: len([]rune(test.text))}}}})
		if got := NewAsked(test.asked).Contrary(ev.Paragraphs[0], 0); (got != "") != test.contrary {
			t.Errorf("%s of %s: %q", test.asked, test.text, got)
		}
	}
}
