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
		"洪水淹没超过3万亩":  {"超过3万亩", Over},
		"没有至少两人在场":   {"至少两人", Over},
		"会不会超过100人":  {"超过100人", Over},
		"有没有超过3000人": {"超过3000人", Over},
	} {
		q := Quantities(text)
		if len(q) != 1 || q[0].Approx != want.approx || string([]rune(text)[q[0].Start:q[0].End]) != want.text {
			t.Errorf("%s: %+v, want %+v", text, q, want)
		}
	}
}
