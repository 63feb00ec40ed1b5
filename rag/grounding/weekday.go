package grounding

import (
	"regexp"
	"slices"
	"strings"
)

// weekday is a day of the week, weekdays a stretch of them: 周一至周五.
var (
	weekday  = regexp.MustCompile(`(?:周|星期|礼拜)([一二三四五六日天](?:[、和及/][一二三四五六日天])*)(?:[^年期岁刊报天次个节堂小]|$)`)
	weekdays = regexp.MustCompile(`(?:周|星期|礼拜)([一二三四五六日天])(?:[至到]|[—–~～-]+)(?:周|星期|礼拜)?([一二三四五六日天])`)
	weekends = regexp.MustCompile(`周末|双休日`)
	workdays = regexp.MustCompile(`工作日|平日`)
)

// dayOf is the number of a day of the week, Monday 1.
func dayOf(name string) int {
	if name == "天" {
		name = "日"
	}
	return strings.Index(dayNames, name)/len("一") + 1
}

// nameOfDay is the name of the day of a number.
func nameOfDay(d int) string { return "周" + string([]rune(dayNames)[d-1]) }

const dayNames = "一二三四五六日"

// daysOfWeek are the days of the week that a text speaks of.
func daysOfWeek(text string) (out []int) {
	add := func(from, to int) {
		for d := from; d <= to; d++ {
			out = append(out, d)
		}
	}
	for _, m := range weekdays.FindAllStringSubmatch(text, -1) {
		add(dayOf(m[1]), dayOf(m[2]))
	}
	for _, m := range weekday.FindAllStringSubmatch(text, -1) {
		for _, r := range m[1] {
			if strings.ContainsRune("一二三四五六日天", r) {
				out = append(out, dayOf(string(r)))
			}
		}
	}
	if weekends.MatchString(text) {
		add(6, 7)
	}
	if workdays.MatchString(text) {
		add(1, 5)
	}
	return out
}

// weekdayGuard: a Sunday is no Monday. Where the source speaks of days of the week, the
// claim must not speak of others.
func weekdayGuard(claim *statement, src *source) string {
	theirs := daysOfWeek(string(src.runes))
	if len(theirs) == 0 {
		return ""
	}
	theirs = append(theirs, daysOfWeek(src.title)...)
	for _, d := range daysOfWeek(string(claim.runes)) {
		if !slices.Contains(theirs, d) {
			return nameOfDay(d)
		}
	}
	return ""
}
