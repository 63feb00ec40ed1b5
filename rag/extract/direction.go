package extract

import (
	"zhiwen/rag/zhtext"
)

var (
	upward   = []string{"增长", "上涨", "上升", "提高", "上调", "增加", "扩大", "大涨", "猛增", "提升", "走高"}
	downward = []string{"下降", "下跌", "降低", "下调", "减少", "缩减", "大跌", "下滑", "回落", "走低"}
)

// opposed tells whether a sentence says that something fell where the question
// says that it rose, or the other way round.
func opposed(question, sentence string) bool {
	up, down := zhtext.ContainsAny(question, upward), zhtext.ContainsAny(question, downward)
	if up == down {
		return false
	}
	sentenceUp, sentenceDown := zhtext.ContainsAny(sentence, upward), zhtext.ContainsAny(sentence, downward)
	return up && sentenceDown && !sentenceUp || down && sentenceUp && !sentenceDown
}
