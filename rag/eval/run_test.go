package eval_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/eval"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// desk is a small reading desk that answers from a table: what is measured
// here is the measuring.
type desk struct {
	articles map[string]*article.Article
	answers  map[string]rag.Answer
	hits     map[string][]rag.Hit
	asked    []rag.Question
}

func (d *desk) Answer(_ context.Context, q rag.Question) (rag.Answer, error) {
	d.asked = append(d.asked, q)
	a, ok := d.answers[q.Text]
	if !ok {
		return rag.Answer{}, errors.New("no such question on the desk")
	}
	return a, nil
}

func (d *desk) Search(_ context.Context, question string, k int) ([]rag.Hit, error) {
	hits := d.hits[question]
	return hits[:min(k, len(hits))], nil
}

func (d *desk) Article(id string) (*article.Article, bool) {
	a, ok := d.articles[id]
	return a, ok
}

// hit is a passage that is one whole paragraph.
func (d *desk) hit(id string, n int) rag.Hit {
	a := d.articles[id]
	text, _ := a.Paragraph(n)
	return rag.Hit{Article: a, Passage: article.Passage{ID: id + "#" + string(rune('0'+n)), ArticleID: id,
		Spans: []article.Span{{Paragraph: n, End: len([]rune(text)), Text: text}}}}
}

// cite quotes the part of a paragraph.
func (d *desk) cite(marker int, id string, n int, quote string) rag.Citation {
	a := d.articles[id]
	text, _ := a.Paragraph(n)
	i := strings.Index(text, quote)
	if i < 0 {
		panic("no such quote: " + quote)
	}
	start := len([]rune(text[:i]))
	return rag.Citation{Marker: marker, ArticleID: id, Title: a.Title, Published: "2021-08-24", Paragraph: n,
		Start: start, End: start + len([]rune(quote)), Quote: quote}
}

func newDesk() *desk {
	d := &desk{articles: map[string]*article.Article{
		"tea": {ID: "tea", Title: "2021茶会签约", Paragraphs: []article.Paragraph{
			{Text: "本届茶会签下92个项目，合同总额2524亿元。"},
			{Text: "茶会为期3天，610余家茶企参展。"}}},
		"boat": {ID: "boat", Title: "船展", Paragraphs: []article.Paragraph{{Text: "船展由李雷主持，共有18条船。"}}},
	}}
	signed := "本届茶会签下92个项目，合同总额2524亿元。"
	d.answers = map[string]rag.Answer{
		"签了几个": {Text: "92个[1]\n" + signed + "[1]", Answerer: "extractive",
			Citations: []rag.Citation{d.cite(1, "tea", 1, signed)}},
		"来了多少家茶企": {Text: "610家茶企参展，其中70家来自国外。[1]", Answerer: "extractive",
			Citations: []rag.Citation{d.cite(1, "tea", 2, "茶会为期3天，610余家茶企参展。")}},
		"那船呢":       {Question: "船展有几条船", Text: "资料中没有相关信息。", Refused: true, Reason: rag.ReasonNotCovered},
		"2023年签了几个": {Text: "资料中没有2023年的内容。", Refused: true, Reason: rag.ReasonEdition},
		"今天天气": {Text: "船展由李雷主持，共有18条船。[1]", Usage: &rag.Usage{PromptTokens: 200, CompletionTokens: 30},
			Citations: []rag.Citation{d.cite(1, "boat", 1, "船展由李雷主持，共有18条船。")}},
	}
	d.hits = map[string][]rag.Hit{
		"签了几个":      {d.hit("boat", 1), d.hit("tea", 1)},
		"来了多少家茶企":   {d.hit("tea", 2), d.hit("tea", 1)},
		"船展有几条船":    {d.hit("boat", 1)},
		"2023年签了几个": {d.hit("tea", 1)},
	}
	return d
}

const deskCases = `{"id":"n1","user_input":"签了几个","reference":[["92个","九十二个"]],"reference_contexts":["92个项目"],"answerable":true,"type":"numeric"}
{"id":"n2","user_input":"来了多少家茶企","reference":[["610"],["余家"]],"reference_contexts":["610余家茶企"],"reference_keys":[["610","茶企"]],"answerable":true,"type":"numeric"}

{"id":"f1","history":["签了几个"],"user_input":"那船呢","reference":[["18"]],"reference_contexts":["18条船"],"answerable":true,"type":"follow-up"}
{"id":"p1","user_input":"2023年签了几个","answerable":false,"type":"false-premise"}
{"id":"o1","user_input":"今天天气","answerable":false,"type":"out-of-domain"}
`

func runDesk(t *testing.T, d *desk, opt eval.Options) *eval.Report {
	t.Helper()
	cases, err := eval.Load(strings.NewReader(deskCases))
	if err != nil {
		t.Fatal(err)
	}
	opt.Asker, opt.Search, opt.Article = d, d.Search, d.Article
	opt.Provenance = eval.Provenance{Corpus: "sha256:ab", Config: "sha256:cd", Model: "bge-small-zh-v1.5"}
	r, err := eval.Run(t.Context(), opt, cases)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunMeasures(t *testing.T) {
	d := newDesk()
	var seen []string
	r := runDesk(t, d, eval.Options{Progress: func(done, total int, res eval.Result) {
		if total != 5 || done != len(seen)+1 {
			t.Errorf("progress %d of %d after %d", done, total, len(seen))
		}
		seen = append(seen, res.ID)
	}})
	if got := strings.Join(seen, " "); got != "n1 n2 f1 p1 o1" {
		t.Errorf("progress named %s", got)
	}
	for name, want := range map[string]float64{
		eval.MetricAnswerMatch:   .3333, // n2 lacks a group, f1 was refused
		eval.MetricLeadMatch:     .3333,
		eval.MetricRefusalRecall: .5, eval.MetricFalseAnswers: .5, eval.MetricOverRefusal: .3333,
		eval.MetricHit1: .6667, eval.MetricHit5: 1, eval.MetricMRR: .8333,
		eval.MetricNDCG:              .8770, // (1/log2(3) + 1 + 1) / 3
		eval.MetricCitationPrecision: .75,   // n2's 70 is not in its quote
		eval.MetricCitationRecall:    1, eval.MetricVerbatim: 1,
		eval.MetricUnsupportedNumbers: .1667, // 92, 92, 2524, 610, 18 stand, 70 does not
	} {
		m, ok := r.Metric(name)
		if !ok || m.Value != want {
			t.Errorf("%s = %v (measured: %t), want %v", name, m.Value, ok, want)
		}
		if m.Low > m.Value || m.High < m.Value {
			t.Errorf("%s = %v outside of its interval %v–%v", name, m.Value, m.Low, m.High)
		}
	}
	if r.Passed() || len(r.Missed) != 4 {
		t.Errorf("missed %v", r.Missed)
	}
	last := d.asked[len(d.asked)-3]
	if len(last.History) != 1 || last.History[0].Question != "签了几个" || !strings.HasPrefix(last.History[0].Answer, "92个") {
		t.Errorf("the follow-up got the history %+v", last.History)
	}
	if r.Tokens == nil || *r.Tokens != (eval.Tokens{Prompt: 200, Completion: 30}) {
		t.Errorf("tokens %+v", r.Tokens)
	}
}

func TestRunByKeys(t *testing.T) {
	r := runDesk(t, newDesk(), eval.Options{Relevance: eval.ByKeys})
	m, _ := r.Metric(eval.MetricHit1)
	if m.Cases != 1 || m.Value != 1 {
		t.Errorf("hit@1 = %+v, want it from the one case that has keys", m)
	}
}

func TestRunNoticesFalseQuotesAndMarkers(t *testing.T) {
	d := newDesk()
	a := d.answers["签了几个"]
	a.Citations = slices.Clone(a.Citations)
	a.Citations[0].Start++
	a.Text += "船展也很好看。"
	a.Text += "茶会也是。[7]"
	d.answers["签了几个"] = a
	r := runDesk(t, d, eval.Options{})
	text := strings.Join(r.Results[0].Failures, "\n")
	for _, want := range []string{"is not what stands in paragraph 1", "no citation for: 船展也很好看。", "[7] points at no citation"} {
		if !strings.Contains(text, want) {
			t.Errorf("failures lack %q:\n%s", want, text)
		}
	}
	if m, _ := r.Metric(eval.MetricVerbatim); m.Value != .6667 {
		t.Errorf("verbatim quotes = %v", m.Value)
	}
}

func TestRunErrors(t *testing.T) {
	cases, err := eval.Load(strings.NewReader(deskCases))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	delete(d.answers, "今天天气")
	r, err := eval.Run(t.Context(), eval.Options{Asker: d}, cases)
	if err != nil {
		t.Fatal(err)
	}
	if r.Errors != 1 || r.Passed() || !strings.Contains(r.Results[4].Error, "no such question") {
		t.Errorf("errors %d, result %+v", r.Errors, r.Results[4])
	}
	if _, ok := r.Metric(eval.MetricHit5); ok {
		t.Error("hit@5 without a search")
	}
	d.answers = nil
	if _, err := eval.Run(t.Context(), eval.Options{Asker: d}, cases); !errors.Is(err, eval.ErrNothingRan) {
		t.Errorf("all failed: %v", err)
	}
	if _, err := eval.Run(t.Context(), eval.Options{Asker: newDesk()}, nil); !errors.Is(err, eval.ErrNothingRan) {
		t.Errorf("no cases: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := eval.Run(ctx, eval.Options{Asker: newDesk()}, cases); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestReportsGolden(t *testing.T) {
	before := newDesk()
	before.answers["今天天气"] = rag.Answer{Text: "资料中没有相关信息。", Refused: true, Reason: rag.ReasonNotCovered}
	var base bytes.Buffer
	if err := runDesk(t, before, eval.Options{}).Write(&base, eval.FormatBaseline); err != nil {
		t.Fatal(err)
	}
	baseline, err := eval.LoadBaseline(&base)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range eval.Formats() {
		t.Run(string(f), func(t *testing.T) {
			var out [2]bytes.Buffer
			for i := range out {
				r := runDesk(t, newDesk(), eval.Options{Workers: 1 + 2*i})
				r.Compare(baseline)
				if err := r.Write(&out[i], f); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
				t.Error("two runs wrote different bytes")
			}
			golden := filepath.Join("testdata", "report."+string(f))
			if *update {
				if err := os.WriteFile(golden, out[0].Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, out[0].Bytes()) {
				t.Errorf("differs from %s (go test ./rag/eval -update rewrites it):\n%s", golden, out[0].String())
			}
		})
	}
	if err := (&eval.Report{}).Write(&base, "pdf"); !errors.Is(err, eval.ErrFormat) {
		t.Errorf("unknown format: %v", err)
	}
}

func TestLatencyIsOptional(t *testing.T) {
	with, without := runDesk(t, newDesk(), eval.Options{Latency: true}), runDesk(t, newDesk(), eval.Options{})
	if with.Latency == nil || with.Results[0].LatencyMS == nil {
		t.Error("asked for, but not there")
	}
	if without.Latency != nil || without.Results[0].LatencyMS != nil {
		t.Error("there, but not asked for")
	}
}

func TestCompare(t *testing.T) {
	now := runDesk(t, newDesk(), eval.Options{})
	base := *now
	base.Results = slices.Clone(now.Results)
	base.Results[0].Passed, base.Results[4].Passed = false, true
	base.Results[3].ID = "gone"
	if now.Missed = nil; !now.Passed() {
		t.Fatal("fails without a baseline")
	}
	now.Compare(&base)
	if now.Passed() {
		t.Error("passes although o1 passed in the baseline and fails now")
	}
	var table bytes.Buffer
	if err := now.Write(&table, eval.FormatTable); err != nil {
		t.Fatal(err)
	}
	if want := "WORSE THAN THE BASELINE\n  o1 passed in the baseline and fails now\n"; !strings.HasSuffix(table.String(), want) {
		t.Errorf("the table does not end in %q:\n%s", want, table.String())
	}
	b := now.Baseline
	for _, c := range []struct {
		name      string
		got, want []string
	}{{"fixed", b.Fixed, []string{"n1"}}, {"broken", b.Broken, []string{"o1"}},
		{"added", b.Added, []string{"p1"}}, {"removed", b.Removed, []string{"gone"}}} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	for _, bad := range []string{"", "[]", "{}", `{"metrics":3}`} {
		if _, err := eval.LoadBaseline(strings.NewReader(bad)); err == nil {
			t.Errorf("baseline %q was accepted", bad)
		}
	}
	same := runDesk(t, newDesk(), eval.Options{})
	same.Missed = nil
	if same.Compare(runDesk(t, newDesk(), eval.Options{})); !same.Passed() {
		t.Error("fails although nothing passes less than in the baseline")
	}
}
