package zhtext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"ＡＢｃ１２３％，！（）", "abc123%,!()"},
		{"WeMake　研究\u00a0中心", "wemake 研究 中心"},
		{"“引号”「引号」『引号』", `"引号""引号""引号"`},
		{"中国—上海–合作－组织", "中国-上海-合作-组织"},
		{"5～8", "5~8"},
		{"二○二一、句号。", "二○二一、句号。"},
		{"ÄÖ", "äö"},
	}
	for _, tt := range tests {
		if got := Fold(tt.text); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	text := " 总额 2，524 亿\n元\u200b"
	got, offsets := Compact(text)
	if string(got) != "总额2524亿元" {
		t.Errorf("Compact = %q", string(got))
	}
	runes := []rune(text)
	for i, o := range offsets {
		if foldRune(runes[o]) != got[i] {
			t.Errorf("offset %d is %q, want %q", o, runes[o], got[i])
		}
	}
	for text, want := range map[string]string{"1,000": "1000", "5,6": "5,6", "1,0000": "1,0000", "1,234,567": "1234567", "12345,678": "12345,678"} {
		if got, _ := Compact(text); string(got) != want {
			t.Errorf("Compact(%q) = %q, want %q", text, string(got), want)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"plain 中文\n\t", "plain 中文\n\t"},
		{"a\x1b[31mred\x00\r\x7f\u009b", "a[31mred"},
		{"零\u200b宽\ufeff字\u2060符", "零宽字符"},
		{"\u202eevil\u2066x\u2069", "evilx"},
		{"tag\U000e0041\U000e0042s", "tags"},
		{"bad\xffbyte", "bad\ufffdbyte"},
	}
	for _, tt := range tests {
		if got := Clean(tt.text); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"How many 项目?": "zh", "How many?": "en", "": "en", "１２，。": "en", "〇": "zh"} {
		if got := Language(text); got != want {
			t.Errorf("Language(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFunctionWords(t *testing.T) {
	t.Parallel()
	for _, w := range []string{"多少", "几", "什么", "谁", "何时", "吗", "请问", "How", "ＷＨＡＴ"} {
		if !IsQuestionWord(w) || IsStopWord(w) {
			t.Errorf("%q: question word %v, stop word %v", w, IsQuestionWord(w), IsStopWord(w))
		}
	}
	for _, w := range []string{"的", "了", "是", "The", "of"} {
		if !IsStopWord(w) {
			t.Errorf("%q is no stop word", w)
		}
	}
	for _, w := range []string{"智博会", "重庆", "签约", "投资", "project", "92"} {
		if IsStopWord(w) || IsQuestionWord(w) {
			t.Errorf("%q is a content word", w)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"ＡＢ１，０００", "“”—～", "\xff\x1b[0m", "İ\u200b", "1,000,00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		runes := []rune(s)
		folded := Fold(s)
		if utf8.RuneCountInString(folded) != len(runes) {
			t.Fatalf("Fold(%q) changes the number of runes", s)
		}
		if again := Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		text, offsets := Compact(s)
		if len(text) != len(offsets) {
			t.Fatalf("Compact(%q): %d runes, %d offsets", s, len(text), len(offsets))
		}
		last := -1
		for _, o := range offsets {
			if o <= last || o >= len(runes) {
				t.Fatalf("Compact(%q): offset %d after %d", s, o, last)
			}
			last = o
		}
		clean := Clean(s)
		if strings.ContainsAny(clean, "\x1b\x00\r\u200b\u202e") || Clean(clean) != clean {
			t.Fatalf("Clean(%q) = %q", s, clean)
		}
		Terms(s, 4)
	})
}
