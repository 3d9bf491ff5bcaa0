package account

import (
	"context"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/account/attempt"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
)

// ChangePassword sets a new password for the actor and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, input ChangePasswordInput) (*ChangePasswordPayload, error) {
	actor, c, err := s.confirm(ctx, input.CurrentPassword, "currentPassword")
	if err != nil {
		return nil, err
	}
	viewer, err := s.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkPassword(input.NewPassword, "newPassword", c.Email, viewer.Handle); err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, input.NewPassword)
	if err != nil {
		return nil, err
	}
	if err := s.db.InTx(ctx, func(ctx context.Context) error { return s.setPassword(ctx, c, hash, actor.Session) }); err != nil {
		return nil, err
	}
	return &ChangePasswordPayload{Viewer: viewer}, nil
}

// confirm checks the password of the actor once more, before what cannot be undone.
func (s *Service) confirm(ctx context.Context, given, field string) (auth.Actor, credential, error) {
	var c credential
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return actor, c, err
	}
	err = s.scan(ctx, "read a credential", &c, `SELECT user_id, email, password_hash FROM credential WHERE user_id = ? AND disabled_at IS NULL`, *actor.User)
	if err != nil {
		return actor, c, err
	}
	if c.PasswordHash == "" {
		return actor, c, errs.New(errs.CodeUnauthenticated, "Sign in to do this.")
	}
	ticket, err := s.attempts.Take(ctx, attempt.Password,
		attempt.Limit{Subject: "address " + fold(c.Email), Max: passwordsAccount, Window: passwordsWindow})
	if err != nil {
		return actor, c, err
	}
	right, err := s.Passwords.Verify(ctx, given, c.PasswordHash)
	if err != nil {
		return actor, c, err
	}
	if !right {
		return actor, c, errs.New(errs.CodeUnauthenticated, "The password is wrong.").At("input", field)
	}
	return actor, c, s.attempts.Return(ctx, ticket)
}

// setPassword writes a new hash in the transaction of ctx, ends all sessions but
// one, and has the person told.
func (s *Service) setPassword(ctx context.Context, c credential, hash string, keep *id.Session) error {
	if _, err := s.exec(ctx, "set a password", `UPDATE credential SET password_hash = ?, updated_at = ? WHERE user_id = ?`,
		hash, s.now(), c.UserID); err != nil {
		return err
	}
	if _, err := s.exec(ctx, "drop resets", `DELETE FROM password_reset WHERE user_id = ?`, c.UserID); err != nil {
		return err
	}
	if _, err := s.endSessions(ctx, c.UserID, keep); err != nil {
		return err
	}
	_, err := job.Enqueue(ctx, s.db, JobPasswordChanged, AddressArguments{c.Email})
	return err
}

// SendPasswordChanged tells a person that the password is another one now.
func (s *Service) SendPasswordChanged(ctx context.Context, a AddressArguments) error {
	return s.Mail.Send(ctx, mail.PasswordChanged(a.Email, s.PublicURL))
}

// RequestPasswordReset asks for a mail. Whether the address has an account is
// looked up when the mail is sent.
func (s *Service) RequestPasswordReset(ctx context.Context, input RequestPasswordResetInput) (*RequestPasswordResetPayload, error) {
	if err := s.requestMail(ctx, JobReset, input.Email); err != nil {
		return nil, err
	}
	return &RequestPasswordResetPayload{Email: &input.Email}, nil
}

// SendReset sends a code to an address that has an account.
func (s *Service) SendReset(ctx context.Context, a AddressArguments) error {
	var c credential
	err := s.scan(ctx, "look up an account", &c, `SELECT c.user_id, c.email, c.password_hash FROM credential AS c
		JOIN app_user AS u ON u.id = c.user_id AND u.deleted_at IS NULL WHERE c.folded_email = ? AND c.disabled_at IS NULL`, fold(a.Email))
	if err != nil || c.PasswordHash == "" {
		return err
	}
	code, now := auth.NewSecret(), s.now()
	_, err = s.exec(ctx, "keep a code", `INSERT INTO password_reset (id, user_id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
		uuid.Must(uuid.NewV7()), c.UserID, auth.HashSecret(code), now, now.Add(resetLife))
	if err != nil {
		return err
	}
	return s.Mail.Send(ctx, mail.PasswordReset(c.Email, code, s.PublicURL))
}

// ResetPassword sets a new password with the code of a mail. All sessions and
// access tokens end, as somebody else may have made them.
func (s *Service) ResetPassword(ctx context.Context, input ResetPasswordInput) (*ResetPasswordPayload, error) {
	var c credential
	const valid = ` FROM password_reset AS r JOIN credential AS c ON c.user_id = r.user_id AND c.disabled_at IS NULL
		JOIN app_user AS u ON u.id = c.user_id AND u.deleted_at IS NULL WHERE r.token_hash = ? AND r.expires_at > ?`
	err := s.scan(ctx, "look up a code", &c, `SELECT c.user_id, c.email, c.password_hash, u.handle`+valid, auth.HashSecret(input.Token), s.now())
	if err != nil {
		return nil, err
	}
	if c.PasswordHash == "" {
		return nil, badCode()
	}
	if err := checkPassword(input.NewPassword, "newPassword", c.Email, c.Handle); err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, input.NewPassword)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		// Deleted by whoever comes first; the other finds nothing.
		count, err := s.exec(ctx, "use a code", `DELETE FROM password_reset WHERE token_hash = ?`, auth.HashSecret(input.Token))
		if err != nil {
			return err
		}
		if count == 0 {
			return badCode()
		}
		if err := s.setPassword(ctx, c, hash, nil); err != nil {
			return err
		}
		if err := s.endAccessTokens(ctx, c.UserID); err != nil {
			return err
		}
		return s.attempts.Forget(ctx, attempt.Password, "address "+fold(c.Email))
	})
	if err != nil {
		return nil, err
	}
	s.forget()
	return &ResetPasswordPayload{UserID: &c.UserID}, nil
}
