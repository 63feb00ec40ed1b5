package article

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// checkPassages holds what Split promises: numbers, offsets, and that the spans
// of each paragraph are the paragraph.
func checkPassages(t *testing.T, a Article, passages []Passage) {
	t.Helper()
	joined := make([]string, len(a.Paragraphs))
	at := make([]int, len(a.Paragraphs))
	for i, p := range passages {
		if p.ID != a.ID+"#"+strconv.Itoa(i+1) || p.ArticleID != a.ID || len(p.Spans) == 0 {
			t.Fatalf("passage %d is %+v", i+1, p)
		}
		for _, s := range p.Spans {
			text, ok := a.Paragraph(s.Paragraph)
			runes := []rune(text)
			if !ok || s.Start < 0 || s.End > len(runes) || s.Start >= s.End || string(runes[s.Start:s.End]) != s.Text {
				t.Fatalf("span %+v does not fit its paragraph %q", s, text)
			}
			if s.Start != at[s.Paragraph-1] {
				t.Fatalf("span %+v leaves a gap after %d", s, at[s.Paragraph-1])
			}
			at[s.Paragraph-1] = s.End
			joined[s.Paragraph-1] += s.Text
		}
	}
	for i, p := range a.Paragraphs {
		if joined[i] != p.Text {
			t.Fatalf("paragraph %d is %q, its spans are %q", i+1, p.Text, joined[i])
		}
	}
}

func article(paragraphs ...string) Article {
	a := Article{ID: "t", Title: "试验"}
	for _, p := range paragraphs {
		a.Paragraphs = append(a.Paragraphs, Paragraph{Text: p})
	}
	return a
}

func TestSplit(t *testing.T) {
	ten := "一二三四五六七八九。" // ten runes
	for _, c := range []struct {
		name       string
		paragraphs []string
		opts       SplitOptions
		want       string // the spans' sizes, passages divided by |
	}{
		{"one", []string{ten}, SplitOptions{}, "10"},
		{"short neighbours share", []string{ten, ten, ten}, SplitOptions{MaxRunes: 40, JoinRunes: 25}, "10+10|10"},
		{"none shares", []string{ten, ten}, SplitOptions{JoinRunes: -1}, "10|10"},
		{"cut at sentences, balanced", []string{strings.Repeat(ten, 5)}, SplitOptions{MaxRunes: 40, JoinRunes: 20}, "30|20"},
		{"a piece is not joined", []string{strings.Repeat(ten, 5), ten}, SplitOptions{MaxRunes: 40, JoinRunes: 40}, "30|20|10"},
		{"cut at commas", []string{"一二三四五六七八九，" + "一二三四五六七八九，" + "一二三四五。"}, SplitOptions{MaxRunes: 12}, "10|10|6"},
		{"not inside a number", []string{"共计人民币12,345,678元整"}, SplitOptions{MaxRunes: 10}, "10|7"},
		{"cut anywhere", []string{strings.Repeat("字", 25)}, SplitOptions{MaxRunes: 10}, "10|10|5"},
		{"a heading opens a passage", []string{ten + ten, "题目\n" + ten}, SplitOptions{MaxRunes: 60, JoinRunes: 40}, "20|13"},
		{"after little text it does not", []string{ten, "题目\n" + ten}, SplitOptions{MaxRunes: 60, JoinRunes: 40}, "10+13"},
		{"nothing", nil, SplitOptions{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := article(c.paragraphs...)
			passages := Split(a, c.opts)
			checkPassages(t, a, passages)
			var sizes []string
			for _, p := range passages {
				var spans []string
				for _, s := range p.Spans {
					spans = append(spans, strconv.Itoa(s.End-s.Start))
				}
				sizes = append(sizes, strings.Join(spans, "+"))
			}
			if got := strings.Join(sizes, "|"); got != c.want {
				t.Errorf("sizes = %s, want %s", got, c.want)
			}
		})
	}
}

func TestEmbeddingText(t *testing.T) {
	day := time.Date(2021, 8, 23, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		a    Article
		want string
	}{
		{"title and day", Article{Title: "渡口停航", Published: day}, "渡口停航 2021年8月23日\n正文。"},
		{"the year that the text names", Article{Title: "渡口停航", Paragraphs: []Paragraph{{Text: "2023年的航季结束了，2023年共运客。"}}}, "渡口停航 2023年\n正文。"},
		{"the title names it", Article{Title: "2023渡口停航"}, "2023渡口停航\n正文。"},
		{"a crowded title", Article{Title: strings.Repeat("长", 50) + " " + strings.Repeat("短", 50)}, strings.Repeat("长", 50) + "\n正文。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Passage{Spans: []Span{{Paragraph: 1, End: 3, Text: "正文。"}}}
			if got := EmbeddingText(&c.a, p); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("第一句。第二句！“第三句？”第四句；还有3,000元，以及……\n结尾", 10, 5)
	f.Add("\xff\xfe 不是 UTF-8", 1, -1)
	f.Fuzz(func(t *testing.T, text string, most, join int) {
		if !utf8.ValidString(text) {
			text = strings.ToValidUTF8(text, "\uFFFD")
		}
		a := article(strings.Split(text, "\n\n")...)
		kept := a.Paragraphs[:0]
		for _, p := range a.Paragraphs {
			if p.Text != "" {
				kept = append(kept, p)
			}
		}
		a.Paragraphs = kept
		passages := Split(a, SplitOptions{MaxRunes: most, JoinRunes: join})
		checkPassages(t, a, passages)
		if most <= 0 {
			most = DefaultMaxRunes
		}
		for _, p := range passages {
			if n := utf8.RuneCountInString(p.Text()); n > most+len(p.Spans) {
				t.Fatalf("passage of %d runes, at most %d were wanted", n, most)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	sentence := "水位在夜里又涨了三厘米，值班员照例记进本子。"
	for name, raw := range map[string]string{
		"text/1MB": strings.Repeat(strings.Repeat(sentence, 8)+"\n", 1<<20/(8*len(sentence))),
		"html/1MB": "<html><body>" + strings.Repeat("<p>"+strings.Repeat(sentence, 8)+"</p>\n", 1<<20/(8*len(sentence))) + "</body></html>",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				articles, err := Parse([]byte(raw), "bench.txt", Options{})
				if err != nil {
					b.Fatal(err)
				}
				Split(articles[0], SplitOptions{})
			}
		})
	}
}
