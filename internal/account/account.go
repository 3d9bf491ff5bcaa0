// Package account signs people in: registration, passwords, sessions and
// personal access tokens.
//
// What a person shows to others is no business of this package: it knows their
// id, and asks Profiles for a public profile once an address is confirmed.
// Answers about an address are the same whether an account has it or not, and so
// is the work that a request does; what differs is the mail.
//
// Errors: those about values of an input point to them (errs.Error.Path) and
// become userErrors; UNAUTHENTICATED for a token that is not good, RATE_LIMITED
// for too many tries, UNAVAILABLE while too many passwords are being checked.
package account

import (
	"context"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/id"
)

// Viewer is a person as they see themselves.
type Viewer struct {
	ID          id.User
	Handle      string
	DisplayName string
	Email       string
}

// SessionMode is how a session keeps its refresh token.
type SessionMode string

// The modes.
const (
	ModeToken  SessionMode = "TOKEN"
	ModeCookie SessionMode = "COOKIE"
)

// Session is a device where a person signed in.
type Session struct {
	ID         id.Session
	UserID     id.User
	Device     string
	Mode       SessionMode
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	EndsAt     time.Time
	RevokedAt  *time.Time
}

// Current reports whether the request of ctx uses the session.
func (s *Session) Current(ctx context.Context) bool {
	current := auth.ActorOf(ctx).Session
	return current != nil && *current == s.ID
}

// AccessToken is a token for scripts, without its secret.
type AccessToken struct {
	ID         id.AccessToken
	UserID     id.User
	Name       string
	Scope      auth.Scope
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

// SessionCredentials are what a signed-in client needs for its next requests.
type SessionCredentials struct {
	AccessToken string
	ExpiresAt   time.Time
	// RefreshToken is nil when the cookie holds it.
	RefreshToken     *string
	RefreshExpiresAt time.Time
	SessionID        id.Session
}
