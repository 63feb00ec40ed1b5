package index_test

import (
	"strings"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// Articles are found by their very titles and addresses, and by nothing else.
func TestNamed(t *testing.T) {
	s := open(t, options(t))
	first, second, third := write("a", "书市", "第一篇。"), write("b", "书市", "第二篇。"), write("c", "茶会%", "第三篇。")
	third.URL = "https://example.com/c"
	if _, err := s.Add(t.Context(), []article.Article{first, second, third}, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"书市": "a b", "茶会%": "c", "https://example.com/c": "c", "茶会": "", "%": "", "a": "", "": ""} {
		if ids, err := s.Named(t.Context(), name); err != nil || strings.Join(ids, " ") != want {
			t.Errorf("%q: %q, %v", name, ids, err)
		}
	}
}
