package zhtext

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The figures of the raw seed documents, read as they come: printed columns
// with line breaks inside numbers, pages with tags.
func TestSeedFigures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "seeds", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("the raw seed documents are not next to the project")
	}
	var all Facts
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(tags.ReplaceAllString(string(raw), ""), "\r", "")
		runes := []rune(text)
		facts := Read(text)
		for _, q := range facts.Quantities {
			if string(runes[q.Start:q.End]) != q.Text {
				t.Errorf("%s: %q is not where it says", name, q.Text)
			}
		}
		all.Quantities = append(all.Quantities, facts.Quantities...)
		all.Years = append(all.Years, facts.Years...)
	}
	for _, want := range []string{"92个", "2524亿元", "32个", "1016亿元", "428亿元", "460亿元", "191亿元", "429亿元", "81个", "19个", "66个", "26个",
		"23个", "40%", "1670亿元", "66%", "318亿元", "610余家", "70余场", "5000家以上", "700个", "超5000家", "230余家", "1500余名", "770余人次", "20多个",
		"43%", "70%以上", "24%", "第三次", "四届", "10个鲁班工坊", "300亩", "200座", "60多家", "10000人", "50万吨", "12吋"} {
		w := Quantities(want)[0]
		found := false
		for _, q := range all.Quantities {
			found = found || q.Same(w) && q.Unit == w.Unit
		}
		if !found {
			t.Errorf("%s is not among the quantities", want)
		}
	}
	for _, q := range all.Quantities {
		if q.Value == 2021 || q.Value == 2025 || q.Value == 5 && strings.ContainsAny(q.Text, "Gg") {
			t.Errorf("%q counts nothing", q.Text)
		}
	}
}
