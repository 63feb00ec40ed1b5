package article

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// requireOCR skips tests that need tesseract with its Chinese where it is not
// there.
func requireOCR(t *testing.T) {
	t.Helper()
	if _, err := findOCR(); err != nil && os.Getenv("ZHIWEN_REQUIRE_OCR") != "1" {
		t.Skipf("needs tesseract: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
}

// Two pages of pictures of text, a little askew, that Pillow made
// (testdata/formats/make.py). No figure may be wrong, and at most one may be left
// open; of the characters a few may be wrong.
func TestRecognized(t *testing.T) {
	requireOCR(t)
	var told []Omission
	pages := 0
	articles, err := ParseFile(t.Context(), filepath.Join("testdata", "formats", "pillow.pdf"), Options{
		Omitted:  func(o Omission) { told = append(told, o) },
		Progress: func(unit string, _, total int) { pages = total },
	})
	if err != nil || len(articles) != 1 {
		t.Fatalf("%d articles, %v", len(articles), err)
	}
	text := ""
	for _, p := range articles[0].Paragraphs {
		text += p.Text + "\n"
	}
	all := articles[0].Title + "\n" + text
	right := []string{"2024", "2025", "186", "12.5%", "3.47", "28", "7", "342", "59", "1260", "6.8", "4200", "3", "850", "9", "15", "023-6712-8890"}
	missing := 0
	for _, figure := range right {
		if !strings.Contains(all, figure) {
			missing++
		}
	}
	if open := strings.Count(all, uncertain); missing > 1 || missing != open {
		t.Errorf("%d figures are missing and %d are left open: %s\n%s", missing, open, all, omissions(told))
	}
	for _, figure := range regexp.MustCompile(`\d[\d.%-]*`).FindAllString(all, -1) {
		if !slices.Contains(right, strings.TrimRight(figure, ".-")) {
			t.Errorf("%s was never written: %s", figure, all)
		}
	}
	const want = "2024年，青石镇全年接待游客186万人次，比上年增长12.5%，旅游收入达到3.47亿元。镇上新建步道28公里，修复古桥7座。"
	found := false
	for line := range strings.Lines(text) {
		found = found || distance(strings.TrimSpace(line), want) <= 6
	}
	if !found {
		t.Errorf("the first paragraph is not one: %q", text)
	}
	if last := articles[0].Paragraphs[len(articles[0].Paragraphs)-1]; last.Page != 2 {
		t.Errorf("the last paragraph is on page %d", last.Page)
	}
	if pages != 2 || !strings.Contains(omissions(told), "2 of 2 pages hold pictures of text") {
		t.Errorf("%d pages, told: %s", pages, omissions(told))
	}
}

// distance is how many characters differ, as the edit distance has it.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0]++
		for j := range y {
			next := min(row[j]+1, row[j+1]+1)
			if same := before; x[i] == y[j] {
				next = min(next, same)
			} else {
				next = min(next, same+1)
			}
			before, row[j+1] = row[j+1], next
		}
	}
	return row[len(y)]
}

func TestJoinCharacters(t *testing.T) {
	for in, want := range map[string]string{
		"全 长 1860 米":        "全长1860米",
		"by New York Times": "by New York Times",
		"增长 12.5 % 。":       "增长12.5 %。",
		"用 GPT 4 写 的":       "用GPT 4写的",
	} {
		if got := joinCharacters(in); got != want {
			t.Errorf("joinCharacters(%q) = %q, want %q", in, got, want)
		}
	}
}
