package rate

import (
	"sync"
	"time"
)

// breaker keeps calls away from a server that failed: for a pause all, then all
// but one, the probe, whose success lets the others through again.
type breaker struct {
	now   func() time.Time
	pause time.Duration

	mu      sync.Mutex
	open    bool
	probing bool
	until   time.Time
}

// enter reports whether a call may be made and whether it is the probe. Each that
// may ends with succeed, fail or abandon.
func (b *breaker) enter() (ok, probe bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open {
		return true, false
	}
	if b.probing || b.now().Before(b.until) {
		return false, false
	}
	b.probing = true
	return true, true
}

// succeed reports whether the breaker closed by it. Calls from before it opened
// prove nothing.
func (b *breaker) succeed(probe bool) (closed bool) {
	if !probe {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open, b.probing = false, false
	return true
}

// fail reports whether the breaker opened by it.
func (b *breaker) fail(probe bool) (opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	opened = !b.open
	b.open, b.until = true, b.now().Add(b.pause)
	if probe {
		b.probing = false
	}
	return opened
}

// abandon ends a call that proved nothing; the next may be the probe.
func (b *breaker) abandon(probe bool) {
	if probe {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.probing = false
	}
}
