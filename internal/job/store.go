package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database"
)

// store reads and writes the rows of jobs. All times are those of one clock: of
// the database, whatever the clocks of its clients say, or of a test.
type store struct {
	db  *database.DB
	now func() time.Time
}

// clock is the present in SQL; a stable function, so that indexes are used.
const clock = `coalesce(@now::timestamptz, statement_timestamp())`

// lease is the right to run a job, for one attempt.
type lease struct {
	id          uuid.UUID
	kind        Kind
	arguments   json.RawMessage
	attempt     int
	maxAttempts int
}

// held finds the row of a lease as long as nobody else took the job over: that
// counts another attempt.
const held = ` WHERE id = @id AND state = 'RUNNING' AND attempts = @attempt`

// claim leases the job that is due for longest, or returns false.
func (s store) claim(ctx context.Context, kinds []Kind, d time.Duration) (lease, bool, error) {
	var l lease
	err := s.db.Pool().QueryRow(ctx, `
		UPDATE job SET state = 'RUNNING', attempts = attempts + 1, leased_until = `+clock+` + @lease::interval
		WHERE id = (
			SELECT id FROM job WHERE state = 'QUEUED' AND run_at <= `+clock+` AND kind = ANY(@kinds)
			ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, arguments, attempts, max_attempts`,
		s.arguments(pgx.NamedArgs{"kinds": kinds, "lease": d}),
	).Scan(&l.id, &l.kind, &l.arguments, &l.attempt, &l.maxAttempts)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, fmt.Errorf("claim a job: %w", err)
	}
	return l, true, nil
}

// renew makes a lease longer, and returns false when it was lost.
func (s store) renew(ctx context.Context, l lease, d time.Duration) (bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET leased_until = `+clock+` + @lease::interval`+held,
		pgx.NamedArgs{"id": l.id, "attempt": l.attempt, "lease": d})
	return n == 1, err
}

// succeed writes that the work is done; false when the lease was lost before.
func (s store) succeed(ctx context.Context, l lease) (bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET state = 'SUCCEEDED', leased_until = NULL, error = NULL, finished_at = `+clock+held,
		pgx.NamedArgs{"id": l.id, "attempt": l.attempt})
	return n == 1, err
}

// retry writes that an attempt failed and when the next one may begin.
func (s store) retry(ctx context.Context, l lease, cause error, wait time.Duration) (bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET state = 'QUEUED', leased_until = NULL, error = @error, run_at = `+clock+` + @wait::interval`+held,
		pgx.NamedArgs{"id": l.id, "attempt": l.attempt, "error": storable(cause), "wait": wait})
	return n == 1, err
}

// bury writes that the last attempt failed.
func (s store) bury(ctx context.Context, l lease, cause error) (bool, error) {
	n, err := s.exec(ctx, `UPDATE job SET state = 'DEAD', leased_until = NULL, error = @error, finished_at = `+clock+held,
		pgx.NamedArgs{"id": l.id, "attempt": l.attempt, "error": storable(cause)})
	return n == 1, err
}

// reclaim takes jobs back whose leases ended: their runners died or hang.
func (s store) reclaim(ctx context.Context) (int64, error) {
	return s.exec(ctx, `
		UPDATE job SET leased_until = NULL, error = 'The lease ended before the work did.', run_at = `+clock+`,
			state = CASE WHEN attempts < max_attempts THEN 'QUEUED' ELSE 'DEAD' END,
			finished_at = CASE WHEN attempts < max_attempts THEN NULL ELSE `+clock+` END
		WHERE id IN (
			SELECT id FROM job WHERE state = 'RUNNING' AND leased_until <= `+clock+` FOR UPDATE SKIP LOCKED)`, nil)
}

// keepFinished is how long one can look up what became of a job.
const keepFinished = 7 * 24 * time.Hour

// purge deletes jobs that were finished long ago.
func (s store) purge(ctx context.Context) error {
	_, err := s.exec(ctx, `DELETE FROM job WHERE finished_at < `+clock+` - @keep::interval`, pgx.NamedArgs{"keep": keepFinished})
	return err
}

func (s store) exec(ctx context.Context, statement string, arguments pgx.NamedArgs) (int64, error) {
	tag, err := s.db.Pool().Exec(ctx, statement, s.arguments(arguments))
	if err != nil {
		return 0, fmt.Errorf("write a job: %w", err)
	}
	return tag.RowsAffected(), nil
}

func (s store) arguments(named pgx.NamedArgs) pgx.NamedArgs {
	all := pgx.NamedArgs{"now": nil}
	if s.now != nil {
		all["now"] = s.now()
	}
	for name, value := range named {
		all[name] = value
	}
	return all
}

// maxError is the greatest length of an error in a row, in bytes.
const maxError = 2000

// storable returns the text of an error as PostgreSQL can keep it.
func storable(err error) string {
	text := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "")
	if len(text) > maxError {
		text = text[:maxError]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
	}
	return text
}
