package question

// comparisons are the words for more, each with its word for less.
var comparisons = [][2]string{
	{"多", "少"}, {"高", "低"}, {"大", "小"}, {"长", "短"}, {"快", "慢"}, {"重", "轻"}, {"贵", "便宜"}, {"宽", "窄"}, {"厚", "薄"}, {"深", "浅"}, {"远", "近"},
	{"晚", "早"}, {"年长", "年轻"}, {"增加", "减少"}, {"上升", "下降"}, {"增长", "下降"}, {"提高", "降低"},
}

// Contrary is the other word of a comparison, "" if it has none, and whether the word
// itself means the smaller figure. Of a time, the faster one is the smaller.
func Contrary(word string, time bool) (other string, less bool) {
	for _, c := range comparisons {
		turned := time && c[0] == "快"
		switch word {
		case c[0]:
			return c[1], turned
		case c[1]:
			return c[0], !turned
		}
	}
	return "", false
}
