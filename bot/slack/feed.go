package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhiwen/bot"
)

// wake makes the feeder look at the inbox.
func (b *Bot) wake() {
	select {
	case b.poke <- struct{}{}:
	default:
	}
}

// feed brings what waits in the inbox into the queue, in the order in which it
// was asked, as far as the queue takes it, until ctx ends. It is the only one
// to do so; therefore the order within a thread holds.
func (b *Bot) feed(ctx context.Context) {
	for {
		entries, err := b.inbox.Waiting(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "the inbox cannot be read", "error", err)
		}
		held := map[string]bool{} // threads whose next question is not taken yet
		for _, e := range entries {
			if held[e.Thread] {
				continue
			}
			err := b.queue.Offer(bot.Item{Key: e.Key, Thread: e.Thread, User: e.User})
			if errors.Is(err, bot.ErrQueueFull) {
				break
			}
			if errors.Is(err, bot.ErrUserFull) {
				held[e.Thread] = true
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-b.poke:
		case <-time.After(10 * time.Second):
		}
	}
}

// tellPlace tells a user how many questions are ahead, when there are many.
func (b *Bot) tellPlace(key string, j job, w words) {
	b.sidewaysDo("place in the queue", func(ctx context.Context) {
		ahead, err := b.inbox.Ahead(ctx, key)
		if err == nil && ahead >= b.cfg.TellPlace {
			b.tellNow(ctx, j, fmt.Sprintf(w.place, ahead))
		}
	})
}
