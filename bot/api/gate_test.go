package api_test

import (
	"context"
	"errors"
	"testing"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// waiting is a chain whose answers come when the test says so.
type waiting struct {
	go_   chan struct{}
	asked []rag.Question
}

func (w *waiting) Answer(_ context.Context, q rag.Question, _ rag.AnswerOptions) (rag.Answer, error) {
	if w.go_ != nil {
		<-w.go_
	}
	w.asked = append(w.asked, q)
	return rag.Answer{Question: "2025年签约多少", Text: "答。", Citations: []rag.Citation{{Marker: 1, ArticleID: "a", Paragraph: 2, Start: 0, End: 3}}}, nil
}

func (w *waiting) Search(context.Context, string, int) ([]rag.Hit, error) { return nil, nil }

// One question too many is turned away; the slot is free again afterwards.
func TestGateIsBounded(t *testing.T) {
	chain := &waiting{go_: make(chan struct{})}
	gate := api.NewGate(chain, 1)
	done := make(chan error)
	go func() {
		_, err := gate.Answer(context.Background(), rag.Question{Text: "一"}, rag.AnswerOptions{})
		done <- err
	}()
	chain.go_ <- struct{}{} // taken by the first, which is inside now
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := gate.Answer(context.Background(), rag.Question{Text: "二"}, rag.AnswerOptions{})
		done <- err
	}()
	for working := 0; working == 0; working, _ = gate.Load() {
	}
	if _, err := gate.Search(context.Background(), "三", 1); !errors.Is(err, api.ErrBusy) {
		t.Errorf("a question too many: %v", err)
	}
	close(chain.go_)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := gate.Search(context.Background(), "三", 1); err != nil {
		t.Errorf("with the slot free again: %v", err)
	}
}

// A follow-up that comes back in a history is read as it was understood, with what its
// answer cited.
func TestGateRecallsWhatWasMeant(t *testing.T) {
	chain := &waiting{}
	gate := api.NewGate(chain, 1)
	ctx := context.Background()
	if _, err := gate.Answer(ctx, rag.Question{Text: "那2025年呢"}, rag.AnswerOptions{}); err != nil {
		t.Fatal(err)
	}
	history := []rag.Turn{{Question: "那2025年呢", Answer: "答。\n"}, {Question: "那2025年呢", Answer: "别的"}}
	if _, err := gate.Answer(ctx, rag.Question{Text: "投资呢", History: history}, rag.AnswerOptions{}); err != nil {
		t.Fatal(err)
	}
	got := chain.asked[1].History
	if got[0].Question != "2025年签约多少" || got[0].Asked != "那2025年呢" || got[0].Answer != "答。\n" || len(got[0].Cites) != 1 || got[1].Question != "那2025年呢" || got[1].Cites != nil {
		t.Errorf("history %+v", got)
	}
	if history[0].Question != "那2025年呢" {
		t.Error("the caller's history was changed")
	}
}
