package auth_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with one document of nobody's, from which entries come.
type hub struct {
	*database.DB

	document, user uuid.UUID
}

func newHub(t *testing.T) hub {
	t.Helper()
	h := hub{dbtest.New(t), uuid.New(), uuid.New()}
	h.execute(t, "INSERT INTO document (id, source, title) VALUES (?, 'a/README.md', 'A')", h.document)
	h.execute(t, "INSERT INTO app_user (id, handle, display_name) VALUES (?, 'somebody', 'Somebody')", h.user)
	return h
}

func (h hub) execute(t *testing.T, sql string, vars ...any) {
	t.Helper()
	if err := h.Handle(t.Context()).Exec(sql, vars...).Error; err != nil {
		t.Fatal(err)
	}
}

// missing stores an entry that the newest revision of its document lacks.
func (h hub) missing(t *testing.T, table, columns, values string) uuid.UUID {
	t.Helper()
	entry := uuid.New()
	h.execute(t, "INSERT INTO "+table+" (id, document_id, first_line, last_line, missing_at, "+columns+") VALUES (?, ?, 1, 1, now(), "+values+")", entry, h.document)
	return entry
}

func (h hub) comment(t *testing.T, column string, of uuid.UUID) uuid.UUID {
	t.Helper()
	comment := uuid.New()
	h.execute(t, "INSERT INTO comment (id, "+column+", body) VALUES (?, ?, 'It helped.')", comment, of)
	return comment
}

func (h hub) vote(t *testing.T, column string, on uuid.UUID) {
	t.Helper()
	h.execute(t, "INSERT INTO vote (id, user_id, "+column+", value) VALUES (?, ?, ?, -1)", uuid.New(), h.user, on)
}

func (h hub) solution(t *testing.T, of uuid.UUID, imported bool) uuid.UUID {
	t.Helper()
	solution := uuid.New()
	h.execute(t, "INSERT INTO solution (id, challenge_id, body) VALUES (?, ?, 'Wait.')", solution, of)
	if imported {
		h.execute(t, "UPDATE solution SET document_id = ?, first_line = 1, last_line = 1 WHERE id = ?", h.document, solution)
	}
	return solution
}

func (h hub) sees(ctx context.Context, t *testing.T, rows auth.Rows, wanted uuid.UUID) bool {
	t.Helper()
	seen := auth.Visible(ctx, rows)
	var found []uuid.UUID
	err := h.Handle(ctx).Raw("SELECT id FROM "+rows.Table+" WHERE "+seen.SQL, seen.Vars...).Scan(&found).Error
	if err != nil {
		t.Fatal(err)
	}
	return slices.Contains(found, wanted)
}

// What vanished from its document is unseen, unless a person worked on it.
func TestWhatPeopleWorkedOnStaysWhenItsDocumentLacksIt(t *testing.T) {
	t.Parallel()
	type step func(*testing.T, hub, uuid.UUID)
	edited := func(table string) step {
		return func(t *testing.T, h hub, entry uuid.UUID) {
			t.Helper()
			h.execute(t, "UPDATE "+table+" SET edited_at = now() WHERE id = ?", entry)
		}
	}
	tests := map[string]struct {
		rows auth.Rows
		work step
		want bool
	}{
		"challenge":            {auth.ChallengeRows(), func(*testing.T, hub, uuid.UUID) {}, false},
		"challenge, edited":    {auth.ChallengeRows(), edited("challenge"), true},
		"challenge, voted on":  {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) { t.Helper(); h.vote(t, "challenge_id", c) }, true},
		"challenge, discussed": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) { t.Helper(); h.comment(t, "challenge_id", c) }, true},
		"challenge, discussed once": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) {
			t.Helper()
			h.execute(t, "UPDATE comment SET deleted_at = now() WHERE id = ?", h.comment(t, "challenge_id", c))
		}, false},
		"challenge, answered": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) { t.Helper(); h.solution(t, c, false) }, true},
		"challenge, answered once": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) {
			t.Helper()
			h.execute(t, "UPDATE solution SET deleted_at = now() WHERE id = ?", h.solution(t, c, false))
		}, false},
		"challenge, imported answer":          {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) { t.Helper(); h.solution(t, c, true) }, false},
		"challenge, imported answer voted on": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) { t.Helper(); h.vote(t, "solution_id", h.solution(t, c, true)) }, true},
		"challenge, imported answer discussed": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) {
			t.Helper()
			h.comment(t, "solution_id", h.solution(t, c, true))
		}, true},
		"challenge, imported answer edited": {auth.ChallengeRows(), func(t *testing.T, h hub, c uuid.UUID) {
			t.Helper()
			edited("solution")(t, h, h.solution(t, c, true))
		}, true},
		"practice":            {auth.PracticeRows(), func(*testing.T, hub, uuid.UUID) {}, false},
		"practice, edited":    {auth.PracticeRows(), edited("practice"), true},
		"practice, voted on":  {auth.PracticeRows(), func(t *testing.T, h hub, p uuid.UUID) { t.Helper(); h.vote(t, "practice_id", p) }, true},
		"practice, discussed": {auth.PracticeRows(), func(t *testing.T, h hub, p uuid.UUID) { t.Helper(); h.comment(t, "practice_id", p) }, true},
		"tip":                 {auth.TipRows(), func(*testing.T, hub, uuid.UUID) {}, false},
		"tip, edited":         {auth.TipRows(), edited("tip"), true},
		"channel":             {auth.ChannelRows(), func(*testing.T, hub, uuid.UUID) {}, false},
		"channel, edited":     {auth.ChannelRows(), edited("channel"), true},
	}
	columns := map[string][2]string{
		"challenge": {"title, body", "'A', 'B'"}, "practice": {"title, body", "'A', 'B'"}, "tip": {"body", "'A'"}, "channel": {"name, kind", "'#a', 'SLACK'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			entry := h.missing(t, test.rows.Table, columns[test.rows.Table][0], columns[test.rows.Table][1])
			test.work(t, h, entry)
			if got := h.sees(t.Context(), t, test.rows, entry); got != test.want {
				t.Errorf("visible: %t, want %t", got, test.want)
			}
			admin := auth.WithActor(t.Context(), auth.Actor{User: &id.User{UUID: h.user}, Admin: true})
			if got := h.sees(admin, t, test.rows, entry); got != test.want {
				t.Errorf("visible to an admin: %t, want %t", got, test.want)
			}
		})
	}
}

// A solution that its document lacks stays under the same conditions, and keeps
// what is said of it in sight.
func TestAMissingSolutionStaysWhenPeopleWorkedOnIt(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	challenge := uuid.New()
	h.execute(t, "INSERT INTO challenge (id, title, body) VALUES (?, 'A', 'B')", challenge)
	got := map[string]bool{}
	for name, work := range map[string]func(uuid.UUID){
		"nothing":   func(uuid.UUID) {},
		"edited":    func(s uuid.UUID) { h.execute(t, "UPDATE solution SET edited_at = now() WHERE id = ?", s) },
		"voted on":  func(s uuid.UUID) { h.vote(t, "solution_id", s) },
		"discussed": func(s uuid.UUID) { h.comment(t, "solution_id", s) },
	} {
		solution := h.solution(t, challenge, true)
		h.execute(t, "UPDATE solution SET missing_at = now() WHERE id = ?", solution)
		work(solution)
		got[name] = h.sees(t.Context(), t, auth.SolutionRows(), solution)
	}
	want := map[string]bool{"nothing": false, "edited": true, "voted on": true, "discussed": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("visible (-want +got):\n%s", diff)
	}
}

func TestActorOfAContext(t *testing.T) {
	t.Parallel()
	if got := auth.ActorOf(t.Context()); got.User != nil || got.Admin {
		t.Errorf("nobody is %+v, want a visitor", got)
	}
	want := auth.Actor{User: &id.User{UUID: uuid.New()}, Admin: true}
	if got := auth.ActorOf(auth.WithActor(t.Context(), want)); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
