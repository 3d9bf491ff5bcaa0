package transport

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/errs"
)

// checkDocument refuses @defer, whose later parts a plain answer would lose
// (the executor takes it whether or not the schema names it), and NUL characters
// in literals. The text of the query tells whether a look at the tree is needed.
func checkDocument(query string, doc *ast.QueryDocument) *errs.Error {
	if !strings.Contains(query, "defer") && !strings.Contains(query, `\u`) {
		return nil
	}
	var c documentCheck
	for _, operation := range doc.Operations {
		for _, variable := range operation.VariableDefinitions {
			c.value(variable.DefaultValue)
		}
		c.directives(operation.Directives)
		c.selections(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		c.directives(fragment.Directives)
		c.selections(fragment.SelectionSet)
	}
	switch {
	case c.defers:
		return errs.New(errs.CodeGraphQLInvalid, "@defer is not served here.")
	case c.nul:
		return nulRefusal(memberQuery)
	}
	return nil
}

type documentCheck struct{ defers, nul bool }

func (c *documentCheck) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.arguments(s.Arguments)
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.InlineFragment:
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(s.Directives)
		}
	}
}

func (c *documentCheck) directives(list ast.DirectiveList) {
	for _, directive := range list {
		c.defers = c.defers || directive.Name == "defer"
		c.arguments(directive.Arguments)
	}
}

func (c *documentCheck) arguments(list ast.ArgumentList) {
	for _, argument := range list {
		c.value(argument.Value)
	}
}

func (c *documentCheck) value(v *ast.Value) {
	if v == nil {
		return
	}
	c.nul = c.nul || strings.ContainsRune(v.Raw, 0)
	for _, child := range v.Children {
		c.value(child.Value)
	}
}
