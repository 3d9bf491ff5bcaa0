package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"github.com/project-nexus/nexus/internal/database"
)

// What Options that are zero stand for.
const (
	defaultWorkers = 2
	defaultPoll    = 2 * time.Second
	defaultLease   = time.Minute
	defaultGrace   = 10 * time.Second
)

// Options set up a Runner; a zero field takes its default.
type Options struct {
	// Log gets one line for each attempt that failed; nil takes slog.Default.
	Log *slog.Logger
	// Workers is how many jobs run at once; 2 by default.
	Workers int
	// Poll is how often the runner looks for jobs that nobody announced: those
	// tried again, and those of runners that died. 2 seconds by default.
	Poll time.Duration
	// Lease is how long a runner has a job without a sign of life; 1 minute by default.
	Lease time.Duration
	// Grace is how long running jobs may go on once the runner is to stop, before
	// their contexts end; 10 seconds by default.
	Grace time.Duration
	// Now is the clock of a test; nil takes the clock of the database.
	Now func() time.Time
}

// Runner runs jobs of the kinds that it has handlers for. Many may run at once,
// in one process or several.
type Runner struct {
	Options
	store    store
	handlers map[Kind]Handler
	kinds    []Kind
	wake     chan struct{}
}

// NewRunner returns a Runner; Run starts it.
func NewRunner(db *database.DB, handlers map[Kind]Handler, o Options) *Runner {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	if o.Lease <= 0 {
		o.Lease = defaultLease
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	return &Runner{
		Options: o, store: store{db, o.Now}, handlers: handlers,
		kinds: slices.Sorted(maps.Keys(handlers)), wake: make(chan struct{}, 1),
	}
}

// errLeaseLost ends the context of a handler whose job somebody else may have.
var errLeaseLost = errors.New("the lease of the job was lost")

// finishTimeout bounds the statement that writes what became of a job.
const finishTimeout = 10 * time.Second

// runNext runs one job that is due, and returns false when there is none.
func (r *Runner) runNext(ctx context.Context) (bool, error) {
	l, ok, err := r.store.claim(ctx, r.kinds, r.Lease)
	if err != nil || !ok {
		return false, err
	}
	// There may be work for another worker too: each wakes the next.
	r.rouse()
	return true, r.finish(ctx, l, r.attempt(ctx, l))
}

// attempt runs the handler while it renews the lease. The handler's context
// outlives ctx by the grace.
func (r *Runner) attempt(ctx context.Context, l lease) (err error) {
	work, cancel := context.WithCancelCause(context.WithValue(context.WithoutCancel(ctx), idKey{}, l.id))
	defer cancel(nil)
	stopGrace := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(r.Grace):
			cancel(context.Cause(ctx))
		case <-work.Done():
		}
	})
	defer stopGrace()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		r.keepLease(work, l, cancel)
	}()
	defer func() {
		if p := recover(); p != nil {
			r.Log.ErrorContext(ctx, "job panicked", "job", l.id, "kind", l.kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
		cancel(nil)
		<-renewed
	}()
	return r.handlers[l.kind](work, l.arguments)
}

// keepLease renews a lease until ctx ends, and ends it when the lease is lost.
func (r *Runner) keepLease(ctx context.Context, l lease, lost context.CancelCauseFunc) {
	tick := time.NewTicker(r.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		held, err := r.store.renew(ctx, l, r.Lease)
		if err == nil && !held {
			lost(errLeaseLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			// The next tick tries again; meanwhile somebody else may take over.
			r.Log.WarnContext(ctx, "lease of a job not renewed", "job", l.id, "kind", l.kind, "error", err)
		}
	}
}

// finish writes what became of an attempt, even while the runner stops.
func (r *Runner) finish(ctx context.Context, l lease, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	log := r.Log.With("job", l.id, "kind", l.kind, "attempt", l.attempt)
	var held bool
	var err error
	switch {
	case failure == nil:
		log.DebugContext(ctx, "job done")
		held, err = r.store.succeed(ctx, l)
	case IsPermanent(failure) || l.attempt >= l.maxAttempts:
		log.ErrorContext(ctx, "job is dead", "error", failure)
		held, err = r.store.bury(ctx, l, failure)
	default:
		wait := backoff(l.attempt)
		log.WarnContext(ctx, "job failed, will be tried again", "error", failure, "wait", wait)
		held, err = r.store.retry(ctx, l, failure, wait)
	}
	if err == nil && !held {
		log.WarnContext(ctx, "job was taken over before its end")
	}
	return err
}

// The waits between attempts.
const (
	firstWait = 10 * time.Second
	maxWait   = time.Hour
)

// backoff returns how long to wait after a failed attempt: twice as long each
// time, a quarter more or less, so that what failed together comes back apart.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt-1, 20), maxWait)
	return wait - wait/4 + rand.N(wait/2) //nolint:gosec // no secret
}
