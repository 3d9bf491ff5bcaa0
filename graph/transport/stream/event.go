package stream

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/auth"
)

// nextEvent waits for the next event and executes it; nil when there is none.
func (o operation) nextEvent(ctx context.Context, operation *graphql.OperationContext, next graphql.ResponseHandler) *graphql.Response {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e := &event{current: o.actor, begin: func() deadline { return o.deadline(cancel) }}
	defer e.end()
	ctx = context.WithValue(auth.WithCurrentActor(ctx, e.actor), eventKey{}, e)
	return next(withRoot(ctx, operation))
}

// NextEvent waits for the next event of a subscription that belongs to no one
// connection, and executes it for actor within timeout, counted from its arrival;
// nil when there is none.
func NextEvent(
	ctx context.Context, o *graphql.OperationContext, timeout time.Duration, actor auth.Actor, next graphql.ResponseHandler,
) *graphql.Response {
	shared := operation{options: Options{Timeout: timeout}, actor: func() auth.Actor { return actor }}
	return shared.nextEvent(ctx, o, next)
}

// withRoot puts the field of the subscription above those of an event, which
// gqlgen would leave out of the paths of errors.
func withRoot(ctx context.Context, operation *graphql.OperationContext) context.Context {
	const root = "Subscription"
	fields := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{root})
	if len(fields) != 1 {
		return ctx
	}
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: root, Field: fields[0]})
}

// deadline ends what is under way when its time is over.
type deadline struct{ timer *time.Timer }

// deadline starts to count now.
func (o operation) deadline(cancel context.CancelCauseFunc) deadline {
	if o.options.Timeout <= 0 {
		return deadline{}
	}
	return deadline{time.AfterFunc(o.options.Timeout, func() { cancel(context.DeadlineExceeded) })}
}

func (d deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// event is one event of a subscription. gqlgen waits for it and executes it in one
// call: the execution begins with the first field.
type event struct {
	current func() auth.Actor
	begin   func() deadline

	once     sync.Once
	deadline deadline
	// seen is who the event is executed for, once it is.
	seen atomic.Pointer[auth.Actor]
}

type eventKey struct{}

func (e *event) start() {
	e.once.Do(func() {
		actor := e.current()
		e.seen.Store(&actor)
		e.deadline = e.begin()
	})
}

func (e *event) end() {
	e.once.Do(func() {}) // an event that never began does not begin now
	e.deadline.stop()
}

// actor is whoever the connection acts for until the event arrives, and the same
// for all of the event.
func (e *event) actor() auth.Actor {
	if seen := e.seen.Load(); seen != nil {
		return *seen
	}
	return e.current()
}

// beginsEvent starts the event of a field with its first one.
func beginsEvent(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if e, ok := ctx.Value(eventKey{}).(*event); ok {
			e.start()
		}
		return next(ctx, resolve)
	}
}

// abortion is why the source of a subscription has ended.
type abortion struct {
	mu  sync.Mutex
	err error
}

type abortionKey struct{}

func (a *abortion) reason() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Abort makes the end of a subscription an error. The source calls it with the
// resolver's context before it closes the channel of events.
func Abort(ctx context.Context, err error) {
	if a, ok := ctx.Value(abortionKey{}).(*abortion); ok && !errors.Is(err, context.Canceled) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.err = err
	}
}
