package zhtext

import "testing"

// A denial ahead of a bound turns it round and belongs to it.
func TestDeniedBounds(t *testing.T) {
	for text, want := range map[string]struct {
		text   string
		approx Approx
	}{
		"每届任期不得超过三年": {"不得超过三年", Under},
		"人数不能少于5名":   {"不能少于5名", Over},
		"温度未超过30度":   {"未超过30度", Under},
		"不应低于60分":    {"不应低于60分", Over},
		"严禁超出8吨":     {"严禁超出8吨", Under},
		"总额超过三亿元":    {"超过三亿元", Over},
		"不超过三年":      {"不超过三年", Under},
		"不少于三家":      {"不少于三家", Over},
		"没有约30人来":    {"约30人", About},
	} {
		q := Quantities(text)
		if len(q) != 1 || q[0].Approx != want.approx || string([]rune(text)[q[0].Start:q[0].End]) != want.text {
			t.Errorf("%s: %+v, want %+v", text, q, want)
		}
	}
}
