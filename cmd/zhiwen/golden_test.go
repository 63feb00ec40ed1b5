package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/eval"
	"zhiwen/rag/extract"
	asked "zhiwen/rag/question"
	"zhiwen/seeds"
)

var update = flag.Bool("update", false, "write the golden files anew")

// goldenAnswer is how one shipped question is answered, and why.
type goldenAnswer struct {
	ID       string       `json:"id"`
	Question string       `json:"question"`
	Parts    []goldenPart `json:"parts"`
	Hits     []string     `json:"hits"` // passage IDs, best first
	Refused  rag.Reason   `json:"refused,omitempty"`
	Answer   string       `json:"answer"`
}

type goldenPart struct {
	Kind       string            `json:"kind"`
	Words      []string          `json:"words"`
	Candidates []goldenCandidate `json:"candidates"`
}

type goldenCandidate struct {
	Score    float64  `json:"score"`
	Factors  []string `json:"factors"`
	Short    string   `json:"short,omitempty"`
	Sentence string   `json:"sentence"`
}

const (
	goldenHits       = 5
	goldenCandidates = 3
)

// Every shipped question, answered from the shipped articles without a language
// model. What a change does to any of them shows in the diff of the golden file.
func TestAnswersGolden(t *testing.T) {
	requireModel(t)
	isolate(t)
	ctx := context.Background()
	a := &app{streams: streams{in: bytes.NewReader(nil), out: io.Discard, err: io.Discard}, log: slog.New(slog.DiscardHandler)}
	if err := a.load(); err != nil {
		t.Fatal(err)
	}
	p, cleanup, err := a.evalParts(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer cleanup()
	cases, err := eval.Load(bytes.NewReader(seeds.Questions()))
	if err != nil {
		t.Fatal(err)
	}

	golden := filepath.Join("testdata", "answers.jsonl")
	want := map[string]string{}
	if raw, err := os.ReadFile(golden); err == nil {
		lines := bufio.NewScanner(bytes.NewReader(raw))
		lines.Buffer(nil, len(raw)+1)
		for lines.Scan() {
			var g goldenAnswer
			if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
				t.Fatalf("%s: %v", golden, err)
			}
			want[g.ID] = lines.Text()
		}
	} else if !*update {
		t.Fatal(err)
	}

	var out bytes.Buffer
	for _, c := range cases {
		line, err := goldenLine(ctx, p.core, c)
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		out.WriteString(line + "\n")
		if !*update && want[c.ID] != line {
			t.Errorf("%s is answered differently (go test ./cmd/zhiwen -run Golden -update rewrites %s):\n now %s\nonce %s", c.ID, golden, line, want[c.ID])
		}
		delete(want, c.ID)
	}
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for id := range want {
		t.Errorf("%s holds %s, which is no shipped question", golden, id)
	}
}

func goldenLine(ctx context.Context, chain *rag.Chain, c eval.Case) (string, error) {
	q := rag.Question{ID: c.ID, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, earlier := range c.History {
		q.Text = earlier
		a, err := chain.Answer(ctx, q, rag.AnswerOptions{})
		if err != nil {
			return "", err
		}
		q.History = append(q.History, rag.Turn{Question: a.Question, Answer: a.Text})
	}
	q.Text = c.UserInput
	req, err := chain.Prepare(ctx, q)
	if err != nil {
		return "", err
	}
	answer, err := chain.Answer(ctx, q, rag.AnswerOptions{})
	if err != nil {
		return "", err
	}
	g := goldenAnswer{ID: c.ID, Question: req.Question, Answer: answer.Text, Refused: answer.Reason}
	for _, h := range req.Hits[:min(goldenHits, len(req.Hits))] {
		g.Hits = append(g.Hits, h.Passage.ID)
	}
	for _, part := range req.Analysis.Parts {
		g.Parts = append(g.Parts, goldenPartOf(req, part))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(g); err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}

func goldenPartOf(req rag.Request, part asked.Part) goldenPart {
	out := goldenPart{Kind: part.Kind.String(), Words: []string{}, Candidates: []goldenCandidate{}}
	for _, w := range part.Words {
		out.Words = append(out.Words, fmt.Sprintf("%s %.2f", w.Text, w.Weight))
	}
	for _, c := range extract.Candidates(req, part, goldenCandidates) {
		g := goldenCandidate{Score: math.Round(c.Score*1e3) / 1e3, Short: c.Short, Sentence: c.Sentence}
		for _, f := range c.Factors {
			if f.Value != 1 {
				g.Factors = append(g.Factors, fmt.Sprintf("%s %.3f", f.Name, f.Value))
			}
		}
		g.Factors = append(g.Factors, fmt.Sprintf("rank +%.3f", c.Rank))
		out.Candidates = append(out.Candidates, g)
	}
	return out
}
