package slack

import (
	"context"
	"errors"
	"time"
)

// ErrTakenOver says that another process answers from the inbox now: this one
// was out of touch with the database for longer than its claim held.
var ErrTakenOver = errors.New("another process answers from this inbox now")

// claim waits until the inbox is ours; it reports false when ctx ended first.
func (b *Bot) claim(ctx context.Context) bool {
	told := false
	for ctx.Err() == nil {
		ok, holder, err := b.inbox.Claim(ctx)
		switch {
		case ok:
			return true
		case err != nil && ctx.Err() == nil:
			b.log.WarnContext(ctx, "the inbox cannot be claimed yet", "error", err)
		case !told && err == nil:
			told = true
			b.log.WarnContext(ctx, "another process answers from this inbox; waiting for it to end", "process", holder)
		}
		sleep(ctx, min(time.Second, b.inbox.Lease()/3))
	}
	return false
}

// holdClaim renews the claim until ctx ends, and ends it when the inbox has
// become another's.
func (b *Bot) holdClaim(ctx context.Context, lose context.CancelCauseFunc) {
	for sleep(ctx, b.inbox.Lease()/3) {
		ok, holder, err := b.inbox.Claim(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.log.WarnContext(ctx, "the claim on the inbox could not be renewed", "error", err)
		case !ok:
			b.log.ErrorContext(ctx, "another process has taken the inbox over", "process", holder)
			lose(ErrTakenOver)
			return
		}
	}
}

// giveUp lets another process begin at once.
func (b *Bot) giveUp() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := b.inbox.GiveUp(ctx); err != nil {
		b.log.Warn("the inbox was not given up; it is free when the claim has run out", "error", err)
	}
}
