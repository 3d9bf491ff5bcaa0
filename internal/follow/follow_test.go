package follow_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// hub is a database with one thing of each kind, all with one UUID, and a person.
type hub struct {
	*testing.T
	db   *database.DB
	s    *follow.Service
	uuid uuid.UUID
	ada  context.Context //nolint:containedctx // who acts in most of a test
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{T: t, db: db, s: follow.New(db), uuid: uuid.Must(uuid.NewV7())}
	h.exec(`INSERT INTO challenge (id, title, body) VALUES (?, 'x', '')`, h.uuid)
	h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (?, 'x', 'x', 'TOOL')`, h.uuid)
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, 'x', 'x')`, h.uuid)
	h.ada = h.person("ada")
	return h
}

func (h hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

func (h hub) person(handle string) context.Context {
	h.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	return auth.WithActor(h.Context(), auth.Actor{User: &u, Scope: auth.ScopeAccount})
}

func (h hub) add(ctx context.Context, prefix string) (*follow.Follow, error) {
	payload, err := h.s.Follow(ctx, follow.FollowInput{SubjectID: id.Any{Prefix: prefix, UUID: h.uuid}})
	if err != nil {
		return nil, err
	}
	return payload.Follow, nil
}

func (h hub) remove(ctx context.Context, prefix string) (*follow.UnfollowPayload, error) {
	return h.s.Unfollow(ctx, follow.UnfollowInput{SubjectID: id.Any{Prefix: prefix, UUID: h.uuid}})
}

// listed returns the kinds of the follows that a person is shown as somebody's.
func (h hub) listed(ctx, of context.Context) []string {
	h.Helper()
	person := *auth.ActorOf(of).User
	pages, err := h.s.OfUsers(ctx, []id.User{person}, page.Query[page.NoFilter]{})
	if err != nil {
		h.Fatal(err)
	}
	var kinds []string
	for _, f := range pages[person].Nodes() {
		kinds = append(kinds, f.SubjectID().Prefix)
	}
	return kinds
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v, want %s at %v", err, code, path)
	}
}

func TestFollowsOfEveryKind(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, prefix := range []string{"ch", "te", "us"} {
		first, err := h.add(h.ada, prefix)
		if err != nil || first.SubjectID().Prefix != prefix {
			t.Fatalf("%s: %+v, %v", prefix, first, err)
		}
		if again, err := h.add(h.ada, prefix); err != nil || again.ID != first.ID {
			t.Errorf("%s again: %+v, %v", prefix, again, err)
		}
	}
	if diff := cmp.Diff([]string{"us", "te", "ch"}, h.listed(h.ada, h.ada)); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	asEve := h.person("eve")
	asAdmin := auth.WithActor(t.Context(), auth.Actor{User: auth.ActorOf(asEve).User, Admin: true})
	for who, ctx := range map[string]context.Context{"visitor": t.Context(), "another": asEve, "admin": asAdmin} {
		if got := h.listed(ctx, h.ada); got != nil {
			t.Errorf("%s is shown %v", who, got)
		}
	}
	key := id.Of[id.Challenge](h.uuid)
	for who, test := range map[string]struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		want *bool
	}{"visitor": {t.Context(), nil}, "another": {asEve, new(false)}, "owner": {h.ada, new(true)}} {
		got, err := h.s.Challenges(test.ctx, []id.Challenge{key})
		if diff := cmp.Diff(test.want, got[key]); diff != "" || err != nil {
			t.Errorf("%s follows it (-want +got):\n%s%v", who, diff, err)
		}
	}
	for _, prefix := range []string{"ch", "te", "us"} {
		if gone, err := h.remove(h.ada, prefix); err != nil || gone.DeletedID == nil {
			t.Errorf("%s: %+v, %v", prefix, gone, err)
		}
		if gone, err := h.remove(h.ada, prefix); err != nil || gone.DeletedID != nil {
			t.Errorf("%s again: %+v, %v", prefix, gone, err)
		}
	}
	var events []string
	err := h.db.Handle(t.Context()).Raw(`SELECT kind || ' ' || count(*) FROM event WHERE cohort_id IS NULL AND parent_id IS NULL GROUP BY kind ORDER BY kind`).Scan(&events).Error
	if diff := cmp.Diff([]string{"follow.created 3", "follow.deleted 3"}, events); diff != "" || err != nil {
		t.Errorf("change log (-want +got):\n%s%v", diff, err)
	}
}

// What is not seen any more is not listed; what was never seen cannot be kept.
func TestFollowsOfWhatIsUnseen(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, prefix := range []string{"ch", "te", "us"} {
		if _, err := h.add(h.ada, prefix); err != nil {
			t.Fatal(err)
		}
	}
	asEve := h.person("eve")
	h.exec(`UPDATE challenge SET hidden_at = now()`)
	h.exec(`UPDATE technology SET deleted_at = now()`)
	h.exec(`UPDATE app_user SET deleted_at = now() WHERE id = ?`, h.uuid)
	if got := h.listed(h.ada, h.ada); got != nil {
		t.Errorf("listed: %v", got)
	}
	for _, prefix := range []string{"ch", "te", "us"} {
		_, err := h.add(asEve, prefix)
		wantCode(t, err, errs.CodeNotFound, "input", "subjectId")
	}
	if gone, err := h.remove(h.ada, "ch"); err != nil || gone.DeletedID == nil {
		t.Errorf("what is hidden cannot be let go: %+v, %v", gone, err)
	}
	_, err := h.remove(asEve, "ch")
	wantCode(t, err, errs.CodeNotFound, "input", "subjectId")
	h.exec(`UPDATE technology SET deleted_at = NULL`)
	if diff := cmp.Diff([]string{"te"}, h.listed(h.ada, h.ada)); diff != "" {
		t.Errorf("listed again (-want +got):\n%s", diff)
	}
	_, err = h.add(asEve, "so")
	wantCode(t, err, errs.CodeBadUserInput, "input", "subjectId")
	_, err = h.remove(asEve, "so")
	wantCode(t, err, errs.CodeBadUserInput, "input", "subjectId")
	_, err = h.s.Follow(asEve, follow.FollowInput{SubjectID: id.AnyOf(*auth.ActorOf(asEve).User)})
	wantCode(t, err, errs.CodeBadUserInput, "input", "subjectId")
	_, err = h.add(t.Context(), "ch")
	wantCode(t, err, errs.CodeUnauthenticated)
	_, err = h.remove(t.Context(), "ch")
	wantCode(t, err, errs.CodeUnauthenticated)
}

func TestOneFollowOfManyAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := h.add(h.ada, "ch"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var kept, events int
	if err := h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM follow`).Scan(&kept).Error; err != nil || kept != 1 {
		t.Errorf("%d follows, %v", kept, err)
	}
	if err := h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM event`).Scan(&events).Error; err != nil || events != 1 {
		t.Errorf("%d events, %v", events, err)
	}
}
