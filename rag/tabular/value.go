package tabular

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// value is a cell that can be compared and added.
type value struct {
	number float64
	unit   string
	class  zhtext.Class
	date   bool
}

// time tells whether the value is a stretch of time or a time of the day.
func (v value) time() bool { return v.class == zhtext.ClassDuration || v.class == zhtext.ClassTime }

// valueOf reads a cell that is one figure, one date or one number and nothing else.
func valueOf(text string) (value, bool) {
	folded := strings.TrimSpace(zhtext.Fold(text))
	if ahead, n, behind, ok := zhtext.CutNumber(folded); ok && ahead == "" && behind == "" {
		return value{number: n}, true
	}
	if dates := zhtext.Dates(folded); len(dates) == 1 && dates[0].Year > 0 && whole(folded, dates[0].Range) {
		d := dates[0]
		return value{number: float64(d.Year*10000 + d.Month*100 + d.Day), unit: "日期", date: true}, true
	}
	sign := 1.0
	if rest, below := strings.CutPrefix(folded, "零下"); below {
		folded, sign = rest, -1
	} else if rest, below := strings.CutPrefix(strings.Replace(folded, "−", "-", 1), "-"); below {
		folded, sign = rest, -1
	}
	q := zhtext.Quantities(folded)
	if len(q) == 1 && whole(folded, q[0].Range) && !q[0].Ordinal && q[0].Max == q[0].Value && q[0].Approx == zhtext.Exact {
		return value{number: sign * q[0].Value, unit: q[0].Unit, class: zhtext.UnitClass(q[0].Unit)}, true
	}
	if ahead, n, unit, ok := zhtext.CutNumber(folded); ok && ahead == "" && len(q) < 2 && unknownUnit.MatchString(unit) {
		return value{number: sign * n, unit: unit}, true
	}
	return value{}, false
}

// unknownUnit is a unit that zhtext does not know: that of 58分贝; 12kcal/100g has none.
var unknownUnit = regexp.MustCompile(`^[\p{Han}a-z°℃/²³]{1,6}$`)

func whole(text string, r zhtext.Range) bool {
	return r.Start == 0 && r.End == utf8.RuneCountInString(text)
}

var (
	yes = regexp.MustCompile(`(?i)^(?:有|是|支持|可以?|能|√|✓|✔|✅|yes|y|true|已.*)$`)
	no  = regexp.MustCompile(`(?i)^(?:无|没有|否|不是|不支持|不可以?|不能|×|✗|✘|❌|no|n|false|[-—–/]+|未.*)$`)
)

// verdict reads a cell that says yes or no.
func verdict(text string) (held, ok bool) {
	text = strings.TrimSpace(text)
	if yes.MatchString(text) {
		return true, true
	}
	return false, no.MatchString(text)
}
