package account_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// A connection lives as long as its session, with the rights that its person has at
// the time; in every process at once.
func TestRightsAreRenewed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	session := auth.ActorOf(h.as(h.mustLogin(address, secret).AccessToken))
	script := auth.ActorOf(h.as(*h.token(auth.WithActor(t.Context(), session), auth.ScopeRead, 1).Secret))
	visitor := auth.Actor{}
	renewed := func(what string, actor auth.Actor, change func(*auth.Actor)) {
		t.Helper()
		change(&actor)
		got, err := h.Renew(t.Context(), actor)
		if diff := cmp.Diff(actor, got); diff != "" || err != nil {
			t.Errorf("%s: %v, -want +got:\n%s", what, err, diff)
		}
	}
	same := func(*auth.Actor) {}
	h.pass(time.Hour) // far beyond the life of the access token
	renewed("visitor", visitor, same)
	renewed("session", session, same)
	renewed("script", script, same)
	set := func(sql string) {
		t.Helper()
		if err := h.db.Handle(t.Context()).Exec(sql, *session.User).Error; err != nil {
			t.Fatal(err)
		}
	}
	set(`UPDATE app_user SET role = 'ADMIN' WHERE id = ?`)
	renewed("session of an admin", session, func(a *auth.Actor) { a.Admin = true })
	renewed("script of an admin", script, func(a *auth.Actor) { a.Admin = true })
	refused := func(actors ...auth.Actor) {
		t.Helper()
		for _, actor := range actors {
			_, err := h.Renew(t.Context(), actor)
			h.refused(err, errs.CodeUnauthenticated, "")
		}
	}
	if err := h.Disable(t.Context(), address, true); err != nil {
		t.Fatal(err)
	}
	refused(session, script, auth.Actor{User: session.User})
	if err := h.Disable(t.Context(), address, false); err != nil {
		t.Fatal(err)
	}
	refused(session, script) // they ended with that

	ctx := h.as(h.mustLogin(address, secret).AccessToken)
	brief := auth.ActorOf(h.as(*h.token(ctx, auth.ScopeWrite, 1).Secret))
	renewed("script", brief, same)
	h.pass(24 * time.Hour)
	refused(brief)
	other := auth.ActorOf(h.as(h.mustLogin(address, secret).AccessToken))
	if _, err := h.RevokeSession(ctx, account.RevokeSessionInput{ID: *other.Session}); err != nil {
		t.Fatal(err)
	}
	refused(other)
	renewed("the session that stays", auth.ActorOf(ctx), same)
}
