package llm

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/extract"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/zhtext"
)

// segmenter spares each of the many small stores loading the word list.
var segmenter = sync.OnceValue(zhtext.NewSegmenter)

// openChain builds the whole chain over a store of its own: the real index and
// the real generators. A nil model leaves the extractive generator alone.
func openChain(t testing.TB, model llms.Model, articles ...article.Article) *rag.Chain {
	t.Helper()
	e := &indextest.HashEmbedder{Dimension: indextest.Dimension}
	store, err := index.Open(t.Context(), index.Options{Dir: t.TempDir(), Embedder: e, Segment: segmenter().Words})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	c := &rag.Chain{Index: store, Embedder: e, Extractive: extract.New(), ExplainFailure: Explain}
	if model != nil {
		c = withModel(t, c, model)
	}
	return c
}

// withModel is c with a model, and its generator as the fallback.
func withModel(t testing.TB, c *rag.Chain, model llms.Model) *rag.Chain {
	t.Helper()
	g, err := NewModelGenerator(model, ModelOptions{Name: "openai/test-model", ContextTokens: 4096})
	if err != nil {
		t.Fatal(err)
	}
	condenser, err := NewModelCondenser(model, CondenserOptions{})
	if err != nil {
		t.Fatal(err)
	}
	with := *c
	with.Model, with.Condenser = g, condenser
	return &with
}

func testArticle(id, title, day string, paragraphs ...string) article.Article {
	a := article.Article{ID: id, Title: title, Path: id + ".md"}
	a.Published, _ = time.Parse(time.DateOnly, day)
	for _, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: p})
	}
	return a
}

// harbor is what the streaming tests ask about.
func harbor() article.Article {
	return testArticle("harbor", "临川港公布全年业务情况", "2023-12-31",
		"临川港2023年集装箱吞吐量为412万标箱，其中内贸箱300万标箱，外贸箱112万标箱。",
		"港口全年新开航线18条，通达46个国家和地区。调度中心主任周启明介绍，夜班作业效率明显提高。")
}

// checkQuotes holds that each citation's quote stands in its paragraph and
// that each number in the text has its citation.
func checkQuotes(t *testing.T, a rag.Answer, articles ...article.Article) {
	t.Helper()
	for _, c := range a.Citations {
		i := slices.IndexFunc(articles, func(x article.Article) bool { return x.ID == c.ArticleID })
		if i < 0 {
			t.Errorf("citation %d names an article that does not exist: %q", c.Marker, c.ArticleID)
			continue
		}
		paragraph, ok := articles[i].Paragraph(c.Paragraph)
		runes := []rune(paragraph)
		if !ok || c.Start < 0 || c.Start >= c.End || c.End > len(runes) || string(runes[c.Start:c.End]) != c.Quote {
			t.Errorf("citation %d is not in paragraph %d of %s: %q", c.Marker, c.Paragraph, c.ArticleID, c.Quote)
		}
	}
	for _, tag := range marker.FindAllString(a.Text, -1) {
		var n int
		_, _ = fmt.Sscanf(tag, "[%d]", &n)
		if n < 1 || n > len(a.Citations) {
			t.Errorf("the answer has %s, but %d citations: %s", tag, len(a.Citations), a.Text)
		}
	}
}

// TestChainStreams plays what a model may say, in pieces of every size, and
// holds what the reader gets to see.
func TestChainStreams(t *testing.T) {
	const (
		whole   = "临川港2023年集装箱吞吐量为412万标箱，其中内贸箱300万标箱，外贸箱112万标箱。"
		boxes   = "临川港2023年集装箱吞吐量为412万标箱。"
		routes  = "港口全年新开航线18条。"
		dropped = "有一部分内容在原文中找不到依据，已略去。"
	)
	plain := openChain(t, nil, harbor())
	for _, tt := range []struct {
		name, said  string
		want        []string // the sentences, in order
		notice      string   // "" for none
		extractive  bool
		calculation bool
	}{
		{"two good ones", "临川港2023年集装箱吞吐量为412万标箱[资料1]。港口全年新开航线18条【资料1】。", []string{boxes + "[1]", routes + "[2]"}, "", false, false},
		{"unmarked", boxes + routes, []string{boxes + "[1]", routes + "[2]"}, "", false, false},
		{"an invention between them", "临川港2023年集装箱吞吐量为412万标箱[1]。港口还计划修建一座歌剧院[1]。港口全年新开航线18条[1]。", []string{boxes + "[1]", routes + "[2]"}, dropped, false, false},
		{"an invented handle", "临川港2023年集装箱吞吐量为412万标箱[资料27]。", []string{boxes + "[1]"}, "", false, false},
		{"handles in odd spellings", "临川港2023年集装箱吞吐量为412万标箱［１］。港口全年新开航线18条（资料1、资料9）。", []string{boxes + "[1]", routes + "[2]"}, "", false, false},
		{"a wrong figure and a right one", "临川港2023年集装箱吞吐量为421万标箱[1]。港口全年新开航线18条[1]。", []string{routes + "[1]", whole + "[2]"}, dropped + " 语言模型没有说到的，补上了原文的句子。", false, false},
		{"nothing but a wrong figure", "临川港2023年集装箱吞吐量为421万标箱[1]。", nil, "语言模型的回答没有通过与原文的核对", true, false},
		{"a wrong year", "临川港2022年集装箱吞吐量为412万标箱[1]。", nil, "语言模型的回答没有通过与原文的核对", true, false},
		{"a right difference", "临川港2023年内贸箱300万标箱，外贸箱112万标箱，两者相差188万标箱[1]。", []string{"临川港2023年内贸箱300万标箱，外贸箱112万标箱，两者相差188万标箱（计算：300万标箱 − 112万标箱 = 188万标箱）。[1]"}, "", false, true},
		{"a wrong difference", "临川港2023年内贸箱300万标箱，外贸箱112万标箱，两者相差198万标箱[1]。", nil, "语言模型的回答没有通过与原文的核对", true, false},
		{"refuses though the source answers", Refusal("zh"), nil, "语言模型没有作答", true, false},
	} {
		for _, size := range []int{1, 2, 7, 1000} { // bytes: within runes and within handles
			t.Run(fmt.Sprintf("%s/%d", tt.name, size), func(t *testing.T) {
				s := newProtocolServer(t, "openai", "", chunks(tt.said, size)...)
				c := withModel(t, plain, openTest(t, s, ResilienceOptions{}))
				var shown []string
				a, err := c.Answer(t.Context(), rag.Question{Text: "临川港2023年集装箱吞吐量是多少？"}, rag.AnswerOptions{
					Explain: true,
					OnSentence: func(s rag.Sentence) error {
						shown = append(shown, s.Lead+s.Text)
						return nil
					}})
				if err != nil {
					t.Fatal(err)
				}
				checkQuotes(t, a, harbor())
				if strings.Join(shown, "") != a.Text {
					t.Errorf("shown %q, but the answer is %q", shown, a.Text)
				}
				if got := a.Answerer == extract.Name; got != tt.extractive {
					t.Errorf("answerer %s", a.Answerer)
				}
				if tt.extractive {
					if !strings.Contains(a.Text, "412万标箱") {
						t.Errorf("answer %q", a.Text)
					}
				} else if got := strings.Join(shown, ""); got != strings.Join(tt.want, "") {
					t.Errorf("shown\n%s\nwant\n%s", got, strings.Join(tt.want, ""))
				}
				for _, wrong := range []string{"421", "198", "2022", "歌剧院", "27", "资料", "［"} {
					if strings.Contains(a.Text, wrong) {
						t.Errorf("the answer holds %q: %s", wrong, a.Text)
					}
				}
				if notices := strings.Join(a.Notices, " "); (notices == "") != (tt.notice == "") || !strings.Contains(notices, tt.notice) {
					t.Errorf("notices %q, want %q", notices, tt.notice)
				}
				if a.Usage == nil || a.Usage.PromptTokens == 0 {
					t.Error("no token counts")
				}
				calculated := slices.ContainsFunc(a.Trace.Claims, func(v rag.Verdict) bool { return v.Supported && v.Calculation != "" })
				if calculated != tt.calculation {
					t.Errorf("claims %+v", a.Trace.Claims)
				}
			})
		}
	}
}

// chunks cuts text into pieces of size bytes; JSON carries whole runes only,
// so that pieces end behind the rune that they would cut.
func chunks(text string, size int) []string {
	var out []string
	piece := ""
	for _, r := range text {
		if piece += string(r); len(piece) >= size {
			out, piece = append(out, piece), ""
		}
	}
	if piece != "" {
		out = append(out, piece)
	}
	return out
}

// TestChainShowsEachSentenceWhenChecked holds that a sentence is out before
// the next one has been said: the server waits for it.
func TestChainShowsEachSentenceWhenChecked(t *testing.T) {
	seen := make(chan struct{}, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &streamWriter{w: w, protocol: "openai", reason: "stop"}
		out.start()
		out.delta("临川港2023年集装箱吞吐量为412万标箱[1]。港口")
		select {
		case <-seen:
		case <-r.Context().Done():
			return
		case <-time.After(20 * time.Second):
			t.Error("the first sentence did not come out while the second was being said")
		}
		out.delta("全年新开航线18条[1]。")
		out.end()
	}))
	t.Cleanup(s.Close)
	model, _, err := OpenModel(t.Context(), ProviderOptions{Provider: "openai", Model: "m", BaseURL: s.URL + "/v1", ContextTokens: 4096})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	a, err := openChain(t, model, harbor()).Answer(t.Context(), rag.Question{Text: "临川港2023年集装箱吞吐量是多少？新开航线多少条？"}, rag.AnswerOptions{
		OnSentence: func(rag.Sentence) error {
			if n++; n == 1 {
				seen <- struct{}{}
			}
			return nil
		}})
	if err != nil || n != 2 {
		t.Errorf("%d sentences, %q, error %v", n, a.Text, err)
	}
}

// TestChainConversations asks follow-ups in several conversations at once,
// through one chain, with one model: none hears of another.
func TestChainConversations(t *testing.T) {
	towns := []string{"青石镇", "白沙镇", "红柳镇", "黑山镇", "金坪镇", "银湖镇"}
	var articles []article.Article
	for i, town := range towns {
		articles = append(articles, testArticle(fmt.Sprint("town", i), town+"公布农业情况", "2024-02-01",
			fmt.Sprintf("%s2023年收茶叶%d吨，产值%d万元。", town, 310+i, 5200+i),
			fmt.Sprintf("%s还种植药材%d亩，由合作社统一收购。", town, 720+i)))
	}
	model := answering(t, func(prompt string) string {
		_, question, _ := strings.Cut(prompt, "\n追问：")
		for i, town := range towns {
			if question != "" && strings.Contains(prompt, town) { // a follow-up to be rewritten
				return town + strings.NewReplacer("改写：", "", "那", "", "\n", "").Replace(question)
			}
			if strings.Contains(prompt, "问题："+town) && strings.Contains(prompt, "药材有多少") {
				return fmt.Sprintf("%s还种植药材%d亩[1]。", town, 720+i)
			}
			if strings.Contains(prompt, "问题："+town) {
				return fmt.Sprintf("%s2023年收茶叶%d吨[1]。", town, 310+i)
			}
		}
		return Refusal("zh")
	})
	c := openChain(t, model, articles...)
	var wg sync.WaitGroup
	for i, town := range towns {
		wg.Go(func() {
			var history []rag.Turn
			for round, turn := range []struct{ ask, want string }{
				{town + "2023年收茶叶多少吨？", fmt.Sprintf("%d吨", 310+i)},
				{"那里的药材有多少亩？", fmt.Sprintf("%d亩", 720+i)},
				{"那里的茶叶呢？", fmt.Sprintf("%d吨", 310+i)},
			} {
				a, err := c.Answer(t.Context(), rag.Question{Text: turn.ask, History: history}, rag.AnswerOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				checkQuotes(t, a, articles...)
				if !strings.Contains(a.Question, town) || !strings.Contains(a.Text, turn.want) {
					t.Errorf("%s, turn %d: %q was understood as %q and answered %q %q", town, round+1, turn.ask, a.Question, a.Text, a.Notices)
				}
				for j, other := range towns {
					if j != i && strings.Contains(a.Question+a.Text, other) {
						t.Errorf("%s, turn %d: hears of %s: %q", town, round+1, other, a.Text)
					}
				}
				history = append(history, rag.Turn{Question: a.Question, Answer: a.Text})
			}
		})
	}
	wg.Wait()
}

// answering opens a model on a server that streams what reply makes of the
// prompt's last message.
func answering(t testing.TB, reply func(prompt string) string) llms.Model {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		system, user, stream, err := readPrompt(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		text := reply(user)
		text = strings.ReplaceAll(text, "{system}", system)
		if !stream {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}]}`, quote(text))
			return
		}
		out := &streamWriter{w: w, protocol: "openai", reason: "stop"}
		out.start()
		for _, piece := range chunks(text, 5) {
			out.delta(piece)
		}
		out.end()
	}))
	t.Cleanup(s.Close)
	model, _, err := OpenModel(context.Background(), ProviderOptions{Provider: "openai", Model: "m", BaseURL: s.URL + "/v1", ContextTokens: 4096})
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestChainSlowCondenser holds that a follow-up whose rewriting hangs is
// rewritten by rule, in time, and answered.
func TestChainSlowCondenser(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, stream, _ := readPrompt(r); !stream { // the rewriting
			<-r.Context().Done()
			return
		}
		out := &streamWriter{w: w, protocol: "openai", reason: "stop"}
		out.start()
		out.delta("港口全年新开航线18条[1]。")
		out.end()
	}))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	model, _, err := OpenModel(t.Context(), ProviderOptions{Provider: "openai", Model: "m", BaseURL: s.URL + "/v1", ContextTokens: 4096})
	if err != nil {
		t.Fatal(err)
	}
	model = NewResilientModel(model, ResilienceOptions{Deadline: time.Minute})
	c := openChain(t, model, harbor())
	if c.Condenser, err = NewModelCondenser(model, CondenserOptions{Deadline: 200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	a, err := c.Answer(t.Context(), rag.Question{Text: "那新开航线多少条？", History: []rag.Turn{{Question: "临川港2023年集装箱吞吐量是多少？", Answer: "412万标箱[1]。"}}}, rag.AnswerOptions{})
	if took := time.Since(started); err != nil || took > 30*time.Second || a.Answerer == extract.Name || !strings.Contains(a.Text, "18条") {
		t.Errorf("%v after %v: %s %s %q", err, took, a.Answerer, a.Text, a.Notices)
	}
}

// TestChainWholeCorpus holds that all articles stand in the prompt when they
// fit, always in the same order so that servers can reuse what they have read,
// and that the passages found stand there when they do not.
func TestChainWholeCorpus(t *testing.T) {
	small := testArticle("notice", "城南菜市场改造公告", "2024-02-01", "城南菜市场自三月起停业改造。", "改造投入460万元，设摊位88个。")
	long := testArticle("long", "河道巡查日志", "2024-05-01")
	for i := range 100 {
		long.Paragraphs = append(long.Paragraphs, article.Paragraph{Text: fmt.Sprintf("第%d日巡查河段，水位平稳，沿线未见异常，值守人员按规定填写了记录并交接班次，夜间照明设施工作正常。", i+1)})
	}
	for name, tt := range map[string]struct {
		articles []article.Article
		whole    bool
	}{
		"fits":          {[]article.Article{harbor(), small}, true},
		"does not fit":  {[]article.Article{harbor(), small, long}, false},
		"a single long": {[]article.Article{long}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var heads []string
			for _, question := range []string{"临川港2023年集装箱吞吐量是多少？", "巡查河段水位怎么样？"} {
				var asked string
				c := openChain(t, answering(t, func(prompt string) string {
					asked = prompt
					return "改造投入460万元[1]。"
				}), tt.articles...)
				c.WholeCorpus = true
				if _, err := c.Answer(t.Context(), rag.Question{Text: question}, rag.AnswerOptions{}); err != nil {
					t.Fatal(err)
				}
				if asked == "" {
					continue // refused before the model was asked
				}
				whole := true
				for _, a := range tt.articles {
					for _, p := range a.Paragraphs {
						whole = whole && strings.Contains(asked, p.Text)
					}
				}
				if whole != tt.whole {
					t.Errorf("%s: whole corpus in the prompt: %v", question, whole)
				}
				head, _, _ := strings.Cut(asked, "问题：")
				heads = append(heads, head)
			}
			if len(heads) == 0 {
				t.Fatal("the model was never asked")
			}
			if tt.whole && len(slices.Compact(heads)) != 1 {
				t.Errorf("the prompts begin differently: %q", heads)
			}
		})
	}

	// A claim may rest on an article that retrieval did not find.
	reopened := testArticle("reopened", "城南菜市场重新开业", "2024-09-01", "城南菜市场摊位增至95个。")
	c := openChain(t, answering(t, func(string) string {
		return "城南菜市场改造投入460万元[1]。城南菜市场摊位增至95个[2]。城南菜市场改造投入470万元[1]。"
	}), harbor(), small, reopened)
	c.WholeCorpus, c.TopK = true, 1
	a, err := c.Answer(t.Context(), rag.Question{Text: "城南菜市场怎么样？"}, rag.AnswerOptions{Explain: true})
	if err != nil || a.Text != "城南菜市场改造投入460万元。[1]城南菜市场摊位增至95个。[2]" {
		t.Errorf("%v: %q %+v %+v", err, a.Text, a.Citations, a.Trace)
	}
	checkQuotes(t, a, harbor(), small, reopened)
}
