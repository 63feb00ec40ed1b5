package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
	"unicode"

	"zhiwen/rag/article"
)

// Job is an article that has to be written.
type Job struct {
	Article  *article.Article
	Passages []article.Passage
	Keys     []string    // digests of what stands for each passage's meaning
	Vectors  [][]float32 // of length 1, filled in before writing
	// Digest tells the article and the way it was cut from any other.
	Digest string

	text  func(article.Passage) string // what is embedded of a passage
	isNew bool
}

// NewJob cuts an article into passages.
func NewJob(a *article.Article, split article.SplitOptions) (*Job, error) {
	j := &Job{Article: a, Passages: article.Split(*a, split), text: article.EmbeddingTexts(a)}
	for _, p := range j.Passages {
		key := sha256.Sum256([]byte(j.text(p)))
		j.Keys = append(j.Keys, hex.EncodeToString(key[:16]))
	}
	var err error
	if j.Digest, err = digest(a, j.Passages, j.Keys); err != nil {
		return nil, fmt.Errorf("article %s: %w", a.ID, err)
	}
	return j, nil
}

// wordsVersion changes when texts are cut into other words than before, so that
// the next ingest writes them anew. 2: traditional characters count as simplified.
const wordsVersion = 2

// digest tells an article and the way it was cut from any other. keys stand for
// what is embedded of its passages.
func digest(a *article.Article, passages []article.Passage, keys []string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, wordsVersion)
	if err := encode(sum, a); err != nil {
		return "", err
	}
	for i, p := range passages {
		spans, err := EncodeSpans(p.Spans)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, p.ID, spans, keys[i])
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// encode writes an article as JSON, a paragraph at a time: the encoder would hold
// all of it, and of a book that is a lot.
func encode(w hash.Hash, a *article.Article) error {
	short := *a
	short.Paragraphs = nil // stand last
	head, err := json.Marshal(short)
	if err != nil {
		return err
	}
	w.Write(bytes.TrimSuffix(head, []byte("null}"))) // digests do not fail
	for i := range a.Paragraphs {
		p, err := json.Marshal(&a.Paragraphs[i])
		if err != nil {
			return err
		}
		w.Write([]byte{"[,"[min(i, 1)]})
		w.Write(p)
	}
	w.Write([]byte("]}\n"))
	return nil
}

// TitleWords are the words of the article's title.
func (j *Job) TitleWords(segment func(string) []string) []string {
	return Words(segment(j.Article.Title))
}

// PassageWords are those of passage i, counted from 0, and of the headings over it.
func (j *Job) PassageWords(i int, segment func(string) []string) []string {
	return Words(segment(article.SearchText(j.Article, j.Passages[i])))
}

// Words keeps what has a letter or digit in it. No word holds a blank.
func Words(words []string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		for _, f := range strings.Fields(w) {
			if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
				out = append(out, f)
			}
		}
	}
	return out
}
