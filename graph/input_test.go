package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
)

// badValue is a value that does not fit, in the forms of GraphQL and JSON. The
// byte 0xFF, which neither can hold, is written as ÿ.
type badValue struct {
	field, argument, inputType string
	literal, json              string
	// path leads to what is wrong, from the value on; what says what it is. Where the
	// literal is refused with the whole body, it says something else.
	path, what, literalWhat string
}

// of returns a value of an argument of a field.
func (b badValue) of(field, argument, inputType string) badValue {
	b.field, b.argument, b.inputType = field, argument, inputType
	return b
}

func registration(b badValue) badValue {
	const literal, variable = `{email: "a@example.org", password: "a long password", handle: "a", displayName: %s}`,
		`{"email": "a@example.org", "password": "a long password", "handle": "a", "displayName": %s}`
	if !strings.HasPrefix(b.literal, "{") {
		b.literal, b.json, b.path = fmt.Sprintf(literal, b.literal), fmt.Sprintf(variable, b.json), ".displayName"
	}
	return b.of("mutation %s { register(input: %s) { email } }", "input", "RegisterInput")
}

func filtered(b badValue) badValue {
	return b.of("query %s { challenges(filter: %s) { totalCount } }", "filter", "ChallengeFilter")
}

func paged(b badValue) badValue {
	return b.of("query %s { challenges(first: %s) { totalCount } }", "first", "Int")
}

// badValues returns values that do not fit, by what is wrong with them.
func badValues() map[string]badValue {
	long := `"` + strings.Repeat("hunter2", 1000) + `"`
	return map[string]badValue{
		"unknown field": registration(badValue{
			literal: `{email: "a@example.org", password: "x", handle: "a", displayName: "a", handel: "x"}`,
			json:    `{"email": "a@example.org", "password": "x", "handle": "a", "displayName": "a", "handel": "x"}`, path: ".handel", what: "is not a field of",
		}),
		"unknown field of a filter": filtered(badValue{literal: `{nope: {deep: [1]}}`, json: `{"nope": {"deep": [1]}}`, path: ".nope", what: "is not a field of"}),
		"field that is absent":      registration(badValue{literal: `{email: "a@example.org", handle: "a", displayName: "a"}`, json: `{"email": "a@example.org", "handle": "a", "displayName": "a"}`, path: ".password", what: "is required"}),
		"number for a text":         registration(badValue{literal: `5`, json: `5`, what: "must be a value of type String"}),
		"boolean for a text":        registration(badValue{literal: `true`, json: `true`, what: "must be a value of type String"}),
		"object for a text":         registration(badValue{literal: `{a: 1}`, json: `{"a": 1}`}).displayName(),
		"list for a text":           registration(badValue{literal: `["hunter2"]`, json: `["hunter2"]`, what: "must be a value of type String"}),
		"number for an address":     filtered(badValue{literal: `{createdSince: 5}`, json: `{"createdSince": 5}`, path: ".createdSince", what: "must be a value of type DateTime"}),
		"NUL":                       registration(badValue{literal: `"hunter2\u0000"`, json: `"hunter2\u0000"`, what: "holds a NUL character"}),
		"half of a pair":            registration(badValue{literal: `"hunter2\ud800"`, json: `"hunter2\ud800"`, what: "holds half of a surrogate pair"}),
		"invalid UTF-8":             registration(badValue{literal: `"hunter2ÿ"`, json: `"hunter2ÿ"`, what: "is not valid UTF-8", literalWhat: `"query" is not valid UTF-8`}),
		"NUL in a filter":           filtered(badValue{literal: `{text: "\u0000"}`, json: `{"text": "\u0000"}`, path: ".text", what: "holds a NUL character"}),
		"unknown enum value":        filtered(badValue{literal: `{statuses: [OPEN, CLOSED]}`, json: `{"statuses": ["OPEN", "CLOSED"]}`, path: ".statuses.1", what: "must be a value of the enum ChallengeStatus"}),
		"enum in other letters":     filtered(badValue{literal: `{statuses: [open]}`, json: `{"statuses": ["open"]}`, path: ".statuses.0", what: "must be a value of the enum ChallengeStatus"}),
		"number for an enum":        filtered(badValue{literal: `{statuses: [1]}`, json: `{"statuses": [1]}`, path: ".statuses.0"}),
		"null in a list":            filtered(badValue{literal: `{statuses: [OPEN, null]}`, json: `{"statuses": ["OPEN", null]}`, path: ".statuses.1", what: "must not be null"}),
		"list of lists":             filtered(badValue{literal: `{statuses: [[[OPEN]]]}`, json: `{"statuses": [[["OPEN"]]]}`, path: ".statuses.0"}),
		"2^31":                      paged(badValue{literal: `2147483648`, json: `2147483648`, what: "must be a value of type Int"}),
		"2^63":                      paged(badValue{literal: `9223372036854775808`, json: `9223372036854775808`, what: "must be a value of type Int"}),
		"less than -2^31":           paged(badValue{literal: `-2147483649`, json: `-2147483649`, what: "must be a value of type Int"}),
		"1.5 for an Int":            paged(badValue{literal: `1.5`, json: `1.5`, what: "must be a value of type Int"}),
		"text for an Int":           paged(badValue{literal: `"5"`, json: `"5"`, what: "must be a value of type Int"}),
		"long text for an Int":      paged(badValue{literal: long, json: long, what: "must be a value of type Int"}),
		"boolean for an Int":        paged(badValue{literal: `true`, json: `true`, what: "must be a value of type Int"}),
		"null for non-null":         registration(badValue{literal: `null`, json: `null`, what: "must not be null"}),
		"text for an object":        registration(badValue{literal: `{email: "hunter2"}`, json: `{"email": "hunter2"}`}).whole(`"hunter2"`),
		"list for an object":        registration(badValue{literal: `{}`, json: `{}`}).whole(`[1]`),
	}
}

// displayName puts the value into the field of that name although it is an object.
func (b badValue) displayName() badValue {
	b.literal = `{email: "a@example.org", password: "a long password", handle: "a", displayName: ` + b.literal + `}`
	b.json = `{"email": "a@example.org", "password": "a long password", "handle": "a", "displayName": ` + b.json + `}`
	b.path = ".displayName"
	return b
}

// whole takes a text for the whole value.
func (b badValue) whole(text string) badValue {
	b.literal, b.json = text, text
	return b
}

// requests returns the operation with the value as literal, as variable and as
// default of a variable.
func (b badValue) requests() map[string]map[string]any {
	declared := "($v: " + b.inputType + " = %s)"
	return map[string]map[string]any{
		"literal":  {"query": fmt.Sprintf(b.field, "", b.literal)},
		"variable": {"query": fmt.Sprintf(b.field, "($v: "+b.inputType+b.needed()+")", "$v"), "variables": json.RawMessage(b.json)},
		"default":  {"query": fmt.Sprintf(b.field, fmt.Sprintf(declared, b.literal), "$v")},
	}
}

func (b badValue) needed() string {
	if strings.HasSuffix(b.inputType, "Input") {
		return "!"
	}
	return ""
}

func TestBadInputIsBadInputWhereverItStands(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	for name, b := range badValues() {
		for place, members := range b.requests() {
			t.Run(name+" as "+place, func(t *testing.T) {
				t.Parallel()
				if variable, ok := members["variables"].(json.RawMessage); ok {
					members["variables"] = json.RawMessage(`{"v": ` + string(variable) + `}`)
				}
				text, err := json.Marshal(members)
				if err != nil {
					t.Fatal(err)
				}
				status, got := sendRaw(t, handler, strings.ReplaceAll(string(text), "ÿ", "\xff"))
				wanted := fmt.Sprintf("%q %s", b.argument+b.path, b.what)
				switch {
				case place != "literal" && (b.literalWhat == "" || place == "variable"):
					wanted = fmt.Sprintf("Variable %q %s", "$v"+b.path, b.what)
				case b.literalWhat != "":
					wanted = b.literalWhat
				}
				wanted = strings.ReplaceAll(wanted, "ÿ", "")
				if status != http.StatusBadRequest || strings.Contains(got.text, `"data"`) || len(got.statements) > 0 || len(got.Errors) == 0 {
					t.Fatalf("status %d, %d SQL statements: %s", status, len(got.statements), got.text)
				}
				for _, failure := range got.Errors {
					if failure.Extensions["code"] != string(errs.CodeBadUserInput) {
						t.Errorf("code %v: %s", failure.Extensions["code"], failure.Message)
					}
				}
				if message := got.Errors[0].Message; !strings.HasPrefix(message, wanted) || len(message) > 200 {
					t.Errorf("message %q, want %q", message, wanted)
				}
				if strings.Contains(got.text, "hunter2") {
					t.Errorf("the value is repeated: %s", got.text)
				}
			})
		}
	}
}

// sendRaw posts a body as it is.
func sendRaw(t *testing.T, handler http.Handler, body string) (status int, got answer) {
	t.Helper()
	ctx, statements := database.CountStatements(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	got = answer{text: w.Body.String(), statements: statements.Texts()}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("the answer is no JSON: %v: %.500s", err, got.text)
	}
	return w.Code, got
}

// Values that fit are taken in each of these places, a single one for a list too.
func TestGoodInputIsTakenWhereverItStands(t *testing.T) {
	t.Parallel()
	handler := graph.NewHandler(services(dbtest.New(t)), quietly(time.Millisecond))
	for name, b := range map[string]badValue{
		"single item":  filtered(badValue{literal: `{statuses: OPEN}`, json: `{"statuses": "OPEN"}`}),
		"list":         filtered(badValue{literal: `{statuses: [OPEN, SOLVED], text: "\ud83d\ude00"}`, json: `{"statuses": ["OPEN", "SOLVED"], "text": "\ud83d\ude00"}`}),
		"null":         filtered(badValue{literal: `null`, json: `null`}),
		"null inside":  filtered(badValue{literal: `{text: null}`, json: `{"text": null}`}),
		"block string": filtered(badValue{literal: `{text: """a \u0000 b"""}`, json: `{"text": "a"}`}),
		"an Int":       paged(badValue{literal: `100`, json: `100`}),
	} {
		for place, members := range b.requests() {
			if variable, ok := members["variables"].(json.RawMessage); ok {
				members["variables"] = json.RawMessage(`{"v": ` + string(variable) + `}`)
			}
			text, err := json.Marshal(members)
			if err != nil {
				t.Fatal(err)
			}
			if _, got := sendRaw(t, handler, string(text)); len(got.Errors) > 0 {
				t.Errorf("%s as %s: %s", name, place, got.text)
			}
		}
	}
	const ids = `query($v: [ID!]!) { nodes(ids: $v) { id } }`
	if got := ask(t.Context(), t, handler, ids, map[string]any{"v": "us_01900000-0000-7000-8000-000000000001"}); len(got.Errors) > 0 {
		t.Errorf("one id for a list: %s", got.text)
	}
}

// Names of the schema are suggested to whom the schema is open, and to nobody else.
func TestSuggestionsForInputFollowIntrospection(t *testing.T) {
	t.Parallel()
	for open, wanted := range map[bool]string{true: `Did you mean \"statuses\"?`, false: ""} {
		o := quietly(time.Millisecond)
		o.Introspection = func(auth.Actor) bool { return open }
		handler := graph.NewHandler(graph.Services{}, o)
		for _, query := range []string{"{ challenges(filter: {statusse: []}) { totalCount } }", "query($v: ChallengeFilter = {statusse: []}) { challenges(filter: $v) { totalCount } }"} {
			got := ask(t.Context(), t, handler, query, nil)
			if !strings.Contains(got.text, wanted) || strings.Contains(got.text, "Did you mean") != open || !strings.Contains(got.text, `"BAD_USER_INPUT"`) {
				t.Errorf("open %v: %s", open, got.text)
			}
		}
	}
}

// What is wrong with the document, and not with a value in it, keeps its code.
func TestInvalidDocumentsKeepTheirCode(t *testing.T) {
	t.Parallel()
	handler := graph.NewHandler(graph.Services{}, quietly(time.Millisecond))
	for _, query := range []string{
		"{ nope }", "{ challenges(nope: 1) { totalCount } }", "{ ...F }", "{ challenges }", "query($v: Int) { __typename }", "query($v: Nope) { __typename }",
		"query { challenges(first: $v) { totalCount } }", "query($v: String) { challenges(first: $v) { totalCount } }", "{ challenge { id } }", "{ __typename @nope }",
		"{ challenges(filter: {text: \"a\", text: \"b\"}) { totalCount } }", "{ __typename } fragment F on User { id }",
	} {
		got := ask(t.Context(), t, handler, query, nil)
		if len(got.Errors) == 0 || got.Errors[0].Extensions["code"] != string(errs.CodeGraphQLInvalid) {
			t.Errorf("%s: %s", query, got.text)
		}
	}
}
