package extract

import (
	"strings"
	"testing"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

func TestWholeQuotation(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"主题是“智能化：为经济赋能，为生活添彩”，企业有610余家。", "智能化：为经济赋能", "智能化：为经济赋能，为生活添彩"},
		{"主题是“智能化：为经济赋能，为生活添彩”，企业有610余家。", "为生活添彩", "智能化：为经济赋能，为生活添彩"},
		{"主题是“智能化：为经济赋能，为生活添彩”，企业有610余家。", "为经济赋能", "为经济赋能"},
		{"他说：“今年先修东门，西门明年再修。”", "今年先修东门", "今年先修东门"},
		{"“东门先修，”他说，“西门再修”。", "东门先修", "东门先修"},
		{"他写了《山中记》和《水边记》。", "《山中记》", "《山中记》"},
	} {
		text := []rune(c.text)
		got := wholeQuotation(text, rangeOf(c.text, c.at), zhtext.Range{End: len(text)})
		if string(text[got.Start:got.End]) != c.want {
			t.Errorf("%s of %s: %q, want %q", c.at, c.text, string(text[got.Start:got.End]), c.want)
		}
	}
}

func TestWithoutMarks(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"滞纳金最高为20%[2]，按日计。", "20%[2]", "20%"},
		{"滞纳金最高为20%[2]，按日计。", "2]", ""},
		{"滞纳金[12]最高为20%，按日计。", "2]最高为20%", "最高为20%"},
		{"滞纳金[注]最高为20%，按日计。", "[注]最高", "[注]最高"},
	} {
		text := []rune(c.text)
		got := withoutMarks(text, rangeOf(c.text, c.at), zhtext.Range{End: len(text)})
		if string(text[got.Start:got.End]) != c.want {
			t.Errorf("%s of %s: %q, want %q", c.at, c.text, string(text[got.Start:got.End]), c.want)
		}
	}
}

// rangeOf is where a piece first stands in a text, in runes.
func rangeOf(text, piece string) zhtext.Range {
	before, _, _ := strings.Cut(text, piece)
	start := utf8.RuneCountInString(before)
	return zhtext.Range{Start: start, End: start + utf8.RuneCountInString(piece)}
}
