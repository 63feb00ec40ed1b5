package eval

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestHolds(t *testing.T) {
	tests := []struct {
		text, spelling string
		want           bool
	}{
		{"共 92 个项目", "92个", true},
		{"共９２个项目", "92个", true},
		{"共192个项目", "92个", false},
		{"共92.5亿元", "92", false},
		{"共1.92亿元", "92", false},
		{"第3.", "3", true},
		{"2,524亿元", "2524亿", true},
		{"2524 亿元", "2，524", true},
		{"32 20 个", "20个", true},
		{"32 20 个", "3220", false},
		{"WeMake中心", "wemake", true},
		{"以“智能化：为经济赋能”为题", "「智能化:为经济赋能」", true},
		{"中国—上合", "中国-上合", true},
		{"任何", "", false},
	}
	for _, tt := range tests {
		if got := holds(foldKeepingWords(tt.text), foldKeepingWords(tt.spelling)); got != tt.want {
			t.Errorf("holds(%q, %q) = %t", tt.text, tt.spelling, got)
		}
	}
}

func TestStatements(t *testing.T) {
	cited := map[int]evidence{1: {quote: "甲说：“好。真好。”乙走了。丙也走了。"}, 2: {quote: "丁来了。"}}
	tests := []struct {
		name, text string
		want       []statement
	}{
		{"empty", " \n", nil},
		{"marker after the end", "丁来了。[2]", []statement{{"丁来了。", []int{2}}}},
		{"marker before the end", "丁来了[2]。", []statement{{"丁来了", []int{2}}}},
		{"several markers", "丁来了。[1] [2]", []statement{{"丁来了。", []int{1, 2}}}},
		{"short answer on its own line", "3天[1]\n丁来了。[2]", []statement{{"3天", []int{1}}, {"丁来了。", []int{2}}}},
		{"ends inside quotation marks", "甲说：“好。真好。”[1]", []statement{{"甲说：“好。真好。”", []int{1}}}},
		{"the quote holds both sentences", "乙走了。丙也走了。[1]", []statement{{"乙走了。", []int{1}}, {"丙也走了。", []int{1}}}},
		{"the first one is bare", "戊没来。丁来了。[2]", []statement{{"戊没来。", nil}, {"丁来了。", []int{2}}}},
		{"the last one is bare", "丁来了。[2]戊没来。", []statement{{"丁来了。", []int{2}}, {"戊没来。", nil}}},
		{"a lead-in is none", "两处说法不同：\n丁来了。[2]", []statement{{"丁来了。", []int{2}}}},
		{"a lead-in with a number is one", "共有3处：", []statement{{"共有3处：", nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := statements(tt.text, cited)
			if !slices.EqualFunc(got, tt.want, func(a, b statement) bool {
				return a.text == b.text && slices.Equal(a.markers, b.markers)
			}) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestSupports(t *testing.T) {
	quote := "本届智博会重庆共签约重大项目９２个、合同投资总额2,524亿元。"
	tests := []struct {
		text    string
		context string
		want    bool
	}{
		{"92个", "", true},
		{"重庆共签约重大项目92个", "", true},
		{"重庆共签约重大项目93个", "", false},
		{"2021智博会共签约重大项目92个", "", false},
		{"2021智博会共签约重大项目92个", "智博会 2021-08-24", true},
		{"合同投资总额2524亿元", "", true},
		{"来宾参观了上合组织国家的展馆", "", false},
		{"签约重大项目九十二个", "", true},
		{"重大项目92亿元", "", false},
		{"合同投资总额两千五百二十四亿元", "", true},
		{"8月23日签约重大项目92个", "", false},
		{"8月24日签约重大项目92个", "智博会 2021-08-24", true},
	}
	for _, tt := range tests {
		if got := supports(tt.text, []evidence{{quote, tt.context}}); got != tt.want {
			t.Errorf("supports(%q with %q) = %t", tt.text, tt.context, got)
		}
	}
	if supports("92个", nil) {
		t.Error("supported by nothing")
	}
}

// Of two citations that only together hold the statement both are precise; a
// third that adds nothing is not.
func TestPreciseCitation(t *testing.T) {
	cited := map[int]evidence{1: {quote: "智博会签约92个项目"}, 2: {quote: "智博会投资2524亿元"}, 3: {quote: "天气很好"}}
	text := "智博会签约92个项目，投资2524亿元。"
	for m, want := range map[int]bool{1: true, 2: true, 3: false} {
		if got := preciseCitation(text, m, []int{1, 2, 3}, cited); got != want {
			t.Errorf("citation %d precise: %t", m, got)
		}
	}
	if preciseCitation(text, 1, []int{1}, cited) {
		t.Error("one half supports the whole")
	}
}

func TestNumbers(t *testing.T) {
	got := numbers("２,５２４亿元、40.50%、007、3.0、在 32 20 之间，8月23日")
	want := []string{"2524", "40.5", "7", "3", "32", "20", "8", "23"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMissingFigures(t *testing.T) {
	source := "2021智博会8月23日在重庆开幕，去年为9月15日，610余家企业参展，5G和4.0版很多，占比40%。"
	tests := []struct {
		text string
		want []string
	}{
		{"2021年8月23日开幕", nil},
		{"8月23日和9月15日", nil},
		{"2023年8月23日", []string{"2023年8月23日"}},
		{"8月25日", []string{"8月25日"}},
		{"去年", nil},
		{"610家", nil},
		{"占40%", nil},
		{"40家", []string{"40家"}},
		{"5G和4.0版", nil},
		{"6G", []string{"6"}},
		{"2025智博会", []string{"2025"}},
	}
	for _, tt := range tests {
		if got := readFigures(tt.text).missingFrom(readFigures(source)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: missing %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestNDCG(t *testing.T) {
	tests := []struct {
		gains    []bool
		relevant int
		want     float64
	}{
		{[]bool{true}, 1, 1},
		{[]bool{false, true}, 1, .6309},
		{[]bool{true, false, true}, 2, .9197},
		{[]bool{true}, 2, .6131},
		{nil, 1, 0},
		{nil, 0, 0},
	}
	for _, tt := range tests {
		if got := round(ndcg(tt.gains, tt.relevant)); got != tt.want {
			t.Errorf("ndcg(%v, %d) = %v, want %v", tt.gains, tt.relevant, got, tt.want)
		}
	}
}

// With half of 100 cases right the interval is near the binomial's
// 0.5 ± 1.96·√(0.25/100) = 0.402…0.598.
func TestBootstrap(t *testing.T) {
	var rs []ratio
	for i := range 100 {
		rs = append(rs, share(i%2 == 0))
	}
	low, high := bootstrap(rs, 2000, rand.New(rand.NewPCG(1, 1)))
	if low < .38 || low > .42 || high < .58 || high > .62 {
		t.Errorf("got %v–%v", low, high)
	}
	again, _ := bootstrap(rs, 2000, rand.New(rand.NewPCG(1, 1)))
	if again != low {
		t.Error("the same seed gives another interval")
	}
}

func TestThresholds(t *testing.T) {
	bounds := DefaultThresholds()
	tests := []struct {
		metric string
		value  float64
		missed bool
	}{
		{MetricAnswerMatch, .92, false}, {MetricAnswerMatch, .919, true},
		{MetricOverRefusal, .05, false}, {MetricOverRefusal, .051, true},
		{MetricVerbatim, .9999, true}, {MetricNDCG, 0, false},
	}
	for _, tt := range tests {
		if got := bounds.check([]Metric{{Name: tt.metric, Value: tt.value}}); len(got) > 0 != tt.missed {
			t.Errorf("%s = %v: missed %v", tt.metric, tt.value, got)
		}
	}
}

func TestCleanKeepsTerminalsSafe(t *testing.T) {
	if got := clean("a\x1b[31m\nb\u009b c"); got != "a[31m b c" {
		t.Errorf("got %q", got)
	}
}

// Whatever an answer looks like, no statement holds a marker, and none is made
// of what the answer does not say.
func FuzzStatements(f *testing.F) {
	f.Add("92个[1]\n本届签约92个项目。[1][2]他说：“好。”[3]")
	f.Add("[1][1]")
	f.Add("。！？\n：[9999]“")
	f.Fuzz(func(t *testing.T, text string) {
		whole := fold(text)
		for _, s := range statements(text, map[int]evidence{1: {quote: text}}) {
			if marker.MatchString(s.text) {
				t.Errorf("%q holds a marker", s.text)
			}
			if !strings.Contains(whole, fold(s.text)) {
				t.Errorf("%q is not in %q", s.text, text)
			}
		}
	})
}
