package graph_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/graph/generated"
)

// resolved returns the fields that gqlgen calls a resolver for, by "Type.field",
// without those of the operation types.
func resolved(t *testing.T, schema *ast.Schema) []string {
	t.Helper()
	var names []string
	root := reflect.TypeFor[generated.ResolverRoot]()
	for i := range root.NumMethod() {
		definition := schema.Types[root.Method(i).Name]
		if definition == nil || definition == schema.Query || definition == schema.Mutation || definition == schema.Subscription {
			continue
		}
		resolver := root.Method(i).Type.Out(0)
		for j := range resolver.NumMethod() {
			method := resolver.Method(j).Name
			at := slices.IndexFunc(definition.Fields, func(f *ast.FieldDefinition) bool { return strings.EqualFold(f.Name, method) })
			if at < 0 {
				t.Fatalf("the resolver %s.%s belongs to no field", definition.Name, method)
			}
			names = append(names, definition.Name+"."+definition.Fields[at].Name)
		}
	}
	return names
}

// Whoever executes by the table of relations sees the same fields as gqlgen.
func TestTheTableOfRelationsNamesTheFieldsWithResolvers(t *testing.T) {
	t.Parallel()
	names := resolved(t, graph.Schema())
	slices.Sort(names)
	if diff := cmp.Diff(names, graph.Relations()); diff != "" {
		t.Errorf("fields with resolvers (-) and relations in the table (+) differ:\n%s", diff)
	}
}
