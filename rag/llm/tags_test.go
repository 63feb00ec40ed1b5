package llm

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// scan runs text through a scanner in chunks of size bytes and renders what
// comes out, one sentence a line: text|1,2.
func scan(t testing.TB, text string, handles, size int) []string {
	t.Helper()
	var out []string
	s := newTagScanner(handles, func(c sentence) error {
		line := c.text
		if len(c.handles) > 0 {
			line += "|" + strings.ReplaceAll(strings.Trim(fmt.Sprint(c.handles), "[]"), " ", ",")
		}
		out = append(out, line)
		return nil
	})
	for len(text) > 0 {
		n := min(size, len(text))
		if err := s.write([]byte(text[:n])); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTagScanner(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"square", "签约92个项目[1]。投资2500亿元 [2]。", []string{"签约92个项目。|1", "投资2500亿元。|2"}},
		{"behind the stop", "签约92个项目。[1] 投资2500亿元。[2][3]", []string{"签约92个项目。|1", "投资2500亿元。|2,3"}},
		{"full width", "甲［1］。乙【２】。", []string{"甲。|1", "乙。|2"}},
		{"list of handles", "甲[1, 2]。乙[1、3]。丙[1，2；3]。丁[1和2]。", []string{"甲。|1,2", "乙。|1,3", "丙。|1,2,3", "丁。|1,2"}},
		{"range", "甲[1-3]。乙[资料2至资料4]。", []string{"甲。|1,2,3", "乙。|2,3,4"}},
		{"words", "甲[资料1]。乙【资料1、2】。丙(资料3)。丁（资料3，资料4）。戊[来源：资料2]。", []string{"甲。|1", "乙。|1,2", "丙。|3", "丁。|3,4", "戊。|2"}},
		{"english words", "A is so [Source 1]. B is not (source 2, source 3). C [S4].", []string{"A is so.|1", "B is not.|2,3", "C.|4"}},
		{"caret and word before", "甲^[1]。根据资料[2]，乙。", []string{"甲。|1", "乙。|2"}},
		{"paragraph note", "甲[资料1第2段]。乙【3†source】。", []string{"甲。|1", "乙。|3"}},
		{"lead-in", "根据[资料1]，签约92个。资料2显示，共有610家企业。（见资料3）其余未知。", []string{"签约92个。|1", "共有610家企业。|2,3", "其余未知。"}},
		{"according to", "According to [1], 92 projects were signed.", []string{"92 projects were signed.|1"}},
		{"bare count is text", "资料3份已齐。", []string{"资料3份已齐。"}},
		{"unknown handle vanishes", "甲[9]。乙[0]。丙[1,9]。", []string{"甲。", "乙。", "丙。|1"}},
		{"years and notes stay", "（2021）年报[2021]发布(1)。", []string{"（2021）年报[2021]发布(1)。"}},
		{"document number stays", "渝府发〔2021〕12号印发[1]。", []string{"渝府发〔2021〕12号印发。|1"}},
		{"brackets that are no tags", "他说[笑]：数组[1,x]不算。", []string{"他说[笑]：数组[1,x]不算。"}},
		{"unfinished tag at the end", "甲有九个[1", []string{"甲有九个[1"}},
		{"numbered list", "1. 甲有92个[1]\n2. 乙有8个[2]\n10）丙[3]\n", []string{"甲有92个|1", "乙有8个|2", "丙|3"}},
		{"chinese numbered list", "1、甲类[1]\n2、乙类\n（3）丙类", []string{"甲类|1", "乙类", "丙类"}},
		{"decimals are no list", "1.5亿元。\n3、4号馆开放。", []string{"1.5亿元。", "3、4号馆开放。"}},
		{"bullets and emphasis", "## 结论\n- **甲**有`92`个[1]\n* 乙\n• 丙\n> 丁", []string{"结论", "甲有92个|1", "乙", "丙", "丁"}},
		{"bold sentence", "**甲有92个。**[1] 乙没有。", []string{"甲有92个。|1", "乙没有。"}},
		{"handle leads the line", "[1] 甲有92个。\n[2] 乙没有。", []string{"甲有92个。|1", "乙没有。|2"}},
		{"thinking", "<think>\n先看[1]。应该是92。\n</think>\n\n答：92个[1]。", []string{"92个。|1"}},
		{"thinking without its opening tag", "先想一想</think>92个[1]。", []string{"92个。|1"}},
		{"unfinished thinking", "<think>还没想完。", nil},
		{"role prefixes", "Assistant: **答案：** 92个[1]。", []string{"92个。|1"}},
		{"goes on asking", "92个[1]。\n问题：还有吗？\n答：有100个。", []string{"92个。|1"}},
		{"echo of the question first", "问题：有几个？\n答：92个[1]。", []string{"92个。|1"}},
		{"code fence", "```text\n92个[1]。\n```\n", []string{"92个。|1"}},
		{"special token ends", "92个[1]。<|im_end|>\n<|im_start|>user\n再来。", []string{"92个。|1"}},
		{"delimiters echoed", "<资料1>92个。</资料1>[1]", []string{"92个。|1"}},
		{"comparison stays", "温度<5度，湿度>3。", []string{"温度<5度，湿度>3。"}},
		{"announcement of a list", "具体如下：\n- 甲[1]\n共有92个项目，包括：\n- 乙", []string{"甲|1", "共有92个项目，包括：", "乙"}},
		{"closing quotes", "他说：“好。”[1]然后走了。", []string{"他说：“好。”|1", "然后走了。"}},
		{"zero width", "签\u200b约92\u2060个[\u200b1]。", []string{"签约92个。|1"}},
		{"escape sequences", "红\x1b[31m色[1]。", []string{"红[31m色。|1"}},
		{"multiplication", "3*4等于12。", []string{"3*4等于12。"}},
		{"only tags", "[1][2]\n。", nil},
		{"broken UTF-8", "甲\xff乙[1]。", []string{"甲\ufffd乙。|1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{1, 2, 3, 7, 1 << 20} {
				got := scan(t, tt.text, 4, size)
				if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
					t.Errorf("chunks of %d bytes:\n got %q\nwant %q", size, got, tt.want)
				}
			}
		})
	}
}

func FuzzTagScanner(f *testing.F) {
	for _, text := range []string{
		"根据[资料1]，签约92个[1, 2]。\n2. 乙^[3]", "<think>x</think>答：甲【资料1、2】。(资料3)", "资料1显示，A. b;[1-3]c",
		"**甲。**[1]“乙。”（资料2", "```\n[[1]]\n```", "1、、[", "资资料资料1资料2个", "<<think>a</thin</think>b",
	} {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, size int) {
		if size < 1 || size > 1<<10 {
			size = 1
		}
		whole := scan(t, text, 3, len(text)+1)
		parts := scan(t, text, 3, size)
		if strings.Join(whole, "\n") != strings.Join(parts, "\n") {
			t.Fatalf("chunks of %d bytes change the sentences:\n%q\n%q", size, whole, parts)
		}
		for _, line := range whole {
			if !utf8.ValidString(line) || strings.ContainsAny(line, "\x1b\u200b\ue000\n") {
				t.Errorf("unclean sentence %q", line)
			}
		}
	})
}

func BenchmarkTagScanner(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		for name, unit := range map[string]string{"plain": "本届博览会签约92个项目[资料1]。", "brackets": "[[[[(((", "no end": "没有句号的一段话", "stops": "v1.x "} {
			text := []byte(strings.Repeat(unit, n))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					s := newTagScanner(3, func(sentence) error { return nil })
					_ = s.write(text)
					_ = s.close()
				}
			})
		}
	}
}
