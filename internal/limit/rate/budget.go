package rate

import (
	"math"
	"time"
)

// Budget is a State as clients see it.
type Budget struct {
	Limit, Remaining int32
	ResetAt          time.Time
}

// Budget returns s as seen at a time.
func (s State) Budget(now time.Time) *Budget {
	return &Budget{
		Limit: int32(min(s.Limit, math.MaxInt32)), Remaining: int32(min(s.Remaining, math.MaxInt32)), //nolint:gosec // bounded here
		ResetAt: now.Add(s.ResetAfter).UTC().Truncate(time.Second),
	}
}
