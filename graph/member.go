package graph

import (
	"context"
	"maps"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/limit"
)

const (
	// near is how many events a member may be behind its group to join it: what
	// comes while it catches up waits in its queue.
	near = chunk
	// maxWaiting is how many answers may wait for a member.
	maxWaiting = 2 * near
	// lookEvery is how often a member to whom nothing happens looks whether it
	// belongs elsewhere.
	lookEvery = 2 * time.Second
)

// member is one subscription of one connection.
type member struct {
	fanout    *fanout
	ctx       context.Context //nolint:containedctx // the subscription is what it belongs to
	operation *graphql.OperationContext
	// requested is the static cost of the operation.
	requested int
	start     graphql.OperationHandler
	shared    groupKey
	sharable  bool

	// What follows belongs to whoever calls next.
	// began is set with the first start.
	began bool
	// alone executes the member's own events, nil when a group does.
	alone graphql.ResponseHandler
	feed  *feed
	quit  func()
	// position is up to where the member has got everything.
	position int64

	// What follows is guarded by fanout.mu.
	left bool
	// group is the one that the member belongs to, from behind position joined on.
	group  *group
	joined int64
	queue  chan answered
	// err is why queue was closed; nil: the subscription is complete.
	err error
}

// next waits for the next answer; nil when there is none.
func (m *member) next(ctx context.Context) *graphql.Response {
	if !m.began {
		m.began = true
		m.startAlone(&feed{})
	}
	for {
		if m.alone != nil {
			if response := m.alone(ctx); response != nil {
				m.fanout.executed.Add(1)
				if _, done, ok := m.feed.answered(); ok {
					m.position = done
				}
				return response
			}
			if !m.join(ctx) {
				return nil
			}
		}
		response, again := m.take(ctx)
		if !again {
			return response
		}
	}
}

// startAlone starts an execution of the member's own.
func (m *member) startAlone(f *feed) {
	ctx, cancel := context.WithCancelCause(m.ctx)
	f.meet = m.meet
	m.feed, m.quit = f, func() { cancel(nil) }
	if m.fanout.timeout > 0 {
		late := time.AfterFunc(m.fanout.timeout, func() { cancel(context.DeadlineExceeded) })
		defer late.Stop()
	}
	m.alone = m.start(context.WithValue(ctx, feedKey{}, f))
}

// join ends the member's own execution, and reports whether a group goes on.
func (m *member) join(ctx context.Context) bool {
	over, err := m.feed.end()
	m.quit()
	m.alone = nil
	if err != nil {
		stream.Abort(ctx, err)
	}
	m.fanout.mu.Lock()
	defer m.fanout.mu.Unlock()
	if m.group != nil {
		m.position = m.joined
	}
	return m.group != nil && !over && err == nil && ctx.Err() == nil
}

// take waits for an answer of the group; again: there is none for the member, who
// waits on.
func (m *member) take(ctx context.Context) (response *graphql.Response, again bool) {
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, false
	case <-timer.C:
		m.notePosition()
		m.moved()
		return nil, true
	case a, ok := <-m.queue:
		if !ok {
			if m.err != nil {
				stream.Abort(ctx, m.err)
			}
			return nil, false
		}
		if m.moved() {
			return nil, true
		}
		m.position = a.place
		return m.deliver(ctx, a), false
	}
}

// notePosition counts what the group had nothing to tell of.
func (m *member) notePosition() {
	m.fanout.mu.Lock()
	defer m.fanout.mu.Unlock()
	if m.group != nil && len(m.queue) == 0 {
		m.position = max(m.position, m.group.position)
	}
}

// moved starts anew when the member's rights are no longer those of its group.
func (m *member) moved() bool {
	now := viewerOf(auth.ActorOf(m.ctx))
	m.fanout.mu.Lock()
	same := m.group == nil || m.group.key.viewer == now
	m.fanout.mu.Unlock()
	if same {
		return false
	}
	m.leave(false)
	m.startAlone(&feed{resumed: true, from: m.position})
	return true
}

// deliver makes an answer the member's own, who pays for it.
func (m *member) deliver(ctx context.Context, a answered) *graphql.Response {
	own := *a.response
	own.Extensions = maps.Clone(own.Extensions)
	if len(own.Data) == 0 {
		return &own
	}
	spent := &limit.Spent{Requested: a.requested}
	spent.Add(a.actual)
	m.operation.Stats.SetExtension(limits{}.ExtensionName(), spent)
	ctx = graphql.WithResponseContext(ctx, m.fanout.present, m.fanout.recover)
	response := m.fanout.budgets.charge(ctx, &own)
	if m.fanout.report {
		response = withCost(ctx, response)
	}
	return response
}

// meet lets the member join its group as soon as it is near.
func (m *member) meet(position int64, ahead int) (stop int64, ends bool) {
	actor := auth.ActorOf(m.ctx)
	key := m.shared
	key.viewer = viewerOf(actor)
	f := m.fanout
	f.mu.Lock()
	defer f.mu.Unlock()
	if m.group != nil {
		return m.joined, true
	}
	g := f.groups[key]
	if m.left || !m.sharable || g == nil && ahead > near || g != nil && g.position-position > near {
		return 0, false
	}
	if g == nil {
		g = f.newGroup(key, actor, position, m)
	}
	m.group, m.joined = g, max(position, g.position)
	m.queue = make(chan answered, maxWaiting)
	g.members[m] = struct{}{}
	return m.joined, true
}

// leave takes the member out of its group; for good when it has ended.
func (m *member) leave(forGood bool) {
	m.fanout.mu.Lock()
	defer m.fanout.mu.Unlock()
	m.left = m.left || forGood
	if m.group != nil {
		m.group.remove(m)
		m.group = nil
	}
}

// errTooSlow ends a subscription for which too many answers wait.
func errTooSlow() error {
	return errs.New(errs.CodeUnavailable, "Events came faster than this subscription took them; subscribe again after the last cursor.")
}
