package extract

import (
	"context"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// pointing is a reader that finds a word and is sure where it stands.
type pointing struct {
	word   string
	titles []string // that it read under
}

func (r *pointing) Read(_ context.Context, _ string, passages []reading.Passage) ([]reading.Reading, error) {
	out := make([]reading.Reading, len(passages))
	for i, p := range passages {
		r.titles = append(r.titles, p.Title)
		out[i].Answerable = -7
		if before, _, found := strings.Cut(p.Text, r.word); found {
			at := len([]rune(before))
			out[i] = reading.Reading{Answerable: 7, Spans: []reading.Span{{Start: at, End: at + len([]rune(r.word)), Score: -0.1}}}
		}
	}
	return out, nil
}

func (*pointing) Grounded(context.Context, string, []reading.Passage) ([]float64, error) {
	return nil, nil
}

func (*pointing) Names(_ context.Context, texts []string) ([][]reading.Name, error) {
	return make([][]reading.Name, len(texts)), nil
}

// Sentences are read alone, each under its title and headings, and short
// answers know whether the reader points at them there.
func TestReadAlone(t *testing.T) {
	a := &article.Article{ID: "a", Title: "河湾公园手册", Paragraphs: []article.Paragraph{
		{Text: "公园的北门在清早开启。公园的南门在傍晚关闭。公园的西门常年不开。公园的东门归管理处用。", Section: "开放"},
	}}
	ev := evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: 46, Text: a.Paragraphs[0].Text}}}})
	p := ev.Paragraphs[0]
	p.Read = true
	ranked := func() []*judged {
		var out []*judged
		for i := range p.Sentences {
			out = append(out, &judged{candidate: candidate{paragraph: p, sentence: i}, features: map[string]float64{}})
		}
		return out
	}
	reader := &pointing{word: "西门"}
	got := ranked()
	if err := readAlone(t.Context(), rag.Request{Question: "哪个门不开", Read: "哪个门不开", Reader: reader}, got); err != nil {
		t.Fatal(err)
	}
	if len(got[0].alone) > 0 || len(got[1].alone) > 0 || len(got[3].alone) > 0 {
		t.Error("places where the reader points at nothing")
	}
	if want := "河湾公园手册 开放"; slices.ContainsFunc(reader.titles, func(s string) bool { return s != want }) || len(reader.titles) != len(p.Sentences) {
		t.Errorf("read under %q, want %q for each", reader.titles, want)
	}
	at := got[2].alone
	if len(at) != 1 || string(p.Text[at[0].Start:at[0].End]) != "西门" {
		t.Errorf("the reader's place is %v", at)
	}
	features := map[string]float64{}
	got[2].noteAlone(zhtext.Range{Start: at[0].Start - 3, End: at[0].End}, features)
	if features[featureAloneSame] != 1 || features[featureAloneScore] != -0.1 {
		t.Errorf("a stretch around the place has %v", features)
	}
	features = map[string]float64{}
	got[2].noteAlone(zhtext.Range{Start: 0, End: 2}, features)
	if features[featureAloneSame] != 0 || features[featureAloneScore] != unread {
		t.Errorf("a stretch elsewhere has %v", features)
	}
	plain := ranked()
	if err := readAlone(t.Context(), rag.Request{Question: "哪个门不开"}, plain); err != nil || len(plain[2].alone) > 0 {
		t.Errorf("without a reader: %v, %d places", err, len(plain[2].alone))
	}
}

// Only a sentence is read alone whose short answer may be shown: the best, and that of
// another edition where no year is asked for.
func TestMaySay(t *testing.T) {
	edition := func(id string, year string) *evidence.Paragraph {
		a := &article.Article{ID: id, Title: year + "年河湾灯会", Paragraphs: []article.Paragraph{{Text: year + "年灯会有三万人到场。灯会开了七天。"}}}
		return evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: 22, Text: a.Paragraphs[0].Text}}}}).Paragraphs[0]
	}
	this, last := edition("a", "2023"), edition("b", "2022")
	ranked := []judged{{candidate: candidate{paragraph: this}}, {candidate: candidate{paragraph: this, sentence: 1}}, {candidate: candidate{paragraph: last}}}
	for _, c := range []struct {
		name     string
		thorough bool
		years    []int
		part     question.Part
		refused  bool
		want     []int
	}{
		{"the best and another edition", false, nil, question.Part{}, false, []int{0, 2}},
		{"a year is asked for", false, []int{2023}, question.Part{}, false, []int{0}},
		{"a list is asked for", false, nil, question.Part{Kind: question.KindList}, false, nil},
		{"several are asked for", false, nil, question.Part{Many: true}, false, nil},
		{"refused", false, nil, question.Part{}, true, nil},
		{"for a fit", true, []int{2023}, question.Part{Many: true}, true, []int{0, 1, 2}},
	} {
		got := Generator{Thorough: c.thorough}.maySay(rag.Request{Analysis: question.Analysis{Years: c.years}}, c.part, ranked, c.refused)
		var want []*judged
		for _, i := range c.want {
			want = append(want, &ranked[i])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d sentences, want %v", c.name, len(got), c.want)
		}
	}
}

// alikeness embeds a text as one of two directions.
type alikeness struct {
	towards string
	texts   int
}

func (a *alikeness) EmbedDocuments(_ context.Context, texts []string) ([][]float32, error) {
	a.texts += len(texts)
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = []float32{0, 1}
		if i == 0 || strings.Contains(t, a.towards) {
			out[i] = []float32{1, 0}
		}
	}
	return out, nil
}

// A sentence that no likeness would bring near the best one is not compared.
func TestCompareNear(t *testing.T) {
	a := &article.Article{ID: "a", Title: "手册", Paragraphs: []article.Paragraph{{Text: "北门早开。南门晚关。西门不开。"}}}
	p := evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: 15, Text: a.Paragraphs[0].Text}}}}).Paragraphs[0]
	ranked := func() []judged {
		var out []judged
		for i, discount := range []float64{0, -calibrated().CompareWithin / 2, -3 * calibrated().CompareWithin} {
			j := judged{candidate: candidate{paragraph: p, sentence: i}, discount: discount, features: map[string]float64{featureAlike: calibrated().Alike}}
			j.weigh()
			out = append(out, j)
		}
		return out
	}
	for _, c := range []struct {
		all   bool
		texts int
	}{{false, 3}, {true, 4}} {
		alike, got := &alikeness{towards: "南门"}, ranked()
		if err := compare(t.Context(), rag.Request{Question: "南门", Alike: alike}, got, c.all); err != nil {
			t.Fatal(err)
		}
		if alike.texts != c.texts || got[0].sentence != 1 {
			t.Errorf("all %v: %d texts, want %d; first is sentence %d, want 1", c.all, alike.texts, c.texts, got[0].sentence)
		}
	}
}
