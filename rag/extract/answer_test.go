package extract_test

import (
	"errors"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/extract"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/reader"
	"zhiwen/rag/zhtext"
)

var (
	segmenter  = sync.OnceValue(zhtext.NewSegmenter)
	openReader = sync.OnceValues(func() (*reader.Model, error) { return reader.Open(embeddings.Options{}) })
)

// chainOver is the offline chain, reader and index included, over one article of
// the paragraphs.
func chainOver(t *testing.T, title string, paragraphs ...string) *rag.Chain {
	t.Helper()
	return chainOf(t, text("a", title, paragraphs...))
}

// text is an article of paragraphs.
func text(id, title string, paragraphs ...string) article.Article {
	a := article.Article{ID: id, Title: title, Path: id + ".md"}
	for _, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
	}
	return a
}

// chainOf is the offline chain over articles.
func chainOf(t *testing.T, articles ...article.Article) *rag.Chain {
	t.Helper()
	r, err := openReader()
	if errors.Is(err, embeddings.ErrModelMissing) && os.Getenv("ZHIWEN_REQUIRE_MODEL") != "1" {
		t.Skip("no ONNX Runtime: make model")
	}
	if err != nil {
		t.Fatal(err)
	}
	e := &indextest.HashEmbedder{Dimension: indextest.Dimension}
	store, err := index.Open(t.Context(), index.Options{Dir: t.TempDir(), Embedder: e, Segment: segmenter().Words})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	return &rag.Chain{Index: store, Embedder: e, Extractive: extract.New(), Reader: r}
}

// A refusal can be looked into: the likeliest sentences, the chance that it takes, and
// what each part of the sum adds.
func TestRefusalIsExplained(t *testing.T) {
	c := chainOver(t, "月光桥通车", "月光桥5月1日通车。这座桥全长420米，双向四车道。", "市民都来看桥。")
	a, err := c.Answer(t.Context(), rag.Question{Text: "月光桥的设计师毕业于哪所大学"}, rag.AnswerOptions{Explain: true})
	if err != nil || !a.Refused || len(a.Trace.Candidates) == 0 {
		t.Fatalf("%v, refused %v, %+v", err, a.Refused, a.Trace)
	}
	if best := a.Trace.Candidates[0]; best.Answered >= best.RefuseBelow {
		t.Errorf("refused, although %.4f is not below %.4f", best.Answered, best.RefuseBelow)
	}
	for _, n := range a.Trace.Candidates {
		sum, most := 0.0, 0.0
		for name, part := range n.Weighed {
			sum += part
			if name != "bias" {
				most = max(most, math.Abs(part))
			}
		}
		if chance := 1 / (1 + math.Exp(-sum)); math.Abs(chance-n.Answered) > 1e-9 {
			t.Errorf("%s: the parts give %.4f, the chance is %.4f", n.Sentence, chance, n.Answered)
		}
		if math.Abs(n.Weighed[n.CountedMost]) != most || extract.Meaning(n.CountedMost) == n.CountedMost {
			t.Errorf("%s: %q counted most of %v", n.Sentence, n.CountedMost, n.Weighed)
		}
	}
}

func answerTo(t *testing.T, c *rag.Chain, q rag.Question) rag.Answer {
	t.Helper()
	a, err := c.Answer(t.Context(), q, rag.AnswerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Of several figures, dates and names the one that is asked for; never an old one,
// one of another unit or the number of a list.
func TestWhichOfSeveral(t *testing.T) {
	c := chainOver(t, "青石县统计公报",
		"2024年，青石县货物进出口总额为46.2亿元，其中出口31.5亿元，进口14.7亿元。",
		"3.全县茶叶产量达到1.8万吨以上。",
		"县医院的床位原来只有320张，如今达到610张。",
		"做一份酱需要黄豆400克、清水250毫升、盐30克。",
		"老图书馆由林岚设计，新图书馆由周启明设计。",
		"石桥乡小学建于1958年，河湾乡小学建于1972年。")
	for _, test := range []struct{ asked, want, not string }{
		{"青石县出口多少亿元", "31.5亿元", "46.2"},
		{"青石县进口多少亿元", "14.7亿元", "46.2"},
		{"全县茶叶产量是多少吨", "1.8万吨以上", "3"},
		{"县医院有多少张床位", "610张", "320"},
		{"一份酱要用多少克黄豆", "400克", "250"},
		{"新图书馆是谁设计的", "周启明", "林岚"},
		{"河湾乡小学建于哪一年", "1972年", "1958"},
	} {
		a := answerTo(t, c, rag.Question{Text: test.asked})
		if !strings.Contains(a.Text, test.want) {
			t.Errorf("%s: %q does not hold %q", test.asked, a.Text, test.want)
		}
		if a.Short != "" && (!strings.Contains(a.Short, test.want) || strings.Contains(a.Short, test.not)) {
			t.Errorf("%s: short answer %q, want %q", test.asked, a.Short, test.want)
		}
	}
}

// Several questions in one are all answered, and a difference is computed.
func TestQuestionsInParts(t *testing.T) {
	c := chainOver(t, "红柳钢厂年报",
		"2021年，红柳钢厂钢材产量为120.5万吨，有员工3200人。",
		"2023年，红柳钢厂钢材产量为98万吨，有员工2900人。")
	for _, test := range []struct {
		asked string
		want  []string
		short string
	}{
		{"红柳钢厂2021年和2023年的钢材产量分别是多少", []string{"120.5万吨", "98万吨"}, ""},
		{"红柳钢厂2021年钢材产量是多少，有多少员工", []string{"120.5万吨", "3200人"}, ""},
		{"红柳钢厂2023年钢材产量比2021年少多少万吨", []string{"22.5万吨", "120.5万吨 − 98万吨"}, "22.5万吨"},
	} {
		a := answerTo(t, c, rag.Question{Text: test.asked})
		for _, want := range test.want {
			if !strings.Contains(a.Text, want) {
				t.Errorf("%s: %q does not hold %q", test.asked, a.Text, want)
			}
		}
		if test.short != "" && a.Short != test.short {
			t.Errorf("%s: short answer %q, want %q", test.asked, a.Short, test.short)
		}
		for _, citation := range a.Citations {
			if citation.Quote == "" {
				t.Errorf("%s: citation %d without a quote", test.asked, citation.Marker)
			}
		}
	}
}

// A short question that stands by itself inherits nothing from one about something else,
// and one that does not goes on with what the one before was about.
func TestShortQuestionsInherit(t *testing.T) {
	c := chainOver(t, "河湾小区生活手册",
		"停水通知：因水管检修，6月8日8时至18时3号楼停水。",
		"职工结婚可以休婚假10天，工资照发。",
		"农家蜂蜜每瓶88元，两瓶起送。",
		"车位分两种：地面车位每月租金200元，地下车位每月租金350元。")
	for _, test := range []struct{ before, asked, want string }{
		{"3号楼哪天停水", "婚假几天", "10天"},
		{"3号楼哪天停水", "蜂蜜多少钱", "88元"},
		{"婚假几天", "蜂蜜多少钱", "88元"},
		{"地下车位每月租金多少", "那地面的呢", "200元"},
	} {
		a := answerTo(t, c, rag.Question{Text: test.asked, History: []rag.Turn{{Question: test.before, Answer: "…"}}})
		if !strings.Contains(a.Text, test.want) {
			t.Errorf("%s, then %s (%s): %q does not hold %q", test.before, test.asked, a.Question, a.Text, test.want)
		}
	}
}

// Requests that point back and lists of documents are understood in traditional
// characters as well; a list of a year names the documents of that year.
func TestListsAndBackReferences(t *testing.T) {
	c := chainOver(t, "河湾小区生活手册", "停水通知：因水管检修，6月8日8时至18时3号楼停水。")
	history := []rag.Turn{{Question: "3号楼哪天停水", Answer: "6月8日"}}
	for asked, want := range map[string]string{
		"上一個問題是什麼": "3号楼哪天停水", "有哪些資料": "河湾小区生活手册", "1999年的文章有哪些": "1999 年",
	} {
		a := answerTo(t, c, rag.Question{Text: asked, History: history})
		if !strings.Contains(a.Text, want) || asked == "1999年的文章有哪些" && !a.Refused {
			t.Errorf("%s: %q (refused %v), want %q", asked, a.Text, a.Refused, want)
		}
	}
}
