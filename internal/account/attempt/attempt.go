// Package attempt counts what must be strictly limited: checks of a password and
// mails that were asked for, by account and by client address.
//
// The counts are rows of PostgreSQL, so that they hold for all servers together
// and whatever becomes of other stores. The window slides: at no time are there
// more than Max in it. An account need not exist to be counted, so that a limit
// tells nothing about it.
package attempt

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// Kind is what is counted.
type Kind string

// The kinds.
const (
	Password Kind = "PASSWORD"
	Mail     Kind = "MAIL"
)

// Limit is how often something may happen.
type Limit struct {
	// Subject is whom to count for: a folded address, a user, a network. Limits
	// without one are passed over.
	Subject string
	Max     int
	Window  time.Duration
}

// Log counts attempts. It is safe for concurrent use.
type Log struct {
	db     *database.DB
	secret []byte
	now    func() time.Time
}

// New returns a Log on db. secret keeps subjects from being guessed by whoever
// reads the table.
func New(db *database.DB, secret []byte, now func() time.Time) *Log {
	return &Log{db, secret, now}
}

// Ticket is an attempt that was counted.
type Ticket struct {
	kind     Kind
	subjects [][]byte
	at       time.Time
}

// Take counts one attempt for every limit, or none and returns RATE_LIMITED with
// the time to wait when one of them is reached. It must not be called in a
// transaction, whose end would undo the count.
func (l *Log) Take(ctx context.Context, kind Kind, limits ...Limit) (Ticket, error) {
	ticket := Ticket{kind: kind, at: l.now().UTC().Truncate(time.Microsecond)}
	type counted struct {
		Limit
		subject []byte
	}
	var all []counted
	for _, limit := range limits {
		if limit.Subject != "" {
			all = append(all, counted{limit, l.hash(kind, limit.Subject)})
		}
	}
	// One order for all: two requests never wait for each other's locks.
	slices.SortFunc(all, func(a, b counted) int { return cmp.Compare(string(a.subject), string(b.subject)) })
	var wait time.Duration
	err := l.db.InTx(ctx, func(ctx context.Context) error {
		for _, one := range all {
			w, err := l.wait(ctx, kind, one.subject, one.Limit, ticket.at)
			if err != nil {
				return err
			}
			wait = max(wait, w)
		}
		if wait > 0 {
			return nil
		}
		for _, one := range all {
			ticket.subjects = append(ticket.subjects, one.subject)
			if err := l.insert(ctx, kind, one.subject, ticket.at); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return Ticket{}, fmt.Errorf("count an attempt: %w", err)
	case wait > 0:
		return Ticket{}, errs.New(errs.CodeRateLimited, "Too many tries; wait and try again.").RetryIn(wait)
	default:
		return ticket, nil
	}
}

// wait returns how long to wait until there is room for one more, 0 when there is.
func (l *Log) wait(ctx context.Context, kind Kind, subject []byte, limit Limit, now time.Time) (time.Duration, error) {
	handle := l.db.Handle(ctx)
	if err := handle.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, string(kind)+fmt.Sprintf("%x", subject)).Error; err != nil {
		return 0, database.Translate(err)
	}
	var oldest []time.Time
	err := handle.Raw(`SELECT at FROM attempt WHERE kind = ? AND subject = ? AND at > ? ORDER BY at DESC OFFSET ? LIMIT 1`,
		kind, subject, now.Add(-limit.Window), limit.Max-1).Scan(&oldest).Error
	if err != nil || len(oldest) == 0 {
		return 0, database.Translate(err)
	}
	return max(oldest[0].Add(limit.Window).Sub(now), time.Second), nil
}

func (l *Log) insert(ctx context.Context, kind Kind, subject []byte, at time.Time) error {
	return database.Translate(l.db.Handle(ctx).Exec(
		`INSERT INTO attempt (id, kind, subject, at) VALUES (gen_random_uuid(), ?, ?, ?)`, kind, subject, at).Error)
}

// Return takes an attempt back that turned out to be none: the password was right.
func (l *Log) Return(ctx context.Context, t Ticket) error {
	for _, subject := range t.subjects {
		err := l.db.Handle(ctx).Exec(`DELETE FROM attempt WHERE id = (
			SELECT id FROM attempt WHERE kind = ? AND subject = ? AND at = ? LIMIT 1)`, t.kind, subject, t.at).Error
		if err != nil {
			return fmt.Errorf("take an attempt back: %w", database.Translate(err))
		}
	}
	return nil
}

// Forget removes all attempts of a subject: whoever holds the mailbox of an
// account gets in, however often others tried.
func (l *Log) Forget(ctx context.Context, kind Kind, subject string) error {
	err := l.db.Handle(ctx).Exec(`DELETE FROM attempt WHERE kind = ? AND subject = ?`, kind, l.hash(kind, subject)).Error
	if err != nil {
		return fmt.Errorf("forget attempts: %w", database.Translate(err))
	}
	return nil
}

// Prune removes attempts that no window reaches any more.
func (l *Log) Prune(ctx context.Context, window time.Duration) error {
	err := l.db.Handle(ctx).Exec(`DELETE FROM attempt WHERE at < ?`, l.now().Add(-window)).Error
	if err != nil {
		return fmt.Errorf("prune attempts: %w", database.Translate(err))
	}
	return nil
}

func (l *Log) hash(kind Kind, subject string) []byte {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte(string(kind) + "\x00" + subject))
	return mac.Sum(nil)
}
