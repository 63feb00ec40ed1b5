package rag

import (
	"testing"
)

// What is itself a difference is not subtracted from anything.
func TestIsDifference(t *testing.T) {
	for _, c := range []struct {
		quote, short string
		want         bool
	}{
		{"首日运送乘客6200人次，比预计多1200人次。", "1200人次", true},
		{"首日运送乘客6200人次，比预计多1200人次。", "6200人次", false},
		{"出口530亿元，较上年增长了12%。", "12%", true},
		{"东桥比西桥早建，长1860米。", "1860米", false},
		{"今年收入92亿元，去年57亿元。", "57亿元", false},
	} {
		s := supported{claim: Claim{Text: c.short}, verdict: Verdict{Quote: c.quote}}
		if got := isDifference(s); got != c.want {
			t.Errorf("%s of %s: %v", c.short, c.quote, got)
		}
	}
}
