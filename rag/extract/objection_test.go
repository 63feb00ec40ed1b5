package extract_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// counted notes which articles are read, and can lose one.
type counted struct {
	*index.Store
	one  []string
	all  int
	lost error // of Article, nil: none
}

func (c *counted) Articles(ctx context.Context) ([]*article.Article, error) {
	c.all++
	return c.Store.Articles(ctx)
}

func (c *counted) Article(ctx context.Context, id string) (*article.Article, error) {
	c.one = append(c.one, id)
	if c.lost != nil {
		return nil, c.lost
	}
	return c.Store.Article(ctx, id)
}

// What points back at an answer reads the articles that it cited and no others; those that
// are gone or damaged are passed over, and any other error is told.
func TestBackReadsWhatWasCited(t *testing.T) {
	c := chainOf(t,
		text("tea", "白露茶会开幕", "白露茶会9月7日在听雨园开幕，参展茶农有86家。", "茶会由许青主持。"),
		text("book", "霜降书市开幕", "霜降书市10月23日在旧货场开幕，参展书店有120家。"))
	first := say(t, c, "白露茶会哪天开幕")[0].Turn("白露茶会哪天开幕")
	held := &counted{Store: c.Index.(*index.Store)}
	c.Index = held
	ask := func(text string, turn rag.Turn) (rag.Answer, error) {
		held.one, held.all = nil, 0
		return c.Answer(t.Context(), rag.Question{Text: text, History: []rag.Turn{turn}}, rag.AnswerOptions{})
	}
	a, err := ask("详细说说", first)
	if err != nil || !strings.Contains(a.Text, "86家") || held.all > 0 || !slices.Equal(held.one, []string{"tea"}) {
		t.Errorf("%q, %v; read %v, and all %d times", a.Text, err, held.one, held.all)
	}
	// Of an answer of which only the text is known, the place must be looked for.
	if a, err := ask("详细说说", rag.Turn{Question: first.Question, Answer: first.Answer}); err != nil || !strings.Contains(a.Text, "86家") || held.all != 1 {
		t.Errorf("%q, %v; read all %d times", a.Text, err, held.all)
	}
	for _, gone := range []error{rag.ErrNoArticle, rag.ErrDamaged} {
		held.lost = gone
		if a, err := ask("详细说说", first); err != nil || a.Mode != rag.ModeTalk || len(a.Citations) > 0 {
			t.Errorf("%v: %q, %v", gone, a.Text, err)
		}
	}
	held.lost = errors.New("the network is down")
	if _, err := ask("详细说说", first); !errors.Is(err, held.lost) {
		t.Errorf("%v, want %v", err, held.lost)
	}
}

// fair is two articles that answer some of the same questions, one with an example.
func fair(t *testing.T) *rag.Chain {
	t.Helper()
	return chainOf(t,
		text("tea", "白露茶会开幕", "白露茶会9月7日在听雨园开幕，参展茶农有86家。", "参展茶农来自各县，例如石桥乡的许家茶园就带来了三种白茶。", "茶会由许青主持。观众可以免费品茶，每人限三杯。", "茶会门票30元。学生凭证半价。"),
		text("list", "白露茶会参展茶农名录", "据主办方统计，白露茶会参展茶农以小户为主，种茶面积多在十亩以下。"),
		text("book", "霜降书市开幕", "霜降书市10月23日在旧货场开幕，参展书店有120家，例如临河书局。", "书市由秦岚主持。"))
}

// An objection without a question gets what the answer rests on again, then what else the
// material says, and is told that it is the material that says so. The conversation stays
// with what was asked.
func TestObjection(t *testing.T) {
	c := fair(t)
	for _, objection := range []string{"不对", "不對吧？", "我觉得这个数字不对😤", "That’s wrong!"} {
		answers := say(t, c, "白露茶会有多少家茶农参展", objection, "错了", "那霜降书市有多少家")
		a := answers[1]
		if a.Mode != rag.ModeQuotes || !a.Objected || !strings.Contains(a.Text, "参展茶农有86家") || a.Citations[0].ArticleID != "tea" || a.Question != "白露茶会有多少家茶农参展" {
			t.Errorf("%s: %q (%s) %+v", objection, a.Text, a.Mode, a.Citations)
		}
		want := "资料里是这样写的"
		if objection[0] == 'T' {
			want = "This is what the material says"
		}
		if !strings.Contains(strings.Join(a.Notices, ""), want) {
			t.Errorf("%s: notices %q", objection, a.Notices)
		}
		if a := answers[2]; a.Mode != rag.ModeQuotes || !a.Objected || strings.Contains(a.Text, "86家") || !strings.Contains(a.Text, "小户为主") || !strings.Contains(strings.Join(a.Notices, ""), "没有引用过") {
			t.Errorf("%s twice: %q (%s) %q", objection, a.Text, a.Mode, a.Notices)
		}
		if a := answers[3]; a.Objected || !strings.Contains(a.Text, "120家") {
			t.Errorf("after %s: %q (%s)", objection, a.Text, a.Question)
		}
	}
	// Asked to look again, it shows what was not shown, until there is nothing.
	answers := say(t, c, "白露茶会有多少家茶农参展", "不对，再查查", "再查查", "再查查", "再查查")
	if a := answers[1]; strings.Contains(a.Text, "86家") || !strings.Contains(a.Text, "小户为主") {
		t.Errorf("look again: %q", a.Text)
	}
	if a := answers[4]; a.Mode != rag.ModeTalk || !strings.Contains(a.Text, "没有找到更多") {
		t.Errorf("nothing more: %q (%s)", a.Text, a.Mode)
	}
	// A refusal rests on nothing; what comes nearest is shown as that.
	answers = say(t, c, "霜降书市有多少家书店参展", "白露茶会的停车场有多少车位", "不对")
	if a := answers[2]; !answers[1].Refused || !a.Objected || a.Mode != rag.ModeTalk || strings.Contains(a.Text, "120家") || !strings.Contains(a.Text, "没有找到与问题有关") {
		t.Errorf("to %q: %q %q", answers[1].Text, a.Text, a.Notices)
	}
	if a := say(t, c, "有哪些文章", "不对")[1]; !a.Objected || !strings.Contains(a.Text, "3. 白露茶会参展茶农名录") && !strings.Contains(a.Text, "共有 3 篇") {
		t.Errorf("to a list: %q", a.Text)
	}
	if a := say(t, c, "不对")[0]; a.Mode != rag.ModeTalk || !strings.Contains(a.Text, "之前还没有问过") {
		t.Errorf("to nothing: %q", a.Text)
	}
}

// An objection that asks for something else is answered as a follow-up.
func TestObjectionWithAQuestion(t *testing.T) {
	c := fair(t)
	for _, test := range []struct{ first, objection, want string }{
		{"白露茶会哪天开幕", "不对，我问的是霜降书市", "10月23日"},
		{"白露茶会哪天开幕", "错了，谁主持的？", "许青"},
		{"白露茶会哪天开幕", "我问的是谁主持的", "许青"},
		{"白露茶会有多少家茶农参展", "数字不对，应该是多少", "86家"},
	} {
		if a := say(t, c, test.first, test.objection)[1]; a.Objected || !strings.Contains(a.Text, test.want) {
			t.Errorf("%s, %s: %q (%s)", test.first, test.objection, a.Text, a.Question)
		}
	}
}

// An example is a sentence that says it is one, of what was cited or asked.
func TestExample(t *testing.T) {
	c := fair(t)
	for _, wish := range []string{"举个例子", "能举個例子嗎？", "比如呢", "For example?"} {
		answers := say(t, c, "白露茶会有多少家茶农参展", wish, "谁主持的")
		if a := answers[1]; a.Mode != rag.ModeQuotes || !strings.Contains(a.Text, "许家茶园") || strings.Contains(a.Text, "临河书局") {
			t.Errorf("%s: %q (%s)", wish, a.Text, a.Mode)
		}
		if a := answers[2]; !strings.Contains(a.Text, "许青") {
			t.Errorf("after %s: %q (%s)", wish, a.Text, a.Question)
		}
	}
	answers := say(t, c, "白露茶会门票多少钱", "举个例子", "有例子吗")
	for _, a := range answers[1:] {
		if a.Mode != rag.ModeTalk || !strings.Contains(a.Text, "没有给出") {
			t.Errorf("no example: %q (%s)", a.Text, a.Mode)
		}
	}
	if a := say(t, c, "举个例子")[0]; a.Mode != rag.ModeTalk || !strings.Contains(a.Text, "之前还没有问过") {
		t.Errorf("of nothing: %q", a.Text)
	}
}

// What points back is understood however it is written.
func TestBackHoweverWritten(t *testing.T) {
	c := fair(t)
	for _, test := range []struct{ asked, want string }{
		{"上一個問題是什麼呀😀", "白露茶会哪天开幕"},
		{"谢谢，上一个问题是什么", "白露茶会哪天开幕"},
		{"繼續吧～", "石桥乡"},
		{"🙏继续", "石桥乡"},
		{"總結一下這篇文章吧！", "许青"},
		{"回到上一个问题吧🙂", "9月7日"},
		{"［1］展开讲讲", "石桥乡"},
	} {
		if a := say(t, c, "白露茶会哪天开幕", test.asked)[1]; !strings.Contains(a.Text, test.want) {
			t.Errorf("%s: %q (%s)", test.asked, a.Text, a.Mode)
		}
	}
}

// A program that only sends texts back loses neither what was asked nor what was cited.
func TestAfterObjectionByTextAlone(t *testing.T) {
	c := fair(t)
	answers := say(t, c, "白露茶会有多少家茶农参展", "不对")
	history := []rag.Turn{{Question: "白露茶会有多少家茶农参展", Answer: answers[0].Text}, {Question: "不对", Answer: answers[1].Text}}
	for asked, want := range map[string]string{"那霜降书市有多少家": "120家", "不对": "小户为主", "举个例子": "许家茶园"} {
		a, err := c.Answer(t.Context(), rag.Question{Text: asked, History: history}, rag.AnswerOptions{})
		if err != nil || !strings.Contains(a.Text, want) {
			t.Errorf("%s: %q (%s) %v", asked, a.Text, a.Question, err)
		}
	}
}
