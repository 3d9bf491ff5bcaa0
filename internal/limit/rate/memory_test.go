package rate_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/limit/rate"
)

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	m := rate.NewMemory(c.Now)
	take(t, m, "spender", 1440)
	for i := range 2 * rate.MaxKeys {
		take(t, m, strconv.Itoa(i), 1)
	}
	if got := m.Len(); got > rate.MaxKeys || got < rate.MaxKeys/2 {
		t.Errorf("%d buckets are kept, want at most %d", got, rate.MaxKeys)
	}
	if got := take(t, m, "spender", 1); got.Allowed {
		t.Error("who used up a budget hid behind others")
	}
	c.pass(48 * time.Hour)
	for i := range rate.MaxKeys / 4 {
		take(t, m, "new "+strconv.Itoa(i), 1)
	}
	if got := m.Len(); got > rate.MaxKeys/2 {
		t.Errorf("%d buckets are kept though most are full again", got)
	}
}

func TestMemoryForgetsFullBuckets(t *testing.T) {
	t.Parallel()
	m := rate.NewMemory(newClock().Now)
	take(t, m, "reader", 10)
	refund(t, m, "reader", 10)
	take(t, m, "asker", 0)
	if got := m.Len(); got != 0 {
		t.Errorf("%d buckets are kept, want none", got)
	}
}

func BenchmarkMemory(b *testing.B) {
	m := rate.NewMemory(time.Now)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := m.Take(b.Context(), strconv.Itoa(i%1000), minutely(), 1); err != nil {
			b.Fatal(err)
		}
	}
}
