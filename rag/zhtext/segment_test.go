package zhtext

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestWords(t *testing.T) {
	t.Parallel()
	s := NewSegmenter()
	if err := s.Load(); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, want string }{
		{"２０２１中国国际智能产业博览会", "2021 中国 国际 智能 产业 博览 博览会"},
		{"5G+工业互联网、４.0换电站", "5g + 工业 互联 联网 互联网 4.0 换 电站"},
		{"WeMake研究中心", "wemake 研究 中心"},
		{"投资1,000亿元", "投资 1,000 亿元"},
		{"", ""},
		{"，。！ \n", ""},
	}
	for _, tt := range tests {
		got := strings.Join(s.Words(tt.text), " ")
		if want := strings.ReplaceAll(tt.want, "+ ", ""); got != want {
			t.Errorf("Words(%q) = %q, want %q", tt.text, got, want)
		}
	}

	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := len(s.Words("重庆数字经济发展")); got < 3 {
				t.Errorf("concurrent Words: %d words", got)
			}
		})
	}
	wg.Wait()
}

func TestTerms(t *testing.T) {
	t.Parallel()
	got := Terms("智博会 签约，5Ｇ智博", 2)
	want := []string{"智", "智博", "博", "博会", "会", "签", "签约", "约", "5g"}
	if !slices.Equal(got, want) {
		t.Errorf("Terms = %q, want %q", got, want)
	}
	if got := Terms("中文", 0); len(got) != 0 {
		t.Errorf("Terms with maxLen 0 = %q", got)
	}
}

// Every word that a segmenter can put into an index must be among the terms of
// a question that quotes the text, or the index could never be asked for it.
func TestTermsCoverWords(t *testing.T) {
	t.Parallel()
	s := NewSegmenter()
	for _, text := range []string{
		"中国—上海合作组织数字经济产业论坛、2021中国国际智能产业博览会在重庆开幕",
		"COVID-19期间，3.5万人参加5G＋工业互联网大会",
		"more than 5,000 AI companies",
	} {
		terms := Terms(text, 16)
		for _, w := range s.Words(text) {
			if !slices.Contains(terms, w) {
				t.Errorf("%q: word %q is not a term", text, w)
			}
		}
	}
}

func BenchmarkWords(b *testing.B) {
	s := NewSegmenter()
	text := strings.Repeat("近年来，中国积极推进数字产业化、产业数字化，推动数字技术同经济社会发展深度融合。", 10)
	s.Words(text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Words(text)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if err := NewSegmenter().Load(); err != nil {
			b.Fatal(err)
		}
	}
}
