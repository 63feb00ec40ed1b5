package zhtext

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func describeDates(list []Date) string {
	var parts []string
	for _, d := range list {
		s := fmt.Sprintf("%s=%d-%d-%d", d.Text, d.Year, d.Month, d.Day)
		if d.Relative {
			s += fmt.Sprintf(" %+d/%+d/%+d", d.YearOffset, d.MonthOffset, d.DayOffset)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

func TestDates(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"2021年8月23日开幕", "2021年8月23日=2021-8-23"},
		{"２０２１年８月２３日", "２０２１年８月２３日=2021-8-23"},
		{"2021 年 8 月 23 日", "2021 年 8 月 23 日=2021-8-23"},
		{"2020年\n10月", "2020年\n10月=2020-10-0"},
		{"8月23日，8 月 23 日", "8月23日=0-8-23; 8 月 23 日=0-8-23"},
		{"2021-08-23、2021/8/23、2021.8.23", "2021-08-23=2021-8-23; 2021/8/23=2021-8-23; 2021.8.23=2021-8-23"},
		{"2025-09-05 20:18", "2025-09-05=2025-9-5"},
		{"2021-08-24T07:00:17Z", "2021-08-24=2021-8-24"},
		{"2021-08", "2021-08=2021-8-0"},
		{"二○二一年八月二十三日", "二○二一年八月二十三日=2021-8-23"},
		{"二〇二一年十二月", "二〇二一年十二月=2021-12-0"},
		{"二零二五年，八月二十三日，十月", "二零二五年=2025-0-0; 八月二十三日=0-8-23; 十月=0-10-0"},
		{"2021年，2021年底，2023年度", "2021年=2021-0-0; 2021年底=2021-0-0; 2023年度=2023-0-0"},
		{"2018年首届", "2018年=2018-0-0"},
		{"21年8月", "21年8月=2021-8-0"},
		{"中華民國113年5月3日，民國 113 年 5 月", "中華民國113年5月3日=2024-5-3; 民國 113 年 5 月=2024-5-0"},
		{"民國一一三年五月三日，民国三十八年，民国元年", "民國一一三年五月三日=2024-5-3; 民国三十八年=1949-0-0; 民国元年=1912-0-0"},
		{"民國一百一十三年，民國113年底", "民國一百一十三年=2024-0-0; 民國113年底=2024-0-0"},
		{"民国30年代，民国时期，人民国家，民國初年", ""},
		{"22日下午，23日", "22日=0-0-22; 23日=0-0-23"},
		{"8月23日至25日", "8月23日=0-8-23; 25日=0-8-25"},
		{"2021年8月23-25日", "2021年8月23=2021-8-23; 25日=2021-8-25"},
		{"2021至2025年", "2021=2021-0-0; 2025年=2025-0-0"},
		{"2021、2022年", "2021=2021-0-0; 2022年=2022-0-0"},
		{"1-6月，3、4月", "1=0-1-0; 6月=0-6-0; 3=0-3-0; 4月=0-4-0"},
		{"6月份，12月31号", "6月份=0-6-0; 12月31号=0-12-31"},
		{"今年6月，去年底", "今年6月=0-6-0 +0/+0/+0; 去年底=0-0-0 -1/+0/+0"},
		{"前年和明年", "前年=0-0-0 -2/+0/+0; 明年=0-0-0 +1/+0/+0"},
		{"本月23日，上个月", "本月23日=0-0-23 +0/+0/+0; 上个月=0-0-0 +0/-1/+0"},
		{"今天(7月17日)，昨日", "今天=0-0-0 +0/+0/+0; 7月17日=0-7-17; 昨日=0-0-0 +0/+0/-1"},
		{"August 23, 2021", "August 23, 2021=2021-8-23"},
		{"on Aug. 23rd", "Aug. 23rd=0-8-23"},
		{"23 August 2021 and June 2025", "23 August 2021=2021-8-23; June 2025=2025-6-0"},
		{"Tue, 24 Aug 2021 07:00", "24 Aug 2021=2021-8-24"},
		{"last year, yesterday", "last year=0-0-0 -1/+0/+0; yesterday=0-0-0 +0/+0/-1"},
	}
	for _, tt := range tests {
		if got := describeDates(Dates(tt.text)); got != tt.want {
			t.Errorf("Dates(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestNoDates(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"“十四五”时期", "20世纪", "90年代", "3天", "20年", "5年内", "10年来", "20周年", "3个月", "为期3日", "3日内", "近年来", "近三年",
		"月球", "2号线", "1号店", "5日元", "过去年份", "表明年轻人", "说明年产", "此后年均", "以前年度", "第八月", "13月", "2021智博会", "2021个",
		"you may go", "they march", "Top10", "4.0", "2021.8", "10-20", "今年均", "一日之计", "2524亿元", "五一", "十一", "0:01日", "9:30日落",
	} {
		if got := Dates(text); len(got) != 0 {
			t.Errorf("Dates(%q) = %s, want none", text, describeDates(got))
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)
	tests := []struct{ text, want string }{
		{"去年智博会签约多少项目？", "2025年智博会签约多少项目？"},
		{"前年8月的论坛", "2024年8月的论坛"},
		{"今年和明年", "2026年和2027年"},
		{"上个月发布了什么", "2025年12月发布了什么"},
		{"本月23日", "2026年1月23日"},
		{"昨天、今天、明天", "2026年1月30日、2026年1月31日、2026年2月1日"},
		{"三年前的智博会", "2023年的智博会"},
		{"5年前", "2021年"},
		{"五年前后", "五年前后"},
		{"去年度投资", "2025年投资"},
		{"How many last year?", "How many 2025?"},
		{"What happened yesterday, two years ago, last month", "What happened January 30, 2026, 2024, December 2025"},
		{"2021智博会", "2021智博会"},
		{"说明年产量", "说明年产量"},
		{"年假可以留到明年吗", "年假可以留到明年吗"},
		{"去年同期利润多少", "去年同期利润多少"},
		{"去年利润多少", "2025年利润多少"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := ResolveRelative(tt.text, now); got != tt.want {
			t.Errorf("ResolveRelative(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	for text, want := range map[string]string{"去年底": "2025-0-0", "今年6月": "2026-6-0", "下个月": "2026-2-0", "本月23日": "2026-1-23", "后天": "2026-2-2", "2021年": "2021-0-0"} {
		d := Dates(text)[0].ResolveDate(now)
		if got := fmt.Sprintf("%d-%d-%d", d.Year, d.Month, d.Day); got != want || d.Relative {
			t.Errorf("%s resolves to %s (relative %v), want %s", text, got, d.Relative, want)
		}
	}
}

func TestAgrees(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"2021年8月23日", "8月23日", true},
		{"2021年8月23日", "二○二一年八月二十三日", true},
		{"2021年8月23日", "August 23, 2021", true},
		{"2021年8月23日", "2021年", true},
		{"2021年8月", "2021年9月", false},
		{"2021年", "2020年", false},
		{"2021年", "8月23日", false},
		{"8月23日", "8月24日", false},
		{"8月23日", "23日", true},
		{"8月23日", "22日", false},
		{"去年", "去年", true},
		{"去年", "今年", false},
		{"去年", "2021年", false},
	}
	for _, tt := range tests {
		a, b := Dates(tt.a), Dates(tt.b)
		if got := a[0].Agrees(b[0]); got != tt.want || b[0].Agrees(a[0]) != tt.want {
			t.Errorf("%s agrees with %s: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestEditions(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"2021智博会签约多少", "2021|2021|0|智博会"},
		{"2021年智博会", "2021年|2021|0|智博会"},
		{"２０２１智博会", "２０２１|2021|0|智博会"},
		{"2021 智博会", "2021|2021|0|智博会"},
		{"21年智博会有多少企业", "21年|2021|0|智博会"},
		{"二○二一中国国际智能产业博览会开幕", "二○二一|2021|0|中国国际智能产业博览会"},
		{"2025世界智能产业博览会聚焦", "2025|2025|0|世界智能产业博览会"},
		{"2025上合组织数字经济论坛日前举办", "2025|2025|0|上合组织数字经济论坛"},
		{"2025人工智能大会", "2025|2025|0|人工智能大会"},
		{"2025LPL第三赛段，2025赛季", "2025|2025|0|LPL; 2025|2025|0|赛季"},
		{"2018年首届中国国际智能产业博览会", "2018年首届|2018|1|中国国际智能产业博览会"},
		{"第四届智博会，第4届，首届", "第四届|0|4|智博会; 第4届|0|4|; 首届|0|1|"},
		{"第三届中国国际供应链促进博览会", "第三届|0|3|中国国际供应链促进博览会"},
		{"2022北京冬奥会", "2022|2022|0|北京冬奥会"},
		{"2021年和2025年智博会", "2021年|2021|0|智博会; 2025年|2025|0|智博会"},
		{"2021、2025智博会", "2021|2021|0|智博会; 2025|2025|0|智博会"},
		{"2021 Smart China Expo, held in 2021", "2021|2021|0|Smart China Expo; 2021|2021|0|"},
		{"编号2021-0034", ""},
		{"2021-2025", "2021|2021|0|; 2025|2025|0|"},
		{"智博会2023签约", "2023|2023|0|"},
		{"2021届毕业生", "2021|2021|0|"},
		{"2021年8月23日", ""},
		{"2021年投资3亿元", ""},
		{"20年来", ""},
		{"成立20年，论坛", ""},
		{"实施10年来举办论坛", ""},
		{"2000家企业，2000余名，2021个，2000万元，近2000人", ""},
		{"2000 delegates", ""},
		{"COVID-2019", ""},
		{"投资2000。", ""},
		{"1990年代", ""},
	}
	for _, tt := range tests {
		var parts []string
		for _, e := range Editions(tt.text) {
			parts = append(parts, fmt.Sprintf("%s|%d|%d|%s", string([]rune(tt.text)[e.Start:e.End]), e.Year, e.Ordinal, e.Name))
		}
		if got := strings.Join(parts, "; "); got != tt.want {
			t.Errorf("Editions(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestYears(t *testing.T) {
	t.Parallel()
	got := Years("2025LPL，2021年8月，二○二一智博会，去年，2018年首届，21年智博会，2000余名")
	if want := []int{2018, 2021, 2025}; !slices.Equal(got, want) {
		t.Errorf("Years = %v, want %v", got, want)
	}
	if got := Years("签约92个"); len(got) != 0 {
		t.Errorf("Years without a year = %v", got)
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2021年8月23日至25日", "二○二一智博会", "21年8月", "Aug. 23rd, 2021", "去年底", "2021-08-23", "第 四 届论坛", "2021、2022年", "三年前", "\xff8月", "İ today", "0:01日", "0/1日"} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		runes := []rune(s)
		facts := Read(s)
		floor := 0
		for _, d := range facts.Dates {
			if d.Start < floor || d.End > len(runes) || d.Start >= d.End || d.Text != string(runes[d.Start:d.End]) {
				t.Fatalf("%q: date %v after %d", s, d, floor)
			}
			if d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Day > 31 {
				t.Fatalf("%q: %v is no date", s, d)
			}
			if !d.Agrees(d) {
				t.Fatalf("%q: %v disagrees with itself", s, d)
			}
			floor = d.End
		}
		floor = 0
		for _, e := range facts.Editions {
			if e.Start < floor || e.End > len(runes) || e.Start >= e.End {
				t.Fatalf("%q: edition %v after %d", s, e, floor)
			}
			if e.Year == 0 && e.Ordinal == 0 && !strings.Contains(s, "第") {
				t.Fatalf("%q: edition %v of nothing", s, e)
			}
			floor = e.End
		}
		if !slices.IsSorted(facts.Years) || !slices.Equal(facts.Years, Years(s)) {
			t.Fatalf("%q: years %v", s, facts.Years)
		}
		for _, q := range facts.Quantities {
			for _, d := range facts.Dates {
				if q.Overlaps(d.Range) {
					t.Fatalf("%q: %q is a quantity and %q a date", s, q.Text, d.Text)
				}
			}
		}
		ResolveRelative(s, now)
	})
}

func ExampleResolveRelative() {
	fmt.Println(ResolveRelative("去年智博会签约多少项目？", time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))
	// Output: 2025年智博会签约多少项目？
}
