package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/user"
)

// Log-ins under many names are one request of many passwords: they are refused
// before any of them is looked at.
func TestAliasedLoginsAreRefused(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	passwords := password.New(password.Options{})
	accounts, err := account.Open(t.Context(), db, account.Options{Profiles: user.New(db), Passwords: passwords})
	if err != nil {
		t.Fatal(err)
	}
	all := services(db)
	all.Accounts = accounts
	handler := graph.NewHandler(all, quietly(time.Millisecond))
	var document strings.Builder
	for i := range 100 {
		fmt.Fprintf(&document, " a%d: login(input: {email: \"a@example.org\", password: \"%d\"}) { session { sessionId } }", i, i)
	}
	before := passwords.Computed()
	for name, query := range map[string]string{
		"aliases":   "mutation {" + document.String() + "}",
		"fragments": "mutation { ...F } fragment F on Mutation {" + document.String() + "}",
	} {
		got := ask(t.Context(), t, handler, query, nil)
		if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != string(errs.CodeQueryTooComplex) || strings.Contains(got.text, `"data"`) {
			t.Errorf("%s: %.300s", name, got.text)
		}
		if hashes := passwords.Computed() - before; hashes != 0 || len(got.statements) != 0 {
			t.Errorf("%s: %d hashes, %d SQL statements", name, hashes, len(got.statements))
		}
	}
	got := ask(t.Context(), t, handler, `mutation { login(input: {email: "a@example.org", password: "0"}) { session { sessionId } } }`, nil)
	if passwords.Computed() == before || len(got.statements) == 0 {
		t.Errorf("one log-in alone computes nothing: %s", got.text)
	}
}
