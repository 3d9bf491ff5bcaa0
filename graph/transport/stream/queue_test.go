package stream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// Whoever ended an operation may use its id again: nothing of it is sent after that.
func TestNothingIsQueuedAfterTheEnd(t *testing.T) {
	t.Parallel()
	q := newQueue()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.push(ctx, []byte("late"), time.Hour); !errors.Is(err, context.Canceled) || q.pop() != nil {
		t.Errorf("it was queued: %v", err)
	}
}

func TestBoundsOfTheQueue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		message string
		fit     int
	}{
		"by number": {"x", 64},
		"by size":   {strings.Repeat("x", 300<<10), 3},
		"one alone": {strings.Repeat("x", 2<<20), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue()
			for range test.fit {
				if err := q.push(t.Context(), []byte(test.message), time.Nanosecond); err != nil {
					t.Fatal(err)
				}
			}
			if err := q.push(t.Context(), []byte(test.message), time.Nanosecond); !errors.Is(err, errTooSlow) {
				t.Errorf("one more: %v", err)
			}
			pushed := make(chan error)
			go func() { pushed <- q.push(t.Context(), []byte("waits"), time.Hour) }()
			if text := q.pop(); string(text) != test.message {
				t.Errorf("got %.20s", text)
			}
			if err := <-pushed; err != nil {
				t.Errorf("there is room again: %v", err)
			}
		})
	}
}
