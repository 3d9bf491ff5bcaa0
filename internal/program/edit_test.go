package program_test

import (
	"context"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/program"
)

func TestAProgrammeIsAddedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	created, err := h.s.Create(h.admin, program.CreateProgramInput{Title: "Back End", Provider: new("A school"), Overview: new("*Much*")})
	if err != nil || created.Program.Slug != "back-end" || *created.Program.Provider != "A school" || *created.Program.Overview != "*Much*" {
		t.Fatalf("added: %+v, %v", created.Program, err)
	}
	p := created.Program
	got, err := h.s.Update(h.admin, program.UpdateProgramInput{ID: p.ID, Title: graphql.OmittableOf(new("Front End")), Provider: graphql.OmittableOf[*string](nil), IfVersion: new(int32(1))})
	if err != nil || got.Program.Title != "Front End" || got.Program.Slug != "back-end" || got.Program.Provider != nil || *got.Program.Overview != "*Much*" || got.Program.Version != 2 {
		t.Fatalf("changed: %+v, %v", got.Program, err)
	}
	if found, exists, err := h.s.Find(t.Context(), "front  END"); err != nil || !exists || found != p.ID {
		t.Errorf("an import finds %v, %t, %v", found, exists, err)
	}
	if _, err := h.s.Delete(h.admin, program.DeleteProgramInput{ID: p.ID}); err != nil {
		t.Fatal(err)
	}
	again, err := h.s.Create(h.admin, program.CreateProgramInput{Title: "Front End", Slug: new("back-end")})
	if err != nil || again.Program.Slug != "back-end" {
		t.Errorf("slug and title are not free again: %+v, %v", again, err)
	}
	h.wantTexts("change log", []string{"program.created ", "program.updated title,provider", "program.deleted ", "program.created "},
		`SELECT kind || ' ' || array_to_string(changed, ',') FROM event ORDER BY id`)
}

func TestWhatIsWrongWithAProgramme(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.cohort(program.Public)
	other := h.program("Other")
	create := func(input program.CreateProgramInput) error {
		_, err := h.s.Create(h.admin, input)
		return err
	}
	update := func(input program.UpdateProgramInput) error {
		_, err := h.s.Update(h.admin, input)
		return err
	}
	wantCode(t, create(program.CreateProgramInput{Title: "other"}), errs.CodeConflict, "input", "title")
	wantCode(t, create(program.CreateProgramInput{Title: "?"}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, create(program.CreateProgramInput{Title: "New", Slug: new("other")}), errs.CodeConflict, "input", "slug")
	wantCode(t, update(program.UpdateProgramInput{ID: c.ProgramID, Title: graphql.OmittableOf(new("Other"))}), errs.CodeConflict, "input", "title")
	wantCode(t, update(program.UpdateProgramInput{ID: other.ID, Title: graphql.OmittableOf[*string](nil)}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, update(program.UpdateProgramInput{ID: other.ID, IfVersion: new(int32(3))}), errs.CodeConflict, "input", "ifVersion")
	wantCode(t, update(program.UpdateProgramInput{ID: id.New[id.Program]()}), errs.CodeNotFound, "input", "id")
	_, err := h.s.Delete(h.admin, program.DeleteProgramInput{ID: c.ProgramID})
	wantCode(t, err, errs.CodeConflict, "input", "id")
	if _, err = h.s.DeleteCohort(h.admin, program.DeleteCohortInput{ID: c.ID}); err != nil {
		t.Error(err)
	}
	if _, err = h.s.Delete(h.admin, program.DeleteProgramInput{ID: c.ProgramID}); err != nil {
		t.Error(err)
	}
	h.wantTexts("titles", []string{"Other", "Programme of PUBLIC"}, `SELECT title FROM program ORDER BY title`)
	for code, ctx := range map[errs.Code]context.Context{errs.CodeUnauthenticated: t.Context(), errs.CodeForbidden: func() context.Context { _, ctx := h.person("eve", false); return ctx }()} {
		_, err := h.s.Create(ctx, program.CreateProgramInput{Title: "Mine"})
		wantCode(t, err, code)
		_, err = h.s.Update(ctx, program.UpdateProgramInput{ID: other.ID})
		wantCode(t, err, code)
		_, err = h.s.Delete(ctx, program.DeleteProgramInput{ID: other.ID})
		wantCode(t, err, code)
		_, err = h.s.CreateCohort(ctx, program.CreateCohortInput{ProgramID: other.ID, Name: "x", Visibility: program.Public})
		wantCode(t, err, code)
	}
}

func TestACohortIsAddedChangedAndDeletedByItsStaff(t *testing.T) {
	t.Parallel()
	h := open(t)
	staff, asStaff := h.person("ada", false)
	c := h.cohort(program.MembersOnly, staff)
	day := func(n int) *time.Time { return new(time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC)) }
	update := func(ctx context.Context, input program.UpdateCohortInput) (*program.Cohort, error) {
		input.ID = c.ID
		payload, err := h.s.UpdateCohort(ctx, input)
		if err != nil {
			return nil, err
		}
		return payload.Cohort, nil
	}
	got, err := update(asStaff, program.UpdateCohortInput{Name: graphql.OmittableOf(new("summer")), StartsOn: graphql.OmittableOf(day(1)), EndsOn: graphql.OmittableOf(day(2)), IfVersion: new(int32(1))})
	if err != nil || got.Name != "summer" || got.StartsOn == nil || got.EndsOn == nil || got.Visibility != program.MembersOnly || got.Version != 2 {
		t.Fatalf("changed: %+v, %v", got, err)
	}
	_, err = update(asStaff, program.UpdateCohortInput{EndsOn: graphql.OmittableOf[*time.Time](nil), StartsOn: graphql.OmittableOf(day(9))})
	if err != nil {
		t.Error(err)
	}
	_, err = update(asStaff, program.UpdateCohortInput{EndsOn: graphql.OmittableOf(day(8))})
	wantCode(t, err, errs.CodeBadUserInput, "input", "endsOn")
	_, err = update(asStaff, program.UpdateCohortInput{Name: graphql.OmittableOf(new(" "))})
	wantCode(t, err, errs.CodeBadUserInput, "input", "name")
	_, err = update(asStaff, program.UpdateCohortInput{Visibility: graphql.OmittableOf[*program.CohortVisibility](nil)})
	wantCode(t, err, errs.CodeBadUserInput, "input", "visibility")
	_, err = update(asStaff, program.UpdateCohortInput{IfVersion: new(int32(1))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	_, err = h.s.CreateCohort(h.admin, program.CreateCohortInput{ProgramID: c.ProgramID, Name: "summer", Visibility: program.Public})
	wantCode(t, err, errs.CodeConflict, "input", "name")
	_, err = h.s.CreateCohort(h.admin, program.CreateCohortInput{ProgramID: c.ProgramID, Name: "autumn", Visibility: program.Public, StaffIDs: []id.User{staff, id.New[id.User]()}})
	wantCode(t, err, errs.CodeNotFound, "input", "staffIds", "1")
	_, err = h.s.CreateCohort(h.admin, program.CreateCohortInput{ProgramID: id.New[id.Program](), Name: "autumn", Visibility: program.Public})
	wantCode(t, err, errs.CodeNotFound, "input", "programId")

	_, asMentor := h.member(c, "grace", program.Mentor)
	_, asStranger := h.person("eve", false)
	for _, test := range []struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		code errs.Code
		path []string
	}{{t.Context(), errs.CodeUnauthenticated, nil}, {asStranger, errs.CodeNotFound, []string{"input", "id"}}, {asMentor, errs.CodeForbidden, nil}} {
		_, err = update(test.ctx, program.UpdateCohortInput{Name: graphql.OmittableOf(new("mine"))})
		wantCode(t, err, test.code, test.path...)
		_, err = h.s.DeleteCohort(test.ctx, program.DeleteCohortInput{ID: c.ID})
		wantCode(t, err, test.code, test.path...)
	}
	if _, err = h.s.DeleteCohort(asStaff, program.DeleteCohortInput{ID: c.ID}); err != nil {
		t.Error(err)
	}
	_, err = update(asStaff, program.UpdateCohortInput{})
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	h.wantTexts("change log", []string{
		"program.created ", "cohort.created ", "membership.created ", "cohort.updated name,startsOn,endsOn", "cohort.updated startsOn,endsOn",
		"membership.created ", "cohort.deleted ",
	}, `SELECT kind || ' ' || array_to_string(changed, ',') FROM event ORDER BY id`)
}
