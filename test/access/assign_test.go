package access

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// protectedColumns are those that no input may set by their name.
func protectedColumns() []string {
	return []string{
		"id", "role", "score", "accepted", "status", "visibility", "created_at", "deleted_at", "hidden_at", "missing_at", "joined_at",
		"author_id", "owner_id", "user_id", "cohort_id", "program_id", "document_id", "challenge_id", "duplicate_of_id",
		"email", "folded_email", "password_hash", "token_hash", "disabled_at", "revoked_at", "expires_at", "ends_at",
	}
}

// intended are the fields of inputs of mutations that are named like a protected
// column, though they are no target of mutations(), and why they may be.
func intended() map[string]string {
	return map[string]string{
		"RegisterInput.email":               "the address of the new account",
		"ResendVerificationInput.email":     "whom to write to",
		"LoginInput.email":                  "who signs in",
		"RequestPasswordResetInput.email":   "whom to write to",
		"NotificationPreferenceInput.email": "whether to write at all",
		"InviteToCohortInput.email":         "whom to write to",
		"InviteToCohortInput.role":          "what whoever accepts will be",
		"ChangeMembershipRoleInput.role":    "what the member is to be",
		"CreateCohortInput.visibility":      "that of the new cohort",
		"UpdateCohortInput.visibility":      "what the staff decide",
	}
}

// namesOf returns how inputs could call columns.
func namesOf(columns []string) []string {
	var names []string
	for _, column := range columns {
		words := strings.Split(column, "_")
		for i, word := range words[1:] {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
		camel := strings.Join(words, "")
		names = append(names, column, camel)
		if without, isID := strings.CutSuffix(camel, "Id"); isID {
			names = append(names, without)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// No input of a mutation has a field for a protected column, but for those that say
// what is meant and those that are there to set it.
func TestInputsHaveNoProtectedFields(t *testing.T) {
	t.Parallel()
	protected := namesOf(protectedColumns())
	unused := intended()
	for _, field := range schema().Mutation.Fields {
		targets := targetsIn(mutations()[field.Name].input, "")
		for path, member := range membersOf(schema().Types[inputOf(field.Name)], "", map[string]bool{}) {
			_, named := targets[path]
			_, allowed := intended()[member]
			delete(unused, member)
			if slices.Contains(protected, path[strings.LastIndex(path, ".")+1:]) && !named && !allowed {
				t.Errorf("%s of mutation %s is named like a protected column: if it is there to set it, add %s and the reason to intended "+
					"in test/access/assign_test.go", path, field.Name, member)
			}
		}
	}
	for member := range unused {
		t.Errorf("intended has %s, which the schema does not", member)
	}
}

// membersOf returns the fields of an input and of those within it: Type.field by
// their paths.
func membersOf(definition *ast.Definition, path string, above map[string]bool) map[string]string {
	all := map[string]string{}
	for _, field := range definition.Fields {
		all[path+field.Name] = definition.Name + "." + field.Name
		if below := schema().Types[field.Type.Name()]; below.Kind == ast.InputObject && !above[below.Name] {
			above[below.Name] = true
			maps.Copy(all, membersOf(below, path+field.Name+".", above))
			delete(above, below.Name)
		}
	}
	return all
}

// Whoever adds a column to an input that is good otherwise is refused, and nothing
// is written: in variables and in literals, also what they may change elsewhere.
func TestMassAssignment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer w.report()
	columns := w.texts(`SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`)
	for _, column := range protectedColumns() {
		if !slices.Contains(columns, column) {
			t.Errorf("no table has the column %s", column)
		}
	}
	for _, field := range schema().Mutation.Fields {
		m := mutations()[field.Name]
		for _, p := range w.principals {
			w.renew()
			names := namesOf(protectedColumns())
			if p.admin {
				names = namesOf(columns)
			}
			in, ok := w.fillIn(p, m.input, "", "", nil)
			if !ok {
				continue
			}
			in = listed(field.Name, in)
			before := w.fingerprint()
			w.addTo(p, way{operation: "mutation", field: field, argument: field.Arguments.ForName("input")}, in, in, schema().Types[inputOf(field.Name)], names)
			if w.fingerprint() != before {
				t.Errorf("%s added columns to the input of %s, and something was written", p, field.Name)
			}
		}
	}
	for _, to := range waysToInputs() {
		sample, _ := sampleOf(to.argument.Type, true).(map[string]any)
		w.addTo(w.principal("admin"), to, sample, sample, schema().Types[to.argument.Type.Name()], namesOf(protectedColumns()))
	}
	for name, definition := range schema().Types {
		if definition.Kind == ast.InputObject && !w.extended[name] {
			t.Errorf("%s was not tried: give it a value in the input of its mutation in test/access/mutations_test.go, or find the way to it "+
				"in waysToInputs in test/access/assign_test.go", name)
		}
	}
}

// addTo adds each of the names, in turn, to an input within the whole value of an
// argument, and to the inputs within that.
func (w *world) addTo(p *principal, to way, whole, part map[string]any, definition *ast.Definition, names []string) {
	w.t.Helper()
	w.extended[definition.Name] = true
	for _, name := range names {
		if definition.Fields.ForName(name) != nil {
			continue
		}
		part[name] = "x"
		for how, got := range map[string]answer{
			"a variable": w.ask(p, to.document("($v: "+to.argument.Type.String()+")", "$v"), map[string]any{"v": whole}),
			"a literal":  w.ask(p, to.document("", literal(to.argument.Type, whole)), nil),
		} {
			w.tally.checks++
			if !refusesField(got, name) {
				w.t.Errorf("%s adds %s to %s in %s: %.300s", p, name, definition.Name, how, got.text)
			}
		}
		delete(part, name)
	}
	for _, field := range definition.Fields {
		below, ok := part[field.Name].(map[string]any)
		if items, isList := part[field.Name].([]any); isList && len(items) > 0 {
			below, ok = items[0].(map[string]any)
		}
		if ok {
			w.addTo(p, to, whole, below, schema().Types[field.Type.Name()], names)
		}
	}
}

// refusesField reports whether an answer is a refusal of a field by its name.
func refusesField(got answer, name string) bool {
	if got.Data != nil || len(got.Errors) != 1 || !regexp.MustCompile(`\b`+name+`\b`).MatchString(got.Errors[0].Message) {
		return false
	}
	return got.Errors[0].Extensions.Code == "BAD_USER_INPUT"
}

// way leads to an argument: through fields that need no more than their arguments.
type way struct {
	operation    string
	before, rear string
	field        *ast.FieldDefinition
	argument     *ast.ArgumentDefinition
}

// document is an operation that gives the argument a value.
func (to way) document(variables, value string) string {
	return fmt.Sprintf("%s%s { %s%s(%s%s: %s)%s%s }", to.operation, variables, to.before,
		to.field.Name, required(to.field, to.argument.Name), to.argument.Name, value, below(to.field), to.rear)
}

// required gives a field the arguments that it must have, but for one.
func required(field *ast.FieldDefinition, except string) string {
	var text strings.Builder
	for _, argument := range field.Arguments {
		if argument.Type.NonNull && argument.DefaultValue == nil && argument.Name != except {
			text.WriteString(argument.Name + ": " + literal(argument.Type, sampleOf(argument.Type, false)) + " ")
		}
	}
	return text.String()
}

func below(field *ast.FieldDefinition) string {
	if schema().Types[field.Type.Name()].IsLeafType() {
		return ""
	}
	return " { __typename }"
}

// waysToInputs returns the shortest way to each input of a query.
func waysToInputs() (ways []way) {
	type step struct {
		definition   *ast.Definition
		before, rear string
	}
	queue, seen, reached := []step{{definition: schema().Query}}, map[string]bool{}, map[string]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, field := range at.definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			for _, argument := range field.Arguments {
				if name := argument.Type.Name(); schema().Types[name].Kind == ast.InputObject && !reached[name] {
					reached[name] = true
					ways = append(ways, way{operation: "query", before: at.before, rear: at.rear, field: field, argument: argument})
				}
			}
			if target := schema().Types[field.Type.Name()]; target.Kind == ast.Object && !seen[target.Name] {
				seen[target.Name] = true
				before := at.before + field.Name
				if arguments := required(field, ""); arguments != "" {
					before += "(" + arguments + ")"
				}
				queue = append(queue, step{target, before + " { ", " }" + at.rear})
			}
		}
	}
	return ways
}

// sampleOf makes a value of a type with no more than it must have, and the inputs
// within it when inner is set.
func sampleOf(t *ast.Type, inner bool) any {
	if t.Elem != nil {
		return []any{sampleOf(t.Elem, inner)}
	}
	definition := schema().Types[t.NamedType]
	switch {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition.Kind == ast.InputObject:
		value := map[string]any{}
		for _, field := range definition.Fields {
			if field.Type.NonNull && field.DefaultValue == nil || inner && schema().Types[field.Type.Name()].Kind == ast.InputObject {
				value[field.Name] = sampleOf(field.Type, false)
			}
		}
		return value
	case t.NamedType == "Int":
		return 1
	case t.NamedType == "Boolean":
		return true
	default:
		return "x"
	}
}

// literal writes a value as it stands in a document.
func literal(t *ast.Type, value any) string {
	switch v := value.(type) {
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = literal(t.Elem, item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any:
		var members []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			kindOf := ast.NamedType("String", nil)
			if field := schema().Types[t.Name()].Fields.ForName(name); field != nil {
				kindOf = field.Type
			}
			members = append(members, name+": "+literal(kindOf, v[name]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case string:
		if schema().Types[t.Name()].Kind == ast.Enum {
			return v
		}
		return fmt.Sprintf("%q", v)
	default:
		return fmt.Sprint(v)
	}
}
