package program_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/program"
)

func (h hub) leave(ctx context.Context, c *program.Cohort) error {
	_, err := h.s.Leave(ctx, program.LeaveCohortInput{CohortID: c.ID})
	return err
}

func TestPeopleJoinAndLeave(t *testing.T) {
	t.Parallel()
	h := open(t)
	public, members := h.cohort(program.Public), h.cohort(program.MembersOnly)
	_, asEve := h.person("eve", false)
	join := func(ctx context.Context, c *program.Cohort) (*program.Membership, error) {
		payload, err := h.s.Join(ctx, program.JoinCohortInput{CohortID: c.ID})
		if err != nil {
			return nil, err
		}
		return payload.Membership, nil
	}
	first, err := join(asEve, public)
	if err != nil || first.Role != program.Learner || first.UserID != *auth.ActorOf(asEve).User {
		t.Fatalf("joined: %+v, %v", first, err)
	}
	again, err := join(asEve, public)
	if err != nil || again.ID != first.ID {
		t.Errorf("joined again: %+v, %v", again, err)
	}
	_, asStaff := h.member(public, "ada", program.Staff)
	if m, err := join(asStaff, public); err != nil || m.Role != program.Staff {
		t.Errorf("who is staff became %+v, %v", m, err)
	}
	_, err = join(asEve, members)
	wantCode(t, err, errs.CodeNotFound, "input", "cohortId")
	_, err = join(t.Context(), public)
	wantCode(t, err, errs.CodeUnauthenticated)
	gone, err := h.s.Leave(asEve, program.LeaveCohortInput{CohortID: public.ID})
	if err != nil || *gone.DeletedID != first.ID {
		t.Errorf("left: %+v, %v", gone, err)
	}
	if gone, err = h.s.Leave(asEve, program.LeaveCohortInput{CohortID: public.ID}); err != nil || gone.DeletedID != nil {
		t.Errorf("left again: %+v, %v", gone, err)
	}
	wantCode(t, h.leave(asEve, members), errs.CodeNotFound, "input", "cohortId")
	wantCode(t, h.leave(asStaff, public), errs.CodeConflict, "input", "cohortId")
	h.wantTexts("change log", []string{"membership.created", "membership.created", "membership.deleted"},
		`SELECT kind FROM event WHERE kind LIKE 'membership%' AND cohort_id IS NOT NULL AND parent_type = 'co' ORDER BY id`)
}

func TestStaffChangeAndRemoveMembers(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.cohort(program.MembersOnly)
	staff, asStaff := h.member(c, "ada", program.Staff)
	mentor, asMentor := h.member(c, "grace", program.Mentor)
	_, asStranger := h.person("eve", false)
	change := func(ctx context.Context, m *program.Membership, role program.MembershipRole) error {
		_, err := h.s.ChangeRole(ctx, program.ChangeMembershipRoleInput{ID: m.ID, Role: role})
		return err
	}
	remove := func(ctx context.Context, m *program.Membership) error {
		_, err := h.s.RemoveMember(ctx, program.RemoveMemberInput{ID: m.ID})
		return err
	}
	for _, test := range []struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		code errs.Code
		path []string
	}{{t.Context(), errs.CodeUnauthenticated, nil}, {asStranger, errs.CodeNotFound, []string{"input", "id"}}, {asMentor, errs.CodeForbidden, nil}} {
		wantCode(t, change(test.ctx, mentor, program.Staff), test.code, test.path...)
		wantCode(t, remove(test.ctx, mentor), test.code, test.path...)
	}
	wantCode(t, change(asStaff, staff, program.Mentor), errs.CodeConflict, "input", "id")
	wantCode(t, remove(asStaff, staff), errs.CodeConflict, "input", "id")
	wantCode(t, change(asStaff, &program.Membership{ID: id.New[id.Membership]()}, program.Mentor), errs.CodeNotFound, "input", "id")
	// Who becomes staff may act as such at once, and no more when they are not.
	if err := change(asStaff, mentor, program.Staff); err != nil {
		t.Fatal(err)
	}
	if err := change(asMentor, staff, program.Learner); err != nil {
		t.Fatal(err)
	}
	wantCode(t, remove(asStaff, mentor), errs.CodeForbidden)
	if err := remove(asMentor, staff); err != nil {
		t.Error(err)
	}
	wantCode(t, change(asStaff, mentor, program.Learner), errs.CodeNotFound, "input", "id")
	if err := change(h.admin, mentor, program.Learner); err != nil {
		t.Errorf("an admin takes the last staff: %v", err)
	}
	if err := remove(h.admin, mentor); err != nil {
		t.Error(err)
	}
	h.wantTexts("members", nil, `SELECT role FROM membership`)
}

func TestTwoJoinAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.cohort(program.Public)
	_, asAda := h.person("ada", false)
	_, asEve := h.person("eve", false)
	join := func(ctx context.Context) func() error {
		return func() error {
			_, err := h.s.Join(ctx, program.JoinCohortInput{CohortID: c.ID})
			return err
		}
	}
	codes := h.atOnce(join(asAda), join(asEve), join(asAda), join(asEve))
	if diff := cmp.Diff(map[errs.Code]int{"": 4}, codes); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	h.wantTexts("members", []string{"ada LEARNER", "eve LEARNER"}, `SELECT handle || ' ' || m.role FROM membership AS m JOIN app_user AS u ON u.id = user_id ORDER BY 1`)
	h.wantTexts("events", []string{"2"}, `SELECT count(*)::text FROM event WHERE kind = 'membership.created'`)
}

// Of the last two staff who go at the same moment, whichever way, one stays.
func TestTheLastTwoStaffLeaveAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.cohort(program.Public)
	for round := range 5 {
		ada, asAda := h.member(c, "ada-"+string(rune('a'+round)), program.Staff)
		_, asEve := h.member(c, "eve-"+string(rune('a'+round)), program.Staff)
		codes := h.atOnce(
			func() error { return h.leave(asEve, c) },
			func() error {
				if round%2 == 0 {
					return h.leave(asAda, c)
				}
				_, err := h.s.ChangeRole(asAda, program.ChangeMembershipRoleInput{ID: ada.ID, Role: program.Learner})
				return err
			})
		if diff := cmp.Diff(map[errs.Code]int{"": 1, errs.CodeConflict: 1}, codes); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
		h.wantTexts("staff", []string{"STAFF"}, `SELECT role FROM membership WHERE role = 'STAFF'`)
		h.exec(`DELETE FROM membership`)
	}
}
