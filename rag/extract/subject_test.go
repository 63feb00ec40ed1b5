package extract

import (
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// evidenceOf gathers all paragraphs of an article.
func evidenceOf(paragraphs ...article.Paragraph) *evidence.Evidence {
	a := &article.Article{ID: "a", Title: "更新日志", Published: time.Time{}, Paragraphs: paragraphs}
	var spans []article.Span
	for i, p := range paragraphs {
		spans = append(spans, article.Span{Paragraph: i + 1, End: len([]rune(p.Text))})
	}
	return evidence.New([]evidence.Passage{{Article: a, Spans: spans}})
}

// Who does something is who stands ahead of it where a sentence says it word for word.
func TestDoings(t *testing.T) {
	ev := evidenceOf(article.Paragraph{Text: "三分之一以上董事，可以提议召开临时会议。董事长应当自接到提议后十日内召集会议。"})
	for _, test := range []struct {
		asked string
		done  string
	}{
		{"谁可以提议召开临时会议", "可以提议召开临时会议"},
		{"哪些人可以提议召开临时会议？", "可以提议召开临时会议"},
		{"谁可以主持临时会议", ""}, // in other words
		{"谁是董事长", ""},
		{"什么时候可以提议召开临时会议", ""},
	} {
		if got := doings(test.asked, ev); got != test.done {
			t.Errorf("%s: %q, want %q", test.asked, got, test.done)
		}
	}
	if p := ev.Paragraphs[0]; !hasSubject(p, 0, "可以提议召开临时会议") || hasSubject(p, 1, "可以提议召开临时会议") || hasSubject(p, 0, "三分之一以上董事") {
		t.Error("who does it stands ahead of it in the first sentence")
	}
}

// Asked for a version, its heading answers by what stands below it.
func TestSaidOfVersion(t *testing.T) {
	ev := evidenceOf(
		article.Paragraph{Text: "2.4.1\n2024-03-11", Section: "更新日志"}, article.Paragraph{Text: "修复了登录页的闪退", Section: "2.4.1"},
		article.Paragraph{Text: "2.4.0\n2024-02-02", Section: "更新日志"}, article.Paragraph{Text: "新增夜间模式", Section: "2.4.0"},
	)
	for _, test := range []struct {
		asked     string
		paragraph int
		most      bool
		ok        bool
	}{
		{"夜间模式是哪个版本新增的", 2, true, true},
		{"夜间模式是哪个版本新增的", 0, false, true},
		{"登录页的闪退是哪版修复的", 0, true, true},
		{"夜间模式什么时候新增的", 2, false, false},
	} {
		a, err := question.Analyze(t.Context(), no{}, test.asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		share, ok := saidOfVersion(test.asked, a.Parts[0], ev, ev.Paragraphs[test.paragraph], 0)
		if ok != test.ok || (share > 0.6) != test.most {
			t.Errorf("%s: heading %d holds %.2f, %v", test.asked, test.paragraph, share, ok)
		}
	}
	if p := ev.Paragraphs[2]; !p.IsValue(1) || ev.Paragraphs[3].IsValue(0) {
		t.Error("a date alone is a value, what is new is none")
	}
}
