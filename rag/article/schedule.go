package article

import (
	"regexp"
	"strings"
)

// Levels of the lines of a schedule that hold nothing but a day, a part of one or an
// hour. They lie below all headings.
const (
	levelDay = iota + 20
	levelHalf
	levelHour
)

const (
	dayDate = `(?:(?:(?:19|20)\d{2}|` + hanYearText + `|(?:中[华華])?民[国國]\s*[\d〇○零一二三四五六七八九十百]{1,5})\s*年\s*)?` + monthDayText + `\s*[日号號]|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}`
	dayWeek = `(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|(?i:mon|tues|wednes|thurs|fri|satur|sun)day`
	dayNth  = `第[一二三四五六七八九十\d]{1,3}[天日]|(?i:day)\s*\d{1,2}`
	dayHalf = `上午|下午|晚上|中午|早上|早晨|傍晚|夜间|凌晨|全天|晚间`
	dayHour = `(?:` + dayHalf + `)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|(?:` + dayHalf + `)\s*\d{1,2}[点點时時](?:半|\d{1,2}分)?`
	dayTo   = `\s*(?:至|到|[-—–~～]{1,2})\s*`
)

// dayLines are what a line is that names a day, a part of one or an hour and nothing
// else, by level.
var dayLines = []*regexp.Regexp{
	regexp.MustCompile(`^[(（\[【]?(?:` + dayDate + `|` + dayWeek + `|` + dayNth + `)(?:` + dayTo + `(?:` + dayDate + `|\d{1,2}\s*[日号號]|` + dayWeek + `))?(?:[\s　,，]*[(（]?(?:` + dayDate + `|` + dayWeek + `|` + dayHalf + `)[)）]?)*[)）\]】]?$`),
	regexp.MustCompile(`^[(（\[【]?(?:` + dayHalf + `)[)）\]】]?$`),
	regexp.MustCompile(`^[(（\[【]?(?:` + dayHour + `)(?:` + dayTo + `(?:` + dayHour + `|\d{1,2}[点點时時](?:半|\d{1,2}分)?))?[)）\]】]?$`),
}

// maxDayLine is how long such a line is, in bytes.
const maxDayLine = 120

// dayLevel is the level of a line that holds nothing but a day or a time, 0 for others.
func dayLevel(line string) int {
	if len(line) > maxDayLine {
		return 0
	}
	line = strings.TrimSpace(line)
	for i, pattern := range dayLines {
		if pattern.MatchString(line) {
			return levelDay + i
		}
	}
	return 0
}

// schedule finds the lines that say when what stands below takes place, and returns
// their levels, 0 for all other lines. There are at least two, or a programme follows.
// A day alone below a marked heading is the heading's own, and where the last line is a day,
// each is that of what stands above it.
func schedule(lines []block) []int {
	levels := make([]int, len(lines))
	n, programme, last := 0, false, 0
	for i, b := range lines {
		if b.turn {
			last = 0
		}
		if b.kind != blockText && b.kind != blockItem && (b.kind != blockHeading || b.level > 0) {
			continue
		}
		level := dayLevel(b.text)
		if last = level; level == 0 || level == levelDay && i > 0 && lines[i-1].level > 0 && !anotherDay(lines[i+1:]) {
			continue
		}
		if i+1 == len(lines) {
			continue
		}
		if next := dayLevel(lines[i+1].text); next == 0 || next > level {
			levels[i] = level
			n++
			programme = programme || clockItem.MatchString(lines[i+1].text)
		}
	}
	if last > 0 || n < 2 && !programme {
		return make([]int, len(lines))
	}
	return levels
}

// anotherDay tells whether one more day comes before the next marked heading.
func anotherDay(lines []block) bool {
	for _, b := range lines {
		if b.level > 0 {
			break
		}
		if dayLevel(b.text) == levelDay {
			return true
		}
	}
	return false
}

// opensPart tells whether line i stands over a text, and so begins what comes after a
// schedule: what happens on a day is told in short lines.
func opensPart(lines []block, i int) bool {
	b := lines[i]
	return b.kind == blockText && isHeadingText(b.text) && !clockItem.MatchString(b.text) && i+1 < len(lines) && isRunning(lines[i+1])
}
