package zhtext_test

import (
	"testing"

	"zhiwen/rag/zhtext"
)

func TestCutNumber(t *testing.T) {
	for _, c := range []struct {
		figure, ahead string
		number        float64
		behind        string
		ok            bool
	}{
		{"约92亿元", "约", 92, "亿元", true}, {"1,200 件", "", 1200, "件", true}, {"−3.5℃", "", -3.5, "℃", true}, {"８１０.５亿元", "", 810.5, "亿元", true}, {"三成", "", 0, "", false},
	} {
		if ahead, number, behind, ok := zhtext.CutNumber(c.figure); ahead != c.ahead || number != c.number || behind != c.behind || ok != c.ok {
			t.Errorf("%s: %q, %v, %q, %v", c.figure, ahead, number, behind, ok)
		}
	}
	if got := zhtext.PlainNumber(0.1+0.2, 6) + " " + zhtext.PlainNumber(251.0/3, 2) + " " + zhtext.PlainNumber(40, 2); got != "0.3 83.67 40" {
		t.Error(got)
	}
}
