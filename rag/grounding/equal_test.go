package grounding

import (
	"testing"

	"zhiwen/rag/zhtext"
)

// The same value in another unit or another way to tell the time.
func TestSameFigure(t *testing.T) {
	one := func(s string) zhtext.Quantity {
		t.Helper()
		q := zhtext.Quantities(s)
		if len(q) != 1 {
			t.Fatalf("%s holds %d quantities", s, len(q))
		}
		return q[0]
	}
	for _, c := range []struct {
		claim, source string
		same          bool
	}{
		{"8点40分", "20:40", true}, {"9点半", "9:30", true}, {"3点", "15:00", true}, {"8点40分", "20:50", false}, {"8点40分", "14:40", false},
		{"90分钟", "1.5小时", true}, {"1小时", "60分钟", true}, {"80分钟", "1.5小时", false}, {"18个月", "1.5年", true},
		{"500克", "0.5公斤", true}, {"2000米", "2公里", true}, {"200米", "2公里", false}, {"3吨", "3公斤", false}, {"5000平方米", "0.5公顷", true},
		{"两个月左右", "60日", true}, {"两个月", "60日", false}, {"1.5个月左右", "60天", false}, {"约一年", "360天", true}, {"三刻钟", "45分钟", true},
		{"三分之一", "33%", false}, {"约三分之一", "33%", true}, {"四分之一", "25%", true}, {"25%", "四分之一", true}, {"25%", "三分之一", false},
	} {
		if got := sameFigure(one(c.claim), one(c.source)); got != c.same {
			t.Errorf("%s of %s: %v", c.claim, c.source, got)
		}
	}
}

// Figures that the claim or the language brings along need no source.
func TestFiguresOfTheClaim(t *testing.T) {
	for _, c := range []struct {
		claim, source string
		missing       string
	}{
		{"召回的是甲型和乙型两个型号", "召回甲型、乙型", ""},
		{"召回的是甲型和乙型三个型号", "召回甲型、乙型", "三个"},
		{"最后一轮被对手反超", "末轮被反超，终场落后", ""},
		{"两份合到一起", "后改的成为正文，先改的存为副本", ""},
		{"用了两份材料", "共用三份材料", "两份"},
		{"最低气温6.5℃", "最低气温-6.5℃", "6.5℃"},
		{"最低气温-6.5℃", "最低气温－6.5℃", ""},
		{"最低气温零下6.5℃", "最低气温-6.5℃", ""},
		{"气温3～8℃", "气温-3～8℃", "3～8℃"},
		{"走了两公里", "他们走了很久", "两公里"},
		{"夺得男子组第一", "男子组冠军由孟克获得", ""},
		{"得了第二名", "男子组冠军由孟克获得", "第二名"},
		{"得了第二名", "屈居亚军", ""},
		{"24年的比赛改了起点", "比赛定于2024年10月27日起跑", ""},
		{"23年的比赛改了起点", "比赛定于2024年10月27日起跑", "23年"},
		{"办了24年", "2024年换届，已办12年", "24年"},
		{"50%的人同意", "一半的人同意", ""},
		{"40%的人同意", "一半的人同意", "40%"},
		{"停一小时5元", "停车费每小时5元", ""},
		{"停两小时5元", "停车费每小时5元", "两小时"},
		{"展会为期一天", "展会为期三天，每天9点开馆", "一天"},
		{"超过1小时要收费", "每小时收费5元", "超过1小时"},
		{"三千二百万里头六成是区里掏的", "总额3200万元，区财政出六成", ""},
	} {
		_, missing := (&Verifier{}).missingFigure(parse(c.claim), &window{source: &source{statement: parse(c.source), wide: parse(c.source)}})
		if missing != c.missing {
			t.Errorf("%s: %q is missing, want %q", c.claim, missing, c.missing)
		}
	}
}
