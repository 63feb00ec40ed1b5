package extract

import (
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// asksHowLong tells whether a part that asks 多少 may be answered by a duration: only where it
// speaks of time. 押金多少 is not answered by 7个工作日.
func asksHowLong(part question.Part) bool {
	if part.Class == zhtext.ClassDuration || part.Or == zhtext.ClassDuration || part.Class == zhtext.ClassTime {
		return true
	}
	for _, words := range [][]question.Word{part.Words, part.Focus} {
		for _, w := range words {
			if strings.ContainsAny(w.Text, timeRunes) || zhtext.ContainsAny(w.Text, timeWords) {
				return true
			}
		}
	}
	return false
}

const timeRunes = "期时龄久寿天日年月周秒"

var timeWords = []string{"学制", "间隔", "历史", "休假", "婚假", "产假", "病假", "服务", "多长", "长度", "刑", "徒", "day", "week", "month", "year", "hour", "minute", "long", "time", "duration", "age", "period"}
