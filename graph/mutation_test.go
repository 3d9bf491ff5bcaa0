package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// userErrors returns "code path: message" of all errors in a payload.
func userErrors(t *testing.T, a answer, mutation string) []string {
	t.Helper()
	var payload struct {
		UserErrors []struct {
			Code, Message string
			Path          []string
		}
	}
	text, err := json.Marshal(a.Data[mutation])
	if err != nil || json.Unmarshal(text, &payload) != nil {
		t.Fatalf("%s has no payload: %+v", mutation, a)
	}
	var all []string
	for _, e := range payload.UserErrors {
		all = append(all, e.Code+" "+strings.Join(e.Path, ".")+": "+e.Message)
	}
	return all
}

func TestAllViolationsAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	handler := graph.NewHandler(services(dbtest.New(t)), quietly(time.Millisecond))
	want := []string{
		"BAD_USER_INPUT input.email: This is no e-mail address.",
		"BAD_USER_INPUT input.password: This must be 12 to 1000 characters.",
		"BAD_USER_INPUT input.handle: This must match [A-Za-z0-9][A-Za-z0-9_-]{0,38}.",
		"BAD_USER_INPUT input.displayName: This must be 1 to 200 characters.",
	}
	const selection = `{ email userErrors { code message path } }`
	given := map[string]any{"email": "nobody", "password": "kürzer", "handle": "ok\n", "displayName": ""}
	tests := map[string]struct {
		query     string
		variables map[string]any
	}{
		"literals":     {`mutation { register(input: {displayName: "", email: "nobody", handle: "ok\n", password: "kürzer"}) ` + selection + ` }`, nil},
		"one variable": {`mutation ($input: RegisterInput!) { register(input: $input) ` + selection + ` }`, map[string]any{"input": given}},
		"a variable each": {
			`mutation ($email: EmailAddress!, $password: String!, $handle: String!, $name: String!) {
				register(input: {email: $email, password: $password, handle: $handle, displayName: $name}) ` + selection + ` }`,
			map[string]any{"email": "nobody", "password": "kürzer", "handle": "ok\n", "name": ""},
		},
		"defaults of variables": {
			`mutation ($email: EmailAddress! = "nobody", $password: String! = "kürzer", $handle: String! = "ok\n", $name: String! = "") {
				register(input: {email: $email, password: $password, handle: $handle, displayName: $name}) ` + selection + ` }`, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := mustAsk(t.Context(), t, handler, test.query, test.variables)
			if diff := cmp.Diff(want, userErrors(t, got, "register")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(got.text, `"email":null`) {
				t.Errorf("the object is there all the same: %s", got.text)
			}
		})
	}
}

// signedIn are contexts of every kind of credential.
func signedIn(ctx context.Context) map[string]context.Context {
	person, session, script := id.New[id.User](), id.New[id.Session](), id.New[id.AccessToken]()
	return map[string]context.Context{
		"visitor": ctx,
		"session": auth.WithActor(ctx, auth.Actor{User: &person, Session: &session, Scope: auth.ScopeAccount}),
		"READ":    auth.WithActor(ctx, auth.Actor{User: &person, AccessToken: &script, Scope: auth.ScopeRead}),
		"WRITE":   auth.WithActor(ctx, auth.Actor{User: &person, AccessToken: &script, Scope: auth.ScopeWrite}),
	}
}

// What a credential is not good for is refused before the service is asked: here
// there is none, so whatever is let through ends as a fault of the server.
func TestPermissionsGuardMutations(t *testing.T) {
	t.Parallel()
	s := services(dbtest.New(t))
	s.Accounts, s.Users = nil, nil
	handler := graph.NewHandler(s, quietly(time.Millisecond))
	const (
		account = `mutation { logoutEverywhere(input: {}) { userErrors { message } } }`
		write   = `mutation { updateProfile(input: {bio: "x"}) { userErrors { message } } }`
	)
	tests := []struct{ credential, query, code string }{
		{"visitor", account, "UNAUTHENTICATED"},
		{"visitor", write, "UNAUTHENTICATED"},
		{"READ", account, "FORBIDDEN"},
		{"READ", write, "FORBIDDEN"},
		{"WRITE", account, "FORBIDDEN"},
		{"WRITE", write, "INTERNAL"},
		{"session", account, "INTERNAL"},
		{"session", write, "INTERNAL"},
	}
	contexts := signedIn(t.Context())
	for _, test := range tests {
		got := ask(contexts[test.credential], t, handler, test.query, nil)
		if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != test.code {
			t.Errorf("%s, %s: got %+v, want %s", test.credential, test.query, got.Errors, test.code)
		}
	}
}

func TestMutationsAreAlike(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	for _, field := range schema.Mutation.Fields {
		title := strings.ToUpper(field.Name[:1]) + field.Name[1:]
		if len(field.Arguments) != 1 || field.Arguments[0].Name != "input" || field.Arguments[0].Type.String() != title+"Input!" {
			t.Errorf("%s takes something else than input: %sInput!", field.Name, title)
		}
		if field.Type.String() != title+"Payload" {
			t.Errorf("%s answers %s, not %sPayload", field.Name, field.Type, title)
		}
		payload := schema.Types[field.Type.Name()]
		for _, member := range payload.Fields {
			if member.Name == "userErrors" && member.Type.String() != "[UserError!]!" || member.Name != "userErrors" && member.Type.NonNull {
				t.Errorf("%s.%s: %s; a payload holds what may be null, and userErrors: [UserError!]!", payload.Name, member.Name, member.Type)
			}
		}
		if payload.Fields.ForName("userErrors") == nil {
			t.Errorf("%s has no userErrors", payload.Name)
		}
		if field.Directives.ForName("auth") == nil {
			t.Errorf("%s does not say who may use it: @auth is missing", field.Name)
		}
	}
}

// privateTypes hold what nobody but its owner may see. All others are public, and
// what may be seen of them is a matter of their rows.
func privateTypes() []string {
	return []string{"Viewer", "Session", "AccessToken", "SessionCredentials", "NotificationPreference"}
}

// A field that leads to something private is guarded, or lies in something
// private, or answers the mutation that proves who asks. `viewer` is the one way
// in without a guard: it is null for visitors.
func TestPrivateTypesAreGuarded(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	private := map[string]bool{}
	for _, name := range privateTypes() {
		if schema.Types[name] == nil {
			t.Errorf("%s does not exist", name)
		}
		private[name] = true
	}
	ways := 0
	for _, definition := range schema.Types {
		if definition.Kind != ast.Object || private[definition.Name] {
			continue
		}
		for _, field := range definition.Fields {
			if !private[field.Type.Name()] {
				continue
			}
			ways++
			isPayload := strings.HasSuffix(definition.Name, "Payload")
			isViewer := definition == schema.Query && field.Name == "viewer"
			if !isPayload && !isViewer && field.Directives.ForName("auth") == nil {
				t.Errorf("%s.%s leads to the private type %s without @auth", definition.Name, field.Name, field.Type.Name())
			}
		}
	}
	if ways < 4 {
		t.Errorf("only %d ways to private types found", ways)
	}
	// Names that belong to accounts have no place on public types.
	for _, definition := range schema.Types {
		if definition.Kind != ast.Object && definition.Kind != ast.Interface || private[definition.Name] || strings.HasSuffix(definition.Name, "Payload") {
			continue
		}
		if definition.Name == "Invitation" {
			continue // its rows are for the staff of their cohort: TestInvitationsAreForStaff
		}
		for _, field := range definition.Fields {
			name := strings.ToLower(field.Name)
			for _, secret := range []string{"email", "password", "secret", "token", "session", "ipaddress"} {
				if strings.Contains(name, secret) && field.Directives.ForName("auth") == nil {
					t.Errorf("%s.%s sounds private and has no @auth", definition.Name, field.Name)
				}
			}
		}
	}
}
