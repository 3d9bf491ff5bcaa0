package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// leeway is how long the use of a token once more is a retry, as the schema says.
const leeway = 10 * time.Second

func (h *hub) refresh(refresh string) (*account.SessionCredentials, error) {
	payload, err := h.RefreshSession(h.t.Context(), account.RefreshSessionInput{RefreshToken: &refresh})
	if err != nil {
		return nil, err
	}
	return payload.Session, nil
}

func (h *hub) mustRefresh(refresh string) *account.SessionCredentials {
	h.t.Helper()
	session, err := h.refresh(refresh)
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

func TestParallelRefreshesAreOneRotation(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	first := h.mustLogin(address, secret)
	tokens := make(chan string, 20)
	h.atOnce(20, func() {
		session, err := h.refresh(*first.RefreshToken)
		if err != nil {
			t.Error(err)
			return
		}
		tokens <- *session.RefreshToken
	})
	close(tokens)
	seen := map[string]bool{}
	for one := range tokens {
		seen[one] = true
	}
	if len(seen) != 1 || seen[*first.RefreshToken] {
		t.Errorf("%d successors, want one", len(seen))
	}
	for next := range seen {
		h.mustRefresh(next) // nobody is signed out
	}
}

func TestAUsedTokenEndsItsSession(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	stolen := h.mustLogin(address, secret)
	elsewhere := h.mustLogin(address, secret)
	second := h.mustRefresh(*stolen.RefreshToken)
	h.pass(leeway)
	if again := h.mustRefresh(*stolen.RefreshToken); *again.RefreshToken != *second.RefreshToken {
		t.Error("a retry at the end of the leeway got another successor")
	}
	third := h.mustRefresh(*second.RefreshToken)
	h.pass(time.Microsecond)
	_, err := h.refresh(*stolen.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
	_, err = h.refresh(*third.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
	h.pass(5 * time.Second)
	_, err = h.Authenticate(t.Context(), third.AccessToken)
	h.refused(err, errs.CodeUnauthenticated, "")
	h.mustRefresh(*elsewhere.RefreshToken) // other sessions stay
}

// Of tokens used long ago nothing is stored; their use ends the session all the same.
func TestAForgottenTokenEndsItsSession(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	first := h.mustLogin(address, secret)
	newest := first
	for range 50 {
		h.pass(5 * time.Minute)
		newest = h.mustRefresh(*newest.RefreshToken)
	}
	if n := h.count("refresh_token"); n > 2 {
		t.Errorf("%d refresh tokens are stored", n)
	}
	_, err := h.refresh(*first.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
	_, err = h.refresh(*newest.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
}

func TestALateRetryGetsTheNewestToken(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	first := h.mustLogin(address, secret)
	second := h.mustRefresh(*first.RefreshToken)
	third := h.mustRefresh(*second.RefreshToken)
	if retry := h.mustRefresh(*first.RefreshToken); *retry.RefreshToken != *third.RefreshToken {
		t.Error("the retry got a token that is used already")
	}
}

func TestMadeUpRefreshTokensAreRefused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	session := h.mustLogin(address, secret)
	good := *session.RefreshToken
	for name, bad := range map[string]string{
		"empty": "", "an access token": session.AccessToken, "cut": good[:len(good)-1], "longer": good + "A", "prefix": strings.TrimPrefix(good, "nxr_"),
		"other session": good[:4] + "AAAA" + good[8:], "other secret": good[:40] + flip(good[40:41]) + good[41:], "other tag": good[:len(good)-2] + flip(good[len(good)-2:len(good)-1]) + good[len(good)-1:],
	} {
		if _, err := h.refresh(bad); errs.CodeOf(err) != errs.CodeUnauthenticated {
			t.Errorf("%s: got %v", name, err)
		}
	}
	h.mustRefresh(good) // none of them ended the session
}

func flip(letter string) string {
	if letter == "A" {
		return "B"
	}
	return "A"
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	idle := h.mustLogin(address, secret)
	h.pass(30 * 24 * time.Hour)
	_, err := h.refresh(*idle.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")

	busy := h.mustLogin(address, secret)
	for range 3 {
		h.pass(29 * 24 * time.Hour)
		busy = h.mustRefresh(*busy.RefreshToken)
	}
	if left := busy.RefreshExpiresAt.Sub(h.now()); left != 3*24*time.Hour {
		t.Errorf("the session lasts %s more, want three days: 90 in all", left)
	}
	h.pass(3 * 24 * time.Hour)
	_, err = h.refresh(*busy.RefreshToken)
	h.refused(err, errs.CodeUnauthenticated, "input.refreshToken")
}

// Each way to end a session reaches every request, in other processes within five
// seconds.
func TestRevocationReachesEveryRequest(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	person := h.person(address, "ada")
	mine := func() (context.Context, *account.SessionCredentials) {
		session := h.mustLogin(address, secret)
		return h.as(session.AccessToken), session
	}
	ways := map[string]func(ctx context.Context, session *account.SessionCredentials) error{
		"logout": func(ctx context.Context, _ *account.SessionCredentials) error {
			_, err := h.Logout(ctx, account.LogoutInput{})
			return err
		},
		"logout by refresh token": func(_ context.Context, session *account.SessionCredentials) error {
			_, err := h.Logout(t.Context(), account.LogoutInput{RefreshToken: session.RefreshToken})
			return err
		},
		"logoutEverywhere": func(ctx context.Context, _ *account.SessionCredentials) error {
			_, err := h.LogoutEverywhere(ctx, account.LogoutEverywhereInput{})
			return err
		},
		"revokeSession": func(ctx context.Context, session *account.SessionCredentials) error {
			_, err := h.RevokeSession(ctx, account.RevokeSessionInput{ID: session.SessionID})
			return err
		},
		"disable": func(context.Context, *account.SessionCredentials) error {
			return h.Disable(t.Context(), address, true)
		},
		"in another process": func(context.Context, *account.SessionCredentials) error {
			err := h.db.Handle(t.Context()).Exec(`UPDATE session SET revoked_at = now() WHERE user_id = ?`, person).Error
			h.pass(5 * time.Second)
			return err
		},
	}
	for name, end := range ways {
		ctx, session := mine()
		if err := end(ctx, session); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := h.Authenticate(t.Context(), session.AccessToken); errs.CodeOf(err) != errs.CodeUnauthenticated {
			t.Errorf("%s: the access token still works: %v", name, err)
		}
		if _, err := h.refresh(*session.RefreshToken); errs.CodeOf(err) != errs.CodeUnauthenticated {
			t.Errorf("%s: the refresh token still works: %v", name, err)
		}
		if err := h.Disable(t.Context(), address, false); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNobodyEndsOrSeesSessionsOfOthers(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ada, eve := h.person(address, "ada"), h.person("eve@example.org", "eve")
	hers := h.mustLogin(address, secret)
	asEve := h.as(h.mustLogin("eve@example.org", secret).AccessToken)
	_, err := h.RevokeSession(asEve, account.RevokeSessionInput{ID: hers.SessionID})
	h.refused(err, errs.CodeNotFound, "input.id")
	if _, err := h.LogoutEverywhere(asEve, account.LogoutEverywhereInput{}); err != nil {
		t.Fatal(err)
	}
	sessions, err := h.SessionsOf(asEve, []id.User{ada, eve})
	if err != nil || len(sessions[ada]) != 0 {
		t.Errorf("got %v, %v: want nothing of somebody else", sessions, err)
	}
	if _, err := h.SessionsOf(t.Context(), []id.User{ada}); errs.CodeOf(err) != errs.CodeUnauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	h.mustRefresh(*hers.RefreshToken)
}

func TestTheCookieHoldsTheToken(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	jar := ""
	browser := func() context.Context {
		return auth.WithClient(t.Context(), auth.Client{RefreshToken: jar, SetRefreshToken: func(token string, _ time.Time) { jar = token }})
	}
	input := account.LoginInput{Email: address, Password: secret, Mode: account.ModeCookie}
	_, err := h.Login(t.Context(), input)
	h.refused(err, errs.CodeBadUserInput, "input.mode")
	payload, err := h.Login(browser(), input)
	if err != nil || payload.Session.RefreshToken != nil || jar == "" {
		t.Fatalf("got %+v, %v, cookie %q", payload, err, jar)
	}
	before := jar
	refreshed, err := h.RefreshSession(browser(), account.RefreshSessionInput{})
	if err != nil || refreshed.Session.RefreshToken != nil || jar == before {
		t.Fatalf("got %+v, %v, cookie changed %t", refreshed, err, jar != before)
	}
	if _, err := h.Logout(browser(), account.LogoutInput{}); err != nil || jar != "" {
		t.Errorf("after the logout: %v, cookie %q", err, jar)
	}
}
