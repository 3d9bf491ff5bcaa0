package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// filter says which objects a field of a filter names, and what it keeps of the
// others.
type filter struct {
	lookup
	// keeps tells whether an object passes; nil: when the link named like the field
	// leads to the named object.
	keeps func(w *world, p *principal, named, o *object) bool
}

// filters are the fields of the inputs of queries that name an object.
func filters() map[string]filter {
	return map[string]filter{
		"ChallengeFilter.author":     {lookup: lookup{"User", byID}},
		"ChallengeFilter.cohort":     {lookup: lookup{"Cohort", byID}},
		"ChallengeFilter.document":   {lookup: lookup{"Document", byID}},
		"ChallengeFilter.technology": {lookup{"Technology", byKey}, concerns},
		"CohortFilter.program":       {lookup: lookup{"Program", byID}},
		"DocumentFilter.owner":       {lookup: lookup{"User", byID}},
		"DocumentFilter.cohort":      {lookup: lookup{"Cohort", byID}},
		"DocumentFilter.program": {lookup{"Program", byID}, func(_ *world, _ *principal, program, o *object) bool {
			return ofProgram(o, program)
		}},
		"DocumentFilter.technology": {lookup{"Technology", byKey}, func(w *world, p *principal, technology, o *object) bool {
			return !technology.gone && mentions(w, p, technology, o)
		}},
		"EventFilter.actor":         {lookup: lookup{"User", byID}},
		"EventFilter.subject":       {lookup: lookup{"Challenge", byID}},
		"EventFilter.cohort":        {lookup: lookup{"Cohort", byID}},
		"PracticeFilter.cohort":     {lookup: lookup{"Cohort", byID}},
		"PracticeFilter.document":   {lookup: lookup{"Document", byID}},
		"PracticeFilter.technology": {lookup{"Technology", byKey}, concerns},
		"ProgramFilter.technology": {lookup{"Technology", byKey}, func(w *world, p *principal, technology, o *object) bool {
			return !technology.gone && mentionedInProgram(w, p, o, technology)
		}},
		"SearchFilter.cohort":     {lookup: lookup{"Cohort", byID}},
		"SearchFilter.program":    {lookup: lookup{"Program", byID}},
		"SearchFilter.technology": {lookup{"Technology", byKey}, concerns},
		"UserFilter.cohort": {lookup{"Cohort", byID}, func(w *world, p *principal, cohort, o *object) bool {
			return p.sees(w, cohort) && cohort.roles[o] != ""
		}},
	}
}

// concerns: a deleted technology has no name that a filter finds it by.
func concerns(_ *world, _ *principal, technology, o *object) bool {
	return !technology.gone && slices.Contains(o.links["technologies"], technology)
}

// kept returns those of the objects that a filter keeps.
func (w *world) kept(p *principal, name string, named *object, objects []*object) []*object {
	_, link, _ := strings.Cut(name, ".")
	keeps := filters()[name].keeps
	return slices.DeleteFunc(slices.Clone(objects), func(o *object) bool {
		if keeps != nil {
			return !keeps(w, p, named, o)
		}
		return o.one(link) != named
	})
}

// compareLists: each list at the root, and what each filter leaves of it.
func (w *world) compareLists() {
	w.t.Helper()
	for _, field := range schema().Query.Fields {
		kindName, paged := isConnection(schema().Types[field.Type.Name()])
		if !paged {
			continue
		}
		for _, p := range w.principals {
			w.renew()
			w.compareItems(p, "Query."+field.Name, nil, w.objects[kindName], w.wholeList(p, field.Name))
			for _, name := range filtersOf(field) {
				w.compareFilter(p, "query", field, name, nil, w.objects[kindName], w.named(filters()[name].lookup))
			}
		}
	}
}

// wholeList reads all pages of a list at the root; its total must be their sum.
func (w *world) wholeList(p *principal, field string) (items []any) {
	w.t.Helper()
	var after any
	for {
		page := w.read(p, "query($after: String) { got: "+field+
			"(first: 100, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }", map[string]any{"after": after}).Data["got"]
		nodes, _ := at(page, "nodes").([]any)
		items = append(items, nodes...)
		if after = at(page, "pageInfo", "endCursor"); at(page, "pageInfo", "hasNextPage") == true {
			continue
		}
		if total, _ := at(page, "totalCount").(float64); int(total) != len(items) {
			w.t.Errorf("%s reads %s: it counts %v and shows %d", p, field, total, len(items))
		}
		return items
	}
}

// filtersOf returns the filters that a field takes and that name an object.
func filtersOf(field *ast.FieldDefinition) (names []string) {
	argument := field.Arguments.ForName("filter")
	if argument == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(filters())) {
		if strings.HasPrefix(name, argument.Type.Name()+".") {
			names = append(names, name)
		}
	}
	return names
}

// compareFilter asks a list with each of the values of a filter: at the root, or of
// a parent by its id.
func (w *world) compareFilter(p *principal, where string, field *ast.FieldDefinition, name string, parent *object, listed, values []*object) {
	w.t.Helper()
	const together = 50
	_, member, _ := strings.Cut(name, ".")
	for values := range slices.Chunk(values, together) {
		var selections strings.Builder
		for i, named := range values {
			fmt.Fprintf(&selections, "got%d: %s(first: 100, filter: {%s: %q}) %s ", i, field.Name, member, filters()[name].by(named), wholePage)
		}
		var got any
		if parent == nil {
			got = w.read(p, "{ "+selections.String()+"}", nil).Data
		} else {
			got = w.read(p, fmt.Sprintf("{ node(id: %q) { ... on %s { %s} } }", parent.id, parent.kind, selections.String()), nil).Data["node"]
		}
		for i, named := range values {
			label := fmt.Sprintf("%s %s with %s = %s", where, field.Name, name, named)
			w.comparePage(p, label, parent, w.kept(p, name, named, listed), at(got, fmt.Sprint("got", i)))
		}
	}
}

// compareNestedFilters: each filter of each relation, from one object of each
// state and with some values.
func (w *world) compareNestedFilters() {
	w.t.Helper()
	const parents, values = 3, 6
	for _, kindName := range slices.Sorted(maps.Keys(w.objects)) {
		for _, field := range schema().Types[kindName].Fields {
			for _, name := range filtersOf(field) {
				target, _ := isConnection(schema().Types[field.Type.Name()])
				for _, p := range w.principals {
					w.renew()
					seen := slices.DeleteFunc(slices.Clone(w.objects[kindName]), func(o *object) bool { return !p.sees(w, o) })
					for _, parent := range some(seen, parents) {
						relation := kindName + "." + field.Name
						listed := w.lists(p, relation, parent, w.objects[target])
						w.compareFilter(p, relation, field, name, parent, listed, w.interesting(name, listed, values))
					}
				}
			}
		}
	}
}

// interesting returns some of the objects that a filter may name, and those that it
// keeps something for.
func (w *world) interesting(name string, listed []*object, n int) []*object {
	all := w.named(filters()[name].lookup)
	chosen := some(all, n)
	for _, named := range all {
		if len(chosen) < 2*n && slices.ContainsFunc(listed, func(o *object) bool { return o.leadsTo(named) }) {
			chosen = append(chosen, named)
		}
	}
	return chosen
}

// some returns up to n of the objects, evenly.
func some(objects []*object, n int) []*object {
	if len(objects) <= n {
		return slices.Clone(objects)
	}
	chosen := make([]*object, n)
	for i := range chosen {
		chosen[i] = objects[i*len(objects)/n]
	}
	return chosen
}
