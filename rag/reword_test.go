package rag

import (
	"testing"

	"zhiwen/rag/question"
)

// A question is read in the words of what was found, where they mean the same.
func TestInTheirWords(t *testing.T) {
	_, hits := someArticle("lease", "房屋租赁合同", "", "出租方：孙慧敏", "月租金4200元，押金两个月。")
	word := func(text string) []question.Word { return []question.Word{{Text: text}} }
	for _, test := range []struct{ asked, word, want string }{
		{"房东是谁", "房东", "出租方是谁"},
		{"押金多少", "押金", "押金多少"},     // they say it themselves
		{"律师费谁出", "律师费", "律师费谁出"},  // they say nothing of it
		{"投资金额多少", "投资", "投资金额多少"}, // words that only ask the same do not stand for each other
	} {
		if got := inTheirWords(test.asked, word(test.word), hits); got != test.want {
			t.Errorf("%s: %s, want %s", test.asked, got, test.want)
		}
	}
	vague := []question.Word{{Text: "房东", Vague: true}}
	if got := inTheirWords("房东是谁", vague, hits); got != "房东是谁" {
		t.Errorf("a vague word becomes %s", got)
	}
}
