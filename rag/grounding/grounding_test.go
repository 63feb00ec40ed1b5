package grounding

import (
	"context"
	"strings"
	"testing"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// someArticle makes an article of paragraphs, each of which was found.
func someArticle(id, title, published string, paragraphs ...string) []evidence.Passage {
	a := &article.Article{ID: id, Title: title}
	if published != "" {
		a.Published, _ = time.Parse("2006-01-02", published)
	}
	var found []evidence.Passage
	for i, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
		found = append(found, evidence.Passage{Article: a, Spans: []article.Span{{Paragraph: i + 1, End: len([]rune(p)), Text: p}}})
	}
	return found
}

// vocabulary answers Frequencies from a list of words.
type vocabulary map[string]int

func (v vocabulary) Frequencies(_ context.Context, terms []string) ([]int, int, error) {
	df := make([]int, len(terms))
	for i, t := range terms {
		df[i] = v[t]
	}
	return df, 100, nil
}

var words = vocabulary{"签约": 5, "项目": 20, "投资": 15, "企业": 10, "参展": 3, "数字": 8, "经济": 9, "数字经济": 7, "智能": 12, "制造": 9, "智能制造": 6, "主题": 4, "开幕": 3, "主持": 2, "开幕式": 2, "茶博会": 4}

func evidenceOf(t *testing.T) *evidence.Evidence {
	t.Helper()
	hits := someArticle("tea", "2021年茶博会签约仪式举行", "2021-05-21",
		"本届茶博会共签约项目36个，合同金额128.5亿元。其中，加工类项目20个、金额86亿元；品牌类项目16个、金额42.5亿元。",
		"茶博会以“一叶知千年”为主题，参展企业超过1500家。闭幕前没有公布观众人数。")
	return evidence.New(hits)
}

func TestVerify(t *testing.T) {
	ev := evidenceOf(t)
	tests := []struct {
		name, claim, asked string
		want               bool
		quote, why         string
	}{
		{"as it stands", "本届茶博会共签约项目36个，合同金额128.5亿元。", "签约多少", true, "本届茶博会共签约项目36个，合同金额128.5亿元。", ""},
		{"other words, same figure", "茶博会签约了36个项目", "签约多少", true, "本届茶博会共签约项目36个，合同金额128.5亿元。", ""},
		{"full width figure", "茶博会共签约项目３６个", "签约多少", true, "", ""},
		{"Chinese numeral", "茶博会共签约项目三十六个", "签约多少", true, "", ""},
		{"invented figure", "茶博会共签约项目63个", "签约多少", false, "", "63"},
		{"another unit", "茶博会共签约项目36亿元", "签约多少", false, "", "36亿元"},
		{"figure in another scale", "合同金额为1285000万元", "金额多少", true, "", ""},
		{"other year asked for", "本届茶博会共签约项目36个", "2023年茶博会签约多少", false, "", "another year"},
		{"other year claimed", "2023年茶博会共签约项目36个", "签约多少", false, "", "2023"},
		{"sum with its terms", "加工类86亿元、品牌类42.5亿元，合计128.5亿元。", "一共多少", true, "", ""},
		{"invented quotation", "茶博会以“茶和天下”为主题", "主题是什么", false, "", "茶和天下"},
		{"quotation", "主题是“一叶知千年”。", "主题是什么", true, "", ""},
		{"opposite", "茶博会公布了观众人数，参展企业没有超过1500家。", "企业多少", false, "", ""},
		{"unrelated", "火星探测器昨日传回照片。", "火星", false, "", ""},
		{"nothing", "——", "签约", false, "", "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := question.Analyze(context.Background(), words, tt.asked, nil)
			if err != nil {
				t.Fatal(err)
			}
			v, p := Verifier{Evidence: ev, Analysis: a}.Verify(Claim{Text: tt.claim})
			if v.Supported != tt.want {
				t.Fatalf("supported = %v, want %v: %+v", v.Supported, tt.want, v)
			}
			if !strings.Contains(v.Why, tt.why) {
				t.Errorf("why = %q, want %q in it", v.Why, tt.why)
			}
			if tt.quote != "" && v.Quote != tt.quote {
				t.Errorf("quote = %q, want %q", v.Quote, tt.quote)
			}
			if v.Supported && string(p.Text[v.Start:v.End]) != v.Quote {
				t.Errorf("quote %q is not paragraph[%d:%d]", v.Quote, v.Start, v.End)
			}
		})
	}
}

func TestVerifyDerivesAndShowsTheCalculation(t *testing.T) {
	hits := someArticle("a", "投资", "2021-05-21", "加工类项目金额86亿元，品牌类项目金额42.5亿元。")
	v, _ := Verifier{Evidence: evidence.New(hits)}.Verify(Claim{Text: "加工类金额86亿元，品牌类金额42.5亿元，合计128.5亿元。"})
	if !v.Supported || v.Calculation != "86亿元 + 42.5亿元 = 128.5亿元" {
		t.Errorf("verdict = %+v", v)
	}
	v, _ = Verifier{Evidence: evidence.New(hits)}.Verify(Claim{Text: "加工类金额86亿元，品牌类金额42.5亿元，合计130亿元。"})
	if v.Supported {
		t.Errorf("a wrong sum passed: %+v", v)
	}
}

func TestEvidenceOfAVeryLongParagraph(t *testing.T) {
	filler := strings.Repeat("这一句只是为了把段落写长。", 20000)
	text := filler + "本届茶博会共签约项目36个。" + filler
	a := &article.Article{ID: "long", Title: "茶博会", Paragraphs: []article.Paragraph{{Text: text}}}
	at := len([]rune(filler))
	hit := evidence.Passage{Article: a, Spans: []article.Span{{Paragraph: 1, Start: at, End: at + 13}}}
	started := time.Now()
	v, _ := Verifier{Evidence: evidence.New([]evidence.Passage{hit})}.Verify(Claim{Text: "茶博会共签约项目36个"})
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if !v.Supported || string([]rune(text)[v.Start:v.End]) != v.Quote {
		t.Errorf("quote %q is not paragraph[%d:%d] (%s)", v.Quote, v.Start, v.End, v.Why)
	}
}

func TestRestoreHedges(t *testing.T) {
	hits := someArticle("a", "茶会", "2021-05-21", "茶会请来1500余名嘉宾，企业超600家，展品10件，其中不低于5件是新品，另有10余件古董。")
	p := evidence.New(hits).Paragraphs[0]
	span := p.Sentences[0].Range
	for in, want := range map[string]string{
		"茶会请来1500名嘉宾、600家企业。": "茶会请来1500余名嘉宾、超600家企业。",
		"新品有5件。":              "新品有不低于5件。",
		"展品10件。":              "展品10件。", // it stands there plainly
		"约1500名嘉宾。":           "约1500名嘉宾。",
		"嘉宾1500人。":            "嘉宾1500人。", // another measure word: left as it is
	} {
		if got := restoreHedges(in, p, span); got != want {
			t.Errorf("restoreHedges(%q) = %q, want %q", in, got, want)
		}
	}
}
