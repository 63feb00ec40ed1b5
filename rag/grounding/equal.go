package grounding

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/zhtext"
)

// sameFigure tells whether a claim's figure says what the source's does: equal
// values and units, or the source's rounded to the digits that the claim gives.
func sameFigure(claim, source zhtext.Quantity) bool {
	if claim.Same(source) || sameClock(claim, source) || sameLap(claim, source) || sameLap(source, claim) || sameMeasure(claim, source) || aboutSameTime(claim, source) || aboutSameTime(source, claim) {
		return true
	}
	if claim.Ordinal != source.Ordinal || claim.Ordinal || !comparable(claim, source) {
		return false
	}
	if claim.Value != claim.Max || source.Value != source.Max {
		return claim.Value == source.Value && claim.Max == source.Max
	}
	return rounds(claim, source)
}

// sameClock takes 晚上8点40分 for 20:40: what part of the day is meant is said ahead
// of the figure, and compared as a word.
func sameClock(a, b zhtext.Quantity) bool {
	x, ok := minutes(a)
	y, also := minutes(b)
	return ok && also && (x == y || math.Abs(x-y) == 12*60)
}

// sameLap takes 1小时9分42秒 for 1:09:42.
func sameLap(lap, clock zhtext.Quantity) bool {
	seconds, ok := measures[0][lap.Unit]
	return ok && clock.Unit == "时刻" && lap.Value == lap.Max && !lap.Ordinal && strings.ContainsAny(clock.Text, ":：") && close2(lap.Value*seconds, clock.Value*60)
}

func minutes(q zhtext.Quantity) (float64, bool) {
	switch q.Unit {
	case "时刻":
		return q.Value, q.Value == q.Max
	case "点", "时":
		return q.Value * 60, q.Value == q.Max && q.Value <= 24
	}
	return 0, false
}

// measures are units of one kind in terms of the smallest: 90分钟 is 1.5小时.
var measures = []map[string]float64{
	{"秒": 1, "分钟": 60, "刻钟": 900, "小时": 3600, "天": 86400, "周": 7 * 86400, "星期": 7 * 86400},
	{"个月": 1, "季度": 3, "年": 12},
	{"毫克": 0.001, "克": 1, "斤": 500, "公斤": 1000, "千克": 1000, "吨": 1e6},
	{"毫米": 0.001, "厘米": 0.01, "米": 1, "里": 500, "公里": 1000, "千米": 1000},
	{"平方米": 1, "公顷": 1e4, "平方公里": 1e6, "平方千米": 1e6},
	{"毫升": 0.001, "升": 1},
}

// sameMeasure tells whether two figures in different units of one kind are equal.
func sameMeasure(a, b zhtext.Quantity) bool {
	if a.Ordinal || b.Ordinal || a.Approx == zhtext.Over && b.Approx == zhtext.Under || a.Approx == zhtext.Under && b.Approx == zhtext.Over {
		return false
	}
	if x, y := percent(a), percent(b); x > 0 && y > 0 && a.Unit != b.Unit {
		return close2(x, y) || math.Round(x) == math.Round(y) && (a.Approx == zhtext.About || b.Approx == zhtext.About)
	}
	for _, kind := range measures {
		x, ok := kind[a.Unit]
		y, also := kind[b.Unit]
		if ok && also && a.Unit != b.Unit {
			return close2(a.Value*x, b.Value*y) && close2(a.Max*x, b.Max*y)
		}
	}
	return false
}

// percent is what a share is in percent (三分之一 too), 0 if the figure is none.
func percent(q zhtext.Quantity) float64 {
	switch {
	case q.Unit == "%" && q.Value == q.Max:
		return q.Value
	case q.Unit == "" && q.Value < 1 && strings.Contains(q.Text, "分之"):
		return q.Value * 100
	}
	return 0
}

// aboutSameTime takes 两个月左右 for 60日: a month has no fixed number of days, so one of the
// two has to be said to be near.
func aboutSameTime(a, b zhtext.Quantity) bool {
	months, ok := measures[1][a.Unit]
	if !ok || a.Ordinal || b.Ordinal || b.Unit != "天" || a.Value != a.Max || b.Value != b.Max || a.Approx != zhtext.About && b.Approx != zhtext.About {
		return false
	}
	return math.Abs(a.Value*months*daysInMonth-b.Value) <= 1+a.Value*months
}

const daysInMonth = 30.4

// comparable tells whether two figures measure in units of one kind.
func comparable(a, b zhtext.Quantity) bool {
	return a.Ordinal == b.Ordinal && (a.Unit == b.Unit || countsPeople(a.Unit) && countsPeople(b.Unit) || sameCounter(a.Unit, b.Unit))
}

func countsPeople(unit string) bool {
	switch unit {
	case "人", "名", "位", "口", "人次":
		return true
	}
	return false
}

// counterKin are measure words that count the same things.
var counterKin = []string{"本册", "辆台部", "次回趟遍班", "家所间", "件样", "届期", "头只匹", "幢栋座", "支枝根"}

// kin tells whether two measure words count the same things.
func kin(a, b string) bool {
	return a != "" && b != "" && slices.ContainsFunc(counterKin, func(k string) bool { return strings.Contains(k, a) && strings.Contains(k, b) })
}

// sameCounter lets measure words of a kin stand for each other, and 个 for any that
// counts things.
func sameCounter(a, b string) bool {
	return kin(a, b) || zhtext.Quantity{Value: 1, Max: 1, Unit: a}.Same(zhtext.Quantity{Value: 1, Max: 1, Unit: b})
}

// rounds tells whether the claim's figure is the source's, rounded to its last
// digit. Without a hedge it must have three digits or more, or 6% would pass for
// 6.4%; with one it may lie a little to the side that it names.
func rounds(claim, source zhtext.Quantity) bool {
	digits, step := precision(claim)
	if step == 0 || source.Value == 0 {
		return false
	}
	gap := source.Value - claim.Value
	switch claim.Approx {
	case zhtext.Exact:
		return digits >= 3 && math.Abs(gap) <= step/2*(1+1e-9)
	case zhtext.Over:
		return gap >= -step*1e-9 && gap < step
	case zhtext.Under:
		return gap <= step*1e-9 && -gap <= step
	default:
		return math.Abs(gap) <= step/2*(1+1e-9)
	}
}

// precision is how many digits a figure states and what one unit of its last
// digit is worth.
func precision(q zhtext.Quantity) (digits int, step float64) {
	text := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return -1
	}, zhtext.Fold(q.Text))
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number == 0 {
		// In Chinese numerals: as many digits as the value has without its zeros.
		v := q.Value
		if v == 0 || v != math.Trunc(v) {
			return 0, 0
		}
		step = 1
		for math.Mod(v, 10) == 0 {
			v /= 10
			step *= 10
		}
		return len(strconv.FormatFloat(v, 'f', -1, 64)), step
	}
	whole, fraction, _ := strings.Cut(text, ".")
	scale := q.Value / number
	digits = len(strings.TrimLeft(whole, "0")) + len(fraction)
	step = scale * math.Pow(10, -float64(len(fraction)))
	if fraction == "" { // 3000 may be exact or not: its zeros are no digits
		for strings.HasSuffix(whole, "0") && len(whole) > 1 {
			whole = strings.TrimSuffix(whole, "0")
			digits--
			step *= 10
		}
	}
	return digits, step
}
