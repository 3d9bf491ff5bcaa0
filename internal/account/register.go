package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/account/attempt"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
)

// The background work of this package, all of it mails.
const (
	// JobVerification answers a registration.
	JobVerification job.Kind = "account.verification"
	// JobVerificationAgain answers the newest registration of an address once more.
	JobVerificationAgain job.Kind = "account.verification-again"
	// JobReset answers somebody who forgot a password.
	JobReset job.Kind = "account.reset"
	// JobPasswordChanged tells a person that the password is another one now.
	JobPasswordChanged job.Kind = "account.password-changed"
)

// VerificationArguments are those of JobVerification.
type VerificationArguments struct {
	Registration uuid.UUID `json:"registration"`
}

// AddressArguments are those of jobs about an address, whoever has it.
type AddressArguments struct {
	Email string `json:"email"`
}

// mailsAccount and mailsNetwork bound how many mails can be asked for.
const (
	mailsAccount = 5
	mailsNetwork = 30
	mailsWindow  = time.Hour
)

type registration struct {
	ID           uuid.UUID
	Email        string
	FoldedEmail  string
	Handle       string
	DisplayName  string
	PasswordHash string
}

// Register takes a request for an account. The work and the answer are the same
// for every address: whether it has an account is looked up when the mail is sent.
func (s *Service) Register(ctx context.Context, input RegisterInput) (*RegisterPayload, error) {
	if err := s.Passwords.Room(); err != nil {
		return nil, err
	}
	if err := errors.Join(
		checkPassword(input.Password, "password", input.Email, input.Handle),
		s.checkHandle(ctx, input.Handle)); err != nil {
		return nil, err
	}
	if err := s.takeMail(ctx, input.Email); err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, input.Password)
	if err != nil {
		return nil, err
	}
	r := registration{uuid.Must(uuid.NewV7()), input.Email, fold(input.Email), input.Handle, input.DisplayName, hash}
	now := s.now()
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.exec(ctx, "register", `INSERT INTO registration
			(id, email, folded_email, handle, display_name, password_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, r.Email, r.FoldedEmail, r.Handle, r.DisplayName, r.PasswordHash, now, now.Add(verificationLife))
		if err != nil {
			return err
		}
		_, err = job.Enqueue(ctx, s.db, JobVerification, VerificationArguments{r.ID})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &RegisterPayload{Email: &input.Email}, nil
}

// ResendVerification asks for the mail of a registration once more.
func (s *Service) ResendVerification(ctx context.Context, input ResendVerificationInput) (*ResendVerificationPayload, error) {
	if err := s.requestMail(ctx, JobVerificationAgain, input.Email); err != nil {
		return nil, err
	}
	return &ResendVerificationPayload{Email: &input.Email}, nil
}

// requestMail enqueues a job about an address.
func (s *Service) requestMail(ctx context.Context, kind job.Kind, email string) error {
	if err := s.takeMail(ctx, email); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := job.Enqueue(ctx, s.db, kind, AddressArguments{email})
		return err
	})
}

func (s *Service) takeMail(ctx context.Context, email string) error {
	_, err := s.attempts.Take(ctx, attempt.Mail,
		attempt.Limit{Subject: "address " + fold(email), Max: mailsAccount, Window: mailsWindow},
		attempt.Limit{Subject: network(ctx), Max: mailsNetwork, Window: mailsWindow})
	return err
}

// network is the subject of limits by client; "" where nobody is to be limited.
func network(ctx context.Context) string {
	if n := auth.ClientOf(ctx).Network(); n != "" {
		return "network " + n
	}
	return ""
}

func checkPassword(given, field string, forbidden ...string) error {
	if e := password.Check(given, forbidden...); e != nil {
		return e.At("input", field)
	}
	return nil
}

// checkHandle refuses a handle that is taken. Handles are public, so that tells
// nothing about addresses.
func (s *Service) checkHandle(ctx context.Context, handle string) error {
	var taken bool
	err := s.scan(ctx, "look up a handle", &taken,
		`SELECT EXISTS (SELECT FROM app_user WHERE lower(handle) = lower(?) AND deleted_at IS NULL)`, handle)
	if err == nil && taken {
		return errs.Conflict("The handle is taken; choose another one.").At("input", "handle")
	}
	return err
}

// SendVerification sends the mail of a registration: a code, or, to an address
// that has an account already, the news that somebody tried.
func (s *Service) SendVerification(ctx context.Context, a VerificationArguments) error {
	var r registration
	err := s.scan(ctx, "read a registration", &r, `SELECT id, email, folded_email, handle, display_name, password_hash
		FROM registration WHERE id = ? AND expires_at > ?`, a.Registration, s.now())
	if err != nil || r.ID == uuid.Nil {
		return err
	}
	var known bool
	err = s.scan(ctx, "look up an address", &known, `SELECT EXISTS (SELECT FROM credential WHERE folded_email = ?)`, r.FoldedEmail)
	if err != nil {
		return err
	}
	if known {
		if _, err := s.exec(ctx, "drop a registration", `DELETE FROM registration WHERE id = ?`, r.ID); err != nil {
			return err
		}
		return s.Mail.Send(ctx, mail.AddressKnown(r.Email, s.PublicURL))
	}
	// Made at the last moment: no code lies about in the arguments of a job.
	code := auth.NewSecret()
	if _, err := s.exec(ctx, "keep a code", `UPDATE registration SET token_hash = ? WHERE id = ?`, auth.HashSecret(code), r.ID); err != nil {
		return err
	}
	return s.Mail.Send(ctx, mail.Verification(r.Email, r.Handle, code, s.PublicURL))
}

// SendVerificationAgain sends the mail of the newest registration of an address,
// if there is one.
func (s *Service) SendVerificationAgain(ctx context.Context, a AddressArguments) error {
	var newest uuid.UUID
	err := s.scan(ctx, "find a registration", &newest, `SELECT id FROM registration
		WHERE folded_email = ? AND expires_at > ? ORDER BY created_at DESC LIMIT 1`, fold(a.Email), s.now())
	if err != nil || newest == uuid.Nil {
		return err
	}
	return s.SendVerification(ctx, VerificationArguments{newest})
}

// VerifyEmail makes an account of a registration.
func (s *Service) VerifyEmail(ctx context.Context, input VerifyEmailInput) (*VerifyEmailPayload, error) {
	var person id.User
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var r registration
		err := s.scan(ctx, "read a registration", &r, `SELECT id, email, folded_email, handle, display_name, password_hash
			FROM registration WHERE token_hash = ? AND expires_at > ? FOR UPDATE`, auth.HashSecret(input.Token), s.now())
		if err != nil {
			return err
		}
		if r.ID == uuid.Nil {
			return badCode()
		}
		handle := r.Handle
		if input.Handle != nil {
			handle = *input.Handle
		}
		if person, err = s.create(ctx, r.Email, handle, r.DisplayName, r.PasswordHash); err != nil {
			return err
		}
		// Other requests for the address, whoever made them, are void.
		_, err = s.exec(ctx, "drop registrations", `DELETE FROM registration WHERE folded_email = ?`, r.FoldedEmail)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &VerifyEmailPayload{UserID: &person}, nil
}

func badCode() *errs.Error {
	return errs.BadUserInput("The code is wrong, used or expired.").At("input", "token")
}

// create writes profile and credential in the transaction of ctx.
func (s *Service) create(ctx context.Context, email, handle, displayName, hash string) (id.User, error) {
	person, err := s.Profiles.Create(ctx, handle, displayName)
	if errs.CodeOf(err) == errs.CodeConflict {
		return person, errs.Conflict("The handle is taken; choose another one.").At("input", "handle")
	}
	if err != nil {
		return person, err
	}
	now := s.now()
	_, err = s.exec(ctx, "create a credential", `INSERT INTO credential
		(user_id, email, folded_email, password_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
		person, email, fold(email), hash, now, now)
	if errs.CodeOf(err) == errs.CodeConflict {
		return person, errs.Conflict("The address has an account; sign in, or reset the password.").At("input", "token").Because(err)
	}
	return person, err
}

// Create makes an account at once, without a mail: for operators.
func (s *Service) Create(ctx context.Context, input RegisterInput) (person id.User, err error) {
	if err := errors.Join(checkEmail(input.Email), checkPassword(input.Password, "password", input.Email, input.Handle)); err != nil {
		return person, err
	}
	hash, err := s.Passwords.Hash(ctx, input.Password)
	if err != nil {
		return person, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		person, err = s.create(ctx, input.Email, input.Handle, input.DisplayName, hash)
		return err
	})
	if err != nil {
		return person, fmt.Errorf("create an account: %w", err)
	}
	return person, nil
}
