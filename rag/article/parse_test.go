package article

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

var update = flag.Bool("update", false, "write the golden files")

// TestDocuments reads a document of each kind and compares all that came out.
func TestDocuments(t *testing.T) {
	files, err := Walk(t.Context(), []string{"testdata/documents"})
	if err != nil || len(files) < 10 {
		t.Fatalf("Walk = %d files, %v", len(files), err)
	}
	opts := Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			articles, err := ParseFile(t.Context(), file, opts)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(articles)
			golden := filepath.Join("testdata", "golden", filepath.Base(file)+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// publishedDay is the day of publication, "" without one.
func publishedDay(a Article) string {
	if a.Published.IsZero() {
		return ""
	}
	return a.Published.Format(time.DateOnly)
}

func describe(articles []Article) string {
	var b strings.Builder
	for _, a := range articles {
		fmt.Fprintf(&b, "title: %s\npublished: %s\nauthor: %s\nsource: %s\nurl: %s\n", a.Title, publishedDay(a), a.Author, a.Source, a.URL)
		for i, p := range a.Paragraphs {
			fmt.Fprintf(&b, "[%d] %s\n", i+1, strings.ReplaceAll(p.Text, "\n", "\n    "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The same text gives the same articles in every encoding.
func TestEncodings(t *testing.T) {
	raw, err := os.ReadFile("testdata/documents/government.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Parse(raw, "government.txt", Options{})
	if err != nil {
		t.Fatal(err)
	}
	encode := func(e interface{ Bytes([]byte) ([]byte, error) }) []byte {
		out, err := e.Bytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, in := range map[string][]byte{
		"UTF-8 with a byte order mark": append([]byte("\xef\xbb\xbf"), raw...),
		"GB18030":                      encode(simplifiedchinese.GB18030.NewEncoder()),
		"GBK":                          encode(simplifiedchinese.GBK.NewEncoder()),
		"UTF-16LE":                     encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"UTF-16BE":                     encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()),
		"Windows line ends":            bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")),
		"old Mac line ends":            bytes.ReplaceAll(raw, []byte("\n"), []byte("\r")),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(in, "government.txt", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if describe(got) != describe(want) {
				t.Errorf("got:\n%s\nwant:\n%s", describe(got), describe(want))
			}
		})
	}
}

// Traditional texts, and texts with a few broken bytes, are read as well.
func TestOtherEncodings(t *testing.T) {
	const traditional = "票價調整\n\n公車票價自七月一日起調整，全票由十五元調整為二十元，學生票維持不變。"
	encode := func(e encoding.Encoding, text string) []byte {
		out, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	long := "渡口\n\n" + strings.Repeat("河水涨了又落，渡船还在原来的地方等客。", 20)
	damaged := []byte(long)
	damaged[60], damaged[200] = 0xff, 0xfe
	damagedGB := encode(simplifiedchinese.GB18030, long)
	damagedGB[61] = 0xff
	utf16le := encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "渡口停航\n\n北渡口停航12天，请走南渡口。")
	for _, c := range []struct {
		name string
		raw  []byte
		want string
		bad  bool // some bytes are no characters
	}{
		{"Big5", encode(traditionalchinese.Big5, traditional), "全票由十五元調整為二十元", false},
		{"Big5 of a few words", []byte("\xa4\xa4\xa4\xe5\xb8\xea\xae\xc6\xaa\xba\xb4\xfa\xb8\xd5\xa4\xe5\xa5\xf3"), "中文資料的測試文件", false},
		{"GB18030, traditional", encode(simplifiedchinese.GB18030, traditional), "全票由十五元調整為二十元", false},
		{"GB18030, simplified", encode(simplifiedchinese.GB18030, long), "渡船还在原来的地方等客", false},
		{"UTF-8 with two bad bytes", damaged, "渡船还在原来的地方等客", true},
		{"GB18030 with a bad byte", damagedGB, "渡船还在原来的地方等客", true},
		{"UTF-16 without a mark", utf16le, "北渡口停航12天", false},
		{"a record with a bad byte", append(append([]byte(`{"text":"河水涨了又落，渡船还在原来的地方等客。河水涨了又落，渡船还在原来的地方等客。河水涨了又落，渡`), 0xff), []byte(`船还在。"}`)...), "渡船还在原来的地方等客", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var told []string
			articles, err := Parse(c.raw, "doc.txt", Options{Omitted: func(o Omission) {
				if o.Reason == OmitUndecoded {
					told = append(told, o.Text)
				}
			}})
			if err != nil || !strings.Contains(describe(articles), c.want) {
				t.Fatalf("%v, %s", err, describe(articles))
			}
			if (len(told) > 0) != c.bad {
				t.Errorf("told: %q", told)
			}
		})
	}
}

func japaneseText(e encoding.Encoding) []byte {
	out, err := e.NewEncoder().Bytes([]byte("橋は来月開通します。全長は千八百六十メートルです。"))
	if err != nil {
		panic(err)
	}
	return out
}

func TestBadInput(t *testing.T) {
	good := strings.Repeat("河水涨了又落，渡船还在原来的地方等客。", 20)
	broken := []byte(good)
	for i := 30; i < len(broken); i += 60 {
		broken[i] = 0xff
	}
	for _, c := range []struct {
		name string
		raw  []byte
		want error
		says string // must stand in the message
	}{
		{"empty", nil, ErrEmpty, "doc.txt"},
		{"blank", []byte(" \n\t\n　\n"), ErrEmpty, "doc.txt"},
		{"byte order mark only", []byte("\xef\xbb\xbf"), ErrEmpty, "doc.txt"},
		{"zero byte", []byte("第一段。\x00第二段。"), ErrBinary, "offset 12"},
		{"picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ErrBinary, "not text"},
		{"control characters", []byte(strings.Repeat("\x01\x02a", 50)), ErrBinary, "control"},
		{"broken UTF-8", broken, ErrEncoding, "offset 30"},
		{"Shift-JIS", japaneseText(japanese.ShiftJIS), ErrEncoding, "Shift-JIS"},
		{"EUC-JP", japaneseText(japanese.EUCJP), ErrEncoding, "EUC-JP"},
		{"Latin-1", []byte("caf\xe9 du march\xe9, na\xefve"), ErrEncoding, "offset 3"},
		{"nothing but furniture", []byte("<html><body><nav>首页</nav><script>x()</script></body></html>"), ErrNoArticle, "doc.txt"},
		{"front matter only", []byte("---\ntitle: 空\n---\n"), ErrNoArticle, "doc.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			articles, err := Parse(c.raw, "doc.txt", Options{})
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || len(articles) > 0 {
				t.Errorf("Parse = %d articles, %v; want %v that says %q", len(articles), err, c.want, c.says)
			}
			var at *PathError
			if !errors.As(err, &at) || at.Hint == "" || at.Path != "doc.txt" {
				t.Errorf("%v does not say where and what to do", err)
			}
		})
	}
}

func TestMalformedRecords(t *testing.T) {
	raw := `{"id":"a","title":"甲","text":"第一条记录说了一件事。"}
{"id":"b","title":"乙","text":"第二条
["不是对象"]
{"id":"c","title":"丙"}
{"id":"d","published":"前天","text":"日期写错了。"}
{"id":"a","title":"重复","text":"编号用过了。"}
{"id":{"x":1},"text":"编号不是文字。"}
{"id":"e","title":"戊","text":"最后一条也读到了。"}
`
	articles, err := Parse([]byte(raw), "in.jsonl", Options{})
	if len(articles) != 2 || articles[0].ID != "a" || articles[0].Title != "甲" || articles[1].ID != "e" {
		t.Errorf("articles = %s", describe(articles))
	}
	if !errors.Is(err, ErrMalformed) || !errors.Is(err, ErrDuplicateID) {
		t.Fatalf("err = %v", err)
	}
	for line := 2; line <= 7; line++ {
		if want := fmt.Sprintf("in.jsonl, line %d:", line); !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "Go ") {
		t.Errorf("%v speaks of the program's insides", err)
	}
}

// shrink is what large input is divided by: the race detector makes reading ten
// times slower, and would find nothing more in ten times as much. ZHIWEN_SOAK=1
// keeps the whole size.
func shrink() int {
	if raceDetector && os.Getenv("ZHIWEN_SOAK") == "" {
		return 10
	}
	return 1
}

// Documents that are made to hurt must be read or refused quickly.
func TestHugeAndDeep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some ten seconds")
	}
	sentence := "水位在夜里又涨了三厘米，值班员照例记进本子。"
	repeat := func(s string, n int) string { return strings.Repeat(s, n/shrink()) }
	long := repeat(sentence, (10<<20)/len(sentence))
	for name, raw := range map[string]string{
		"one line of 10 MB":              long,
		"one HTML paragraph of 10 MB":    "<html><body><p>" + long + "</p></body></html>",
		"one Markdown paragraph, 6 MB":   "# 记录\n\n" + repeat(sentence, (6<<20)/len(sentence)),
		"one record of 10 MB":            `{"id":"x","text":"` + long + `"}`,
		"100,000 nested elements":        "<html><body>" + repeat("<div>", 100_000) + "<p>" + sentence + "</p>" + repeat("</div>", 100_000),
		"100,000 elements never closed":  "<body>" + repeat("<b><i><div>", 33_000) + sentence,
		"20,000 open paragraphs":         "<body>" + repeat("<p>"+sentence, 20_000),
		"100,000 nested tables":          "<body>" + repeat("<table><tr><td>", 33_000) + sentence,
		"broken tags":                    "<div><p>" + sentence + "</div></p><<p <a href='" + sentence + "<p>" + sentence,
		"an attribute that never closes": "<body><p>" + sentence + "<p><a href=\"" + repeat("x", 1<<20),
		"100,000 quotes":                 "# 题\n\n" + repeat(">", 100_000) + " " + sentence,
		"100,000 brackets":               "# 题\n\n" + sentence + repeat("[", 100_000),
		"100,000 stars":                  "# 题\n\n" + sentence + repeat("*a_ ", 100_000),
		"50,000 short lines":             repeat(strings.Repeat("水", 17)+"\n", 50_000) + sentence,
		"200,000 lines of dashes":        "题目\n" + sentence + repeat("\n-\n", 200_000),
		"100,000 line breaks":            "<body>" + sentence + repeat("<br>水位又涨", 100_000),
		"50,000 separators":              "题目\n" + repeat(sentence+"\n-\n", 50_000),
		"10,000 headlines in columns":    repeat("水位今日公布\n\n水位在夜里又涨了三厘米，值班员照例记\n进本子，然后去睡。\n\n", 10_000) + sentence,
		"20,000 lines in columns":        sentence + "\n" + repeat("天黑了  灯亮了\n", 20_000),
		"20,000 numbers of parts":        sentence + "\n" + repeat("1.1 停水安排。\n一、停水时间。请储水。\n", 10_000),
		"YAML that nests":                "---\na: " + repeat("[", 60_000) + "\n---\n" + sentence,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			articles, err := Parse([]byte(raw), "doc.txt", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(describe(articles), sentence[:30]) {
				t.Error("the text is lost")
			}
			for _, a := range articles {
				text := EmbeddingTexts(&a)
				for _, p := range Split(a, SplitOptions{}) {
					text(p)
				}
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			t.Log(time.Since(start))
		})
	}
}

func TestFileProblems(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	big := filepath.Join(dir, "big.txt")
	f, err := os.Create(big)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100 << 20); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := ParseFile(ctx, big, Options{}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "64 MB") {
		t.Errorf("100 MB: %v", err)
	}
	if _, err := Parse(make([]byte, 11), "x", Options{MaxBytes: 10}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("Parse beyond the limit: %v", err)
	}
	if _, err := ParseFile(ctx, filepath.Join(dir, "none.txt"), Options{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("missing: %v", err)
	}
	if _, err := ParseFile(ctx, dir, Options{}); !errors.Is(err, ErrUnreadable) {
		t.Errorf("folder: %v", err)
	}
	secret := filepath.Join(dir, "secret.txt")
	if err := os.WriteFile(secret, []byte("锁着。"), 0); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 { // root may read everything
		if _, err := ParseFile(ctx, secret, Options{}); !errors.Is(err, ErrUnreadable) {
			t.Errorf("unreadable: %v", err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := ParseFile(cancelled, secret, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/documents/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, filepath.Base(file))
	}
	f.Add([]byte("（上接1版）\n"), "a.txt")
	f.Add([]byte("---\ntitle: [\n---\n<p>x"), "a.md")
	f.Fuzz(func(t *testing.T, raw []byte, path string) {
		articles, err := Parse(raw, path, Options{})
		if len(articles) == 0 && err == nil {
			t.Fatal("neither an article nor an error")
		}
		seen := map[string]bool{}
		for _, a := range articles {
			if a.ID == "" || a.Title == "" || len(a.Paragraphs) == 0 || seen[a.ID] {
				t.Fatalf("incomplete article %+v", a)
			}
			seen[a.ID] = true
			for _, p := range a.Paragraphs {
				if strings.TrimSpace(p.Text) == "" {
					t.Fatalf("empty paragraph in %+v", a)
				}
			}
			checkPassages(t, a, Split(a, SplitOptions{}))
		}
	})
}
