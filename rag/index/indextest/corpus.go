package indextest

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"zhiwen/rag/article"
)

// Planted is a question, and the passage that its words were taken from.
type Planted struct{ Question, Passage string }

// perArticle is how many passages an article of a Corpus has.
const perArticle = 5

// Corpus makes articles of about n passages altogether out of made-up words, as
// frequent as those of a language and separated by blanks, and as many questions
// as asked for. Each question takes five words of a passage, two of which it
// leaves to chance, and two words from anywhere.
func Corpus(n, questions int, seed uint64) ([]article.Article, []Planted) {
	r := rand.New(rand.NewPCG(seed, 7))
	vocabulary := make([]string, 30_000)
	for i := range vocabulary {
		vocabulary[i] = string([]rune{rune(0x4e00 + r.IntN(4000)), rune(0x4e00 + r.IntN(4000))})
	}
	zipf := rand.NewZipf(r, 1.1, 30, uint64(len(vocabulary)-1))
	some := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = vocabulary[zipf.Uint64()]
		}
		return out
	}
	articles := make([]article.Article, (n+perArticle-1)/perArticle)
	passages := make([][]string, 0, n)
	for i := range articles {
		a := &articles[i]
		a.ID = fmt.Sprintf("c%d-%06d", seed, i)
		a.Path, a.Title = a.ID+".txt", strings.Join(some(6), " ")
		a.Published = time.Date(2000+i%25, 1, 1+i%28, 0, 0, 0, 0, time.UTC)
		for range perArticle {
			words := some(75)
			passages = append(passages, words)
			a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: strings.Join(words, " ") + "。"})
		}
	}
	planted := make([]Planted, questions)
	for i := range planted {
		at := r.IntN(len(passages))
		words := some(2)
		for range 5 {
			words = append(words, passages[at][r.IntN(len(passages[at]))])
		}
		planted[i] = Planted{strings.Join(words, " "), fmt.Sprintf("%s#%d", articles[at/perArticle].ID, at%perArticle+1)}
	}
	return articles, planted
}

// WordEmbedder gives texts that share words between blanks similar vectors: each
// is the sum of its words' vectors, which are unrelated.
type WordEmbedder struct {
	Dimension int

	words sync.Map // string to []float32
}

// EmbedDocuments embeds texts.
func (e *WordEmbedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = e.vector(t)
	}
	return out, ctx.Err()
}

// EmbedQuery embeds a question as if it were a document.
func (e *WordEmbedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	return e.vector(text), ctx.Err()
}

func (e *WordEmbedder) vector(text string) []float32 {
	sum := make([]float32, e.Dimension)
	sum[0] = 1e-3 // a text without words has a direction too
	for _, w := range strings.Fields(text) {
		for i, x := range e.word(strings.TrimSuffix(w, "。")) {
			sum[i] += x
		}
	}
	return sum
}

func (e *WordEmbedder) word(w string) []float32 {
	if v, ok := e.words.Load(w); ok {
		return v.([]float32)
	}
	h := fnv.New128a()
	h.Write([]byte(w))
	key := h.Sum(nil)
	r := rand.New(rand.NewPCG(binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(key[8:])))
	v := make([]float32, e.Dimension)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	e.words.Store(w, v)
	return v
}
