package account

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	// recheck is how long a verified token is believed without a look at the
	// database: so long does it take until a revocation reaches every request.
	recheck = 5 * time.Second
	// maxKnown bounds how many tokens are remembered.
	maxKnown = 10_000
	// maxBearer bounds a token that is looked at at all, in bytes.
	maxBearer = 4 << 10
)

// verified is what is remembered of a good token.
type verified struct {
	actor   auth.Actor
	at      time.Time
	expires time.Time
}

// Authenticate returns whom a bearer token speaks for: a signed access token of a
// session, or a personal access token. Whatever is wrong with it, the error is the
// same UNAUTHENTICATED; its cause is for logs at level debug.
func (s *Service) Authenticate(ctx context.Context, bearer string) (auth.Actor, error) {
	if len(bearer) > maxBearer {
		return auth.Actor{}, notValid()
	}
	key, now := sha256.Sum256([]byte(bearer)), s.now()
	if v, ok := s.known.GetIfPresent(key); ok && now.Sub(v.at) < recheck && now.Before(v.expires) {
		return v.actor, nil
	}
	check := s.authenticateSession
	if strings.HasPrefix(bearer, accessPrefix) {
		check = s.authenticateScript
	}
	v, err := check(ctx, bearer)
	if err != nil {
		return auth.Actor{}, err
	}
	v.at = now
	s.known.Set(key, v)
	return v.actor, nil
}

func notValid() *errs.Error {
	return errs.New(errs.CodeUnauthenticated, "The token is not valid; sign in or refresh the session.")
}

// forget makes this process look at the database again at once; others do so
// within recheck.
func (s *Service) forget() { s.known.InvalidateAll() }

// Renew returns an actor as they are now, for a connection that outlives its
// token: with the rights of today, or UNAUTHENTICATED when the session or access
// token has ended or the account may not sign in any more. It always looks at the
// database. A visitor stays one.
func (s *Service) Renew(ctx context.Context, actor auth.Actor) (auth.Actor, error) {
	var v verified
	var err error
	switch {
	case actor.User == nil:
		return actor, nil
	case actor.Session != nil:
		v, err = s.ofSession(ctx, *actor.User, *actor.Session)
	case actor.AccessToken != nil:
		v, err = s.ofScript(ctx, "t.id = ?", *actor.AccessToken)
	default:
		err = notValid()
	}
	return v.actor, err
}

func (s *Service) authenticateSession(ctx context.Context, bearer string) (v verified, err error) {
	claims, err := s.Keys.Verify(ctx, bearer)
	if errs.CodeOf(err) == errs.CodeUnauthenticated {
		return v, notValid().Because(err)
	}
	if err != nil {
		return v, err
	}
	v, err = s.ofSession(ctx, claims.User, claims.Session)
	v.expires = claims.Expires
	return v, err
}

// ofSession returns the actor of a session that is alive.
func (s *Service) ofSession(ctx context.Context, person id.User, session id.Session) (v verified, err error) {
	var row struct {
		ID    uuid.UUID
		Admin bool
	}
	now := s.now()
	err = s.scan(ctx, "look at a session", &row, `SELECT u.id, u.role = 'ADMIN' AS admin FROM session AS s
		JOIN app_user AS u ON u.id = s.user_id AND u.deleted_at IS NULL
		JOIN credential AS c ON c.user_id = u.id AND c.disabled_at IS NULL
		WHERE s.id = ? AND s.user_id = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND s.ends_at > ?`, session, person, now, now)
	if err != nil {
		return v, err
	}
	if row.ID == uuid.Nil {
		return v, notValid()
	}
	v.actor = auth.Actor{User: &person, Admin: row.Admin, Session: &session, Scope: auth.ScopeAccount}
	return v, nil
}

func (s *Service) authenticateScript(ctx context.Context, bearer string) (v verified, err error) {
	v, err = s.ofScript(ctx, "t.token_hash = ?", auth.HashSecret(bearer))
	if err != nil {
		return v, err
	}
	// To the minute, so that a busy script does not write with every request.
	now := s.now()
	_, err = s.exec(ctx, "note the use of an access token", `UPDATE access_token SET last_used_at = ?
		WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)`, now, *v.actor.AccessToken, now.Add(-time.Minute))
	return v, err
}

// ofScript returns the actor of the access token that a condition on the table t
// finds, while it is alive.
func (s *Service) ofScript(ctx context.Context, which string, value any) (v verified, err error) {
	var row struct {
		ID        uuid.UUID
		UserID    uuid.UUID
		Admin     bool
		Scope     auth.Scope
		ExpiresAt time.Time
	}
	err = s.scan(ctx, "look at an access token", &row, `SELECT t.id, t.user_id, u.role = 'ADMIN' AS admin, t.scope, t.expires_at FROM access_token AS t
		JOIN app_user AS u ON u.id = t.user_id AND u.deleted_at IS NULL
		JOIN credential AS c ON c.user_id = u.id AND c.disabled_at IS NULL
		WHERE `+which+` AND t.revoked_at IS NULL AND t.expires_at > ?`, value, s.now())
	if err != nil {
		return v, err
	}
	if row.ID == uuid.Nil {
		return v, notValid()
	}
	person, script := id.Of[id.User](row.UserID), id.Of[id.AccessToken](row.ID)
	v.actor = auth.Actor{User: &person, Admin: row.Admin, AccessToken: &script, Scope: row.Scope}
	v.expires = row.ExpiresAt
	return v, nil
}

// Viewer returns the actor of ctx, nil for a visitor.
func (s *Service) Viewer(ctx context.Context) (*Viewer, error) {
	actor := auth.ActorOf(ctx)
	if actor.User == nil {
		return nil, nil //nolint:nilnil // null without an error, as the schema says
	}
	var viewers []*Viewer
	err := s.scan(ctx, "read an account", &viewers, `SELECT u.id, u.handle, u.display_name, c.email FROM app_user AS u
		JOIN credential AS c ON c.user_id = u.id WHERE u.id = ? AND u.deleted_at IS NULL`, *actor.User)
	if err != nil || len(viewers) == 0 {
		return nil, err
	}
	return viewers[0], nil
}
