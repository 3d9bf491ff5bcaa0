package comment_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with something of each kind that people comment on.
type hub struct {
	*testing.T
	db        *database.DB
	s         *comment.Service
	challenge id.Challenge
	solution  id.Solution
	practice  id.Practice
	document  id.Document
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{
		T: t, db: db, s: comment.New(db),
		challenge: id.New[id.Challenge](), solution: id.New[id.Solution](), practice: id.New[id.Practice](), document: id.New[id.Document](),
	}
	h.exec(`INSERT INTO challenge (id, title, body) VALUES (?, 'Port is taken', '')`, h.challenge)
	h.exec(`INSERT INTO solution (id, challenge_id, body) VALUES (?, ?, 'Stop the other one.')`, h.solution, h.challenge)
	h.exec(`INSERT INTO practice (id, title, body) VALUES (?, 'Read the log', '')`, h.practice)
	h.exec(`INSERT INTO document (id, source, title) VALUES (?, 'README.md', 'Notes')`, h.document)
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

func (h hub) add(ctx context.Context, subject id.Any, body string) (*comment.Comment, error) {
	payload, err := h.s.Add(ctx, comment.AddCommentInput{SubjectID: subject, Body: body})
	if err != nil {
		return nil, err
	}
	return payload.Comment, nil
}

func (h hub) subjects() map[string]id.Any {
	return map[string]id.Any{
		"challenge": id.AnyOf(h.challenge), "solution": id.AnyOf(h.solution), "practice": id.AnyOf(h.practice), "document": id.AnyOf(h.document),
	}
}

// events returns what the change log says of a comment: kinds and parents.
func (h hub) events(of *comment.Comment) (list []string) {
	h.Helper()
	err := h.db.Handle(h.Context()).Raw(`SELECT concat(kind, ' ', array_to_string(changed, ','), ' ', parent_type, ' ', parent_id) FROM event WHERE subject_id = ? ORDER BY id`, of.ID).Scan(&list).Error
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

func TestACommentIsAddedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda, asEve := h.person("ada"), h.person("eve")
	for name, subject := range h.subjects() {
		c, err := h.add(asAda, subject, "So *true*.<img src=x onerror=alert(1)>")
		if err != nil || c.SubjectID() != subject || c.Version != 1 || *c.AuthorID != *auth.ActorOf(asAda).User {
			t.Fatalf("%s: added %+v, %v", name, c, err)
		}
		if html := c.BodyHTML(); !strings.Contains(html, "<em>true</em>") || strings.Contains(html, "onerror=") {
			t.Errorf("%s: HTML %s", name, html)
		}
		got, err := h.s.Update(asAda, comment.UpdateCommentInput{ID: c.ID, Body: graphql.OmittableOf(new("Or not.")), IfVersion: new(int32(1))})
		if err != nil || got.Comment.Body != "Or not." || got.Comment.Version != 2 {
			t.Errorf("%s: changed %+v, %v", name, got.Comment, err)
		}
		got, err = h.s.Update(asAda, comment.UpdateCommentInput{ID: c.ID})
		if err != nil || got.Comment.Version != 2 {
			t.Errorf("%s: changed without a value %+v, %v", name, got.Comment, err)
		}
		_, err = h.s.Update(asAda, comment.UpdateCommentInput{ID: c.ID, Body: graphql.OmittableOf[*string](nil)})
		wantCode(t, err, errs.CodeBadUserInput, "input", "body")
		_, err = h.s.Update(asAda, comment.UpdateCommentInput{ID: c.ID, IfVersion: new(int32(1))})
		wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
		_, err = h.s.Update(asEve, comment.UpdateCommentInput{ID: c.ID, Body: graphql.OmittableOf(new("Mine."))})
		wantCode(t, err, errs.CodeForbidden)
		_, err = h.s.Delete(asEve, comment.DeleteCommentInput{ID: c.ID})
		wantCode(t, err, errs.CodeForbidden)
		deleted, err := h.s.Delete(asAda, comment.DeleteCommentInput{ID: c.ID})
		if err != nil || *deleted.DeletedID != c.ID {
			t.Errorf("%s: deleted %+v, %v", name, deleted, err)
		}
		_, err = h.s.Delete(asAda, comment.DeleteCommentInput{ID: c.ID})
		wantCode(t, err, errs.CodeNotFound, "input", "id")
		parent := " " + subject.Prefix + " " + subject.UUID.String()
		want := []string{"comment.added " + parent, "comment.updated body" + parent, "comment.deleted " + parent}
		if diff := cmp.Diff(want, h.events(c)); diff != "" {
			t.Errorf("%s: change log (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhoComments(t *testing.T) {
	t.Parallel()
	h := open(t)
	asMember, asStranger := h.person("linus"), h.person("eve")
	program, public, members := id.New[id.Program](), id.New[id.Cohort](), id.New[id.Cohort]()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'a', 'PUBLIC'), (?, ?, 'b', 'MEMBERS')`, public, program, members, program)
	for _, cohort := range []id.Cohort{public, members} {
		h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, 'LEARNER')`, id.New[id.Membership](), cohort, auth.ActorOf(asMember).User)
	}
	for _, cohort := range []id.Cohort{public, members} {
		for _, table := range []string{"challenge", "practice", "document"} {
			h.exec(`UPDATE `+table+` SET cohort_id = ?`, cohort)
		}
		for name, subject := range h.subjects() {
			if _, err := h.add(asMember, subject, "Yes."); err != nil {
				t.Errorf("a member on a %s: %v", name, err)
			}
			// In a public cohort whoever sees it comments.
			switch _, err := h.add(asStranger, subject, "Yes."); cohort {
			case members:
				wantCode(t, err, errs.CodeNotFound, "input", "subjectId")
			default:
				if err != nil {
					t.Errorf("a stranger on a %s: %v", name, err)
				}
			}
		}
	}
	var placed int
	err := h.db.Handle(t.Context()).Raw(`SELECT count(*) FROM event WHERE cohort_id = ?`, members).Scan(&placed).Error
	if placed != 4 || err != nil {
		t.Errorf("%d events of the members' cohort, want the 4 comments in it: %v", placed, err)
	}
	_, err = h.add(t.Context(), id.AnyOf(h.challenge), "Yes.")
	wantCode(t, err, errs.CodeUnauthenticated)
	_, err = h.add(asMember, id.AnyOf(h.challenge), " ")
	wantCode(t, err, errs.CodeBadUserInput, "input", "body")
	_, err = h.add(asMember, id.AnyOf(program), "Yes.")
	wantCode(t, err, errs.CodeBadUserInput, "input", "subjectId")
}
