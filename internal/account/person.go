package account

import (
	"context"
	"errors"
	"net/mail"
	"time"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// DeleteAccount removes the account of the actor: credential, sessions and tokens
// are gone, and so is the name on what they wrote.
func (s *Service) DeleteAccount(ctx context.Context, input DeleteAccountInput) (*DeleteAccountPayload, error) {
	_, c, err := s.confirm(ctx, input.Password, "password")
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		for _, table := range []string{"password_reset", "access_token", "session", "credential"} {
			if _, err := s.exec(ctx, "delete an account", `DELETE FROM `+table+` WHERE user_id = ?`, c.UserID); err != nil {
				return err
			}
		}
		if _, err := s.exec(ctx, "delete kept answers", `DELETE FROM idempotency_key WHERE owner_id = ?`, c.UserID); err != nil {
			return err
		}
		// Also those that the staff of a cohort sent to the address.
		if _, err := s.exec(ctx, "delete invitations", `DELETE FROM invitation WHERE folded_email = ?`, fold(c.Email)); err != nil {
			return err
		}
		return s.Profiles.Remove(ctx, c.UserID)
	})
	if err != nil {
		return nil, err
	}
	s.forget()
	return &DeleteAccountPayload{UserID: &c.UserID}, nil
}

// Disable keeps a person from signing in and ends all that they are signed in
// with, or lets them in again: for operators. It returns NOT_FOUND for an address
// without an account.
func (s *Service) Disable(ctx context.Context, email string, disabled bool) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		var at *time.Time
		if disabled {
			at = new(s.now())
		}
		var person id.User
		err := s.scan(ctx, "disable an account", &person, `UPDATE credential SET disabled_at = ?, updated_at = ? WHERE folded_email = ? RETURNING user_id`,
			at, s.now(), fold(email))
		if err != nil {
			return err
		}
		if person == (id.User{}) {
			return errs.NotFound("no account has this address")
		}
		if !disabled {
			return nil
		}
		if _, err := s.endSessions(ctx, person, nil); err != nil {
			return err
		}
		return s.endAccessTokens(ctx, person)
	})
}

// ByEmail returns who has an account with an address, NOT_FOUND when nobody has:
// for operators.
func (s *Service) ByEmail(ctx context.Context, email string) (id.User, error) {
	var person id.User
	err := s.scan(ctx, "look up an account", &person, `SELECT user_id FROM credential WHERE folded_email = ?`, fold(email))
	if err == nil && person == (id.User{}) {
		return person, errs.NotFound("no account has this address")
	}
	return person, err
}

// Prune removes what has expired: registrations, codes, sessions and attempts.
func (s *Service) Prune(ctx context.Context) error {
	now := s.now()
	for _, statement := range []string{
		`DELETE FROM registration WHERE expires_at < ?`,
		`DELETE FROM password_reset WHERE expires_at < ?`,
		`DELETE FROM session WHERE ends_at < ?`,
	} {
		if _, err := s.exec(ctx, "remove what has expired", statement, now); err != nil {
			return err
		}
	}
	return s.attempts.Prune(ctx, max(passwordsWindow, mailsWindow))
}

// Attach gives a person who has a profile already (imported, say) an address and a
// password to sign in with, or new ones: for operators. It returns CONFLICT when
// another person has the address.
func (s *Service) Attach(ctx context.Context, person id.User, email, password string) error {
	if err := errors.Join(checkEmail(email), checkPassword(password, "password", email)); err != nil {
		return err
	}
	hash, err := s.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	now := s.now()
	_, err = s.exec(ctx, "attach a credential", `INSERT INTO credential (user_id, email, folded_email, password_hash, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE
		SET email = excluded.email, folded_email = excluded.folded_email, password_hash = excluded.password_hash, updated_at = excluded.updated_at`,
		person, email, fold(email), hash, now, now)
	if errs.CodeOf(err) == errs.CodeConflict {
		return errs.Conflict("another person has this address").Because(err)
	}
	return err
}

// checkEmail refuses what is no address. Input of the API has passed the schema's
// constraints; that of operators has not.
func checkEmail(email string) error {
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email {
		return errs.BadUserInput("%q is no e-mail address", email).At("input", "email")
	}
	return nil
}
