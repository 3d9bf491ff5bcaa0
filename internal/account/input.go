package account

import (
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// RegisterInput is what Register takes.
type RegisterInput struct {
	Email       string
	Password    string
	Handle      string
	DisplayName string
}

// RegisterPayload is the answer of Register.
type RegisterPayload struct {
	Email      *string
	UserErrors []*errs.UserError
}

// VerifyEmailInput is what VerifyEmail takes.
type VerifyEmailInput struct {
	Token  string
	Handle *string
}

// VerifyEmailPayload is the answer of VerifyEmail.
type VerifyEmailPayload struct {
	UserID     *id.User
	UserErrors []*errs.UserError
}

// ResendVerificationInput is what ResendVerification takes.
type ResendVerificationInput struct {
	Email string
}

// ResendVerificationPayload is the answer of ResendVerification.
type ResendVerificationPayload struct {
	Email      *string
	UserErrors []*errs.UserError
}

// LoginInput is what Login takes.
type LoginInput struct {
	Email    string
	Password string
	Mode     SessionMode
	Device   *string
}

// LoginPayload is the answer of Login.
type LoginPayload struct {
	Session    *SessionCredentials
	UserErrors []*errs.UserError
}

// RefreshSessionInput is what RefreshSession takes.
type RefreshSessionInput struct {
	RefreshToken *string
}

// RefreshSessionPayload is the answer of RefreshSession.
type RefreshSessionPayload struct {
	Session    *SessionCredentials
	UserErrors []*errs.UserError
}

// LogoutInput is what Logout takes.
type LogoutInput struct {
	RefreshToken *string
}

// LogoutPayload is the answer of Logout.
type LogoutPayload struct {
	SessionID  *id.Session
	UserErrors []*errs.UserError
}

// LogoutEverywhereInput is what LogoutEverywhere takes.
type LogoutEverywhereInput struct {
	KeepCurrent bool
}

// LogoutEverywherePayload is the answer of LogoutEverywhere.
type LogoutEverywherePayload struct {
	Count      *int32
	UserErrors []*errs.UserError
}

// ChangePasswordInput is what ChangePassword takes.
type ChangePasswordInput struct {
	CurrentPassword string
	NewPassword     string
}

// ChangePasswordPayload is the answer of ChangePassword.
type ChangePasswordPayload struct {
	Viewer     *Viewer
	UserErrors []*errs.UserError
}

// RequestPasswordResetInput is what RequestPasswordReset takes.
type RequestPasswordResetInput struct {
	Email string
}

// RequestPasswordResetPayload is the answer of RequestPasswordReset.
type RequestPasswordResetPayload struct {
	Email      *string
	UserErrors []*errs.UserError
}

// ResetPasswordInput is what ResetPassword takes.
type ResetPasswordInput struct {
	Token       string
	NewPassword string
}

// ResetPasswordPayload is the answer of ResetPassword.
type ResetPasswordPayload struct {
	UserID     *id.User
	UserErrors []*errs.UserError
}

// RevokeSessionInput is what RevokeSession takes.
type RevokeSessionInput struct {
	ID id.Session
}

// RevokeSessionPayload is the answer of RevokeSession.
type RevokeSessionPayload struct {
	SessionID  *id.Session
	UserErrors []*errs.UserError
}

// DeleteAccountInput is what DeleteAccount takes.
type DeleteAccountInput struct {
	Password string
}

// DeleteAccountPayload is the answer of DeleteAccount.
type DeleteAccountPayload struct {
	UserID     *id.User
	UserErrors []*errs.UserError
}

// CreateAccessTokenInput is what CreateAccessToken takes.
type CreateAccessTokenInput struct {
	Name          string
	Scope         auth.Scope
	ExpiresInDays int32
}

// CreateAccessTokenPayload is the answer of CreateAccessToken.
type CreateAccessTokenPayload struct {
	AccessToken *AccessToken
	Secret      *string
	UserErrors  []*errs.UserError
}

// RevokeAccessTokenInput is what RevokeAccessToken takes.
type RevokeAccessTokenInput struct {
	ID id.AccessToken
}

// RevokeAccessTokenPayload is the answer of RevokeAccessToken.
type RevokeAccessTokenPayload struct {
	AccessTokenID *id.AccessToken
	UserErrors    []*errs.UserError
}
