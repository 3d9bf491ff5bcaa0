package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// Who is invited is for the staff of a cohort to know: addresses are private.
func TestInvitationsAreForStaff(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	cohort, member := numbered[id.Cohort](1), numbered[id.User](1)
	const query = `query($id: ID!) { cohort(id: $id) { name invitations { totalCount nodes { id email cohort { id } invitedBy { id } } } } }`
	asks := func(ctx context.Context) string {
		return mustAsk(ctx, t, handler, query, map[string]any{"id": wire(cohort)}).text
	}
	as := func(user id.User) context.Context { return auth.WithActor(t.Context(), auth.Actor{User: &user}) }
	for role, sees := range map[string]bool{"LEARNER": false, "MENTOR": false, "STAFF": true} {
		execute(t, db, "UPDATE membership SET role = ? WHERE cohort_id = ?", role, cohort)
		if got := asks(as(member)); strings.Contains(got, "x@example.org") != sees || strings.Contains(got, `"totalCount":1`) != sees {
			t.Errorf("%s: %s", role, got)
		}
	}
	for who, ctx := range map[string]context.Context{"visitor": t.Context(), "staff of another": as(numbered[id.User](2))} {
		if got := asks(ctx); !strings.Contains(got, `"totalCount":0`) || strings.Contains(got, "example.org") {
			t.Errorf("%s: %s", who, got)
		}
	}
	if got := asks(asAdmin(t.Context())); !strings.Contains(got, "x@example.org") {
		t.Errorf("admin: %s", got)
	}
	execute(t, db, "UPDATE invitation SET ended_at = now()")
	if got := asks(as(member)); !strings.Contains(got, `"totalCount":0`) {
		t.Errorf("an invitation that has ended is listed: %s", got)
	}
}

// What people keep is seen by themselves alone, admins not excepted, and costs the
// same number of statements for every length of the list.
func TestBookmarksAndFollowsArePrivate(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, parents)
	const query = `query($first: Int!) { viewer {
		bookmarks(first: $first) { totalCount nodes { id subject { id viewerHasBookmarked ... on Challenge { title viewerIsFollowing } } } }
		following(first: $first) { totalCount nodes { id subject { id viewerIsFollowing } } } } }`
	for n := range 2 {
		execute(t, db, `INSERT INTO credential (user_id, email, folded_email, password_hash) VALUES (?, ?, ?, 'x')`,
			numbered[id.User](n), fmt.Sprintf("u%d@example.org", n), fmt.Sprintf("u%d@example.org", n))
	}
	counted(t, func(wait time.Duration) string {
		handler := graph.NewHandler(services(db), generously(wait))
		small := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"first": few})
		large := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"first": parents})
		if !strings.Contains(large.text, fmt.Sprintf(`"totalCount":%d`, 4*parents)) || !strings.Contains(large.text, fmt.Sprintf(`"totalCount":%d`, 3*parents-1)) ||
			strings.Contains(large.text, `"subject":null`) || strings.Contains(large.text, "false") {
			t.Fatalf("%.3000s", large.text)
		}
		// A page may have subjects of one type more than another.
		if more := len(large.statements) - len(small.statements); more > 4 {
			return moreStatements(small, large)
		}
		return ""
	})
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	other := numbered[id.User](1)
	ctx := auth.WithActor(t.Context(), auth.Actor{User: &other, Admin: true, Scope: auth.ScopeAccount})
	if got := mustAsk(ctx, t, handler, query, map[string]any{"first": few}); strings.Count(got.text, `"totalCount":0`) != 2 {
		t.Errorf("another admin: %s", got.text)
	}
	const of = `{ challenges(first: 1) { nodes { viewerHasBookmarked viewerIsFollowing } } }`
	if got := mustAsk(ctx, t, handler, of, nil); !strings.Contains(got.text, `"viewerHasBookmarked":false,"viewerIsFollowing":false`) {
		t.Errorf("another admin: %s", got.text)
	}
	if got := mustAsk(t.Context(), t, handler, of, nil); !strings.Contains(got.text, `"viewerHasBookmarked":null,"viewerIsFollowing":null`) {
		t.Errorf("visitor: %s", got.text)
	}
	execute(t, db, "UPDATE challenge SET hidden_at = now()")
	execute(t, db, "UPDATE membership SET role = 'LEARNER'")
	learner := numbered[id.User](0)
	ctx = auth.WithActor(t.Context(), auth.Actor{User: &learner, Scope: auth.ScopeAccount})
	got := mustAsk(ctx, t, handler, query, map[string]any{"first": few}).text
	// Challenges are hidden, but for one's own, and solutions with them.
	if !strings.Contains(got, fmt.Sprintf(`"totalCount":%d`, 2*parents+2)) || !strings.Contains(got, fmt.Sprintf(`"totalCount":%d`, 2*parents)) {
		t.Errorf("what is hidden is listed: %s", got)
	}
}
