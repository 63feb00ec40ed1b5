package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
		again := 10 * time.Second
		for _, e := range entries {
			if held[e.Thread] {
				continue
			}
			if young := b.unsettled(e); young > 0 {
				held[e.Thread] = true
				again = min(again, young)
				continue
			}
			err := b.queue.Offer(bot.Item{Key: e.Key, Thread: e.Thread, User: e.User, Lane: channelOf(e.Thread), Asked: e.Asked})
			if errors.Is(err, bot.ErrQueueFull) {
				break
			}
			if errors.Is(err, bot.ErrUserFull) || errors.Is(err, bot.ErrLaneFull) {
				held[e.Thread] = true
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-b.poke:
		case <-time.After(again):
		}
	}
}

// unsettled says how much longer a question within a thread has to wait for
// earlier ones that may still be on their way: the settling time, and as long
// as deliveries keep coming, up to five times that.
func (b *Bot) unsettled(e bot.Entry) time.Duration {
	if opensThread(e) {
		return 0
	}
	age := time.Since(e.Received)
	quiet := time.Since(time.Unix(0, b.arrived.Load()))
	if b.receiving.Load() > 0 {
		quiet = 0
	}
	return max(b.cfg.Settle-age, min(b.cfg.Settle/2-quiet, 5*b.cfg.Settle-age))
}

// channelOf is the part of a thread's name before the thread itself: posts to a
// channel follow each other slowly.
func channelOf(thread string) string { return thread[:max(strings.LastIndexByte(thread, '/'), 0)] }

// opensThread says that an entry is the message that its thread hangs on, so
// that nothing can have been asked in the thread before it.
func opensThread(e bot.Entry) bool {
	return e.Key[strings.LastIndexByte(e.Key, '/')+1:] == e.Thread[strings.LastIndexByte(e.Thread, '/')+1:]
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
