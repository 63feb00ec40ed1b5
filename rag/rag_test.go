package rag

import (
	"strconv"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/grounding"
	"zhiwen/rag/question"
)

// someArticle makes an article whose paragraphs are its passages.
func someArticle(id, title, published string, paragraphs ...string) (*article.Article, []Hit) {
	a := &article.Article{ID: id, Title: title}
	if published != "" {
		a.Published, _ = time.Parse("2006-01-02", published)
	}
	var hits []Hit
	for i, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
		hits = append(hits, Hit{
			Rank: i + 1, Article: a,
			Passage: article.Passage{
				ID: id + "#" + strconv.Itoa(i+1), ArticleID: id,
				Spans: []article.Span{{Paragraph: i + 1, Start: 0, End: len([]rune(p)), Text: p}},
			},
		})
	}
	return a, hits
}

func evidenceOf(t *testing.T) *evidence.Evidence {
	t.Helper()
	_, hits := someArticle("tea", "2021年茶博会签约仪式举行", "2021-05-21",
		"本届茶博会共签约项目36个，合同金额128.5亿元。其中，加工类项目20个、金额86亿元；品牌类项目16个、金额42.5亿元。",
		"茶博会以“一叶知千年”为主题，参展企业超过1500家。闭幕前没有公布观众人数。")
	return NewEvidence(hits)
}

func TestFuse(t *testing.T) {
	_, hits := someArticle("a", "题", "", "一", "二", "三", "四")
	scored := func(h Hit, score float64) Hit { h.Score = score; return h }
	got := Fuse("一", []Hit{scored(hits[1], 9), scored(hits[0], 7)}, []Hit{scored(hits[1], 0.6), scored(hits[2], 0.5)}, nil, 3)
	want := []string{"a#2", "a#1", "a#3"}
	for i, h := range got {
		if h.Passage.ID != want[i] || h.Rank != i+1 {
			t.Errorf("hit %d = %s rank %d, want %s", i, h.Passage.ID, h.Rank, want[i])
		}
	}
	if got[0].KeywordRank != 1 || got[0].VectorRank != 1 || got[1].VectorRank != 0 {
		t.Errorf("ranks of the sides are wrong: %+v", got)
	}
}

// Where hardly a word of the question is found, meaning decides.
func TestFuseTrustsWordsByHowManyAreFound(t *testing.T) {
	_, hits := someArticle("a", "手册", "", "电梯维修请拨物业电话。", "狗狗必须拴绳才能出门遛。")
	scored := func(h Hit, score float64) Hit { h.Score = score; return h }
	byWord := []Hit{scored(hits[0], 3), scored(hits[1], 2)}
	byMeaning := []Hit{scored(hits[1], 0.7), scored(hits[0], 0.45)}
	for question, first := range map[string]string{
		"养宠物外出有何要求请告知": "a#2", // none of its words is anywhere
		"电梯维修请拨什么物业电话": "a#1",
	} {
		if got := Fuse(question, byWord, byMeaning, nil, 2); got[0].Passage.ID != first {
			t.Errorf("%s: %s first, want %s", question, got[0].Passage.ID, first)
		}
	}
}

func TestFuseBoostsTheYearWithoutFiltering(t *testing.T) {
	_, old := someArticle("a", "2021年的会", "2021-01-01", "一")
	_, recent := someArticle("b", "2025年的会", "2025-01-01", "一")
	old[0].Score, recent[0].Score = 0.61, 0.6
	got := Fuse("", nil, []Hit{old[0], recent[0]}, []int{2025}, 5)
	if len(got) != 2 || got[0].Article.ID != "b" {
		t.Errorf("got %v", got)
	}
}

func TestComposerNumbersByFirstAppearance(t *testing.T) {
	ev := evidenceOf(t)
	verifier := grounding.New(ev, question.Analysis{}, nil)
	var c composer
	for _, text := range []string{"共签约项目36个", "茶博会以“一叶知千年”为主题，参展企业超过1500家。", "本届茶博会共签约项目36个，合同金额128.5亿元。"} {
		claim := Claim{Text: text, Short: text == "共签约项目36个"}
		v, p, err := verifier.Verify(t.Context(), claim)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Supported {
			t.Fatalf("%q: %s", text, v.Why)
		}
		c.add(claim, v, p, "zh")
	}
	want := "共签约项目36个[1]\n茶博会以“一叶知千年”为主题，参展企业超过1500家。[2]本届茶博会共签约项目36个，合同金额128.5亿元。[1]"
	if c.text.String() != want {
		t.Errorf("text = %q, want %q", c.text.String(), want)
	}
}
