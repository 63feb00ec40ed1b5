package bot

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// A busy lane holds neither all workers nor all places to wait in.
func TestLanes(t *testing.T) {
	release := make(chan struct{})
	done := make(chan string, 100)
	q := NewQueue(QueueOptions{Workers: 4, Queued: 20, PerUser: 100}, func(_ context.Context, it Item) {
		if it.Lane == "busy" {
			<-release
		}
		done <- it.Key
	})
	full := 0
	for i := range 30 {
		err := q.Offer(Item{Key: fmt.Sprint("b", i), Thread: fmt.Sprint("b", i), User: "u", Lane: "busy"})
		if errors.Is(err, ErrLaneFull) {
			full++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if full != 20 {
		t.Errorf("%d of 30 were turned away, want 20", full)
	}
	if err := q.Offer(Item{Key: "other", Thread: "o", User: "v", Lane: "quiet"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		q.Run(ctx, context.Background())
	}()
	select {
	case key := <-done:
		if key != "other" {
			t.Errorf("%s came first", key)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the quiet lane waits for the busy one")
	}
	if _, running := q.Len(); running != 2 {
		t.Errorf("%d of the busy lane are in work, want 2", running)
	}
	close(release)
	for range 10 {
		<-done
	}
	cancel()
	<-finished
}
