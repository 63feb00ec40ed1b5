package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/mattn/go-runewidth"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag"
)

var example = rag.Answer{
	Question: "签约了多少项目",
	Text:     "共签约 92 个项目 [1]。\n金额见下 [x][2]",
	Notices:  []string{"有一句没有依据，已略去。"},
	Citations: []rag.Citation{
		{Marker: 1, Title: "签约\x1b[2J消息", Published: "2021-08-23", Paragraph: 3, Quote: "当天集中签约92个项目，总额超过千亿元。", URL: "https://example.com/a", Highlights: []rag.Range{{Start: 4, End: 10}}},
		{Marker: 2, Title: "无日期", Paragraph: 1, Quote: "一句。", Highlights: []rag.Range{{Start: 2, End: 1}, {Start: 0, End: 9}}},
	},
}

func TestRenderPlain(t *testing.T) {
	var out strings.Builder
	cli.NewRendererFor(&out, false, 0).Answer(example)
	got := out.String()
	for _, want := range []string{
		"共签约 92 个项目 [1]。\n金额见下 [x][2]\n",
		"注：有一句没有依据，已略去。\n",
		"来源\n",
		" · 2021-08-23 · 第 3 段\n    “当天集中签约92个项目，总额超过千亿元。”\n    https://example.com/a\n",
		"[2] 无日期 · 第 1 段\n    “一句。”\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("output lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Errorf("control bytes came through:\n%q", got)
	}
}

func TestRenderHighlights(t *testing.T) {
	var out strings.Builder
	cli.NewRendererFor(&out, true, 0).Answer(example)
	if !strings.Contains(out.String(), "当天集中\x1b[1;33m签约92个项\x1b[") {
		t.Errorf("the matching part is not highlighted:\n%q", out.String())
	}
	if strings.Contains(out.String(), "\x1b[2J") {
		t.Errorf("an article's control bytes came through:\n%q", out.String())
	}
}

// Whatever the width, no line is wider, nothing is lost, and no line begins
// with closing punctuation.
func TestRenderWraps(t *testing.T) {
	a := example
	a.Text = strings.Repeat("新一代信息技术、artificial intelligence 和（试行）1,234.5 亿元[1]，", 9)
	a.Citations = nil
	a.Notices = nil
	for _, width := range []int{8, 11, 20, 33, 60, 100} {
		for _, streamed := range []bool{false, true} {
			var out strings.Builder
			r := cli.NewRendererFor(&out, false, width)
			if streamed {
				for _, s := range strings.SplitAfter(a.Text, "，") {
					if err := r.Sentence(rag.Sentence{Text: s}); err != nil {
						t.Fatal(err)
					}
				}
				r.End()
			} else {
				r.Answer(a)
			}
			for line := range strings.Lines(out.String()) {
				line = strings.TrimSuffix(line, "\n")
				if w := runewidth.StringWidth(line); w > width {
					t.Errorf("width %d: line of %d columns: %q", width, w, line)
				}
				if line != "" && strings.ContainsRune("，、[]）", []rune(line)[0]) {
					t.Errorf("width %d: line begins with punctuation: %q", width, line)
				}
			}
			squash := strings.NewReplacer(" ", "", "\n", "")
			if squash.Replace(out.String()) != squash.Replace(a.Text) {
				t.Errorf("width %d: text was lost:\n%s", width, out.String())
			}
		}
	}
}

func TestRenderSpeaksTheReadersLanguage(t *testing.T) {
	var out strings.Builder
	a := example
	a.Question = "How many projects were signed?"
	cli.NewRendererFor(&out, false, 0).Answer(a)
	if !strings.Contains(out.String(), "Sources\n") || !strings.Contains(out.String(), "paragraph 3") {
		t.Errorf("an English question got:\n%s", out.String())
	}
}

func TestReadRequests(t *testing.T) {
	in := "\ufeff第一个\n\n  {\"id\":\"x\",\"user_input\":\"第二个\"}\r\n{\"id\":\"y\"\n\x1b\n" + strings.Repeat("长", 5<<20/3) + "\n最后一个"
	var got []string
	for item := range cli.ReadRequests(strings.NewReader(in)) {
		if item.Err != nil {
			got = append(got, fmt.Sprintf("%d %s bad=%v", item.Line, item.Request.ID, errors.Is(item.Err, api.ErrBadRequest)))
			continue
		}
		got = append(got, fmt.Sprintf("%d %s %s", item.Line, item.Request.ID, item.Request.Question))
	}
	want := []string{"1 1 第一个", "3 x 第二个", "4 4 bad=true", "5 5 bad=true", "6 6 bad=true", "7 7 最后一个"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestReadRequestsStopsWhenReadingFails(t *testing.T) {
	in := io.MultiReader(strings.NewReader("一\n"), iotest.ErrReader(errors.New("cable cut")))
	var last cli.Item
	n := 0
	for item := range cli.ReadRequests(in) {
		last = item
		n++
	}
	if n != 2 || last.Err == nil || errors.Is(last.Err, api.ErrBadRequest) {
		t.Errorf("%d items, last %+v; want the second to be the reading error", n, last)
	}
}

func FuzzReadRequests(f *testing.F) {
	f.Add("a\n{\"question\":\"b\"}\n{\n")
	f.Fuzz(func(t *testing.T, in string) {
		line := 0
		for item := range cli.ReadRequests(strings.NewReader(in)) {
			if item.Line <= line {
				t.Errorf("line %d after line %d", item.Line, line)
			}
			line = item.Line
			if (item.Err == nil) == (item.Request.Question == "") {
				t.Errorf("line %d: question %q and error %v", line, item.Request.Question, item.Err)
			}
		}
	})
}

// echo answers with what it was asked, so that a test sees the history.
type echo struct{ asked []rag.Question }

func (e *echo) Answer(_ context.Context, q rag.Question, _ rag.AnswerOptions) (rag.Answer, error) {
	e.asked = append(e.asked, q)
	return rag.Answer{Question: "full " + q.Text, Text: "re: " + q.Text + " [1]", Citations: []rag.Citation{{Marker: 1, Title: "题", Paragraph: 1, Quote: "原句。"}}}, nil
}

func (e *echo) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, nil }

func TestChat(t *testing.T) {
	in := "/sources\n2021年几个\n那2025年呢\n/sources\n/nonsense\n/new\n第三个\n\x1b\n/quit\nnot reached\n"
	chain := &echo{}
	var out strings.Builder
	chat := cli.Chat{Chain: chain, Editor: cli.NewPlainEditor(strings.NewReader(in)), Out: cli.NewRendererFor(&out, false, 0)}
	if err := chat.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var histories []int
	for _, q := range chain.asked {
		histories = append(histories, len(q.History))
	}
	if fmt.Sprint(histories) != "[0 1 0]" {
		t.Fatalf("turns before each question: %v, want [0 1 0]", histories)
	}
	if got := chain.asked[1].History[0]; got.Question != "full 2021年几个" || got.Answer != "re: 2021年几个 [1]" {
		t.Errorf("history = %+v, want the stand-alone question and its answer", got)
	}
	for _, want := range []string{"no sources", "“原句。”", `no command "/nonsense"`, "new conversation", "U+001B"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, out.String())
		}
	}
}

// turns is a chain that answers with what it holds, in turn.
type turns []rag.Answer

func (t *turns) Answer(context.Context, rag.Question, rag.AnswerOptions) (rag.Answer, error) {
	a := (*t)[0]
	*t = (*t)[1:]
	return a, nil
}

func (*turns) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, nil }

// /sources shows those of the last answer that was one: thanks and objections that get no
// quotes of their own leave them, a refusal does not.
func TestSourcesAfterTalk(t *testing.T) {
	answer := rag.Answer{Question: "几家", Text: "86家。[1]", Mode: rag.ModeQuotes, Citations: []rag.Citation{{Marker: 1, Title: "茶会", Quote: "参展茶农86家。"}}}
	for name, last := range map[string]rag.Answer{
		"objection with quotes": {Question: "几家", Text: "86家。[1]", Mode: rag.ModeQuotes, Objected: true, Citations: answer.Citations},
		"objection":             {Text: "没有找到更多的内容。", Mode: rag.ModeTalk, Objected: true},
		"thanks":                {Text: "不客气。", Mode: rag.ModeTalk},
		"refusal":               {Question: "几时", Text: "没有。", Mode: rag.ModeRefusal, Refused: true},
	} {
		var out strings.Builder
		chat := cli.Chat{Chain: &turns{answer, last}, Editor: cli.NewPlainEditor(strings.NewReader("几家\n然后\n/sources\n")), Out: cli.NewRendererFor(&out, false, 0)}
		if err := chat.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Contains(out.String(), "“参展茶农86家。”"), name != "refusal"; got != want || got == strings.Contains(out.String(), "no sources") {
			t.Errorf("after %s:\n%s", name, out.String())
		}
	}
}

func TestProgressElsewhere(t *testing.T) {
	var out strings.Builder
	p := cli.NewProgress(&out, "articles")
	for i := range 1000 {
		p.Update(i, 1000)
	}
	p.Finish()
	if out.Len() > 0 {
		t.Errorf("a quick task wrote progress to something that is no terminal: %q", out.String())
	}
}

func ExampleRenderer() {
	r := cli.NewRenderer(os.Stdout)
	r.Answer(rag.Answer{
		Question: "签约了多少项目",
		Text:     "签约 92 个项目 [1]。",
		Citations: []rag.Citation{{
			Marker: 1, Title: "签约消息", Published: "2021-08-23", Paragraph: 2, Quote: "当天签约 92 个项目。",
		}},
	})
	// Output:
	// 签约 92 个项目 [1]。
	//
	// 来源
	// [1] 签约消息 · 2021-08-23 · 第 2 段
	//     “当天签约 92 个项目。”
}

// With an address of the server, titles of sources are links on a terminal, and
// plain text elsewhere.
func TestRenderLinks(t *testing.T) {
	a := example
	a.Citations = []rag.Citation{{Marker: 1, ArticleID: "a/1\x1b", Title: "很长的标题分成两行", Paragraph: 3, Start: 4, End: 9, Quote: "引文。"}}
	for _, terminal := range []bool{true, false} {
		var out strings.Builder
		r := cli.NewRendererFor(&out, terminal, 20)
		r.Links = api.Links{Base: "https://zhiwen.example"}
		r.Answer(a)
		const address = "\x1b]8;;https://zhiwen.example/a/a%2F1%1B?q=3:4-9#p3\x1b\\"
		if got := strings.Count(out.String(), address); terminal && got != 2 || !terminal && (got != 0 || strings.Contains(out.String(), "\x1b")) {
			t.Errorf("on a terminal %v: %q", terminal, out.String())
		}
		if opened, closed := strings.Count(out.String(), "\x1b]8;;h"), strings.Count(out.String(), "\x1b]8;;\x1b"); opened != closed {
			t.Errorf("%d links begin and %d end", opened, closed)
		}
	}
}
