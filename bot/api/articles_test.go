package api_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhiwen/bot/api"
	"zhiwen/rag"
	"zhiwen/rag/article"
)

// shelf is a library in memory that counts how often all of it is read.
type shelf struct {
	articles []*article.Article
	all      int
}

func (s *shelf) Articles(context.Context) ([]*article.Article, error) {
	s.all++
	return s.articles, nil
}

func (s *shelf) Article(_ context.Context, id string) (*article.Article, error) {
	for _, a := range s.articles {
		if a.ID == id {
			return a, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", rag.ErrNoArticle, id)
}

// An article is found by its ID without reading the others, and else by a title or an
// address that no other has.
func TestShow(t *testing.T) {
	lib := &shelf{}
	for i, title := range []string{"茶会", "书市", "书市"} {
		lib.articles = append(lib.articles, &article.Article{ID: fmt.Sprint("art-", i), Title: title,
			URL: fmt.Sprint("https://example.com/", i/2), Paragraphs: []article.Paragraph{{Text: "一。"}, {Text: "二。"}}})
	}
	for _, c := range []struct {
		name, id string
		err      error
		says     string
		all      int
	}{
		{"art-1", "art-1", nil, "", 0},
		{"茶会", "art-0", nil, "", 1},
		{"《茶会》", "art-0", nil, "", 1},
		{"https://example.com/1", "art-2", nil, "", 1},
		{"https://example.com/0", "", api.ErrBadRequest, "name one of art-0, art-1", 1},
		{"书市", "", api.ErrBadRequest, "name one of art-1, art-2", 1},
		{"画展", "", api.ErrNoArticle, "画展", 1},
	} {
		lib.all = 0
		doc, err := api.Show(t.Context(), lib, c.name, 0, 0)
		if doc.ID != c.id || !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.says) || lib.all != c.all {
			t.Errorf("%s: %q, %v; read all %d times", c.name, doc.ID, err, lib.all)
		}
	}
}

// catalogued is a shelf that knows what its articles are called.
type catalogued struct{ *shelf }

func (c catalogued) Named(_ context.Context, name string) (ids []string, err error) {
	for _, a := range c.articles {
		if a.Title == name || a.URL == name {
			ids = append(ids, a.ID)
		}
	}
	return append(ids, "gone-since"), nil
}

// A library that can look a title up is not read as a whole for it.
func TestShowByTitleReadsNoOthers(t *testing.T) {
	lib := catalogued{&shelf{articles: []*article.Article{{ID: "a", Title: "茶会"}, {ID: "b", Title: "书市"}, {ID: "c", Title: "书市"}}}}
	if doc, err := api.Show(t.Context(), lib, "《茶会》", 0, 0); err != nil || doc.ID != "a" {
		t.Errorf("%q, %v", doc.ID, err)
	}
	if _, err := api.Show(t.Context(), lib, "书市", 0, 0); !errors.Is(err, api.ErrBadRequest) || !strings.Contains(err.Error(), "name one of b, c") {
		t.Errorf("two of a title: %v", err)
	}
	if _, err := api.Show(t.Context(), lib, "画展", 0, 0); !errors.Is(err, api.ErrNoArticle) {
		t.Errorf("none: %v", err)
	}
	if lib.all != 0 {
		t.Errorf("all articles were read %d times", lib.all)
	}
}

func TestParseReference(t *testing.T) {
	for in, want := range map[string]struct {
		id        string
		paragraph int
		says      string
	}{
		"art-1": {"art-1", 0, ""}, " art-1#p3 ": {"art-1", 3, ""}, "art-1 #p3": {"art-1", 3, ""},
		"": {says: "no article is named"}, " ": {says: "no article is named"}, "#p3": {says: "no article is named"},
		"art-1#p0": {says: "write it like art-1#p3"}, "art-1#": {says: "write it like art-1#p3"}, "art-1#2": {says: "a passage of a search"},
	} {
		id, paragraph, err := api.ParseReference(in)
		if id != want.id || paragraph != want.paragraph || (err != nil) != (want.says != "") || err != nil && (!errors.Is(err, api.ErrBadRequest) || !strings.Contains(err.Error(), want.says)) {
			t.Errorf("%q: %q, %d, %v", in, id, paragraph, err)
		}
	}
}
