// Package idempotency lets a client repeat a request without repeating what it
// does: work, its answer and the client's key are stored in one transaction.
//
// Invariants: there is an answer under a key exactly when the work under it was
// committed; a key belongs to one owner, and to one request of theirs until it
// expires. Work that fails stores nothing, so that it can be tried again.
//
// Errors: BAD_USER_INPUT for what is no key, IDEMPOTENCY_MISMATCH for a key that
// belongs to another request.
package idempotency

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	// maxKey is the greatest length of a key.
	maxKey = 255
	// kept is how long an answer can be had again.
	kept = 24 * time.Hour
)

// Request is what a client may send again.
type Request struct {
	Owner id.User
	// Key is the client's; see CheckKey.
	Key string
	// Fingerprint tells this request from others.
	Fingerprint [sha256.Size]byte
}

// CheckKey returns BAD_USER_INPUT unless key is 1 to 255 visible ASCII characters.
func CheckKey(key string) error {
	valid := key != "" && len(key) <= maxKey
	for _, c := range []byte(key) {
		valid = valid && c > ' ' && c < 0x7f
	}
	if !valid {
		return errs.BadUserInput("Idempotency-Key takes 1 to %d visible ASCII characters.", maxKey)
	}
	return nil
}

// Store keeps answers.
type Store struct {
	db    *database.DB
	lines lines
}

// New returns a Store on db.
func New(db *database.DB) *Store { return &Store{db: db, lines: lines{all: map[string]*line{}}} }

// Once does work in a transaction, unless it was done before: then it returns the
// answer of that time, and true. While another request with this key is at work it
// waits, as long as ctx allows. When work fails, all that it wrote is undone and
// its error comes back unchanged. An answer that Once returns is committed.
func (s *Store) Once(ctx context.Context, r Request, work func(ctx context.Context) (string, error)) (answer string, replayed bool, err error) {
	leave, err := s.lines.enter(ctx, r.Owner.String()+r.Key)
	if err != nil {
		return "", false, err
	}
	defer leave()
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		mine, err := s.claim(ctx, r)
		if err != nil {
			return err
		}
		if !mine {
			answer, replayed, err = s.recall(ctx, r)
			return err
		}
		if answer, err = work(ctx); err != nil {
			return err
		}
		err = s.db.Handle(ctx).Exec(`UPDATE idempotency_key SET answer = ? WHERE owner_id = ? AND key = ?`,
			answer, r.Owner, r.Key).Error
		if err != nil {
			return fmt.Errorf("keep an answer: %w", database.Translate(err))
		}
		return nil
	})
	if err != nil {
		return "", false, err
	}
	return answer, replayed, nil
}

// claim takes the key for this request. It is false when the key is in use; the
// unique index makes it wait for a transaction that has claimed the key too.
func (s *Store) claim(ctx context.Context, r Request) (bool, error) {
	result := s.db.Handle(ctx).Exec(`
		INSERT INTO idempotency_key (owner_id, key, fingerprint, answer) VALUES (?, ?, ?, '')
		ON CONFLICT (owner_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = '', created_at = now()
		WHERE idempotency_key.created_at <= now() - make_interval(secs => ?)`,
		r.Owner, r.Key, r.Fingerprint[:], kept.Seconds())
	if result.Error != nil {
		return false, fmt.Errorf("claim an idempotency key: %w", database.Translate(result.Error))
	}
	return result.RowsAffected == 1, nil
}

// recall returns the answer under a key that is in use.
func (s *Store) recall(ctx context.Context, r Request) (string, bool, error) {
	var rows []struct {
		Fingerprint []byte
		Answer      string
	}
	err := s.db.Handle(ctx).Raw(`SELECT fingerprint, answer FROM idempotency_key WHERE owner_id = ? AND key = ?`, r.Owner, r.Key).Scan(&rows).Error
	switch {
	case err != nil:
		return "", false, fmt.Errorf("read an answer: %w", database.Translate(err))
	case len(rows) == 0:
		// It was removed this moment.
		return "", false, errs.New(errs.CodeUnavailable, "The Idempotency-Key has just expired; try again.")
	case string(rows[0].Fingerprint) != string(r.Fingerprint[:]):
		return "", false, errs.New(errs.CodeIdempotencyMismatch, "The Idempotency-Key was used with another request; take a new key for this one.")
	}
	return rows[0].Answer, true, nil
}

// Prune removes the answers that have expired.
func (s *Store) Prune(ctx context.Context) error {
	err := s.db.Handle(ctx).Exec(`DELETE FROM idempotency_key WHERE created_at <= now() - make_interval(secs => ?)`, kept.Seconds()).Error
	if err != nil {
		return fmt.Errorf("remove old idempotency keys: %w", database.Translate(err))
	}
	return nil
}
