package graph_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// updated says what an Update…Input changes: an object of fillHub, by its id.
type updated struct {
	id string
	// anonymous: the input does not name the object, which is the actor's.
	anonymous bool
	// reads are the selections of fields that the object shows in another way.
	reads map[string]string
	// values are two values of fields whose type does not tell any.
	values map[string][2]any
}

// updates are what all inputs of the schema named Update…Input change. The actor is
// an admin, and the first person of the hub.
func updates() map[string]updated {
	return map[string]updated{
		"UpdateChallengeInput": {
			id:     wire(numbered[id.Challenge](0)),
			reads:  map[string]string{"technologyIds": "technologies { nodes { id } }"},
			values: map[string][2]any{"technologyIds": {wires[id.Technology](0, 2), wires[id.Technology](2, 3)}},
		},
		"UpdateChannelInput": {id: wire(numbered[id.Channel](0))},
		"UpdateCohortInput": {
			id:     wire(numbered[id.Cohort](0)),
			values: map[string][2]any{"startsOn": {"2026-01-01", "2026-01-02"}, "endsOn": {"2027-01-01", "2027-01-02"}},
		},
		"UpdateCommentInput": {id: wire(numbered[id.Comment](0))},
		"UpdateConceptInput": {id: wire(numbered[id.Concept](0))},
		// Its list names what changes; package notification tries that.
		"UpdateNotificationPreferencesInput": {anonymous: true},
		"UpdateDocumentInput":                {id: wire(numbered[id.Document](0))},
		"UpdatePracticeInput": {
			id:     wire(numbered[id.Practice](0)),
			reads:  map[string]string{"technologyIds": "technologies { nodes { id } }"},
			values: map[string][2]any{"technologyIds": {wires[id.Technology](0, 2), wires[id.Technology](2, 3)}},
		},
		"UpdateProgramInput":    {id: wire(numbered[id.Program](0))},
		"UpdateSolutionInput":   {id: wire(numbered[id.Solution](0))},
		"UpdateTechnologyInput": {id: wire(numbered[id.Technology](0))},
		"UpdateTipInput":        {id: wire(numbered[id.Tip](0))},
		"UpdateProfileInput": {
			id: wire(numbered[id.User](0)), anonymous: true,
			values: map[string][2]any{"handle": {"one-name", "another-name"}},
		},
	}
}

// Absent leaves a field of an update, null clears it unless its description says
// that it cannot be cleared, a value sets it, and an empty one is either of the
// last two. No other field changes with it, and what is refused changes nothing.
func TestUpdatesTellAbsentNullAndValues(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	known := updates()
	for _, mutation := range graph.Schema().Mutation.Fields {
		input := graph.Schema().Types[mutation.Arguments[0].Type.Name()]
		if !regexp.MustCompile(`^Update\w+Input$`).MatchString(input.Name) {
			continue
		}
		what, ok := known[input.Name]
		delete(known, input.Name)
		if !ok {
			t.Errorf("%s is not tried: say in updates of graph/update_test.go which object of fillHub it changes", input.Name)
			continue
		}
		// One after another: inputs may share their objects.
		u := update{T: t, handler: handler, mutation: mutation.Name, input: input, updated: what}
		for _, field := range u.fields() {
			u.try(field)
		}
	}
	for name := range known {
		t.Errorf("updates has %s, which the schema does not", name)
	}
}

// update tries one mutation.
type update struct {
	*testing.T
	updated

	handler  http.Handler
	mutation string
	input    *ast.Definition
}

// fields returns the fields that say what to change.
func (u update) fields() (fields []*ast.FieldDefinition) {
	for _, field := range u.input.Fields {
		if !field.Type.NonNull && field.Name != "ifVersion" {
			fields = append(fields, field)
		}
	}
	return fields
}

// try gives one field every kind of value.
func (u update) try(field *ast.FieldDefinition) {
	u.Helper()
	name := u.input.Name + "." + field.Name
	one, another := u.twoValues(field)
	if problem := u.run(field.Name, one); problem != "" {
		u.Errorf("%s cannot be set to %v: %s", name, one, problem)
		return
	}
	before := u.read()
	if problem := u.run("", nil); problem != "" || cmp.Diff(before, u.read()) != "" {
		u.Errorf("%s: without it the object changes: %s%s", name, problem, cmp.Diff(before, u.read()))
	}
	isFixed := strings.Contains(field.Description, "cannot be cleared")
	for given, value := range map[string]any{"null": nil, "an empty value": u.empty(field)} {
		problem := u.run(field.Name, value)
		mayRefuse := isFixed || value != nil && !isText(field.Type)
		if problem != "" && !mayRefuse || problem == "" && isFixed {
			u.Errorf("%s: %s is refused: %q, want it refused: %t", name, given, problem, isFixed)
		}
		if value == "" || field.Type.Elem != nil {
			value = nil // no text and no items
		}
		u.wantOnly(name+" with "+given, field.Name, before, problem != "", value)
		u.run(field.Name, one)
		before = u.read()
	}
	if problem := u.run(field.Name, another); problem != "" {
		u.Errorf("%s cannot be set to %v: %s", name, another, problem)
	}
	u.wantOnly(name+" with another value", field.Name, before, false, another)
}

// wantOnly checks that a field alone has a new value: nothing where that is nil.
// When the change was refused, nothing may have changed.
func (u update) wantOnly(what, field string, before map[string]any, refused bool, value any) {
	u.Helper()
	after := u.read()
	if refused {
		if diff := cmp.Diff(before, after); diff != "" {
			u.Errorf("%s is refused and changes the object (-before +after):\n%s", what, diff)
		}
		return
	}
	got := after[field]
	if nodes, ok := got.(map[string]any); ok {
		got = idsOf(nodes["nodes"])
	}
	if value == nil && !isEmpty(got) || value != nil && fmt.Sprint(got) != fmt.Sprint(value) {
		u.Errorf("%s: it is %v, want %v", what, got, value)
	}
	was, counted := before["version"].(float64)
	if counted && after["version"] != was+1 {
		u.Errorf("%s: version %v follows %v", what, after["version"], was)
	}
	for name := range after {
		if diff := cmp.Diff(before[name], after[name]); diff != "" && name != field && name != "version" {
			u.Errorf("%s changes %s as well (-before +after):\n%s", what, name, diff)
		}
	}
}

// run changes one field, none when its name is empty, and returns what was refused.
func (u update) run(field string, value any) string {
	u.Helper()
	input := map[string]any{}
	if !u.anonymous {
		input["id"] = u.id
	}
	if field != "" {
		input[field] = value
	}
	query := fmt.Sprintf("mutation($input: %s!) { got: %s(input: $input) { userErrors { code path } } }", u.input.Name, u.mutation)
	got := ask(asAdmin(u.Context()), u.T, u.handler, query, map[string]any{"input": input})
	if len(got.Errors) == 0 {
		problems := userErrors(u.T, got, "got")
		for _, problem := range problems {
			if !strings.HasPrefix(problem, "BAD_USER_INPUT input."+field) {
				u.Errorf("%s with %s %v: %s", u.mutation, field, value, problem)
			}
		}
		return strings.Join(problems, "; ")
	}
	if code := got.Errors[0].Extensions["code"]; code != "BAD_USER_INPUT" && code != "GRAPHQL_VALIDATION_FAILED" {
		u.Errorf("%s with %s %v: %s", u.mutation, field, value, got.text)
	}
	return got.text
}

// read returns the fields of the object, and its version where it has one.
func (u update) read() map[string]any {
	u.Helper()
	node := mustAsk(asAdmin(u.Context()), u.T, u.handler, "query($id: ID!) { node(id: $id) { __typename } }", map[string]any{"id": u.id})
	typed, _ := node.Data["node"].(map[string]any)
	definition := graph.Schema().Types[fmt.Sprint(typed["__typename"])]
	var fields []string
	if definition.Fields.ForName("version") != nil {
		fields = append(fields, "version")
	}
	for _, field := range u.fields() {
		selection := field.Name
		if other := u.reads[field.Name]; other != "" {
			selection += ": " + other
		}
		fields = append(fields, selection)
	}
	query := fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }", definition.Name, strings.Join(fields, " "))
	got := mustAsk(asAdmin(u.Context()), u.T, u.handler, query, map[string]any{"id": u.id})
	object, ok := got.Data["node"].(map[string]any)
	if !ok || len(object) != len(fields) {
		u.Fatalf("%s is not read: %s", u.id, got.text)
	}
	return maps.Clone(object)
}

// twoValues returns two values that a field takes.
func (u update) twoValues(field *ast.FieldDefinition) (one, another any) {
	u.Helper()
	if values, ok := u.values[field.Name]; ok {
		return values[0], values[1]
	}
	definition := graph.Schema().Types[field.Type.Name()]
	switch {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name, definition.EnumValues[1].Name
	case definition.Name == "URL":
		return "https://example.org/one", "https://example.org/another"
	case definition.Name == "String" || definition.Name == "Markdown":
		return "One " + u.mutation, "Another " + u.mutation
	case definition.Name == "Boolean":
		return true, false
	case definition.Name == "Int":
		return 1, 2
	default:
		u.Fatalf("%s.%s takes a %s: give it two values in updates of graph/update_test.go", u.input.Name, field.Name, field.Type)
		return nil, nil
	}
}

// empty returns the value of a field that is there and says nothing.
func (u update) empty(field *ast.FieldDefinition) any {
	switch {
	case field.Type.Elem != nil:
		return []any{}
	case field.Type.Name() == "Boolean":
		return false
	case field.Type.Name() == "Int":
		return 0
	default:
		return ""
	}
}

// isText reports whether a field takes any text, the empty one too.
func isText(t *ast.Type) bool {
	return t.Elem != nil || slices.Contains([]string{"String", "Markdown"}, t.Name())
}

func idsOf(nodes any) []any {
	list, _ := nodes.([]any)
	ids := make([]any, 0, len(list))
	for _, node := range list {
		object, _ := node.(map[string]any)
		ids = append(ids, object["id"])
	}
	return ids
}
