package collaboration_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with people and a public cohort.
type hub struct {
	*testing.T
	db     *database.DB
	s      *collaboration.Service
	cohort id.Cohort
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{t, db, collaboration.New(db), id.New[id.Cohort]()}
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

// wantTexts compares the rows of a query with one column.
func (h hub) wantTexts(sql string, want ...string) {
	h.Helper()
	var list []string
	if err := h.db.Handle(h.Context()).Raw(sql).Scan(&list).Error; err != nil {
		h.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{}, want...), append([]string{}, list...)); diff != "" {
		h.Errorf("%s (-want +got):\n%s", sql, diff)
	}
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

func TestATipIsGivenChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "LEARNER")
	created, err := h.s.CreateTip(asAda, collaboration.CreateTipInput{Body: "Ask *early*. <script>alert(1)</script>", CohortID: &h.cohort})
	if err != nil {
		t.Fatal(err)
	}
	tip := created.Tip
	if tip.Version != 1 || *tip.AuthorID != *auth.ActorOf(asAda).User || *tip.CohortID != h.cohort {
		t.Errorf("given: %+v", tip)
	}
	if html := tip.BodyHTML(); strings.Contains(html, "<script") || !strings.Contains(html, "<em>early</em>") {
		t.Errorf("as HTML: %s", html)
	}
	change := collaboration.UpdateTipInput{ID: tip.ID, Body: graphql.OmittableOf(new("Ask twice.")), IfVersion: &tip.Version}
	updated, err := h.s.UpdateTip(asAda, change)
	if err != nil || updated.Tip.Body != "Ask twice." || updated.Tip.Version != 2 || updated.Tip.EditedAt == nil {
		t.Fatalf("changed: %+v, %v", updated.Tip, err)
	}
	_, err = h.s.UpdateTip(asAda, change)
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	_, err = h.s.UpdateTip(asAda, collaboration.UpdateTipInput{ID: tip.ID, Body: graphql.OmittableOf[*string](nil)})
	wantCode(t, err, errs.CodeBadUserInput, "input", "body")
	deletion, err := h.s.DeleteTip(asAda, collaboration.DeleteTipInput{ID: tip.ID})
	if err != nil || *deletion.DeletedID != tip.ID {
		t.Errorf("deleted: %+v, %v", deletion, err)
	}
	_, err = h.s.DeleteTip(asAda, collaboration.DeleteTipInput{ID: tip.ID})
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	h.wantTexts(changeLog, "tip.created  in spring", "tip.updated body in spring", "tip.deleted  in spring")
}

func TestAChannelIsNamedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "")
	created, err := h.s.CreateChannel(asAda, collaboration.CreateChannelInput{
		Name: "#help", Kind: collaboration.Slack, URL: new("https://chat.example.org/help"),
	})
	if err != nil {
		t.Fatal(err)
	}
	channel := created.Channel
	if channel.Name != "#help" || channel.Kind != collaboration.Slack || *channel.AuthorID != *auth.ActorOf(asAda).User || channel.CohortID != nil {
		t.Errorf("named: %+v", channel)
	}
	updated, err := h.s.UpdateChannel(asAda, collaboration.UpdateChannelInput{ID: channel.ID, Kind: graphql.OmittableOf(new(collaboration.GitHub))})
	if err != nil || updated.Channel.Kind != collaboration.GitHub || *updated.Channel.URL != "https://chat.example.org/help" {
		t.Fatalf("with another kind: %+v, %v", updated.Channel, err)
	}
	updated, err = h.s.UpdateChannel(asAda, collaboration.UpdateChannelInput{
		ID: channel.ID, Name: graphql.OmittableOf(new("#more")), URL: graphql.OmittableOf[*string](nil), IfVersion: new(int32(2)),
	})
	if err != nil || updated.Channel.Name != "#more" || updated.Channel.URL != nil || updated.Channel.Version != 3 {
		t.Fatalf("without a URL: %+v, %v", updated.Channel, err)
	}
	_, err = h.s.UpdateChannel(asAda, collaboration.UpdateChannelInput{ID: channel.ID, IfVersion: new(int32(2))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	_, err = h.s.UpdateChannel(asAda, collaboration.UpdateChannelInput{ID: channel.ID, Kind: graphql.OmittableOf[*collaboration.ChannelKind](nil)})
	wantCode(t, err, errs.CodeBadUserInput, "input", "kind")
	if _, err = h.s.DeleteChannel(asAda, collaboration.DeleteChannelInput{ID: channel.ID}); err != nil {
		t.Error(err)
	}
	h.wantTexts(changeLog, "channel.created ", "channel.updated kind", "channel.updated name,url", "channel.deleted ")
}

// The database holds no other links either, whoever writes them.
func TestAChannelLinksToTheWebOnly(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "")
	for _, url := range []string{"javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org", "\nhttps://example.org", ""} {
		_, err := h.s.CreateChannel(asAda, collaboration.CreateChannelInput{Name: "#help", Kind: collaboration.Other, URL: &url})
		if errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%q: got %v", url, err)
		}
	}
	h.wantTexts(`SELECT name FROM channel UNION ALL SELECT kind FROM event`)
	if _, err := h.s.CreateChannel(asAda, collaboration.CreateChannelInput{Name: "#help", Kind: collaboration.Other, URL: new("HTTP://example.org")}); err != nil {
		t.Error(err)
	}
}

func TestWhoMayChangeTipsAndChannels(t *testing.T) {
	t.Parallel()
	h := open(t)
	people := map[string]context.Context{
		"visitor": t.Context(), "author": h.person("ada", "LEARNER"), "stranger": h.person("eve", ""),
		"member": h.person("max", "LEARNER"), "mentor": h.person("grace", "MENTOR"), "staff": h.person("sue", "STAFF"), "admin": h.person("admin", ""),
	}
	author := auth.ActorOf(people["author"]).User
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
		as := people[who]
		for owner, code := range map[*id.User]errs.Code{author: want.authored, nil: want.orphan} {
			tip, channel := id.New[id.Tip](), id.New[id.Channel]()
			h.exec(`INSERT INTO tip (id, body, cohort_id, author_id) VALUES (?, 'rest', ?, ?)`, tip, h.cohort, owner)
			h.exec(`INSERT INTO channel (id, name, kind, cohort_id, author_id) VALUES (?, 'chat', 'OTHER', ?, ?)`, channel, h.cohort, owner)
			changes := map[string]func() error{
				"change a tip": func() error {
					_, err := h.s.UpdateTip(as, collaboration.UpdateTipInput{ID: tip, Body: graphql.OmittableOf(new("walk"))})
					return err
				},
				"delete a tip": func() error {
					_, err := h.s.DeleteTip(as, collaboration.DeleteTipInput{ID: tip, IfVersion: new(int32(1))})
					return err
				},
				"change a channel": func() error {
					_, err := h.s.UpdateChannel(as, collaboration.UpdateChannelInput{ID: channel, Name: graphql.OmittableOf(new("talk"))})
					return err
				},
				"delete a channel": func() error {
					_, err := h.s.DeleteChannel(as, collaboration.DeleteChannelInput{ID: channel, IfVersion: new(int32(1))})
					return err
				},
			}
			for what, change := range changes {
				h.exec(`UPDATE tip SET version = 1, deleted_at = NULL`)
				h.exec(`UPDATE channel SET version = 1, deleted_at = NULL`)
				if err := change(); errs.CodeOf(err) != code {
					t.Errorf("%s, owned %t: %s: got %v, want %q", who, owner != nil, what, err, code)
				}
			}
		}
		_, err := h.s.CreateTip(as, collaboration.CreateTipInput{Body: "x", CohortID: &h.cohort})
		if errs.CodeOf(err) != want.added {
			t.Errorf("%s gives a tip: %v, want %q", who, err, want.added)
		}
		_, err = h.s.CreateChannel(as, collaboration.CreateChannelInput{Name: "x", Kind: collaboration.Other, CohortID: &h.cohort})
		if errs.CodeOf(err) != want.added {
			t.Errorf("%s names a channel: %v, want %q", who, err, want.added)
		}
	}
}

func TestWhatIsWrongWithATipIsNotStored(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda := h.person("ada", "")
	h.exec(`UPDATE cohort SET visibility = 'MEMBERS'`)
	_, err := h.s.CreateTip(asAda, collaboration.CreateTipInput{Body: " \n"})
	wantCode(t, err, errs.CodeBadUserInput, "input", "body")
	_, err = h.s.CreateTip(asAda, collaboration.CreateTipInput{Body: "x", CohortID: &h.cohort})
	wantCode(t, err, errs.CodeNotFound, "input", "cohortId")
	_, err = h.s.CreateChannel(asAda, collaboration.CreateChannelInput{Name: "\t", Kind: collaboration.Other})
	wantCode(t, err, errs.CodeBadUserInput, "input", "name")
	h.wantTexts(`SELECT body FROM tip UNION ALL SELECT name FROM channel UNION ALL SELECT kind FROM event`)
}
