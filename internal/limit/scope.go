package limit

import "github.com/vektah/gqlparser/v2/ast"

// scope is what is selected on one parent: the fields by response name, with
// fragments expanded and same names merged, as the executor will.
type scope struct {
	entries []*entry
	index   map[response]*entry
}

// response is a field under one of its names.
type response struct{ alias, field string }

type entry struct {
	response
	times int
	sets  []ast.SelectionSet
}

// checkScopes bounds the aliases in every selection and the fields at the roots.
// It expands fragments, so checkExtent goes first.
func (l Limits) checkScopes(document *ast.QueryDocument) error {
	s := scopes{limits: l, fragments: map[string]*ast.FragmentDefinition{}, used: map[string]bool{}}
	for _, fragment := range document.Fragments {
		s.fragments[fragment.Name] = fragment
	}
	for _, operation := range document.Operations {
		root := s.collect([]ast.SelectionSet{operation.SelectionSet})
		if len(root.entries) > l.RootFields {
			return tooComplex("The operation has more than %d fields at its root.", l.RootFields)
		}
		if err := s.check(root, l.Aliases); err != nil {
			return err
		}
	}
	for _, fragment := range document.Fragments {
		if s.used[fragment.Name] {
			continue
		}
		if err := s.check(s.collect([]ast.SelectionSet{fragment.SelectionSet}), l.Aliases); err != nil {
			return err
		}
	}
	return nil
}

type scopes struct {
	limits    Limits
	fragments map[string]*ast.FragmentDefinition
	used      map[string]bool
}

// check looks at a scope and all below it.
func (s *scopes) check(here *scope, aliases int) error {
	names := make(map[string]int, len(here.entries))
	for _, e := range here.entries {
		if names[e.field]++; names[e.field] > aliases {
			return tooComplex("%q is asked for under more than %d names in one selection.", short(e.field), aliases)
		}
		if e.times > repetitions {
			return tooComplex("%q is repeated more than %d times in one selection.", short(e.field), repetitions)
		}
	}
	for _, e := range here.entries {
		if len(e.sets) == 0 {
			continue
		}
		below := aliases
		if isIntrospection(e.field) {
			below = introspectionAliases
		}
		if err := s.check(s.collect(e.sets), below); err != nil {
			return err
		}
	}
	return nil
}

func (s *scopes) collect(sets []ast.SelectionSet) *scope {
	here := &scope{index: map[response]*entry{}}
	for _, set := range sets {
		s.add(here, set)
	}
	return here
}

func (s *scopes) add(here *scope, set ast.SelectionSet) {
	for _, selection := range set {
		switch n := selection.(type) {
		case *ast.Field:
			here.add(n)
		case *ast.InlineFragment:
			s.add(here, n.SelectionSet)
		case *ast.FragmentSpread:
			s.used[n.Name] = true
			if fragment := s.fragments[n.Name]; fragment != nil {
				s.add(here, fragment.SelectionSet)
			}
		}
	}
}

func (s *scope) add(field *ast.Field) {
	key := response{field.Alias, field.Name}
	e := s.index[key]
	if e == nil {
		e = &entry{response: key}
		s.index[key] = e
		s.entries = append(s.entries, e)
	}
	e.times++
	if len(field.SelectionSet) > 0 {
		e.sets = append(e.sets, field.SelectionSet)
	}
}
