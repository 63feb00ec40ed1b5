package article

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// looksLikeCalendar accepts iCalendar.
func looksLikeCalendar(text string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text[:min(len(text), 100)])), "BEGIN:VCALENDAR")
}

// calendarField is a line of a calendar, unfolded.
type calendarField struct {
	name, value string
	params      map[string]string
}

// calendarEvent is what stands between BEGIN and END of an event, a task or an entry of
// a journal.
type calendarEvent struct{ fields []calendarField }

// get returns the first field of a name, an empty one without any.
func (e calendarEvent) get(name string) calendarField {
	for _, f := range e.fields {
		if f.name == name {
			return f
		}
	}
	return calendarField{}
}

// parseCalendar reads a calendar: each event is a paragraph with what it is, when, where
// and who, a line each, below its own name. What a calendar announces has no day of
// publication.
func parseCalendar(text, path string, opts Options) draft {
	name, events := readCalendar(text, opts)
	m := meta{title: name}
	if m.title == "" && len(events) == 1 {
		m.title = oneLine(events[0].get("SUMMARY").value)
	}
	m.title = cmp.Or(m.title, nameTitle(path))
	var out []Paragraph
	for _, e := range events {
		out = append(out, e.paragraphs(opts)...)
	}
	return draft{meta: m, paragraphs: out}
}

// maxCalendar bounds the lines of a calendar.
const maxCalendar = 1_000_000

// readCalendar gives the calendar's name and its events.
func readCalendar(text string, opts Options) (name string, events []calendarEvent) {
	var open []string // the components around a line
	read := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(folded.Replace(text), "\r", ""), "\n") {
		f, ok := parseCalendarField(line)
		if !ok || read >= maxCalendar {
			opts.omit(OmitUnreadable, line)
			continue
		}
		read++
		inside := ""
		if len(open) > 0 {
			inside = open[len(open)-1]
		}
		switch kind := strings.ToUpper(f.value); {
		case f.name == "BEGIN":
			open = append(open, kind)
			if isEvent(kind) {
				events = append(events, calendarEvent{})
			}
		case f.name == "END":
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case isEvent(inside):
			last := &events[len(events)-1]
			last.fields = append(last.fields, f)
		case inside == "VCALENDAR" && (f.name == "X-WR-CALNAME" || f.name == "NAME"):
			name = cmp.Or(name, oneLine(f.value))
		}
	}
	return name, events
}

func isEvent(component string) bool {
	return component == "VEVENT" || component == "VTODO" || component == "VJOURNAL"
}

// folded are the places at which a line was cut: the next one begins with a blank.
var folded = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "")

// unfold joins the lines of a calendar that were cut. Some programs count bytes and
// cut characters: that is before the bytes are decoded. Other documents stay as they are.
func unfold(raw []byte) []byte {
	if !looksLikeCalendar(string(bytes.TrimPrefix(raw[:min(len(raw), 100)], []byte("\ufeff")))) {
		return raw
	}
	return []byte(folded.Replace(string(raw)))
}

var (
	calendarLine  = regexp.MustCompile(`^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*)(?:,(?:"[^"]*"|[^";:]*))*)*):(.*)$`)
	calendarParam = regexp.MustCompile(`;([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)`)
	calendarText  = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)
)

func parseCalendarField(line string) (calendarField, bool) {
	m := calendarLine.FindStringSubmatch(line)
	if m == nil {
		return calendarField{}, false
	}
	f := calendarField{name: strings.ToUpper(m[1]), value: calendarText.Replace(m[3]), params: map[string]string{}}
	for _, p := range calendarParam.FindAllStringSubmatch(m[2], -1) {
		f.params[strings.ToUpper(p[1])] = strings.Trim(p[2], `"`)
	}
	return f, true
}

// calendarStates are how an event stands, in words.
var calendarStates = map[string]string{"CANCELLED": "已取消", "TENTATIVE": "待定", "COMPLETED": "已完成", "IN-PROCESS": "进行中", "NEEDS-ACTION": "待办"}

// paragraphs writes an event. A description of several paragraphs stands below it.
func (e calendarEvent) paragraphs(opts Options) []Paragraph {
	name := oneLine(e.get("SUMMARY").value)
	var lines []string
	if name != "" {
		lines = append(lines, name)
	}
	add := func(label, value string) {
		if value = oneLine(value); value != "" {
			lines = append(lines, label+"："+value)
		}
	}
	add("时间", e.span())
	if due, ok := readCalendarTime(e.get("DUE")); ok {
		add("截止", due.words())
	}
	add("重复", recurrence(e.get("RRULE").value))
	add("另有", e.times("RDATE"))
	add("除外", e.times("EXDATE"))
	add("地点", e.get("LOCATION").value)
	add("组织者", personOf(e.get("ORGANIZER")))
	var people []string
	for _, f := range e.fields {
		switch f.name {
		case "ATTENDEE":
			people = append(people, personOf(f))
		case "X-ALT-DESC":
			opts.omit(OmitRepeated, f.value)
		case "CATEGORIES", "RESOURCES":
			opts.omit(OmitField, f.value)
		}
	}
	add("参加者", strings.Join(people, "、"))
	add("状态", calendarStates[strings.ToUpper(e.get("STATUS").value)])
	if address := e.get("URL").value; isWebAddress(address) {
		add("网址", address)
	}
	add("联系", e.get("CONTACT").value)
	told := described(e.get("DESCRIPTION").value, opts)
	for _, f := range e.fields {
		if f.name == "COMMENT" {
			told = append(told, described(f.value, opts)...)
		}
	}
	if len(told) == 1 {
		lines, told = append(lines, told[0]), nil
	}
	var out []Paragraph
	if len(lines) > 0 {
		out = append(out, Paragraph{Text: strings.Join(lines, "\n"), Section: name})
	}
	for _, text := range told {
		out = append(out, Paragraph{Text: text, Section: name})
	}
	return out
}

// described are the paragraphs of a description, in which some programs write HTML.
func described(text string, opts Options) []string {
	lines := strings.Split(text, "\n")
	if looksLikeHTML(text) {
		if root, err := html.Parse(strings.NewReader(text)); err == nil {
			lines = nil
			for _, b := range extract(root, root, true, true, map[string]string{}, opts).blocks {
				lines = append(lines, b.text)
			}
		}
	}
	var out []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); hasWords(line) {
			out = append(out, line)
		}
	}
	return out
}

// personOf is who takes part: the name, or else the address.
func personOf(f calendarField) string {
	if name := oneLine(f.params["CN"]); name != "" {
		return name
	}
	value := f.value
	if len(value) > 7 && strings.EqualFold(value[:7], "mailto:") {
		value = value[7:]
	}
	return oneLine(value)
}

// calendarTime is a day, or a moment as the clocks show it where it takes place.
type calendarTime struct {
	time.Time
	day  bool   // without an hour
	zone string // named where it is not China's
}

// chinaZone is a zone with the same clocks as china, as calendars name it.
var chinaZone = regexp.MustCompile(`(?i)asia/(?:shanghai|chongqing|harbin|hong_kong|macau|taipei|singapore)|^prc$|(?:china|taipei|singapore) standard time|beijing|北京`)

// readCalendarTime reads 20240503, 20240503T090000 and 20240503T010000Z. A moment of the
// world's clock is written as China's, others as they are.
func readCalendarTime(f calendarField) (calendarTime, bool) {
	value := strings.TrimSpace(f.value)
	if t, err := time.Parse("20060102", value); err == nil {
		return calendarTime{Time: t, day: true}, true
	}
	if t, err := time.Parse("20060102T150405Z", value); err == nil {
		return calendarTime{Time: t.In(china)}, true
	}
	t, err := time.Parse("20060102T150405", value)
	if err != nil {
		return calendarTime{}, false
	}
	zone := f.params["TZID"]
	if chinaZone.MatchString(zone) {
		zone = ""
	}
	return calendarTime{Time: t, zone: zone}, true
}

// times are the moments that the fields of a name list.
func (e calendarEvent) times(name string) string {
	var out []string
	for _, f := range e.fields {
		if f.name != name {
			continue
		}
		for value := range strings.SplitSeq(f.value, ",") {
			if at, ok := readCalendarTime(calendarField{value: value, params: f.params}); ok {
				out = append(out, at.words())
			}
		}
	}
	return strings.Join(out, "、")
}

var weekdays = []string{"日", "一", "二", "三", "四", "五", "六"}

func (t calendarTime) date() string {
	return fmt.Sprintf("%d年%d月%d日（周%s）", t.Year(), t.Month(), t.Day(), weekdays[t.Weekday()])
}

func (t calendarTime) words() string {
	if t.day {
		return t.date()
	}
	return t.date() + t.Format("15:04")
}

// span is when an event takes place. Days end with the one before DTEND.
func (e calendarEvent) span() string {
	from, ok := readCalendarTime(e.get("DTSTART"))
	if !ok {
		return ""
	}
	to, ends := readCalendarTime(e.get("DTEND"))
	if length, ok := calendarLength(e.get("DURATION").value); ok && !ends {
		to, ends = calendarTime{Time: from.Add(length), day: from.day, zone: from.zone}, true
	}
	if ends && from.day && to.day {
		to.Time = to.AddDate(0, 0, -1)
	}
	words := from.words()
	switch {
	case !ends || !to.After(from.Time):
	case to.Format(time.DateOnly) == from.Format(time.DateOnly):
		words += "至" + to.Format("15:04")
	default:
		words += "至" + to.words()
	}
	if from.zone != "" {
		words += "（" + from.zone + "时间）"
	}
	return words
}

var calendarDuration = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$`)

func calendarLength(value string) (time.Duration, bool) {
	m := calendarDuration.FindStringSubmatch(strings.TrimSpace(value))
	if m == nil {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1])
		sum += time.Duration(n) * unit
	}
	return sum, sum > 0
}

var (
	calendarSteps = map[string]string{"DAILY": "天", "WEEKLY": "周", "MONTHLY": "个月", "YEARLY": "年"}
	calendarDays  = map[string]string{"MO": "周一", "TU": "周二", "WE": "周三", "TH": "周四", "FR": "周五", "SA": "周六", "SU": "周日"}
)

// recurrence puts a rule into words, as far as it is one of the usual ones.
func recurrence(rule string) string {
	parts := map[string]string{}
	for part := range strings.SplitSeq(rule, ";") {
		key, value, _ := strings.Cut(part, "=")
		parts[strings.ToUpper(key)] = strings.ToUpper(value)
	}
	step := calendarSteps[parts["FREQ"]]
	if step == "" {
		return ""
	}
	words := "每" + strings.TrimPrefix(step, "个")
	if n := parts["INTERVAL"]; n != "" && n != "1" {
		words = "每" + n + step
	}
	var days []string
	for day := range strings.SplitSeq(parts["BYDAY"], ",") {
		if name := calendarDays[day]; name != "" {
			days = append(days, name)
		}
	}
	if len(days) > 0 {
		words += "的" + strings.Join(days, "、")
	}
	if n := parts["COUNT"]; n != "" {
		words += "，共" + n + "次"
	}
	if until, ok := readCalendarTime(calendarField{value: parts["UNTIL"]}); ok {
		words += fmt.Sprintf("，到%d年%d月%d日", until.Year(), until.Month(), until.Day())
	}
	return words
}
