package account

import (
	"context"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Service signs people in.
type Service struct{}

// Register is not there yet.
func (s *Service) Register(context.Context, RegisterInput) (*RegisterPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// VerifyEmail is not there yet.
func (s *Service) VerifyEmail(context.Context, VerifyEmailInput) (*VerifyEmailPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// ResendVerification is not there yet.
func (s *Service) ResendVerification(context.Context, ResendVerificationInput) (*ResendVerificationPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// Login is not there yet.
func (s *Service) Login(context.Context, LoginInput) (*LoginPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// RefreshSession is not there yet.
func (s *Service) RefreshSession(context.Context, RefreshSessionInput) (*RefreshSessionPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// Logout is not there yet.
func (s *Service) Logout(context.Context, LogoutInput) (*LogoutPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// LogoutEverywhere is not there yet.
func (s *Service) LogoutEverywhere(context.Context, LogoutEverywhereInput) (*LogoutEverywherePayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// ChangePassword is not there yet.
func (s *Service) ChangePassword(context.Context, ChangePasswordInput) (*ChangePasswordPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// RequestPasswordReset is not there yet.
func (s *Service) RequestPasswordReset(context.Context, RequestPasswordResetInput) (*RequestPasswordResetPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// ResetPassword is not there yet.
func (s *Service) ResetPassword(context.Context, ResetPasswordInput) (*ResetPasswordPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// RevokeSession is not there yet.
func (s *Service) RevokeSession(context.Context, RevokeSessionInput) (*RevokeSessionPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// DeleteAccount is not there yet.
func (s *Service) DeleteAccount(context.Context, DeleteAccountInput) (*DeleteAccountPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// CreateAccessToken is not there yet.
func (s *Service) CreateAccessToken(context.Context, CreateAccessTokenInput) (*CreateAccessTokenPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// RevokeAccessToken is not there yet.
func (s *Service) RevokeAccessToken(context.Context, RevokeAccessTokenInput) (*RevokeAccessTokenPayload, error) {
	return nil, errs.New(errs.CodeUnavailable, "not built yet")
}

// Viewer returns the actor of ctx, nil for a visitor.
func (s *Service) Viewer(context.Context) (*Viewer, error) { return nil, nil }

// SessionsOf returns the sessions of people.
func (s *Service) SessionsOf(context.Context, []id.User) (map[id.User][]*Session, error) {
	return nil, nil
}

// AccessTokensOf returns the access tokens of people.
func (s *Service) AccessTokensOf(context.Context, []id.User) (map[id.User][]*AccessToken, error) {
	return nil, nil
}
