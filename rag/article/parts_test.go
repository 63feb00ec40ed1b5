package article

import (
	"fmt"
	"strings"
	"testing"
)

func TestInParts(t *testing.T) {
	sentence := strings.Repeat("字", 9) + "。" // ten runes
	paragraphs := func(n int, section string, text string) (out []Paragraph) {
		for range n {
			out = append(out, Paragraph{Text: text, Section: section})
		}
		return out
	}
	row := "品名：梨，单价：5元"
	for _, c := range []struct {
		name string
		in   []Paragraph
		want string // paragraphs of each part
	}{
		{"short", paragraphs(10, "", sentence), "10"},
		{"at sentences", paragraphs(25, "", sentence), "10 10 5"},
		{"at headings, if one is near", append(paragraphs(8, "一", sentence), paragraphs(12, "二", sentence)...), "8 10 2"},
		{"one paragraph", paragraphs(1, "", strings.Repeat(sentence, 30)), "1"},
		{"a table stays whole", paragraphs(40, "表", row), "40"},
		{"a table stays whole among texts", append(append(paragraphs(6, "", sentence), paragraphs(20, "表", row)...), paragraphs(3, "", sentence)...), "6 20 3"},
	} {
		a := Article{Title: "书", Paragraphs: c.in}
		parts := inParts(a, 100)
		var sizes []string
		n := 0
		for i, p := range parts {
			sizes = append(sizes, fmt.Sprint(len(p.Paragraphs)))
			for _, q := range p.Paragraphs {
				if q != c.in[n] {
					t.Fatalf("%s: part %d holds %v for %v", c.name, i+1, q, c.in[n])
				}
				n++
			}
			if want := fmt.Sprintf("书（第 %d 部分）", i+1); len(parts) > 1 && p.Title != want {
				t.Errorf("%s: the title is %q", c.name, p.Title)
			}
		}
		if got := strings.Join(sizes, " "); got != c.want || n != len(c.in) {
			t.Errorf("%s: parts of %s paragraphs, want %s", c.name, got, c.want)
		}
	}
}

// A book that has grown into parts keeps its first ID; what a table says together
// stays together.
func TestLongDocuments(t *testing.T) {
	lines := func(n int) []byte {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "第%d日，%s。\n", i+1, strings.Repeat("江水向东流去", 40))
		}
		return []byte(b.String())
	}
	short, err := Parse(lines(10), "书.txt", Options{})
	if err != nil || len(short) != 1 {
		t.Fatalf("%d articles, %v", len(short), err)
	}
	long, err := Parse(lines(5000), "书.txt", Options{})
	if err != nil || len(long) != 2 || long[0].ID != short[0].ID || long[1].ID == long[0].ID {
		t.Fatalf("%d articles, %v", len(long), err)
	}
	if n := len(long[0].Paragraphs) + len(long[1].Paragraphs); n != 5000 {
		t.Errorf("%d paragraphs of 5000", n)
	}
	table, err := Parse([]byte("品名,说明\n"+strings.Repeat("梨,"+strings.Repeat("甜", 240)+"。\n", 5000)), "表.csv", Options{})
	if err != nil || len(table) != 1 || len(table[0].Paragraphs) < 5000 {
		t.Errorf("%d articles of %d rows, %v", len(table), len(table[0].Paragraphs), err)
	}
}
