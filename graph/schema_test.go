package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// written returns the types that stand in schema/.
func written(schema *ast.Schema) []*ast.Definition {
	var types []*ast.Definition
	for _, definition := range schema.Types {
		if !definition.BuiltIn {
			types = append(types, definition)
		}
	}
	return types
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	want := func(description string, path ...string) {
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", strings.Join(path, "."))
		}
	}
	for _, definition := range written(schema) {
		want(definition.Description, definition.Name)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			want(field.Description, definition.Name, field.Name)
			for _, argument := range field.Arguments {
				want(argument.Description, definition.Name, field.Name, argument.Name)
			}
		}
		for _, value := range definition.EnumValues {
			want(value.Description, definition.Name, value.Name)
		}
	}
	for _, directive := range schema.Directives {
		if directive.Position.Src.BuiltIn {
			continue
		}
		want(directive.Description, "@"+directive.Name)
		for _, argument := range directive.Arguments {
			want(argument.Description, "@"+directive.Name, argument.Name)
		}
	}
}

// What a resolver or a loader fetches is nullable, so that its failure does not
// take its parent along; where null can only be a failure, a directive says so.
func TestWhatIsFetchedIsNullable(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	fetched := map[string]bool{}
	for _, name := range resolved(t, schema) {
		fetched[name] = true
	}
	for _, definition := range written(schema) {
		if definition.Kind != ast.Object {
			continue
		}
		for _, field := range definition.Fields {
			name := definition.Name + "." + field.Name
			isRoot := definition == schema.Query && !strings.HasPrefix(field.Name, "__")
			if !fetched[name] && !isRoot || name == "Query.nodes" { // a list of what may be null
				continue
			}
			if field.Type.NonNull {
				t.Errorf("%s is fetched but not nullable", name)
			}
			// One object may be absent or unseen, and what is the viewer's is null for
			// visitors; a list or a text is always there.
			isObject := strings.HasPrefix(field.Name, "viewer") || field.Type.Elem == nil && !schema.Types[field.Type.Name()].IsLeafType() && !strings.HasSuffix(field.Type.Name(), "Connection")
			if marked := field.Directives.ForName("semanticNonNull") != nil; marked == isObject {
				t.Errorf("%s: semanticNonNull is %t, want %t", name, marked, !isObject)
			}
		}
	}
}

func TestItemsOfListsAreNotNull(t *testing.T) {
	t.Parallel()
	for _, definition := range written(graph.Schema()) {
		for _, field := range definition.Fields {
			if field.Type.Elem != nil && !field.Type.Elem.NonNull && definition.Name+"."+field.Name != "Query.nodes" {
				t.Errorf("%s.%s has items that may be null", definition.Name, field.Name)
			}
		}
	}
}

// Every connection has the same shape and takes the same arguments, but for
// search: its order is the rank, it is read forward, and its items are of
// several types.
func TestConnectionsAreAlike(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	for _, definition := range written(schema) {
		if item, ok := strings.CutSuffix(definition.Name, "Connection"); ok && item != "Search" {
			want := map[string]string{"edges": "[" + item + "Edge!]!", "nodes": "[" + item + "!]!", "pageInfo": "PageInfo!", "totalCount": "Int!"}
			if diff := cmp.Diff(want, types(definition.Fields)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", definition.Name, diff)
			}
			want = map[string]string{"cursor": "String!", "node": item + "!"}
			if diff := cmp.Diff(want, types(schema.Types[item+"Edge"].Fields)); diff != "" {
				t.Errorf("%sEdge (-want +got):\n%s", item, diff)
			}
		}
		for _, field := range definition.Fields {
			item, ok := strings.CutSuffix(field.Type.Name(), "Connection")
			if !ok || item == "Search" {
				continue
			}
			want := map[string]string{"first": "Int", "after": "String", "last": "Int", "before": "String", "orderBy": item + "Order"}
			if schema.Types[item+"Filter"] != nil {
				want["filter"] = item + "Filter"
			}
			got := map[string]string{}
			for _, argument := range field.Arguments {
				got[argument.Name] = argument.Type.String()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s.%s (-want +got):\n%s", definition.Name, field.Name, diff)
			}
			order := schema.Types[item+"Order"].Fields
			if diff := cmp.Diff(map[string]string{"field": item + "OrderField!", "direction": "OrderDirection"}, types(order)); diff != "" {
				t.Errorf("%sOrder (-want +got):\n%s", item, diff)
			}
			if value := order.ForName("direction").DefaultValue; value != nil {
				t.Errorf("%sOrder.direction is %v unless given, want the usual one of the field", item, value)
			}
		}
	}
}

func types(fields ast.FieldList) map[string]string {
	list := map[string]string{}
	for _, field := range fields {
		list[field.Name] = field.Type.String()
	}
	return list
}

// Every object with an id can be loaded by it.
func TestEveryNodeIsFoundByItsID(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	for _, definition := range (walk{schema: graph.Schema()}).nodeTypes() {
		wanted := parentIDs()[definition.Name][0][1]
		got := mustAsk(asAdmin(t.Context()), t, handler, "query($id: ID!) { node(id: $id) { __typename id } }", map[string]any{"id": wanted})
		if diff := cmp.Diff(map[string]any{"node": map[string]any{"__typename": definition.Name, "id": wanted}}, got.Data); diff != "" {
			t.Errorf("%s (-want +got):\n%s", definition.Name, diff)
		}
	}
}
