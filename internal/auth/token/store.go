package token

import (
	"context"
	"fmt"
	"time"

	"github.com/project-nexus/nexus/internal/database"
)

// DefaultSignsAfter is how long a new key is published before it signs: twice the
// time for which others may remember the published keys.
const DefaultSignsAfter = 10 * time.Minute

// minSignsAfter is more than a server lives with the keys that it knows.
const minSignsAfter = maxAge

// keyLock keeps two processes from changing the keys at once.
const keyLock = 0x6e6578_6b657973

// State is what a key is used for.
type State string

// The states, in the order of a key's life.
const (
	// Waiting keys are published and do not sign yet.
	Waiting State = "waiting"
	// Signing is the one key that signs.
	Signing State = "signing"
	// Verifying keys have been followed by another; tokens of theirs are still good.
	Verifying State = "verifying"
	// Expired keys are good for nothing. The next rotation deletes them.
	Expired State = "expired"
)

// KeyInfo describes a key.
type KeyInfo struct {
	ID        string
	Algorithm string
	CreatedAt time.Time
	SignsFrom time.Time
	State     State
	// VerifiesUntil is when its last token has expired, zero while no key follows.
	VerifiesUntil time.Time
}

// RotateOptions tell how to change to a new key.
type RotateOptions struct {
	// SignsAfter is how long the new key is published before it signs; one minute
	// at least, DefaultSignsAfter when zero.
	SignsAfter time.Duration
	// Replace is for an emergency: the new key signs at once, and all others are
	// removed, with which every token that they signed is refused.
	Replace bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Rotate makes a new key, and deletes those that have expired. The servers find it
// by themselves.
func Rotate(ctx context.Context, db *database.DB, o RotateOptions) (KeyInfo, error) {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	if o.SignsAfter == 0 {
		o.SignsAfter = DefaultSignsAfter
	}
	if o.Replace {
		o.SignsAfter = 0
	} else if o.SignsAfter < minSignsAfter {
		return KeyInfo{}, fmt.Errorf("a new key must be known for at least %s before it signs", minSignsAfter)
	}
	created := now()
	fresh, err := newRow(created, created.Add(o.SignsAfter))
	if err != nil {
		return KeyInfo{}, fmt.Errorf("make a signing key: %w", err)
	}
	var info KeyInfo
	err = change(ctx, db, func(ctx context.Context, rows []row) error {
		var gone []string
		for _, old := range describe(rows, created) {
			if o.Replace || old.State == Expired {
				gone = append(gone, old.ID)
			}
		}
		err := db.Handle(ctx).Exec("DELETE FROM signing_key WHERE id = ANY(?)", database.Texts(gone)).Error
		if err != nil {
			return err
		}
		if err := insertRow(ctx, db, fresh); err != nil {
			return err
		}
		all, err := List(ctx, db, created)
		for _, one := range all {
			if one.ID == fresh.ID {
				info = one
			}
		}
		return err
	})
	return info, err
}

// List returns all keys, in the order in which they sign, as they stand at a time.
func List(ctx context.Context, db *database.DB, now time.Time) ([]KeyInfo, error) {
	rows, err := selectRows(ctx, db)
	return describe(rows, now), err
}

// row is a stored key.
type row struct {
	ID                   string
	Algorithm            string
	PrivateKey           []byte
	CreatedAt, SignsFrom time.Time
}

// describe tells what each of the keys, in the order in which they sign, is used
// for at a time.
//
// The youngest key whose time has come signs. When there is none, as with a clock
// that goes behind, the first one does.
func describe(rows []row, now time.Time) []KeyInfo {
	infos := make([]KeyInfo, len(rows))
	signer := 0
	for i, r := range rows {
		infos[i] = KeyInfo{ID: r.ID, Algorithm: r.Algorithm, CreatedAt: r.CreatedAt, SignsFrom: r.SignsFrom, State: Waiting}
		if i+1 < len(rows) {
			infos[i].VerifiesUntil = rows[i+1].SignsFrom.Add(lifetime + leeway)
		}
		if !now.Before(r.SignsFrom) {
			signer = i
		}
	}
	for i := range infos {
		switch {
		case i == signer:
			infos[i].State = Signing
		case i < signer && now.Before(infos[i].VerifiesUntil):
			infos[i].State = Verifying
		case i < signer:
			infos[i].State = Expired
		}
	}
	return infos
}

// createFirst stores a key unless there is one.
func createFirst(ctx context.Context, db *database.DB, now time.Time) error {
	first, err := newRow(now, now)
	if err != nil {
		return fmt.Errorf("make a signing key: %w", err)
	}
	return change(ctx, db, func(ctx context.Context, rows []row) error {
		if len(rows) > 0 {
			return nil
		}
		return insertRow(ctx, db, first)
	})
}

// change runs fn in a transaction that nobody else changes the keys beside.
func change(ctx context.Context, db *database.DB, fn func(context.Context, []row) error) error {
	err := db.InTx(ctx, func(ctx context.Context) error {
		if err := db.Handle(ctx).Exec("SELECT pg_advisory_xact_lock(?)", int64(keyLock)).Error; err != nil {
			return err
		}
		rows, err := selectRows(ctx, db)
		if err != nil {
			return err
		}
		return fn(ctx, rows)
	})
	if err != nil {
		return fmt.Errorf("change the signing keys: %w", err)
	}
	return nil
}

func selectRows(ctx context.Context, db *database.DB) ([]row, error) {
	var rows []row
	err := db.Handle(ctx).Raw(`SELECT id, algorithm, private_key, created_at, signs_from
		FROM signing_key ORDER BY signs_from, created_at, id`).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	return rows, nil
}

func insertRow(ctx context.Context, db *database.DB, r row) error {
	return db.Handle(ctx).Exec(
		"INSERT INTO signing_key (id, algorithm, private_key, created_at, signs_from) VALUES (?, ?, ?, ?, ?)",
		r.ID, r.Algorithm, r.PrivateKey, r.CreatedAt, r.SignsFrom).Error
}
