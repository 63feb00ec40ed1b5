package index_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
)

const benchDimension = 512

var benchSizes = []int{100, 700, 7000} // passages

var questions = sync.OnceValue(func() []string {
	var out []string
	for _, a := range synthetic(50, 99) {
		out = append(out, string([]rune(a.Paragraphs[0].Text)[:24]))
	}
	return out
})

// filled makes a store of about n passages.
func filled(b *testing.B, n int) (*index.Store, index.Options, []article.Article) {
	b.Helper()
	e := &indextest.HashEmbedder{Dimension: benchDimension}
	o := index.Options{Dir: b.TempDir(), Embedder: e, EmbedderInfo: info(e), Segment: bigrams}
	s := open(b, o)
	articles := synthetic(n/10, 99)
	add(b, s, articles...)
	return s, o, articles
}

// bigrams cut text as cheaply as it gets, at the length of real words.
func bigrams(text string) []string {
	r := []rune(text)
	var out []string
	for i := 0; i+2 <= len(r); i++ {
		out = append(out, string(r[i:i+2]))
	}
	return out
}

func BenchmarkSearch(b *testing.B) {
	ctx := context.Background()
	for _, n := range benchSizes {
		s, o, _ := filled(b, n)
		vector, _ := o.Embedder.EmbedQuery(ctx, "x")
		keyword := func(b *testing.B, i int) {
			if _, err := s.Keyword(ctx, questions()[i%50], 50); err != nil {
				b.Error(err)
			}
		}
		byVector := func(b *testing.B) {
			if _, err := s.Vector(ctx, vector, 50); err != nil {
				b.Error(err)
			}
		}
		byVector(b)
		b.Run(fmt.Sprintf("keyword/%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				keyword(b, i)
			}
		})
		b.Run(fmt.Sprintf("vector/%d", n), func(b *testing.B) {
			for b.Loop() {
				byVector(b)
			}
		})
		b.Run(fmt.Sprintf("both/%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				var g sync.WaitGroup
				g.Go(func() { byVector(b) })
				keyword(b, i)
				g.Wait()
			}
		})
	}
}

// BenchmarkOpen is a process' way to its first hits from either side.
func BenchmarkOpen(b *testing.B) {
	ctx := context.Background()
	for _, n := range benchSizes {
		s, o, _ := filled(b, n)
		s.Close()
		vector, _ := o.Embedder.EmbedQuery(ctx, "x")
		b.Run(fmt.Sprintf("open/%d", n), func(b *testing.B) {
			for b.Loop() {
				s, err := index.Open(ctx, o)
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
		b.Run(fmt.Sprintf("first_hits/%d", n), func(b *testing.B) {
			for b.Loop() {
				s, err := index.Open(ctx, o)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Keyword(ctx, questions()[0], 50); err != nil {
					b.Fatal(err)
				}
				if _, err := s.Vector(ctx, vector, 50); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}

// BenchmarkIngest leaves the embedder's and the segmenter's work out.
func BenchmarkIngest(b *testing.B) {
	ctx := context.Background()
	for _, n := range benchSizes {
		articles := synthetic(n/10, 99)
		b.Run(fmt.Sprintf("all/%d", n), func(b *testing.B) {
			dir := b.TempDir()
			e := &indextest.HashEmbedder{Dimension: benchDimension}
			for i := 0; b.Loop(); i++ {
				s := open(b, index.Options{Dir: filepath.Join(dir, fmt.Sprint(i)), Embedder: e, EmbedderInfo: info(e), Segment: bigrams})
				add(b, s, articles...)
				s.Close()
				os.RemoveAll(filepath.Join(dir, fmt.Sprint(i)))
			}
		})
		b.Run(fmt.Sprintf("unchanged/%d", n), func(b *testing.B) {
			s, _, articles := filled(b, n)
			for b.Loop() {
				add(b, s, articles...)
			}
		})
		b.Run(fmt.Sprintf("one_changed/%d", n), func(b *testing.B) {
			s, _, articles := filled(b, n)
			for i := 0; b.Loop(); i++ {
				articles[0].Author = fmt.Sprint(i)
				if _, err := s.Add(ctx, articles[:1], index.AddOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
