package public

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// apartDigits come from another program: printf '甲\n乙' | sha256sum.
const apartDigits = "083dc448"

// The rule that other programs follow too: sha256("甲\n乙") begins with these
// eight digits.
func TestSideOf(t *testing.T) {
	if got := digest("甲\n乙")[:8]; got != apartDigits {
		t.Errorf("digest begins with %s, want %s", got, apartDigits)
	}
	sides := map[Side]int{}
	for i := range 2000 {
		sides[SideOf([]string{strings.Repeat("文", i+1)})]++
	}
	// 300 and 200 expected, four standard deviations.
	if n := sides[SideApart]; n < 240 || n > 360 {
		t.Errorf("%d of 2000 documents are apart, want about 300", n)
	}
	if n := sides[SideCalibrate]; n < 147 || n > 253 {
		t.Errorf("%d of 2000 documents are for calibration, want about 200", n)
	}
}

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		text, answer string
		want         bool
	}{
		{"共有３０ 人。[1]", "30人", true},
		{"共有三十人参加", "30人", true},
		{"成立于1920年", "92", false},
		{"比分是32, 20", "3220", false},
		{"价格1,920元", "1920元", true},
		{"长3.5米", "5米", false},
		{"由“光荣”和ω-force开发", "光荣和ω-Force", true},
		{"在北京", "上海", false},
		{"在北京", "", false},
	} {
		if got := holds(c.text, c.answer); got != c.want {
			t.Errorf("holds(%q, %q) = %v", c.text, c.answer, got)
		}
	}
}

func TestShortRight(t *testing.T) {
	for _, c := range []struct {
		short, answer string
		want          bool
	}{
		{"1992年", "1992年。", true},
		{"1993年", "1992年", false},
		{"约30人", "30人", true},
		{"张三", "张四", false},
		{"北京市海淀区", "海淀区", true},
		{"京", "北京市海淀区", false},
		{"他们在北京市海淀区的苏州街开了一家店", "海淀区", false},
		{"预防各种类型的宫颈癌", "用于预防各种类型的宫颈癌的疫苗", true},
		{"", "北京", false},
	} {
		if got := shortRight(c.short, []string{c.answer}); got != c.want {
			t.Errorf("shortRight(%q, %q) = %v", c.short, c.answer, got)
		}
	}
}

// ranking is an index that finds the same passages always.
type ranking struct {
	rag.Index
	articles []string
}

func (r ranking) Keyword(_ context.Context, _ string, k int) ([]rag.Hit, error) {
	var out []rag.Hit
	for i, id := range r.articles[:min(k, len(r.articles))] {
		out = append(out, rag.Hit{Rank: i + 1, Passage: article.Passage{ID: id + "#1", ArticleID: id}})
	}
	return out, nil
}

func TestWithout(t *testing.T) {
	hits, err := Without{ranking{articles: []string{"a", "b", "a", "c", "d"}}, map[string]bool{"a": true}}.Keyword(t.Context(), "", 2)
	if err != nil || len(hits) != 2 || hits[0].Passage.ArticleID != "b" || hits[1].Passage.ArticleID != "c" || hits[1].Rank != 2 {
		t.Errorf("hits = %+v, %v", hits, err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Join(dir, "qa"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "qa", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	two := `{"data":[{"title":"某_县","paragraphs":[
	 {"context":"某县有三十个乡。","qas":[{"id":"1","question":"有几个乡","answers":[{"text":"三十个","answer_start":-1}]}]},
	 {"context":"全县仍是三十个乡。","qas":[]}]}]}`
	for _, s := range sources {
		for _, f := range s.files {
			write(f, two)
		}
	}
	sets, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	set := sets[0]
	if len(set.Articles) != 2 || set.Articles[0].Title != "某 县" || len(set.Questions) != 1 || len(set.Questions[0].Siblings) != 2 {
		t.Errorf("set = %+v", set)
	}
	if want := SideOf([]string{"某县有三十个乡。", "全县仍是三十个乡。"}); set.Questions[0].Side != want {
		t.Errorf("side = %v, want %v", set.Questions[0].Side, want)
	}
	write("drcd-dev.json", "[]")
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "drcd-dev.json") {
		t.Errorf("a file in another format: %v", err)
	}
}

func TestMeasureAndCompare(t *testing.T) {
	results := []Result{
		{Answers: []string{"甲"}, Fact: true, AsIs: Shown{Right: true, Short: "甲", ShortRight: true, Cited: []string{"g"}}, Without: &Shown{Refused: true}, Gold: "g", Rank: 1},
		{Answers: []string{"乙"}, Fact: true, AsIs: Shown{Refused: true}, Without: &Shown{Right: true}, Gold: "h", Rank: 2},
		{AsIs: Shown{Refused: true}},
	}
	r := Report{Rows: []Row{Measure("x", false, results)}}
	for name, want := range map[string]float64{RightShown: .5, OverRefusal: .5, ShortPrecision: 1, ShortShare: .5, RefusedAbsent: 1, FoundElsewhere: .5, RefusedNone: 1, Cited: 1, Hit1: .5, MRR: .75} {
		if got, ok := r.rate("x", name); !ok || got.Value != want {
			t.Errorf("%s = %v (%v), want %v", name, got.Value, ok, want)
		}
	}
	if err := r.Compare(strings.NewReader(`{"rows":[{"set":"x","rates":[{"name":"short answers right","value":1},{"name":"gone","value":1}]}]}`)); err != nil || len(r.Below) != 1 || !strings.Contains(r.Below[0], "gone") {
		t.Errorf("below %q, %v", r.Below, err)
	}
}

func TestMarkAndJudge(t *testing.T) {
	prompt := "<资料1《别的》第1段>\n今天下雨。\n</资料1>\n<资料2《甲》2021-01-02 第1段>\n签约92个项目，总额30亿元。\n</资料2>\n问题：签约多少"
	c := Case{ID: "R1", Group: "R", Answer: "情况如下：\n签约92个项目。总额不详。", Expect: "kept"}
	c.Docs = append(c.Docs, struct {
		ID        string `json:"id"`
		Title     string `json:"title"`
		Published string `json:"published,omitempty"`
		Source    string `json:"source,omitempty"`
		Text      string `json:"text"`
		Raw       bool   `json:"raw,omitempty"`
	}{Title: "甲"})
	if got, want := mark(c, prompt), "情况如下：\n签约92个项目[资料2]。总额不详[资料2]。"; got != want {
		t.Errorf("mark = %q, want %q", got, want)
	}
	v := Verdict{Answer: "签约92个项目。[1]"}
	if v.judge(c); v.Verdict != Part || v.Shown != 1 || v.Sentences != 2 {
		t.Errorf("verdict %s %d/%d", v.Verdict, v.Shown, v.Sentences)
	}
}

// A file of one's own is a set by its name, alone or beside the known ones, and may
// say on which side it stands.
func TestOwnSets(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "qa"), 0o755); err != nil {
		t.Fatal(err)
	}
	mine := `{"side":"calibrate","data":[{"title":"规定","paragraphs":[{"context":"押金为200元。","qas":[{"id":"1","question":"押金多少","answers":[{"text":"200元"}]},{"id":"2","question":"租金多少","is_impossible":true,"answers":[]}]}]}]}`
	if err := os.WriteFile(filepath.Join(dir, "qa", "mine.json"), []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	sets, err := Load(dir)
	if err != nil || len(sets) != 1 || sets[0].Name != "mine" {
		t.Fatalf("%+v, %v", sets, err)
	}
	if q := sets[0].Questions; len(q) != 2 || q[0].Side != SideCalibrate || len(q[0].Answers) != 1 || len(q[1].Answers) != 0 {
		t.Errorf("%+v", q)
	}
	if err := os.WriteFile(filepath.Join(dir, "qa", "xquad-zh.json"), []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "cmrc2018") {
		t.Errorf("a known set without the others: %v", err)
	}
}
