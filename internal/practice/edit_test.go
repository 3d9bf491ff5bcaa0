package practice_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/practice"
)

// hub is a database with people and a public cohort.
type hub struct {
	*testing.T
	db     *database.DB
	s      *practice.Service
	cohort id.Cohort
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{t, db, practice.New(db), id.New[id.Cohort]()}
	program := id.New[id.Program]()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'PUBLIC')`, h.cohort, program)
	return h
}

func (h hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

// person returns the context of a new person, a member of the cohort where they
// have a role.
func (h hub) person(handle, role string) context.Context {
	h.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	if role != "" {
		h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, ?)`, id.New[id.Membership](), h.cohort, u, role)
	}
	return auth.WithActor(h.Context(), auth.Actor{User: &u, Admin: handle == "admin", Scope: auth.ScopeAccount})
}

// texts returns the rows of a query with one column.
func (h hub) texts(sql string) (list []string) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Raw(sql).Scan(&list).Error; err != nil {
		h.Fatal(err)
	}
	return list
}

const changeLog = `SELECT kind || ' ' || array_to_string(changed, ',') || COALESCE(' in ' || c.name, '')
	FROM event LEFT JOIN cohort AS c ON c.id = event.cohort_id ORDER BY event.id`

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v at %v, want %s at %v", err, e, code, path)
	}
}

func TestAPracticeIsNotedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "LEARNER")
	docker, kafka := id.New[id.Technology](), id.New[id.Technology]()
	h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (?, 'docker', 'Docker', 'TOOL'), (?, 'kafka', 'Kafka', 'MESSAGING')`, docker, kafka)
	created, err := h.s.Create(asAda, practice.CreatePracticeInput{
		Title: "Pin versions", Body: "All of them.", CohortID: &h.cohort, TechnologyIDs: []id.Technology{docker, kafka, docker},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := created.Practice
	if p.Title != "Pin versions" || p.Version != 1 || *p.AuthorID != *auth.ActorOf(asAda).User || *p.CohortID != h.cohort {
		t.Errorf("noted: %+v", p)
	}
	const technologies = `SELECT t.slug FROM practice_technology AS pt JOIN technology AS t ON t.id = pt.technology_id ORDER BY 1`
	if diff := cmp.Diff([]string{"docker", "kafka"}, h.texts(technologies)); diff != "" {
		t.Errorf("technologies (-want +got):\n%s", diff)
	}
	change := practice.UpdatePracticeInput{ID: p.ID, Body: graphql.OmittableOf[*string](nil), TechnologyIDs: graphql.OmittableOf([]id.Technology{kafka}), IfVersion: &p.Version}
	updated, err := h.s.Update(asAda, change)
	if err != nil || updated.Practice.Title != "Pin versions" || updated.Practice.Body != "" || updated.Practice.Version != 2 || updated.Practice.EditedAt == nil {
		t.Fatalf("changed: %+v, %v", updated.Practice, err)
	}
	if diff := cmp.Diff([]string{"kafka"}, h.texts(technologies)); diff != "" {
		t.Errorf("technologies (-want +got):\n%s", diff)
	}
	_, err = h.s.Update(asAda, change)
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	if e := errs.As(err); e.CurrentVersion != 2 {
		t.Errorf("the current version is told as %d", e.CurrentVersion)
	}
	deletion, err := h.s.Delete(asAda, practice.DeletePracticeInput{ID: p.ID, IfVersion: new(int32(2))})
	if err != nil || *deletion.DeletedID != p.ID {
		t.Errorf("deleted: %+v, %v", deletion, err)
	}
	_, err = h.s.Update(asAda, change)
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	want := []string{"practice.created  in spring", "practice.updated body,technologyIds in spring", "practice.deleted  in spring"}
	if diff := cmp.Diff(want, h.texts(changeLog)); diff != "" {
		t.Errorf("change log (-want +got):\n%s", diff)
	}
}

func TestWhoMayChangeAPractice(t *testing.T) {
	t.Parallel()
	h := open(t)
	people := map[string]context.Context{
		"visitor": t.Context(), "author": h.person("ada", "LEARNER"), "stranger": h.person("eve", ""),
		"member": h.person("max", "LEARNER"), "mentor": h.person("grace", "MENTOR"), "staff": h.person("sue", "STAFF"), "admin": h.person("admin", ""),
	}
	created, err := h.s.Create(people["author"], practice.CreatePracticeInput{Title: "Pin versions", CohortID: &h.cohort})
	if err != nil {
		t.Fatal(err)
	}
	orphan := id.New[id.Practice]()
	h.exec(`INSERT INTO practice (id, title, body, cohort_id) VALUES (?, 'Nobody''s', '', ?)`, orphan, h.cohort)
	const ok = errs.Code("")
	for who, want := range map[string]struct{ authored, orphan, added errs.Code }{
		"visitor":  {errs.CodeUnauthenticated, errs.CodeUnauthenticated, errs.CodeUnauthenticated},
		"author":   {ok, errs.CodeForbidden, ok},
		"stranger": {errs.CodeForbidden, errs.CodeForbidden, errs.CodeForbidden},
		"member":   {errs.CodeForbidden, errs.CodeForbidden, ok},
		"mentor":   {errs.CodeForbidden, ok, ok},
		"staff":    {errs.CodeForbidden, ok, ok},
		"admin":    {ok, ok, ok},
	} {
		for key, code := range map[id.Practice]errs.Code{created.Practice.ID: want.authored, orphan: want.orphan} {
			_, err := h.s.Update(people[who], practice.UpdatePracticeInput{ID: key, Title: graphql.OmittableOf(new("By " + who))})
			if errs.CodeOf(err) != code {
				t.Errorf("%s changes: got %v, want %q", who, err, code)
			}
			if code == ok {
				continue
			}
			if _, err = h.s.Delete(people[who], practice.DeletePracticeInput{ID: key}); errs.CodeOf(err) != code {
				t.Errorf("%s deletes: got %v, want %q", who, err, code)
			}
		}
		_, err := h.s.Create(people[who], practice.CreatePracticeInput{Title: "x", CohortID: &h.cohort})
		if errs.CodeOf(err) != want.added {
			t.Errorf("%s adds: got %v, want %q", who, err, want.added)
		}
	}
}

func TestWhatIsWrongWithAPracticeIsNotStored(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "")
	h.exec(`UPDATE cohort SET visibility = 'MEMBERS'`)
	create := func(input practice.CreatePracticeInput) error {
		_, err := h.s.Create(asAda, input)
		return err
	}
	wantCode(t, create(practice.CreatePracticeInput{Title: " \n"}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, create(practice.CreatePracticeInput{Title: "x", CohortID: &h.cohort}), errs.CodeNotFound, "input", "cohortId")
	wantCode(t, create(practice.CreatePracticeInput{Title: "x", TechnologyIDs: []id.Technology{id.New[id.Technology]()}}), errs.CodeNotFound, "input", "technologyIds", "0")
	if left := h.texts(`SELECT title FROM practice UNION ALL SELECT kind FROM event`); len(left) > 0 {
		t.Errorf("left of what was refused: %v", left)
	}
	h.exec(`INSERT INTO practice (id, title, body, author_id) SELECT ?, 'Kept', 'Kept', id FROM app_user`, id.New[id.Practice]())
	key := id.New[id.Practice]()
	h.exec(`UPDATE practice SET id = ?`, key)
	_, err := h.s.Update(asAda, practice.UpdatePracticeInput{ID: key, Body: graphql.OmittableOf(new("New")), Title: graphql.OmittableOf[*string](nil)})
	wantCode(t, err, errs.CodeBadUserInput, "input", "title")
	_, err = h.s.Update(asAda, practice.UpdatePracticeInput{ID: key, Body: graphql.OmittableOf(new("New")), TechnologyIDs: graphql.OmittableOf([]id.Technology{id.New[id.Technology]()})})
	wantCode(t, err, errs.CodeNotFound, "input", "technologyIds", "0")
	if diff := cmp.Diff([]string{"Kept Kept 1"}, h.texts(`SELECT title || ' ' || body || ' ' || version FROM practice`)); diff != "" {
		t.Errorf("after bad changes (-want +got):\n%s", diff)
	}
}

func TestMarkupInAPracticeIsInert(t *testing.T) {
	t.Parallel()
	h := open(t)
	created, err := h.s.Create(h.person("ada", ""), practice.CreatePracticeInput{
		Title: "x", Body: "**bold** <script>alert(1)</script> [go](javascript:alert(1)) <img src=x onerror=alert(1)>",
	})
	if err != nil {
		t.Fatal(err)
	}
	html := created.Practice.BodyHTML()
	for _, live := range []string{"<script", "javascript:", "onerror"} {
		if strings.Contains(html, live) {
			t.Errorf("%s is left in %s", live, html)
		}
	}
	if !strings.Contains(html, "<strong>bold</strong>") {
		t.Errorf("the Markdown is lost: %s", html)
	}
}
