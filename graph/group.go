package graph

import (
	"bytes"
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/limit"
)

// group is one execution for many members. What may change is guarded by
// fanout.mu.
type group struct {
	fanout  *fanout
	key     groupKey
	actor   auth.Actor
	feed    *feed
	cancel  context.CancelFunc
	members map[*member]struct{}
	// position is up to where all answers are in the queues of the members.
	position int64
}

// answered is an answer of a group.
type answered struct {
	response *graphql.Response
	place    int64
	// requested and actual are what it has cost.
	requested, actual int
}

type groupContextKey struct{}

// isShared reports whether ctx belongs to a group, whose members pay.
func isShared(ctx context.Context) bool { return ctx.Value(groupContextKey{}) != nil }

// newGroup starts a group behind position, with the operation of its first member.
// The caller holds f.mu.
func (f *fanout) newGroup(key groupKey, actor auth.Actor, position int64, first *member) *group {
	actor.Session = nil // it is that of one of the members
	ctx, cancel := context.WithCancel(context.Background())
	g := &group{
		fanout: f, key: key, actor: actor, cancel: cancel, position: position, members: map[*member]struct{}{},
		feed: &feed{resumed: true, from: position},
	}
	g.feed.meet = g.meet
	f.groups[key] = g
	o := ownOperation(first.operation, first.requested)
	ctx = context.WithValue(ctx, middleware.RequestIDKey, middleware.GetReqID(first.ctx))
	ctx = context.WithValue(context.WithValue(ctx, groupContextKey{}, true), feedKey{}, g.feed)
	ctx = graphql.WithOperationContext(auth.WithActor(ctx, actor), o)
	go g.run(ctx, o, first.start)
	return g
}

// ownOperation copies what does not belong to one connection.
func ownOperation(o *graphql.OperationContext, requested int) *graphql.OperationContext {
	own := &graphql.OperationContext{
		RawQuery: o.RawQuery, Variables: o.Variables, OperationName: o.OperationName, Doc: o.Doc, Extensions: o.Extensions,
		Headers: o.Headers, Operation: o.Operation, DisableIntrospection: o.DisableIntrospection, RecoverFunc: o.RecoverFunc,
		ResolverMiddleware: o.ResolverMiddleware, RootResolverMiddleware: o.RootResolverMiddleware,
	}
	own.Stats.SetExtension(limits{}.ExtensionName(), &limit.Spent{Requested: requested})
	return own
}

// run executes events until the source ends or the last member has left.
func (g *group) run(ctx context.Context, o *graphql.OperationContext, start graphql.OperationHandler) {
	var failed error
	defer func() {
		if cause := recover(); cause != nil {
			failed = g.fanout.recover(ctx, cause)
		}
		g.end(failed)
	}()
	next := start(ctx)
	for {
		response := stream.NextEvent(ctx, o, g.fanout.timeout, g.actor, next)
		if response == nil {
			_, failed = g.feed.end()
			return
		}
		response.Data = bytes.Clone(response.Data) // gqlgen writes the next answer over it
		g.fanout.executed.Add(1)
		g.deliver(response, SpentOf(ctx))
		if len(response.Data) == 0 {
			return
		}
	}
}

// deliver puts an answer into the queues of the members. One whose queue is full
// is dropped: nobody waits for it.
func (g *group) deliver(response *graphql.Response, spent *limit.Spent) {
	a := answered{response: response}
	if spent != nil {
		a.requested, a.actual = spent.Requested, spent.Actual()
	}
	g.fanout.mu.Lock()
	defer g.fanout.mu.Unlock()
	place, done, _ := g.feed.answered()
	a.place = place
	g.position = max(g.position, done)
	for m := range g.members {
		if place <= m.joined && len(response.Data) > 0 {
			continue // it has read that alone
		}
		select {
		case m.queue <- a:
		default:
			m.err = errTooSlow()
			close(m.queue)
			g.remove(m)
		}
	}
}

// meet tells how far the group is when there was nothing to answer.
func (g *group) meet(position int64, _ int) (int64, bool) {
	g.fanout.mu.Lock()
	defer g.fanout.mu.Unlock()
	if g.feed.idle() {
		g.position = max(g.position, position)
	}
	return 0, false
}

// remove takes a member out, and ends the group with the last one. The caller
// holds fanout.mu.
func (g *group) remove(m *member) {
	delete(g.members, m)
	if len(g.members) == 0 {
		g.close()
	}
}

// end ends the group with a reason for its members, nil when all was told.
func (g *group) end(reason error) {
	g.fanout.mu.Lock()
	defer g.fanout.mu.Unlock()
	for m := range g.members {
		m.err = reason
		close(m.queue)
	}
	clear(g.members)
	g.close()
}

func (g *group) close() {
	g.cancel()
	if g.fanout.groups[g.key] == g {
		delete(g.fanout.groups, g.key)
	}
}
