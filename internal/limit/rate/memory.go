package rate

import (
	"context"
	"sync"
	"time"
)

const (
	// shards lets requests of different principals pass each other.
	shards = 64
	// maxKeys bounds the memory: about 10 MB.
	maxKeys = 1 << 17
	// sample is how many buckets are looked at for each that is added.
	sample = 8
)

// Memory keeps the budgets of one process. The number of keys is bounded: when
// there are too many, those that would soonest be full again are forgotten, so
// that who used up a budget cannot hide behind others.
type Memory struct {
	now    func() time.Time
	start  time.Time
	shards [shards]shard
}

type shard struct {
	mu    sync.Mutex
	debts map[bucketKey]debt
}

// bucketKey names a bucket. The period is part of it: the units of another period
// mean something else.
type bucketKey struct {
	digest digest
	period int64
}

// debt is what a bucket holds; the times are microseconds since the start.
type debt struct{ units, at, gone int64 }

// NewMemory returns budgets that are all full; now is the clock.
func NewMemory(now func() time.Time) *Memory {
	m := &Memory{now: now, start: now()}
	for i := range m.shards {
		m.shards[i].debts = map[bucketKey]debt{}
	}
	return m
}

// Take takes cost from the budget of key; see Limiter.
func (m *Memory) Take(ctx context.Context, key string, l Limit, cost int) (State, error) {
	if err := ctx.Err(); err != nil {
		return State{}, err
	}
	b := newBucket(l)
	return m.change(digestOf(key), b, b.units(cost)), nil
}

// Refund gives cost back to the budget of key; see Limiter.
func (m *Memory) Refund(_ context.Context, key string, l Limit, cost int) (State, error) {
	b := newBucket(l)
	return m.change(digestOf(key), b, -b.units(cost)), nil
}

// change adds units to the debt of a bucket if it has room for them.
func (m *Memory) change(d digest, b bucket, units int64) State {
	s := &m.shards[int(d[0])%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	// The clock is read under the lock, so that it never seems to go back.
	now := m.now().Sub(m.start).Microseconds()
	key := bucketKey{d, b.period}
	old, known := s.debts[key]
	owed := b.drained(old.units, now-old.at)
	if units > 0 && owed+units > b.capacity() {
		return b.state(false, owed, units)
	}
	owed = max(owed+units, 0)
	if owed == 0 {
		delete(s.debts, key)
		return b.state(true, 0, units)
	}
	if !known {
		s.makeRoom(now)
	}
	s.debts[key] = debt{units: owed, at: now, gone: now + b.drainTime(owed)}
	return b.state(true, owed, units)
}

// makeRoom removes what is gone from a random sample, and the one that is gone
// soonest when the shard is full even so.
func (s *shard) makeRoom(now int64) {
	var soonest bucketKey
	looked, gone := 0, int64(-1)
	for key, d := range s.debts {
		if d.gone <= now {
			delete(s.debts, key)
		} else if gone < 0 || d.gone < gone {
			soonest, gone = key, d.gone
		}
		if looked++; looked == sample {
			break
		}
	}
	if len(s.debts) >= maxKeys/shards {
		delete(s.debts, soonest)
	}
}
