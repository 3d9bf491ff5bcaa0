package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// A refresh token is refreshPrefix and, in base64, the session's id, a secret and
// a tag. The first secret of a session is random; each next one is the HMAC of the
// token before it, so that a retry gets the same successor although only hashes
// are stored. The tag proves that the server made the token: one that is no longer
// stored was used before.
const (
	refreshPrefix = "nxr_"
	tagSize       = 8
	refreshSize   = 16 + sha256.Size + tagSize
	// leeway is how long the use of a token once more counts as a retry: two
	// windows of a browser, or an answer that was lost.
	leeway = 10 * time.Second
)

func (s *Service) firstRefreshToken(session id.Session) string {
	return s.refreshToken(session.UUID, auth.HashSecret(auth.NewSecret()))
}

func (s *Service) nextRefreshToken(session id.Session, used string) string {
	return s.refreshToken(session.UUID, s.mac("successor", []byte(used)))
}

func (s *Service) refreshToken(session uuid.UUID, secret []byte) string {
	body := append(session[:], secret...)
	body = append(body, s.mac("tag", body)[:tagSize]...)
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(body)
}

func (s *Service) mac(purpose string, message []byte) []byte {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(purpose + "\x00"))
	mac.Write(message)
	return mac.Sum(nil)
}

// sessionOf returns the session that a refresh token was made for; false when the
// server did not make it.
func (s *Service) sessionOf(refresh string) (id.Session, bool) {
	encoded, ok := strings.CutPrefix(refresh, refreshPrefix)
	body, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(body) != refreshSize {
		return id.Session{}, false
	}
	tag := s.mac("tag", body[:refreshSize-tagSize])[:tagSize]
	return id.Of[id.Session](uuid.UUID(body[:16])), subtle.ConstantTimeCompare(tag, body[refreshSize-tagSize:]) == 1
}

// RefreshSession exchanges a refresh token for new tokens.
func (s *Service) RefreshSession(ctx context.Context, input RefreshSessionInput) (*RefreshSessionPayload, error) {
	refresh, fromCookie := presented(ctx, input.RefreshToken)
	session, next, err := s.rotate(ctx, refresh)
	if err != nil {
		return nil, err
	}
	if next == "" {
		if fromCookie {
			auth.ClientOf(ctx).SetRefreshToken("", time.Time{})
		}
		return nil, errs.New(errs.CodeUnauthenticated, "The refresh token is not valid; sign in again.").At("input", "refreshToken")
	}
	credentials, err := s.credentials(ctx, session, next)
	if err != nil {
		return nil, err
	}
	return &RefreshSessionPayload{Session: credentials}, nil
}

// presented returns the refresh token that a request brings along.
func presented(ctx context.Context, given *string) (refresh string, fromCookie bool) {
	if given != nil {
		return *given, false
	}
	client := auth.ClientOf(ctx)
	return client.RefreshToken, client.RefreshToken != "" && client.SetRefreshToken != nil
}

// rotate uses a refresh token up and returns its successor, "" when it is not good.
// One that was used before the leeway ends its session, whoever holds the others:
// it was stolen, or its owner was robbed.
func (s *Service) rotate(ctx context.Context, refresh string) (session Session, next string, err error) {
	sessionID, made := s.sessionOf(refresh)
	if !made {
		return session, "", nil
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		session, err = s.lockSession(ctx, sessionID)
		if err != nil || session.ID != sessionID {
			return err
		}
		newest, known, err := s.newest(ctx, session.ID, refresh)
		if err != nil {
			return err
		}
		if !known {
			s.Log.WarnContext(ctx, "a used refresh token came again; its session has ended", "session", session.ID.String())
			_, err := s.exec(ctx, "end a session", `UPDATE session SET revoked_at = ? WHERE id = ?`, s.now(), session.ID)
			return err
		}
		if next = newest; next != refresh {
			return nil // a retry
		}
		next = s.nextRefreshToken(session.ID, refresh)
		return s.replace(ctx, &session, refresh, next)
	})
	if err != nil {
		return session, "", err
	}
	return session, next, nil
}

// lockSession returns a session that is alive, the zero value when it is not.
func (s *Service) lockSession(ctx context.Context, wanted id.Session) (session Session, err error) {
	now := s.now()
	err = s.scan(ctx, "lock a session", &session, `SELECT s.id, s.user_id, s.device, s.mode, s.created_at, s.last_used_at, s.expires_at, s.ends_at
		FROM session AS s JOIN app_user AS u ON u.id = s.user_id AND u.deleted_at IS NULL
		JOIN credential AS c ON c.user_id = u.id AND c.disabled_at IS NULL
		WHERE s.id = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND s.ends_at > ? FOR UPDATE OF s`, wanted, now, now)
	return session, err
}

// newest follows the successors of a token to the one that is not used yet. A
// token that is not stored, or was used before the leeway, is not known.
func (s *Service) newest(ctx context.Context, session id.Session, refresh string) (newest string, known bool, err error) {
	var stored []struct {
		TokenHash []byte
		UsedAt    *time.Time
	}
	err = s.scan(ctx, "read refresh tokens", &stored, `SELECT token_hash, used_at FROM refresh_token WHERE session_id = ?`, session)
	if err != nil {
		return "", false, err
	}
	used := map[string]*time.Time{}
	for _, row := range stored {
		used[string(row.TokenHash)] = row.UsedAt
	}
	at, known := used[string(auth.HashSecret(refresh))]
	if !known || at != nil && s.now().Sub(*at) > leeway {
		return "", false, nil
	}
	for newest = refresh; used[string(auth.HashSecret(newest))] != nil; {
		newest = s.nextRefreshToken(session, newest)
	}
	return newest, true, nil
}

// replace uses a token up, forgets those whose leeway is over, and keeps the
// successor.
func (s *Service) replace(ctx context.Context, session *Session, used, next string) error {
	now := s.now()
	session.LastUsedAt, session.ExpiresAt = now, now.Add(refreshLife)
	if session.ExpiresAt.After(session.EndsAt) {
		session.ExpiresAt = session.EndsAt
	}
	for _, step := range []struct {
		sql    string
		values []any
	}{
		{`DELETE FROM refresh_token WHERE session_id = ? AND used_at < ?`, []any{session.ID, now.Add(-leeway)}},
		{`UPDATE refresh_token SET used_at = ? WHERE token_hash = ?`, []any{now, auth.HashSecret(used)}},
		{`INSERT INTO refresh_token (session_id, token_hash, created_at) VALUES (?, ?, ?)`, []any{session.ID, auth.HashSecret(next), now}},
		{`UPDATE session SET last_used_at = ?, expires_at = ? WHERE id = ?`, []any{now, session.ExpiresAt, session.ID}},
	} {
		if _, err := s.exec(ctx, "rotate a refresh token", step.sql, step.values...); err != nil {
			return err
		}
	}
	return nil
}

// Logout ends the session of a refresh token, of the cookie, or of the request.
func (s *Service) Logout(ctx context.Context, input LogoutInput) (*LogoutPayload, error) {
	var ended *id.Session
	refresh, fromCookie := presented(ctx, input.RefreshToken)
	if session, made := s.sessionOf(refresh); made {
		ended = &session
	} else if input.RefreshToken == nil {
		ended = auth.ActorOf(ctx).Session
	}
	if fromCookie {
		auth.ClientOf(ctx).SetRefreshToken("", time.Time{})
	}
	if ended == nil {
		return &LogoutPayload{}, nil
	}
	count, err := s.exec(ctx, "end a session", `UPDATE session SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`, s.now(), *ended)
	if err != nil || count == 0 {
		return &LogoutPayload{}, err
	}
	s.forget()
	return &LogoutPayload{SessionID: ended}, nil
}

// LogoutEverywhere ends the sessions of the actor.
func (s *Service) LogoutEverywhere(ctx context.Context, input LogoutEverywhereInput) (*LogoutEverywherePayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	var keep *id.Session
	if input.KeepCurrent {
		keep = actor.Session
	}
	count, err := s.endSessions(ctx, *actor.User, keep)
	if err != nil {
		return nil, err
	}
	return &LogoutEverywherePayload{Count: new(int32(count))}, nil //nolint:gosec // a person has 100 sessions at most
}

// endSessions ends all sessions of a person but one.
func (s *Service) endSessions(ctx context.Context, person id.User, keep *id.Session) (int64, error) {
	now := s.now()
	count, err := s.exec(ctx, "end sessions", `UPDATE session SET revoked_at = ?
		WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? AND id IS DISTINCT FROM CAST(? AS uuid)`, now, person, now, keep)
	s.forget()
	return count, err
}

// RevokeSession ends one session of the actor.
func (s *Service) RevokeSession(ctx context.Context, input RevokeSessionInput) (*RevokeSessionPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	now := s.now()
	count, err := s.exec(ctx, "end a session", `UPDATE session SET revoked_at = ?
		WHERE id = ? AND user_id = ? AND revoked_at IS NULL AND expires_at > ?`, now, input.ID, *actor.User, now)
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, errs.NotFound("You have no such session.").At("input", "id")
	}
	s.forget()
	return &RevokeSessionPayload{SessionID: &input.ID}, nil
}

// SessionsOf returns the live sessions of the actor, the one used last first;
// none for other people.
func (s *Service) SessionsOf(ctx context.Context, people []id.User) (map[id.User][]*Session, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	var sessions []*Session
	err = s.scan(ctx, "list sessions", &sessions, `SELECT id, user_id, device, mode, created_at, last_used_at, expires_at, ends_at FROM session
		WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY last_used_at DESC, id DESC LIMIT ?`, *actor.User, s.now(), maxSessions)
	return ofActor(people, *actor.User, sessions), err
}

// ofActor gives the actor what is theirs, and other people nothing.
func ofActor[T any](people []id.User, actor id.User, items []T) map[id.User][]T {
	all := map[id.User][]T{}
	for _, person := range people {
		if person == actor {
			all[person] = items
		}
	}
	return all
}
