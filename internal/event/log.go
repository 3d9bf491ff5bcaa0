package event

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// The channels of PostgreSQL on which sequencers hear of events without a
// position, and readers of those that have one.
const (
	arrived   = "nexus_event_arrived"
	sequenced = "nexus_event"
)

// What Options that are zero stand for.
const (
	defaultPoll   = time.Second
	defaultKeep   = 30 * 24 * time.Hour
	defaultRecent = 4096
)

// pruneEvery is how often old events are removed.
const pruneEvery = time.Hour

// Options set up a Log; a zero field takes its default.
type Options struct {
	// Log gets one line for each failure; nil takes slog.Default.
	Log *slog.Logger
	// Poll is how often the log is looked at when nothing is announced; 1 second
	// by default.
	Poll time.Duration
	// Keep is how long events are kept; 30 days by default.
	Keep time.Duration
	// Recent is how many events are kept in memory for readers; 4,096 by default.
	Recent int
}

// Log is the change log of one process: it takes part in giving positions, and
// tells readers of new events.
type Log struct {
	Options
	db *database.DB

	arrivals chan struct{}
	news     chan struct{}

	mu sync.Mutex
	// recent are the newest events, in order of position and without gaps.
	recent []*Event
	// last is the position of the newest event that this process has read, -1 until
	// it has looked.
	last int64
	// more is closed when last grows.
	more chan struct{}
}

// Open returns the log of a database. Readers hear of events while Run runs.
func Open(db *database.DB, o Options) *Log {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	if o.Keep <= 0 {
		o.Keep = defaultKeep
	}
	if o.Recent <= 0 {
		o.Recent = defaultRecent
	}
	return &Log{
		Options: o, db: db, last: -1, more: make(chan struct{}),
		arrivals: make(chan struct{}, 1), news: make(chan struct{}, 1),
	}
}

// Run gives positions to new events, reads them and removes old ones, until ctx
// ends. Any number of processes may run it on one database; a database that is
// away is waited for.
func (l *Log) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { l.db.Listen(ctx, l.Log, arrived, func() { rouse(l.arrivals) }) })
	all.Go(func() { l.db.Listen(ctx, l.Log, sequenced, func() { rouse(l.news) }) })
	all.Go(func() { l.every(ctx, l.Poll, l.arrivals, func() error { _, err := l.Sequence(ctx); return err }) })
	all.Go(func() { l.every(ctx, l.Poll, l.news, func() error { return l.read(ctx) }) })
	all.Go(func() { l.every(ctx, pruneEvery, nil, func() error { return l.Prune(ctx) }) })
	all.Wait()
}

func rouse(sleeper chan struct{}) {
	select {
	case sleeper <- struct{}{}:
	default:
	}
}

// every does work now, each time that it is woken, and after each period.
func (l *Log) every(ctx context.Context, period time.Duration, wake <-chan struct{}, work func() error) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		if err := work(); err != nil && ctx.Err() == nil {
			l.Log.WarnContext(ctx, "the change log is not reached")
			l.Log.DebugContext(ctx, "the change log is not reached", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-ticker.C:
		}
	}
}

// Prune removes the events that are older than the log keeps.
func (l *Log) Prune(ctx context.Context) error {
	err := l.db.Handle(ctx).Exec(`DELETE FROM event WHERE at < now() - make_interval(secs => ?) AND position IS NOT NULL`, l.Keep.Seconds()).Error
	if err != nil {
		return fmt.Errorf("remove old events: %w", database.Translate(err))
	}
	return nil
}

// errExpired tells a reader that events which it has not seen were removed.
func errExpired() error {
	return errs.New(errs.CodeResumeExpired, "The change log no longer reaches back to this cursor; load anew and subscribe without it.").At("after")
}
