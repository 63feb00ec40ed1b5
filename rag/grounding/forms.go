package grounding

import (
	"regexp"
	"strconv"
	"strings"
)

// figureForm is another way to write figures of a kind.
type figureForm struct {
	with string // runes of which one stands in each of them
	of   *regexp.Regexp
	to   func(m []string) string // "" leaves it
}

// figureForms are figures as people say them, with what they are in the form that
// quantities are read in. They are read so in claims and sources alike.
var figureForms = []figureForm{
	// 前7月 means seven months and not July.
	{"月", regexp.MustCompile(`前([0-9０-９一二三四五六七八九十]{1,2})月([^份0-9０-９]|$)`), func(m []string) string { return "前" + m[1] + "个月" + m[2] }},
	// 上午九点, 五点半, but not 三点意见 and 好一点.
	{"点", regexp.MustCompile(`(上午|下午|早上|早晨|清晨|晚上|今晚|当晚|中午|凌晨|傍晚|夜里|午后|最晚|最迟|不晚于|不迟于)(十[一二]?|[一二两三四五六七八九])点`), func(m []string) string { return m[1] + hours[m[2]] + "点" }},
	{"点", regexp.MustCompile(`(十[一二]?|[一二两三四五六七八九])点(半|钟|整|之前|以前|之后|以后)`), func(m []string) string { return hours[m[1]] + "点" + m[2] }},
	// 9点到11点半
	{"点时", regexp.MustCompile(`(\d{1,2})[点时](半|\d{1,2}分)?(?:整)?([至到~～—-])(\d{1,2})[点时](半|\d{1,2}分)?`), func(m []string) string {
		return clockOf(m[1], m[2]) + "至" + clockOf(m[4], m[5])
	}},
	{"刻", regexp.MustCompile(`(\d{1,2})点(一|三)刻`), func(m []string) string {
		return m[1] + ":" + quarters[m[2]]
	}},
	{"刻", regexp.MustCompile(`(^|[^点])([一三])刻钟`), func(m []string) string {
		return m[1] + quarters[m[2]] + "分钟"
	}},
	{"半", regexp.MustCompile(`([\d一二两三四五六七八九])个半(小时|钟头|月)`), func(m []string) string {
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
	{"半", regexp.MustCompile(`(^|[^大多小个])半个?(小时|钟头)`), func(m []string) string { return m[1] + "30分钟" }},
	{"半", regexp.MustCompile(`(^|[^上下大前后多小])半个月`), func(m []string) string { return m[1] + "15天" }},
	{"半", regexp.MustCompile(`(^|[^上下大前后多小年一二两三四五六七八九十\d])半年`), func(m []string) string { return m[1] + "6个月" }},
	{"半", regexp.MustCompile(`(^|[^一两\d])半斤`), func(m []string) string { return m[1] + "250克" }},
	// A span of days, no day of the month.
	{"日", regexp.MustCompile(`(超过|逾|不足|不满|届满|未满|连续|累计|少于|多于|长达|最长|满|提前)(\d+)日`), func(m []string) string { return m[1] + m[2] + "天" }},
	// 七十年代 and 上世纪70年代, but not 19世纪70年代.
	{"年", regexp.MustCompile(`((?:[0-9]{1,2}|[一二十]?[一二三四五六七八九十])世纪|上个?世纪|[0-9]{2})?([三四五六七八九]十|[3-9]0)年代`), func(m []string) string {
		tens := string([]rune(m[2])[0])
		if at := strings.IndexRune("三四五六七八九", []rune(tens)[0]); at >= 0 {
			tens = strconv.Itoa(at/len("三") + 3)
		}
		switch m[1] {
		case "", "19", "上世纪", "上个世纪", "20世纪", "二十世纪":
			return "19" + tens + "0年代"
		}
		return ""
	}},
	{"年", regexp.MustCompile(`第二年`), func([]string) string { return "次年" }},
	// 11秒4, 0秒6
	{"秒", regexp.MustCompile(`(^|[^分\d])(\d+)秒(\d{1,2})([^\d人个名次:.]|$)`), func(m []string) string { return m[1] + m[2] + "." + m[3] + "秒" + m[4] }},
	// Spoken money.
	{"角毛", regexp.MustCompile(`(\d+)[角毛]钱?`), func(m []string) string {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 9 {
			return ""
		}
		return "0." + m[1] + "元"
	}},
	{"块", regexp.MustCompile(`([\d一二两三四五六七八九十百千万])块(钱|[，。、；,.;]|$|一)`), func(m []string) string { return m[1] + "元" + strings.TrimPrefix(m[2], "钱") }},
	// 1、2号楼, as 1号楼、2号楼.
	{"班楼栋层排章条页级号", regexp.MustCompile(`\d+(?:、\d+)+(?:号楼|[班楼栋层排章条页级号])`), func(m []string) string {
		numbers := strings.TrimRight(m[0], "班楼栋层排章条页级号")
		unit := strings.TrimPrefix(m[0], numbers)
		return strings.ReplaceAll(numbers, "、", unit+"、") + unit
	}},
	// 7班到12班 and 7号楼—12号楼, as 7至12班.
	{"班楼栋层排章条页级号", regexp.MustCompile(`(\d+)(号楼|[班楼栋层排章条页级号])(?:[至到]|[—–~～-]+)(\d+)(号楼|[班楼栋层排章条页级号])`), func(m []string) string {
		if m[2] != m[4] {
			return ""
		}
		return m[1] + "至" + m[3] + m[4]
	}},
}

// hours of the clock in figures.
var hours = map[string]string{"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "十": "10", "十一": "11", "十二": "12"}

// quarters of an hour in minutes.
var quarters = map[string]string{"一": "15", "三": "45"}

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
		if strings.ContainsAny(text, f.with) {
			text = replaceForms(f, text)
		}
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
