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
