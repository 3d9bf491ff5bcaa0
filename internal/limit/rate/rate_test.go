package rate_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/limit/rate"
)

// step is one call, or time that passes.
type step struct {
	take, refund int
	pass         time.Duration
	// limit is minutely unless set.
	limit rate.Limit
	want  rate.State
}

func allowed(remaining int, reset time.Duration) rate.State {
	return rate.State{Allowed: true, Limit: 1440, Remaining: remaining, ResetAfter: reset}
}

func refused(remaining int, retry, reset time.Duration) rate.State {
	return rate.State{Limit: 1440, Remaining: remaining, RetryAfter: retry, ResetAfter: reset}
}

func cases() map[string][]step {
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	hundred := rate.Limit{Cost: 100, Period: day}
	return map[string][]step{
		"a burst, then what drains": {
			{take: 1000, want: allowed(440, 1000*minute)},
			{take: 500, want: refused(440, 60*minute, 1000*minute)},
			{take: 440, want: allowed(0, day)},
			{take: 1, want: refused(0, minute, day)},
			{pass: hour},
			{take: 61, want: refused(60, minute, 23*hour)},
			{take: 60, want: allowed(0, day)},
		},
		"time fills, but not over": {
			{take: 1440, want: allowed(0, day)},
			{pass: 100 * day},
			{take: 0, want: allowed(1440, 0)},
			{take: 1440, want: allowed(0, day)},
			{take: 1, want: refused(0, minute, day)},
		},
		"a refund gives back": {
			{take: 1440, want: allowed(0, day)},
			{refund: 40, want: allowed(40, 1400*minute)},
			{take: 41, want: refused(40, minute, 1400*minute)},
			{take: 40, want: allowed(0, day)},
		},
		"a refund of all there was": {
			{take: 1440, want: allowed(0, day)},
			{refund: 1440, want: allowed(1440, 0)},
			{take: 1440, want: allowed(0, day)},
		},
		"a refund of more than there was": {
			{take: 10, want: allowed(1430, 10*minute)},
			{refund: 20, want: allowed(1440, 0)},
			{refund: math.MaxInt, want: allowed(1440, 0)},
			{take: 1440, want: allowed(0, day)},
			{take: 1, want: refused(0, minute, day)},
		},
		"more than the limit is never allowed": {
			{take: 1441, want: refused(1440, rate.Never, 0)},
			{take: math.MaxInt, want: refused(1440, rate.Never, 0)},
			{take: 40, want: allowed(1400, 40*minute)},
			{take: math.MaxInt, want: refused(1400, rate.Never, 40*minute)},
		},
		"nothing and less only asks": {
			{take: 1440, want: allowed(0, day)},
			{take: 0, want: allowed(0, day)},
			{take: -1, want: allowed(0, day)},
			{take: math.MinInt, want: allowed(0, day)},
			{refund: math.MinInt, want: allowed(0, day)},
			{take: 1, want: refused(0, minute, day)},
		},
		"a limit that became smaller": {
			{take: 150, want: allowed(1290, 150*minute)},
			{take: 1, limit: hundred, want: rate.State{Limit: 100, RetryAfter: 51 * day / 100, ResetAfter: 150 * day / 100}},
			{pass: 2 * hour},
			{take: 1, limit: hundred, want: rate.State{Limit: 100, RetryAfter: 51*day/100 - 2*hour, ResetAfter: 34 * hour}},
			{refund: 150, limit: hundred, want: rate.State{Allowed: true, Limit: 100, Remaining: 100}},
		},
		"periods have buckets of their own": {
			{take: 1440, want: allowed(0, day)},
			{take: 1440, limit: rate.Limit{Cost: 1440, Period: 48 * hour}, want: allowed(0, 48*hour)},
		},
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	for name, steps := range cases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothModes(t, func(t *testing.T, m mode) {
				t.Helper()
				key := newKey()
				for i, s := range steps {
					if s.limit.Cost == 0 {
						s.limit = minutely()
					}
					if s.pass > 0 {
						m.pass(t, key, s.limit, s.pass)
						continue
					}
					call, cost := m.Take, s.take
					if s.refund != 0 {
						call, cost = m.Refund, s.refund
					}
					got := answer(t)(call(t.Context(), key, s.limit, cost))
					if diff := cmp.Diff(s.want, got, meanwhile()); diff != "" {
						t.Fatalf("step %d (-want +got):\n%s", i, diff)
					}
				}
			})
		})
	}
}

// meanwhile takes waits for the same that differ by less than the test's time.
func meanwhile() cmp.Option {
	return cmp.Comparer(func(a, b time.Duration) bool { return a == b || a > 0 && b > 0 && (a-b).Abs() < 30*time.Second })
}

func TestUnevenLimit(t *testing.T) {
	t.Parallel()
	inBothModes(t, func(t *testing.T, m mode) {
		t.Helper()
		key, seven := newKey(), rate.Limit{Cost: 7, Period: 24 * time.Hour}
		for want := 6; want >= 0; want-- {
			if got := answer(t)(m.Take(t.Context(), key, seven, 1)); !got.Allowed || got.Remaining != want {
				t.Fatalf("got %+v, want %d remaining", got, want)
			}
		}
		if got := answer(t)(m.Take(t.Context(), key, seven, 1)); got.Allowed {
			t.Errorf("an eighth was allowed: %+v", got)
		}
	})
}

func TestExtremeLimits(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]rate.Limit{
		"zero": {}, "negative": {Cost: math.MinInt, Period: math.MinInt64},
		"greatest": {Cost: math.MaxInt, Period: math.MaxInt64}, "most at once": {Cost: math.MaxInt, Period: 1},
		"longest": {Cost: 1, Period: math.MaxInt64}, "fast": {Cost: math.MaxInt, Period: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothModes(t, func(t *testing.T, m mode) {
				t.Helper()
				key := newKey()
				for _, cost := range []int{1, 1, math.MaxInt, 0} {
					got := answer(t)(m.Take(t.Context(), key, l, cost))
					if got.Limit < 1 || got.Remaining < 0 || got.Remaining > got.Limit || got.ResetAfter < 0 || got.RetryAfter < rate.Never {
						t.Fatalf("cost %d: %+v", cost, got)
					}
				}
				if got := answer(t)(m.Refund(t.Context(), key, l, math.MaxInt)); got.Remaining != got.Limit || got.ResetAfter != 0 {
					t.Fatalf("after the refund: %+v", got)
				}
			})
		})
	}
}

func TestParallelTakes(t *testing.T) {
	t.Parallel()
	inBothModes(t, func(t *testing.T, m mode) {
		t.Helper()
		key := newKey()
		var taken atomic.Int64
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				for range 40 {
					got, err := m.Take(t.Context(), key, minutely(), 1)
					if err != nil {
						t.Error(err)
					}
					if got.Allowed {
						taken.Add(1)
					}
				}
			})
		}
		group.Wait()
		if got := taken.Load(); got != 1440 {
			t.Errorf("%d of 2000 were allowed, want 1440", got)
		}
	})
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	inBothModes(t, func(t *testing.T, m mode) {
		t.Helper()
		key := newKey()
		take(t, m, key, 100)
		if got, err := m.Take(ended(t), key, minutely(), 1); !errors.Is(err, context.Canceled) || got.Allowed {
			t.Errorf("got %+v, %v", got, err)
		}
		if got := answer(t)(m.Refund(ended(t), key, minutely(), 60)); got.Remaining != 1400 {
			t.Errorf("after the refund %d remain, want 1400", got.Remaining)
		}
		if got := take(t, m, key, 0); got.Remaining != 1400 {
			t.Errorf("then %d remain, want 1400", got.Remaining)
		}
	})
}
