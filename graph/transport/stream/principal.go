package stream

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// maxUnknown is how often in a row the rights of a connection may fail to be read.
const maxUnknown = 3

// principal is whom a connection acts for, with the rights that they have now.
type principal struct {
	options Options
	actor   atomic.Pointer[auth.Actor]
	// unknown counts the tries that failed; it belongs to watch.
	unknown int
}

func newPrincipal(o Options, actor auth.Actor) *principal {
	p := &principal{options: o}
	p.actor.Store(&actor)
	return p
}

func (p *principal) current() auth.Actor { return *p.actor.Load() }

func (p *principal) set(actor auth.Actor) { p.actor.Store(&actor) }

// watch reads the rights again, now and again until ctx ends. It returns the error
// that ends the connection: UNAUTHENTICATED, or UNAVAILABLE when the rights could
// not be read.
func (p *principal) watch(ctx context.Context) *errs.Error {
	ticker := time.NewTicker(p.options.Pace.Renew)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if refusal := p.renew(ctx); refusal != nil && ctx.Err() == nil {
			return refusal
		}
	}
}

func (p *principal) renew(ctx context.Context) *errs.Error {
	before := p.current()
	if before.User == nil || p.options.Renew == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.options.Pace.Renew)
	defer cancel()
	now, err := p.options.Renew(ctx, before)
	switch code := errs.CodeOf(err); {
	case err == nil:
		p.set(now)
		p.unknown = 0
		return nil
	case code == errs.CodeUnauthenticated, code == errs.CodeForbidden:
		return errs.New(errs.CodeUnauthenticated, "Your session has ended; sign in again.").Because(err)
	}
	p.options.Logger.DebugContext(ctx, "the rights of a connection could not be read", "error", err)
	if p.unknown++; p.unknown >= maxUnknown {
		return errs.New(errs.CodeUnavailable, "Your rights cannot be read; try again later.").Because(err)
	}
	return nil
}
