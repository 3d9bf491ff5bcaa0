package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

func (h *hub) token(ctx context.Context, scope auth.Scope, days int32) *account.CreateAccessTokenPayload {
	h.t.Helper()
	created, err := h.CreateAccessToken(ctx, account.CreateAccessTokenInput{Name: "script", Scope: scope, ExpiresInDays: days})
	if err != nil {
		h.t.Fatal(err)
	}
	return created
}

func TestAccessTokensActWithinTheirScope(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	person := h.person(address, "ada")
	ctx := h.as(h.mustLogin(address, secret).AccessToken)
	_, err := h.CreateAccessToken(ctx, account.CreateAccessTokenInput{Name: "x", Scope: auth.ScopeAccount, ExpiresInDays: 1})
	h.refused(err, errs.CodeBadUserInput, "input.scope")
	read, write := h.token(ctx, auth.ScopeRead, 90), h.token(ctx, auth.ScopeWrite, 1)

	update := user.UpdateProfileInput{Bio: graphql.OmittableOf(new("hello"))}
	if _, err := h.users.UpdateProfile(h.as(*write.Secret), update); err != nil {
		t.Errorf("WRITE: %v", err)
	}
	_, err = h.users.UpdateProfile(h.as(*read.Secret), update)
	h.refused(err, errs.CodeForbidden, "")
	for _, secret := range []*string{read.Secret, write.Secret} {
		_, err = h.CreateAccessToken(h.as(*secret), account.CreateAccessTokenInput{Name: "x", Scope: auth.ScopeRead, ExpiresInDays: 1})
		h.refused(err, errs.CodeForbidden, "")
		_, err = h.SessionsOf(h.as(*secret), nil)
		h.refused(err, errs.CodeForbidden, "")
	}
	tokens, err := h.AccessTokensOf(ctx, []id.User{person})
	if err != nil || len(tokens[person]) != 2 || tokens[person][0].LastUsedAt == nil {
		t.Errorf("got %+v, %v: want both, used", tokens[person], err)
	}

	if _, err := h.RevokeAccessToken(ctx, account.RevokeAccessTokenInput{ID: read.AccessToken.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Authenticate(t.Context(), *read.Secret)
	h.refused(err, errs.CodeUnauthenticated, "")
	h.pass(24 * time.Hour)
	_, err = h.Authenticate(t.Context(), *write.Secret)
	h.refused(err, errs.CodeUnauthenticated, "")
}

func TestNobodyRevokesTokensOfOthers(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	h.person("eve@example.org", "eve")
	hers := h.token(h.as(h.mustLogin(address, secret).AccessToken), auth.ScopeRead, 1)
	_, err := h.RevokeAccessToken(h.as(h.mustLogin("eve@example.org", secret).AccessToken), account.RevokeAccessTokenInput{ID: hers.AccessToken.ID})
	h.refused(err, errs.CodeNotFound, "input.id")
	h.as(*hers.Secret)
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	mine, other := h.mustLogin(address, secret), h.mustLogin(address, secret)
	ctx := h.as(mine.AccessToken)
	_, err := h.ChangePassword(ctx, account.ChangePasswordInput{CurrentPassword: wrongOne, NewPassword: another})
	h.refused(err, errs.CodeUnauthenticated, "input.currentPassword")
	_, err = h.ChangePassword(ctx, account.ChangePasswordInput{CurrentPassword: secret, NewPassword: "password1234"})
	h.refused(err, errs.CodeBadUserInput, "input.newPassword")
	if _, err := h.ChangePassword(ctx, account.ChangePasswordInput{CurrentPassword: secret, NewPassword: another}); err != nil {
		t.Fatal(err)
	}
	h.mustRefresh(*mine.RefreshToken)
	_, err = h.refresh(*other.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
	_, err = h.login(address, secret)
	h.refused(err, errs.CodeUnauthenticated, "input")
	h.mustLogin(address, another)
	if h.mail().To == "" {
		t.Error("nobody was told that the password has changed")
	}
}

func TestAResetEndsEverything(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	session := h.mustLogin(address, secret)
	script := h.token(h.as(session.AccessToken), auth.ScopeWrite, 90)
	request := func() string {
		if _, err := h.RequestPasswordReset(t.Context(), account.RequestPasswordResetInput{Email: address}); err != nil {
			t.Fatal(err)
		}
		return h.codeIn(h.mail())
	}
	late := request()
	h.pass(time.Hour)
	_, err := h.ResetPassword(t.Context(), account.ResetPasswordInput{Token: late, NewPassword: another})
	h.refused(err, errs.CodeBadUserInput, "input.token")
	first, second := request(), request()
	if _, err := h.ResetPassword(t.Context(), account.ResetPasswordInput{Token: second, NewPassword: another}); err != nil {
		t.Fatal(err)
	}
	for _, used := range []string{first, second} {
		_, err := h.ResetPassword(t.Context(), account.ResetPasswordInput{Token: used, NewPassword: wrongOne})
		h.refused(err, errs.CodeBadUserInput, "input.token")
	}
	_, err = h.refresh(*session.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
	_, err = h.Authenticate(t.Context(), *script.Secret)
	h.refused(err, errs.CodeUnauthenticated, "")
	h.mustLogin(address, another)
}

func TestADeletedAccountIsGone(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	person := h.person(address, "ada")
	session := h.mustLogin(address, secret)
	ctx := h.as(session.AccessToken)
	_, err := h.DeleteAccount(ctx, account.DeleteAccountInput{Password: wrongOne})
	h.refused(err, errs.CodeUnauthenticated, "input.password")
	if err := h.db.Handle(ctx).Exec(`INSERT INTO idempotency_key VALUES (?, 'key', sha256(''), '{}')`, person).Error; err != nil {
		t.Fatal(err)
	}
	if _, err := h.DeleteAccount(ctx, account.DeleteAccountInput{Password: secret}); err != nil {
		t.Fatal(err)
	}
	if n := h.count("idempotency_key"); n != 0 {
		t.Errorf("%d answers are kept", n)
	}
	_, err = h.Authenticate(t.Context(), session.AccessToken)
	h.refused(err, errs.CodeUnauthenticated, "")
	found, err := h.users.ByIDs(t.Context(), []id.User{person})
	if err != nil || len(found) != 0 {
		t.Errorf("the profile is still there: %v, %v", found, err)
	}
	var left string
	err = h.db.Handle(t.Context()).Raw(`SELECT concat_ws(' ', handle, display_name, bio, avatar_url) FROM app_user WHERE id = ?`, person).Scan(&left).Error
	if err != nil || len(left) == 0 || left[:8] != "deleted-" {
		t.Errorf("%q is left of the person, %v", left, err)
	}
	h.person(address, "ada") // address and handle are free
}

func TestProfilesChangeExactly(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	h.person("eve@example.org", "eve")
	ctx := h.as(h.mustLogin(address, secret).AccessToken)
	update := func(input user.UpdateProfileInput) (*user.User, error) {
		payload, err := h.users.UpdateProfile(ctx, input)
		if err != nil {
			return nil, err
		}
		return payload.User, nil
	}
	got, err := update(user.UpdateProfileInput{Bio: graphql.OmittableOf(new("hi")), AvatarURL: graphql.OmittableOf(new("https://example.org/a.png"))})
	if err != nil || got.Bio == nil || got.AvatarURL == nil || got.Handle != "ada" {
		t.Fatalf("got %+v, %v", got, err)
	}
	got, err = update(user.UpdateProfileInput{Bio: graphql.OmittableOf[*string](nil), DisplayName: graphql.OmittableOf(new("Ada L."))})
	if err != nil || got.Bio != nil || got.AvatarURL == nil || got.DisplayName != "Ada L." {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = update(user.UpdateProfileInput{Handle: graphql.OmittableOf(new("EVE"))})
	h.refused(err, errs.CodeConflict, "input.handle")
	_, err = update(user.UpdateProfileInput{DisplayName: graphql.OmittableOf[*string](nil)})
	h.refused(err, errs.CodeBadUserInput, "input.displayName")
}
