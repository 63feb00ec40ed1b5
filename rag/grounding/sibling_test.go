package grounding

import (
	"testing"

	"zhiwen/rag/zhtext"
)

// What a figure is called decides which one a question asks for.
func TestSiblings(t *testing.T) {
	for _, test := range []struct{ asked, sentence, want string }{
		{"出口多少", "全年进出口总额46亿元，其中出口31亿元，进口15亿元。", "31亿元"},
		{"弃权多少票", "以赞成52票、反对4票、弃权7票获得通过。", "7票"},
		{"反对的有多少票", "52票赞成、4票反对、7票弃权。", "4票"},
		{"一等座多少钱", "二等座票价80元，一等座130元。", "130元"},
		{"最低气温多少", "最低气温-6.5℃，最高气温18.3℃。", "-6.5℃"},
		{"北部地区多少度", "南部地区气温4～6℃，北部地区气温-5～0℃。", "-5～0℃"},
		{"高新区产值多少", "高新区产值40亿元，新区产值30亿元。", "40亿元"},
		{"河湾乡小学建于哪年", "石桥乡小学建于1958年，河湾乡小学建于1972年。", "1972年"},
	} {
		best, at := -2.0, zhtext.Range{}
		for _, s := range Siblings(test.asked, test.sentence, nil) {
			if v := s.Ahead + s.Behind; v > best {
				best, at = v, s.Range
			}
		}
		if got := string([]rune(test.sentence)[at.Start:at.End]); got != test.want {
			t.Errorf("%s: %q, want %q", test.asked, got, test.want)
		}
	}
}

func TestSuperseded(t *testing.T) {
	for sentence, want := range map[string]string{
		"床位原来只有320张，如今达到610张。": "320张",
		"票价由15元调整为20元。":        "15元",
		"注册资本从500万元增至800万元。":   "500万元",
		"甲馆有320张，乙馆有610张。":     "",
	} {
		old := ""
		for _, s := range Siblings("多少", sentence, nil) {
			if s.Old {
				old = string([]rune(sentence)[s.Start:s.End])
			}
		}
		if old != want {
			t.Errorf("%s: old is %q, want %q", sentence, old, want)
		}
	}
}
