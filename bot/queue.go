package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Reasons why a [Queue] does not take an item now.
var (
	ErrQueueFull = errors.New("the queue is full")
	ErrUserFull  = errors.New("this user has enough questions in the queue")
	ErrLaneFull  = errors.New("this lane has enough questions in the queue")
	// ErrKnown says that the item is queued or being worked on already.
	ErrKnown = errors.New("already in the queue")
)

// Item is a piece of work: its key, the thread whose order it keeps, and the
// user who is waiting for it.
type Item struct {
	Key, Thread, User string
	// Lane is what answers can be posted to only one after the other, such as a
	// channel; "" for none.
	Lane string
	// Asked orders the items of a thread, which need not be offered in order.
	Asked time.Time
}

// QueueOptions bounds a queue. Zero values mean the defaults.
type QueueOptions struct {
	Workers int // items worked on at once; 0 means 5
	Queued  int // items waiting in memory; 0 means 50
	PerUser int // items of one user, waiting or worked on; 0 means 3
	// PerLane is how many items of one lane are worked on at once, so that a
	// busy one does not hold all workers; 0 means half of the workers, rounded
	// up. Half of those that wait, at most, are of one lane.
	PerLane int
	// Finished, when not nil, is called each time an item has left the queue.
	Finished func()
}

// Queue decides what is worked on next: one item per thread at a time, in the
// order asked; never more than a few per user; and among the users who wait,
// the one with the least in work, then the one served longest ago.
//
// It is bounded on purpose. What it does not take stays where it is kept
// durably (see [Inbox]) and is offered again when something has finished.
type Queue struct {
	opts QueueOptions
	run  func(context.Context, Item)

	mu      sync.Mutex
	wake    *sync.Cond
	closed  bool
	waiting []Item
	running map[string]*runningItem // by key
	threads map[string]bool         // with an item in work
	users   map[string]*userLoad
	lanes   map[string]int // items in work
	clock   uint64
}

type runningItem struct {
	item   Item
	cancel context.CancelCauseFunc
}

type userLoad struct {
	waiting, running int
	served           uint64
}

// NewQueue makes a queue that calls run for each item. The context given to
// run ends when the item is cancelled or the queue is told to hurry.
func NewQueue(opts QueueOptions, run func(context.Context, Item)) *Queue {
	if opts.Workers <= 0 {
		opts.Workers = 5
	}
	if opts.Queued <= 0 {
		opts.Queued = 50
	}
	if opts.PerUser <= 0 {
		opts.PerUser = 3
	}
	if opts.PerLane <= 0 {
		opts.PerLane = (opts.Workers + 1) / 2
	}
	q := &Queue{opts: opts, run: run, running: map[string]*runningItem{}, threads: map[string]bool{}, users: map[string]*userLoad{}, lanes: map[string]int{}}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// Offer puts an item into the queue, or says why not.
func (q *Queue) Offer(it Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running[it.Key] != nil {
		return ErrKnown
	}
	for _, w := range q.waiting {
		if w.Key == it.Key {
			return ErrKnown
		}
	}
	if u := q.users[it.User]; u != nil && u.waiting+u.running >= q.opts.PerUser {
		return ErrUserFull
	}
	if len(q.waiting) >= q.opts.Queued {
		return ErrQueueFull
	}
	if it.Lane != "" {
		n := 0
		for _, w := range q.waiting {
			if w.Lane == it.Lane {
				n++
			}
		}
		if n >= (q.opts.Queued+1)/2 {
			return ErrLaneFull
		}
	}
	at := slices.IndexFunc(q.waiting, func(w Item) bool { return w.Thread == it.Thread && w.Asked.After(it.Asked) })
	if at < 0 {
		at = len(q.waiting)
	}
	q.waiting = slices.Insert(q.waiting, at, it)
	q.user(it.User).waiting++
	q.wake.Signal()
	return nil
}

// Run works until ctx ends, then waits for the items in work. The items are
// given a context with the values of work, which may live longer than ctx so
// that they can finish: end it to make them hurry. Items still waiting are
// left; they are in the inbox.
func (q *Queue) Run(ctx, work context.Context) {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		q.closed = true
		q.mu.Unlock()
		q.wake.Broadcast()
	})
	defer stop()
	var wg sync.WaitGroup
	for range q.opts.Workers {
		wg.Go(func() {
			for {
				r, itemCtx, ok := q.next(work)
				if !ok {
					return
				}
				q.run(itemCtx, r.item)
				r.cancel(nil)
				q.finish(r.item)
				if q.opts.Finished != nil {
					q.opts.Finished()
				}
			}
		})
	}
	wg.Wait()
}

// Cancel ends the work on an item with a cause, or takes it out of the queue.
// It reports whether the item was being worked on.
func (q *Queue) Cancel(key string, cause error) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r := q.running[key]; r != nil {
		r.cancel(cause)
		return true
	}
	for i, w := range q.waiting {
		if w.Key == key {
			q.waiting = append(q.waiting[:i], q.waiting[i+1:]...)
			q.user(w.User).waiting--
			q.forget(w.User)
			break
		}
	}
	return false
}

// CancelThread ends the work on a thread's current item and reports its key,
// or "" when nothing of the thread is in work.
func (q *Queue) CancelThread(thread string, cause error) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	for key, r := range q.running {
		if r.item.Thread == thread {
			r.cancel(cause)
			return key
		}
	}
	return ""
}

// Len counts the items waiting and in work.
func (q *Queue) Len() (waiting, running int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting), len(q.running)
}

// next waits for an item whose turn it is.
func (q *Queue) next(work context.Context) (*runningItem, context.Context, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.closed {
			return nil, nil, false
		}
		if i := q.pick(); i >= 0 {
			it := q.waiting[i]
			q.waiting = append(q.waiting[:i], q.waiting[i+1:]...)
			ctx, cancel := context.WithCancelCause(work)
			r := &runningItem{item: it, cancel: cancel}
			q.running[it.Key] = r
			q.threads[it.Thread] = true
			q.lanes[it.Lane]++
			u := q.user(it.User)
			u.waiting--
			u.running++
			q.clock++
			u.served = q.clock
			return r, ctx, true
		}
		q.wake.Wait()
	}
}

// pick returns the index of the item whose turn it is, -1 when there is none.
func (q *Queue) pick() int {
	best := -1
	var load *userLoad
	seen := map[string]bool{}
	for i, it := range q.waiting {
		if q.threads[it.Thread] || seen[it.Thread] {
			continue
		}
		seen[it.Thread] = true // later items of a thread wait for the first
		if it.Lane != "" && q.lanes[it.Lane] >= q.opts.PerLane {
			continue
		}
		u := q.user(it.User)
		if best < 0 || u.running < load.running || u.running == load.running && u.served < load.served {
			best, load = i, u
		}
	}
	return best
}

func (q *Queue) finish(it Item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.running, it.Key)
	delete(q.threads, it.Thread)
	if q.lanes[it.Lane]--; q.lanes[it.Lane] == 0 {
		delete(q.lanes, it.Lane)
	}
	q.user(it.User).running--
	q.forget(it.User)
	q.wake.Broadcast()
}

func (q *Queue) user(name string) *userLoad {
	u := q.users[name]
	if u == nil {
		u = &userLoad{}
		q.users[name] = u
	}
	return u
}

// forget drops the books of a user who waits for nothing, so that they do not
// grow with everybody who ever asked.
func (q *Queue) forget(name string) {
	if u := q.users[name]; u != nil && u.waiting == 0 && u.running == 0 {
		delete(q.users, name)
	}
}
