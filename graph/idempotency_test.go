package graph_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

// wideComment answers with relations that are read side by side, by loaders and
// by services, and with an error in one of them.
const wideComment = `mutation Wide($subject: ID!, $body: Markdown!) {
	addComment(input: {subjectId: $subject, body: $body}) {
		comment { id body createdAt
			author { handle challenges(first: 10) { totalCount nodes { ...wide } } }
			subject { ... on Challenge { ...wide comments(first: 50) { totalCount nodes { body author { handle bio } } }
				lost: solutions(after: "nonsense") { totalCount nodes { id } } } } }
		userErrors { code } } }
	fragment wide on Challenge { id title bodyHtml author { handle } cohort { name program { title } } document { id title }
		technologies(first: 5) { nodes { slug aliases challenges(first: 3) { nodes { title } } } }
		solutions(first: 5) { totalCount nodes { body author { handle } } } }`

func TestARepeatedMutationIsAnsweredByteForByte(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	variables := saying("said <once> & \u2028 only")
	first := r.as(0, wideComment, variables)
	if first.status != 200 || first.replayed || !strings.Contains(first.text, `"handle"`) ||
		strings.Count(first.text, `"code":`) != 1 || !strings.Contains(first.text, `"BAD_USER_INPUT"`) {
		t.Fatalf("got %+v", first)
	}
	// What has changed since does not show.
	execute(t, r.db, `UPDATE app_user SET handle = 'renamed-' || right(CAST(id AS text), 12)`)
	for n, query := range []string{wideComment, strings.ReplaceAll(wideComment, "\t", "  ") + "# once more"} {
		again := r.as(0, query, variables)
		if again.status != 200 || !again.replayed || again.text != first.text {
			t.Errorf("%d: got %+v\nwant %s", n, again, first.text)
		}
	}
	if n := r.comments("said <once> & \u2028 only"); n != 1 {
		t.Errorf("%d comments", n)
	}
	if n := r.count("event WHERE kind = 'comment.added'"); n > 1 {
		t.Errorf("%d events", n)
	}
}

func TestManyAtOnceWithOneKeyHaveOneEffect(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	const tries = 20
	var all sync.WaitGroup
	var answers [tries]keyedAnswer
	for n := range tries {
		all.Go(func() { answers[n] = r.as(0, wideComment, saying("at once")) })
	}
	all.Wait()
	first := 0
	for _, a := range answers {
		if a.status != 200 || a.text != answers[0].text {
			t.Errorf("got %+v\nand %s", a, answers[0].text)
		}
		if !a.replayed {
			first++
		}
	}
	if n := r.comments("at once"); n != 1 || first != 1 {
		t.Errorf("%d comments, %d answers that are no replay", n, first)
	}
}

func TestAKeyBelongsToOneRequestOfOnePerson(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	r.as(0, addComment, saying("mine"))
	for name, other := range map[string]keyedAnswer{
		"variables": r.as(0, addComment, saying("other")),
		"document":  r.as(0, strings.Replace(addComment, "id body", "body", 1), saying("mine")),
	} {
		if other.status != 422 || !strings.Contains(other.text, `"code":"IDEMPOTENCY_MISMATCH"`) || strings.Contains(other.text, `"data"`) || other.replayed {
			t.Errorf("another %s: got %+v", name, other)
		}
	}
	if theirs := r.as(1, addComment, saying("mine")); theirs.status != 200 || theirs.replayed {
		t.Errorf("another person: got %+v", theirs)
	}
	if mine := r.comments("mine"); mine != 2 || r.comments("other") != 0 || r.keys() != 2 {
		t.Errorf("%d comments, %d keys", mine, r.keys())
	}
}

func TestAKeyExpiresAfterADay(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	age := func(hours int) {
		execute(t, r.db, `UPDATE idempotency_key SET created_at = now() - make_interval(hours => ?)`, hours)
	}
	r.as(0, addComment, saying("first"))
	age(23)
	if err := r.store.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.as(0, addComment, saying("first")); !got.replayed {
		t.Errorf("after 23 hours: %+v", got)
	}
	age(24)
	if got := r.as(0, addComment, saying("second")); got.replayed || r.comments("second") != 1 {
		t.Errorf("after 24 hours: %+v", got)
	}
	age(24)
	if err := r.store.Prune(t.Context()); err != nil || r.keys() != 0 {
		t.Errorf("%v, %d keys after a day", err, r.keys())
	}
}

// What fails is undone as a whole and may be tried again, also corrected.
func TestFailuresKeepNoAnswer(t *testing.T) {
	t.Parallel()
	users := new(user.Service)
	r := newRepeating(t, func(s *graph.Services, _ *graph.Options) { *users = *s.Users; s.Users = users })
	working := *users
	longest := strings.Repeat("x", 200_001)
	for name, failed := range map[string]keyedAnswer{
		"constraint":  r.as(0, addComment, saying(longest)),
		"user error":  r.as(0, addComment, map[string]any{"subject": wire(numbered[id.Challenge](77)), "body": "nowhere"}),
		"no variable": r.as(0, addComment, nil),
		"forbidden":   r.as(1, `mutation { deleteCohort(input: {id: "`+wire(numbered[id.Cohort](0))+`"}) { deletedId } }`, nil),
	} {
		if failed.replayed || r.keys() != 0 {
			t.Errorf("%s: %+v, %d keys", name, failed, r.keys())
		}
	}
	// The comment is written, and then its answer fails.
	const query = `mutation ($subject: ID!, $body: Markdown!) {
		addComment(input: {subjectId: $subject, body: $body}) { comment { body author { handle } } } }`
	*users = user.Service{}
	if got := r.as(0, query, saying("again")); !strings.Contains(got.text, `"INTERNAL"`) || !strings.Contains(got.text, `"data":null`) ||
		r.comments("again") != 0 || r.keys() != 0 {
		t.Errorf("a panic: %+v, %d comments, %d keys", got, r.comments("again"), r.keys())
	}
	*users = working
	if got := r.as(0, query, saying("again")); got.status != 200 || strings.Contains(got.text, "errors") || r.comments("again") != 1 {
		t.Errorf("the retry: %+v", got)
	}
}

// An answer is sent after the commit alone: a commit that fails is an error.
func TestACommitThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	execute(t, r.db, `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`)
	execute(t, r.db, `CREATE CONSTRAINT TRIGGER late AFTER INSERT ON comment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`)
	got := r.as(0, addComment, saying("never"))
	if got.status != 500 || strings.Contains(got.text, `"data"`) || !strings.Contains(got.text, `"INTERNAL"`) || r.comments("never") != 0 || r.keys() != 0 {
		t.Errorf("got %+v, %d comments, %d keys", got, r.comments("never"), r.keys())
	}
	execute(t, r.db, `DROP TRIGGER late ON comment`)
	if got := r.as(0, addComment, saying("never")); got.status != 200 || got.replayed || r.comments("never") != 1 {
		t.Errorf("the retry: %+v", got)
	}
}

// Who waits for the first of two waits no longer than an operation may.
func TestWaitingForAKeyEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, func(_ *graph.Services, o *graph.Options) { o.Timeout = 300 * time.Millisecond })
	first := numbered[id.User](0)
	err := r.db.InTx(t.Context(), func(held context.Context) error {
		// Another server holds the key.
		if err := r.db.Handle(held).Exec(`INSERT INTO idempotency_key VALUES (?, 'key-1', sha256(''), '')`, first).Error; err != nil {
			return err
		}
		for n := range 2 {
			if got := r.as(0, addComment, saying("late")); got.status != 504 || !strings.Contains(got.text, `"TIMEOUT"`) {
				t.Errorf("%d: got %+v", n, got)
			}
		}
		return fmt.Errorf("undo")
	})
	if err == nil || r.comments("late") != 0 {
		t.Errorf("%v, %d comments", err, r.comments("late"))
	}
}

func TestWhatCannotBeRepeatedIsRefused(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	person := actingAs(t.Context(), 0)
	reader := auth.WithActor(t.Context(), auth.Actor{User: ptr(numbered[id.User](0)), AccessToken: ptr(id.New[id.AccessToken]()), Scope: auth.ScopeRead})
	one, text := []string{"key-1"}, saying("refused")
	if got := r.send(person, one, addComment, saying("kept")); got.status != 200 {
		t.Fatalf("got %+v", got)
	}
	const two = `mutation ($subject: ID!, $body: Markdown!) { ...both }
		fragment both on Mutation { a: addComment(input: {subjectId: $subject, body: $body}) { userErrors { code } }
			b: addComment(input: {subjectId: $subject, body: $body}) { userErrors { code } } }`
	const none = `mutation ($subject: ID!, $body: Markdown!) {
		__typename addComment(input: {subjectId: $subject, body: $body}) @skip(if: true) { userErrors { code } } }`
	for name, test := range map[string]struct {
		got    keyedAnswer
		status int
		code   string
	}{
		"empty key":     {r.send(person, []string{""}, addComment, text), 400, "BAD_USER_INPUT"},
		"long key":      {r.send(person, []string{strings.Repeat("k", 256)}, addComment, text), 400, "BAD_USER_INPUT"},
		"space":         {r.send(person, []string{"a b"}, addComment, text), 400, "BAD_USER_INPUT"},
		"no ASCII":      {r.send(person, []string{"schlüssel"}, addComment, text), 400, "BAD_USER_INPUT"},
		"two keys":      {r.send(person, []string{"a", "b"}, addComment, text), 400, "BAD_USER_INPUT"},
		"two mutations": {r.send(person, one, two, text), 400, "BAD_USER_INPUT"},
		"no mutation":   {r.send(person, one, none, text), 400, "BAD_USER_INPUT"},
		"visitor":       {r.send(t.Context(), one, addComment, text), 401, "UNAUTHENTICATED"},
		"reader":        {r.send(reader, one, addComment, saying("kept")), 403, "FORBIDDEN"},
		"secret":        {r.send(person, one, `mutation { createAccessToken(input: {name: "x", scope: READ}) { secret } }`, nil), 400, "BAD_USER_INPUT"},
	} {
		if test.got.status != test.status || !strings.Contains(test.got.text, `"code":"`+test.code+`"`) || strings.Contains(test.got.text, `"data"`) {
			t.Errorf("%s: got %+v, want %d %s", name, test.got, test.status, test.code)
		}
	}
	if n := r.comments("refused"); n != 0 || r.keys() != 1 {
		t.Errorf("%d comments, %d keys", n, r.keys())
	}
	if got := r.send(person, []string{strings.Repeat("~", 255)}, addComment, saying("longest")); got.status != 200 || r.keys() != 2 {
		t.Errorf("the longest key: %+v", got)
	}
}

func TestQueriesTakeNoNoticeOfTheKey(t *testing.T) {
	t.Parallel()
	r := newRepeating(t, nil)
	for range 2 {
		if got := r.send(t.Context(), []string{""}, `{ challenges { totalCount } }`, nil); got.status != 200 || got.replayed {
			t.Errorf("got %+v", got)
		}
	}
	if n := r.keys(); n != 0 {
		t.Errorf("%d keys", n)
	}
}
