package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/playground"
)

// answer is what a GraphQL request gives.
type answer struct {
	Data   json.RawMessage
	Errors []struct{ Message string }
}

// ask runs a query of a visitor that must succeed and decodes its data.
func ask(t *testing.T, nexus *app.App, query, variables string, data any) {
	t.Helper()
	bearer("").ask(t, nexus, query, variables, data)
}

// bearer is a token that somebody sends with their queries.
type bearer string

func (b bearer) ask(t *testing.T, nexus *app.App, query, variables string, data any) {
	t.Helper()
	members := map[string]any{"query": query}
	if variables != "" {
		members["variables"] = json.RawMessage(variables)
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	if b != "" {
		r.Header.Set("Authorization", "Bearer "+string(b))
	}
	content := body(t, request(t, nexus, r))
	var got answer
	if err := json.Unmarshal([]byte(content), &got); err != nil || len(got.Errors) > 0 {
		t.Fatalf("%v: %s", err, content)
	}
	if err := json.Unmarshal(got.Data, data); err != nil {
		t.Fatal(err)
	}
}

const samplePassword = "rain on the seventh roof"

// signInToSample returns the token of a sample person.
func signInToSample(t *testing.T, nexus *app.App, email string) bearer {
	t.Helper()
	var data struct {
		Login struct{ Session struct{ AccessToken string } }
	}
	ask(t, nexus, `mutation($email: EmailAddress!, $password: String!) {
		login(input: {email: $email, password: $password}) { session { accessToken } } }`, `{"email": "`+email+`", "password": "`+samplePassword+`"}`, &data)
	return bearer(data.Login.Session.AccessToken)
}

func startWithSample(t *testing.T) *app.App {
	t.Helper()
	nexus := start(t)
	if err := nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	return nexus
}

func TestEveryExampleOfThePlaygroundFindsSomething(t *testing.T) {
	t.Parallel()
	nexus := startWithSample(t)
	learner := signInToSample(t, nexus, "learner@example.org")
	for _, example := range playground.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			t.Parallel()
			var fields map[string]json.RawMessage
			learner.ask(t, nexus, example.Query, example.Variables, &fields)
			for name, value := range fields {
				// The id in the example of node is a stand-in, as are those of mutations,
				// which answer what is wrong with it.
				if name == "node" {
					continue
				}
				var page struct{ Nodes, Edges []json.RawMessage }
				_ = json.Unmarshal(value, &page) // a list is no page
				if text := string(value); text == "null" || text == "[]" || page.Nodes != nil && len(page.Nodes) == 0 || page.Edges != nil && len(page.Edges) == 0 {
					t.Errorf("%s is empty", name)
				}
			}
		})
	}
}

// The document with the usual sections of a backend programme is read in full.
func TestTheSampleIsReadInFull(t *testing.T) {
	t.Parallel()
	nexus := startWithSample(t)
	type counted struct{ TotalCount int }
	var data struct {
		User struct {
			Documents struct {
				Nodes []struct {
					Program struct{ Title string }
					Cohort  struct{ Name string }

					Technologies, Concepts, Practices, Tips, Channels counted
					Challenges                                        struct {
						Nodes []struct {
							Status    string
							Author    struct{ Handle string }
							Solutions struct {
								Nodes []struct{ Accepted bool }
							}
						}
					}
				}
			}
		}
	}
	ask(t, nexus, `{ user(handle: "learner-01") { documents { nodes {
		program { title } cohort { name }
		technologies { totalCount } concepts { totalCount } practices { totalCount } tips { totalCount } channels { totalCount }
		challenges { nodes { status author { handle } solutions { nodes { accepted } } } }
	} } } }`, "", &data)
	if len(data.User.Documents.Nodes) != 1 {
		t.Fatalf("%d documents, want 1", len(data.User.Documents.Nodes))
	}
	d := data.User.Documents.Nodes[0]
	if d.Program.Title == "" || d.Cohort.Name == "" {
		t.Errorf("programme %q, cohort %q", d.Program.Title, d.Cohort.Name)
	}
	got := [4]int{d.Technologies.TotalCount, d.Concepts.TotalCount, d.Practices.TotalCount, d.Tips.TotalCount + d.Channels.TotalCount}
	if want := [4]int{8, 7, 6, 3}; got != want {
		t.Errorf("technologies, concepts, practices, collaboration: %v, want %v", got, want)
	}
	if len(d.Challenges.Nodes) != 4 {
		t.Errorf("%d challenges, want 4", len(d.Challenges.Nodes))
	}
	for _, c := range d.Challenges.Nodes {
		if c.Status != "SOLVED" || c.Author.Handle != "learner-01" || len(c.Solutions.Nodes) != 1 || !c.Solutions.Nodes[0].Accepted {
			t.Errorf("challenge %+v", c)
		}
	}
}

func TestTheSampleIsImportedIntoAnEmptyDatabaseOnly(t *testing.T) {
	t.Parallel()
	nexus := startWithSample(t)
	count := func() (total int64) {
		if err := nexus.DB().Handle(t.Context()).Raw("SELECT count(*) FROM document_revision").Scan(&total).Error; err != nil {
			t.Fatal(err)
		}
		return total
	}
	before := count()
	if err := nexus.DB().Handle(t.Context()).Exec("UPDATE document SET deleted_at = now() WHERE title LIKE 'P%'").Error; err != nil {
		t.Fatal(err)
	}
	if err := nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := count(); before < 18 || after != before {
		t.Errorf("%d revisions, then %d", before, after)
	}
}
