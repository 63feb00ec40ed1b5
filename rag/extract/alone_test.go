package extract

import (
	"context"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
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

// The likeliest sentences are read alone, each under its title and headings, and short
// answers know whether the reader points at them there.
func TestReadAlone(t *testing.T) {
	a := &article.Article{ID: "a", Title: "河湾公园手册", Paragraphs: []article.Paragraph{
		{Text: "公园的北门在清早开启。公园的南门在傍晚关闭。公园的西门常年不开。公园的东门归管理处用。", Section: "开放"},
	}}
	ev := evidence.New([]evidence.Passage{{Article: a, Spans: []article.Span{{Paragraph: 1, End: 46, Text: a.Paragraphs[0].Text}}}})
	p := ev.Paragraphs[0]
	p.Read = true
	ranked := func() []judged {
		var out []judged
		for i := range p.Sentences {
			out = append(out, judged{candidate: candidate{paragraph: p, sentence: i}, features: map[string]float64{}})
		}
		return out
	}
	reader := &pointing{word: "西门"}
	got := ranked()
	if err := readAlone(t.Context(), rag.Request{Question: "哪个门不开", Reader: reader}, got); err != nil {
		t.Fatal(err)
	}
	if len(got[0].alone) > 0 || len(got[1].alone) > 0 || len(got[3].alone) > 0 {
		t.Error("places where the reader points at nothing")
	}
	if want := "河湾公园手册 开放"; slices.ContainsFunc(reader.titles, func(s string) bool { return s != want }) || len(reader.titles) != aloneSentences {
		t.Errorf("read under %q, want %q for each of the likeliest", reader.titles, want)
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
