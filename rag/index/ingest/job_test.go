package ingest

import (
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"zhiwen/rag/article"
)

// What a digest is made of must stay as it is, or every article counts as changed.
func TestEncode(t *testing.T) {
	for _, a := range []article.Article{
		{ID: "a", Title: "标题 <b> & \u2028", Paragraphs: []article.Paragraph{{Text: "一。"}}},
		{ID: "a", Published: time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC), Paragraphs: []article.Paragraph{
			{Text: "一\n二", Section: "甲 › 乙", Page: 3}, {Text: "\"]}"}, {Text: "三"}}},
	} {
		whole, parts := sha256.New(), sha256.New()
		if err := json.NewEncoder(whole).Encode(a); err != nil {
			t.Fatal(err)
		}
		if err := encode(parts, &a); err != nil {
			t.Fatal(err)
		}
		if string(whole.Sum(nil)) != string(parts.Sum(nil)) {
			t.Errorf("%+v is encoded in another way", a)
		}
	}
}
