package grounding

import (
	"regexp"
	"strconv"
	"strings"
)

// figureForm is another way to write figures of a kind.
type figureForm struct {
	of *regexp.Regexp
	to func(m []string) string // "" leaves it
}

// figureForms are figures as people say them, with what they are in the form that
// quantities are read in. They are read so in claims and sources alike.
var figureForms = []figureForm{
	// 前7月 means seven months and not July.
	{regexp.MustCompile(`前([0-9０-９一二三四五六七八九十]{1,2})月([^份0-9０-９]|$)`), func(m []string) string { return "前" + m[1] + "个月" + m[2] }},
	// 9点到11点半
	{regexp.MustCompile(`(\d{1,2})[点时](半|\d{1,2}分)?(?:整)?([至到~～—-])(\d{1,2})[点时](半|\d{1,2}分)?`), func(m []string) string {
		return clockOf(m[1], m[2]) + "至" + clockOf(m[4], m[5])
	}},
	{regexp.MustCompile(`(\d{1,2})点(一|三)刻`), func(m []string) string {
		if m[2] == "一" {
			return m[1] + ":15"
		}
		return m[1] + ":45"
	}},
	{regexp.MustCompile(`(^|[^点])([一三])刻钟`), func(m []string) string {
		if m[2] == "一" {
			return m[1] + "15分钟"
		}
		return m[1] + "45分钟"
	}},
	{regexp.MustCompile(`([\d一二两三四五六七八九])个半(小时|钟头|月)`), func(m []string) string {
		n := strings.IndexRune("一二三四五六七八九", []rune(m[1])[0])/3 + 1
		if m[1] == "两" {
			n = 2
		} else if d, err := strconv.Atoi(m[1]); err == nil {
			n = d
		}
		if m[2] == "月" {
			return strconv.Itoa(n) + ".5个月"
		}
		return strconv.Itoa(n) + ".5小时"
	}},
	{regexp.MustCompile(`(^|[^上下大前后多小个])半个?(小时|钟头)`), func(m []string) string { return m[1] + "30分钟" }},
	{regexp.MustCompile(`(^|[^上下大前后多小])半个月`), func(m []string) string { return m[1] + "15天" }},
	{regexp.MustCompile(`(^|[^上下大前后多小年一二两三四五六七八九十\d])半年`), func(m []string) string { return m[1] + "6个月" }},
	{regexp.MustCompile(`(^|[^一两\d])半斤`), func(m []string) string { return m[1] + "250克" }},
	// A span of days, no day of the month.
	{regexp.MustCompile(`(超过|逾|不足|不满|届满|未满|连续|累计|少于|多于|长达|最长|满|提前)(\d+)日`), func(m []string) string { return m[1] + m[2] + "天" }},
	// 11秒4, 0秒6
	{regexp.MustCompile(`(^|[^分\d])(\d+)秒(\d{1,2})([^\d人个名次:.]|$)`), func(m []string) string { return m[1] + m[2] + "." + m[3] + "秒" + m[4] }},
	// Spoken money.
	{regexp.MustCompile(`(\d+)[角毛]钱?`), func(m []string) string {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 9 {
			return ""
		}
		return "0." + m[1] + "元"
	}},
	{regexp.MustCompile(`([\d一二两三四五六七八九十百千万])块(钱|[，。、；,.;]|$|一)`), func(m []string) string { return m[1] + "元" + strings.TrimPrefix(m[2], "钱") }},
	// 7班到12班, as 7至12班.
	{regexp.MustCompile(`(\d+)([班楼栋层排章条页级号])[至到](\d+)([班楼栋层排章条页级号])`), func(m []string) string {
		if m[2] != m[4] {
			return ""
		}
		return m[1] + "至" + m[3] + m[4]
	}},
}

func clockOf(hour, rest string) string {
	switch {
	case rest == "":
		return hour + ":00"
	case rest == "半":
		return hour + ":30"
	}
	if rest = strings.TrimSuffix(rest, "分"); len(rest) == 1 {
		rest = "0" + rest
	}
	return hour + ":" + rest
}

// inForm writes the figures of a text in the form that they are read in.
func inForm(text string) string {
	for _, f := range figureForms {
		text = replaceForms(f, text)
	}
	return text
}

func replaceForms(f figureForm, text string) string {
	var b strings.Builder
	last := 0
	for _, at := range f.of.FindAllStringSubmatchIndex(text, -1) {
		m := make([]string, len(at)/2)
		for i := range m {
			if at[2*i] >= 0 {
				m[i] = text[at[2*i]:at[2*i+1]]
			}
		}
		if to := f.to(m); to != "" {
			b.WriteString(text[last:at[0]] + to)
			last = at[1]
		}
	}
	b.WriteString(text[last:])
	return b.String()
}

// counterKin are measure words that count the same things.
var counterKin = []string{"本册", "辆台部", "次回趟遍班", "家所间", "件样", "届期", "头只匹", "幢栋座", "支枝根"}

// kin tells whether two measure words count the same things.
func kin(a, b string) bool {
	for _, k := range counterKin {
		if a != "" && b != "" && strings.Contains(k, a) && strings.Contains(k, b) {
			return true
		}
	}
	return false
}
