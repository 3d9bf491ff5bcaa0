package account

import (
	"context"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// accessPrefix tells a personal access token from a signed one, for people and for
// tools that look for secrets in repositories.
const accessPrefix = "nxp_"

// CreateAccessToken makes a token for a script of the actor and returns its secret,
// of which only a hash is kept.
func (s *Service) CreateAccessToken(ctx context.Context, input CreateAccessTokenInput) (*CreateAccessTokenPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	if input.Scope != auth.ScopeRead && input.Scope != auth.ScopeWrite {
		return nil, errs.BadUserInput("An access token takes the scope READ or WRITE.").At("input", "scope")
	}
	secret, now := accessPrefix+auth.NewSecret(), s.now()
	created := &AccessToken{
		ID: id.New[id.AccessToken](), UserID: *actor.User, Name: input.Name, Scope: input.Scope,
		CreatedAt: now, ExpiresAt: now.Add(time.Duration(input.ExpiresInDays) * 24 * time.Hour),
	}
	// One statement, so that parallel requests are counted by the lock on the person.
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var live int
		if err := s.scan(ctx, "count access tokens", &live, `WITH person AS (SELECT id FROM app_user WHERE id = ? FOR UPDATE)
			SELECT count(*) FROM access_token JOIN person ON user_id = person.id WHERE revoked_at IS NULL AND expires_at > ?`,
			*actor.User, now); err != nil {
			return err
		}
		if live >= maxAccessTokens {
			return errs.Conflict("You have %d access tokens, which is the limit; revoke one first.", live).At("input")
		}
		_, err := s.exec(ctx, "create an access token", `INSERT INTO access_token
			(id, user_id, name, token_hash, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			created.ID, created.UserID, created.Name, auth.HashSecret(secret), created.Scope, now, created.ExpiresAt)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &CreateAccessTokenPayload{AccessToken: created, Secret: &secret}, nil
}

// RevokeAccessToken ends a token of the actor.
func (s *Service) RevokeAccessToken(ctx context.Context, input RevokeAccessTokenInput) (*RevokeAccessTokenPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	count, err := s.exec(ctx, "end an access token", `UPDATE access_token SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL`,
		s.now(), input.ID, *actor.User)
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, errs.NotFound("You have no such access token.").At("input", "id")
	}
	s.forget()
	return &RevokeAccessTokenPayload{AccessTokenID: &input.ID}, nil
}

// AccessTokensOf returns the access tokens of the actor that still work, newest
// first; none for other people.
func (s *Service) AccessTokensOf(ctx context.Context, people []id.User) (map[id.User][]*AccessToken, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeAccount)
	if err != nil {
		return nil, err
	}
	var tokens []*AccessToken
	err = s.scan(ctx, "list access tokens", &tokens, `SELECT id, user_id, name, scope, created_at, expires_at, last_used_at FROM access_token
		WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY created_at DESC, id DESC LIMIT ?`, *actor.User, s.now(), maxAccessTokens)
	return ofActor(people, *actor.User, tokens), err
}

func (s *Service) endAccessTokens(ctx context.Context, person id.User) error {
	_, err := s.exec(ctx, "end access tokens", `UPDATE access_token SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL`, s.now(), person)
	return err
}
