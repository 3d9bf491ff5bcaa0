package resolution_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

func TestASolutionIsAddedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.post("Port is taken")
	added, err := h.s.Add(h.asEve, resolution.AddSolutionInput{ChallengeID: c, Body: "Stop <script>alert(1)</script>it."})
	if err != nil || added.Solution.Version != 1 || added.Solution.Accepted || *added.Solution.AuthorID != *auth.ActorOf(h.asEve).User {
		t.Fatalf("added: %+v, %v", added.Solution, err)
	}
	if html := added.Solution.BodyHTML(); strings.Contains(html, "<script") {
		t.Errorf("the script is in the HTML: %s", html)
	}
	s := added.Solution.ID
	update := func(ctx context.Context, input resolution.UpdateSolutionInput) (*resolution.UpdateSolutionPayload, error) {
		input.ID = s
		return h.s.Update(ctx, input)
	}
	got, err := update(h.asEve, resolution.UpdateSolutionInput{Body: graphql.OmittableOf(new("Wait.")), IfVersion: new(int32(1))})
	if err != nil || got.Solution.Body != "Wait." || got.Solution.Version != 2 || got.Solution.EditedAt == nil {
		t.Errorf("changed: %+v, %v", got.Solution, err)
	}
	got, err = update(h.asEve, resolution.UpdateSolutionInput{})
	if err != nil || got.Solution.Version != 2 {
		t.Errorf("changed without a value: %+v, %v", got.Solution, err)
	}
	_, err = update(h.asEve, resolution.UpdateSolutionInput{Body: graphql.OmittableOf(new("x")), IfVersion: new(int32(1))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	for _, body := range []*string{nil, new(" \n")} {
		_, err = update(h.asEve, resolution.UpdateSolutionInput{Body: graphql.OmittableOf(body)})
		wantCode(t, err, errs.CodeBadUserInput, "input", "body")
	}
	_, err = update(h.asAda, resolution.UpdateSolutionInput{Body: graphql.OmittableOf(new("Mine."))})
	wantCode(t, err, errs.CodeForbidden) // the challenge is hers, the solution is not
	_, err = h.s.Delete(h.asAda, resolution.DeleteSolutionInput{ID: s})
	wantCode(t, err, errs.CodeForbidden)
	_, err = h.s.Delete(h.asEve, resolution.DeleteSolutionInput{ID: s, IfVersion: new(int32(1))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	deleted, err := h.s.Delete(h.asEve, resolution.DeleteSolutionInput{ID: s})
	if err != nil || *deleted.DeletedID != s {
		t.Errorf("deleted: %+v, %v", deleted, err)
	}
	_, err = update(h.asEve, resolution.UpdateSolutionInput{})
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	h.wantEvents(1, "solution.added", "solution.updated body", "solution.deleted")
	var parents int
	h.must(h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM event WHERE parent_type = 'ch' AND parent_id = ? AND subject_id = ?`, c, s).Scan(&parents).Error)
	if parents != 3 {
		t.Errorf("%d events have the challenge as their parent, want 3", parents)
	}
}

func TestWhoAddsASolution(t *testing.T) {
	t.Parallel()
	h := open(t)
	asMember := h.person("linus")
	public, members, alone := h.post("Port is taken"), h.post("Address in use"), h.post("Something else")
	h.exec(`UPDATE challenge SET cohort_id = ? WHERE id = ?`, h.cohort("PUBLIC", map[string]context.Context{"LEARNER": asMember}), public)
	h.exec(`UPDATE challenge SET cohort_id = ? WHERE id = ?`, h.cohort("MEMBERS", map[string]context.Context{"LEARNER": asMember}), members)
	add := func(ctx context.Context, to id.Challenge, body string) error {
		_, err := h.s.Add(ctx, resolution.AddSolutionInput{ChallengeID: to, Body: body})
		return err
	}
	for _, to := range []id.Challenge{public, members, alone} {
		h.must(add(asMember, to, "Stop the other one."))
	}
	h.must(add(h.asEve, alone, "Stop the other one."))
	before := len(h.events(0))
	wantCode(t, add(h.asEve, public, "x"), errs.CodeForbidden)
	wantCode(t, add(h.asEve, members, "x"), errs.CodeNotFound, "input", "challengeId")
	wantCode(t, add(h.asEve, id.New[id.Challenge](), "x"), errs.CodeNotFound, "input", "challengeId")
	wantCode(t, add(h.asEve, alone, "\t"), errs.CodeBadUserInput, "input", "body")
	wantCode(t, add(t.Context(), alone, "x"), errs.CodeUnauthenticated)
	var solutions int
	h.must(h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM solution`).Scan(&solutions).Error)
	if solutions != 4 || len(h.events(0)) != before {
		t.Errorf("%d solutions, want 4, and events of what was refused: %v", solutions, h.events(before))
	}
}
