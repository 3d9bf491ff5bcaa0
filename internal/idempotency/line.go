package idempotency

import (
	"context"
	"sync"
)

// lines are the requests of this process that wait for their key. They wait here
// and not in PostgreSQL, where each would hold a connection of the pool.
type lines struct {
	mu  sync.Mutex
	all map[string]*line
}

// line is one key.
type line struct {
	head chan struct{}
	// length counts who waits and who is at the head.
	length int
}

// enter waits for the head of the line; leave makes room for the next one.
func (l *lines) enter(ctx context.Context, key string) (leave func(), err error) {
	l.mu.Lock()
	mine, ok := l.all[key]
	if !ok {
		mine = &line{head: make(chan struct{}, 1)}
		l.all[key] = mine
	}
	mine.length++
	l.mu.Unlock()
	quit := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if mine.length--; mine.length == 0 {
			delete(l.all, key)
		}
	}
	select {
	case mine.head <- struct{}{}:
		return func() { <-mine.head; quit() }, nil
	case <-ctx.Done():
		quit()
		return nil, ctx.Err()
	}
}
