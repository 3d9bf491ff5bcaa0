package resolution_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with people: ada, who posts challenges, and eve, who solves.
type hub struct {
	*testing.T
	db         *database.DB
	s          *resolution.Service
	challenges *challenge.Service
	asAda      context.Context //nolint:containedctx // that of a person, for the test
	asEve      context.Context //nolint:containedctx // likewise
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	challenges := challenge.New(db)
	h := hub{T: t, db: db, s: resolution.New(db, challenges), challenges: challenges}
	h.asAda, h.asEve = h.person("ada"), h.person("eve")
	return h
}

func (h hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

// person returns the context of a new person.
func (h hub) person(handle string) context.Context {
	h.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	return auth.WithActor(h.Context(), auth.Actor{User: &u, Scope: auth.ScopeAccount})
}

// cohort makes a cohort with members by their roles.
func (h hub) cohort(visibility string, roles map[string]context.Context) id.Cohort {
	h.Helper()
	program, cohort := id.New[id.Program](), id.New[id.Cohort]()
	slug := program.String()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, ?, 'Go', ?)`, program, slug, slug)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', ?)`, cohort, program, visibility)
	for role, person := range roles {
		h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, ?)`, id.New[id.Membership](), cohort, auth.ActorOf(person).User, role)
	}
	return cohort
}

// post posts a challenge of Ada.
func (h hub) post(title string) id.Challenge {
	h.Helper()
	payload, err := h.challenges.Create(h.asAda, challenge.CreateChallengeInput{Title: title})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Challenge.ID
}

// add adds a solution of Eve.
func (h hub) add(to id.Challenge, body string) id.Solution {
	h.Helper()
	payload, err := h.s.Add(h.asEve, resolution.AddSolutionInput{ChallengeID: to, Body: body})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Solution.ID
}

func (h hub) accept(ctx context.Context, key id.Solution) error {
	_, err := h.s.Accept(ctx, resolution.AcceptSolutionInput{ID: key})
	return err
}

func (h hub) unaccept(ctx context.Context, key id.Solution) error {
	_, err := h.s.Unaccept(ctx, resolution.UnacceptSolutionInput{ID: key})
	return err
}

func (h hub) solve(ctx context.Context, key id.Challenge) error {
	_, err := h.s.MarkSolved(ctx, resolution.MarkChallengeSolvedInput{ID: key})
	return err
}

func (h hub) duplicate(ctx context.Context, key, of id.Challenge) error {
	_, err := h.s.MarkDuplicate(ctx, resolution.MarkChallengeDuplicateInput{ID: key, DuplicateOfID: of})
	return err
}

func (h hub) reopen(ctx context.Context, key id.Challenge) error {
	_, err := h.s.Reopen(ctx, resolution.ReopenChallengeInput{ID: key})
	return err
}

func (h hub) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// wantState checks how far a challenge has come and which solutions are accepted.
func (h hub) wantState(key id.Challenge, status challenge.ChallengeStatus, accepted ...id.Solution) {
	h.Helper()
	found, err := h.challenges.ByIDs(h.asAda, []id.Challenge{key})
	if err != nil || found[key] == nil || found[key].Status != status {
		h.Errorf("challenge %+v, want it %s: %v", found[key], status, err)
	}
	var got []id.Solution
	err = h.db.Handle(h.Context()).Raw(`SELECT id FROM solution WHERE challenge_id = ? AND accepted ORDER BY id`, key).Scan(&got).Error
	if diff := cmp.Diff(accepted, got); diff != "" || err != nil {
		h.Errorf("accepted (-want +got):\n%s%v", diff, err)
	}
}

// events returns kinds and changed fields in the change log from the n-th on.
func (h hub) events(n int) (list []string) {
	h.Helper()
	h.must(h.db.Handle(h.Context()).Raw(`SELECT concat_ws(' ', kind, NULLIF(array_to_string(changed, ','), '')) FROM event ORDER BY id OFFSET ?`, n).Scan(&list).Error)
	return list
}

func (h hub) wantEvents(from int, want ...string) {
	h.Helper()
	if diff := cmp.Diff(want, h.events(from)); diff != "" {
		h.Errorf("change log (-want +got):\n%s", diff)
	}
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v at %v, want %s at %v", err, e, code, path)
	}
}
