package job

import (
	"context"
	"sync"
	"time"
)

// purgeEvery is how often finished jobs are looked through.
const purgeEvery = time.Hour

// Run runs jobs until ctx ends and those that run then are done. It hears of new
// ones from the database; a database that is away is waited for.
func (r *Runner) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range r.Workers {
		all.Go(func() { r.work(ctx) })
	}
	all.Go(func() { r.store.db.Listen(ctx, r.Log, channel, r.rouse) })
	all.Go(func() { r.tend(ctx) })
	all.Wait()
	return nil
}

// Drain runs all jobs that are due, one after the other, also those that follow
// from them, and returns when there are none. The error is one of the database;
// what became of the jobs stands in their rows.
func (r *Runner) Drain(ctx context.Context) error {
	if _, err := r.store.reclaim(ctx); err != nil {
		return err
	}
	if err := r.store.purge(ctx); err != nil {
		return err
	}
	for {
		if more, err := r.runNext(ctx); err != nil || !more {
			return err
		}
	}
}

// work is one worker: it runs what is due, then waits to be woken.
func (r *Runner) work(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := r.runNext(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.WarnContext(ctx, "jobs not reached", "error", err)
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		}
	}
}

// rouse wakes a worker, if one sleeps.
func (r *Runner) rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// tend takes over the jobs of runners that died, wakes workers for jobs that
// have become due, and deletes old ones.
func (r *Runner) tend(ctx context.Context) {
	poll := time.NewTicker(r.Poll)
	defer poll.Stop()
	purge := time.NewTicker(purgeEvery)
	defer purge.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-purge.C:
			err = r.store.purge(ctx)
		case <-poll.C:
			_, err = r.store.reclaim(ctx)
			r.rouse()
		}
		if err != nil && ctx.Err() == nil {
			r.Log.WarnContext(ctx, "jobs not looked after", "error", err)
		}
	}
}
