package article

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// library is a store in small: what was read last time.
type library map[string]*Article

func (l library) ingest(read ...Article) Settled {
	var held []*Article
	for _, a := range l {
		held = append(held, a)
	}
	settled, out := Settle(read, held, nil)
	for i := range settled {
		l[settled[i].ID] = &settled[i]
	}
	return out
}

func (l library) texts() string {
	var all []string
	for _, a := range l {
		all = append(all, a.Title+" "+a.Paragraphs[0].Text)
	}
	return strings.Join(all, "\n")
}

func parseFile(t *testing.T, path, text string) []Article {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	articles, err := ParseFile(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return articles
}

const noticeText = "通告\n\n北门今天关闭，请走南门。"

// The identity is where a document comes from, not what it says.
func TestIdentity(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	first := parseFile(t, "x/notice.txt", noticeText)[0]
	t.Chdir("x")
	for _, path := range []string{"notice.txt", "../x/notice.txt", filepath.Join(dir, "x", "notice.txt")} {
		if got := parseFile(t, path, noticeText)[0]; got.ID != first.ID {
			t.Errorf("%s has the ID %s, x/notice.txt had %s", path, got.ID, first.ID)
		}
	}
	for _, text := range []string{strings.ReplaceAll(noticeText, "今天", "明天"), strings.ReplaceAll(noticeText, "通告", "公告")} {
		if got := parseFile(t, "notice.txt", text)[0]; got.ID != first.ID {
			t.Errorf("a correction changes the ID: %s", text)
		}
	}
	if parseFile(t, "../y/notice.txt", noticeText)[0].ID == first.ID {
		t.Error("another file has the same ID")
	}
	twice, err := Parse([]byte(`{"title":"日记","text":"今天有雨。"}`+"\n"+`{"title":"日记","text":"今天放晴。"}`), "d.jsonl", Options{})
	if err != nil || len(twice) != 2 || twice[0].ID == twice[1].ID {
		t.Errorf("two records of one title: %v, %v", twice, err)
	}
	listed, err := Parse([]byte(`{"title":"日记","url":"https://example.org/1","text":"今天有雨。"}`), "other.jsonl", Options{})
	moved, err2 := Parse([]byte("\n\n"+`{"title":"日记二","url":"https://example.org/1","text":"今天放晴。"}`), "d.jsonl", Options{})
	if err != nil || err2 != nil || listed[0].ID != moved[0].ID {
		t.Error("a record's address does not identify it")
	}
}

func TestSettle(t *testing.T) {
	for _, corrected := range []string{strings.ReplaceAll(noticeText, "今天", "明天"), strings.ReplaceAll(noticeText, "通告", "公告"), "更正\n\n北门照常开放，南门关闭。"} {
		lib := library{}
		path := filepath.Join(t.TempDir(), "notice.txt")
		lib.ingest(parseFile(t, path, noticeText)...)
		lib.ingest(parseFile(t, path, corrected)...)
		if len(lib) != 1 || strings.Contains(lib.texts(), "通告 北门今天") {
			t.Errorf("%q does not replace: %s", corrected, lib.texts())
		}
	}

	t.Run("from an earlier version", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "notice.txt")
		lib := library{"art-0123": {ID: "art-0123", Title: "旧题", Path: path, Paragraphs: []Paragraph{{Text: "旧文。"}}}}
		lib.ingest(parseFile(t, path, noticeText)...)
		if len(lib) != 1 || lib["art-0123"].Title != "通告" {
			t.Errorf("doubled: %s", lib.texts())
		}
	})

	t.Run("moved and renamed", func(t *testing.T) {
		dir := t.TempDir()
		lib := library{}
		lib.ingest(parseFile(t, filepath.Join(dir, "a", "notice.txt"), noticeText)...)
		out := lib.ingest(parseFile(t, filepath.Join(dir, "b", "renamed.txt"), noticeText)...)
		if len(lib) != 1 || len(out.Moved) != 1 || filepath.Base(out.Moved[0].To) != "renamed.txt" {
			t.Errorf("%d articles, %+v", len(lib), out)
		}
	})

	t.Run("copies, one of which changes", func(t *testing.T) {
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a", "notice.txt"), filepath.Join(dir, "b", "notice.txt")
		lib := library{}
		out := lib.ingest(append(parseFile(t, b, noticeText), parseFile(t, a, noticeText)...)...)
		if len(lib) != 1 || len(out.Copies) != 1 || out.Copies[0].From != a {
			t.Errorf("%d articles, %+v", len(lib), out)
		}
		for range 2 {
			lib.ingest(append(parseFile(t, b, noticeText), parseFile(t, a, strings.ReplaceAll(noticeText, "今天", "明天"))...)...)
			if len(lib) != 2 || !strings.Contains(lib.texts(), "明天") || !strings.Contains(lib.texts(), "今天") {
				t.Errorf("%d articles: %s", len(lib), lib.texts())
			}
		}
	})

	t.Run("a record goes in ahead of others", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "d.jsonl")
		lib := library{}
		lines := `{"title":"一","text":"一号泵今天检修。"}` + "\n" + `{"title":"二","text":"二号泵今天检修。"}`
		lib.ingest(parseFile(t, path, lines)...)
		ids := map[string]string{}
		for id, a := range lib {
			ids[a.Title] = id
		}
		lib.ingest(parseFile(t, path, `{"title":"零","text":"零号泵今天检修。"}`+"\n"+strings.ReplaceAll(lines, "二号泵今天", "二号泵明天"))...)
		if len(lib) != 3 || lib[ids["一"]].Title != "一" || lib[ids["二"]].Title != "二" || !strings.Contains(lib.texts(), "二号泵明天") {
			t.Errorf("%d articles: %s", len(lib), lib.texts())
		}
		lib.ingest(parseFile(t, path, lines)...)
		if len(lib) != 3 { // until prune
			t.Errorf("%d articles: %s", len(lib), lib.texts())
		}
	})

	t.Run("a given ID from another source", func(t *testing.T) {
		dir := t.TempDir()
		record := `{"id":"n-1","title":"通告","text":"北门今天关闭。"}`
		lib := library{}
		lib.ingest(parseFile(t, filepath.Join(dir, "a.jsonl"), record)...)
		if out := lib.ingest(parseFile(t, filepath.Join(dir, "a.jsonl"), strings.ReplaceAll(record, "今天", "明天"))...); len(out.Replaced) > 0 {
			t.Errorf("a correction is said to be another source: %+v", out)
		}
		out := lib.ingest(parseFile(t, filepath.Join(dir, "b.jsonl"), record)...)
		if len(out.Replaced) != 1 || out.Replaced[0].ID != "n-1" || len(lib) != 1 {
			t.Errorf("%+v", out)
		}
		both := append(parseFile(t, filepath.Join(dir, "b.jsonl"), record), parseFile(t, filepath.Join(dir, "c.jsonl"), strings.ReplaceAll(record, "关闭", "开放"))...)
		if _, out := Settle(both, []*Article{lib["n-1"]}, nil); len(out.Replaced) > 0 {
			t.Errorf("what is left out for one that stays is said to replace it: %+v", out)
		}
	})
}
