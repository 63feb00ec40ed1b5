package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The inbox belongs to one process at a time: its name stands in the database,
// with the time until which it holds unless renewed. Whoever is not the owner
// can neither begin an answer nor settle one, so that two processes on one
// store, even on two machines, do not answer anything twice.

// NewOwner names this process: its machine, its process ID and a random part.
func NewOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "/" + strconv.Itoa(os.Getpid()) + "/" + rand.Text()[:8]
}

// ours is the condition that the inbox belongs to the owner in a parameter;
// without an owner it belongs to everybody.
func ours(parameter string) string {
	return "(" + parameter + " = '' OR EXISTS (SELECT 1 FROM bot_owner WHERE owner = " + parameter + "))"
}

// Claim makes this process the owner of the inbox, or renews that it is. While
// another one is, it reports false and who, which may be "" where it has just
// changed. A former owner on this machine that no longer runs holds nothing.
func (b *Inbox) Claim(ctx context.Context) (ok bool, holder string, err error) {
	if b.owner == "" {
		return true, "", nil
	}
	now := b.now()
	for range 2 {
		ok, err = b.change(ctx, `INSERT INTO bot_owner (id, owner, until) VALUES (1, ?2, ?3)
			ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, until = excluded.until
			WHERE owner = excluded.owner OR until < ?1 OR owner = ?4`,
			b.owner, now.Add(b.lease).UnixMilli(), holder)
		if err != nil || ok {
			return ok, "", err
		}
		if err := b.db.QueryRowContext(ctx, `SELECT owner FROM bot_owner`).Scan(&holder); err != nil {
			return false, "", fmt.Errorf("look up whose the inbox is: %w", err)
		}
		if !gone(holder, b.owner) {
			return false, holder, nil
		}
	}
	return false, holder, nil
}

// Lease is for how long a claim holds.
func (b *Inbox) Lease() time.Duration { return b.lease }

// GiveUp ends the claim, so that another process need not wait for its end.
func (b *Inbox) GiveUp(ctx context.Context) error {
	_, err := b.db.ExecContext(ctx, `DELETE FROM bot_owner WHERE owner = ?`, b.owner)
	if err != nil {
		return fmt.Errorf("give the inbox up: %w", err)
	}
	return nil
}

// gone tells whether an owner ran on the machine of another one and does not any
// more. One with the same process ID is a former process: in containers, many
// have the number 1.
func gone(holder, me string) bool {
	host, rest, _ := strings.Cut(holder, "/")
	myHost, myRest, _ := strings.Cut(me, "/")
	id, _, _ := strings.Cut(rest, "/")
	myID, _, _ := strings.Cut(myRest, "/")
	if host != myHost {
		return false
	}
	pid, err := strconv.Atoi(id)
	if err != nil {
		return false
	}
	if id == myID {
		return true
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	return errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
