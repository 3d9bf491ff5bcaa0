package challenge_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with people.
type hub struct {
	*testing.T
	db *database.DB
	s  *challenge.Service
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	return hub{t, db, challenge.New(db)}
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

func (h hub) create(ctx context.Context, input challenge.CreateChallengeInput) *challenge.Challenge {
	h.Helper()
	payload, err := h.s.Create(ctx, input)
	if err != nil {
		h.Fatal(err)
	}
	return payload.Challenge
}

// events returns kinds and changed fields in the change log, by their order.
func (h hub) events() (list []string) {
	h.Helper()
	err := h.db.Handle(h.Context()).Raw(`SELECT kind || ' ' || array_to_string(changed, ',') FROM event ORDER BY id`).Scan(&list).Error
	if err != nil {
		h.Fatal(err)
	}
	return list
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v at %v, want %s at %v", err, e, code, path)
	}
}

func TestAChallengeIsPostedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda, asEve := h.person("ada"), h.person("eve")
	docker, kafka := id.New[id.Technology](), id.New[id.Technology]()
	h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (?, 'docker', 'Docker', 'TOOL'), (?, 'kafka', 'Kafka', 'MESSAGING')`, docker, kafka)
	c := h.create(asAda, challenge.CreateChallengeInput{Title: "Port is taken", TechnologyIDs: []id.Technology{docker}})
	if c.Status != challenge.Open || c.Version != 1 || *c.AuthorID != *auth.ActorOf(asAda).User {
		t.Errorf("posted: %+v", c)
	}
	change := challenge.UpdateChallengeInput{
		ID: c.ID, Body: graphql.OmittableOf(new("Stop the other one.")), TechnologyIDs: graphql.OmittableOf([]id.Technology{kafka}), IfVersion: &c.Version,
	}
	got, err := h.s.Update(asAda, change)
	if err != nil || got.Challenge.Title != "Port is taken" || got.Challenge.Body != "Stop the other one." || got.Challenge.Version != 2 {
		t.Fatalf("changed: %+v, %v", got.Challenge, err)
	}
	var technologies []id.Technology
	err = h.db.Handle(t.Context()).Raw(`SELECT technology_id FROM challenge_technology WHERE challenge_id = ?`, c.ID).Scan(&technologies).Error
	if diff := cmp.Diff([]id.Technology{kafka}, technologies); diff != "" || err != nil {
		t.Errorf("technologies (-want +got):\n%s%v", diff, err)
	}
	_, err = h.s.Update(asAda, change)
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	_, err = h.s.Update(asEve, challenge.UpdateChallengeInput{ID: c.ID, Title: graphql.OmittableOf(new("Mine"))})
	wantCode(t, err, errs.CodeForbidden)
	_, err = h.s.Delete(asEve, challenge.DeleteChallengeInput{ID: c.ID})
	wantCode(t, err, errs.CodeForbidden)
	if _, err = h.s.Delete(asAda, challenge.DeleteChallengeInput{ID: c.ID}); err != nil {
		t.Error(err)
	}
	_, err = h.s.Update(asAda, challenge.UpdateChallengeInput{ID: c.ID, Title: graphql.OmittableOf(new("Again"))})
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	want := []string{"challenge.created ", "challenge.updated body,technologyIds", "challenge.deleted "}
	if diff := cmp.Diff(want, h.events()); diff != "" {
		t.Errorf("change log (-want +got):\n%s", diff)
	}
}

func TestWhatIsWrongWithAChallenge(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada")
	program, members, public := id.New[id.Program](), id.New[id.Cohort](), id.New[id.Cohort]()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'a', 'MEMBERS'), (?, ?, 'b', 'PUBLIC')`, members, program, public, program)
	post := func(input challenge.CreateChallengeInput) error {
		_, err := h.s.Create(asAda, input)
		return err
	}
	wantCode(t, post(challenge.CreateChallengeInput{Title: " \n"}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, post(challenge.CreateChallengeInput{Title: "x", CohortID: &members}), errs.CodeNotFound, "input", "cohortId")
	wantCode(t, post(challenge.CreateChallengeInput{Title: "x", CohortID: &public}), errs.CodeForbidden)
	wantCode(t, post(challenge.CreateChallengeInput{Title: "x", TechnologyIDs: []id.Technology{id.New[id.Technology]()}}), errs.CodeNotFound, "input", "technologyIds", "0")
	if _, err := h.s.Create(t.Context(), challenge.CreateChallengeInput{Title: "x"}); errs.CodeOf(err) != errs.CodeUnauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	var left int
	if err := h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM challenge`).Scan(&left).Error; err != nil || left != 0 || len(h.events()) != 0 {
		t.Errorf("%d challenges and the events %v are left of what was refused: %v", left, h.events(), err)
	}
}
