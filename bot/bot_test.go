package bot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"zhiwen/rag"
)

func openDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "store.db")+"?_journal_mode=WAL&_busy_timeout=10000&_synchronous=NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for range 2 { // a second time must do no harm
		if err := Migrate(context.Background(), db); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestInbox(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := NewInbox(openDB(t), InboxOptions{Backlog: 3, Now: func() time.Time { return now }})
	add := func(key string, asked int, state State) bool {
		t.Helper()
		ok, err := b.Add(ctx, Entry{Key: key, Thread: "t", User: "u", Text: key, Payload: []byte("p"), Asked: now.Add(time.Duration(asked) * time.Second), State: state, Join: true})
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !add("b", 2, "") || !add("a", 1, "") || add("a", 1, "") {
		t.Fatal("a key is taken once, and only once")
	}
	if joined, _ := b.Joined(ctx, "t"); !joined {
		t.Error("not in the thread")
	}
	if joined, _ := b.Joined(ctx, "other"); joined {
		t.Error("in a thread nobody asked in")
	}
	waiting, err := b.Waiting(ctx)
	if err != nil || len(waiting) != 2 || waiting[0].Key != "a" {
		t.Fatalf("waiting %+v, %v", waiting, err)
	}
	if n, _ := b.Ahead(ctx, "b"); n != 1 {
		t.Errorf("%d ahead of b", n)
	}
	if state, _ := b.Edit(ctx, "a", "edited"); state != StateQueued {
		t.Error("a queued question cannot be edited")
	}
	e, ok, err := b.Start(ctx, "a")
	if err != nil || !ok || e.Text != "edited" || e.Attempts != 1 || string(e.Payload) != "p" {
		t.Fatalf("start: %+v %v %v", e, ok, err)
	}
	if _, ok, _ := b.Start(ctx, "a"); ok {
		t.Error("started twice")
	}
	if state, _ := b.Edit(ctx, "a", "edited"); state != "" {
		t.Error("an edit that changes nothing counts")
	}
	if state, _ := b.Edit(ctx, "a", "late"); state != StateWorking {
		t.Error("an edit while it is being answered is not taken over")
	}
	if ok, err := b.Posting(ctx, "a", "edited", []byte("reply")); ok || err != nil {
		t.Errorf("a reply to the text of before was settled: %v", err)
	}
	if ok, _ := b.Withdraw(ctx, "a", "x"); ok {
		t.Error("withdrawn while being answered")
	}
	// The process dies with one answer settled and its stream under way.
	if err := b.Streaming(ctx, "a", "77"); err != nil {
		t.Fatal(err)
	}
	if ok, err := b.Posting(ctx, "a", "late", []byte("reply")); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if state, _ := b.Edit(ctx, "a", "too late"); state != "" {
		t.Error("edited after the reply was settled")
	}
	resumed, err := b.Resume(ctx)
	if err != nil || len(resumed) != 1 || resumed[0].Stream != "77" || string(resumed[0].Reply) != "reply" || resumed[0].State != StateQueued {
		t.Fatalf("resumed %+v, %v", resumed, err)
	}
	if e, _, _ = b.Start(ctx, "a"); e.Attempts != 2 {
		t.Errorf("attempt %d", e.Attempts)
	}
	for range 3 {
		if err := b.Release(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if e, _, _ = b.Start(ctx, "a"); e.Attempts != 2 {
			t.Errorf("attempt %d after a release", e.Attempts)
		}
	}
	// Full: the next is refused, a known key is still a duplicate.
	add("c", 3, "")
	if _, err := b.Add(ctx, Entry{Key: "d", Thread: "t"}); !errors.Is(err, ErrInboxFull) {
		t.Errorf("beyond the backlog: %v", err)
	}
	if add("c", 3, "") {
		t.Error("taken twice when full")
	}
	if !add("known", 3, StateDone) {
		t.Error("a key cannot be reserved when full")
	}
	if err := b.Done(ctx, "a", "78", "answered"); err != nil {
		t.Fatal(err)
	}
	// Keys outlive the hour in which Slack repeats deliveries, whatever is asked.
	now = now.Add(59 * time.Minute)
	if err := b.Prune(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if add("a", 1, "") {
		t.Error("forgotten within the hour")
	}
	now = now.Add(2 * time.Minute)
	if err := b.Prune(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if !add("a", 1, "") {
		t.Error("kept for ever")
	}
	if n, _ := b.Depth(ctx); n != 3 {
		t.Errorf("%d unfinished, want a, b, c: pruning must not touch them", n)
	}
	for i, want := range []bool{true, false} {
		if got, err := b.Once(ctx, "greet"); got != want || err != nil {
			t.Errorf("once, call %d: %v %v", i, got, err)
		}
	}
}

func TestInboxAddsAtOnce(t *testing.T) {
	b := NewInbox(openDB(t), InboxOptions{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	added := 0
	for i := range 400 {
		wg.Go(func() {
			ok, err := b.Add(context.Background(), Entry{Key: fmt.Sprint(i % 200), Thread: fmt.Sprint(i % 7)})
			if err != nil {
				t.Error(err)
			}
			if ok {
				mu.Lock()
				added++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if added != 200 {
		t.Errorf("added %d of 200 keys", added)
	}
	if n, err := b.Depth(context.Background()); n != 200 || err != nil {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestQueueOrderAndFairness(t *testing.T) {
	var mu sync.Mutex
	var order []string
	threads := map[string]bool{}
	running, peak := 0, 0
	q := NewQueue(QueueOptions{Workers: 2, Queued: 100, PerUser: 100}, func(_ context.Context, it Item) {
		mu.Lock()
		if threads[it.Thread] {
			t.Errorf("two items of thread %s at once", it.Thread)
		}
		threads[it.Thread] = true
		running++
		peak = max(peak, running)
		order = append(order, it.Key)
		mu.Unlock()
		time.Sleep(2 * time.Millisecond)
		mu.Lock()
		threads[it.Thread] = false
		running--
		mu.Unlock()
	})
	base := time.Unix(0, 0)
	// One user floods, in many threads; another asks twice, last, out of order.
	for i := range 20 {
		if err := q.Offer(Item{Key: fmt.Sprintf("flood%d", i), Thread: fmt.Sprintf("f%d", i%5), User: "flooder", Asked: base.Add(time.Duration(i))}); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i >= 0; i-- {
		if err := q.Offer(Item{Key: fmt.Sprintf("other%d", i), Thread: "o", User: "other", Asked: base.Add(time.Duration(i))}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { q.Run(ctx, context.Background()); close(done) }()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if w, r := q.Len(); w+r == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("timed out")
		}
	}
	cancel()
	<-done
	if len(order) != 22 || peak > 2 {
		t.Fatalf("%d items, %d at once", len(order), peak)
	}
	if i, j := slices.Index(order, "other0"), slices.Index(order, "other1"); i > 2 || j > 5 || i > j {
		t.Errorf("the quiet user was served at %d and %d: %v", i, j, order)
	}
	for n := range 5 {
		if slices.Index(order, fmt.Sprintf("flood%d", n)) > slices.Index(order, fmt.Sprintf("flood%d", n+5)) {
			t.Errorf("thread f%d is out of order: %v", n, order)
		}
	}
	if len(q.users) != 0 || len(q.running) != 0 || len(q.threads) != 0 {
		t.Error("the books grow")
	}
}

func TestQueueBounds(t *testing.T) {
	q := NewQueue(QueueOptions{Workers: 1, Queued: 4, PerUser: 3}, func(context.Context, Item) {})
	offers := []struct {
		it   Item
		want error
	}{
		{Item{Key: "1", Thread: "t1", User: "a"}, nil},
		{Item{Key: "1", Thread: "t1", User: "a"}, ErrKnown},
		{Item{Key: "2", Thread: "t2", User: "a"}, nil},
		{Item{Key: "3", Thread: "t3", User: "a"}, nil},
		{Item{Key: "4", Thread: "t4", User: "a"}, ErrUserFull},
		{Item{Key: "5", Thread: "t4", User: "b"}, nil},
		{Item{Key: "6", Thread: "t5", User: "b"}, ErrQueueFull},
	}
	for _, o := range offers {
		if err := q.Offer(o.it); !errors.Is(err, o.want) {
			t.Errorf("offer %s: %v, want %v", o.it.Key, err, o.want)
		}
	}
	if q.Cancel("2", ErrStopped) {
		t.Error("a waiting item was reported as running")
	}
	if err := q.Offer(Item{Key: "4", Thread: "t4", User: "a"}); err != nil {
		t.Errorf("after a cancel: %v", err)
	}
}

func TestQueueCancelRunning(t *testing.T) {
	causes := make(chan error, 1)
	began := make(chan bool)
	q := NewQueue(QueueOptions{}, func(ctx context.Context, _ Item) {
		close(began)
		<-ctx.Done()
		causes <- context.Cause(ctx)
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { q.Run(ctx, context.Background()); close(done) }()
	if err := q.Offer(Item{Key: "k", Thread: "t"}); err != nil {
		t.Fatal(err)
	}
	<-began
	if key := q.CancelThread("t", ErrStopped); key != "k" {
		t.Errorf("cancelled %q", key)
	}
	if cause := <-causes; cause != ErrStopped {
		t.Errorf("cause %v", cause)
	}
	cancel()
	<-done
}

func TestUserLimit(t *testing.T) {
	l := NewUserLimit(6, 2)
	now := time.Unix(1000, 0)
	steps := []struct {
		user     string
		after    time.Duration
		ok, tell bool
	}{
		{"a", 0, true, false},
		{"a", 0, true, false},
		{"a", 0, false, true},
		{"a", 0, false, true}, // each is told of
		{"b", 0, true, false},
		{"a", 10 * time.Second, true, false}, // six a minute: one in ten seconds
		{"a", 0, false, true},
		{"a", time.Minute, true, false},
	}
	for i, s := range steps {
		now = now.Add(s.after)
		key := fmt.Sprint(i)
		ok, wait, tell := l.Allow(s.user, key, now)
		if again, _, told := l.Allow(s.user, key, now); again != ok || told {
			t.Errorf("step %d: decided otherwise about the same question", i)
		}
		if ok != s.ok || tell != s.tell || !ok && (wait <= 0 || wait > 10*time.Second) {
			t.Errorf("step %d: %v, wait %s, tell %v", i, ok, wait, tell)
		}
	}
	if ok, _, _ := NewUserLimit(-1, 0).Allow("x", "k", now); !ok {
		t.Error("limited without a limit")
	}
}

func TestMemory(t *testing.T) {
	ctx := context.Background()
	now := time.Unix(1_700_000_000, 0)
	m := NewMemory(openDB(t), MemoryOptions{Turns: 3, Expiry: time.Hour, Answer: 5, Now: func() time.Time { return now }})
	for i := range 5 {
		now = now.Add(time.Minute)
		if err := m.Add(ctx, "t", fmt.Sprint(i), rag.Turn{Question: fmt.Sprintf("问%d", i), Answer: "一二三四五六七"}); err != nil {
			t.Fatal(err)
		}
	}
	// The same request again (after a crash) is the same turn.
	if err := m.Add(ctx, "t", "4", rag.Turn{Question: "问4", Asked: "那4呢", Answer: "答", Cites: []rag.Place{{Marker: 1, ArticleID: "a", Paragraph: 2, Start: 3, End: 4}}}); err != nil {
		t.Fatal(err)
	}
	got, err := m.History(ctx, "t", "next")
	if err != nil {
		t.Fatal(err)
	}
	want := []rag.Turn{{Question: "问2", Answer: "一二三四五"}, {Question: "问3", Answer: "一二三四五"}, {Question: "问4", Asked: "那4呢", Answer: "答", Cites: []rag.Place{{Marker: 1, ArticleID: "a", Paragraph: 2, Start: 3, End: 4}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("history %+v, want %+v", got, want)
	}
	if got, _ := m.History(ctx, "t", "4"); len(got) != 2 {
		t.Errorf("a request sees its own turn: %+v", got)
	}
	if got, _ := m.History(ctx, "other", ""); len(got) != 0 {
		t.Errorf("another thread's turns: %+v", got)
	}
	now = now.Add(59*time.Minute + 30*time.Second)
	if got, _ := m.History(ctx, "t", ""); len(got) != 1 {
		t.Errorf("after expiry of all but one: %+v", got)
	}
	if err := m.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	var rows int
	m.db.QueryRow(`SELECT count(*) FROM bot_turns`).Scan(&rows)
	if rows != 1 {
		t.Errorf("%d turns stored", rows)
	}
}

// answerFunc makes an Answerer of a function.
type answerFunc func(context.Context, rag.Question, OnSentence) (rag.Answer, error)

func (f answerFunc) Answer(ctx context.Context, q rag.Question, on OnSentence) (rag.Answer, error) {
	return f(ctx, q, on)
}

func TestHandler(t *testing.T) {
	ctx := context.Background()
	echo := answerFunc(func(_ context.Context, q rag.Question, on OnSentence) (rag.Answer, error) {
		text := fmt.Sprintf("%s（此前 %d 轮）[1]", q.Text, len(q.History))
		if err := on(rag.Sentence{Text: text}); err != nil {
			return rag.Answer{}, err
		}
		return rag.Answer{Text: text, Question: q.Text, Citations: []rag.Citation{{Marker: 1, Quote: q.Text}}}, nil
	})
	db := openDB(t)
	h := NewHandler(echo, db, HandlerOptions{})
	for i := range 2 {
		var said string
		r, err := h.Handle(ctx, Request{ID: fmt.Sprint(i), Thread: "t", User: "u", Text: "问"}, func(s rag.Sentence) error { said += s.Text; return nil })
		if err != nil || said != r.Answer.Text || !strings.Contains(said, fmt.Sprintf("此前 %d 轮", i)) || r.Language != Chinese || r.Answer.ID == "" {
			t.Fatalf("%+v, said %q, %v", r, said, err)
		}
		rec, err := h.Answers().Get(ctx, r.Answer.ID)
		if err != nil || rec.Reply.Answer.Text != said || len(rec.Reply.Answer.Citations) != 1 || rec.Request.User != "u" {
			t.Errorf("logged %+v, %v", rec, err)
		}
	}
	if _, err := h.Answers().Get(ctx, "none"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("unknown answer: %v", err)
	}
	stop := errors.New("enough")
	if _, err := h.Handle(ctx, Request{ID: "x", Text: "问"}, func(rag.Sentence) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of onSentence: %v", err)
	}
}

func TestHandlerDeadlineAndCancel(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	late := make(chan error, 1)
	deaf := answerFunc(func(_ context.Context, _ rag.Question, on OnSentence) (rag.Answer, error) {
		time.Sleep(100 * time.Millisecond)
		late <- on(rag.Sentence{Text: "太晚。"})
		<-release
		return rag.Answer{Text: "太晚。"}, nil
	})
	quick := answerFunc(func(context.Context, rag.Question, OnSentence) (rag.Answer, error) {
		return rag.Answer{Text: "原句。[1]"}, nil
	})
	h := NewHandler(deaf, openDB(t), HandlerOptions{Deadline: 50 * time.Millisecond, Fallback: quick})
	said := 0
	r, err := h.Handle(context.Background(), Request{ID: "1", Text: "问"}, func(rag.Sentence) error { said++; return nil })
	if err != nil || !r.TooSlow || r.Answer.Text != "原句。[1]" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := <-late; !errors.Is(err, ErrTooSlow) || said != 0 {
		t.Errorf("a sentence after the deadline: %v, %d said", err, said)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(ErrStopped)
	if _, err := h.Handle(ctx, Request{ID: "2", Text: "问"}, nil); !errors.Is(err, ErrStopped) {
		t.Errorf("cancelled: %v", err)
	}
	h = NewHandler(answerFunc(func(context.Context, rag.Question, OnSentence) (rag.Answer, error) { panic("x") }), openDB(t), HandlerOptions{})
	if _, err := h.Handle(context.Background(), Request{ID: "3", Text: "问"}, nil); err == nil {
		t.Error("a panic is no error")
	}
}

func TestLanguageOf(t *testing.T) {
	for text, want := range map[string]Language{"营收多少": Chinese, "GDP是多少": Chinese, "how much": English, "2021?": Chinese, "": Chinese} {
		if got := LanguageOf(text, ""); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
	if LanguageOf("2021?", English) != English {
		t.Error("the fallback is not used")
	}
}

func ExampleHandler() {
	db, _ := sql.Open("sqlite3", ":memory:")
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	if err := Migrate(ctx, db); err != nil {
		panic(err)
	}
	answerer := answerFunc(func(_ context.Context, q rag.Question, _ OnSentence) (rag.Answer, error) {
		return rag.Answer{Question: q.Text, Text: "三百二十吨。[1]"}, nil
	})
	reply, err := NewHandler(answerer, db, HandlerOptions{}).Handle(ctx, Request{ID: "1", Thread: "t", Text: "收茶多少吨？"}, nil)
	fmt.Println(reply.Answer.Text, err)
	// Output: 三百二十吨。[1] <nil>
}
