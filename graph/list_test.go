package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

func TestACursorOfAnotherRelationIsRefused(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	challenge := map[string]any{"id": wire(numbered[id.Challenge](1))}
	got := mustAsk(t.Context(), t, handler, `query($id: ID!) { challenge(id: $id) { comments { pageInfo { endCursor } } } }`, challenge)
	_, rest, _ := strings.Cut(got.text, `"endCursor":"`)
	cursor, _, _ := strings.Cut(rest, `"`)
	if cursor == "" {
		t.Fatal(got.text)
	}
	variables := map[string]any{"cursor": cursor}
	const same = `query($cursor: String) { challenges(first: 1) { nodes { comments(after: $cursor) { nodes { id } } } } }`
	mustAsk(t.Context(), t, handler, same, variables)
	const other = `query($cursor: String) { users(first: 1) { nodes { comments(after: $cursor) { nodes { id } } } } }`
	refused := ask(t.Context(), t, handler, other, variables)
	if len(refused.Errors) != 1 || refused.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
		t.Errorf("got %s", refused.text)
	}
}

func TestAnOrderHasTheUsualDirectionOfItsField(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	for order, want := range map[string]string{
		"technologies(orderBy: {field: NAME}) { nodes { slug } }":                        "technology-00 technology-01 technology-02",
		"technologies(orderBy: {field: NAME, direction: DESC}) { nodes { slug } }":       "technology-02 technology-01 technology-00",
		"technologies(orderBy: {field: CREATED_AT}) { nodes { slug } }":                  "technology-02 technology-01 technology-00",
		"technologies(orderBy: {field: CREATED_AT, direction: null}) { nodes { slug } }": "technology-02 technology-01 technology-00",
	} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			got := mustAsk(t.Context(), t, handler, "{ "+order+" }", nil)
			var slugs []string
			for _, part := range strings.Split(got.text, `"slug":"`)[1:] {
				slug, _, _ := strings.Cut(part, `"`)
				slugs = append(slugs, slug)
			}
			if diff := cmp.Diff(want, strings.Join(slugs, " ")); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsThatSayTheSameAreCounted(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 60)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	got := ask(t.Context(), t, handler, `{ challenges(first: 60) { nodes { title comments(first: 1, last: 1) { nodes { id } } } } }`, nil)
	if len(got.Errors) != 21 {
		t.Fatalf("%d errors, want 20 and one that counts the rest", len(got.Errors))
	}
	for _, err := range got.Errors {
		if err.Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("code %v", err.Extensions["code"])
		}
	}
	if last := got.Errors[20].Message; !strings.HasPrefix(last, "40 more") {
		t.Errorf("the last error says %q", last)
	}
	if strings.Count(got.text, `"title"`) != 60 {
		t.Error("data beside the failed fields are missing")
	}
}

// The title of a concept comes from a document, which may be for members only.
func TestAConceptOfMembersOnlyIsForMembers(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	execute(t, db, "UPDATE cohort SET visibility = 'MEMBERS' WHERE id = ?", numbered[id.Cohort](1))
	execute(t, db, "DELETE FROM mention WHERE document_id = ?", numbered[id.Document](2))
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	member := numbered[id.User](1)
	hidden := wire(numbered[id.Concept](1))
	for name, test := range map[string]struct {
		actor auth.Actor
		sees  string
	}{
		"visitor": {auth.Actor{}, "Concept 00 Concept 02"},
		"member":  {auth.Actor{User: &member}, "Concept 00 Concept 01 Concept 02"},
		"admin":   {auth.Actor{User: ptr(numbered[id.User](2)), Admin: true}, "Concept 00 Concept 01 Concept 02"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := auth.WithActor(t.Context(), test.actor)
			const query = `query($id: ID!) { concepts { totalCount nodes { title } } concept(slug: "concept-01") { id } node(id: $id) { id } }`
			got := mustAsk(ctx, t, handler, query, map[string]any{"id": hidden})
			var titles []string
			for _, part := range strings.Split(got.text, `"title":"`)[1:] {
				title, _, _ := strings.Cut(part, `"`)
				titles = append(titles, title)
			}
			if diff := cmp.Diff(test.sees, strings.Join(titles, " ")); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			sees := strings.Contains(test.sees, "Concept 01")
			if found := strings.Contains(got.text, hidden); found != sees {
				t.Errorf("found by id or slug: %t, want %t", found, sees)
			}
		})
	}
}

// A blank search is none; one beyond what the server can take is the client's
// mistake, not a fault of the server.
func TestOddSearchTextsAreAnswered(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	const query = `query($text: String) { challenges(filter: {text: $text}) { totalCount } }`
	for name, text := range map[string]string{"empty": "", "blank": " \t\n"} {
		got := mustAsk(t.Context(), t, handler, query, map[string]any{"text": text})
		if !strings.Contains(got.text, `"totalCount":3`) {
			t.Errorf("%s: %s", name, got.text)
		}
	}
	got := ask(t.Context(), t, handler, query, map[string]any{"text": strings.Repeat("a or ", 30_000)})
	if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
		t.Errorf("got %.300s", got.text)
	}
}

func TestAHiddenCohortIsForThoseWhoModerateIt(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	cohort := numbered[id.Cohort](1)
	execute(t, db, "UPDATE cohort SET hidden_at = now() WHERE id = ?", cohort)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	member := numbered[id.User](1)
	for role, sees := range map[string]bool{"LEARNER": false, "MENTOR": true, "STAFF": true} {
		execute(t, db, "UPDATE membership SET role = ? WHERE cohort_id = ?", role, cohort)
		ctx := auth.WithActor(t.Context(), auth.Actor{User: &member})
		got := mustAsk(ctx, t, handler, `query($id: ID!) { cohort(id: $id) { name } cohorts { totalCount } }`, map[string]any{"id": wire(cohort)})
		if found := strings.Contains(got.text, "Cohort 01") && strings.Contains(got.text, `"totalCount":3`); found != sees {
			t.Errorf("%s: %s", role, got.text)
		}
	}
}
