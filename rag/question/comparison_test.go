package question_test

import (
	"testing"

	"zhiwen/rag/question"
)

func TestContrary(t *testing.T) {
	for _, c := range []struct {
		word  string
		time  bool
		other string
		less  bool
	}{
		{"多", false, "少", false}, {"少", false, "多", true}, {"便宜", false, "贵", true}, {"下降", false, "上升", true}, {"增长", false, "下降", false},
		{"快", false, "慢", false}, {"快", true, "慢", true}, {"慢", true, "快", false}, {"早", true, "晚", true}, {"好", false, "", false},
	} {
		if other, less := question.Contrary(c.word, c.time); other != c.other || less != c.less {
			t.Errorf("%s: %q, %v", c.word, other, less)
		}
	}
}
