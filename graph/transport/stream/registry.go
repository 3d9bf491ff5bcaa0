package stream

import (
	"context"
	"fmt"
	"sync"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// maxOpening bounds the sockets of one network that have not told yet whose they
// are. A restart brings those of a whole school back at once.
const maxOpening = 100

// Registry knows the open connections of a server. It is safe for concurrent use.
type Registry struct {
	visitor, user int

	mu     sync.Mutex
	open   map[*place]struct{}
	counts map[string]int
	closed bool
	// empty is closed once the Registry is and no connection is open.
	empty chan struct{}
}

// NewRegistry returns a Registry that lets a network of visitors, and a person,
// have so many connections at once.
func NewRegistry(visitor, user int) *Registry {
	return &Registry{
		visitor: visitor, user: user,
		open: map[*place]struct{}{}, counts: map[string]int{}, empty: make(chan struct{}),
	}
}

// Len returns how many connections are open.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// Close ends all connections, lets none begin any more, and waits until ctx ends
// for the last one to go.
func (r *Registry) Close(ctx context.Context) error {
	r.mu.Lock()
	r.closed = true
	ends := make([]func(), 0, len(r.open))
	for p := range r.open {
		ends = append(ends, p.end)
	}
	r.tellEmpty()
	r.mu.Unlock()
	for _, end := range ends {
		end()
	}
	select {
	case <-r.empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d sockets and streams are still open: %w", r.Len(), ctx.Err())
	}
}

// tellEmpty is called with the lock.
func (r *Registry) tellEmpty() {
	if !r.closed || len(r.open) > 0 {
		return
	}
	select {
	case <-r.empty:
	default:
		close(r.empty)
	}
}

// place is what one connection has of a Registry until it leaves.
type place struct {
	registry *Registry
	key      string
	end      func()
}

// enter takes a place that counts for the actor of ctx, UNAVAILABLE when the server
// stops, RATE_LIMITED when the actor has too many. end is called when the
// connection has to end.
func (r *Registry) enter(ctx context.Context, end func()) (*place, *errs.Error) {
	key, most := r.payer(ctx)
	return r.add(key, most, end)
}

// enterOpening takes a place for a socket that has not told yet whose it is.
func (r *Registry) enterOpening(ctx context.Context, end func()) (*place, *errs.Error) {
	return r.add("opening "+auth.ClientOf(ctx).Network(), maxOpening, end)
}

// payer returns whom a connection counts for, and how many they may have.
func (r *Registry) payer(ctx context.Context) (key string, most int) {
	if actor := auth.ActorOf(ctx); actor.User != nil {
		return "user " + actor.User.String(), r.user
	}
	return "network " + auth.ClientOf(ctx).Network(), r.visitor
}

func (r *Registry) add(key string, most int, end func()) (*place, *errs.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errs.New(errs.CodeUnavailable, "The server is stopping; connect again.")
	}
	if r.counts[key] >= most {
		return nil, errs.New(errs.CodeRateLimited, "You have %d open sockets and streams, the most there may be.", most)
	}
	r.counts[key]++
	p := &place{registry: r, key: key, end: end}
	r.open[p] = struct{}{}
	return p, nil
}

// settle makes the place count for the actor of ctx from now on; false when they
// have too many.
func (p *place) settle(ctx context.Context) bool {
	key, most := p.registry.payer(ctx)
	p.registry.mu.Lock()
	defer p.registry.mu.Unlock()
	if p.registry.counts[key] >= most {
		return false
	}
	p.registry.uncount(p.key)
	p.registry.counts[key]++
	p.key = key
	return true
}

// leave gives the place back.
func (p *place) leave() {
	p.registry.mu.Lock()
	defer p.registry.mu.Unlock()
	delete(p.registry.open, p)
	p.registry.uncount(p.key)
	p.registry.tellEmpty()
}

// uncount is called with the lock.
func (r *Registry) uncount(key string) {
	if r.counts[key]--; r.counts[key] == 0 {
		delete(r.counts, key)
	}
}
