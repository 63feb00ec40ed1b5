package weaviate_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/indextest"
	"zhiwen/rag/index/weaviate"
)

// idOf finds the object of a class whose property has a value.
func idOf(t *testing.T, o weaviate.Options, class string, fits func(properties map[string]any) bool) string {
	t.Helper()
	var list struct {
		Objects []struct {
			ID         string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(rest(t, o, http.MethodGet, "/v1/objects?limit=100&class="+o.Collection+class, ""), &list); err != nil {
		t.Fatal(err)
	}
	for _, object := range list.Objects {
		if fits(object.Properties) {
			return object.ID
		}
	}
	t.Fatalf("no such object of class %s", class)
	return ""
}

// articleObject is the object of an article.
func articleObject(t *testing.T, o weaviate.Options, id string) string {
	t.Helper()
	return idOf(t, o, "Article", func(p map[string]any) bool { return p["articleId"] == id })
}

// spoil changes or removes an object past the program.
func spoil(t *testing.T, o weaviate.Options, method, class, id, change string) {
	t.Helper()
	body := ""
	if method == http.MethodPatch {
		body = `{"class":"` + o.Collection + class + `","id":"` + id + `",` + change + `}`
	}
	rest(t, o, method, "/v1/objects/"+o.Collection+class+"/"+id+"?consistency_level=ALL", body)
}

// What was changed past the program is named and left out, and written again.
func TestDamageIsMended(t *testing.T) {
	o := options(t)
	s := open(t, o)
	articles := indextest.Articles()
	if _, err := s.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	passage := func(id string) string {
		return idOf(t, o, "Passage", func(p map[string]any) bool { return p["passageId"] == id })
	}
	spoil(t, o, http.MethodPatch, "Passage", passage("bridge#1"), `"properties":{"spans":"[[0,0,5]]"}`)
	spoil(t, o, http.MethodPatch, "Passage", passage("bridge#2"), `"vector":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]`)
	spoil(t, o, http.MethodDelete, "Passage", passage("panda#2"), "")
	spoil(t, o, http.MethodPatch, "Article", articleObject(t, o, "tea"), `"properties":{"title":"夏茶"}`)

	report, err := s.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ kind, article, text string }{
		{index.ProblemArticle, "bridge", "its passage 1 does not have its checksum"},
		{index.ProblemVector, "bridge", "the vector of its passage 2"},
		{index.ProblemArticle, "panda", "1 of its 2 passages"},
		{index.ProblemArticle, "tea", "its text does not have its checksum"},
	} {
		if !slices.ContainsFunc(report.Problems, func(p index.Problem) bool {
			return p.Kind == want.kind && p.Article == want.article && strings.Contains(p.Text, want.text)
		}) {
			t.Errorf("not found: %v", want)
		}
	}
	// A reader that held nothing before leaves out what it cannot trust, and says so.
	reader := again(t, o)
	if hits, err := reader.Keyword(t.Context(), "春茶开采", 10); err != nil || slices.ContainsFunc(found(hits), func(id string) bool { return id == "tea" }) {
		t.Errorf("%v, %v", found(hits), err)
	}
	if _, err := reader.Article(t.Context(), "tea"); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("%v", err)
	}
	if limits := reader.Limits(); len(limits) == 0 {
		t.Error("nothing is said of what is left out")
	}

	// The article's own text is lost on the cluster; those of the others are not.
	fixer := again(t, o)
	done, err := fixer.Repair(t.Context(), report.Problems, []article.Article{articles[2]}, nil)
	if err != nil || len(done) == 0 {
		t.Errorf("%v, %v", done, err)
	}
	exact(t, fixer, articles)
	if hits, err := fixer.Keyword(t.Context(), "春茶开采", 1); err != nil || len(hits) != 1 || hits[0].Article.Title != "春茶开采" {
		t.Errorf("%v, %v", hits, err)
	}
}

// Backups are the cluster's. One of several nodes says what it needs for that; a
// single node does it (CLUSTER_NODES=1 scripts/cluster up), and so do several that
// have a place for them, which ZHIWEN_TEST_BACKUPS says.
func TestBackup(t *testing.T) {
	o := options(t)
	s := open(t, o)
	articles := indextest.Articles()
	if _, err := s.Add(t.Context(), articles, index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), "../x"); !errors.Is(err, weaviate.ErrBackup) {
		t.Errorf("a name that is a path: %v", err)
	}
	name := strings.ToLower(o.Collection)
	made, err := s.Backup(t.Context(), name)
	if len(o.Hosts) > 1 && os.Getenv("ZHIWEN_TEST_BACKUPS") == "" {
		if !errors.Is(err, weaviate.ErrBackup) || !strings.Contains(err.Error(), "backup-s3") {
			t.Errorf("%v", err)
		}
		return
	}
	if err != nil || made.Articles != 3 || made.Passages != 5 || made.Place == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	if err := s.Delete(t.Context(), "bridge"); err != nil {
		t.Fatal(err)
	}
	if _, err := weaviate.Restore(t.Context(), o, name, false); err == nil || !strings.Contains(err.Error(), "2 articles") {
		t.Errorf("over what is there: %v", err)
	}
	if _, err := weaviate.Restore(t.Context(), o, name+"-other", true); !errors.Is(err, weaviate.ErrBackup) {
		t.Errorf("one that is not there: %v", err)
	}
	foreign := o
	foreign.Collection += "Foreign"
	if _, err := weaviate.Restore(t.Context(), foreign, name, true); !errors.Is(err, weaviate.ErrBackup) {
		t.Errorf("one of another collection: %v", err)
	}
	exact(t, s, articles[1:])
	restored, err := weaviate.Restore(t.Context(), o, name, true)
	if err != nil || restored.Articles != 3 || restored.Passages != 5 {
		t.Fatalf("%+v, %v", restored, err)
	}
	exact(t, s, articles)
}
