package extract_test

import (
	"context"
	"strings"
	"testing"

	"zhiwen/rag"
)

// talkOver is the offline chain over two articles that answer some of the same questions.
func talkOver(t *testing.T) *rag.Chain {
	t.Helper()
	return chainOf(t,
		text("tea", "白露茶会开幕", "白露茶会9月7日在听雨园开幕，参展茶农有86家。", "茶会由许青主持。观众可以免费品茶，每人限三杯。", "茶会门票30元。学生凭证半价。"),
		text("book", "霜降书市开幕", "霜降书市10月23日在旧货场开幕，参展书店有120家。", "书市由秦岚主持。", "书市不收门票，但停车每小时5元。"))
}

// say is a conversation in which each question is asked with all that was said before.
func say(t *testing.T, c *rag.Chain, questions ...string) (answers []rag.Answer) {
	t.Helper()
	var history []rag.Turn
	for _, asked := range questions {
		a := answerTo(t, c, rag.Question{Text: asked, History: history})
		history = append(history, a.Turn(asked))
		answers = append(answers, a)
	}
	return answers
}

func citesOnly(a rag.Answer, id string) bool {
	for _, c := range a.Citations {
		if c.ArticleID != id {
			return false
		}
	}
	return len(a.Citations) > 0
}

// A question about this article stays with the one that was cited, and is told when it
// holds nothing.
func TestWithinTheArticleInTalk(t *testing.T) {
	c := talkOver(t)
	for _, id := range []string{"tea", "book"} {
		first := map[string]string{"tea": "白露茶会哪天开幕", "book": "霜降书市哪天开幕"}[id]
		answers := say(t, c, first, "这篇文章里，谁主持的", "参展的在这篇文章里有多少家", "这篇文章里还说了什么", "还说了什么")
		for i, want := range map[string][]string{"tea": {"9月7日", "许青", "86家", "30元"}, "book": {"10月23日", "秦岚", "120家", "5元"}}[id] {
			if a := answers[i]; !citesOnly(a, id) || !strings.Contains(a.Text, want) {
				t.Errorf("%s: %q (%v), want %q", a.Question, a.Text, a.Citations, want)
			}
		}
		if strings.Contains(answers[3].Text, "开幕") {
			t.Errorf("what else: %q says what was said", answers[3].Text)
		}
		if last := answers[4]; len(last.Citations) > 0 || !strings.Contains(last.Text, "都已经引用过了") {
			t.Errorf("nothing else: %q", last.Text)
		}
	}
	answers := say(t, c, "白露茶会哪天开幕", "这篇文章里，停车每小时多少元", "停车每小时多少元")
	if a := answers[1]; !a.Refused || !strings.Contains(a.Text, "《白露茶会开幕》里没有说到") {
		t.Errorf("not in this article: %q", a.Text)
	}
	if a := answers[2]; !strings.Contains(a.Text, "5元") {
		t.Errorf("in all articles: %q", a.Text)
	}
}

// What is known of the article in talk beside its text is told.
func TestFactsOfTheArticleInTalk(t *testing.T) {
	c := talkOver(t)
	for asked, want := range map[string]string{"这篇文章是什么时候发布的": "没有注明", "这篇文章的标题是什么": "标题是《霜降书市开幕》", "那篇报道来自哪里": "book.md"} {
		if a := say(t, c, "霜降书市哪天开幕", asked)[1]; !strings.Contains(a.Text, want) {
			t.Errorf("%s: %q", asked, a.Text)
		}
	}
}

// Rules have numbers of their own; a question that is asked again may have pointed back
// itself; a refusal speaks the language of the question, whatever that took over.
func TestBackTwice(t *testing.T) {
	c := chainOver(t, "望江公寓租住规定", "第一条 租客应当在每月5日前交租。", "第二条 不得饲养大型犬。养猫须交押金500元。", "第三条 晚上10点以后请保持安静，违者罚款100元。")
	answers := say(t, c, "望江公寓每月几号交租", "第三条详细说说", "这份规定里还说了什么", "继续", "再回答一下上一个问题", "in this article, who is the chairman?")
	if a := answers[1]; !strings.Contains(a.Text, "罚款100元") || strings.Contains(a.Text, "交租") {
		t.Errorf("the rules' own number: %q", a.Text)
	}
	if a := answers[4]; a.Refused || a.Question != "这份规定里还说了什么" {
		t.Errorf("asked again: %q (%s)", a.Text, a.Question)
	}
	if a := answers[5]; !a.Refused || strings.Contains(a.Text, "没有说到") {
		t.Errorf("in English: %q", a.Text)
	}
}

// Asked to say it again, the last answer is given again with its sources, however often,
// also what was a follow-up, after thanks, and with no more known than programs send.
func TestSayItAgain(t *testing.T) {
	c := talkOver(t)
	answers := say(t, c, "白露茶会哪天开幕", "那霜降书市呢", "再说一遍", "谢谢", "没听清，重复一下刚才的回答", "say it again")
	for _, n := range []int{2, 4, 5} {
		if a := answers[n]; a.Refused || a.Text != answers[1].Text || len(a.Citations) != len(answers[1].Citations) {
			t.Errorf("%d: %q with %d sources, want %q", n, a.Text, len(a.Citations), answers[1].Text)
		}
	}
	on := say(t, c, "白露茶会哪天开幕", "继续", "再说一遍")
	if on[2].Text != on[1].Text || on[2].Text == on[0].Text {
		t.Errorf("what was read on: %q, want %q", on[2].Text, on[1].Text)
	}
	first := answerTo(t, c, rag.Question{Text: "白露茶会哪天开幕"})
	if a := answerTo(t, c, rag.Question{Text: "重复一遍", History: []rag.Turn{{Question: "白露茶会哪天开幕", Answer: first.Text}}}); a.Text != first.Text {
		t.Errorf("from a program: %q", a.Text)
	}
	if a := answerTo(t, c, rag.Question{Text: "再说一遍"}); a.Mode != rag.ModeTalk {
		t.Errorf("nothing before: %q", a.Text)
	}
}

// What was typed is told, not what it was taken to mean.
func TestPreviousQuestionAsTyped(t *testing.T) {
	c := talkOver(t)
	answers := say(t, c, "白露茶会门票多少钱", "那霜降书市呢", "谢谢", "上一个问题是什么", "上一个问题是什么")
	for _, a := range answers[3:] {
		if !strings.Contains(a.Text, "“那霜降书市呢”") {
			t.Errorf("%q", a.Text)
		}
	}
}

// Without a language model the n-th quote is shown with what stands around it, and other
// words or another language are said to need one; the quotes stay. Programs send only
// the text of answers, which is enough.
func TestMoreOfAnAnswer(t *testing.T) {
	c := talkOver(t)
	first := answerTo(t, c, rag.Question{Text: "白露茶会哪天开幕"})
	for name, turn := range map[string]rag.Turn{"places": first.Turn("白露茶会哪天开幕"), "text": {Question: "白露茶会哪天开幕", Answer: first.Text}} {
		for asked, want := range map[string]struct{ text, notice string }{
			"第一条详细说说": {"每人限三杯", ""},
			"详细说说":    {"每人限三杯", ""},
			"第九条详细说说": {"条引文，没有第 9 条", ""},
			"你确定吗":    {"每人限三杯", ""},
			"换个说法":    {"参展茶农有86家", "要用语言模型"},
			"翻译成英文":   {"参展茶农有86家", "要用语言模型"},
			"翻译成日语":   {"无法与原文核对", ""},
		} {
			a := answerTo(t, c, rag.Question{Text: asked, History: []rag.Turn{turn}})
			if !strings.Contains(a.Text, want.text) || !strings.Contains(strings.Join(a.Notices, ""), want.notice) || want.notice == "" && len(a.Notices) > 0 {
				t.Errorf("%s (%s): %q, %q", asked, name, a.Text, a.Notices)
			}
			if a.Mode == rag.ModeQuotes && !citesOnly(a, "tea") {
				t.Errorf("%s (%s): %+v", asked, name, a.Citations)
			}
		}
	}
	if a := answerTo(t, c, rag.Question{Text: "换个说法"}); a.Mode != rag.ModeTalk {
		t.Errorf("with nothing before: %q", a.Text)
	}
	if a := answerTo(t, c, rag.Question{Text: "换个说法", History: []rag.Turn{{Question: "火星上有几家茶馆", Answer: "资料中没有相关信息。"}}}); !strings.Contains(a.Text, "没有引用原文") {
		t.Errorf("after a refusal: %q", a.Text)
	}
}

// wordings is a language model that says what a test tells it to, and keeps what it was
// asked over which paragraphs.
type wordings struct {
	says  []string
	asked rag.Request
}

func (*wordings) Name() string { return "script" }

func (w *wordings) Generate(_ context.Context, req rag.Request, emit func(rag.Claim) error) (rag.Draft, error) {
	w.asked = req
	for _, text := range w.says {
		if err := emit(rag.Claim{Text: text}); err != nil {
			return rag.Draft{}, err
		}
	}
	return rag.Draft{}, nil
}

// A language model words an answer anew over the passages that were cited, and what it
// says is checked like everything else.
func TestAnswersWordedAnew(t *testing.T) {
	c := talkOver(t)
	history := []rag.Turn{answerTo(t, c, rag.Question{Text: "白露茶会哪天开幕"}).Turn("白露茶会哪天开幕")}
	model := &wordings{}
	c.Model = model
	for _, test := range []struct {
		asked    string
		says     []string
		want     string
		not      string
		notice   string
		language string
	}{
		{"换个说法", []string{"茶会9月7日开幕。", "门票卖了9000张。"}, "茶会9月7日开幕。[1]", "9000", "已略去", "zh"},
		{"翻译成英文", []string{"The fair opened on September 7 with 86 tea farmers."}, "September 7 with 86", "参展", "", "en"},
		{"换个说法", []string{"门票卖了9000张。"}, "参展茶农有86家", "9000", "仍是原文", "zh"},
		{"第一条详细说说", []string{"门票卖了9000张。"}, "每人限三杯", "9000", "仍是原文", "zh"},
		{"第一条详细说说", []string{"参展茶农有86家。"}, "参展茶农有86家", "", "", "zh"},
	} {
		model.says = test.says
		a := answerTo(t, c, rag.Question{Text: test.asked, History: history})
		if !strings.Contains(a.Text, test.want) || test.not != "" && strings.Contains(a.Text, test.not) || !citesOnly(a, "tea") {
			t.Errorf("%s: %q", test.asked, a.Text)
		}
		if said := strings.Join(a.Notices, ""); !strings.Contains(said, test.notice) || test.notice == "" && said != "" {
			t.Errorf("%s: notices %q", test.asked, a.Notices)
		}
		if model.asked.Language != test.language || len(model.asked.Hits) != 1 || model.asked.Hits[0].Article.ID != "tea" || !strings.Contains(model.asked.Question, test.asked) {
			t.Errorf("%s: the model was asked %q in %s over %+v", test.asked, model.asked.Question, model.asked.Language, model.asked.Hits)
		}
	}
}
