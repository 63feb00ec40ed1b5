package rag

import (
	"context"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag/question"
	"zhiwen/rag/reading"
)

// sure is a reader that is sure of the passages that hold a word, and notes what it read.
type sure struct {
	of   string
	read []string
}

func (s *sure) Read(_ context.Context, _ string, passages []reading.Passage) ([]reading.Reading, error) {
	out := make([]reading.Reading, len(passages))
	for i, p := range passages {
		s.read = append(s.read, p.Title)
		out[i].Answerable = -5
		if strings.Contains(p.Text, s.of) {
			out[i].Answerable = 5
		}
	}
	return out, nil
}

func (*sure) Grounded(context.Context, string, []reading.Passage) ([]float64, error) { return nil, nil }

func (*sure) Names(_ context.Context, texts []string) ([][]reading.Name, error) {
	return make([][]reading.Name, len(texts)), nil
}

// Behind a sure passage only those are read that hold as much of the question.
func TestReadUntilEnough(t *testing.T) {
	var hits []Hit
	for i, text := range []string{"灯塔高二十米。", "灯塔旁有渡口。", "渡口早上六点开船。", "旧灯塔高九米。", "船票两元。", "渡口有厕所。"} {
		id := string(rune('a' + i))
		_, one := someArticle(id, id, "", text)
		one[0].Rank = i + 1
		hits = append(hits, one...)
	}
	word := func(s string) question.Word { return question.Word{Text: s, Weight: 1, Need: 1} }
	tower := question.Part{Kind: question.KindQuantity, Words: []question.Word{word("灯塔"), word("高")}}
	list := tower
	list.Many = true
	for _, c := range []struct {
		name  string
		of    string
		parts []question.Part
		want  string
	}{
		{"sure at once", "高二十米", []question.Part{tower}, "abd"},
		{"sure later", "六点", []question.Part{tower}, "abcdef"}, // none of it is in there
		{"never sure", "没有", []question.Part{tower}, "abcdef"},
		{"several are asked for", "高二十米", []question.Part{list}, "abcdef"},
		{"two questions in one", "高二十米", []question.Part{tower, tower}, "abcdef"},
	} {
		reader := &sure{of: c.of}
		r := &run{
			chain:    &Chain{Reader: reader, Enough: func(r reading.Reading) bool { return r.Answerable > 0 }},
			evidence: NewEvidence(hits),
			analysis: question.Analysis{Parts: c.parts},
		}
		if err := r.read(t.Context(), "灯塔有多高", hits); err != nil {
			t.Fatal(err)
		}
		slices.Sort(reader.read)
		if got := strings.Join(reader.read, ""); got != c.want {
			t.Errorf("%s: read %s, want %s", c.name, got, c.want)
		}
		reader.read = nil
		r.chain.Enough = nil
		if err := r.read(t.Context(), "灯塔有多高", hits); err != nil || len(reader.read) != len(hits) {
			t.Errorf("%s: without a measure of enough %d passages are read, %v", c.name, len(reader.read), err)
		}
	}
}
