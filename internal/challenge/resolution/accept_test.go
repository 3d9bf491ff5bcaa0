package resolution_test

import (
	"context"
	"sync"
	"testing"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/errs"
)

func TestAcceptingASolutionSolvesItsChallenge(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.post("Port is taken")
	one, two := h.add(c, "Stop the other one."), h.add(c, "Take another port.")
	before := len(h.events(0))
	for range 2 { // the second time nothing changes
		h.must(h.accept(h.asAda, one))
		h.wantState(c, challenge.Solved, one)
	}
	h.wantEvents(before, "solution.accepted accepted", "challenge.solved status")
	h.must(h.accept(h.asAda, two))
	h.wantState(c, challenge.Solved, two)
	h.must(h.unaccept(h.asAda, one)) // it is not accepted any more
	h.wantState(c, challenge.Solved, two)
	h.wantEvents(before+2, "solution.unaccepted accepted", "solution.accepted accepted")
	h.must(h.unaccept(h.asAda, two))
	h.wantState(c, challenge.Open)
	h.wantEvents(before+4, "solution.unaccepted accepted", "challenge.reopened status")
	got, err := h.s.Accept(h.asAda, resolution.AcceptSolutionInput{ID: one, IfVersion: new(int32(3))})
	if err != nil || !got.Solution.Accepted || got.Solution.Version != 4 || got.Solution.EditedAt == nil {
		t.Errorf("accepted: %+v, %v", got.Solution, err)
	}
	_, err = h.s.Unaccept(h.asAda, resolution.UnacceptSolutionInput{ID: one, IfVersion: new(int32(3))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
}

// What was solved by other means stays solved.
func TestMarksOutliveTheAcceptedSolution(t *testing.T) {
	t.Parallel()
	h := open(t)
	c, other := h.post("Port is taken"), h.post("Address in use")
	s := h.add(c, "Stop the other one.")
	remove := func() {
		_, err := h.s.Delete(h.asEve, resolution.DeleteSolutionInput{ID: s})
		h.must(err)
	}

	h.must(h.solve(h.asAda, c)) // marked first
	h.must(h.accept(h.asAda, s))
	h.must(h.unaccept(h.asAda, s))
	h.wantState(c, challenge.Solved)

	h.must(h.reopen(h.asAda, c)) // accepted first
	h.must(h.accept(h.asAda, s))
	h.must(h.solve(h.asAda, c))
	remove()
	h.wantState(c, challenge.Solved)

	h.must(h.duplicate(h.asAda, c, other)) // a duplicate stays one
	s = h.add(c, "Stop the other one.")
	h.must(h.accept(h.asAda, s))
	h.wantState(c, challenge.Duplicate, s)
	remove()
	h.wantState(c, challenge.Duplicate)

	h.must(h.reopen(h.asAda, c)) // and what solved it leaves it open
	s = h.add(c, "Stop the other one.")
	h.must(h.accept(h.asAda, s))
	remove()
	h.wantState(c, challenge.Open)
	h.exec(`UPDATE solution SET deleted_at = NULL WHERE id = ?`, s)
	h.wantState(c, challenge.Open) // restored, and not accepted

	h.must(h.accept(h.asAda, s)) // nothing is accepted of what is open
	h.must(h.reopen(h.asAda, c))
	h.wantState(c, challenge.Open)
}

// Each of many accepts a solution of their own at the same time: one is accepted in
// the end, and nobody is refused.
func TestManyAcceptAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.post("Port is taken")
	var wait sync.WaitGroup
	for range 12 {
		s := h.add(c, "Stop the other one.")
		wait.Go(func() {
			if err := h.accept(h.asAda, s); err != nil {
				t.Error(err)
			}
		})
		wait.Go(func() {
			if _, err := h.s.Update(h.asEve, resolution.UpdateSolutionInput{ID: s}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	var accepted, told int
	h.must(h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM solution WHERE accepted`).Scan(&accepted).Error)
	h.must(h.db.Handle(t.Context()).Raw(`SELECT count(*) FILTER (WHERE kind = 'solution.accepted') - count(*) FILTER (WHERE kind = 'solution.unaccepted')
		FROM event`).Scan(&told).Error)
	if accepted != 1 || told != 1 {
		t.Errorf("%d solutions are accepted, %d by the change log, want 1", accepted, told)
	}
}

func TestWhoAcceptsASolution(t *testing.T) {
	t.Parallel()
	h := open(t)
	asMentor, asLearner := h.person("grace"), h.person("linus")
	asAdmin := auth.WithActor(t.Context(), auth.Actor{User: auth.ActorOf(h.asEve).User, Admin: true, Scope: auth.ScopeAccount})
	c := h.post("Port is taken")
	s := h.add(c, "Stop the other one.")
	h.exec(`UPDATE challenge SET cohort_id = ? WHERE id = ?`, h.cohort("PUBLIC", map[string]context.Context{"MENTOR": asMentor, "LEARNER": asLearner}), c)
	for name, test := range map[string]struct {
		as   context.Context //nolint:containedctx // a row of the table
		want errs.Code
	}{
		"author of the challenge": {h.asAda, ""}, "mentor": {asMentor, ""}, "admin": {asAdmin, ""},
		"author of the solution": {h.asEve, errs.CodeForbidden}, "learner": {asLearner, errs.CodeForbidden},
		"visitor": {t.Context(), errs.CodeUnauthenticated},
	} {
		if err := h.accept(test.as, s); errs.CodeOf(err) != test.want {
			t.Errorf("%s accepts: %v, want %q", name, err, test.want)
		}
		if err := h.unaccept(test.as, s); errs.CodeOf(err) != test.want {
			t.Errorf("%s takes it back: %v, want %q", name, err, test.want)
		}
	}
	h.exec(`UPDATE challenge SET deleted_at = now() WHERE id = ?`, c)
	wantCode(t, h.accept(h.asAda, s), errs.CodeNotFound, "input", "id")
}
