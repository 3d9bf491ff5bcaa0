package limit

import (
	"math"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/errs"
)

// extent is how large a selection set is once fragments are expanded.
type extent struct {
	selections int
	depth      int
	// schema is the depth below __schema and __type, which depth leaves out.
	schema int
}

// extents measures selection sets, each fragment once.
type extents struct {
	fragments map[string]*ast.FragmentDefinition
	known     map[string]extent
	open      map[string]bool
	err       error
}

// checkExtent bounds the expanded selections of the whole document, and the depth
// of each operation and fragment. Fragments that nothing uses count as well: the
// validator looks at them before it refuses them.
func (l Limits) checkExtent(document *ast.QueryDocument) error {
	e := newExtents(document)
	total := 0
	judge := func(x extent) error {
		switch {
		case e.err != nil:
			return e.err
		case x.depth > l.Depth:
			return errs.New(errs.CodeQueryTooDeep, "The operation is nested more than %d fields deep.", l.Depth)
		case x.schema > introspectionDepth:
			return errs.New(errs.CodeQueryTooDeep, "The introspection is nested more than %d fields deep.", introspectionDepth)
		case total > l.Selections:
			return tooComplex("The document makes more than %d selections once its fragments are expanded.", l.Selections)
		}
		return nil
	}
	for _, operation := range document.Operations {
		x := e.of(operation.SelectionSet)
		total = add(total, x.selections)
		if err := judge(x); err != nil {
			return err
		}
	}
	for _, fragment := range document.Fragments {
		_, used := e.known[fragment.Name]
		x := e.ofFragment(fragment)
		if !used {
			total = add(total, x.selections)
		}
		if err := judge(x); err != nil {
			return err
		}
	}
	return nil
}

func newExtents(document *ast.QueryDocument) *extents {
	e := &extents{fragments: map[string]*ast.FragmentDefinition{}, known: map[string]extent{}, open: map[string]bool{}}
	for _, fragment := range document.Fragments {
		if e.fragments[fragment.Name] != nil {
			e.err = errs.New(errs.CodeGraphQLInvalid, "There are two fragments %q.", short(fragment.Name))
		}
		e.fragments[fragment.Name] = fragment
	}
	return e
}

func (e *extents) of(set ast.SelectionSet) extent {
	var sum extent
	for _, selection := range set {
		var x extent
		switch s := selection.(type) {
		case *ast.Field:
			x = e.of(s.SelectionSet)
			if isIntrospection(s.Name) {
				x.schema, x.depth = max(x.schema, x.depth+1), 1
			} else {
				x.depth++
			}
		case *ast.InlineFragment:
			x = e.of(s.SelectionSet)
		case *ast.FragmentSpread:
			x = e.ofFragment(e.fragments[s.Name])
		}
		sum.selections = add(sum.selections, add(x.selections, 1))
		sum.depth, sum.schema = max(sum.depth, x.depth), max(sum.schema, x.schema)
	}
	return sum
}

// ofFragment measures a fragment, nil being one that does not exist: the
// validator says so.
func (e *extents) ofFragment(fragment *ast.FragmentDefinition) extent {
	if fragment == nil {
		return extent{}
	}
	if x, ok := e.known[fragment.Name]; ok {
		return x
	}
	if e.open[fragment.Name] {
		e.err = errs.New(errs.CodeGraphQLInvalid, "The fragment %q contains itself.", short(fragment.Name))
		return extent{}
	}
	e.open[fragment.Name] = true
	x := e.of(fragment.SelectionSet)
	e.known[fragment.Name] = x
	return x
}

// isIntrospection reports whether a field leads into the schema's description.
func isIntrospection(field string) bool { return field == "__schema" || field == "__type" }

// add and multiply saturate; their operands are not negative.
func add(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

func multiply(a, b int) int {
	if b != 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
