package stream_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// renewal is a stand-in for Options.Renew.
type renewal func(auth.Actor) (auth.Actor, error)

// renewing makes the rights of a connection be read often, by what do is at the
// time; times counts how often that was.
func renewing(do *atomic.Pointer[renewal], times *atomic.Int32) func(*hub, *stream.Options) {
	return func(h *hub, o *stream.Options) {
		o.Pace.Renew = 10 * time.Millisecond
		h.renew = func(_ context.Context, actor auth.Actor) (auth.Actor, error) {
			times.Add(1)
			if f := do.Load(); f != nil {
				return (*f)(actor)
			}
			return actor, nil
		}
	}
}

// ended is what becomes of an actor whose session has ended.
func ended(auth.Actor) (auth.Actor, error) {
	return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "The secret reason.")
}

func TestEndOfTheSession(t *testing.T) {
	t.Parallel()
	var do atomic.Pointer[renewal]
	h := start(t, renewing(&do, new(atomic.Int32)))
	h.signIn("good")
	c, visitor := h.connect(t, "good"), h.connect(t, "")
	for _, each := range []*client{c, visitor} {
		each.send(subscribe("1", `subscription { ticks { text } }`))
	}
	h.wait(t, 2)
	do.Store(new(renewal(ended)))
	c.closed(4403, "Forbidden")
	h.wait(t, 1)[0].events <- "still there"
	visitor.expect(next("1", `{"data":{"ticks":{"text":"still there"}}}`))
}

// Changed rights hold for the resolver that filters events, and for each event.
func TestChangeOfRights(t *testing.T) {
	t.Parallel()
	var do atomic.Pointer[renewal]
	var times atomic.Int32
	h := start(t, renewing(&do, &times))
	h.signIn("good")
	c := h.connect(t, "good")
	c.send(subscribe("1", `subscription { ticks { who } }`))
	first := h.wait(t, 1)[0]
	first.events <- "before"
	c.expect(next("1", `{"data":{"ticks":{"who":"user"}}}`))
	if waiting := *h.waiting.Load(); waiting != "user" {
		t.Errorf("an event is waited for by a %s", waiting)
	}
	c.send(subscribe("2", `subscription { ticks { a: who slow b: who } }`))
	var gated *source
	for _, each := range h.wait(t, 2) {
		if each != first {
			gated = each
		}
	}
	gated.events <- "gate"
	<-h.gate
	changed := make(chan struct{}, 100)
	do.Store(new(renewal(func(actor auth.Actor) (auth.Actor, error) {
		actor.Admin = true
		changed <- struct{}{}
		return actor, nil
	})))
	<-changed
	<-changed // the first one is in force
	if !auth.ActorOf(first.ctx).Admin {
		t.Error("the source does not see the new rights")
	}
	h.gate <- struct{}{}
	c.expect(next("2", `{"data":{"ticks":{"a":"user","slow":"quick","b":"user"}}}`)) // all of it for the same
	first.events <- "after"
	c.expect(next("1", `{"data":{"ticks":{"who":"admin"}}}`))
}

// A database that does not answer for a moment ends nothing.
func TestRightsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var do atomic.Pointer[renewal]
	var times atomic.Int32
	fails := renewal(func(auth.Actor) (auth.Actor, error) { return auth.Actor{}, errors.New("the secret reason") })
	do.Store(new(renewal(func(actor auth.Actor) (auth.Actor, error) {
		if times.Load()%3 != 0 {
			return fails(actor)
		}
		return actor, nil
	})))
	h := start(t, renewing(&do, &times))
	h.signIn("good")
	c := h.connect(t, "good")
	for times.Load() < 7 { // two in a row fail, again and again
		c.send(subscribe("1", `{ who }`))
		c.expect(next("1", `{"data":{"who":"user"}}`), complete("1"))
	}
	do.Store(&fails)
	c.closed(1013, "Your rights cannot be read; try again later.")
}
