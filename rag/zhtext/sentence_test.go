package zhtext

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func cut(text string) []string {
	runes := []rune(text)
	var out []string
	for _, r := range Sentences(text) {
		out = append(out, string(runes[r.Start:r.End]))
	}
	return out
}

func TestSentences(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{ // sentences divided by |
		{"", ""},
		{"一句话", "一句话"},
		{"第一句。第二句！第三句？", "第一句。|第二句！|第三句？"},
		{"甲；乙；丙。", "甲；|乙；|丙。"},
		{"他说：“未来可期！”近年来，公司发展。", "他说：“未来可期！”|近年来，公司发展。"},
		{"“前一句。后一句。”李说。", "“前一句。|后一句。”|李说。"},
		{"喊着“加油！”、“好！”的观众。走了。", "喊着“加油！”、“好！”的观众。|走了。"},
		{"《你好，明天！》一书出版。好。", "《你好，明天！》一书出版。|好。"},
		{"他读《你好！》。好。", "他读《你好！》。|好。"},
		{"新成果……大家边走边看。", "新成果……|大家边走边看。"},
		{"有甲、乙…，还有丙。", "有甲、乙…，还有丙。"},
		{"占68.8%，工业4.0。见example.org/?q=1。", "占68.8%，工业4.0。|见example.org/?q=1。"},
		{"小标题\n正文一句。 \n另一句", "小标题\n|正文一句。 \n|另一句"},
		{"　　开头空格。好。", "　　开头空格。|好。"},
		{"\n\n开头。", "\n\n开头。"},
		{"It grew 4.5 percent. Mr. Li of the U.S. side agreed. J. Smith left!", "It grew 4.5 percent. |Mr. Li of the U.S. side agreed. |J. Smith left!"},
		{"On Aug. 23, 2021 it opened. See No. 5.", "On Aug. 23, 2021 it opened. |See No. 5."},
		{"1. 项目一。 2. 项目二", "1. 项目一。 |2. 项目二"},
		{"要做两步：\na. 关闸。\niv. 排水。 B. 换圈", "要做两步：\n|a. 关闸。\n|iv. 排水。 |B. 换圈"},
		{"This is plan b. Then it fell. He is ill. We left.", "This is plan b. |Then it fell. |He is ill. |We left."},
		{"It rose to 40. Then it fell.", "It rose to 40. |Then it fell."},
		{`He said "go." She went.`, `He said "go." |She went.`},
		{`他走了。"好"是他说的。`, `他走了。|"好"是他说的。`},
		{"（全文完。）再见！！", "（全文完。）|再见！！"},
		{"书院名曰白鹿．院中先生姓陶，年七十有二．学生四十人．", "书院名曰白鹿．|院中先生姓陶，年七十有二．|学生四十人．"},
		{"（一）甲．一．概述。圆周率为３．１４，见 A．B 节。", "（一）甲．|一．概述。|圆周率为３．１４，见 A．B 节。"},
		{"甲⋯⋯乙﹖丙﹗", "甲⋯⋯|乙﹖|丙﹗"},
		{"。。。", "。。。"},
		{"\n", "\n"},
	}
	for _, tt := range tests {
		want := strings.Split(tt.want, "|")
		if tt.want == "" {
			want = nil
		}
		if got := cut(tt.text); !slices.Equal(got, want) {
			t.Errorf("Sentences(%q)\n got %q\nwant %q", tt.text, got, want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"甲。“乙！”丙？", "\n\n a. b", "Mr. X; y", "……》，", "\xff。\xfe", `"。"。"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, r := range Sentences(s) {
			if r.Start != end || r.End <= r.Start {
				t.Fatalf("%q: range %v after %d", s, r, end)
			}
			end = r.End
		}
		if n := len([]rune(s)); end != n {
			t.Fatalf("%q: sentences end at %d of %d runes", s, end, n)
		}
	})
}

func ExampleSentences() {
	text := "签约92个项目。其中10个来自外省！"
	runes := []rune(text)
	for _, r := range Sentences(text) {
		fmt.Println(string(runes[r.Start:r.End]))
	}
	// Output:
	// 签约92个项目。
	// 其中10个来自外省！
}
