package slack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/bot"
	"zhiwen/bot/api"
	"zhiwen/rag"
)

// alive finds what Slack would act upon: anything between angle brackets, a
// markdown link or image.
var alive = regexp.MustCompile(`<[^>]*>|[^\\]\]\(|^\]\(`)

func TestMarkdown(t *testing.T) {
	tests := []struct{ in, want string }{
		{"营收三百亿元。[1][2]", `营收三百亿元。[1]\[2]`},
		{"中文**粗体。**后面", "中文粗体。后面"},
		{"中文*斜体*后面", `中文\*斜体\*后面`},
		{"***都要***和~~划掉~~和__下划__", "都要和划掉和下划"},
		{"# 标题\n* 一\n+ 二\n> 引", "标题\n- 一\n- 二\n引"},
		{"<!channel> <@U1> <#C1|x>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1|x&gt;"},
		{"[点我](http://evil.example/a)", "[点我]\\(`http://evil.example/a`)"},
		{"![图](x)", `!\[图]\(x)`},
		{"[甲]: http://evil.example", "[甲]\\: `http://evil.example`"},
		{"`代码`", "\\`代码\\`"},
		{"@channel @here", "@\u2060channel @\u2060here"},
		{"零\u200b宽\u202e反\x1b[31m", "零宽反[31m"},
		{"| 年份 | 数量 |\n|---|:--:|\n| 2021 | 92 |[1]\n完。", "年份 · 数量\n2021 · 92[1]\n完。"},
		{"甲 | 乙 | 丙", "甲 · 乙 · 丙"},
		{"|x| 是绝对值，a|b 是或", "|x| 是绝对值，a|b 是或"},
		{"3*4=12，a_b", `3\*4=12，a\_b`},
		{"A&B", "A&amp;B"},
	}
	for _, tt := range tests {
		if got := markdown(tt.in); got != tt.want {
			t.Errorf("markdown(%q)\n got %q\nwant %q", tt.in, got, tt.want)
		}
	}
}

func TestLink(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://example.org/a?b=1&c=2", "<https://example.org/a?b=1&amp;c=2|原文 · example.org>"},
		{"https://example.org/a|b>c", "<https://example.org/a%7Cb%3Ec|原文 · example.org>"},
		{"javascript:alert(1)", ""},
		{"file:///etc/passwd", ""},
		{"https://user:pass@example.org/", ""},
		{"/relative", ""},
		{"", ""},
		{"https://", ""},
	}
	for _, tt := range tests {
		if got := link(tt.in, "原文"); got != tt.want {
			t.Errorf("link(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestQuestion(t *testing.T) {
	tests := []struct{ in, want string }{
		{"<@U0BOT> 营收多少", "营收多少"},
		{"<@U0BOT|zhiwen> 营收多少 <@U7>？", "营收多少  ？"},
		{"看看 <https://example.org/a|这里> 和 <#C1|general>", "看看 这里 和 general"},
		{"&lt;b&gt; A&amp;B", "<b> A&B"},
		{"<@U0BOT>", ""},
		{"<!here> 开会", "here 开会"},
	}
	for _, tt := range tests {
		if got := question(tt.in, "U0BOT"); got != tt.want {
			t.Errorf("question(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// FuzzDead: whatever comes in, nothing alive goes out, in any of the places
// where text ends up; and no rune of plain Chinese gets lost.
func FuzzDead(f *testing.F) {
	for _, s := range []string{
		"<!channel>", "<@U1>", "[a](b)", "[a]\n(b)", "`](x)`", "http://a](b)", "**<!here>**", "&lt;!channel&gt;",
		"]\u200b(x)", "http://x<!channel>", "\\](x)", "|a|b|", "<<!channel>>", "****[a](b)****", "@channel", "*]**(http://a)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, out := range map[string]string{"markdown": markdown(s), "inert": inert(s)} {
			if strings.ContainsAny(out, "<>") {
				t.Errorf("%s(%q) = %q has an angle bracket", name, s, out)
			}
			if groupCall.MatchString(out) {
				t.Errorf("%s(%q) = %q calls a group", name, s, out)
			}
			if !utf8.ValidString(out) {
				t.Errorf("%s(%q) is not UTF-8", name, s)
			}
		}
		// Outside of code spans no link begins.
		out := markdown(s)
		for i := 0; i+1 < len(out); i++ {
			if out[i] == ']' && (out[i+1] == '(' || out[i+1] == '[') && (i == 0 || out[i-1] != '\\') && !inCode(out, i) {
				t.Errorf("markdown(%q) = %q has a link", s, out)
			}
		}
	})
}

// inCode tells whether a byte stands in a code span: unescaped backticks before
// it are odd in number.
func inCode(s string, at int) bool {
	n := 0
	for i := 0; i < at; i++ {
		if s[i] == '`' && (i == 0 || s[i-1] != '\\') {
			n++
		}
	}
	return n%2 == 1
}

func FuzzQuestion(f *testing.F) {
	f.Add("<@U0BOT> <http://a|b> &lt;")
	f.Fuzz(func(t *testing.T, s string) {
		if out := question(s, "U0BOT"); strings.Contains(out, "<@U0BOT>") && !strings.Contains(s, "&") {
			t.Errorf("question(%q) = %q", s, out)
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("一句。两句！[1]三句？", 5)
	f.Add("没有句号的很长很长很长的一句话，只有逗号，也要切开", 7)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = max(1, limit%500)
		s = strings.ToValidUTF8(s, "")
		pieces := split(s, limit)
		if got := strings.Join(pieces, ""); got != s {
			t.Fatalf("pieces of %q join to %q", s, got)
		}
		for _, p := range pieces {
			if n := utf8.RuneCountInString(p); n > limit || n == 0 {
				t.Fatalf("a piece of %d runes, limit %d", n, limit)
			}
		}
	})
}

func FuzzDeliveries(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event":{"type":"message","text":"x","message":{"ts":"1.2"}}}`), "application/json")
	f.Add([]byte(`payload=%7B%7D`), "application/x-www-form-urlencoded")
	f.Add([]byte(`command=%2Fzhiwen&text=x`), "application/x-www-form-urlencoded")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		d, _, err := readRequest(contentType, body)
		if err != nil {
			return
		}
		if e, err := parseEnvelope(d.raw); err == nil {
			when(e.Event.TS)
			e.Event.root()
			e.Event.senderTeam()
		}
		parseCommand(d.raw)
	})
}

func TestSplitAtSentenceEnds(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "这是第%d句，里面有逗号，也有“引用的话。”[%d]", i, i+1)
	}
	for _, p := range split(b.String(), 300) {
		if !strings.HasSuffix(p, "]") || !strings.HasPrefix(p, "这是第") {
			t.Fatalf("cut within a sentence: %q", p)
		}
	}
}

// However long an answer is and however nasty its text, every message keeps
// Slack's limits, nothing is lost and nothing in it is alive.
func TestRenderKeepsLimits(t *testing.T) {
	nasty := "<!channel>&<@U1>[x](http://e.example)**粗**`码`\u202e"
	for _, n := range []int{0, 1, 5, 40, 120} {
		for _, size := range []int{1, 200, 3000} {
			var a rag.Answer
			a.ID = "id"
			for i := range n {
				quote := strings.Repeat("引", size) + fmt.Sprintf("文%d。", i)
				a.Citations = append(a.Citations, rag.Citation{Marker: i + 1, Title: nasty + strings.Repeat("题", 300), Quote: quote, Paragraph: i, URL: "https://example.org/" + strings.Repeat("p", 300)})
				a.Text += fmt.Sprintf("第%d句话&&&%s。[%d]", i, strings.Repeat("长", size/3), i+1)
			}
			if n == 0 {
				a.Text = strings.Repeat("&", 4000*size/200+1)
			}
			parts := render(bot.Reply{Answer: a, Language: bot.Chinese}, renderOptions{Feedback: true, Share: true})
			all := ""
			for _, p := range parts {
				if len(p.Blocks) > 50 {
					t.Errorf("%d blocks", len(p.Blocks))
				}
				if utf8.RuneCountInString(p.Text) > 4000 || p.Text == "" {
					t.Errorf("fallback text of %d runes", utf8.RuneCountInString(p.Text))
				}
				total := 0
				for _, block := range p.Blocks {
					total += blockRunes(block)
				}
				if total > 11_500 {
					t.Errorf("n=%d size=%d: %d runes of blocks", n, size, total)
				}
				raw, err := json.Marshal(p.Blocks)
				if err != nil {
					t.Fatal(err)
				}
				var generic []map[string]any
				if err := json.Unmarshal(raw, &generic); err != nil {
					t.Fatal(err)
				}
				for _, block := range generic {
					for _, text := range texts(block) {
						all += text
						// In plain_text objects only angle brackets could matter.
						own := strings.HasPrefix(text, "<https://example.org/")
						if !own && strings.ContainsAny(text, "<>") || block["type"] == "markdown" && alive.MatchString(text) {
							t.Fatalf("alive: %.200q", text)
						}
					}
				}
			}
			for i := range n {
				if !strings.Contains(all, fmt.Sprintf("文%d。", i)) || !strings.Contains(all, fmt.Sprintf("第%d句话", i)) {
					t.Fatalf("n=%d size=%d: sentence or quote %d is lost", n, size, i)
				}
			}
		}
	}
}

// texts returns every text in a block.
func texts(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && k == "text" {
				out = append(out, s)
			} else if !ok {
				out = append(out, texts(x)...)
			}
		}
	case []any:
		for _, x := range v {
			out = append(out, texts(x)...)
		}
	}
	return out
}

func TestRemainder(t *testing.T) {
	tests := []struct {
		text, sent, rest string
		ok               bool
	}{
		{"甲。[1]\n乙。[2]", "甲。[1]", "\n乙。[2]", true},
		{"甲。[1]\n乙。[2]", "甲。[1]乙。[2]", "", true},
		{"甲。[1]", "丙", "甲。[1]", false},
		{"甲", "甲乙", "甲", false},
		{"甲", "", "甲", true},
	}
	for _, tt := range tests {
		if rest, ok := remainder(tt.text, tt.sent); rest != tt.rest || ok != tt.ok {
			t.Errorf("remainder(%q, %q) = %q, %v", tt.text, tt.sent, rest, ok)
		}
	}
}

// Sources lead to the quoted words on our own server where there is one, and
// clients without blocks learn of them too.
func TestSourcesAreLinked(t *testing.T) {
	reply := bot.Reply{Language: bot.Chinese, Answer: rag.Answer{ID: "x", Text: "92个。[1]", Citations: []rag.Citation{
		{Marker: 1, ArticleID: "a|1", Title: "签约<!channel>", Published: "2021-08-23", Paragraph: 3, Start: 32, End: 66, Quote: "共有92个。"},
	}}}
	for base, want := range map[string]bool{"https://zhiwen.example": true, "": false} {
		parts := render(reply, renderOptions{Links: api.Links{Base: base}})
		raw, err := json.Marshal(parts[0].Blocks)
		if err != nil {
			t.Fatal(err)
		}
		var out []any
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(out)
		if got := strings.Contains(text, "<https://zhiwen.example/a/a%7C1?q=3:32-66#p3|查看引文"); got != want {
			t.Errorf("with base %q: %s", base, text)
		}
		if want := "[1] 《签约"; !strings.Contains(parts[0].Text, want) || !strings.Contains(parts[0].Text, "2021-08-23 · 第 3 段") || strings.Contains(parts[0].Text, "<!channel>") {
			t.Errorf("fallback %q", parts[0].Text)
		}
	}
}
