package extract

import (
	"regexp"
	"slices"

	"zhiwen/rag/zhtext"
)

var (
	// rowKey is the first cell of a row of a table as it is stored: 月份：3月，….
	rowKey  = regexp.MustCompile(`^[^：，。\n]{1,12}：([^：，。\n]{1,12})，[^：，。\n]+：`)
	weekday = regexp.MustCompile(`(?:周|星期|礼拜)([一二三四五六日天末])`)
)

// ofAnotherTime tells whether a sentence is the row of a month or a day of the week
// that is none of those that the question names.
func ofAnotherTime(asked, sentence string) bool {
	key := rowKey.FindStringSubmatch(sentence)
	if key == nil {
		return false
	}
	return disjoint(months(asked), months(key[1])) || disjoint(weekdays(asked), weekdays(key[1]))
}

func disjoint[T comparable](a, b []T) bool {
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(s T) bool { return slices.Contains(b, s) })
}

// months are the months that a text names, 1 to 12; none where it names a stretch of
// them.
func months(text string) (out []int) {
	if throughout.MatchString(text) {
		return nil
	}
	for _, d := range zhtext.Dates(text) {
		if d.Month > 0 {
			out = append(out, d.Month)
		}
	}
	return out
}

// throughout joins two times to all that lie between them.
var throughout = regexp.MustCompile(`[至到\-—–~～]`)

// weekdays are the days of the week that a text names, as months does.
func weekdays(text string) (out []string) {
	if throughout.MatchString(text) {
		return nil
	}
	for _, m := range weekday.FindAllStringSubmatch(zhtext.Fold(text), -1) {
		day := m[1]
		switch day {
		case "末":
			out = append(out, "六")
			day = "日"
		case "天":
			day = "日"
		}
		out = append(out, day)
	}
	return out
}
