package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	few     = 3
	parents = 60
)

// walk reaches every field of the schema from many parents at once.
type walk struct {
	schema *ast.Schema
	// seen are the object types whose fields were selected.
	seen map[string]bool
}

// parentIDs returns ids of objects of fillHub by type, or by field where only
// some objects of the type have it. A field with several lists is asked with
// each of them.
func parentIDs() map[string][][]string {
	return map[string][][]string{
		"Challenge":        {wires[id.Challenge](0, parents)},
		"Channel":          {wires[id.Channel](0, parents)},
		"Cohort":           {wires[id.Cohort](0, parents)},
		"Comment":          {wires[id.Comment](0, parents)},
		"Concept":          {wires[id.Concept](0, parents)},
		"Document":         {wires[id.Document](0, parents)},
		"DocumentRevision": {wires[id.DocumentRevision](0, parents)},
		"Event":            {wires[id.Event](0, parents)},
		"Membership":       {wires[id.Membership](0, parents)},
		"Mention":          {wires[id.Mention](0, parents)},
		"Notification":     {wires[id.Notification](0, parents), wires[id.Notification](parents, 2*parents), wires[id.Notification](2*parents, 3*parents), wires[id.Notification](3*parents, 4*parents)},
		"Practice":         {wires[id.Practice](0, parents)},
		"Program":          {wires[id.Program](0, parents)},
		"Solution":         {wires[id.Solution](0, parents)},
		"Technology":       {wires[id.Technology](0, parents)},
		"Tip":              {wires[id.Tip](0, parents)},
		"User":             {wires[id.User](0, parents)},

		"DocumentRevision.document": {everySecond(wires[id.DocumentRevision](0, 2*parents))},
		"Mention.concept":           {wires[id.Mention](parents, 2*parents)},
		"Comment.subject": {
			wires[id.Comment](0, parents), wires[id.Comment](parents, 2*parents),
			wires[id.Comment](2*parents, 3*parents), wires[id.Comment](3*parents, 4*parents),
		},
	}
}

// everySecond leaves one revision of each document.
func everySecond(ids []string) []string {
	var list []string
	for i := 0; i < len(ids); i += 2 {
		list = append(list, ids[i])
	}
	return list
}

// nodeTypes returns the object types that a query can reach by id, sorted.
func (w walk) nodeTypes() []*ast.Definition {
	types := slices.Clone(w.schema.PossibleTypes["Node"])
	slices.SortFunc(types, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return types
}

// isNode reports whether every object of the type has an id.
func (w walk) isNode(definition *ast.Definition) bool {
	for _, possible := range w.schema.GetPossibleTypes(definition) {
		if !slices.Contains(w.schema.PossibleTypes["Node"], possible) {
			return false
		}
	}
	return true
}

// selection returns what to select of a field: the id of a Node, all of what is
// not a Node, such as a connection or a provenance.
func (w walk) selection(of *ast.Type) string {
	definition := w.schema.Types[of.Name()]
	switch {
	case definition.IsLeafType():
		return ""
	case w.isNode(definition):
		return " { __typename ... on Node { id } }"
	}
	w.seen[definition.Name] = true
	var fields []string
	for _, field := range definition.Fields {
		if field.Name != "totalCount" { // asked for on purpose only
			fields = append(fields, field.Name+w.selection(field.Type))
		}
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// all returns every field of a type, each with its selection.
func (w walk) all(definition *ast.Definition) string {
	w.seen[definition.Name] = true
	var fields []string
	for _, field := range definition.Fields {
		if !strings.HasPrefix(field.Name, "__") {
			fields = append(fields, field.Name+w.selection(field.Type))
		}
	}
	return strings.Join(fields, " ")
}

// variants returns the ways to ask for a field, by alias. The first one is
// plain; a connection is also counted, ordered by all it can be ordered by,
// filtered, and asked twice with different sizes.
func (w walk) variants(field *ast.FieldDefinition) []string {
	plain := field.Name + w.selection(field.Type)
	list := []string{"plain: " + plain}
	if !strings.HasSuffix(field.Type.Name(), "Connection") {
		return list
	}
	rest := w.selection(field.Type)
	list = append(list,
		"one: "+field.Name+"(first: 1)"+rest,
		"last: "+field.Name+"(last: 2)"+rest,
		"total: "+field.Name+" { totalCount }",
		"counted: "+field.Name+" { totalCount nodes { id } }")
	if order := field.Arguments.ForName("orderBy"); order != nil {
		enum := w.schema.Types[w.schema.Types[order.Type.Name()].Fields.ForName("field").Type.Name()]
		for _, value := range enum.EnumValues {
			for _, direction := range []string{"ASC", "DESC"} {
				list = append(list, fmt.Sprintf("by%s%s: %s(orderBy: {field: %s, direction: %s})%s",
					value.Name, direction, field.Name, value.Name, direction, rest))
			}
		}
	}
	if filter := field.Arguments.ForName("filter"); filter != nil {
		for _, member := range w.schema.Types[filter.Type.Name()].Fields {
			list = append(list, fmt.Sprintf("with%s: %s(filter: {%s: %s})%s",
				member.Name, field.Name, member.Name, w.value(member), strings.Replace(rest, "{", "{ totalCount", 1)))
		}
	}
	return list
}

// value returns a literal that a member of a filter takes.
func (w walk) value(member *ast.FieldDefinition) string {
	definition := w.schema.Types[member.Type.Name()]
	switch {
	case definition.Kind == ast.Enum:
		var all []string
		for _, value := range definition.EnumValues {
			all = append(all, value.Name)
		}
		if member.Type.Elem == nil {
			return all[0]
		}
		return "[" + strings.Join(all, ", ") + "]"
	case definition.Name == "ID":
		for _, t := range w.nodeTypes() {
			if strings.EqualFold(t.Name, member.Name) {
				return fmt.Sprintf("%q", parentIDs()[t.Name][0][0])
			}
		}
		return fmt.Sprintf("%q", wire(numbered[id.User](0))) // owner, author
	case definition.Name == "DateTime":
		return `"2026-01-01T00:00:00Z"`
	case member.Name == "technology":
		return `"T-00"`
	default:
		return `"e"`
	}
}

const byIDs = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on %s { %s } } }"

// Every field of every type costs the same number of statements for 3 and for
// 60 parents, whichever way it is asked.
func TestStatementsDoNotGrowWithTheNumberOfParents(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, parents)
	for _, table := range []string{"challenge", "solution", "practice", "comment", "document", "tip", "channel"} {
		execute(t, db, "UPDATE "+table+" SET hidden_at = now()") // so that it is there to be read
	}
	w := walk{schema: graph.Schema(), seen: map[string]bool{}}
	for _, definition := range w.nodeTypes() {
		w.seen[definition.Name] = true
		for _, field := range definition.Fields {
			name := definition.Name + "." + field.Name
			lists := parentIDs()[name]
			if lists == nil {
				lists = parentIDs()[definition.Name]
			}
			if lists == nil {
				t.Errorf("fillHub has no objects of type %s", definition.Name)
				continue
			}
			query := fmt.Sprintf(byIDs, definition.Name, strings.Join(w.variants(field), "\n"))
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for _, ids := range lists {
					counted(t, func(wait time.Duration) string {
						handler := graph.NewHandler(services(db), generously(wait))
						small := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"ids": ids[:few]})
						large := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"ids": ids})
						wantFull(t, large.Data["nodes"], parents)
						return moreStatements(small, large)
					})
				}
			})
		}
	}
	for _, field := range w.schema.Query.Fields {
		if !strings.HasPrefix(field.Name, "__") {
			w.selection(field.Type) // the next test asks for these
		}
	}
	w.wantAllSeen(t)
}

// wantAllSeen checks that no object type was left out.
func (w walk) wantAllSeen(t *testing.T) {
	t.Helper()
	for _, definition := range w.schema.Types {
		// Queries alone lead to many; a mutation answers with one of each.
		ofMutations := definition == w.schema.Mutation || strings.HasSuffix(definition.Name, "Payload") ||
			definition.Name == "SessionCredentials" || definition.Name == "UserError"
		ofSubscriptions := definition == w.schema.Subscription || subscriptionOf(w.schema, definition) != "" // one at a time
		if definition.Kind == ast.Object && !definition.BuiltIn && definition != w.schema.Query && !ofMutations && !ofSubscriptions && !w.seen[definition.Name] {
			t.Errorf("nothing leads to the fields of type %s", definition.Name)
		}
	}
}

// subscriptionOf returns the subscription that sends objects of a type, "" when
// none does.
func subscriptionOf(s *ast.Schema, definition *ast.Definition) string {
	for _, field := range s.Subscription.Fields {
		if field.Type.Name() == definition.Name {
			return field.Name
		}
	}
	return ""
}

// moreStatements tells which statements one of two answers cost and the other
// did not; "" when both cost the same.
func moreStatements(small, large answer) string {
	if len(small.statements) == len(large.statements) {
		return ""
	}
	count := map[string]int{}
	for _, sql := range large.statements {
		count[sql]++
	}
	for _, sql := range small.statements {
		count[sql]--
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n == 0 })
	return fmt.Sprintf("%d statements for %d parents, %d for %d: %v", len(small.statements), few, len(large.statements), parents, count)
}

// wantFull checks that every parent has something in every field that was asked
// for without a filter: a walk through empty lists would prove nothing.
func wantFull(t *testing.T, nodes any, n int) {
	t.Helper()
	list, _ := nodes.([]any)
	if len(list) != n {
		t.Fatalf("%d parents, want %d", len(list), n)
	}
	for i, parent := range list {
		fields, _ := parent.(map[string]any)
		if len(fields) == 0 {
			t.Fatalf("parent %d is absent", i)
		}
		for alias, value := range fields {
			if isEmpty(value) && !strings.HasPrefix(alias, "with") {
				t.Fatalf("parent %d has nothing in %s: %v", i, alias, value)
			}
		}
	}
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		if nodes, ok := v["nodes"]; ok && isEmpty(nodes) {
			return true
		}
		total, ok := v["totalCount"]
		return ok && total == 0.0
	}
	return false
}

// The lists at the root cost the same for 3 and for 60 items, all their fields
// included.
func TestStatementsDoNotGrowWithTheSizeOfThePage(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, parents)
	w := walk{schema: graph.Schema(), seen: map[string]bool{}}
	for _, field := range w.schema.Query.Fields {
		if !strings.HasSuffix(field.Type.Name(), "Connection") {
			continue
		}
		item := w.schema.Types[w.schema.Types[field.Type.Name()].Fields.ForName("nodes").Type.Name()]
		query := fmt.Sprintf("query($first: Int!) { list: %s(first: $first) { totalCount nodes { %s } } }", field.Name, w.all(item))
		if field.Name == "search" {
			query = fmt.Sprintf(`query($first: Int!) { list: search(first: $first, query: "challenge", types: [CHALLENGE]) { totalCount nodes { ... on Challenge { id } }
				facets %s edges { score highlights { start } excerpt node { ... on Challenge { %s } } } } }`,
				w.selection(w.schema.Types["SearchConnection"].Fields.ForName("facets").Type), w.all(w.schema.Types["Challenge"]))
		}
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			counted(t, func(wait time.Duration) string {
				handler := graph.NewHandler(services(db), generously(wait))
				small := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"first": few})
				large := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"first": parents})
				list, _ := large.Data["list"].(map[string]any)
				if nodes, _ := list["nodes"].([]any); len(nodes) != parents || list["totalCount"] != float64(parents) {
					t.Errorf("%d of %v items, want %d", len(nodes), list["totalCount"], parents)
				}
				return moreStatements(small, large)
			})
		})
	}
}

// The walk is worth something only if it sees a relation that does without its
// loader, whichever it is.
func TestTheWalkNoticesARelationWithoutLoader(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, parents)
	w := walk{schema: graph.Schema(), seen: map[string]bool{}}
	for _, name := range graph.Relations() {
		typeName, fieldName, _ := strings.Cut(name, ".")
		if !w.isNode(w.schema.Types[typeName]) {
			continue // you, and the answers of mutations: there is one of each in a request
		}
		field := w.schema.Types[typeName].Fields.ForName(fieldName)
		query := fmt.Sprintf(byIDs, typeName, fieldName+w.selection(field.Type))
		lists := parentIDs()[name]
		if lists == nil {
			lists = parentIDs()[typeName]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := graph.NewUnbatchedHandler(services(db), generously(time.Millisecond), name)
			small := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"ids": lists[0][:few]})
			large := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"ids": lists[0]})
			// Nobody is told of their own acts: there is one actor less than people.
			if more := len(large.statements) - len(small.statements); more < parents-few-1 {
				t.Errorf("%d more statements for %d more parents: the walk would not notice", more, parents-few)
			}
		})
	}
}
