package zhtext

import "sync"

// Class groups the units that can answer the same question.
type Class int

const (
	ClassAny Class = iota
	ClassCount
	ClassMoney
	ClassPercent
	ClassDuration
	ClassArea
	ClassMass
	ClassLength
	ClassTime // of the day
)

// UnitClass sorts a canonical unit.
func UnitClass(unit string) Class {
	switch unit {
	case "":
		return ClassAny
	case "%", "百分点", "个百分点", "‰", "成":
		return ClassPercent
	case "天", "日", "工作日", "年", "月", "个月", "周", "星期", "小时", "分钟", "秒", "季度":
		return ClassDuration
	case "时刻", "时", "点":
		return ClassTime
	case "亩", "平方米", "公顷", "平方公里", "平方千米", "㎡", "平米":
		return ClassArea
	case "吨", "公斤", "千克", "克", "斤":
		return ClassMass
	case "公里", "米", "千米", "厘米", "毫米", "里", "海里", "吋", "英寸", "纳米", "km", "m":
		return ClassLength
	}
	if kind, known := unitKinds()[unit]; known && kind == money {
		return ClassMoney
	}
	return ClassCount
}

// IsMeasure tells whether a canonical unit measures (克, 升, 千瓦, 元) rather than
// counts (个, 家).
func IsMeasure(unit string) bool {
	kind, known := unitKinds()[unit]
	return known && (kind == measure || kind == money || kind == duration)
}

// unitKinds tells what canonical units are.
var unitKinds = sync.OnceValue(func() map[string]unitKind {
	out := map[string]unitKind{}
	for _, entries := range units {
		for _, e := range entries {
			if _, known := out[e.name]; !known {
				out[e.name] = e.kind
			}
		}
	}
	return out
})
