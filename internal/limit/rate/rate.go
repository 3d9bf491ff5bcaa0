// Package rate keeps budgets of cost: a principal may use up a burst at once and
// gets it back evenly over a period.
//
// A budget is a GCRA bucket in the form of a leaky meter: its debt grows with each
// cost that is taken and drains at the rate of the limit; what would exceed the
// limit is refused and leaves no trace. Debt is counted in whole numbers (one unit
// is what drains in a microsecond at a limit of 1), so that nothing is lost to
// rounding. All arithmetic saturates.
//
// Memory counts for one process. Redis counts for all that share a server, and
// goes on with a Memory of its own while that server is dead, frozen or refuses:
// no request fails or waits long because of it. What was taken from the one is
// then refunded to the other; a budget never gets more than full by that.
//
// Keys are hashed before they are kept anywhere. The only error is that of a
// context that has ended; nothing was decided then.
package rate

import (
	"context"
	"crypto/sha256"
	"math"
	"time"
)

// Limit is how much may be used in a period. Values too small for a Limit count as
// the smallest (cost 1, one microsecond), those too great as the greatest.
type Limit struct {
	// Cost is the burst, and what comes back in one Period.
	Cost   int
	Period time.Duration
}

// State is what became of a request to a budget, and what is left of it.
type State struct {
	// Allowed is whether the cost was taken.
	Allowed bool
	// Limit is the greatest that Remaining can be.
	Limit int
	// Remaining could be taken now.
	Remaining int
	// RetryAfter is the wait until the refused cost would be allowed; 0 when it was
	// allowed, Never when it exceeds the whole limit.
	RetryAfter time.Duration
	// ResetAfter is the wait until the budget is full again.
	ResetAfter time.Duration
}

// Never is the RetryAfter of a cost that no wait would make allowed.
const Never time.Duration = -1

// Limiter keeps budgets. It is safe for concurrent use.
type Limiter interface {
	// Take takes cost from the budget of key, all of it or nothing. A cost of 0 or
	// less only asks for the state and is always allowed.
	Take(ctx context.Context, key string, l Limit, cost int) (State, error)
	// Refund gives back what was taken in vain. It is done even when ctx has ended:
	// the request that was cheaper than feared may be over.
	Refund(ctx context.Context, key string, l Limit, cost int) (State, error)
}

// maxUnits is the greatest capacity of a bucket. Twice as much is still exact in
// the floating point numbers of Lua.
const maxUnits = 1 << 52

// bucket is a Limit in units.
type bucket struct {
	// cost is the limit, and the units that drain in a microsecond.
	cost int64
	// period is in microseconds, and the units of one cost.
	period int64
}

func newBucket(l Limit) bucket {
	period := min(max(l.Period.Microseconds(), 1), maxUnits)
	return bucket{cost: min(max(int64(l.Cost), 1), maxUnits/period), period: period}
}

// capacity is the greatest debt.
func (b bucket) capacity() int64 { return b.cost * b.period }

// units returns cost in units: none of a negative cost, and of each that exceeds the
// limit more than the capacity.
func (b bucket) units(cost int) int64 {
	return min(max(int64(cost), 0), 2*maxUnits/b.period) * b.period
}

// drained returns what is left of debt after the microseconds that passed. Clocks
// that were set back drain nothing.
func (b bucket) drained(debt, passed int64) int64 {
	passed = max(passed, 0)
	if passed > debt/b.cost {
		return 0
	}
	return debt - passed*b.cost
}

// drainTime returns the microseconds until debt is gone.
func (b bucket) drainTime(debt int64) int64 { return (max(debt, 0) + b.cost - 1) / b.cost }

// state describes the bucket with debt after units were taken or refused.
func (b bucket) state(allowed bool, debt, units int64) State {
	s := State{
		Allowed:    allowed,
		Limit:      int(b.cost),
		Remaining:  int(max(b.capacity()-debt, 0) / b.period),
		ResetAfter: duration(b.drainTime(debt)),
	}
	switch {
	case allowed:
	case units > b.capacity():
		s.RetryAfter = Never
	default:
		s.RetryAfter = duration(b.drainTime(debt + units - b.capacity()))
	}
	return s
}

func duration(microseconds int64) time.Duration {
	return time.Duration(min(microseconds, math.MaxInt64/int64(time.Microsecond))) * time.Microsecond
}

// digest is what is kept of a key: of one size, however long the key, and readable
// for nobody.
type digest [16]byte

func digestOf(key string) digest {
	sum := sha256.Sum256([]byte(key))
	return digest(sum[:16])
}
