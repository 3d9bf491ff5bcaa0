package transport

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// CheckDocument refuses @defer, whose later parts a plain answer would lose
// (the executor takes it whether or not the schema names it), and broken text in
// literals. The text of the query tells whether a look at the tree is needed.
func CheckDocument(query string, doc *ast.QueryDocument) *errs.Error {
	if !strings.Contains(query, "defer") && !strings.Contains(query, `\u`) {
		return nil
	}
	var c documentCheck
	for _, operation := range doc.Operations {
		for _, variable := range operation.VariableDefinitions {
			c.value(variable.DefaultValue, "Variable ", "$"+variable.Variable)
			c.directives(variable.Directives)
		}
		c.directives(operation.Directives)
		c.selections(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		c.directives(fragment.Directives)
		c.selections(fragment.SelectionSet)
	}
	if c.defers {
		return errs.New(errs.CodeGraphQLInvalid, "@defer is not served here.")
	}
	return c.broken
}

// documentCheck walks a document.
type documentCheck struct {
	defers   bool
	broken   *errs.Error // the first broken text
	document []rune      // as it was sent, once it is needed: positions count runes
}

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
		c.value(argument.Value, "", argument.Name)
	}
}

// value looks at a literal. The path to it starts with an argument, or, after the
// word that says so, with a variable.
func (c *documentCheck) value(v *ast.Value, word string, path ...string) {
	if v == nil || c.broken != nil {
		return
	}
	what := ""
	switch {
	case strings.ContainsRune(v.Raw, 0):
		what = request.HoldsNUL
	case v.Kind == ast.StringValue && request.MarkHalves(c.written(v)) != "":
		what = request.HoldsHalf
	}
	if what != "" {
		at := append([]string{strings.TrimPrefix(path[0], "$")}, path[1:]...)
		c.broken = errs.BadUserInput("%s%q %s.", word, request.PathName(path), what).At(at...)
	}
	for i, child := range v.Children {
		step := child.Name
		if v.Kind == ast.ListValue {
			step = strconv.Itoa(i)
		}
		c.value(child.Value, word, append(path[:len(path):len(path)], step)...)
	}
}

// written returns a string literal as the document has it where decoding may have
// mended it: the decoder puts U+FFFD in the place of what it cannot decode.
func (c *documentCheck) written(v *ast.Value) string {
	if !strings.ContainsRune(v.Raw, utf8.RuneError) || v.Position == nil || v.Position.Src == nil {
		return ""
	}
	if c.document == nil {
		c.document = []rune(v.Position.Src.Input)
	}
	if v.Position.Start < 0 || v.Position.End > len(c.document) || v.Position.Start > v.Position.End {
		return ""
	}
	return string(c.document[v.Position.Start:v.Position.End])
}
