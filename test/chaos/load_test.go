//go:build chaos

package chaos

import (
	"context"
	"sync"
	"testing"
	"time"
)

// atRate calls do so many times a second for a while, each in a goroutine of its
// own, whether or not those before have ended, and returns when all have. Their
// number is rate × duration, whatever happens.
func atRate(t *testing.T, rate int, duration time.Duration, do func(ctx context.Context, n int)) {
	t.Helper()
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	var running sync.WaitGroup
	defer running.Wait()
	for n := range rate * int(duration/time.Second) {
		running.Go(func() { do(t.Context(), n) })
		select {
		case <-t.Context().Done():
			return
		case <-ticker.C:
		}
	}
}

// atOnce calls do so many times, at most workers of them at a time.
func atOnce(t *testing.T, count, workers int, do func(ctx context.Context, n int)) {
	t.Helper()
	next := make(chan int)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for n := range next {
				do(t.Context(), n)
			}
		})
	}
	for n := range count {
		next <- n
	}
	close(next)
	running.Wait()
}

// tally counts outcomes and times of requests that run at once.
type tally struct {
	mu    sync.Mutex
	seen  map[string]int
	times []time.Duration
	// faults are some answers that nobody expected.
	faults []string
}

func newTally() *tally { return &tally{seen: map[string]int{}} }

func (c *tally) add(outcome string, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[outcome]++
	c.times = append(c.times, a.took)
	if outcome == other && len(c.faults) < 5 {
		c.faults = append(c.faults, a.String())
	}
}

// wantNone fails the test for outcomes that nobody expected.
func (c *tally) wantNone(t *testing.T, what string) {
	t.Helper()
	if n := c.seen[other]; n > 0 {
		t.Errorf("%s: %d of %d answers are none of those expected, such as\n%s", what, n, len(c.times), c.faults)
	}
}
