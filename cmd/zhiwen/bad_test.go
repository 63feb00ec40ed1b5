package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag/index"
)

// What cannot be a question is refused before anything is opened.
func TestBadQuestions(t *testing.T) {
	isolate(t)
	for _, c := range []struct{ name, question, want string }{
		{"empty", "", "it is empty"},
		{"a megabyte", strings.Repeat("问", 1<<20/3), "at most 2000"},
		{"escape sequence", "谁\x1b[31m致辞", "U+001B"},
		{"NUL", "谁\x00", "U+0000"},
		{"broken UTF-8", "谁\xff", "UTF-8"},
	} {
		for _, command := range []string{"ask", "search"} {
			status, out, errs := zhiwen(t, "", command, "--store", "nowhere", c.question)
			if status != exitUsage || out != "" || !strings.Contains(errs, c.want) {
				t.Errorf("%s %s: status %d, output %q, errors %.200q", command, c.name, status, out, errs)
			}
			if strings.ContainsAny(errs, "\x1b\x00") || len(errs) > 500 {
				t.Errorf("%s %s: the error repeats what was wrong: %.300q", command, c.name, errs)
			}
		}
	}
}

// otherEmbedder stands for a model that is not the one that filled a store.
type otherEmbedder struct{ embeddings.Embedder }

func (o otherEmbedder) Info() embeddings.Info {
	info := o.Embedder.Info()
	info.Model, info.Fingerprint = "another-model", strings.Repeat("0", len(info.Fingerprint))
	return info
}

// A store of another embedding model is refused with the way out, which works.
func TestOtherEmbedder(t *testing.T) {
	isolate(t)
	requireModel(t)
	dir := filepath.Join(t.TempDir(), "store")
	ctx := context.Background()
	real, err := embeddings.New(ctx, embeddings.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer real.Close()
	other := otherEmbedder{real}
	store, err := index.Open(ctx, index.Options{Dir: dir, Embedder: other, EmbedderInfo: indexInfo(other.Info())})
	if err != nil {
		t.Fatal(err)
	}
	read, err := readArticles(ctx, nil, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Add(ctx, read.articles[:2], index.AddOptions{}); err != nil {
		t.Fatal(err)
	}
	store.Close()
	for _, args := range [][]string{{"ask", "谁致辞"}, {"search", "签约"}, {"ingest", "--shipped"}} {
		status, out, errs := zhiwen(t, "", append(args, "--store", dir)...)
		if status != exitFailed || out != "" || !strings.Contains(errs, "another-model") || !strings.Contains(errs, "--reindex") {
			t.Errorf("%v: status %d, output %q, errors %q", args, status, out, errs)
		}
	}
	if status, _, errs := zhiwen(t, "", "ingest", "--shipped", "--reindex", "--store", dir); status != 0 {
		t.Fatalf("ingest --reindex: status %d: %s", status, errs)
	}
	if status, out, errs := zhiwen(t, "", "ask", "--store", dir, "2021智博会签约多少项目"); status != 0 || !strings.Contains(out, "92") {
		t.Errorf("ask after it: status %d, output %q, errors %q", status, out, errs)
	}
}

// Two processes at once: one waits for the other, and the store has it all.
func TestTwoWriters(t *testing.T) {
	isolate(t)
	requireModel(t)
	dir := filepath.Join(t.TempDir(), "store")
	extra := filepath.Join(t.TempDir(), "a.md")
	if err := os.WriteFile(extra, []byte("# 月光桥通车\n\n发布时间：2024-05-01\n\n月光桥5月1日通车。这座桥全长420米，双向四车道。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	go func() {
		_, _, errs := zhiwen(t, "", "ingest", "--store", dir, extra)
		done <- errs
	}()
	_, _, errs := zhiwen(t, "", "ingest", "--store", dir, "--shipped")
	if other := <-done; errs != "" || other != "" {
		t.Fatalf("errors %q and %q", errs, other)
	}
	for question, want := range map[string]string{"月光桥全长多少米": "420", "2021智博会签约多少项目": "92"} {
		if _, out, _ := zhiwen(t, "", "ask", "--store", dir, question); !strings.Contains(out, want) {
			t.Errorf("%s: %q", question, out)
		}
	}
}

// A full disk does not pass for success, whichever way the answer is written.
func TestOutputThatCannotBeWritten(t *testing.T) {
	isolate(t)
	store := shippedStore(t)
	for _, args := range [][]string{
		{"ask", "2021智博会签约多少项目"}, {"ask", "--json", "2021智博会签约多少项目"}, {"search", "智博会"}, {"status"}, {"version"},
	} {
		var errs bytes.Buffer
		status := run(t.Context(), append(args, "--store", store), streams{in: strings.NewReader(""), out: fullDisk{}, err: &errs})
		if status != 1 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: status %d, %q", args, status, errs.String())
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
