package extract

import (
	"strings"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// paragraphOf is the only paragraph of an article, and where a piece of it stands.
func paragraphOf(text, piece string) (*evidence.Paragraph, zhtext.Range) {
	a := &article.Article{ID: "a", Title: "文件", Paragraphs: []article.Paragraph{{Text: text}}}
	ev := evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: len([]rune(text)), Text: text}}}})
	start := len([]rune(text[:strings.Index(text, piece)]))
	return ev.Paragraphs[0], zhtext.Range{Start: start, End: start + len([]rune(piece))}
}

// stretch is a piece of a text and what is to become of it for a question.
type stretch struct{ text, asked, at, want string }

func testStretches(t *testing.T, become func(asked string, p *evidence.Paragraph, at, sentence zhtext.Range) zhtext.Range, cases []stretch) {
	t.Helper()
	for _, c := range cases {
		p, at := paragraphOf(c.text, c.at)
		got := become(c.asked, p, at, p.Sentences[0].Range)
		if text := string(p.Text[got.Start:got.End]); text != c.want {
			t.Errorf("%s: %s, want %s", c.asked, text, c.want)
		}
	}
}

func TestWholeSeries(t *testing.T) {
	testStretches(t, wholeSeries, []stretch{
		{"3号线返程18:20和20:00两班。", "3号线返程几点", "18:20", "18:20和20:00"},
		{"开放日为5月3日、5月10日、5月17日。", "哪天开放", "5月10日", "5月3日、5月10日、5月17日"},
		{"甲队和乙队分别于5月3日、5月10日到达。", "乙队哪天到", "5月10日", "5月10日"},
		{"5月3日和5月10日开放。", "除了5月3日还有哪天开放", "5月10日", "5月10日"},
		{"5月3日开工，5月10日停工。", "哪天停工", "5月10日", "5月10日"},
	})
}

// A name inside of what the reader points at is a piece of it.
func TestCutOut(t *testing.T) {
	p, at := paragraphOf("铁路位于胶东半岛北侧海岸。", "胶东半岛北侧海岸")
	p.Findings = []evidence.Finding{{Range: at}}
	for text, want := range map[string]bool{"胶东半岛": true, "胶东半岛北侧海岸": false, "铁路": false} {
		_, piece := paragraphOf(string(p.Text), text)
		if cutOut(p, piece) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

// Two places without anything between them are one.
func TestPlacesThatTouch(t *testing.T) {
	p, at := paragraphOf("真君庙位于新界青衣岛，供奉灵昭真君。", "新界青衣岛")
	p.Names = []reading.Name{{Start: at.Start, End: at.Start + 2, Kind: reading.Place}, {Start: at.Start + 2, End: at.End, Kind: reading.Place}}
	found := siblings("真君庙位于哪里", p, 0)
	if len(found) != 1 || found[0].Range != at {
		t.Errorf("%+v", found)
	}
}
