package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"zhiwen/rag/eval/public"
)

// Scripted answers about documents that are not news (a regulation, a recipe, a court
// decision …): what is caught and kept of them must not fall. The floors are one case
// below what was measured; docs/quality.md says what is weak.
func TestGroundingOfOtherDocuments(t *testing.T) {
	requireModel(t)
	isolate(t)
	if testing.Short() {
		t.Skip("reads two hundred answers")
	}
	a := &app{streams: streams{in: bytes.NewReader(nil), out: io.Discard, err: io.Discard}, log: slog.New(slog.DiscardHandler)}
	if err := a.load(); err != nil {
		t.Fatal(err)
	}
	cases, err := public.LoadCases(filepath.Join("..", "..", "rag", "eval", "public", "testdata", "grounding.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	verdicts, err := a.evalGrounding(context.Background(), cases)
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]map[string]float64{
		"grounding: planted errors":                {public.ErrorsCaught: 50. / 80},
		"grounding: true twins":                    {public.AnswersKept: 51. / 80},
		"grounding: free rewordings":               {public.AnswersKept: 7. / 43},
		"grounding: English, right":                {public.AnswersKept: 3. / 4},
		"grounding: lists, summaries, comparisons": {public.SentencesShown: 11. / 19},
	}
	for _, row := range public.MeasureCases(verdicts) {
		for _, r := range row.Rates {
			if floor, held := least[row.Set][r.Name]; held {
				t.Logf("%s, %s: %.3f of %d", row.Set, r.Name, r.Value, r.N)
				if r.Value < floor-1e-9 {
					t.Errorf("%s, %s: %.3f, at least %.3f is asked for", row.Set, r.Name, r.Value, floor)
				}
			}
		}
	}
}
