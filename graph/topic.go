package graph

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/project-nexus/nexus/internal/event"
)

// chunk is how many events of the log are looked at in one go. What is picked from
// them is what the actor may see then.
const chunk = 64

// topic is what a subscription tells of.
type topic[V placed] struct {
	// check refuses a subscription to what the actor may not see; nil: nothing.
	check func(context.Context) error
	// pick returns what is told of events, in their order; over: nothing follows.
	pick func(ctx context.Context, events []*event.Event) (told []V, over bool, err error)
}

// placed knows its position in the log.
type placed interface{ Place() int64 }

// subscribe sends what a topic tells of the log, from behind the cursor after, or
// from now on.
func subscribe[V placed](ctx context.Context, log *event.Log, after *string, s topic[V]) (<-chan V, error) {
	f, ok := ctx.Value(feedKey{}).(*feed)
	if !ok {
		return nil, errors.New("subscribe: the context has no feed")
	}
	position := f.from
	if !f.resumed {
		var err error
		if position, err = s.start(ctx, log, after); err != nil {
			return nil, err
		}
	}
	out := make(chan V)
	go func() {
		defer close(out)
		defer func() {
			if cause := recover(); cause != nil {
				f.finish(false, fmt.Errorf("panic in a topic: %v\n%s", cause, debug.Stack()))
			}
		}()
		over, err := s.run(ctx, log, f, position, out)
		if ctx.Err() != nil {
			err = nil // nobody listens any more
		}
		f.finish(over, err)
	}()
	return out, nil
}

// start returns the position to start behind. What happens while the actor is
// checked is behind it.
func (s topic[V]) start(ctx context.Context, log *event.Log, after *string) (position int64, err error) {
	if after == nil {
		position, err = log.Position(ctx)
	}
	if err == nil && s.check != nil {
		err = s.check(ctx)
	}
	if err != nil || after == nil {
		return position, err
	}
	if position, err = event.ParseCursor(*after); err == nil {
		_, err = log.After(ctx, position)
	}
	return position, err
}

func (s topic[V]) run(ctx context.Context, log *event.Log, f *feed, position int64, out chan<- V) (over bool, err error) {
	for {
		events, err := log.After(ctx, position)
		if err != nil {
			return false, err
		}
		f.reached(position)
		stop, ends := f.meet(position, len(events))
		if ends && position >= stop {
			return false, nil
		}
		if len(events) == 0 {
			if err := log.Wait(ctx, position); err != nil {
				return false, err
			}
			continue
		}
		events = events[:min(len(events), chunk)]
		if excess := events[len(events)-1].Position - stop; ends && excess > 0 {
			events = events[:max(len(events)-int(excess), 0)] // positions have no gaps
		}
		told, over, err := s.pick(ctx, events)
		if err != nil {
			return false, err
		}
		for _, v := range told {
			f.sending(v.Place())
			select {
			case out <- v:
			case <-ctx.Done():
				return false, nil
			}
		}
		if over {
			return true, nil
		}
		position = events[len(events)-1].Position
	}
}
