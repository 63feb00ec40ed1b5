package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// UserLimit lets each user ask so many questions a minute, with a small burst.
// It is safe for concurrent use.
type UserLimit struct {
	perMinute, burst int

	mu    sync.Mutex
	users map[string]*userBucket
}

type userBucket struct {
	limiter *rate.Limiter
	// recent are the last questions and what was decided about them.
	recent []decision
}

type decision struct {
	key  string
	ok   bool
	wait time.Duration
}

// maxDecisions is how many of a user's questions are recognised when they are
// delivered again.
const maxDecisions = 32

// NewUserLimit allows perMinute questions a minute (0 means 10, less means
// without limit) and burst of them at once (0 means 6).
func NewUserLimit(perMinute, burst int) *UserLimit {
	if perMinute == 0 {
		perMinute = 10
	}
	if burst <= 0 {
		burst = 6
	}
	return &UserLimit{perMinute: perMinute, burst: burst, users: map[string]*userBucket{}}
}

// Allow takes one question of the user, named by its key, off the allowance;
// asked again about the same key it decides the same and takes nothing. When
// there is no allowance left it says how long to wait, and, the first time it
// is asked about the key, that the user must be told.
func (l *UserLimit) Allow(user, key string, now time.Time) (ok bool, wait time.Duration, tell bool) {
	if l.perMinute < 0 {
		return true, 0, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.users[user]
	if b == nil {
		if len(l.users) >= 10_000 {
			l.sweep(now)
		}
		b = &userBucket{limiter: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.burst)}
		l.users[user] = b
	}
	for _, d := range b.recent {
		if d.key == key {
			return d.ok, d.wait, false
		}
	}
	if len(b.recent) == maxDecisions {
		b.recent = append(b.recent[:0], b.recent[1:]...)
	}
	defer func() { b.recent = append(b.recent, decision{key, ok, wait}) }()
	if b.limiter.AllowN(now, 1) {
		return true, 0, false
	}
	r := b.limiter.ReserveN(now, 1)
	wait = r.DelayFrom(now)
	r.CancelAt(now)
	return false, wait, true
}

// sweep forgets the users whose allowance is full again.
func (l *UserLimit) sweep(now time.Time) {
	for user, b := range l.users {
		if b.limiter.TokensAt(now) >= float64(l.burst) {
			delete(l.users, user)
		}
	}
}
