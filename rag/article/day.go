package article

import (
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// china is where the days of publication are counted.
var china = time.FixedZone("CST", 8*60*60)

// zoned are layouts that say which moment is meant.
var zoned = []string{
	time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700",
	time.RFC3339, "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST",
}

// How texts write a year in Chinese figures, one of the Republic, and a month with its day.
const (
	hanYearText  = `[二一][〇○Ｏ零九][〇○Ｏ零一二三四五六七八九]{2}`
	minguoText   = `民[国國]\s*(?:\d{1,3}|[〇○零一二三四五六七八九十百]{1,5}|元)\s*年`
	monthDayText = `(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})`
)

// Full dates as texts write them. Those without marks between want two digits for month
// and day so that an ordinary number does not pass.
var (
	fullDate    = regexp.MustCompile(`((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})`)
	hanDate     = regexp.MustCompile(`(` + hanYearText + `)年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日`)
	minguoDate  = regexp.MustCompile(`(?:中[华華])?` + minguoText + `\s*` + monthDayText + `\s*日`)
	compactDate = regexp.MustCompile(`^((?:19|20)\d{2})(\d{2})(\d{2})(?:\d{6})?$`)
	plainDate   = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)(?:\D|$)`)
	monthDay    = regexp.MustCompile(`(\d{1,2})\s*月\s*(\d{1,2})\s*日`)
	yearNumber  = regexp.MustCompile(`(?:19|20)\d{2}`)
	minguoShort = regexp.MustCompile(`^(1\d{2})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	minguoYear  = regexp.MustCompile(minguoText)
	hanYear     = regexp.MustCompile(hanYearText)
)

// minguoEpoch is the year before the first of the Republic.
const minguoEpoch = 1911

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
	if m := minguoShort.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		return dayOf(strconv.Itoa(year+minguoEpoch), m[2], m[3])
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
	for _, m := range fullDate.FindAllStringSubmatchIndex(s, -1) {
		if digitAt(s, m[1]) && s[m[1]] != '.' { // 2021.07 - 2023.05 is a stretch of months
			continue
		}
		if t, ok := dayOf(s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]]); ok {
			days = append(days, t)
		}
	}
	for _, m := range hanDate.FindAllStringSubmatch(s, -1) {
		if t, ok := dayOf(hanDigits(m[1]), hanNumber(m[2]), hanNumber(m[3])); ok {
			days = append(days, t)
		}
	}
	for _, m := range minguoDate.FindAllString(s, -1) { // is read as texts are
		if d := zhtext.Dates(m); len(d) == 1 && d[0].Day > 0 {
			days = append(days, time.Date(d[0].Year, time.Month(d[0].Month), d[0].Day, 0, 0, 0, 0, time.UTC))
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
		for _, d := range zhtext.Dates(strings.Join(minguoYear.FindAllString(text, -1), "，")) {
			counts[d.Year]++
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
// paragraphs begins with: the day in it or right behind it. What follows further on
// may be any day of the story.
func leadDate(title string, paragraphs []string, now time.Time) time.Time {
	for _, p := range paragraphs[:min(len(paragraphs), 3)] {
		line, ok := dateline(p)
		if !ok {
			continue
		}
		head := datelineStart.FindString(line)
		if at := inlineByline.FindStringIndex(line); at != nil {
			line = head + line[at[1]:]
		}
		at := filedDay.FindStringIndex(line)
		if at == nil || at[0] > len(head) && !filedBy.MatchString(line[len(head):at[0]]) || isToCome(line[at[1]:]) {
			continue
		}
		day := line[at[0]:at[1]]
		if days := fullDates(day); len(days) > 0 {
			if !days[0].After(now) {
				return days[0]
			}
			continue
		}
		year := dominantYear(title, paragraphs)
		if m := monthDay.FindStringSubmatch(day); m != nil && year > 0 {
			if t, ok := dayOf(strconv.Itoa(year), m[1], m[2]); ok && !t.After(now) {
				return t
			}
		}
	}
	return time.Time{}
}

var (
	// filedDay is the day of a dateline: in it, or the first thing behind.
	filedDay = regexp.MustCompile(`(?:(?:(?:19|20)\d{2}|` + hanYearText + `)\s*年\s*)?` + monthDayText + `\s*日|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}`)
	filedBy  = regexp.MustCompile(`^[\s　)）\]】:：]*$|报道[\s　:：]*$`)
	// toCome leaves out what 将 has in common with 把, and words that end with 拟.
	toCome = regexp.MustCompile(`将(?:[于在会要由]|正式|全面|[\p{Han}]{0,4}(?:` + announcing + `))|(?:^|[^模虚比草])拟|预计|计划|定于`)
	// reported says that the day is that of the news of what is to come.
	reported = regexp.MustCompile(`获悉|了解|宣布|表示|介绍|记者|通报|消息|发布|印发|公布|透露|报道|会议`)
)

// isToCome tells whether a sentence tells of its day what will be then.
func isToCome(afterDay string) bool {
	if stretch.MatchString(afterDay) {
		return true
	}
	if end := strings.IndexAny(afterDay, "。！？；"); end >= 0 {
		afterDay = afterDay[:end]
	}
	at := toCome.FindStringIndex(afterDay)
	return at != nil && !reported.MatchString(afterDay[:at[0]])
}

// isAhead tells whether a day is still to come. A day more is left to the zones.
func isAhead(day, now time.Time) bool { return day.After(now.AddDate(0, 0, 1)) }

// edges are the marks that set a day in a name apart.
const edges = " 　\t-_—–·|｜/／,，()（）[]【】"

// namedDate is the day that a title or a file's name states as its own, if it states
// one: in brackets, or at the beginning or end of a name that announces nothing.
func namedDate(name string, now time.Time) time.Time {
	days := fullDates(name)
	for _, m := range plainDate.FindAllStringSubmatch(name, -1) {
		if t, ok := dayOf(m[1], m[2], m[3]); ok {
			days = append(days, t)
		}
	}
	if len(days) != 1 || isAhead(days[0], now) {
		return time.Time{}
	}
	if at := dateIn(name); at != nil && !inBrackets(name, at) && (announces.MatchString(name) && !recounts.MatchString(name) || !atEdge(name, at)) {
		return time.Time{}
	}
	return days[0]
}

// fileDate is namedDate for a file's name. Figures at its beginning or end are what
// people sort files by.
func fileDate(path string, now time.Time) time.Time {
	name := filepath.Base(filepath.ToSlash(path))
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if at := fullDateAt(name); at != nil && (at[0] == 0 || at[1] == len(name)) && !strings.Contains(name, "年") {
		name = name[at[0]:at[1]]
	}
	return namedDate(name, now)
}

func inBrackets(name string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(name[:at[0]], " "))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(name[at[1]:], " "))
	return strings.ContainsRune("(（[【", before) && strings.ContainsRune(")）]】", after)
}

// atEdge tells whether a day begins or ends a name or a part of it that is set apart.
func atEdge(name string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(name[:at[0]])
	after, _ := utf8.DecodeRuneInString(name[at[1]:])
	return at[0] == 0 || at[1] == len(name) || strings.ContainsRune(edges, before) || strings.ContainsRune(edges, after)
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
