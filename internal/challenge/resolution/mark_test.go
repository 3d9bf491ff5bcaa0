package resolution_test

import (
	"context"
	"sync"
	"testing"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

func TestAChallengeIsMarked(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, second := h.post("Port is taken"), h.post("Address in use")
	posted := len(h.events(0))
	for range 2 { // the second time nothing changes
		h.must(h.solve(h.asAda, second))
		h.wantState(second, challenge.Solved)
	}
	for range 2 {
		h.must(h.duplicate(h.asAda, second, first))
		h.wantState(second, challenge.Duplicate)
	}
	for range 2 {
		h.must(h.reopen(h.asAda, second))
		h.wantState(second, challenge.Open)
	}
	h.wantEvents(posted, "challenge.solved status", "challenge.marked_duplicate status,duplicateOf", "challenge.reopened status,duplicateOf")
	got, err := h.s.MarkDuplicate(h.asAda, resolution.MarkChallengeDuplicateInput{ID: second, DuplicateOfID: first, IfVersion: new(int32(4))})
	if err != nil || *got.Challenge.DuplicateOfID != first || got.Challenge.Version != 5 || got.Challenge.EditedAt == nil {
		t.Errorf("marked: %+v, %v", got.Challenge, err)
	}
	_, err = h.s.Reopen(h.asAda, resolution.ReopenChallengeInput{ID: second, IfVersion: new(int32(4))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	_, err = h.s.MarkSolved(h.asAda, resolution.MarkChallengeSolvedInput{ID: second, IfVersion: new(int32(4))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	if errs.As(err).CurrentVersion != 5 {
		t.Errorf("the conflict tells version %d, want 5", errs.As(err).CurrentVersion)
	}
}

func TestWhoMarksAChallenge(t *testing.T) {
	t.Parallel()
	h := open(t)
	asMentor, asStaff, asLearner := h.person("grace"), h.person("edsger"), h.person("linus")
	asAdmin := auth.WithActor(t.Context(), auth.Actor{User: auth.ActorOf(h.asEve).User, Admin: true, Scope: auth.ScopeAccount})
	placed, alone, other := h.post("Port is taken"), h.post("Address in use"), h.post("Something else")
	cohort := h.cohort("PUBLIC", map[string]context.Context{"MENTOR": asMentor, "STAFF": asStaff, "LEARNER": asLearner})
	h.exec(`UPDATE challenge SET cohort_id = ? WHERE id = ?`, cohort, placed)
	for name, test := range map[string]struct {
		as            context.Context //nolint:containedctx // a row of the table
		placed, alone errs.Code
	}{
		"author":   {h.asAda, "", ""},
		"mentor":   {asMentor, "", errs.CodeForbidden},
		"staff":    {asStaff, "", errs.CodeForbidden},
		"admin":    {asAdmin, "", ""},
		"learner":  {asLearner, errs.CodeForbidden, errs.CodeForbidden},
		"stranger": {h.asEve, errs.CodeForbidden, errs.CodeForbidden},
		"visitor":  {t.Context(), errs.CodeUnauthenticated, errs.CodeUnauthenticated},
	} {
		for key, code := range map[id.Challenge]errs.Code{placed: test.placed, alone: test.alone} {
			for how, err := range map[string]error{
				"solved": h.solve(test.as, key), "duplicate": h.duplicate(test.as, key, other), "reopen": h.reopen(test.as, key),
			} {
				if errs.CodeOf(err) != code {
					t.Errorf("%s, %s: %v, want %q", name, how, err, code)
				}
			}
		}
	}
}

func TestDuplicatesGoInNoCircle(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b, c := h.post("Port is taken"), h.post("Address in use"), h.post("Something else")
	path := []string{"input", "duplicateOfId"}
	wantCode(t, h.duplicate(h.asAda, a, a), errs.CodeBadUserInput, path...)
	wantCode(t, h.duplicate(h.asAda, a, id.New[id.Challenge]()), errs.CodeNotFound, path...)
	h.must(h.duplicate(h.asAda, a, b))
	h.must(h.duplicate(h.asAda, b, c))
	wantCode(t, h.duplicate(h.asAda, c, a), errs.CodeBadUserInput, path...)
	h.exec(`UPDATE challenge SET deleted_at = now() WHERE id = ?`, b) // it may come back
	wantCode(t, h.duplicate(h.asAda, c, a), errs.CodeBadUserInput, path...)
	wantCode(t, h.duplicate(h.asAda, c, b), errs.CodeNotFound, path...)
	h.wantState(c, challenge.Open)

	foreign := h.cohort("MEMBERS", nil)
	h.exec(`UPDATE challenge SET deleted_at = NULL, cohort_id = ? WHERE id = ?`, foreign, b)
	wantCode(t, h.duplicate(h.asAda, c, b), errs.CodeNotFound, path...)
}

// Two people close a circle from its two ends, over and over: one of them is late.
func TestDuplicatesAtOnceGoInNoCircle(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 20 {
		a, b := h.post("Port is taken"), h.post("Address in use")
		done := make([]error, 2)
		var wait sync.WaitGroup
		wait.Go(func() { done[0] = h.duplicate(h.asAda, a, b) })
		wait.Go(func() { done[1] = h.duplicate(h.asAda, b, a) })
		wait.Wait()
		refused := 0
		for _, err := range done {
			if err != nil {
				wantCode(t, err, errs.CodeBadUserInput, "input", "duplicateOfId")
				refused++
			}
		}
		if refused != 1 {
			t.Fatalf("%d of two marks are refused, want 1: %v", refused, done)
		}
	}
}
