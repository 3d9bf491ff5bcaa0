package moderation_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/moderation"
)

// hub has a public cohort, people, and one object of ada's of each kind in it.
type hub struct {
	*testing.T
	db      *database.DB
	s       *moderation.Service
	people  map[string]context.Context
	content map[string]id.Any
	// followed are those that another domain was told of.
	followed []string
}

const ok = errs.Code("")

// tables are those of content, by the prefix of their ids.
func tables() map[string]string {
	return map[string]string{"ch": "challenge", "so": "solution", "pc": "practice", "cm": "comment", "do": "document", "ti": "tip", "cl": "channel"}
}

func open(t *testing.T) *hub {
	t.Helper()
	h := &hub{T: t, db: dbtest.New(t), people: map[string]context.Context{"visitor": t.Context()}, content: map[string]id.Any{}}
	h.s = moderation.New(h.db, moderation.Followers{
		Challenge: func(context.Context, id.Challenge) error { h.followed = append(h.followed, "challenge"); return nil },
		Document: func(context.Context, id.Document, time.Time) error {
			h.followed = append(h.followed, "document")
			return nil
		},
	})
	program, cohort := uuid.New(), uuid.New()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'PUBLIC')`, cohort, program)
	for handle, role := range map[string]string{"ada": "LEARNER", "eve": "", "max": "LEARNER", "grace": "MENTOR", "sue": "STAFF", "admin": ""} {
		u := id.New[id.User]()
		h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
		if role != "" {
			h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, ?)`, id.New[id.Membership](), cohort, u, role)
		}
		h.people[handle] = auth.WithActor( //nolint:fatcontext // one for each person, not one in another
			t.Context(), auth.Actor{User: &u, Admin: handle == "admin", Scope: auth.ScopeAccount},
		)
	}
	ada := *auth.ActorOf(h.people["ada"]).User
	for prefix, table := range tables() {
		h.content[table] = id.Any{Prefix: prefix, UUID: uuid.New()}
	}
	of := func(table string) uuid.UUID { return h.content[table].UUID }
	h.exec(`INSERT INTO challenge (id, title, body, cohort_id, author_id) VALUES (?, 'A', 'B', ?, ?)`, of("challenge"), cohort, ada)
	h.exec(`INSERT INTO solution (id, challenge_id, body, author_id) VALUES (?, ?, 'B', ?)`, of("solution"), of("challenge"), ada)
	h.exec(`INSERT INTO practice (id, title, body, cohort_id, author_id) VALUES (?, 'A', 'B', ?, ?)`, of("practice"), cohort, ada)
	h.exec(`INSERT INTO comment (id, challenge_id, body, author_id) VALUES (?, ?, 'B', ?)`, of("comment"), of("challenge"), ada)
	h.exec(`INSERT INTO document (id, source, title, cohort_id, owner_id) VALUES (?, 'a', 'A', ?, ?)`, of("document"), cohort, ada)
	h.exec(`INSERT INTO tip (id, body, cohort_id, author_id) VALUES (?, 'B', ?, ?)`, of("tip"), cohort, ada)
	h.exec(`INSERT INTO channel (id, name, kind, cohort_id, author_id) VALUES (?, 'A', 'OTHER', ?, ?)`, of("channel"), cohort, ada)
	return h
}

func (h *hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

func (h *hub) wantTexts(sql string, want ...string) {
	h.Helper()
	var list []string
	if err := h.db.Handle(h.Context()).Raw(sql).Scan(&list).Error; err != nil {
		h.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{}, want...), append([]string{}, list...)); diff != "" {
		h.Errorf("%s (-want +got):\n%s", sql, diff)
	}
}

func (h *hub) hide(who string, what id.Any) error {
	_, err := h.s.Hide(h.people[who], moderation.HideContentInput{ID: what, Reason: "Off topic."})
	return err
}

func (h *hub) restore(who string, what id.Any) error {
	_, err := h.s.Restore(h.people[who], moderation.RestoreContentInput{ID: what, Reason: "On topic."})
	return err
}

// remove deletes a row as a person, as its own domain does.
func (h *hub) remove(who, table string) {
	h.Helper()
	h.exec("UPDATE "+table+" SET deleted_at = now() WHERE id = ?", h.content[table].UUID)
	if err := event.Record(h.people[who], h.db, event.Change{Kind: event.Kind(table + ".deleted"), Subject: h.content[table]}); err != nil {
		h.Fatal(err)
	}
}

// sees reports who of all people sees a row.
func (h *hub) sees(table string, rows auth.Rows) map[string]bool {
	h.Helper()
	seen := map[string]bool{}
	for who, ctx := range h.people {
		visible := auth.Visible(ctx, rows)
		var found []uuid.UUID
		if err := h.db.Handle(ctx).Raw("SELECT id FROM "+table+" WHERE "+visible.SQL, visible.Vars...).Scan(&found).Error; err != nil {
			h.Fatal(err)
		}
		if len(found) > 0 {
			seen[who] = true
		}
	}
	return seen
}

func TestWhatIsHiddenIsSeenByItsAuthorAndModerators(t *testing.T) {
	t.Parallel()
	h := open(t)
	rows := map[string]auth.Rows{
		"challenge": auth.ChallengeRows(), "solution": auth.SolutionRows(), "practice": auth.PracticeRows(), "comment": auth.CommentRows(),
		"document": auth.DocumentRows(), "tip": auth.TipRows(), "channel": auth.ChannelRows(),
	}
	few := map[string]bool{"ada": true, "grace": true, "sue": true, "admin": true}
	for table, what := range h.content {
		h.exec("DELETE FROM event")
		if err := h.hide("grace", what); err != nil {
			t.Errorf("%s: %v", table, err)
		}
		if diff := cmp.Diff(few, h.sees(table, rows[table])); diff != "" {
			t.Errorf("who sees a hidden %s (-want +got):\n%s", table, diff)
		}
		if err := h.hide("grace", what); err != nil {
			t.Errorf("%s once more: %v", table, err)
		}
		if err := h.restore("ada", what); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("its author restores a hidden %s: %v", table, err)
		}
		if err := h.restore("sue", what); err != nil {
			t.Errorf("%s: %v", table, err)
		}
		if seen := h.sees(table, rows[table]); len(seen) != len(h.people) {
			t.Errorf("a restored %s is seen by %v", table, seen)
		}
		parent := map[string]string{"solution": " of ch", "comment": " of ch"}[table]
		h.wantTexts(`SELECT e.kind || ' in ' || c.name || COALESCE(' of ' || e.parent_type, '') || ' by ' || u.handle || ': ' || e.reason
			FROM event e JOIN cohort c ON c.id = e.cohort_id JOIN app_user u ON u.id = e.actor_id ORDER BY e.id`,
			table+".hidden in spring"+parent+" by grace: Off topic.", table+".restored in spring"+parent+" by sue: On topic.")
	}
}

func TestWhoMayHideAndRestore(t *testing.T) {
	t.Parallel()
	h := open(t)
	for who, want := range map[string]struct{ hide, restoreHidden, restoreDeleted errs.Code }{
		"visitor": {errs.CodeUnauthenticated, errs.CodeUnauthenticated, errs.CodeUnauthenticated},
		"ada":     {errs.CodeForbidden, errs.CodeForbidden, errs.CodeForbidden}, // somebody else deleted it
		"eve":     {errs.CodeForbidden, errs.CodeNotFound, errs.CodeNotFound},
		"max":     {errs.CodeForbidden, errs.CodeNotFound, errs.CodeNotFound},
		"grace":   {ok, ok, ok}, "sue": {ok, ok, ok}, "admin": {ok, ok, ok},
	} {
		for table, what := range h.content {
			h.exec("UPDATE " + table + " SET hidden_at = NULL, deleted_at = NULL")
			if err := h.hide(who, what); errs.CodeOf(err) != want.hide {
				t.Errorf("%s hides a %s: got %v, want %q", who, table, err, want.hide)
			}
			h.exec("UPDATE " + table + " SET hidden_at = now()")
			if err := h.restore(who, what); errs.CodeOf(err) != want.restoreHidden {
				t.Errorf("%s restores a hidden %s: got %v, want %q", who, table, err, want.restoreHidden)
			}
			h.exec("UPDATE " + table + " SET hidden_at = NULL")
			h.remove("admin", table)
			if err := h.restore(who, what); errs.CodeOf(err) != want.restoreDeleted {
				t.Errorf("%s restores a deleted %s: got %v, want %q", who, table, err, want.restoreDeleted)
			}
			h.exec("UPDATE " + table + " SET hidden_at = NULL, deleted_at = NULL")
		}
	}
}

func TestAuthorsRestoreWhatTheyDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	for table, what := range h.content {
		h.remove("ada", table)
		if err := h.restore("ada", what); err != nil {
			t.Errorf("%s: %v", table, err)
		}
		h.wantTexts("SELECT 'back' FROM "+table+" WHERE deleted_at IS NULL", "back")
	}
	if len(h.followed) != 2 {
		t.Errorf("followed: %v, want a challenge and a document", h.followed)
	}
	what := h.content["tip"]
	h.exec("UPDATE tip SET hidden_at = now()")
	h.remove("ada", "tip")
	if err := h.restore("ada", what); err != nil {
		t.Error(err)
	}
	h.wantTexts("SELECT 'hidden' FROM tip WHERE deleted_at IS NULL AND hidden_at IS NOT NULL", "hidden")
	h.remove("ada", "tip")
	h.exec("UPDATE event SET at = now() - interval '31 days'")
	if err := h.restore("ada", what); errs.CodeOf(err) != errs.CodeForbidden {
		t.Errorf("after a month: %v", err)
	}
	if err := h.restore("grace", what); err != nil {
		t.Errorf("a mentor after a month: %v", err)
	}
	h.wantTexts("SELECT 'shown' FROM tip WHERE deleted_at IS NULL AND hidden_at IS NULL", "shown")
	// What belongs to something deleted waits for it.
	h.remove("ada", "comment")
	h.remove("ada", "challenge")
	if err := h.restore("ada", h.content["comment"]); errs.CodeOf(err) != errs.CodeNotFound {
		t.Errorf("a comment on a deleted challenge: %v", err)
	}
}

func TestAdminsRestoreTheRest(t *testing.T) {
	t.Parallel()
	h := open(t)
	technology, concept := uuid.New(), uuid.New()
	h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (?, 'go', 'Go', 'LANGUAGE')`, technology)
	h.exec(`INSERT INTO concept (id, slug, title, folded_title) VALUES (?, 'cache', 'Cache', 'cache')`, concept)
	var program, cohort uuid.UUID
	if err := h.db.Handle(t.Context()).Raw("SELECT program_id, id FROM cohort").Row().Scan(&program, &cohort); err != nil {
		t.Fatal(err)
	}
	// The programme comes first: a cohort does not return without it.
	h.exec("UPDATE program SET deleted_at = now()")
	h.exec("UPDATE cohort SET deleted_at = now()")
	if err := h.restore("admin", id.Any{Prefix: "co", UUID: cohort}); errs.CodeOf(err) != errs.CodeConflict {
		t.Errorf("a cohort of a deleted programme: %v", err)
	}
	h.exec("UPDATE program SET deleted_at = NULL")
	for _, c := range []struct {
		table string
		what  id.Any
		again string // takes its name
	}{
		{"technology", id.Any{Prefix: "te", UUID: technology}, `INSERT INTO technology (id, slug, name, category) VALUES (gen_random_uuid(), 'go', 'Go', 'LANGUAGE')`},
		{"concept", id.Any{Prefix: "cn", UUID: concept}, `INSERT INTO concept (id, slug, title, folded_title) VALUES (gen_random_uuid(), 'cache', 'Cache', 'cache')`},
		{"program", id.Any{Prefix: "pr", UUID: program}, `INSERT INTO program (id, slug, title, folded_title) VALUES (gen_random_uuid(), 'go', 'Go', 'go')`},
		{"cohort", id.Any{Prefix: "co", UUID: cohort}, `INSERT INTO cohort (id, program_id, name, visibility) SELECT gen_random_uuid(), id, 'spring', 'PUBLIC' FROM program WHERE deleted_at IS NULL`},
	} {
		h.exec("UPDATE "+c.table+" SET deleted_at = NULL WHERE id = ?", c.what.UUID)
		for who, want := range map[string]errs.Code{"visitor": errs.CodeUnauthenticated, "eve": errs.CodeForbidden, "sue": errs.CodeForbidden, "admin": ok} {
			if err := h.restore(who, c.what); errs.CodeOf(err) != want {
				t.Errorf("%s restores a live %s: %v, want %q", who, c.table, err, want)
			}
		}
		h.exec("UPDATE "+c.table+" SET deleted_at = now() WHERE id = ?", c.what.UUID)
		for _, who := range []string{"eve", "sue"} {
			if err := h.restore(who, c.what); errs.CodeOf(err) != errs.CodeNotFound {
				t.Errorf("%s restores a deleted %s: %v", who, c.table, err)
			}
		}
		h.exec(c.again)
		err := h.restore("admin", c.what)
		if e := errs.As(err); errs.CodeOf(err) != errs.CodeConflict || cmp.Diff([]string{"input", "id"}, e.Path) != "" {
			t.Errorf("a %s whose name is taken: %v", c.table, err)
		}
		h.exec("DELETE FROM "+c.table+" WHERE id <> ?", c.what.UUID)
		if err := h.restore("admin", c.what); err != nil {
			t.Errorf("%s: %v", c.table, err)
		}
		h.wantTexts("SELECT '"+c.table+"' FROM "+c.table+" WHERE deleted_at IS NULL AND version > 1", c.table)
		if err := h.hide("admin", c.what); errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("a %s is hidden: %v", c.table, err)
		}
	}
	h.wantTexts("SELECT kind FROM event ORDER BY id", "technology.restored", "concept.restored", "program.restored", "cohort.restored")
	h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (gen_random_uuid(), 'golang', 'Golang', 'LANGUAGE')`)
	h.exec("UPDATE technology SET deleted_at = now(), merged_into_id = (SELECT id FROM technology WHERE slug = 'golang') WHERE slug = 'go'")
	if err := h.restore("admin", id.Any{Prefix: "te", UUID: technology}); errs.CodeOf(err) != errs.CodeConflict {
		t.Errorf("a technology that was merged: %v", err)
	}
}

func TestBadInputHidesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	user := id.Any{Prefix: "us", UUID: uuid.New()}
	_, blank := h.s.Hide(h.people["admin"], moderation.HideContentInput{ID: h.content["tip"], Reason: " \n"})
	_, blankToo := h.s.Restore(h.people["admin"], moderation.RestoreContentInput{ID: h.content["tip"]})
	for name, err := range map[string]error{
		"a user": h.hide("admin", user), "a user back": h.restore("admin", user), "no reason": blank, "no reason either": blankToo,
	} {
		if errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.hide("admin", id.Any{Prefix: "ch", UUID: uuid.New()}); errs.CodeOf(err) != errs.CodeNotFound {
		t.Errorf("nothing: %v", err)
	}
	h.wantTexts("SELECT kind FROM event UNION ALL SELECT body FROM tip WHERE hidden_at IS NOT NULL")
}
