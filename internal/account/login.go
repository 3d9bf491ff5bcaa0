package account

import (
	"context"
	"strings"
	"time"

	"github.com/project-nexus/nexus/internal/account/attempt"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// How many wrong passwords are checked within a window, for one account and for
// all that one client tries.
const (
	passwordsAccount = 10
	passwordsNetwork = 100
	passwordsWindow  = 15 * time.Minute
)

// maxDevice bounds the name of a device, in bytes.
const maxDevice = 200

type credential struct {
	UserID       id.User
	Handle       string
	Email        string
	PasswordHash string
	Disabled     bool
}

// Login checks a password and begins a session. A wrong address, a wrong password
// and an account that was disabled look the same and cost the same.
func (s *Service) Login(ctx context.Context, input LoginInput) (*LoginPayload, error) {
	if input.Mode == ModeCookie && auth.ClientOf(ctx).SetRefreshToken == nil {
		return nil, errs.BadUserInput("A cookie can be set over HTTP only.").At("input", "mode")
	}
	if err := s.Passwords.Room(); err != nil {
		return nil, err
	}
	ticket, err := s.attempts.Take(ctx, attempt.Password,
		attempt.Limit{Subject: "address " + fold(input.Email), Max: passwordsAccount, Window: passwordsWindow},
		attempt.Limit{Subject: network(ctx), Max: passwordsNetwork, Window: passwordsWindow})
	if err != nil {
		return nil, err
	}
	var c credential
	err = s.scan(ctx, "look up an account", &c, `SELECT c.user_id, c.email, c.password_hash, c.disabled_at IS NOT NULL AS disabled
		FROM credential AS c JOIN app_user AS u ON u.id = c.user_id AND u.deleted_at IS NULL
		WHERE c.folded_email = ?`, fold(input.Email))
	if err != nil {
		return nil, err
	}
	hash := c.PasswordHash
	if hash == "" {
		hash = password.Dummy()
	}
	right, err := s.Passwords.Verify(ctx, input.Password, hash)
	if err != nil {
		return nil, err
	}
	if !right || c.PasswordHash == "" || c.Disabled {
		return nil, errs.New(errs.CodeUnauthenticated, "The e-mail address or the password is wrong.").At("input")
	}
	if err := s.attempts.Return(ctx, ticket); err != nil {
		return nil, err
	}
	credentials, err := s.begin(ctx, c.UserID, input)
	if err != nil {
		return nil, err
	}
	return &LoginPayload{Session: credentials}, nil
}

// begin writes a session with its first refresh token.
func (s *Service) begin(ctx context.Context, person id.User, input LoginInput) (*SessionCredentials, error) {
	now := s.now()
	session := Session{
		ID: id.New[id.Session](), UserID: person, Device: deviceOf(ctx, input), Mode: input.Mode,
		CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(refreshLife), EndsAt: now.Add(sessionLife),
	}
	refresh := s.firstRefreshToken(session.ID)
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.db.Handle(ctx).Create(&session).Error; err != nil {
			return err
		}
		if _, err := s.exec(ctx, "keep a refresh token", `INSERT INTO refresh_token (session_id, token_hash, created_at) VALUES (?, ?, ?)`,
			session.ID, auth.HashSecret(refresh), now); err != nil {
			return err
		}
		// Whoever signs in again and again leaves no heap of sessions behind.
		_, err := s.exec(ctx, "end the oldest sessions", `UPDATE session SET revoked_at = ? WHERE id IN (
			SELECT id FROM session WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?
			ORDER BY last_used_at DESC, id DESC OFFSET ?)`, now, person, now, maxSessions)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.credentials(ctx, session, refresh)
}

// credentials signs an access token and hands the refresh token out, by the
// answer or by the cookie.
func (s *Service) credentials(ctx context.Context, session Session, refresh string) (*SessionCredentials, error) {
	access, expires, err := s.Keys.Sign(ctx, token.Claims{User: session.UserID, Session: session.ID})
	if err != nil {
		return nil, err
	}
	c := &SessionCredentials{
		AccessToken: access, ExpiresAt: expires,
		RefreshToken: &refresh, RefreshExpiresAt: session.ExpiresAt, SessionID: session.ID,
	}
	if session.Mode != ModeCookie {
		return c, nil
	}
	keep := auth.ClientOf(ctx).SetRefreshToken
	if keep == nil {
		return nil, errs.BadUserInput("This session keeps its token in a cookie, which can be set over HTTP only.").At("input", "refreshToken")
	}
	keep(refresh, session.ExpiresAt)
	c.RefreshToken = nil
	return c, nil
}

func deviceOf(ctx context.Context, input LoginInput) string {
	device := auth.ClientOf(ctx).UserAgent
	if input.Device != nil {
		device = *input.Device
	}
	if device == "" {
		return "unknown"
	}
	return strings.ToValidUTF8(device[:min(len(device), maxDevice)], "")
}
