package evidence

import (
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
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

func paragraphOf(title, text string) *Paragraph {
	a := &article.Article{ID: "a", Title: title, Paragraphs: []article.Paragraph{{Text: text}}}
	return New([]Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: len([]rune(text)), Text: text}}}}).Paragraphs[0]
}

// A sentence that begins with a year and names no other is about it, and an entry of a year
// about no other.
func TestEditionFit(t *testing.T) {
	p := paragraphOf("专注力研究", "研究者测量了专注时间：\n2004年：150秒\n2012年3月1日测得75秒。\n与2004年相比，少了一半。\n2004年成立的小组2012年解散。")
	for i, want := range []map[int]bool{{}, {2004: true}, {2012: true}, {}, {}} {
		for _, year := range []int{2004, 2012} {
			if fit := p.EditionFit(i, []int{year}); (fit == 1) != want[year] {
				t.Errorf("%s for %d: %v", p.Sentences[i].Text, year, fit)
			}
		}
	}
	if of, other := p.EditionFit(1, []int{2012}), p.EditionFit(0, []int{2012}); of >= other {
		t.Errorf("what begins with another year fits %v, what has none %v", of, other)
	}
}

// What leads in to a list is said of each of its items, and of nothing behind them.
func TestLeadIn(t *testing.T) {
	outer, inner := zhtext.CompactString("会员大会行使下列职权："), zhtext.CompactString("（二）选举下列人员：")
	p := paragraphOf("章程", "会员大会行使下列职权：\n（一）修改章程。须三分之二同意；\n（二）选举下列人员：\n1．理事；\n2．监事；\n（十一）审议报告。\n理事每届三年。")
	for i, want := range []string{"", outer, outer, outer, inner, inner, outer, ""} {
		if got := p.LeadIn(i); got != want {
			t.Errorf("%s: %q, want %q", p.Sentences[i].Text, got, want)
		}
	}
	words := []question.Word{{Text: "职权", Weight: 1, Need: 1}}
	if own := p.Own(words, 1); own != inHeading {
		t.Errorf("an item holds %v of what leads in to it", own)
	}
	p = paragraphOf("研究", "测得的专注时间：\n2004年：150秒\n2012年：75秒")
	if got := p.LeadIn(2); got != zhtext.CompactString("测得的专注时间：") {
		t.Errorf("items without numbers stand under %q", got)
	}
}
