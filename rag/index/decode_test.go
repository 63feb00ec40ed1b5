package index

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"zhiwen/rag/article"
)

func TestVectorsSurviveStorage(t *testing.T) {
	v := []float32{0, -1.5, 3.4028235e38, 1e-45}
	got, err := decodeVector(encodeVector(v))
	if err != nil || !slices.Equal(got, v) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := decodeVector([]byte{1, 2, 3}); !errors.Is(err, ErrVector) {
		t.Errorf("three bytes: %v", err)
	}
}

// Whatever stands in the database, a passage is verbatim or refused.
func FuzzDecodePassage(f *testing.F) {
	f.Add("第一段。", "[[1,0,4]]")
	f.Add("第一段。", "[[1,2,1]]")
	f.Add("", "[[2,0,0]]")
	f.Add("x", "[[1,0,99],[1]]")
	f.Fuzz(func(t *testing.T, text, spans string) {
		a := &article.Article{ID: "a", Paragraphs: []article.Paragraph{{Text: text}}}
		p, err := decodePassage(a, "a#1", spans)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%v is not %v", err, ErrDamaged)
			}
			return
		}
		for _, sp := range p.Spans {
			if string([]rune(text)[sp.Start:sp.End]) != sp.Text {
				t.Errorf("span %+v is not verbatim", sp)
			}
		}
		encoded, err := encodeSpans(p.Spans)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodePassage(a, "a#1", encoded)
		if err != nil || !reflect.DeepEqual(again.Spans, p.Spans) {
			t.Errorf("again %+v, %v, was %+v", again, err, p)
		}
	})
}
