package article

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// china is where the days of publication are counted.
var china = time.FixedZone("CST", 8*60*60)

// zoned are layouts that say which moment is meant.
var zoned = []string{
	time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700",
	time.RFC3339, "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST",
}

// Full dates as texts write them. The third pattern wants two digits for month
// and day so that an ordinary number does not pass.
var (
	fullDate    = regexp.MustCompile(`((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})`)
	hanDate     = regexp.MustCompile(`([二一][〇○Ｏ零九][〇○Ｏ零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日`)
	compactDate = regexp.MustCompile(`^((?:19|20)\d{2})(\d{2})(\d{2})(?:\d{6})?$`)
	plainDate   = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)(?:\D|$)`)
	monthDay    = regexp.MustCompile(`(\d{1,2})\s*月\s*(\d{1,2})\s*日`)
	yearNumber  = regexp.MustCompile(`(?:19|20)\d{2}`)
	hanYear     = regexp.MustCompile(`[二一][〇○Ｏ零九][〇○Ｏ零一二三四五六七八九]{2}`)
)

// parseDay reads a field that holds a date, as a day in China.
func parseDay(s string) (time.Time, bool) {
	if s = strings.TrimSpace(s); s == "" || len(s) > 100 {
		return time.Time{}, false
	}
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil {
			t = t.In(china)
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	if m := compactDate.FindStringSubmatch(s); m != nil {
		return dayOf(m[1], m[2], m[3])
	}
	if days := fullDates(s); len(days) > 0 {
		return days[0], true
	}
	return time.Time{}, false
}

func dayOf(year, month, day string) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d {
		return time.Time{}, false
	}
	return t, true
}

// fullDates lists the days that a text names with year, month and day.
func fullDates(s string) []time.Time {
	var days []time.Time
	for _, m := range fullDate.FindAllStringSubmatch(s, -1) {
		if t, ok := dayOf(m[1], m[2], m[3]); ok {
			days = append(days, t)
		}
	}
	for _, m := range hanDate.FindAllStringSubmatch(s, -1) {
		if t, ok := dayOf(hanDigits(m[1]), hanNumber(m[2]), hanNumber(m[3])); ok {
			days = append(days, t)
		}
	}
	return days
}

// hanDigits reads 二〇二一 as 2021.
func hanDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(strconv.Itoa(hanDigit(r)))
	}
	return b.String()
}

func hanDigit(r rune) int {
	for i, digits := range []string{"〇○Ｏ零", "一", "二", "三", "四", "五", "六", "七", "八", "九"} {
		if strings.ContainsRune(digits, r) {
			return i
		}
	}
	return 0
}

// hanNumber reads 十二 as 12 and 二十三 as 23.
func hanNumber(s string) string {
	tens, ones, found := strings.Cut(s, "十")
	if !found {
		return hanDigits(s)
	}
	n := 10
	if tens != "" {
		n = hanDigit([]rune(tens)[0]) * 10
	}
	if ones != "" {
		n += hanDigit([]rune(ones)[0])
	}
	return strconv.Itoa(n)
}

// dominantYear is the year that the title names or else the one that the text
// names most often; a tie goes to the later one. 0 means there is none.
func dominantYear(title string, paragraphs []string) int {
	if y := mostFrequentYear([]string{title}); y > 0 {
		return y
	}
	return mostFrequentYear(paragraphs)
}

func mostFrequentYear(texts []string) int {
	counts := map[int]int{}
	for _, text := range texts {
		for _, m := range yearNumber.FindAllStringIndex(text, -1) {
			// 2021 inside 120215 or 2021.5 亿 is no year, 2000余 is a quantity.
			if !digitAt(text, m[0]-1) && !digitAt(text, m[1]) && !countedAt(text[m[1]:]) {
				y, _ := strconv.Atoi(text[m[0]:m[1]])
				counts[y]++
			}
		}
		for _, m := range hanYear.FindAllString(text, -1) {
			y, _ := strconv.Atoi(hanDigits(m))
			counts[y]++
		}
	}
	years := make([]int, 0, len(counts))
	for y := range counts {
		years = append(years, y)
	}
	sort.Slice(years, func(i, j int) bool {
		if counts[years[i]] != counts[years[j]] {
			return counts[years[i]] > counts[years[j]]
		}
		return years[i] > years[j]
	})
	if len(years) == 0 {
		return 0
	}
	return years[0]
}

func digitAt(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.')
}

// countedAt tells whether what follows a number makes it a quantity.
func countedAt(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	for _, unit := range []string{"余", "多", "家", "个", "名", "人", "项", "亿", "万", "元", "平方", "公里", "米", "吨", "台", "套", "辆", "件", "户", "座", "%"} {
		if strings.HasPrefix(rest, unit) && !strings.HasPrefix(rest, "个性") && !strings.HasPrefix(rest, "人工") {
			return true
		}
	}
	return false
}

// leadDate infers the day of publication from the dateline that one of the first
// paragraphs begins with.
func leadDate(title string, paragraphs []string, now time.Time) time.Time {
	for _, p := range paragraphs[:min(len(paragraphs), 3)] {
		line, ok := dateline(p)
		if !ok {
			continue
		}
		if days := fullDates(line); len(days) > 0 && !days[0].After(now) {
			return days[0]
		}
		year := dominantYear(title, paragraphs)
		if m := monthDay.FindStringSubmatch(line); m != nil && year > 0 {
			if t, ok := dayOf(strconv.Itoa(year), m[1], m[2]); ok && !t.After(now) {
				return t
			}
		}
	}
	return time.Time{}
}

// namedDate is the day that a title or a file's name states, if it states one.
func namedDate(name string, now time.Time) time.Time {
	days := fullDates(name)
	for _, m := range plainDate.FindAllStringSubmatch(name, -1) {
		if t, ok := dayOf(m[1], m[2], m[3]); ok {
			days = append(days, t)
		}
	}
	if len(days) != 1 || days[0].After(now.AddDate(0, 0, 1)) {
		return time.Time{}
	}
	return days[0]
}

// Year is the year that an article is about: the one in its title, else that
// of its publication, else the one that its text names most often; 0 when none
// is named.
func Year(a *Article) int {
	if y := mostFrequentYear([]string{a.Title}); y > 0 {
		return y
	}
	if !a.Published.IsZero() {
		return a.Published.Year()
	}
	texts := make([]string, len(a.Paragraphs))
	for i, p := range a.Paragraphs {
		texts[i] = p.Text
	}
	return mostFrequentYear(texts)
}
