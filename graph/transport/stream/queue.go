package stream

import (
	"context"
	"errors"
	"sync"
	"time"
)

// What may wait to be sent: so many messages, and so many bytes of them. One
// message alone may be larger.
const (
	maxWaiting      = 64
	maxWaitingBytes = 1 << 20
)

// errTooSlow is that of a peer that does not read what it asked for.
var errTooSlow = errors.New("the reader is too slow")

// queue holds the messages that wait for the writer of a connection.
type queue struct {
	// ready has an element while there may be messages.
	ready chan struct{}

	mu       sync.Mutex
	messages [][]byte
	bytes    int
	// popped is closed, and replaced, when a message leaves.
	popped chan struct{}
}

func newQueue() *queue {
	return &queue{ready: make(chan struct{}, 1), popped: make(chan struct{})}
}

// push adds a message. It waits for room: errTooSlow when there is none in time,
// the error of ctx once that has ended.
func (q *queue) push(ctx context.Context, message []byte, wait time.Duration) error {
	var late <-chan time.Time
	for {
		popped := q.add(ctx, message)
		if popped == nil {
			return ctx.Err()
		}
		if late == nil {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-popped:
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return errTooSlow
		}
	}
}

// add adds a message where there is room, unless ctx has ended. Else it returns a
// channel that is closed when there may be some. The end of ctx is looked at under
// the lock, so that nothing is added for an operation after whoever ended it went on.
func (q *queue) add(ctx context.Context, message []byte) (popped <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ctx.Err() != nil {
		return nil
	}
	if n := len(q.messages); n > 0 && (n >= maxWaiting || q.bytes+len(message) > maxWaitingBytes) {
		return q.popped
	}
	q.messages = append(q.messages, message)
	q.bytes += len(message)
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return nil
}

// pop takes the oldest message, nil when there is none.
func (q *queue) pop() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.messages) == 0 {
		return nil
	}
	message := q.messages[0]
	q.messages[0] = nil
	q.messages = q.messages[1:]
	q.bytes -= len(message)
	close(q.popped)
	q.popped = make(chan struct{})
	return message
}
