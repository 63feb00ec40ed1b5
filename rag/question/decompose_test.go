package question

import (
	"slices"
	"testing"
)

func TestDecompose(t *testing.T) {
	for _, test := range []struct {
		asked      string
		parts      []string
		difference bool
	}{
		{"2021年和2025年的主题分别是什么", []string{"2021年的主题是什么", "2025年的主题是什么"}, false},
		{"2019、2020与2021年产量各是多少", []string{"2019年产量是多少", "2020年产量是多少", "2021年产量是多少"}, false},
		{"红山县和青石县的人口分别是多少？", []string{"红山县的人口是多少", "青石县的人口是多少"}, false},
		{"2024年红山县和青石县的人口分别是多少", []string{"2024年红山县的人口是多少", "2024年青石县的人口是多少"}, false},
		{"大会什么时候开幕，有多少家企业参加", []string{"大会什么时候开幕", "有多少家企业参加"}, false},
		{"据统计公报，全县有多少人", nil, false},
		{"东桥比西桥长多少米", []string{"东桥长多少米", "西桥长多少米"}, true},
		{"红山县的产量比青石县多多少吨", []string{"红山县的产量多少吨", "青石县的产量多少吨"}, true},
		{"2025年签约的项目比2021年少多少个", []string{"2025年签约的项目多少个", "2021年签约的项目多少个"}, true},
		{"2025年比2021年多签约多少个项目", []string{"2025年签约多少个项目", "2021年签约多少个项目"}, true},
		{"产量比去年增加了多少", nil, false},
		{"签约项目有多少", nil, false},
		{"张三和李四是什么关系", nil, false},
		{"主持人和嘉宾分别是谁", []string{"主持人是谁", "嘉宾是谁"}, false},
	} {
		d := Decompose(test.asked)
		if !slices.Equal(d.Parts, test.parts) && !(len(d.Parts) < 2 && test.parts == nil) {
			t.Errorf("%s: %q, want %q", test.asked, d.Parts, test.parts)
		}
		if d.Difference != test.difference {
			t.Errorf("%s: difference %v", test.asked, d.Difference)
		}
	}
}
