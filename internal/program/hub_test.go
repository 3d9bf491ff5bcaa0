package program_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/program"
)

// hub is a database with an admin.
type hub struct {
	*testing.T
	db    *database.DB
	s     *program.Service
	admin context.Context //nolint:containedctx // who acts in most of a test
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{T: t, db: db, s: program.New(db)}
	_, h.admin = h.person("root", true)
	return h
}

func (h hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

func (h hub) person(handle string, admin bool) (id.User, context.Context) {
	h.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	return u, auth.WithActor(h.Context(), auth.Actor{User: &u, Admin: admin, Scope: auth.ScopeAccount})
}

func (h hub) program(title string) *program.Program {
	h.Helper()
	payload, err := h.s.Create(h.admin, program.CreateProgramInput{Title: title})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Program
}

// cohort creates a cohort of a new programme with these people as its staff.
func (h hub) cohort(v program.CohortVisibility, staff ...id.User) *program.Cohort {
	h.Helper()
	payload, err := h.s.CreateCohort(h.admin, program.CreateCohortInput{
		ProgramID: h.program("Programme of " + string(v)).ID, Name: "spring", Visibility: v, StaffIDs: staff,
	})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Cohort
}

// member adds a person to a cohort.
func (h hub) member(c *program.Cohort, handle string, role program.MembershipRole) (*program.Membership, context.Context) {
	h.Helper()
	u, ctx := h.person(handle, false)
	m, err := h.s.Add(h.admin, c.ID, u, role)
	if err != nil {
		h.Fatal(err)
	}
	return m, ctx
}

func (h hub) wantTexts(what string, want []string, sql string) {
	h.Helper()
	var got []string
	if err := h.db.Handle(h.Context()).Raw(sql).Scan(&got).Error; err != nil {
		h.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// atOnce runs what at the same time, on connections that are open already, and
// counts the codes of the errors.
func (h hub) atOnce(what ...func() error) map[errs.Code]int {
	h.Helper()
	var opened, all sync.WaitGroup
	for range what {
		opened.Go(func() { h.exec("SELECT pg_sleep(0.05)") })
	}
	opened.Wait()
	begin, results := make(chan struct{}), make(chan error, len(what))
	for _, one := range what {
		all.Go(func() {
			<-begin
			results <- one()
		})
	}
	close(begin)
	all.Wait()
	codes := map[errs.Code]int{}
	for range what {
		codes[errs.CodeOf(<-results)]++
	}
	return codes
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v, want %s at %v", err, code, path)
	}
}
