package rag

import (
	"strings"
	"testing"

	"zhiwen/rag/question"
)

// A clause is read behind the sentence that names whom the question is about.
func TestIntroduce(t *testing.T) {
	long := strings.Repeat("甲方位于城东的老厂区，", 6) + "承租方为丁一鸣，" + strings.Repeat("双方另有约定的从其约定，", 6)
	_, hits := someArticle("lease", "房屋租赁合同", "", "出租方：孙慧敏\n"+long+"。", "月租金4200元，押金两个月。", "租期自3月1日起，共两年。")
	var words []question.Word
	for _, w := range []string{"丁一鸣", "孙慧敏", "押金", "水费"} {
		words = append(words, question.Word{Text: w, Weight: 1, Rare: true})
	}
	clause := hits[0]
	for _, h := range hits {
		if strings.Contains(joined(h), "押金") {
			clause = h
		}
	}
	if strings.Contains(joined(clause), "丁一鸣") {
		t.Fatalf("the passage is %q", joined(clause))
	}
	lines := strings.Split(newIntroducer(words).introduce(clause), "\n")
	if len(lines) != 2 || !strings.Contains(strings.Join(lines, ""), "丁一鸣") || !strings.Contains(strings.Join(lines, ""), "孙慧敏") {
		t.Errorf("read ahead: %q", lines)
	}
	for _, line := range lines {
		if n := len([]rune(line)); n > introducedRunes {
			t.Errorf("%d runes: %s", n, line)
		}
	}
	if got := newIntroducer(words[2:]).introduce(clause); got != "" {
		t.Errorf("nothing of the rest stands elsewhere, but %q is read", got)
	}
	words[0].Vague, words[1].Vague = true, true
	if got := newIntroducer(words).introduce(clause); got != "" {
		t.Errorf("vague words bring %q", got)
	}
}
