package edit_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// tip is a row that people change.
type tip struct {
	ID      id.Tip
	Body    string
	Version int32
}

func tips() edit.Table { return edit.Table{What: "tip", Rows: auth.TipRows()} }

func exec(t *testing.T, db *database.DB, sql string, args ...any) {
	t.Helper()
	if err := db.Handle(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func person(t *testing.T, db *database.DB, handle string) (id.User, context.Context) {
	t.Helper()
	u := id.New[id.User]()
	exec(t, db, `INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	return u, auth.WithActor(t.Context(), auth.Actor{User: &u, Scope: auth.ScopeAccount})
}

func TestTakeTellsWhoTheActorIs(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	author, asAuthor := person(t, db, "ada")
	_, asStranger := person(t, db, "eve")
	mentor, asMentor := person(t, db, "grace")
	program, cohort := id.New[id.Program](), id.New[id.Cohort]()
	exec(t, db, `INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	exec(t, db, `INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'PUBLIC')`, cohort, program)
	exec(t, db, `INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, 'MENTOR')`, id.New[id.Membership](), cohort, mentor)
	owned, orphan := id.New[id.Tip](), id.New[id.Tip]()
	exec(t, db, `INSERT INTO tip (id, body, cohort_id, author_id) VALUES (?, 'rest', ?, ?), (?, 'walk', ?, NULL)`, owned, cohort, author, orphan, cohort)
	tests := map[string]struct {
		as   context.Context //nolint:containedctx // a row of the table
		tip  id.Tip
		want auth.Standing
	}{
		"author":                    {asAuthor, owned, auth.Standing{Author: true}},
		"author of another":         {asAuthor, orphan, auth.Standing{Orphan: true}},
		"stranger":                  {asStranger, owned, auth.Standing{}},
		"mentor":                    {asMentor, owned, auth.Standing{Role: "MENTOR"}},
		"mentor, nobody's":          {asMentor, orphan, auth.Standing{Orphan: true, Role: "MENTOR"}},
		"visitor":                   {t.Context(), orphan, auth.Standing{Orphan: true}},
		"an admin without a cohort": {auth.WithActor(t.Context(), auth.Actor{User: &author, Admin: true}), orphan, auth.Standing{Admin: true, Orphan: true}},
	}
	for name, test := range tests {
		err := db.InTx(test.as, func(ctx context.Context) error {
			row, got, err := edit.Take[tip](ctx, db, tips(), test.tip.UUID, "input", "id")
			if err != nil {
				return err
			}
			if row.ID != test.tip || row.Version != 1 || row.Body == "" {
				t.Errorf("%s: took %+v", name, row)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	exec(t, db, `UPDATE tip SET hidden_at = now() WHERE id = ?`, owned)
	_, _, err := edit.Take[tip](asStranger, db, tips(), owned.UUID, "input", "id")
	if e := errs.As(err); errs.CodeOf(err) != errs.CodeNotFound || cmp.Diff([]string{"input", "id"}, e.Path) != "" {
		t.Errorf("what is hidden: got %v, want NOT_FOUND at input.id", err)
	}
}

// Absent leaves, null clears, and a value is a value also when it looks empty.
func TestChangesTellAbsentFromNull(t *testing.T) {
	t.Parallel()
	var c edit.Changes
	edit.Optional(&c, "a", "a", graphql.Omittable[*int32]{})
	edit.Optional(&c, "b", "b", graphql.OmittableOf[*int32](nil))
	edit.Optional(&c, "c", "c", graphql.OmittableOf(new(int32(0))))
	edit.OrEmpty(&c, "d", "d", graphql.OmittableOf[*string](nil))
	edit.OrEmpty(&c, "e", "e", graphql.OmittableOf(new("")))
	edit.Required(&c, "f", "f", graphql.OmittableOf(new(false)))
	edit.Required(&c, "g", "g", graphql.Omittable[*string]{})
	if diff := cmp.Diff([]string{"b", "c", "d", "e", "f"}, c.Fields()); diff != "" || c.Err() != nil {
		t.Errorf("fields that change (-want +got):\n%s%v", diff, c.Err())
	}
	edit.Required(&c, "h", "h", graphql.OmittableOf[*string](nil))
	edit.Required(&c, "i", "i", graphql.OmittableOf(new(" \t\n")))
	if all := errs.All(c.Err()); len(all) != 2 || all[1].Path[1] != "i" {
		t.Errorf("null and white space where a value must be: got %v", all)
	}
}

func TestWritingCountsTheVersion(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	key := id.New[id.Tip]()
	exec(t, db, `INSERT INTO tip (id, body) VALUES (?, 'rest')`, key)
	type state struct {
		Body      string
		Version   int32
		IsEdited  bool
		IsDeleted bool
	}
	read := func() (row state) {
		err := db.Handle(t.Context()).Raw(`SELECT body, version, edited_at IS NOT NULL AS is_edited, deleted_at IS NOT NULL AS is_deleted
			FROM tip WHERE id = ?`, key).Scan(&row).Error
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	var c edit.Changes
	if err := c.Write(t.Context(), db, tips(), key.UUID); err != nil || read().Version != 1 {
		t.Errorf("nothing changed, and the version is %d: %v", read().Version, err)
	}
	edit.Required(&c, "body", "body", graphql.OmittableOf(new("walk")))
	if err := c.Write(t.Context(), db, tips(), key.UUID); err != nil {
		t.Fatal(err)
	}
	if got := read(); got.Body != "walk" || got.Version != 2 || !got.IsEdited {
		t.Errorf("after a change: %+v", got)
	}
	if err := edit.Delete(t.Context(), db, tips(), key.UUID); err != nil || !read().IsDeleted || read().Version != 3 {
		t.Errorf("after deletion: %+v, %v", read(), err)
	}
	if err := edit.Restore(t.Context(), db, tips(), key.UUID); err != nil || read().IsDeleted || read().Version != 4 {
		t.Errorf("after it came back: %+v, %v", read(), err)
	}
	if edit.Unchanged(4, nil) != nil || edit.Unchanged(4, new(int32(4))) != nil {
		t.Error("what did not change is a conflict")
	}
	if e := errs.As(edit.Unchanged(4, new(int32(3)))); e == nil || e.Code != errs.CodeConflict || e.CurrentVersion != 4 {
		t.Errorf("another version: got %+v", e)
	}
}
