package slack

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"zhiwen/bot/slack/slackfake"
)

// 200 questions at once from 50 users in 20 threads: each is acknowledged
// within a second and answered once, in order within its thread.
func TestLoad(t *testing.T) {
	for _, mode := range []Mode{ModeSocket, ModeHTTP} {
		t.Run(string(mode), func(t *testing.T) {
			r := newRig(t, rigOptions{
				fake: slackfake.Options{AckTimeout: slowdown * time.Second},
				config: func(c *Config) {
					c.Mode, c.RatePerMinute, c.TellPlace, c.Settle = mode, 0, 1000, slowdown*200*time.Millisecond
				},
			})
			r.lib.pause(5 * time.Millisecond)
			const users, threads, questions = 50, 20, 200
			roots := make([]string, threads)
			for i := range roots {
				roots[i] = r.Say("U99", fmt.Sprintf("C%d", i%7), "大家看看这个", "")
			}
			r.Settle()
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			began := time.Now()
			var wg sync.WaitGroup
			var mu sync.Mutex
			asked := map[string][]string{} // by thread, in order of timestamps
			for n := range questions {
				wg.Go(func() {
					thread := n % threads
					channel := fmt.Sprintf("C%d", thread%7)
					ts := r.Say(fmt.Sprintf("U%d", n%users), channel, "<@U0BOT> 青石镇茶厂去年收茶多少吨？其中绿茶占几成", roots[thread])
					mu.Lock()
					defer mu.Unlock()
					asked[roots[thread]] = append(asked[roots[thread]], ts)
				})
			}
			wg.Wait()
			sent := time.Since(began)
			r.until("all are answered", func() bool {
				n := 0
				for i, root := range roots {
					n += len(r.Thread(fmt.Sprintf("C%d", i%7), root))
				}
				return n >= questions && r.unfinished() == 0 && r.Busy() == 0
			})
			took := time.Since(began)
			r.Settle()
			var after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&after)
			for i, root := range roots {
				want := asked[root]
				slices.Sort(want)
				var got []string
				for _, m := range r.Thread(fmt.Sprintf("C%d", i%7), root) {
					payload, _ := m.Metadata["event_payload"].(map[string]any)
					key, _ := payload["question"].(string)
					got = append(got, key[len(key)-len(m.TS):])
				}
				if !slices.Equal(got, want) {
					t.Errorf("thread %s: answered %v, asked %v", root, got, want)
				}
			}
			var acks []time.Duration
			for _, d := range r.Deliveries() {
				if !d.Acked || d.Attempts != 1 || d.Ack > slowdown*time.Second {
					t.Errorf("%s: acknowledged %v after %d attempts and %s", d.Key, d.Acked, d.Attempts, d.Ack)
				}
				acks = append(acks, d.Ack)
			}
			slices.Sort(acks)
			if r.lib.peak > 5 {
				t.Errorf("%d answers at once, want at most 5", r.lib.peak)
			}
			t.Logf("%d questions sent in %s, answered in %s; acknowledgement p50 %s, p99 %s, max %s; %d deliveries; heap %+.1f MB",
				questions, sent.Round(time.Millisecond), took.Round(time.Millisecond), acks[len(acks)/2], acks[len(acks)*99/100], acks[len(acks)-1], len(acks),
				float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1e6)
		})
	}
}
