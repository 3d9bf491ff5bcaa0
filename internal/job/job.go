// Package job runs background work. A job is a row of the table job, which is
// the truth about it: whoever changes data enqueues what follows from it in the
// same transaction, and a Runner of any process runs it later.
//
// Invariants: a job of a transaction that is rolled back never was; one runner
// at a time has the lease of a job; an attempt is counted before it begins, so
// that a job that ends the process is not tried for ever; a job that is done, or
// that is dead after its last attempt, is deleted a week later.
//
// A job may run more than once: when its runner dies after the work and before
// it says so. Handlers bear that. Their errors are tried again, each time later,
// save those marked as Permanent. An error's text is kept in the row and logged:
// it is for operators, and holds no secrets.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
)

// Kind names what a job does, as in "account.reset".
type Kind string

// Handler does the work of one kind. It stops when ctx ends: the lease is lost,
// or the process waits no longer.
type Handler func(ctx context.Context, arguments json.RawMessage) error

// Handle returns a Handler that reads the arguments into a T. Arguments that
// are none are a permanent error.
func Handle[T any](work func(ctx context.Context, arguments T) error) Handler {
	return func(ctx context.Context, arguments json.RawMessage) error {
		var a T
		if err := json.Unmarshal(arguments, &a); err != nil {
			return Permanent(fmt.Errorf("read the arguments: %w", err))
		}
		return work(ctx, a)
	}
}

// defaultMaxAttempts spreads attempts over about one and a half hours.
const defaultMaxAttempts = 10

// Option changes how a job is enqueued.
type Option func(*settings)

type settings struct {
	maxAttempts int
	delay       time.Duration
}

// MaxAttempts bounds how often a job is tried; 10 times by default.
func MaxAttempts(n int) Option { return func(s *settings) { s.maxAttempts = n } }

// After has a job run no sooner than after d.
func After(d time.Duration) Option { return func(s *settings) { s.delay = d } }

// channel is where runners hear of new jobs.
const channel = "nexus_job"

// Enqueue adds a job, in the transaction that ctx carries if there is one. The
// arguments become JSON; they are readable for operators and hold no secrets.
func Enqueue(ctx context.Context, db *database.DB, kind Kind, arguments any, options ...Option) (uuid.UUID, error) {
	s := settings{maxAttempts: defaultMaxAttempts}
	for _, option := range options {
		option(&s)
	}
	encoded, err := json.Marshal(arguments)
	if err != nil {
		return uuid.Nil, fmt.Errorf("enqueue %s: %w", kind, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("enqueue %s: %w", kind, err)
	}
	// PostgreSQL tells the runners when the transaction commits.
	err = db.Handle(ctx).Exec(`
		WITH added AS (
			INSERT INTO job (id, kind, arguments, max_attempts, run_at)
			VALUES (?, ?, ?, ?, now() + make_interval(secs => ?)) RETURNING kind)
		SELECT pg_notify(?, kind) FROM added`,
		id, kind, string(encoded), s.maxAttempts, s.delay.Seconds(), channel).Error
	if err != nil {
		return uuid.Nil, fmt.Errorf("enqueue %s: %w", kind, database.Translate(err))
	}
	return id, nil
}

// permanentError marks an error that another attempt would meet again.
type permanentError struct{ cause error }

// Error returns the text of the cause.
func (e *permanentError) Error() string { return e.cause.Error() }

// Unwrap returns the cause.
func (e *permanentError) Unwrap() error { return e.cause }

// Permanent marks err as one that another attempt would meet again: the job is
// dead at once. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent reports whether err, or what it wraps, was marked by Permanent.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[*permanentError](err)
	return ok
}

type idKey struct{}

// IDOf returns the id of the job that ctx was given to, and false elsewhere. It
// stays the same from attempt to attempt.
func IDOf(ctx context.Context) (uuid.UUID, bool) {
	id, ok := ctx.Value(idKey{}).(uuid.UUID)
	return id, ok
}
