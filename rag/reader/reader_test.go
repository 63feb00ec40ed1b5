package reader

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag/reading"
)

func open(t testing.TB) *Model {
	t.Helper()
	m, err := Open(embeddings.Options{})
	if err != nil {
		if os.Getenv("ZHIWEN_REQUIRE_MODEL") == "1" {
			t.Fatal(err)
		}
		t.Skip("skipped, ONNX Runtime is not there:", err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// The rows were written by scripts/reader/check.py with the network that was
// trained and Hugging Face's tokenizer.
func TestSameAsInTraining(t *testing.T) {
	m := open(t)
	data, err := os.ReadFile("testdata/readings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		var row struct {
			First, Title, Evidence string
			IDs, Types             []int64
			Answerable, Grounded   float64
			Answer                 string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		n++
		in := m.input(m.pieces(row.First, maxQuestion), reading.Passage{Title: row.Title, Text: row.Evidence})
		if !equal(in.ids, row.IDs) || !equal(in.types, row.Types) {
			t.Errorf("%s: ids %v, want %v", row.First, in.ids, row.IDs)
			continue
		}
		readings, err := m.Read(t.Context(), row.First, []reading.Passage{{Title: row.Title, Text: row.Evidence}})
		if err != nil {
			t.Fatal(err)
		}
		// The weights in the program have eight bits, those of training thirty-two.
		const most = 1.0
		if d := math.Abs(readings[0].Answerable - row.Answerable); d > most {
			t.Errorf("%s: answerable %.2f, in training %.2f", row.First, readings[0].Answerable, row.Answerable)
		}
		grounded, err := m.Grounded(t.Context(), row.First, []reading.Passage{{Title: row.Title, Text: row.Evidence}})
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(grounded[0] - row.Grounded); d > most {
			t.Errorf("%s: grounded %.2f, in training %.2f", row.First, grounded[0], row.Grounded)
		}
		if row.Answer != "" && len(readings[0].Spans) > 0 {
			s := readings[0].Spans[0]
			if got := string([]rune(row.Evidence)[s.Start:s.End]); !strings.Contains(got, row.Answer) && !strings.Contains(row.Answer, got) {
				t.Errorf("%s: answer %q, in training %q", row.First, got, row.Answer)
			}
		}
	}
	if n < 20 {
		t.Errorf("%d rows, want at least 20", n)
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestSpansAreOfTheText(t *testing.T) {
	m := open(t)
	for _, p := range []reading.Passage{
		{Title: "", Text: ""},
		{Title: "題目", Text: "Ａpple 發布 iPhone，價格為８９９美元。"},
		{Title: "", Text: strings.Repeat("很长的一段话，", 400)},
		{Title: strings.Repeat("标题", 100), Text: "正文。"},
		{Title: "", Text: "\x00\ufffd \u3000"},
	} {
		readings, err := m.Read(t.Context(), "價格是多少？", []reading.Passage{p})
		if err != nil {
			t.Fatal(err)
		}
		n := len([]rune(p.Text))
		for i, s := range readings[0].Spans {
			if s.Start < 0 || s.End > n || s.Start >= s.End || s.Score > 0 {
				t.Errorf("%.20q: span %d is %+v of %d runes", p.Text, i, s, n)
			}
		}
	}
}

// Of two sentences that answer alike, one is the answer, and not all that stands
// between the beginning of one figure and the end of the other.
func TestSpansStayInTheirSentence(t *testing.T) {
	m := open(t)
	for _, test := range []struct{ question, text string }{
		{"河口水文站测得多少毫米", "周一，河口水文站测得35.5毫米，风力三级。\n周二，河口水文站测得82毫米，风力五级。"},
		{"灯会游客有多少万人", "第一晚，灯会游客有4.1万人！第二晚，灯会游客有6.7万人。"},
	} {
		readings, err := m.Read(t.Context(), test.question, []reading.Passage{{Text: test.text}})
		if err != nil {
			t.Fatal(err)
		}
		if len(readings[0].Spans) < 2 {
			t.Errorf("%s: %d spans", test.question, len(readings[0].Spans))
		}
		for _, s := range readings[0].Spans {
			if got := string([]rune(test.text)[s.Start:s.End]); strings.ContainsAny(strings.TrimRight(got, "。！\n"), "。！\n") {
				t.Errorf("%s: %q", test.question, got)
			}
		}
	}
}

func TestClosed(t *testing.T) {
	m := open(t)
	m.Close()
	if _, err := m.Read(t.Context(), "谁", []reading.Passage{{Text: "我"}}); err != ErrClosed {
		t.Errorf("Read after Close: %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	m := open(b)
	p := reading.Passage{Title: "标题", Text: strings.Repeat("苏州街站位于北京市海淀区，是北京地铁10号线的一个车站。", 9)}
	passages := []reading.Passage{p, p, p, p, p, p}
	for b.Loop() {
		if _, err := m.Read(b.Context(), "苏州街站在什么地方", passages); err != nil {
			b.Fatal(err)
		}
	}
}

// What is read ahead tells what the text is about; no answer is looked for in it.
func TestAhead(t *testing.T) {
	m := open(t)
	const text = "押金7200元，签约当日支付。"
	readings, err := m.Read(t.Context(), "枫杨路租房合同押金交多少", []reading.Passage{
		{Title: "房屋租赁合同", Text: text},
		{Title: "房屋租赁合同", Ahead: "甲方将枫杨路66号的房屋出租给乙方，定金2000元。", Text: text},
	})
	if err != nil {
		t.Fatal(err)
	}
	if bare, told := readings[0].Answerable, readings[1].Answerable; told <= bare {
		t.Errorf("answerable %.2f with the address, %.2f without", told, bare)
	}
	for _, s := range readings[1].Spans {
		if s.Start < 0 || s.End > len([]rune(text)) {
			t.Errorf("the span %d to %d is not of the text", s.Start, s.End)
		}
	}
	if best := readings[1].Spans[0]; string([]rune(text)[best.Start:best.End]) != "7200元" {
		t.Errorf("the answer is %q", string([]rune(text)[best.Start:best.End]))
	}
}

// The longest input has no more places than the network knows (512).
func TestLongest(t *testing.T) {
	m := open(t)
	long := strings.Repeat("鼎", 1000)
	if n := len(m.input(m.pieces(long, maxQuestion), reading.Passage{Title: long, Ahead: long, Text: long}).ids); n > 512 {
		t.Errorf("%d tokens", n)
	}
}
