package grounding

import "testing"

// Figures as people say them are read as they are written elsewhere.
func TestInForm(t *testing.T) {
	for in, want := range map[string]string{
		"前7月增长": "前7个月增长", "上午场是9点到11点半": "上午场是9:00至11:30", "14时至17时30分": "14:00至17:30", "7点三刻": "7:45",
		"一刻钟一班": "15分钟一班", "半小时": "30分钟", "两个半小时": "2.5小时", "每半年公布": "每6个月公布", "上半年": "上半年", "一年半": "一年半",
		"半个月": "15天", "拖欠超过30日": "拖欠超过30天", "6月30日": "6月30日", "快0秒6": "快0.6秒", "11秒4夺冠": "11.4秒夺冠", "1分58秒46": "1分58秒46", "每天1角钱": "每天0.1元",
		"15块一顶": "15元一顶", "三块地": "三块地", "7班到12班": "7至12班",
	} {
		if got := inForm(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
