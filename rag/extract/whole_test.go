package extract

import (
	"testing"

	"zhiwen/rag/zhtext"
)

func TestWithoutMarks(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"滞纳金最高为20%[2]，按日计。", "20%[2]", "20%"},
		{"滞纳金最高为20%[2]，按日计。", "2]", ""},
		{"滞纳金[12]最高为20%，按日计。", "2]最高为20%", "最高为20%"},
		{"滞纳金[注]最高为20%，按日计。", "[注]最高", "[注]最高"},
	} {
		text, piece := []rune(c.text), []rune(c.at)
		start := 0
		for string(text[start:start+len(piece)]) != c.at {
			start++
		}
		got := withoutMarks(text, zhtext.Range{Start: start, End: start + len(piece)}, zhtext.Range{End: len(text)})
		if string(text[got.Start:got.End]) != c.want {
			t.Errorf("%s of %s: %q, want %q", c.at, c.text, string(text[got.Start:got.End]), c.want)
		}
	}
}
