package graph_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the answers and the numbers of statements into the scenarios")
	os.Exit(m.Run())
}

// scenarioHub returns a database with what testdata/hub.sql stores.
func scenarioHub(t *testing.T) *database.DB {
	t.Helper()
	db := dbtest.New(t)
	sql, err := os.ReadFile(filepath.Join("testdata", "hub.sql"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(t.Context(), string(sql)).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return db
}

// scenario is a file of testdata: an operation and its answer, with
// the number of SQL statements it may cost. Its first lines say what it
// shows; "actor" names who asks, otherwise it is a visitor.
type scenario struct{ archive *txtar.Archive }

func (s scenario) section(name string) *txtar.File {
	at := slices.IndexFunc(s.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if at < 0 {
		return nil
	}
	return &s.archive.Files[at]
}

// set replaces a section, at the end when it is new.
func (s scenario) set(name, content string) {
	if section := s.section(name); section != nil {
		section.Data = []byte(content)
		return
	}
	s.archive.Files = append(s.archive.Files, txtar.File{Name: name, Data: []byte(content)})
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	db := scenarioHub(t)
	paths, err := filepath.Glob(filepath.Join("testdata", "*", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "testdata"+string(filepath.Separator)), ".txtar")
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := scenario{archive}
			counted(t, func(wait time.Duration) string { return s.play(t, db, wait) })
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// play runs a scenario and tells where its answer differs; when scenarios are
// updated it takes the answer over.
func (s scenario) play(t *testing.T, db *database.DB, wait time.Duration) string {
	t.Helper()
	query := s.section("query.graphql")
	if query == nil {
		t.Fatal("the scenario has no query.graphql")
	}
	var variables map[string]any
	if section := s.section("variables.json"); section != nil {
		if err := json.Unmarshal(section.Data, &variables); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	if actor := s.section("actor"); actor != nil {
		ctx = auth.WithActor(ctx, actorNamed(t, db, strings.TrimSpace(string(actor.Data))))
	}
	options := quietly(wait)
	options.Introspection = nil // the schema is not told, as to visitors in production
	got := ask(ctx, t, graph.NewHandler(services(db), options), string(query.Data), variables)
	pretty := indented(t, got.text)
	cost := fmt.Sprintf("%d\n", len(got.statements))
	if flag.Lookup("update").Value.String() == "true" {
		s.set("answer.json", pretty)
		s.set("sql", cost)
		return ""
	}
	if s.section("answer.json") == nil || s.section("sql") == nil {
		return "the scenario has no answer yet: run go test ./graph -update and read it"
	}
	return cmp.Diff(string(s.section("answer.json").Data)+string(s.section("sql").Data), pretty+cost)
}

// indented returns an answer for people to read, with its errors in the order
// of their texts: fields fail in any order.
func indented(t *testing.T, text string) string {
	t.Helper()
	var members struct {
		Errors []json.RawMessage `json:"errors,omitempty"`
		Data   json.RawMessage   `json:"data,omitempty"`
	}
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(members.Errors, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	var pretty strings.Builder
	encoder := json.NewEncoder(&pretty)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(members); err != nil {
		t.Fatal(err)
	}
	return pretty.String()
}

func actorNamed(t *testing.T, db *database.DB, handle string) auth.Actor {
	t.Helper()
	var u user.User
	if err := db.Handle(t.Context()).Where("handle = ?", handle).Find(&u).Error; err != nil || u.ID == (id.User{}) {
		t.Fatalf("there is no actor %s: %v", handle, err)
	}
	return auth.Actor{User: &u.ID, Admin: u.Role == user.RoleAdmin}
}
