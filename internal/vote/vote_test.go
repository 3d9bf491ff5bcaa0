package vote_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/vote"
)

// hub is a database with a challenge, a solution and a practice of one author.
type hub struct {
	*testing.T
	db        *database.DB
	s         *vote.Service
	author    context.Context //nolint:containedctx // that of a person, for the test
	challenge id.Challenge
	solution  id.Solution
	practice  id.Practice
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{
		T: t, db: db, s: vote.New(db),
		challenge: id.New[id.Challenge](), solution: id.New[id.Solution](), practice: id.New[id.Practice](),
	}
	h.author = h.person("ada")
	author := *auth.ActorOf(h.author).User
	h.exec(`INSERT INTO challenge (id, title, body, author_id) VALUES (?, 'Port is taken', '', ?)`, h.challenge, author)
	h.exec(`INSERT INTO solution (id, challenge_id, body, author_id) VALUES (?, ?, 'Stop the other one.', ?)`, h.solution, h.challenge, author)
	h.exec(`INSERT INTO practice (id, title, body, author_id) VALUES (?, 'Read the log', '', ?)`, h.practice, author)
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

// votables are one subject of each kind, by the table of its rows.
func (h hub) votables() map[string]id.Any {
	return map[string]id.Any{"challenge": id.AnyOf(h.challenge), "solution": id.AnyOf(h.solution), "practice": id.AnyOf(h.practice)}
}

func (h hub) cast(ctx context.Context, subject id.Any, value vote.VoteValue) error {
	_, err := h.s.Cast(ctx, vote.CastVoteInput{SubjectID: subject, Value: value})
	return err
}

func (h hub) withdraw(ctx context.Context, subject id.Any) error {
	_, err := h.s.Withdraw(ctx, vote.WithdrawVoteInput{SubjectID: subject})
	return err
}

// wantScore checks the score of a subject, and that it is the sum of its votes.
func (h hub) wantScore(table string, subject id.Any, want int) {
	h.Helper()
	var got struct{ Score, Sum, Version int }
	err := h.db.Handle(h.Context()).Raw(`SELECT score, version,
		COALESCE((SELECT sum(value) FROM vote WHERE vote.`+table+`_id = s.id), 0) AS sum FROM `+table+` AS s WHERE id = ?`, subject.UUID).Scan(&got).Error
	if err != nil || got.Score != want || got.Sum != want || got.Version != 1 {
		h.Errorf("score %d, votes %d, version %d of a %s, want %d of both and version 1: %v", got.Score, got.Sum, got.Version, table, want, err)
	}
}

// events returns what the change log says, by its order.
func (h hub) events() (list []string) {
	h.Helper()
	err := h.db.Handle(h.Context()).Raw(`SELECT kind || ' ' || subject_type FROM event ORDER BY id`).Scan(&list).Error
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

func TestAVoteIsCastChangedAndWithdrawn(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve, asIda := h.person("eve"), h.person("ida")
	for table, subject := range h.votables() {
		if err := h.withdraw(asEve, subject); err != nil { // there is none
			t.Fatal(err)
		}
		if err := h.cast(asEve, subject, vote.Up); err != nil {
			t.Fatal(err)
		}
		h.wantScore(table, subject, 1)
		for i, value := range []vote.VoteValue{vote.Up, vote.Up, vote.Down, vote.Down} { // the second time nothing changes
			if err := h.cast(asIda, subject, value); err != nil {
				t.Fatal(err)
			}
			h.wantScore(table, subject, []int{2, 2, 0, 0}[i])
		}
		for range 2 {
			if err := h.withdraw(asEve, subject); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.withdraw(asIda, subject); err != nil {
			t.Fatal(err)
		}
		h.wantScore(table, subject, 0)
	}
	perSubject := 5 // Eve casts and withdraws, Ida casts, changes and withdraws
	if got := h.events(); len(got) != 3*perSubject {
		t.Errorf("%d events, want %d: %v", len(got), 3*perSubject, got)
	}
}

func TestWhatTakesNoVote(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve := h.person("eve")
	for table, subject := range h.votables() {
		wantCode(t, h.cast(h.author, subject, vote.Up), errs.CodeBadUserInput, "input", "subjectId")
		wantCode(t, h.withdraw(h.author, subject), errs.CodeBadUserInput, "input", "subjectId")
		wantCode(t, h.cast(t.Context(), subject, vote.Up), errs.CodeUnauthenticated)
		wantCode(t, h.withdraw(t.Context(), subject), errs.CodeUnauthenticated)
		absent := id.Any{Prefix: subject.Prefix, UUID: uuid.Must(uuid.NewV7())}
		wantCode(t, h.cast(asEve, absent, vote.Up), errs.CodeNotFound, "input", "subjectId")
		if err := h.cast(asEve, subject, vote.Up); err != nil {
			t.Error(err)
		}
		h.exec(`UPDATE `+table+` SET deleted_at = now() WHERE id = ?`, subject.UUID)
		wantCode(t, h.cast(asEve, subject, vote.Down), errs.CodeNotFound, "input", "subjectId")
		wantCode(t, h.withdraw(asEve, subject), errs.CodeNotFound, "input", "subjectId")
		h.wantScore(table, subject, 1)
		h.exec(`UPDATE `+table+` SET deleted_at = NULL WHERE id = ?`, subject.UUID)
	}
	wantCode(t, h.cast(asEve, id.AnyOf(*auth.ActorOf(asEve).User), vote.Up), errs.CodeBadUserInput, "input", "subjectId")
	if got := len(h.events()); got != 3 {
		t.Errorf("%d events, want the 3 votes that were cast", got)
	}
}

// Entries that their document lacks are seen as long as somebody's vote says that
// they matter; nobody can vote one back into sight.
func TestAVoteKeepsWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve, asIda := h.person("eve"), h.person("ida")
	for table, subject := range map[string]id.Any{"challenge": id.AnyOf(h.challenge), "practice": id.AnyOf(h.practice)} {
		if table == "challenge" {
			h.exec(`UPDATE solution SET deleted_at = now()`)
		}
		if err := h.cast(asEve, subject, vote.Up); err != nil {
			t.Fatal(err)
		}
		h.exec(`UPDATE `+table+` SET missing_at = now() WHERE id = ?`, subject.UUID)
		if err := h.cast(asIda, subject, vote.Down); err != nil {
			t.Errorf("a missing %s with a vote is unseen: %v", table, err)
		}
		for _, person := range []context.Context{asIda, asEve} {
			if err := h.withdraw(person, subject); err != nil {
				t.Errorf("the vote on a missing %s is not taken back: %v", table, err)
			}
		}
		h.wantScore(table, subject, 0)
		wantCode(t, h.cast(asIda, subject, vote.Up), errs.CodeNotFound, "input", "subjectId")
	}
}

// Fifty people vote at once, change their minds and withdraw, on a challenge and
// on its solution: no vote is lost and nobody blocks another for ever.
func TestFiftyVoteAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	const people = 50
	subjects := []id.Any{id.AnyOf(h.challenge), id.AnyOf(h.solution)}
	want := 0
	var wait sync.WaitGroup
	failures := make(chan error, people*len(subjects)*4)
	for i := range people {
		person := h.person(fmt.Sprintf("voter-%d", i))
		last := []vote.VoteValue{vote.Up, vote.Down, ""}[i%3]
		switch last {
		case vote.Up:
			want++
		case vote.Down:
			want--
		}
		wait.Go(func() {
			for j := range subjects {
				subject := subjects[(i+j)%2] // one half the other way round
				failures <- h.cast(person, subject, vote.Down)
				failures <- h.cast(person, subject, vote.Up)
				if last == "" {
					failures <- h.withdraw(person, subject)
				} else {
					failures <- h.cast(person, subject, last)
				}
			}
		})
	}
	wait.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.wantScore("challenge", subjects[0], want)
	h.wantScore("solution", subjects[1], want)
}

// The same person from two devices at once has one vote.
func TestOnePersonVotesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve := h.person("eve")
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if err := h.cast(asEve, id.AnyOf(h.practice), vote.Up); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	h.wantScore("practice", id.AnyOf(h.practice), 1)
	if got := h.events(); len(got) != 1 {
		t.Errorf("events %v, want one", got)
	}
}

func TestEverybodySeesTheirOwnVote(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve, asIda := h.person("eve"), h.person("ida")
	if err := h.cast(asEve, id.AnyOf(h.challenge), vote.Down); err != nil {
		t.Fatal(err)
	}
	if err := h.cast(asEve, id.AnyOf(h.practice), vote.Up); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		as                  context.Context //nolint:containedctx // a row of the table
		challenge, practice *vote.VoteValue
	}{
		"voter": {asEve, new(vote.Down), new(vote.Up)}, "another": {asIda, nil, nil}, "visitor": {t.Context(), nil, nil},
	} {
		challenges, err := h.s.OnChallenges(test.as, []id.Challenge{h.challenge})
		if diff := cmp.Diff(test.challenge, challenges[h.challenge]); diff != "" || err != nil {
			t.Errorf("%s, challenge (-want +got):\n%s%v", name, diff, err)
		}
		practices, err := h.s.OnPractices(test.as, []id.Practice{h.practice})
		if diff := cmp.Diff(test.practice, practices[h.practice]); diff != "" || err != nil {
			t.Errorf("%s, practice (-want +got):\n%s%v", name, diff, err)
		}
		solutions, err := h.s.OnSolutions(test.as, []id.Solution{h.solution})
		if len(solutions) > 0 || err != nil {
			t.Errorf("%s has votes on solutions: %v, %v", name, solutions, err)
		}
	}
}
