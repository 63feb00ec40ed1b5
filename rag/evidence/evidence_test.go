package evidence

import (
	"testing"

	"zhiwen/rag/article"
)

func TestFullForm(t *testing.T) {
	text := "长江航务管理局与沿江运输协会会商。"
	a := &article.Article{ID: "a", Title: "港务", Paragraphs: []article.Paragraph{{Text: text}}}
	ev := New([]Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: len([]rune(text)), Text: text}}}})
	for short, want := range map[[2]string]string{
		{"长航", "管理"}: "长江航务", {"沿运", "协会"}: "沿江运输", {"长务", "管理"}: "", {"长江", "协会"}: "",
	} {
		if got := ev.FullForm([]rune(short[0]), short[1]); got != want {
			t.Errorf("FullForm(%s) = %q, want %q", short, got, want)
		}
	}
}

// The number of a part is no version: its heading says nothing by itself.
func TestIsHeading(t *testing.T) {
	for _, c := range []struct {
		section, text string
		want          bool
	}{
		{"2 安装 › 2.1 准备 › 2.1.2 人员", "2.1.2 人员\n至少两名电工。", true},
		{"2.1 准备 › 2.1.2 人员", "2.1.2 人员\n至少两名电工。", true},
		{"2 安装 › 2.1 准备", "2 安装\n2.1 准备\n先断电。", true},
		{"更新日志 › 2.1.2 稳定版", "2.1.2 稳定版\n修复闪退。", false},
		{"3.1.0 (2025-03-18)", "3.1.0 (2025-03-18)\n修复闪退。", false},
		{"2 安装", "2.1.2 版修复了闪退。\n请更新。", false},
	} {
		a := &article.Article{ID: "a", Title: "手册", Paragraphs: []article.Paragraph{{Text: c.text, Section: c.section}}}
		ev := New([]Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: len([]rune(c.text)), Text: c.text}}}})
		if got := ev.Paragraphs[0].IsHeading(0); got != c.want {
			t.Errorf("%q below %s: %v", c.text, c.section, got)
		}
	}
}
