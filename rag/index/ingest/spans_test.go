package ingest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"zhiwen/rag/article"
)

// Whatever stands in a store, a passage is verbatim or refused.
func FuzzDecodePassage(f *testing.F) {
	f.Add("第一段。", "[[1,0,4]]")
	f.Add("第一段。", "[[1,2,1]]")
	f.Add("", "[[2,0,0]]")
	f.Add("x", "[[1,0,99],[1]]")
	f.Add("第一段。第二句\xff。", "[[1,0,4],[1,4,9],[1,2,6],[1,8,8]]")
	f.Fuzz(func(t *testing.T, text, spans string) {
		a := &article.Article{ID: "a", Paragraphs: []article.Paragraph{{Text: text}}}
		p, err := (&Cursor{}).Passage(a, "a#1", spans)
		if err != nil {
			return
		}
		for _, sp := range p.Spans {
			if string([]rune(text)[sp.Start:sp.End]) != sp.Text {
				t.Errorf("span %+v is not verbatim", sp)
			}
		}
		encoded, err := EncodeSpans(p.Spans)
		if err != nil {
			t.Fatal(err)
		}
		again, err := (&Cursor{}).Passage(a, "a#1", encoded)
		if err != nil || !reflect.DeepEqual(again.Spans, p.Spans) {
			t.Errorf("again %+v, %v, was %+v", again, err, p)
		}
	})
}

// A paragraph of 10 MB is read in one pass, not once for each of its passages.
func TestDecodeLongParagraph(t *testing.T) {
	const pieces, length = 20_000, 180
	a := &article.Article{ID: "a", Paragraphs: []article.Paragraph{{Text: strings.Repeat("水", pieces*length)}}}
	var at Cursor
	began := time.Now()
	for i := range pieces {
		p, err := at.Passage(a, "a#1", fmt.Sprintf("[[1,%d,%d]]", i*length, (i+1)*length))
		if err != nil || len(p.Spans) != 1 || len(p.Spans[0].Text) != length*len("水") {
			t.Fatalf("piece %d: %v", i, err)
		}
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
